// How the node writes to people: one plain-text message to one address, through the SMTP server of the settings.
import assert from "node:assert/strict";
import { Readable } from "node:stream";

type Transporter = ReturnType<typeof import("nodemailer").createTransport>;

/** One message. `to` is a bare address; `stopUrl` switches such mail off at one tap (RFC 8058). */
type Letter = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly stopUrl?: string;
  readonly messageId?: string;
};

/** Why a message did not go, and whether that is sure: `unknown` when the server had the text and its answer never came. */
export class MailFailure extends Error {
  readonly end: "not-now" | "never" | "unknown";
  constructor(message: string, end: MailFailure["end"]) {
    super(message);
    this.end = end;
  }
}

/** `send` resolves once the server has taken the message and rejects with a MailFailure when it does not. */
export type Mailer = { send(letter: Letter): Promise<void>; close(): void };

const TIMEOUT_MS = 20_000;

// One address, no display name, no list, nothing that could begin another header (SAFETY C29).
const ADDRESS = /^[^\s@<>(),;:"\\[\]\p{Cc}]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/iu;

/** Whether the text is one plain mail address of ours to write to. */
export function isMailAddress(text: string): boolean {
  // Addresses are kept in small letters, and "İ" is longer there.
  return [text, text.toLowerCase()].every((one) => one.length <= 254 && ADDRESS.test(one));
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
    send: async ({ to, subject, text, stopUrl, messageId }) => {
      assert(isMailAddress(to), "addresses are checked when they come in");
      opening ??= openTransport();
      const transport = await opening;
      let isHandedOver = false;
      // Read only once the server waits for the text: what fails before that surely did not go.
      const body = Readable.from(
        (function* () {
          isHandedOver = true;
          yield Buffer.from(text);
        })(),
      );
      const message = {
        to: { name: "", address: to },
        subject: subject.replaceAll(/\p{Cc}+/gu, " "),
        text: body,
        ...(messageId ? { messageId } : {}),
        disableFileAccess: true,
        disableUrlAccess: true,
        headers: { ...AUTOMATIC, ...(stopUrl ? stopHeaders(stopUrl) : {}) },
      };
      try {
        await transport.sendMail(message);
      } catch (error) {
        throw explainFailure(error, isHandedOver);
      }
    },
    close: () => void opening?.then((transport) => transport.close()),
  };
}

// Out-of-office answers to a sign-in link help nobody.
const AUTOMATIC = { "Auto-Submitted": "auto-generated" };

function stopHeaders(url: string) {
  return { "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
}

function explainFailure(error: unknown, isHandedOver: boolean): MailFailure {
  const { responseCode, message = "" } = error as { responseCode?: number; message?: string };
  // What the server answers is an answer: 5xx for ever (RFC 5321, 4.2.1), 4xx for now.
  if (typeof responseCode === "number" && responseCode >= 400)
    return new MailFailure(`${responseCode} ${message}`, responseCode >= 500 ? "never" : "not-now");
  return new MailFailure(message, isHandedOver ? "unknown" : "not-now");
}
