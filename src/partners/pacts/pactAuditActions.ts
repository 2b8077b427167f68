// What people did with a pact, for the log of the group or farm: proposed, changed terms, accepted, refused, suspended, resumed, ended.
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import type { HeldPact } from "./pactStore.ts";

/** Whose pact, and who decides; without `byId` the clock does. */
export type Decider = { readonly actorId: string; readonly byId?: string | undefined };

/** Writes down what became of a pact, unless it was refused; gives it back. In the transaction of the cause; `at` epoch ms. */
export function notePact<T extends HeldPact | Refusal>(
  tx: Tx,
  { actorId, byId = undefined }: Decider,
  did: string,
  held: T,
  at: number,
): T {
  if (isRefusal(held)) return held;
  const detail = `${did}: ${(held as HeldPact).peer}`;
  recordAudit(tx, { what: "pact", actorId, byId: byId ?? null, aboutId: null, detail, at });
  return held;
}
