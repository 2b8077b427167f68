// An evening at one group of the demo: five places, six who ask; and the region's calendar shows it.
import { FRIEND } from "./cast.ts";
import { nameOf } from "./orderStory.ts";
import { REGION } from "./regionStory.ts";
import type { Stage } from "./story.ts";
import { inDays } from "./time.ts";

const HANDLE = "gas-valle";
const COMERS = ["chiara", "omar", "nadia", "rosa", "marta"].map((name) => `${name}@gas-valle.example`);
const PLACES = 5;

/** It is published and full. Gives its id. */
export async function holdEvening({ part, teller, clock }: Stage): Promise<string> {
  const { say, see, format } = teller;
  const { home, handle, name } = part(HANDLE);
  const comers = [FRIEND.email, ...COMERS];
  const startsAt = inDays(clock.now(), 12, "18:00");
  const about = { name: say.eveningName, summary: say.eveningSummary, venue: say.placeValley, comune: "Macerata" };
  const wish = { ...about, handle, by: "paolo@gas-valle.example", startsAt, places: PLACES, comers };
  const { id, states } = await home.ask("holdEvening", wish);
  const told = say.eveningFull(name, about.name, format.dateTime(startsAt), nameOf(comers.at(-1)!));
  await see(told, async () => states.filter((state) => state === "booked").length === PLACES);
  return id;
}

/** Read at the group's own node, like everything a network shows. */
export async function seeCalendar({ part, teller }: Stage): Promise<void> {
  const { say, see } = teller;
  const region = part(REGION);
  await see(say.inCalendar(region.name, say.eveningName), async () => {
    const { events } = await region.home.ask("askNetwork", { handle: REGION, find: null });
    return events.length === 1 && events[0] === say.eveningName;
  });
}
