// A real SMTP server on loopback that keeps what it is given.
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import type { Test } from "tap";

/** One message as it came over the wire: the envelope's recipients, the raw text and its parsed form. */
type Received = { recipients: string[]; raw: string; mail: ParsedMail };

export type MailSink = {
  url: string;
  received: Received[];
  /** Resolves when the n-th message (from 1) is there. */
  reach(n: number): Promise<Received>;
  /** Refuses the next message with that answer; resolves once it has. */
  refuseNext(code: number): Promise<void>;
};

/** Starts it, and stops it with the test. */
export async function startMailSink(t: Test, onPort = 0): Promise<MailSink> {
  const received: Received[] = [];
  let refusing: { code: number; done: () => void } | null = null;
  const waiting = new Map<number, (one: Received) => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onMailFrom: (_from, _session, done) => {
      const now = refusing;
      refusing = null;
      done(now ? Object.assign(new Error("not now"), { responseCode: now.code }) : undefined);
      now?.done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const one = {
          recipients: session.envelope.rcptTo.map(({ address }) => address),
          raw,
          mail: await simpleParser(raw),
        };
        received.push(one);
        waiting.get(received.length)?.(one);
        done();
      });
    },
  });
  await new Promise<void>((listening) => server.listen(onPort, "127.0.0.1", () => listening()));
  t.teardown(() => new Promise<void>((closed) => server.close(() => closed())));
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuseNext: (code) =>
      new Promise((done) => {
        refusing = { code, done };
      }),
    reach: (n) => {
      const there = received[n - 1];
      return there ? Promise.resolve(there) : new Promise((resolve) => waiting.set(n, resolve));
    },
  };
}
