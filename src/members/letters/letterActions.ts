// Writes to people who have no account here: owed in the transaction of what happened, carried by the clock as notices are.
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { Mailer } from "../../web/mail.ts";
import type { MembersHouse } from "../actions.ts";
import { carryTask, type MailEnd, tryMail } from "../mailActions.ts";
import { judgeNotice, type SendEnd } from "../notices/notice.ts";
import { LETTER_PATIENCE_MS, type LetterKind } from "./letter.ts";
import {
  deleteLetter,
  deleteOldLetters,
  dropAllPending,
  dropPendingLetters,
  insertLetter,
  type LetterVerdict,
  type OwedLetter,
  settleInterruptedLetters,
  settleLetter,
  takeDueLetters,
} from "./letterStore.ts";

const DAY = 86_400_000;
const SETTLED_KEPT_MS = 90 * DAY;

/** Which letter about which row of its room; `facts` is what would be gone by the time it leaves. */
export type Letter = {
  readonly actorId: string;
  readonly kind: LetterKind;
  readonly subjectId: string;
  readonly facts?: Readonly<Record<string, string>>;
};

/** What a letter says as things stand when it leaves, and to whom; null: nothing any more. */
export type WriteLetter = (
  letter: OwedLetter,
) => Promise<{ readonly to: string; readonly subject: string; readonly text: string } | null>;

/**
 * How letters of one kind leave. `handOver` is asked first, in the transaction that takes the letter: true where it owed a notice instead.
 * `noteFailed` hears, in the transaction that settles it, that no server takes the letter, or none did for days.
 */
export type LetterWriter = {
  readonly write: WriteLetter;
  readonly handOver?: (tx: Tx, letter: OwedLetter, now: number) => boolean;
  readonly noteFailed?: (tx: Tx, letter: OwedLetter, now: number) => void;
};

/** How every kind leaves. */
export type LetterWriters = Readonly<Record<LetterKind, LetterWriter>>;

/**
 * Owes a letter inside the caller's transaction; it takes the place of one about the same that has not left: the newest says how things are.
 * False on a node that sends no mail.
 */
export function queueLetter(tx: Tx, house: Pick<MembersHouse, "mailer">, letter: Letter, now: number): boolean {
  if (!house.mailer) return false;
  oweLetter(tx, letter, now);
  return true;
}

/** The same where nobody knows whether the node sends mail: one that does not lets it go. */
export function oweLetter(tx: Tx, { actorId, kind, subjectId, facts = {} }: Letter, now: number): void {
  dropPendingLetters(tx, kind, subjectId);
  insertLetter(tx, { actorId, kind, subjectId, facts, createdAt: now });
}

/** The clock's part: sends what is due and forgets what was settled long ago. `chance` is in [0, 1). */
export function letterClockTasks(house: MembersHouse, writers: LetterWriters, chance: () => number): ClockTask[] {
  const { db, mailer } = house;
  if (!mailer)
    return [{ name: "let go of letters", everyMs: 60_000, run: () => transact(db, (tx) => dropAllPending(tx)) }];
  return [
    carryTask(house, {
      name: "send letters",
      settleInterrupted: settleInterruptedLetters,
      take: (tx, now, limit) => takeLetters(tx, writers, { now, limit, chance: chance() }),
      send: (owed) => sendLetter(house, mailer, owed, writers[owed.kind], chance),
    }),
    {
      name: "forget old letters",
      everyMs: DAY,
      run: (now) => transact(db, (tx) => deleteOldLetters(tx, now - SETTLED_KEPT_MS)),
    },
  ];
}

/** Those that go to an address; what is an account's becomes a notice here, so that nothing is between the queues. */
function takeLetters(
  tx: Tx,
  writers: LetterWriters,
  { now, limit, chance }: { readonly now: number; readonly limit: number; readonly chance: number },
): Taken[] | null {
  const due = takeDueLetters(tx, now, limit);
  if (!due) return null;
  return due.flatMap((owed): Taken[] => {
    try {
      if (!writers[owed.kind].handOver?.(tx, owed, now)) return [{ ...owed, failure: null }];
      deleteLetter(tx, owed.id);
      return [];
    } catch (failure) {
      settleLetter(tx, owed.id, judge(owed, "not-now", now, chance), String(failure).slice(0, 200), now);
      return [{ ...owed, failure }];
    }
  });
}

function judge(owed: OwedLetter, end: SendEnd, now: number, chance: number): LetterVerdict {
  const tried = { createdAt: owed.createdAt, attempts: owed.attempts + 1 };
  return judgeNotice(tried, end, now, chance, LETTER_PATIENCE_MS);
}

/** `failure`: what broke in here, settled already. */
type Taken = OwedLetter & { readonly failure: unknown };

async function sendLetter(
  house: MembersHouse,
  mailer: Mailer,
  owed: Taken,
  { write, noteFailed }: LetterWriter,
  chance: () => number,
): Promise<void> {
  if (owed.failure !== null) throw owed.failure;
  const settle = (verdict: LetterVerdict, error: string | null) =>
    transact(house.db, (tx) => {
      settleLetter(tx, owed.id, verdict, error, house.clock.now());
      if (verdict.state === "failed") noteFailed?.(tx, owed, house.clock.now());
    });
  let ended: MailEnd | null;
  try {
    const message = await write(owed);
    ended = message && (await tryMail(mailer, message));
  } catch (error) {
    // What broke in here did not leave.
    settle(judge(owed, "not-now", house.clock.now(), chance()), String(error).slice(0, 200));
    throw error;
  }
  if (!ended) return settle({ state: "void", nextAt: house.clock.now() }, null);
  settle(judge(owed, ended.end, house.clock.now(), chance()), ended.error);
}
