// Proves that received orders are what the messages of their threads say, reading everything anew: one answer per Offer, one
// text in force, statuses in order, notes as sent. For doctor, restored backups and simulations. SAFETY.md section 2, the
// producer's side.
import { sells } from "../activitypub/actor.ts";
import { listActors } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import { isSameText, type MessageOf, type ThreadMessage } from "../partners/threads/agreement.ts";
import { readThreadMessage } from "../partners/threads/readAgreement.ts";
import { type KeptThreadMessage, listThreadMessages } from "../partners/threads/threadStore.ts";
import { checkLines } from "./answer.ts";
import { basisOf } from "./basisStore.ts";
import { heldLines, type ReceivedOrder, stateOf } from "./received.ts";
import { listAllReceived, loadNote } from "./receivedStore.ts";

/** What does not hold, a sentence each, beginning with the invariant's id and the thread; none when all is well. */
export function checkSales(tx: Tx): string[] {
  const sellers = listActors(tx).filter(({ kind }) => sells(kind));
  return sellers.flatMap(({ id }) => listAllReceived(tx, id).flatMap((order) => checkOrder(tx, order)));
}

type Told = { readonly kept: KeptThreadMessage; readonly message: ThreadMessage };
type Question = (tx: Tx, order: ReceivedOrder, told: readonly Told[]) => string[];

const QUESTIONS: readonly (readonly [string, Question])[] = [
  ["I2", checkTextInForce],
  ["I6", checkStatus],
  ["I7", checkOneAnswer],
  ["I12", checkAmounts],
  ["I16", checkOver],
  ["I18", checkNote],
];

function checkOrder(tx: Tx, order: ReceivedOrder): string[] {
  const told = listThreadMessages(tx, order.actorId, order.thread).flatMap((kept): Told[] => {
    const message = readThreadMessage(JSON.parse(kept.bytes.toString("utf8")));
    return "bad" in message ? [] : [{ kept, message }];
  });
  return QUESTIONS.flatMap(([invariant, ask]) =>
    ask(tx, order, told).map((says) => `${invariant} ${order.thread}: ${says}`),
  );
}

/** The text in force is that of the newest Accept, and both halves of the contract say the same. */
function checkTextInForce(_tx: Tx, { agreed }: ReceivedOrder, told: readonly Told[]): string[] {
  const accepts = ofKind(told, "accepted");
  if (!agreed) return accepts.length === 0 ? [] : ["an Accept was sent and nothing is agreed"];
  const accept = accepts.find(({ offerIri }) => offerIri === agreed.offerIri);
  const offer = ofKind(told, "order").find(({ offerIri }) => offerIri === agreed.offerIri);
  const newest = accepts.toSorted((one, other) => one.epoch - other.epoch || one.sequence - other.sequence).at(-1);
  const wrong: string[] = [];
  if (!accept || !offer) return ["what is agreed was never offered and accepted"];
  if (!isSameText(accept.lines, agreed.lines) || !isSameText(offer.lines, agreed.lines))
    wrong.push("Offer, Accept and what we hold differ");
  if (newest?.offerIri !== agreed.offerIri) wrong.push(`${agreed.offerIri} is held, another was accepted last`);
  return wrong;
}

/** The status is the one said last, and the sequence never fell. */
function checkStatus(_tx: Tx, order: ReceivedOrder, told: readonly Told[]): string[] {
  const said = [...ofKind(told, "accepted"), ...ofKind(told, "status")].sort(
    (one, other) => one.epoch - other.epoch || one.sequence - other.sequence,
  );
  const last = said.at(-1);
  if ((last?.status ?? null) !== order.status) return [`${last?.status} was said last, ${order.status} is held`];
  if (last && (last.sequence !== order.sequence || last.epoch !== order.epoch))
    return ["the count of its states differs"];
  return [];
}

function checkOneAnswer(_tx: Tx, _order: ReceivedOrder, told: readonly Told[]): string[] {
  const accepted = ofKind(told, "accepted");
  const rejected = ofKind(told, "rejected").map(({ objectIri }) => objectIri);
  // In a new epoch the same Accept may be said again; within one, an Offer has one answer.
  const yes = accepted.map(({ offerIri, epoch }) => `${epoch} ${offerIri}`);
  const isTwice = new Set(yes).size < yes.length || new Set(rejected).size < rejected.length;
  const isBoth = accepted.some(({ offerIri }) => rejected.includes(offerIri));
  return isTwice || isBoth ? ["an Offer was answered twice"] : [];
}

/** Every amount agreed in a cycle is packages times the price of the frozen line. */
function checkAmounts(tx: Tx, order: ReceivedOrder): string[] {
  if (!order.agreed || order.cycleId === null) return [];
  const { terms } = basisOf(tx, { ...order, latest: { ...order.latest, lines: order.agreed.lines } });
  const faults = checkLines(order.agreed.lines, terms).filter(({ fault }) => fault === "amount" || fault === "unit");
  return faults.map(({ lineIri, fault }) => `${lineIri} has a wrong ${fault}`);
}

/** What is cancelled or refused holds nothing. */
function checkOver(_tx: Tx, order: ReceivedOrder): string[] {
  const isOver = ["cancelled", "rejected"].includes(stateOf(order));
  return isOver && heldLines(order).length > 0 ? ["it is over and holds goods"] : [];
}

/** The note is the one sent last. */
function checkNote(tx: Tx, order: ReceivedOrder, told: readonly Told[]): string[] {
  const note = loadNote(tx, order.actorId, order.thread);
  const sent = ofKind(told, "delivery-note").at(-1);
  if (!note || !sent) return Boolean(note) === Boolean(sent) ? [] : ["a delivery note is held or sent, not both"];
  const isSame = note.sequence === sent.sequence && isSameText(note.fulfilments, sent.fulfilments);
  return isSame ? [] : ["the delivery note differs from the one sent"];
}

function ofKind<Kind extends ThreadMessage["kind"]>(told: readonly Told[], kind: Kind): MessageOf<Kind>[] {
  return told.flatMap(({ message }) => (message.kind === kind ? [message as MessageOf<Kind>] : []));
}
