// Proves that orders are what they promise, reading everything anew: totals, agreements, states, letters, charges. For doctor,
// restored backups and simulations. SAFETY.md section 2, the GAS's side.
import { sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { loadCharge } from "../ledger/supplierStore.ts";
import { isSameText } from "../partners/threads/agreement.ts";
import type { AgreedSnapshot } from "./answers/allotActions.ts";
import { quantitiesOf } from "./answers/counter.ts";
import { listBookings } from "./booking/bookingStore.ts";
import type { ClosedSnapshot } from "./closeActions.ts";
import { listSentOffers, loadAgreement, loadLastOffer } from "./dealingStore.ts";
import type { DeliveredSnapshot } from "./delivery/deliveryActions.ts";
import { listPortions } from "./delivery/deliveryStore.ts";
import { moveOrder, type Order } from "./order.ts";
import { FOUND_AGAIN } from "./recovered.ts";
import { listMoves, loadOrder, loadSnapshot } from "./store.ts";

const TRIGGERS = [
  "order_snapshots_stay",
  "order_snapshots_keep",
  "order_moves_stay",
  "order_moves_keep",
  "sent_offers_stay",
  "sent_offers_keep",
  "order_lines_goods_stay",
  "order_agreements_grow",
  "order_delivery_money_stay",
  "order_delivery_money_keep",
  "bookings_new_in_time",
  "bookings_changed_in_time",
  "bookings_gone_in_time",
];

/** States in which bookings have ended. */
const TAKES_BOOKINGS: readonly Order["state"][] = ["draft", "scheduled", "open", "completing"];

type Question = (tx: Tx, order: Order) => string[];

/** What does not hold, a sentence each, beginning with the invariant's id and the order's; none when all is well. */
export function checkOrders(tx: Tx): string[] {
  const names = tx.all<{ id: string; actorId: string }>(sql`SELECT id, actor_id AS "actorId" FROM orders ORDER BY id`);
  const broken = names.flatMap(({ id, actorId }) => {
    const order = loadOrder(tx, actorId, id)!;
    return QUESTIONS.flatMap(([invariant, ask]) => ask(tx, order).map((says) => `${invariant} order ${id}: ${says}`));
  });
  return [...missingTriggers(tx), ...broken];
}

const QUESTIONS: readonly (readonly [string, Question])[] = [
  ["I1", checkTotals],
  ["I2", checkAgreement],
  ["I5", checkVersions],
  ["I6", checkMoves],
  ["I8", checkLetters],
  ["I11", checkReservations],
  ["I12", checkCharges],
  ["I14", checkCutOff],
];

function missingTriggers(tx: Tx): string[] {
  const rows = tx.all<{ name: string }>(sql`SELECT name FROM sqlite_master WHERE type = 'trigger'`);
  const there = new Set(rows.map(({ name }) => name));
  return TRIGGERS.filter((name) => !there.has(name)).map((name) => `the trigger ${name} is missing`);
}

/** What was ordered is what was booked at the cut-off and what was openly added or cut. */
function checkTotals(tx: Tx, order: Order): string[] {
  const closed = loadSnapshot<ClosedSnapshot>(tx, order.id, 1);
  if (!closed || TAKES_BOOKINGS.includes(order.state)) return [];
  if (!closed.isWhole) return ["its snapshot 1 was tampered with"];
  const { content } = closed;
  const kept = sumBy(content.bookings.map(([, line, , quantity]) => [line, quantity]));
  const now = sumBy(listBookings(tx, order.id).map((one) => [one.lineNumber, one.quantityThousandths]));
  const first = listSentOffers(tx, order.id).find(({ revision }) => revision === content.revisionBefore + 1);
  // An Offer that a restore forgot and found again was the fruit of another closing; a person has been told.
  const isOfThis = first && tx.get(sql`SELECT 1 FROM activities WHERE id = ${first.offerIri}`);
  const sent = isOfThis ? quantitiesOf(order, first.lines) : undefined;
  return content.lines.flatMap((line) => {
    const { lineNumber: number, bookedThousandths: booked, orderedThousandths: ordered } = line;
    return [
      ...differs(`line ${number} booked`, kept.get(number) ?? 0, booked),
      ...differs(`line ${number} booked now`, now.get(number) ?? 0, booked),
      ...differs(`line ${number} ordered`, booked + line.filledThousandths + line.remainderThousandths, ordered),
      ...(sent ? differs(`line ${number} sent`, sent.get(number) ?? 0, ordered) : []),
    ];
  });
}

/** What is in force is a text we sent, and members and stock share exactly that. */
function checkAgreement(tx: Tx, order: Order): string[] {
  const agreement = loadAgreement(tx, order.id);
  const broken: string[] = [];
  if (agreement) {
    const { epoch, revision } = agreement;
    const offer = listSentOffers(tx, order.id).find((one) => one.epoch === epoch && one.revision === revision);
    if (!offer || !isSameText(offer.lines, agreement.lines)) broken.push("what is agreed was never sent");
  }
  const agreed = loadSnapshot<AgreedSnapshot>(tx, order.id, 2);
  if (!agreed) return broken;
  if (!agreed.isWhole) return [...broken, "its snapshot 2 was tampered with"];
  const text = quantitiesOf(order, agreed.content.text);
  const shared = sumBy(agreed.content.shares.map(([, line, , quantity]) => [line, quantity]));
  for (const { lineNumber, agreedThousandths, stockThousandths } of agreed.content.lines) {
    broken.push(
      ...differs(`line ${lineNumber} agreed`, text.get(lineNumber) ?? 0, agreedThousandths),
      ...differs(`line ${lineNumber} shared`, (shared.get(lineNumber) ?? 0) + stockThousandths, agreedThousandths),
    );
  }
  return broken;
}

/** Revisions only grow, and the order knows the last. */
function checkVersions(tx: Tx, order: Order): string[] {
  const last = loadLastOffer(tx, order.id);
  const agreement = loadAgreement(tx, order.id);
  if (!last) return agreement ? ["something is agreed and nothing was sent"] : [];
  const isAhead =
    agreement !== undefined &&
    (agreement.epoch > last.epoch || (agreement.epoch === last.epoch && agreement.revision > last.revision));
  return [
    ...(order.revision < last.revision ? [`revision ${last.revision} was sent, ${order.revision} is known`] : []),
    ...(isAhead ? [`revision ${agreement.revision} is agreed, ${last.revision} was the last`] : []),
  ];
}

/** Its states are a walk along allowed edges, each by who may, and it stands where the walk ends. */
function checkMoves(tx: Tx, order: Order): string[] {
  const broken: string[] = [];
  const moves = listMoves(tx, order.id);
  // What a restore forgot whole begins where it was found again.
  let state: Order["state"] = moves[0]?.reason === FOUND_AGAIN ? moves[0].from : "draft";
  for (const { from, to, mover, at } of moves) {
    // What happened within a state is logged too.
    if (from === to && from === state) continue;
    if (from !== state) broken.push(`a move begins at ${from}, the one before ended at ${state}`);
    const tried = moveOrder({ ...order, state: from }, to, mover, at, "-", false);
    if ("refused" in tried && (tried.refused === "wrong-state" || tried.refused === "not-yours"))
      broken.push(`${mover} moved it from ${from} to ${to}`);
    state = to;
  }
  if (state !== order.state) broken.push(`it is ${order.state}, and its log ends at ${state}`);
  return broken;
}

/** What is shown as sent is owed, on its way, or was answered. */
function checkLetters(tx: Tx, order: Order): string[] {
  if (order.state !== "sent" || order.needsPerson === "to-verify") return [];
  const offer = loadLastOffer(tx, order.id);
  if (!offer || order.thread === null) return ["it is shown as sent, and no Offer is kept"];
  const found = tx.get(sql`SELECT 1 FROM outbox WHERE activity_id = ${offer.offerIri}
    UNION ALL SELECT 1 FROM thread_messages WHERE actor_id = ${order.actorId} AND subject = ${offer.offerIri} LIMIT 1`);
  const kept = tx.get(
    sql`SELECT 1 FROM thread_messages WHERE actor_id = ${order.actorId} AND activity_iri = ${offer.offerIri} AND digest = ${offer.offerDigest}`,
  );
  return [
    ...(found ? [] : ["its Offer is neither owed nor answered"]),
    ...(kept ? [] : ["the bytes of its Offer are not kept"]),
  ];
}

/** Credit is held for what is booked and not charged yet, never for more. */
function checkReservations(tx: Tx, order: Order): string[] {
  const isOver = ["cancelled", "delivered", "archived"].includes(order.state);
  return tx
    .all<{ household: string; held: number; total: number | null }>(
      sql`SELECT r.household_id AS household, r.cents AS held, b.total_cents AS total FROM reservations r
        LEFT JOIN baskets b ON b.order_id = r.order_id AND b.household_id = r.household_id
        WHERE r.actor_id = ${order.actorId} AND r.order_id = ${order.id}`,
    )
    .filter(({ held, total }) => isOver || total === null || held > total)
    .map(({ household, held }) => `${held} cents of household ${household} are held for nothing`);
}

/** What is charged is what was delivered, line by line, and what the ledger knows. */
function checkCharges(tx: Tx, order: Order): string[] {
  const { current } = loadCharge(tx, order.actorId, order.id);
  const delivered = loadSnapshot<DeliveredSnapshot>(tx, order.id, 3);
  if (order.state === "cancelled") return current ? ["it was called off, and households are charged"] : [];
  if (!delivered) return current || order.state === "delivered" ? ["its delivery is not on record"] : [];
  if (!delivered.isWhole) return ["its snapshot 3 was tampered with"];
  const { settlement, handouts } = delivered.content;
  const { chargedCents, stockCents, payableCents, transportCents, roundingCents, charges } = settlement;
  const charged = charges.reduce((sum, { cents }) => sum + cents, 0);
  const balance = chargedCents + stockCents - payableCents - transportCents - roundingCents;
  const broken = [...differs("charges", charged, chargedCents), ...differs("its settlement", balance, 0)];
  if (current && current.version === delivered.content.version)
    broken.push(...differs("the ledger", current.chargedCents, chargedCents));
  if (order.state !== "delivered" && order.state !== "archived") return broken;
  const now = listPortions(tx, order.id).map(
    (one) => [one.householdId, one.lineNumber, one.friendId ?? "", one.deliveredThousandths ?? 0] as const,
  );
  if (JSON.stringify(now) !== JSON.stringify(handouts)) broken.push("what was delivered changed after it was charged");
  return broken;
}

/** Nothing was booked after bookings had ended, but what a referente openly added before it was sent. */
function checkCutOff(tx: Tx, { id, state, closedAt }: Order): string[] {
  if (TAKES_BOOKINGS.includes(state) || closedAt === null) return [];
  const openly = new Set(
    listMoves(tx, id)
      .filter(({ reason, mover }) => reason === "late-booking" && mover === "referente")
      .map(({ at }) => at),
  );
  const late = listBookings(tx, id).filter(({ bookedAt }) => bookedAt > closedAt && !openly.has(bookedAt)).length;
  return late > 0 ? [`${late} bookings are younger than its closing`] : [];
}

function differs(what: string, is: number, should: number): string[] {
  return is === should ? [] : [`${what}: ${is}, not ${should}`];
}

function sumBy(pairs: readonly (readonly [number, number])[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [key, amount] of pairs) sums.set(key, (sums.get(key) ?? 0) + amount);
  return sums;
}
