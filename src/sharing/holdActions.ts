// Whether our own order can hold what a group orders of the one we lead, asked before its Offer is accepted and in the same transaction:
// what is accepted stands in our order, what is not leaves what was agreed before, and the group reads why. PROTOCOL.md section 8.1.
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { saveLimit } from "../ledger/creditStore.ts";
import { ensureGroupHousehold } from "../members/households/groupStore.ts";
import { bookForGroup } from "../orders/booking/basketActions.ts";
import type { Wish } from "../orders/booking/booking.ts";
import type { Buying } from "../orders/changeActions.ts";
import { type Order, takesBookings } from "../orders/order.ts";
import { loadOrder } from "../orders/store.ts";
import { isSameText } from "../partners/threads/agreement.ts";
import { basisOf } from "../sales/basisStore.ts";
import { cycleUrls } from "../sales/offer.ts";
import type { Hold, Unheld } from "../sales/orderActivities.ts";
import { isRunning, RECEIVED_STATES, type ReceivedOrder } from "../sales/received.ts";
import { listReceived } from "../sales/receivedStore.ts";
import { sentenceOf } from "../web/refusals.ts";
import { words } from "../web/words.ts";
import { pairLines, wishesOf } from "./shared.ts";
import { loadSharedCycle, type SharedOrder, saveGroup } from "./store.ts";

/** More orders of one cycle than groups ever send. */
const ORDERS_MAX = 1000;

/** What the selling side asks before it accepts an Offer, by itself or by hand; Offers of cycles that are no shared orders pass. */
export function holdForGroups(buying: Buying): Hold {
  return (tx, received, before) => {
    const { actorId, cycleId } = received;
    const shared = cycleId === null ? undefined : loadSharedCycle(tx, actorId, cycleId);
    const order = shared && loadOrder(tx, actorId, shared.orderId);
    if (!shared || !order) return null;
    const now = buying.clock.now();
    if (!takesBookings(order, now)) return answerToProposal(received, before);
    if (runsBeside(tx, received)) return unheld({ refused: "second-order" });
    const { cycle, terms } = basisOf(tx, received);
    const { iri } = cycleUrls(actorId, shared.cycleId);
    const wishes = wishesOf(received.latest.lines, pairLines(order, cycle?.lines ?? [], terms, iri));
    if (wishes.length < received.latest.lines.length)
      return { reason: "unknown-line", note: "", refusal: { refused: "no-such-line" } };
    const refusal = bookText(buying, tx, { shared, order, received }, wishes);
    return refusal && unheld(refusal);
  };
}

/** Once our order is closed only what we proposed ourselves may still be taken, all of it: anything else is in nobody's sum. */
function answerToProposal({ latest }: ReceivedOrder, before: ReceivedOrder | null): Unheld | null {
  if (before?.counter && isSameText(latest.lines, before.counter.lines)) return null;
  return { reason: "closed", note: words("it")("sharing.closedHere"), refusal: { refused: "closed-for-groups" } };
}

function runsBeside(tx: Tx, { actorId, cycleId, buyer, thread }: ReceivedOrder): boolean {
  const all = listReceived(tx, actorId, { cycleId: cycleId ?? "", states: RECEIVED_STATES, limit: ORDERS_MAX });
  return all.some((one) => one.buyer === buyer && one.thread !== thread && isRunning(one));
}

function unheld(refusal: Refusal): Unheld {
  const say = words("it");
  if (refusal.refused === "second-order")
    return { reason: "refused-by-producer", note: say("sharing.secondOrder"), refusal };
  if (refusal.refused !== "credit-too-low")
    return { reason: "refused-by-producer", note: sentenceOf(refusal, say).slice(0, 500), refusal };
  const shown = { ...refusal, refused: "group-credit-too-low" };
  return { reason: "refused-by-producer", note: say("sharing.tooMuch", refusal), refusal: shown };
}

type Text = { readonly shared: SharedOrder; readonly order: Order; readonly received: ReceivedOrder };

/** Makes the basket of the group's household what its text says, and notes how it stands; null when it is. */
export function bookText(
  buying: Buying,
  tx: Tx,
  { shared, order, received }: Text,
  wishes: readonly Wish[],
): Refusal | null {
  const now = buying.clock.now();
  const { actorId, buyer, thread } = received;
  const householdId = householdFor(tx, shared, buyer, now);
  const place = { actorId, orderId: order.id, householdId, personId: shared.createdBy };
  const done = bookForGroup(buying, tx, place, wishes);
  const problem = isRefusal(done) ? done : null;
  saveGroup(tx, { actorId, thread, cycleId: shared.cycleId, householdId, problem, updatedAt: now });
  return problem;
}

/** The household that stands for a group; a new one may owe what the order's leader said. */
export function householdFor(
  tx: Tx,
  { actorId, creditCents, createdBy }: SharedOrder,
  peer: string,
  now: number,
): string {
  const name = loadRemoteActor(tx, peer)?.name ?? loadActor(tx, peer)?.name ?? new URL(peer).host;
  const { id, isNew } = ensureGroupHousehold(tx, { actorId, peer, name }, now);
  if (isNew) saveLimit(tx, { actorId, householdId: id, cents: creditCents, personId: createdBy, setAt: now });
  return id;
}
