// What every verb of the command line works with, and how it says that something cannot be done.
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Config } from "../config.ts";
import type { Db } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sentenceOf } from "../web/refusals.ts";
import type { Say } from "../web/words.ts";

/** What the verbs work with; the database opens when the first one needs it. */
export type Desk = { config: Config; say: Say; db: () => Db; tell: (text: string) => void };

/**
 * A text as the terminal may have it. Names, reports and errors come from other nodes: nothing in them moves the cursor, writes into the
 * clipboard or turns the line around. Line ends and tabs stay.
 */
export function forScreen(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu, "\uFFFD");
}

/** A verb was understood and cannot be done: its sentence, and exit status 1. */
export class VerbError extends Error {}

/** Gives the value back, or stops the verb with the refusal's sentence. */
export function demand<T>(desk: Desk, value: T | Refusal): T {
  if (isRefusal(value)) throw new VerbError(sentenceOf(value, desk.say));
  return value;
}

/** The actor of this node with that handle, or stops the verb. */
export function findActor(desk: Desk, handle: string) {
  const found = loadActorByHandle(desk.db().orm, handle);
  if (!found) throw new VerbError(desk.say("cli.actor.unknown", { handle }));
  return found;
}
