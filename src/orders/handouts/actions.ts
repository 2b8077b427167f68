// What is written at the counter, line by line: each portion has its own version, so that several phones work at once; the same
// form counts once; everything can be undone. EXPERIENCE.md 2.5, SAFETY.md C46, A48, A51.
import { onceOnly } from "../../db/onceOnly.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { type Act, type Buying, type OrderKey, onHandOut, orUndo } from "../changeActions.ts";
import { countHandout, type Handout, weighHandout } from "../delivery/delivery.ts";
import { beginDelivery, keepHandout } from "../delivery/deliveryActions.ts";
import { listPortions, loadPortion, type Portion, type PortionKey } from "../delivery/deliveryStore.ts";
import { handoutOf } from "../delivery/settlementStore.ts";
import { lineOf, type Order } from "../order.ts";
import { isPlausible } from "./plausible.ts";
import { type Given, loadLastChange } from "./store.ts";

type CounterKey = OrderKey & { readonly personId: string };

/**
 * One line as somebody typed it. `numbers`: thousandths, several are weights that sum up, one is a weight of goods by weight and else
 * a count, 0 says that it is missing. `seenVersion`: what they looked at; null looks away. `isMeant`: they were asked.
 */
export type Written = {
  readonly place: PortionKey;
  readonly numbers: readonly number[];
  readonly seenVersion: number | null;
  readonly isMeant: boolean;
};

/** A portion as it now is, and the number of its last change. */
export type WrittenPortion = Portion & { readonly version: number };

/**
 * Writes one portion. Writing what stands there already changes nothing, whatever was seen. `onceKey` as in `saveBasket`. Refuses
 * `clashing-weight` (somebody was faster: `theirs`, their `version`, `personId`, `at`), `implausible-weight` (asked once: come again
 * with `isMeant`), and what `weigh` refuses.
 */
export function writePortion(
  buying: Buying,
  key: CounterKey,
  written: Written,
  onceKey: string | null = null,
): WrittenPortion | Refusal {
  return onHandOut(buying, key, (act, order) => {
    const { place, numbers, isMeant } = written;
    const request = [order.id, place, numbers];
    const once = onceKey === null ? null : { scope: key.personId, key: onceKey, request, now: act.now };
    return onceOnly(act.tx, once, () => {
      const portion = loadPortion(act.tx, order.id, place);
      if (!portion) return { refused: "no-such-portion" };
      const handout = handOut(order, portion, numbers);
      if (isRefusal(handout)) return handout;
      const after = givenOf(handout);
      const clash = findClash(act, order, portion, after, written.seenVersion);
      if (clash) return clash;
      if (
        !isMeant &&
        !isSame(portion, after) &&
        !isPlausible(portion.allocatedThousandths, handout.quantityThousandths)
      )
        return { refused: "implausible-weight", quantityThousandths: handout.quantityThousandths };
      return keepGiven(act, order, portion, after);
    });
  });
}

/** Takes the last change of a portion back; once more brings it back again. Refuses as `writePortion`, `nothing-to-undo`. */
export function undoPortion(
  buying: Buying,
  key: CounterKey,
  { place, seenVersion }: Pick<Written, "place" | "seenVersion">,
  onceKey: string | null = null,
): WrittenPortion | Refusal {
  return onHandOut(buying, key, (act, order) => {
    const request = [order.id, place, "undo"];
    const once = onceKey === null ? null : { scope: key.personId, key: onceKey, request, now: act.now };
    return onceOnly(act.tx, once, () => {
      const portion = loadPortion(act.tx, order.id, place);
      if (!portion) return { refused: "no-such-portion" };
      const { version, before } = loadLastChange(act.tx, order.id, place);
      if (version === 0) return { refused: "nothing-to-undo" };
      return findClash(act, order, portion, before, seenVersion) ?? keepGiven(act, order, portion, before);
    });
  });
}

/** Whose portions: those of some households, or of one line. */
export type HandoutScope = { readonly householdIds: readonly string[] } | { readonly lineNumber: number };

/** "As booked": whatever nobody has weighed yet in the scope was handed out as allotted. Refuses as `weigh`. */
export function handOutRest(buying: Buying, key: CounterKey, scope: HandoutScope): { count: number } | Refusal {
  return onHandOut(buying, key, (act, order) => {
    const rest = listPortions(act.tx, order.id).filter(
      (portion) => portion.deliveredThousandths === null && isIn(scope, portion),
    );
    for (const portion of rest)
      keepGiven(act, order, portion, { deliveredThousandths: portion.allocatedThousandths, weights: null });
    return { count: rest.length };
  });
}

function isIn(scope: HandoutScope, { householdId, lineNumber }: PortionKey): boolean {
  return "householdIds" in scope ? scope.householdIds.includes(householdId) : scope.lineNumber === lineNumber;
}

/** Several numbers are weights; one is a count, but of goods by weight. */
function handOut(order: Order, portion: Portion, numbers: readonly number[]): Handout | Refusal {
  const { goods } = lineOf(order, portion.lineNumber);
  const isByWeight = goods.isVariableWeight || goods.hasSeparateWeights;
  const isWeighed = numbers.length > 1 || (isByWeight && numbers[0] !== 0);
  const handout = handoutOf(portion);
  return isWeighed ? weighHandout(handout, numbers) : countHandout(handout, numbers[0] ?? 0);
}

function givenOf({ quantityThousandths, weights }: Handout): Given {
  return { deliveredThousandths: quantityThousandths, weights: weights.length > 0 ? weights : null };
}

function isSame(one: Given, other: Given): boolean {
  const text = ({ deliveredThousandths, weights }: Given) => JSON.stringify([deliveredThousandths, weights]);
  return text(one) === text(other);
}

function findClash(
  { tx }: Act,
  order: Order,
  portion: Portion,
  after: Given,
  seenVersion: number | null,
): Refusal<"clashing-weight"> | null {
  const { version, personId, at } = loadLastChange(tx, order.id, portion);
  if (seenVersion === null || seenVersion === version || isSame(portion, after)) return null;
  const { deliveredThousandths, weights } = portion;
  return { refused: "clashing-weight", theirs: { deliveredThousandths, weights }, version, personId, at };
}

function keepGiven(act: Act, order: Order, portion: Portion, after: Given): WrittenPortion {
  const begun = orUndo(beginDelivery(act, order));
  if (!isSame(portion, after)) keepHandout(act, begun, portion, after);
  return { ...portion, ...after, version: loadLastChange(act.tx, order.id, portion).version };
}
