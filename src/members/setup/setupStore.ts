// Facts of the node <-> what the first run knows so far: the answers before anybody is here, and how far each actor is after that.
import { deleteFact, loadFact, saveFact } from "../../db/facts.ts";
import type { Tx } from "../../db/transact.ts";
import { type FirstRun, NEW_RUN, type SetupDraft } from "./setup.ts";

const DRAFT = "setup-draft";
const runOf = (handle: string) => `first-run-${handle}`;

/** The answers so far; nothing on a node that was just installed. */
export function loadSetupDraft(tx: Tx): SetupDraft {
  const text = loadFact(tx, DRAFT);
  return text === undefined ? {} : (JSON.parse(text) as SetupDraft);
}

export function saveSetupDraft(tx: Tx, draft: SetupDraft): void {
  saveFact(tx, DRAFT, JSON.stringify(draft));
}

/** The first half is over: its answers are forgotten, the second half begins at that actor. */
export function beginFirstRun(tx: Tx, handle: string): void {
  deleteFact(tx, DRAFT);
  saveFirstRun(tx, handle, NEW_RUN);
}

/** How far the second half is; undefined where it is over, or there was none. */
export function loadFirstRun(tx: Tx, handle: string): FirstRun | undefined {
  const text = loadFact(tx, runOf(handle));
  return text === undefined ? undefined : (JSON.parse(text) as FirstRun);
}

export function saveFirstRun(tx: Tx, handle: string, run: FirstRun): void {
  saveFact(tx, runOf(handle), JSON.stringify(run));
}

export function endFirstRun(tx: Tx, handle: string): void {
  deleteFact(tx, runOf(handle));
}
