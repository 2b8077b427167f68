// Writes to people who have no account here: owed in the transaction of what happened, carried by the clock as notices are.
import { type Tx, transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import type { Mailer } from "../web/mail.ts";
import type { MembersHouse } from "./actions.ts";
import { LETTER_PATIENCE_MS, type LetterKind } from "./letter.ts";
import {
  deleteOldLetters,
  dropPendingLetters,
  insertLetter,
  type LetterVerdict,
  type OwedLetter,
  settleInterruptedLetters,
  settleLetter,
  takeDueLetters,
} from "./letterStore.ts";
import { judgeNotice, type SendEnd } from "./notice.ts";
import { tryMail } from "./noticeActions.ts";

const DAY = 86_400_000;
const AT_ONCE = 10;
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
 * Owes a letter inside the caller's transaction; it takes the place of one about the same that has not left: the newest says how things are.
 * False on a node that sends no mail.
 */
export function queueLetter(
  tx: Tx,
  house: Pick<MembersHouse, "mailer">,
  { actorId, kind, subjectId, facts = {} }: Letter,
  now: number,
): boolean {
  if (!house.mailer) return false;
  dropPendingLetters(tx, kind, subjectId);
  insertLetter(tx, { actorId, kind, subjectId, facts, createdAt: now });
  return true;
}

/** The clock's part: sends what is due and forgets what was settled long ago. `chance` is in [0, 1). */
export function letterClockTasks(
  house: MembersHouse,
  writers: Readonly<Record<LetterKind, WriteLetter>>,
  chance: () => number,
): ClockTask[] {
  const { db, mailer } = house;
  if (!mailer) return [];
  let hasLooked = false;
  return [
    {
      name: "send letters",
      everyMs: 0,
      run: async () => {
        if (!hasLooked) transact(db, (tx) => settleInterruptedLetters(tx, house.clock.now()));
        hasLooked = true;
        // One that cannot be written stops nobody else's.
        const thrown: unknown[] = [];
        for (;;) {
          const due = transact(db, (tx) => takeDueLetters(tx, house.clock.now(), AT_ONCE));
          if (due.length === 0) break;
          for (const owed of due)
            await sendLetter(house, mailer, owed, writers[owed.kind], chance).catch((error: unknown) =>
              thrown.push(error),
            );
        }
        if (thrown.length > 0) throw thrown[0];
      },
    },
    {
      name: "forget old letters",
      everyMs: DAY,
      run: (now) => transact(db, (tx) => deleteOldLetters(tx, now - SETTLED_KEPT_MS)),
    },
  ];
}

async function sendLetter(
  house: MembersHouse,
  mailer: Mailer,
  owed: OwedLetter,
  write: WriteLetter,
  chance: () => number,
): Promise<void> {
  const settle = (verdict: LetterVerdict, error: string | null) =>
    transact(house.db, (tx) => settleLetter(tx, owed.id, verdict, error, house.clock.now()));
  const judge = (end: SendEnd): LetterVerdict => {
    const tried = { createdAt: owed.createdAt, attempts: owed.attempts + 1 };
    return judgeNotice(tried, end, house.clock.now(), chance(), LETTER_PATIENCE_MS);
  };
  const message = await write(owed).catch((error: unknown) => {
    // What broke in here did not leave.
    settle(judge("not-now"), String(error).slice(0, 200));
    throw error;
  });
  if (!message) return settle({ state: "void", nextAt: house.clock.now() }, null);
  const { end, error } = await tryMail(mailer, message);
  settle(judge(end), error);
}
