// What time brings to new groups: documents say who takes people in, who waits is told once, what nobody needs is forgotten.
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { loadPeriods } from "../../db/periods.ts";
import { transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { takesPeople } from "../../members/joining/joinActions.ts";
import { type JoinRequest, listJoinRequests } from "../../members/joining/joinStore.ts";
import { queueLetter } from "../../members/letters/letterActions.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { comuneOf, distanceKm, findComune } from "../places/places.ts";
import { type Budding, listUntoldBuddings, updateBudding } from "./budStore.ts";
import { closeFoundings } from "./foundActions.ts";
import { syncJoining } from "./joiningActions.ts";
import { tellSeekers } from "./seekActions.ts";
import { deleteOldFoundings, deleteOldSeekers } from "./store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNPROVEN_KEPT_MS = 7 * DAY;

/** Everything that time brings to this part. */
export function foundingClockTasks(wire: Wire, house: MembersHouse, index: Pick<IndexDoor, "open">): ClockTask[] {
  return [
    { name: "say who takes people in", everyMs: MINUTE, run: () => void syncJoining(wire) },
    { name: "close foundings that joined", everyMs: 10 * MINUTE, run: () => void closeFoundings(house) },
    { name: "tell who seeks a group", everyMs: HOUR, run: () => tellSeekers(house, index.open) },
    { name: "tell who waited of the new group", everyMs: HOUR, run: () => void tellWaiting(house) },
    {
      name: "forget who sought and founded",
      everyMs: DAY,
      run: (now) =>
        transact(house.db, (tx) => {
          const { seekers, foundings, waiting } = loadPeriods(tx);
          const unproven = now - UNPROVEN_KEPT_MS;
          deleteOldSeekers(tx, unproven, now - seekers * DAY);
          deleteOldFoundings(tx, now - foundings * DAY, now - waiting * DAY, unproven);
        }),
    },
  ];
}

/**
 * Owes one letter to who waits for a group that became two and lives nearer to the new one, as soon as that takes people in. Their request
 * stays where it is: they ask the new group themselves.
 */
function tellWaiting(house: MembersHouse): void {
  const { db } = house;
  for (const budding of house.mailer ? listUntoldBuddings(db.orm) : []) {
    const { id, actorId, madeId } = budding;
    if (madeId === null || !takesPeople(db.orm, madeId)) continue;
    const now = house.clock.now();
    transact(db, (tx) => {
      updateBudding(tx, id, { toldAt: now });
      const old = loadActor(tx, actorId);
      for (const request of listJoinRequests(tx, actorId).filter((one) => isNearer(one, budding, old?.place))) {
        const facts = { budding: id };
        queueLetter(tx, house, { actorId, kind: "bud-waiting", subjectId: request.id, facts }, now);
      }
    });
  }
}

function isNearer({ state, place }: JoinRequest, { istat }: Budding, oldPlace = ""): boolean {
  const [home, to, from] = [findComune(place), comuneOf(istat), findComune(oldPlace)];
  if (state !== "waiting" || !home || !to) return false;
  return !from || distanceKm(home, to) < distanceKm(home, from);
}
