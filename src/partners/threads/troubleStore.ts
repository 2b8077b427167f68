// What is wrong with the letters of a thread: theirs that we refused, ours that they did not take. What people are shown of it.
import { listRefusedLetters, type RefusedLetter } from "../../activitypub/inboxStore.ts";
import { listUndecided, type OwedLetter } from "../../activitypub/outboxListStore.ts";
import type { Db } from "../../db/transact.ts";

/** `refused`: what came and was not taken, newest first; `undecided`: ours that a person must decide about, oldest first. */
export type Trouble = { readonly refused: readonly RefusedLetter[]; readonly undecided: readonly OwedLetter[] };

const SHOWN = 10;

/** The trouble of one thread with one partner. What others said about the thread is not shown there: it is none of theirs. */
export function readTrouble(db: Db, name: { actorId: string; thread: string; peer: string }): Trouble {
  const { actorId, thread, peer } = name;
  return {
    refused: listRefusedLetters(db, actorId, { thread, senders: [peer] }, SHOWN),
    undecided: listUndecided(db.orm, actorId, thread),
  };
}

/** The newest refused letters of all threads, of all senders or of these. */
export function listNewestRefused(db: Db, actorId: string, senders: readonly string[] | null): RefusedLetter[] {
  return listRefusedLetters(db, actorId, { senders }, SHOWN);
}
