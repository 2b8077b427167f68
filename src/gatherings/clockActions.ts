// What time brings to gatherings: the day before is told, free places are given, who came is forgotten.
import { keptMs } from "../db/periods.ts";
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import type { MembersHouse } from "../members/actions.ts";
import { settleAt, UNPROVEN_KEPT_MS } from "./bookingActions.ts";
import { changeBooking, deleteOldBookings, listAwaited, listToRemind, oweLetterTo } from "./bookingStore.ts";
import { listBeginning } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Every task of bookings. */
export function gatheringClockTasks(house: MembersHouse): ClockTask[] {
  const { db } = house;
  return [
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
      for (const booking of listToRemind(tx, gathering.id, gathering.startsAt - DAY)) {
        changeBooking(tx, booking.id, { remindedAt: now });
        oweLetterTo(tx, booking, "reminder", now);
      }
  });
}
