// Bookings at random, for the properties of everything that sums or shares them.
import fc from "fast-check";
import type { Booking } from "../../src/orders/booking/booking.ts";

/** A booking of line 1 by a household, in thousandths. */
export function booking(householdId: string, quantityThousandths: number, change: Partial<Booking> = {}): Booking {
  return {
    lineNumber: 1,
    householdId,
    friendId: null,
    quantityThousandths,
    toleranceThousandths: 0,
    note: "",
    bookedAt: 0,
    ...change,
  };
}

/** Bookings of line 1, one for each household, in steps: up to 40 steps and up to 5 of tolerance. */
export function anyBookings(stepThousandths: number, min = 1, max = 12): fc.Arbitrary<Booking[]> {
  const one = fc.record({ steps: fc.integer({ min: 1, max: 40 }), more: fc.nat(5), bookedAt: fc.nat(3) });
  return fc.array(one, { minLength: min, maxLength: max }).map((all) =>
    all.map(({ steps, more, bookedAt }, index) =>
      booking(`h${index}`, steps * stepThousandths, {
        toleranceThousandths: more * stepThousandths,
        bookedAt,
        friendId: index % 3 === 2 ? "f" : null,
      }),
    ),
  );
}

export function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
