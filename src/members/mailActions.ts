// How queues of mail are carried: taken a few at a time, handed to the mail server, and what became of one said once. The queues themselves
// are those of notices (to accounts) and of letters (to addresses).
import { crashPoint } from "../db/crashPoint.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import type { Clock, ClockTask } from "../kernel/clock.ts";
import { type Mailer, MailFailure } from "../web/mail.ts";
import type { SendEnd } from "./notices/notice.ts";

const AT_ONCE = 10;

/** How an attempt to send ended; `error` for the row. */
export type MailEnd = { readonly end: SendEnd; readonly error: string | null };

/** One queue. */
export type MailQueue<T> = {
  readonly name: string;
  /** What the last process was sending when it died: nobody knows whether it went. */
  readonly settleInterrupted: (tx: Tx, now: number) => void;
  /** Takes the next that are due, so many at most, in the transaction that says so; null: nothing is due. */
  readonly take: (tx: Tx, now: number, limit: number) => readonly T[] | null;
  /** Sends one and settles it; a throw is a bug of ours, and settled too. */
  readonly send: (owed: T) => Promise<void>;
};

/** The clock's part of a queue: all that is due leaves, and one that breaks in here stops nobody else's; it is thrown when all have left. */
export function carryTask<T>(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  queue: MailQueue<T>,
): ClockTask {
  let hasLooked = false;
  return {
    name: queue.name,
    everyMs: 0,
    run: async () => {
      if (!hasLooked) transact(db, (tx) => queue.settleInterrupted(tx, clock.now()));
      hasLooked = true;
      const thrown: unknown[] = [];
      for (;;) {
        const due = transact(db, (tx) => queue.take(tx, clock.now(), AT_ONCE));
        if (due === null) break;
        for (const owed of due) await queue.send(owed).catch((error: unknown) => thrown.push(error));
      }
      if (thrown.length > 0) throw thrown[0];
    },
  };
}

/** Hands a message to the mail server; what is no failure of mail is thrown. */
export async function tryMail(mailer: Mailer, message: Parameters<Mailer["send"]>[0]): Promise<MailEnd> {
  try {
    crashPoint("before-mail");
    await mailer.send(message);
    crashPoint("after-mail");
    return { end: "taken", error: null };
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error;
    return { end: error.end, error: error.message.slice(0, 200) };
  }
}
