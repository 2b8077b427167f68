// An evening of the town's group: published, full, with somebody who waits; as strangers, who booked and who prepares it see it.

import { publishGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { bookForPerson } from "../../src/gatherings/bookingActions.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import { link, minor, outside } from "./byways.ts";
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The evening, and the booking of who came first. */
export type Meetings = { readonly evening: string; readonly booking: string };

/** Of two places two are taken, and a third person waits. */
export function addMeetings({ node, origin }: TestNode, handle: string, email: string): Meetings {
  const { wire, db } = node;
  const actorId = `${origin}/${handle}`;
  const byId = loadPersonByEmail(db.orm, email)?.id ?? "";
  const startsAt = Math.floor(wire.clock.now() / HOUR) * HOUR + 12 * DAY;
  const place = { venue: "Centro sociale", street: "Via Verdi 3", comune: "Fano", latitude: null, longitude: null };
  const booked = { takesBookings: true, capacity: 2, closesAt: null };
  const text = {
    name: "Farine di una volta, e come si panificano",
    summary: "Con chi le coltiva e chi le inforna.",
    content: "Si assaggia e si impasta.\n\nPorta un grembiule.",
  };
  const when = { startsAt, endsAt: startsAt + 2 * HOUR, onlineUrl: null };
  const facts = { kind: "evening", audience: "people", ...text, ...when, ...place, ...booked } as const;
  const { id } = sure(saveGathering(wire, actorId, facts, byId));
  sure(publishGathering(wire, { actorId, id, byId }));
  const [first] = [byId, "giulia", "rita"].map((personId) =>
    sure(bookForPerson(wire, id, { personId, guests: 0, language: "it" })),
  );
  return { evening: id, booking: first!.id };
}

const fano = "/desk/gas-fano/gatherings";
const at =
  (path: string): Visit["url"] =>
  ({ lived, meetings }: Town) =>
    `${lived.origin}${path.replace("{evening}", meetings.evening)}`;

export const MEETING_PAGES: readonly Visit[] = [
  { name: "meetings", url: at("/gas-fano/events"), ...outside },
  { name: "meeting", url: at("/gas-fano/events/{evening}"), ...outside },
  { name: "meeting-book", url: at("/gas-fano/events/{evening}/book"), ...outside },
  {
    ...{ name: "booking", ...outside },
    url: (town) => link("/booking", "gathering", town.meetings.booking)(town),
  },
  { name: "booking-forgotten", url: at("/booking/forgotten"), ...outside },
  { name: "own-meetings", url: at("/account/gatherings"), ...minor },
  { name: "meeting-own", url: at("/gas-fano/events/{evening}"), ...minor },
  { name: "desk-meetings", url: at(fano), ...minor },
  { name: "desk-meeting-new", url: at(`${fano}/new`), ...minor },
  { name: "desk-meeting", url: at(`${fano}/{evening}`), ...minor },
  { name: "desk-meeting-edit", url: at(`${fano}/{evening}/edit`), ...minor },
  { name: "desk-meeting-people", url: at(`${fano}/{evening}/people`), ...minor },
];
