// What is written about bookings, as things stand when it leaves: to addresses with the link by which one proves and gives back, to accounts
// as notices.
import { keptMs } from "../db/periods.ts";
import type { Tx } from "../db/transact.ts";
import type { MembersHouse } from "../members/actions.ts";
import type { LetterWriter } from "../members/letters/letterActions.ts";
import type { OwedLetter } from "../members/letters/letterStore.ts";
import { queueNotice } from "../members/notices/noticeActions.ts";
import { loadActorName } from "../members/store.ts";
import { signLink } from "../web/linkTokens.ts";
import { words } from "../web/words.ts";
import { voiceOf } from "./activities.ts";
import { tellWhen, tellWhere } from "./announcement.ts";
import { writeWish } from "./bookingActions.ts";
import { type Booking, loadBooking } from "./bookingStore.ts";
import type { Gathering } from "./gathering.ts";
import { LETTERS, type Letter } from "./letter.ts";
import { findGathering } from "./store.ts";

const DAY = 86_400_000;
/** What also who wants no mail must know: they would come at the wrong hour, or to nobody. */
const OWED_TO_ALL: ReadonlySet<Letter> = new Set(["moved", "cancelled"]);

/** How letters about bookings leave. */
export function gatheringLetters(house: MembersHouse): { readonly gathering: LetterWriter } {
  return {
    gathering: {
      handOver: (tx, letter, now) => tellPerson(tx, house, letter, now),
      write: (letter) => tellStranger(house, letter),
    },
  };
}

type Told = { readonly booking: Booking; readonly gathering: Gathering; readonly what: Letter };

/** The letter, if it still says how things are. */
function weigh(tx: Tx, { subjectId, facts }: OwedLetter, now: number): Told | null {
  const booking = loadBooking(tx, subjectId);
  const gathering = booking && findGathering(tx, booking.gatheringId);
  const what = LETTERS.find((one) => one === facts.what);
  if (!booking || !gathering || !what || gathering.endsAt <= now) return null;
  const isIn = booking.state === "booked" || booking.state === "waiting";
  const told = { booking, gathering, what };
  // Taken off the page too it is called off all the same: who has a place would stand before a closed door.
  if (what === "cancelled") return isIn ? told : null;
  if (gathering.state !== "published" || gathering.removedAt !== null) return null;
  return isIn === (what !== "prove") ? told : null;
}

/** What is to be proven is proven by a link: an account's own page does not know of it yet. */
function tellPerson(tx: Tx, house: MembersHouse, letter: OwedLetter, now: number): boolean {
  const told = weigh(tx, letter, now);
  const personId = told?.booking.personId ?? null;
  if (!told || personId === null || (told.what === "prove" && told.booking.email !== null)) return false;
  const businessKey = `gathering:${letter.subjectId}:${told.what}:${letter.createdAt}`;
  const url = `${house.origin}/account/gatherings`;
  const write = (_say: unknown, language: Booking["language"]) => writeLetter(tx, told, language, url);
  const isOwed = OWED_TO_ALL.has(told.what);
  queueNotice(tx, house, { personId, kind: "gathering", businessKey, write, isOwed }, now);
  return true;
}

async function tellStranger(house: MembersHouse, letter: OwedLetter) {
  const { db, clock, origin } = house;
  const now = clock.now();
  const told = weigh(db.orm, letter, now);
  if (!told || told.booking.email === null) return null;
  const { id, email, language } = told.booking;
  // Who booked is forgotten some time after the end, and the link with them.
  const life = { now, lifeMs: Math.max(DAY, told.gathering.endsAt + keptMs(db.orm, "bookings") - now) };
  const link = { subject: id, next: writeWish(told.booking), ...life };
  const url = `${origin}/booking/${await signLink(house, "gathering", link)}`;
  return { to: email, ...writeLetter(db.orm, told, language, url) };
}

function writeLetter(tx: Tx, { booking, gathering, what }: Told, language: Booking["language"], url: string) {
  const say = words(language);
  const voice = voiceOf(language);
  const isIn = booking.state === "booked" && what !== "cancelled";
  const facts = {
    ...{ name: booking.name, gathering: gathering.name, who: loadActorName(tx, gathering.actorId) ?? "", url },
    ...{ when: tellWhen(gathering, voice), where: tellWhere(gathering, voice), reason: gathering.cancelReason ?? "" },
    online: isIn && gathering.onlineUrl !== null ? say("gatherings.mail.online", { url: gathering.onlineUrl }) : "",
  };
  return {
    subject: say(`gatherings.mail.${what}.subject`, facts).replaceAll(/\s+/g, " "),
    text: say(`gatherings.mail.${what}.text`, facts),
  };
}
