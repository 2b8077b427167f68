// What the steps of the first run do: answers are kept, the node's own address is tried, steps are passed.
import { describeForWire } from "../../activitypub/actors.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Db, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { Person } from "../../web/visitor.ts";
import { checkSetupLink, type MembersHouse } from "../actions.ts";
import {
  type AddressCheck,
  type BeginStep,
  beginStepsOf,
  type FirstRun,
  NEW_RUN,
  nextBeginStep,
  type SetupDraft,
} from "./setup.ts";
import { loadFirstRun, loadSetupDraft, saveFirstRun, saveSetupDraft } from "./setupStore.ts";

/** Keeps an answer of the first half, while the link holds. Refuses `link-spent`, `setup-done`. */
export function keepAnswer(house: MembersHouse, token: string, answer: SetupDraft): Refusal | null {
  return transact(house.db, (tx) => {
    const refusal = checkSetupLink(house, token);
    if (!refusal) saveSetupDraft(tx, { ...loadSetupDraft(tx), ...answer });
    return refusal;
  });
}

/**
 * Asks for the node's own actor as another node would, over the network, and looks whether the answer carries this node's key. What is
 * reached by a private address, or is this machine itself, cannot be tried from here (SAFETY section 5).
 */
export async function checkAddress(
  house: Pick<MembersHouse, "db" | "origin" | "clock">,
  fetchDocument: Wire["fetchDocument"],
): Promise<AddressCheck> {
  const found = await fetchDocument(`${house.origin}/actor`);
  const at = house.clock.now();
  if ("document" in found)
    return { outcome: isOurs(house.db, found.document) ? "reached" : "elsewhere", detail: "", at };
  const { detail } = found;
  if (/^(?:private-address|blocked|url)\b/.test(detail)) return { outcome: "unknown", detail, at };
  const isAnswer = found.failed !== "unreachable" || detail.startsWith("HTTP ");
  return { outcome: isAnswer ? "elsewhere" : "silent", detail, at };
}

function isOurs({ orm }: Db, document: JsonObject): boolean {
  const own = loadActorByHandle(orm, "actor");
  const keyOf = ({ publicKey }: JsonObject) => JSON.stringify(publicKey);
  return own !== undefined && keyOf(describeForWire(orm, own)) === keyOf(document);
}

/** Passes a step of the second half, also one that was left for later. */
export function passStep(db: Db, handle: string, step: BeginStep): void {
  changeRun(db, handle, (run) => ({ ...run, passed: [...new Set([...run.passed, step])] }));
}

/** Notes how a test of the mail went: `error` null where the server took it. */
export function noteMailTest(db: Db, handle: string, mail: NonNullable<FirstRun["mail"]>): void {
  changeRun(db, handle, (run) => ({ ...run, mail }));
}

/** Who comes back to the steps after they were over begins them anew. */
function changeRun(db: Db, handle: string, change: (run: FirstRun) => FirstRun): void {
  transact(db, (tx) => saveFirstRun(tx, handle, change(loadFirstRun(tx, handle) ?? NEW_RUN)));
}

/** Where somebody who sits as administrator goes on with the first run; null where it is over. */
export function findUnfinished({ orm }: Db, { seats, nodeAdmin }: Pick<Person, "seats" | "nodeAdmin">): string | null {
  for (const { role, handle } of seats) {
    const run = role === "admin" ? loadFirstRun(orm, handle) : undefined;
    const step = run ? nextBeginStep(beginStepsOf({ nodeAdmin }), run) : "done";
    if (step !== "done") return `/desk/${handle}/begin/${step}`;
  }
  return null;
}
