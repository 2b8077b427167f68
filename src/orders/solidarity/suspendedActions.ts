// Goods that a household books and leaves for whoever needs them, and to whom they go at the counter: to the next family, by its tree.

import { onceOnly } from "../../db/onceOnly.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { instantOfRome, romeTime } from "../../kernel/time.ts";
import { insertFriend } from "../../members/households/householdStore.ts";
import { changeBasket, type SavedBasket } from "../booking/basketActions.ts";
import { type Buying, onHandOut, orUndo } from "../changeActions.ts";
import { loadOrder } from "../store.ts";
import { nextFamily } from "./fund.ts";
import {
  dropPass,
  dropSuspended,
  findSuspendedFriend,
  insertPass,
  insertSuspended,
  insertSuspendedFriend,
  listPassed,
  listSuspended,
  listTurns,
  type Suspended,
} from "./store.ts";

/** Whose basket of which order, and who changes it. */
type BasketOf = {
  readonly actorId: string;
  readonly orderId: string;
  readonly householdId: string;
  readonly personId: string;
};

/**
 * Leaves so much of a line (thousandths in all, 0: none) for whoever needs it: a booking for the friend of the household who stands for
 * them, so that limits, credit, sharing and charge are those of every booking. `name`: what that friend is called where none is yet.
 * Refuses as `saveBasket` does.
 */
export function leaveSuspended(
  buying: Buying,
  place: BasketOf & { readonly name: string; readonly onceKey: string },
  lineNumber: number,
  quantityThousandths: number,
): SavedBasket | Refusal {
  const { name, onceKey, ...of } = place;
  const friendId = suspendedFriendOf(buying, of, name);
  if (isRefusal(friendId)) return friendId;
  const request = [lineNumber, quantityThousandths];
  return changeBasket(buying, { ...of, onceKey, request }, (_tx, saved) => {
    const others = saved.filter((one) => one.lineNumber !== lineNumber || one.friendId !== friendId);
    const wish = { lineNumber, friendId, quantityThousandths, toleranceThousandths: 0, note: "" };
    return { wishes: quantityThousandths > 0 ? [...others, wish] : others };
  });
}

function suspendedFriendOf(
  buying: Buying,
  { actorId, orderId, householdId }: BasketOf,
  name: string,
): string | Refusal {
  return transact(buying.db, (tx) => {
    if (!loadOrder(tx, actorId, orderId)) return { refused: "not-found" };
    const known = findSuspendedFriend(tx, actorId, householdId);
    if (known !== undefined) return known;
    const friendId = insertFriend(tx, actorId, householdId, name, buying.clock.now());
    insertSuspendedFriend(tx, actorId, householdId, friendId);
    return friendId;
  });
}

/** An order's counter and who stands at it. */
type AtCounter = { readonly actorId: string; readonly orderId: string; readonly personId: string };

/**
 * Gives the first of a line's goods that wait to the family whose turn it is, never to one that was not there. `instead`: the family that was
 * to have them (`not`) is not there; it is passed over from now on, and they go to the next; with nobody left they wait (`familyName` null).
 * Whoever hands out reads the tree alone. Refuses `nobody-next`, `nothing-left`, `stale-version` where another hand was faster, and as every
 * act at the counter.
 */
export function giveSuspended(
  buying: Buying,
  key: AtCounter,
  wish: {
    readonly lineNumber: number;
    readonly onceKey: string;
    readonly instead?: { readonly householdId: string; readonly not: string };
  },
): { familyName: string | null; quantityThousandths: number } | Refusal {
  return onHandOut(buying, key, ({ tx, now }, order) => {
    const { lineNumber, onceKey, instead } = wish;
    const once = { scope: key.personId, key: onceKey, request: [order.id, lineNumber, instead ?? null], now };
    return onceOnly(tx, once, () => {
      const gone = instead ? passOver(tx, order, key.personId, { ...instead, lineNumber }, now) : null;
      if (gone) return gone;
      const isIt = (one: Suspended) => instead === undefined || one.householdId === instead.householdId;
      const waiting = listSuspended(tx, order.id).find(
        (one) => one.lineNumber === lineNumber && one.state === null && isIt(one),
      );
      if (!waiting) return orUndo({ refused: "nothing-left" });
      const families = listPresent(tx, order, now);
      const next = nextFamily(families);
      const { householdId, quantityThousandths } = waiting;
      if (next === null)
        return instead ? { familyName: null, quantityThousandths } : orUndo({ refused: "nobody-next" });
      const place = { orderId: order.id, householdId, lineNumber, actorId: order.actorId };
      insertSuspended(tx, {
        ...place,
        quantityThousandths,
        state: "given",
        givenTo: next,
        personId: key.personId,
        at: now,
      });
      return { familyName: families.find(({ id }) => id === next)?.name ?? "", quantityThousandths };
    });
  });
}

/** The families whose turn may come at an order's counter: those that were not there are left out. */
export function listPresent(
  tx: Tx,
  { id, actorId }: { readonly id: string; readonly actorId: string },
  now: number,
): ReturnType<typeof listTurns> {
  const passed = new Set(listPassed(tx, id));
  return listTurns(tx, actorId, monthStart(now)).filter((family) => !passed.has(family.id));
}

/** Takes what a family was to have back and notes that it is not there, if it still is the one that was to have it. */
function passOver(
  tx: Tx,
  { id: orderId, actorId }: { readonly id: string; readonly actorId: string },
  personId: string,
  { householdId, lineNumber, not: familyId }: { householdId: string; lineNumber: number; not: string },
  at: number,
): Refusal | null {
  const line = listSuspended(tx, orderId).find(
    (one) => one.householdId === householdId && one.lineNumber === lineNumber,
  );
  if (line?.givenTo !== familyId) return { refused: "stale-version" };
  insertPass(tx, { orderId, familyId, actorId, personId, at });
  dropSuspended(tx, { orderId, householdId, lineNumber });
  return null;
}

/** A family that was passed over is there after all: its turn comes again. */
export function takeBackPass(buying: Buying, key: AtCounter, familyId: string): { familyId: string } | Refusal {
  return onHandOut(buying, key, ({ tx }, order) => {
    dropPass(tx, order.id, familyId);
    return { familyId };
  });
}

/** A line that a household left in an order. */
type LeftLine = { readonly householdId: string; readonly lineNumber: number };

/** What nobody took goes back to the household, or stays with the group; null takes any decision back. Refuses `nothing-left`. */
export function settleSuspended(
  buying: Buying,
  key: AtCounter,
  line: LeftLine,
  to: "returned" | "kept" | null,
): LeftLine | Refusal {
  return onHandOut(buying, key, ({ tx, now }, order) => {
    const { householdId, lineNumber } = line;
    const place = { orderId: order.id, householdId, lineNumber };
    if (to === null) return dropSuspended(tx, place) ? line : { refused: "nothing-left" };
    const waiting = listSuspended(tx, order.id).find(
      (one) => one.householdId === householdId && one.lineNumber === lineNumber && one.state === null,
    );
    if (!waiting) return { refused: "nothing-left" };
    const { quantityThousandths } = waiting;
    const { actorId } = order;
    insertSuspended(tx, {
      ...place,
      actorId,
      quantityThousandths,
      state: to,
      givenTo: null,
      personId: key.personId,
      at: now,
    });
    return line;
  });
}

function monthStart(now: number): number {
  return instantOfRome({ date: `${romeTime(now).date.slice(0, 7)}-01`, time: "00:00" }) ?? now;
}
