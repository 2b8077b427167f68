// How time passes in the demo: for all homes in the same moment, and only while no letter is on its way, since a letter signed
// before would look days old after it.
import { setTimeout as wait } from "node:timers/promises";
import { addDays, instantOfRome, romeTime } from "../../src/kernel/time.ts";
import { HOME_KEYS } from "./cast.ts";
import type { HomeProcess, Homes } from "./homes.ts";
import type { Stage } from "./story.ts";
import { StoryError, type Teller } from "./teller.ts";

const PATIENCE_MS = 60_000;
/** The homes have better to do than to answer how far they are. */
const LOOK_EVERY_MS = 15;
const DAY_MS = 86_400_000;

/** That time of day, so many days after `from` (epoch ms), in Rome: epoch ms. */
export function inDays(from: number, days: number, time: string): number {
  const at = instantOfRome({ date: addDays(romeTime(from).date, days), time });
  if (at === null) throw new Error(`no such time: ${time}`);
  return at;
}

/** Waits until no home owes a letter any more. Throws StoryError after a minute. */
export async function settle(homes: Homes, { say }: Teller): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while ((await countOwed(homes)) > 0) {
    if (performance.now() > until) throw new StoryError(say.notSeen(say.letters));
    await wait(LOOK_EVERY_MS);
  }
}

/** How many letters the homes that run have still to deliver. */
export async function countOwed(homes: Homes): Promise<number> {
  const owed = await Promise.all(listUp(homes).map((home) => home.ask("countOwed", {})));
  return owed.reduce((sum, count) => sum + count, 0);
}

/** It is that moment (epoch ms) for everybody, and the homes that run do what time owes. */
export async function passTo({ homes, teller, clock }: Stage, at: number): Promise<void> {
  const { say, format, fact } = teller;
  const [from, to] = [clock.now(), at].map((one) => Date.parse(romeTime(one).date)) as [number, number];
  clock.moveTo(at);
  fact(say.passed(format.count((to - from) / DAY_MS), format.dateTime(at)));
  await Promise.all(listUp(homes).map((home) => home.ask("runDue", {})));
}

function listUp(homes: Homes): HomeProcess[] {
  return HOME_KEYS.map((key) => homes[key]).filter((home) => home.isUp());
}
