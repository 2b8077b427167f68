// How the node writes to people: one plain-text message to one address, through the SMTP server of the settings.
import assert from "node:assert/strict";

type Transporter = ReturnType<typeof import("nodemailer").createTransport>;

/** One message. `to` is a bare address. */
type Letter = { readonly to: string; readonly subject: string; readonly text: string };

/** `send` resolves once the server has taken the message and rejects when it does not. */
export type Mailer = { send(letter: Letter): Promise<void>; close(): void };

const TIMEOUT_MS = 20_000;

// One address, no display name, no list, nothing that could begin another header (SAFETY C29).
const ADDRESS = /^[^\s@<>(),;:"\\[\]\p{Cc}]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/iu;

/** Whether the text is one plain mail address of ours to write to. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}

/** A mailer on `smtpUrl` ("smtps://user:password@host"), or null where no server is set: then links are shown. */
export function openMailer(smtpUrl: string | null, mailFrom: string | null): Mailer | null {
  if (smtpUrl === null) return null;
  assert(mailFrom !== null, "a mail server without mail-from is refused at start");
  // Loaded with the first letter: it costs 80 ms and 24 MB at each start.
  let opening: Promise<Transporter> | null = null;
  const openTransport = async () => {
    const { createTransport } = await import("nodemailer");
    const timeouts = { connectionTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
    return createTransport({ url: smtpUrl, ...timeouts }, { from: mailFrom });
  };
  return {
    send: async ({ to, subject, text }) => {
      assert(isMailAddress(to), "addresses are checked when they come in");
      opening ??= openTransport();
      const transport = await opening;
      await transport.sendMail({
        to: { name: "", address: to },
        subject: subject.replaceAll(/\p{Cc}+/gu, " "),
        text,
        disableFileAccess: true,
        disableUrlAccess: true,
        // Out-of-office answers to a sign-in link help nobody.
        headers: { "Auto-Submitted": "auto-generated" },
      });
    },
    close: () => void opening?.then((transport) => transport.close()),
  };
}
