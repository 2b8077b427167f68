// A form that moves money is sent twice by a slow phone, and counts once: its key, a hash of what was asked and the answer are
// kept in the transaction of the effect (SAFETY 6). Business keys, which hold for ever, are the ledger's own matter.
import { createHash } from "node:crypto";
import type { ClockTask } from "../kernel/clock.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { and, eq, lt, sql } from "./drizzle.ts";
import { placeholders, prepareOnce } from "./prepareOnce.ts";
import { onceKeys } from "./tables.ts";
import type { Tx } from "./transact.ts";
import { type Db, transact } from "./transact.ts";

/** How long a form's key is remembered. */
const KEPT_MS = 30 * 86_400_000;
const HOUR = 3_600_000;
const KEY = /^[\w-]{8,100}$/;

/** Who asks (a person's id), the key of their form, and all that they asked: anything JSON can say. */
export type Once = {
  readonly scope: string;
  readonly key: string;
  readonly request: unknown;
  readonly now: number;
};

const keyRow = prepareOnce((tx) =>
  tx
    .select()
    .from(onceKeys)
    .where(and(eq(onceKeys.scope, sql.placeholder("scope")), eq(onceKeys.key, sql.placeholder("key"))))
    .prepare(),
);
const insertKeyRow = prepareOnce((tx) =>
  tx
    .insert(onceKeys)
    .values(placeholders("scope", "key", "requestHash", "answer", "createdAt"))
    .prepare(),
);

/**
 * Does `act` the first time its key comes, inside the caller's transaction; the same key with the same request gives the first
 * answer again (as JSON gave it back), with another one `key-reused`. `once` null acts plainly. A refusal has changed
 * nothing and is not kept, so that it may be tried again. Refuses `bad-key`.
 */
export function onceOnly<T>(
  tx: Tx,
  once: Once | null,
  act: () => T | Refusal,
): T | Refusal | Refusal<"key-reused" | "bad-key"> {
  if (once === null) return act();
  const { scope, key, now } = once;
  if (!KEY.test(key)) return { refused: "bad-key" };
  const requestHash = createHash("sha256").update(JSON.stringify(once.request)).digest("hex");
  const known = keyRow(tx).get({ scope, key });
  if (known) return known.requestHash === requestHash ? JSON.parse(known.answer) : { refused: "key-reused" };
  const answer = act();
  if (!isRefusal(answer))
    insertKeyRow(tx).run({ scope, key, requestHash, answer: JSON.stringify(answer ?? null), createdAt: now });
  return answer;
}

/** Forgets the keys of forms after thirty days. */
export function onceOnlyTasks(db: Db): ClockTask[] {
  const run = (now: number): void => {
    transact(db, (tx) =>
      tx
        .delete(onceKeys)
        .where(lt(onceKeys.createdAt, now - KEPT_MS))
        .run(),
    );
  };
  return [{ name: "forget keys of old forms", everyMs: HOUR, run }];
}
