// Homes that die without a word, as when the power goes, and start again on what their disk has.
import type { HomeProcess } from "./homes.ts";
import type { Part, Stage } from "./story.ts";

/** A little later, for all: whoever found a node silent waits before it tries again. */
const A_MINUTE = 60_000;

/** The home of `part` dies in the midst of `act`, or of nothing. */
export async function die({ teller }: Stage, part: Part, act?: () => Promise<unknown>): Promise<void> {
  const { say, see } = teller;
  const pid = part.home.pid();
  const dead = part.home.whenDead();
  if (act) await act().catch(() => {});
  else process.kill(pid, "SIGKILL");
  await see(say.died(part.name, pid), async () => (await dead) === "SIGKILL");
}

/** It starts again; `owes`: letters must wait in its outbox. */
export async function wake({ teller, clock }: Stage, part: Part, owes: boolean): Promise<void> {
  const { say, format, see } = teller;
  const owed = await part.home.start();
  await see(say.wokeUp(part.name, format.count(owed)), async () => owed > 0 === owes);
  clock.moveTo(clock.now() + A_MINUTE);
}

/** Dies in the midst of `act`, which left a letter, and starts again; without `isAsked` it only acts. */
export async function act(stage: Stage, part: Part, isAsked: boolean, act: () => Promise<unknown>): Promise<void> {
  if (!isAsked) return void (await act());
  await die(stage, part, act);
  await wake(stage, part, true);
}

/** How often the letters that `from` sent after a row have come at `to`: once each, or the story stops. */
export async function seeOnce({ teller }: Stage, from: Part, to: HomeProcess, after: number): Promise<void> {
  await teller.see(teller.say.cameOnce(from.name), async () => {
    const letters = (await from.home.ask("listLetters", { after })).filter(({ inbox }) => inbox.startsWith(to.origin));
    const arrivals = letters.map(({ activityId }) => to.ask("listArrivals", { activityId }));
    const isDelivered = letters.length > 0 && letters.every(({ state }) => state === "delivered");
    return isDelivered && (await Promise.all(arrivals)).every(({ length }) => length === 1);
  });
}

/** The number of the last letter a part has written. */
export async function lastLetter({ home }: Part): Promise<number> {
  const letters = await home.ask("listLetters", { after: 0 });
  return letters.at(-1)?.rowId ?? 0;
}
