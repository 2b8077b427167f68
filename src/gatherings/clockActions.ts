// What time brings to gatherings: letters leave, the day before is told, free places are given, who came is forgotten.
import { keptMs } from "../db/periods.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import type { MembersHouse } from "../members/actions.ts";
import { queueNotice } from "../members/noticeActions.ts";
import { loadActorName } from "../members/store.ts";
import { signLink } from "../web/linkTokens.ts";
import { MailFailure } from "../web/mail.ts";
import { words } from "../web/words.ts";
import { voiceOf } from "./activities.ts";
import { tellWhen, tellWhere } from "./announcement.ts";
import { settleAt, UNPROVEN_KEPT_MS, writeWish } from "./bookingActions.ts";
import {
  type Booking,
  changeBooking,
  deleteOldBookings,
  listAwaited,
  listToRemind,
  oweAgain,
  takeDueLetters,
} from "./bookingStore.ts";
import type { Gathering } from "./gathering.ts";
import { type Letter, waitBeforeTry } from "./letter.ts";
import { findGathering, listBeginning } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT_ONCE = 10;
/** What also who wants no mail must know: they would come at the wrong hour, or to nobody. */
const OWED_TO_ALL: ReadonlySet<Letter> = new Set(["moved", "cancelled"]);

/** Every task of bookings. */
export function gatheringClockTasks(house: MembersHouse): ClockTask[] {
  const { db } = house;
  return [
    { name: "write to who booked at gatherings", everyMs: 0, run: () => sendLetters(house) },
    { name: "remind people of gatherings", everyMs: 600_000, run: (now) => remind(house, now) },
    {
      // A person who was erased leaves a place behind without a word.
      name: "give free places to who waits",
      everyMs: 600_000,
      run: (now) =>
        transact(db, (tx) => {
          for (const gathering of listAwaited(tx, now)) settleAt(tx, gathering, now);
        }),
    },
    {
      name: "forget who booked at old gatherings",
      everyMs: HOUR,
      run: (now) => transact(db, (tx) => deleteOldBookings(tx, now - keptMs(tx, "bookings"), now - UNPROVEN_KEPT_MS)),
    },
  ];
}

function remind({ db }: MembersHouse, now: number): void {
  transact(db, (tx) => {
    for (const gathering of listBeginning(tx, now, now + DAY))
      for (const { id } of listToRemind(tx, gathering.id, gathering.startsAt - DAY))
        changeBooking(tx, id, { remindedAt: now, owes: "reminder", owesAt: now, owesTries: 0 });
  });
}

/**
 * To accounts by the queue of notices; to the others one by one, tried again while the server cannot. What cannot be written to one stops
 * nobody else's letter, and is thrown when all are told.
 */
async function sendLetters(house: MembersHouse): Promise<void> {
  const thrown: unknown[] = [];
  for (;;) {
    const due = transact(house.db, (tx) => {
      const taken = takeDueLetters(tx, house.clock.now(), AT_ONCE);
      for (const booking of taken.filter((one) => !goesByLink(one)))
        try {
          tellPerson(tx, house, booking);
        } catch (error) {
          oweLater(tx, booking, house.clock.now());
          thrown.push(error);
        }
      return taken;
    });
    for (const booking of due.filter(goesByLink))
      await tellStranger(house, booking).catch((error: unknown) => thrown.push(error));
    if (due.length === 0) break;
  }
  if (thrown.length > 0) throw thrown[0];
}

/** What is to be proven is proven by a link: an account's own page does not know of it yet. */
function goesByLink({ personId, owes, email }: Booking): boolean {
  return personId === null || (owes === "prove" && email !== null);
}

function tellPerson(tx: Tx, house: MembersHouse, booking: Booking): void {
  const { personId } = booking;
  const gathering = findGathering(tx, booking.gatheringId);
  const letter = gathering && weighLetter(booking, gathering, house.clock.now());
  if (!gathering || !letter || personId === null) return;
  const businessKey = `gathering:${booking.id}:${letter}:${booking.owesAt}`;
  const url = `${house.origin}/account/gatherings`;
  const write = (_say: unknown, language: Booking["language"]) =>
    writeLetter(tx, letter, { gathering, booking, language, url });
  const notice = { personId, kind: "gathering", businessKey, write, isOwed: OWED_TO_ALL.has(letter) } as const;
  queueNotice(tx, house, notice, house.clock.now());
}

async function tellStranger(house: MembersHouse, booking: Booking): Promise<void> {
  const { db, mailer, clock, origin } = house;
  const { id, email, language } = booking;
  const now = clock.now();
  const gathering = findGathering(db.orm, booking.gatheringId);
  const letter = gathering && weighLetter(booking, gathering, now);
  if (!mailer || !gathering || !letter || email === null) return;
  // Who booked is forgotten some time after the end, and the link with them.
  const life = { now, lifeMs: Math.max(DAY, gathering.endsAt + keptMs(db.orm, "bookings") - now) };
  try {
    const url = `${origin}/booking/${await signLink(house, "gathering", { subject: id, next: writeWish(booking), ...life })}`;
    await mailer.send({ to: email, ...writeLetter(db.orm, letter, { gathering, booking, language, url }) });
  } catch (error) {
    const isOurs = !(error instanceof MailFailure);
    // What broke in here surely did not leave.
    if (isOurs || error.end === "not-now") transact(db, (tx) => oweLater(tx, booking, clock.now()));
    if (isOurs) throw error;
  }
}

function oweLater(tx: Tx, { id, owes, owesTries }: Booking, now: number): void {
  const wait = waitBeforeTry(owesTries);
  if (owes !== null && wait !== null) oweAgain(tx, id, { owes, owesAt: now + wait, owesTries: owesTries + 1 });
}

/** The letter that is owed, if it still says how things are. */
function weighLetter({ owes, state }: Booking, gathering: Gathering, now: number): Letter | null {
  if (owes === null || gathering.endsAt <= now) return null;
  const isIn = state === "booked" || state === "waiting";
  // Taken off the page too it is called off all the same: who has a place would stand before a closed door.
  if (owes === "cancelled") return isIn ? owes : null;
  if (gathering.state !== "published" || gathering.removedAt !== null) return null;
  return isIn === (owes !== "prove") ? owes : null;
}

function writeLetter(
  tx: Tx,
  letter: Letter,
  view: {
    readonly gathering: Gathering;
    readonly booking: Booking;
    readonly language: Booking["language"];
    readonly url: string;
  },
): { readonly subject: string; readonly text: string } {
  const { gathering, booking, language, url } = view;
  const say = words(language);
  const voice = voiceOf(language);
  const isIn = booking.state === "booked" && letter !== "cancelled";
  const facts = {
    ...{ name: booking.name, gathering: gathering.name, who: loadActorName(tx, gathering.actorId) ?? "", url },
    ...{ when: tellWhen(gathering, voice), where: tellWhere(gathering, voice), reason: gathering.cancelReason ?? "" },
    online: isIn && gathering.onlineUrl !== null ? say("gatherings.mail.online", { url: gathering.onlineUrl }) : "",
  };
  return {
    subject: say(`gatherings.mail.${letter}.subject`, facts).replaceAll(/\s+/g, " "),
    text: say(`gatherings.mail.${letter}.text`, facts),
  };
}
