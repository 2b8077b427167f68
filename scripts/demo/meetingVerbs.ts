// What the homes of the demo do about gatherings: somebody prepares an evening, people of the home take their places.
import { publishGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { bookForPerson } from "../../src/gatherings/bookingActions.ts";
import { actorOf, demand, type Home, personOf } from "./lookup.ts";

/** An evening and who comes, in the order in which they ask; `places`: how many there are. */
export type Evening = {
  readonly handle: string;
  readonly by: string;
  readonly name: string;
  readonly summary: string;
  readonly venue: string;
  readonly comune: string;
  readonly startsAt: number;
  readonly places: number;
  readonly comers: readonly string[];
};

const TWO_HOURS = 7_200_000;

export const meetingVerbs = {
  /** Publishes the evening and books everybody in. Gives its id and how each stands. */
  holdEvening: ({ node, db }: Home, { handle, by, comers, places, name, summary, ...where }: Evening) => {
    const { venue, comune, startsAt } = where;
    const [{ id: actorId }, byId] = [actorOf(db, handle), personOf(db, by)];
    const facts = {
      ...({ kind: "evening", audience: "people", name, summary, content: "" } as const),
      ...{ startsAt, endsAt: startsAt + TWO_HOURS },
      ...{ venue, street: "", comune, latitude: null, longitude: null, onlineUrl: null },
      ...{ takesBookings: true, capacity: places, closesAt: null },
    };
    const { id } = demand(saveGathering(node.wire, actorId, facts, byId));
    demand(publishGathering(node.wire, { actorId, id, byId }));
    const states = comers.map((email) => {
      const wish = { personId: personOf(db, email), guests: 0, language: "it" as const };
      return demand(bookForPerson(node.wire, id, wish)).state;
    });
    return { id, states };
  },
};
