// Messages of the order channel for tests: one of each kind as a small season has them, and any that could be written.
import fc from "fast-check";
import {
  type AgreedLine,
  MESSAGE_KINDS,
  type MessageKind,
  type MessageOf,
  ORDER_STATUSES,
  REASON_CODES,
  type ThreadMessage,
} from "../../src/partners/threads/agreement.ts";

export const GAS = "https://g.example/g";
export const FARM = "https://p.example/p";
export const THREAD = "https://g.example/g/threads/12";
export const DIGEST = "0a6e5c1d".repeat(8);
const AGREEMENT = "https://p.example/p/agreements/77";

export const ORANGES: AgreedLine = {
  lineIri: "https://p.example/p/cycles/12/7",
  unit: "kilogram",
  quantityThousandths: 100_000,
  amountCents: 17_500,
};
const JARS: AgreedLine = {
  lineIri: "https://p.example/p/cycles/12/8",
  unit: "one",
  quantityThousandths: 6000,
  amountCents: 2970,
};

/** One message of each kind, as the sellers and buyers of this protocol say them. */
export const SAID: { readonly [Kind in MessageKind]: MessageOf<Kind> } = {
  order: {
    kind: "order",
    offerIri: `${GAS}/activities/302`,
    agreementIri: `${GAS}/orders/12/r2`,
    thread: THREAD,
    epoch: 1,
    revision: 2,
    supersedes: `${GAS}/activities/301`,
    lines: [ORANGES, JARS],
  },
  accepted: {
    kind: "accepted",
    acceptIri: `${FARM}/activities/910`,
    offerIri: `${GAS}/activities/302`,
    offerDigest: DIGEST,
    agreementIri: AGREEMENT,
    thread: THREAD,
    epoch: 1,
    revision: 2,
    sequence: 1,
    status: "accepted",
    lines: [ORANGES, JARS],
    note: null,
  },
  countered: {
    kind: "countered",
    answerIri: `${FARM}/activities/911`,
    offerIri: `${GAS}/activities/302`,
    offerDigest: DIGEST,
    thread: THREAD,
    epoch: 1,
    revision: 2,
    answerBy: Date.UTC(2026, 11, 2, 12),
    reason: "not-available",
    lines: [{ ...ORANGES, quantityThousandths: 80_000, amountCents: 14_000 }],
    note: "La grandine ne ha prese 20 kg.",
  },
  rejected: {
    kind: "rejected",
    answerIri: `${FARM}/activities/912`,
    objectIri: `${GAS}/activities/302`,
    objectDigest: DIGEST,
    thread: THREAD,
    reason: "closed",
    note: null,
  },
  withdrawn: {
    kind: "withdrawn",
    undoIri: `${GAS}/activities/303`,
    offerIri: `${GAS}/activities/302`,
    offerDigest: DIGEST,
    thread: THREAD,
  },
  status: {
    kind: "status",
    updateIri: `${FARM}/activities/913`,
    agreementIri: AGREEMENT,
    thread: THREAD,
    epoch: 2,
    revision: 2,
    sequence: 3,
    status: "shipped",
    note: "Partito alle sei.",
    paymentUrl: "https://p.example/p/pay/77",
  },
  "delivery-note": {
    kind: "delivery-note",
    activityIri: `${FARM}/activities/914`,
    documentIri: `${FARM}/notes/77-1`,
    agreementIri: AGREEMENT,
    thread: THREAD,
    epoch: 1,
    sequence: 1,
    url: "https://p.example/p/notes/77-1.pdf",
    fulfilments: [
      { ...ORANGES, quantityThousandths: 99_400, amountCents: 17_395 },
      { ...JARS, quantityThousandths: 0, amountCents: 0 },
    ],
    charges: [
      { name: "Trasporto", cents: 1500 },
      { name: "Sconto", cents: -200 },
    ],
  },
  "note-accepted": {
    kind: "note-accepted",
    answerIri: `${GAS}/activities/304`,
    documentIri: `${FARM}/notes/77-1`,
    documentDigest: DIGEST,
    thread: THREAD,
    text: null,
  },
  "note-disputed": {
    kind: "note-disputed",
    answerIri: `${GAS}/activities/305`,
    documentIri: `${FARM}/notes/77-1`,
    documentDigest: DIGEST,
    thread: THREAD,
    text: "Mancano 10 kg.",
  },
};

const GROUPS: readonly MessageKind[] = ["order", "withdrawn", "note-accepted", "note-disputed"];

/** Who says a message of that kind, and to whom. */
export function partiesOf(kind: MessageKind): { readonly from: { readonly id: string }; readonly to: string } {
  return GROUPS.includes(kind) ? { from: { id: GAS }, to: FARM } : { from: { id: FARM }, to: GAS };
}

const name = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const number = fc.integer({ min: 1, max: 1_000_000 });
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const words = fc.string({ minLength: 1, maxLength: 80, unit: "grapheme" }).filter((text) => text.length <= 200);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const ofGas = name.map((end) => `${GAS}/x/${end}`);
const ofFarm = name.map((end) => `${FARM}/y/${end}`);
const answered = { offerIri: ofGas, offerDigest: digest };

const lines = (from: number, least: number) =>
  fc.uniqueArray(
    fc.record({
      lineIri: name.map((end) => `${FARM}/cycles/1/${end}`),
      unit: fc.constantFrom("kilogram", "one", "litre"),
      quantityThousandths: fc.integer({ min: least, max: 999_999_999_999 }),
      amountCents: fc.integer({ min: 0, max: 99_999_999_999 }),
    }),
    { selector: ({ lineIri }) => lineIri, minLength: from, maxLength: 8 },
  );

const ARBITRARY: { readonly [Kind in MessageKind]: fc.Arbitrary<MessageOf<Kind>> } = {
  order: fc.record({
    kind: fc.constant("order"),
    offerIri: ofGas,
    agreementIri: ofGas,
    thread: ofGas,
    epoch: number,
    revision: number,
    supersedes: maybe(ofGas),
    lines: lines(1, 1),
  }),
  accepted: fc.record({
    kind: fc.constant("accepted"),
    acceptIri: ofFarm,
    ...answered,
    agreementIri: ofFarm,
    thread: ofGas,
    epoch: number,
    revision: number,
    sequence: number,
    status: fc.constantFrom(...ORDER_STATUSES),
    lines: lines(1, 1),
    note: maybe(words),
  }),
  countered: fc.record({
    kind: fc.constant("countered"),
    answerIri: ofFarm,
    ...answered,
    thread: ofGas,
    epoch: number,
    revision: number,
    answerBy: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    reason: maybe(fc.constantFrom(...REASON_CODES)),
    lines: lines(0, 1),
    note: maybe(words),
  }),
  rejected: fc.record({
    kind: fc.constant("rejected"),
    answerIri: ofFarm,
    objectIri: ofGas,
    objectDigest: digest,
    thread: ofGas,
    reason: fc.constantFrom(...REASON_CODES),
    note: maybe(words),
  }),
  withdrawn: fc.record({ kind: fc.constant("withdrawn"), undoIri: ofGas, ...answered, thread: ofGas }),
  status: fc.record({
    kind: fc.constant("status"),
    updateIri: ofFarm,
    agreementIri: ofFarm,
    thread: ofGas,
    epoch: number,
    revision: number,
    sequence: number,
    status: fc.constantFrom(...ORDER_STATUSES),
    note: maybe(words),
    paymentUrl: maybe(fc.constantFrom("https://pay.example/1", "http://pay.example/2")),
  }),
  "delivery-note": fc.record({
    kind: fc.constant("delivery-note"),
    activityIri: ofFarm,
    documentIri: ofFarm,
    agreementIri: ofFarm,
    thread: ofGas,
    epoch: number,
    sequence: number,
    url: maybe(fc.constant("https://p.example/n.pdf")),
    fulfilments: lines(0, 0),
    charges: fc.array(fc.record({ name: words, cents: fc.integer({ min: -99_999_999, max: 99_999_999 }) }), {
      maxLength: 4,
    }),
  }),
  "note-accepted": noteAnswer("note-accepted"),
  "note-disputed": noteAnswer("note-disputed"),
};

function noteAnswer<Kind extends "note-accepted" | "note-disputed">(kind: Kind): fc.Arbitrary<MessageOf<Kind>> {
  return fc.record({
    kind: fc.constant(kind),
    answerIri: ofGas,
    documentIri: ofFarm,
    documentDigest: digest,
    thread: ofGas,
    text: maybe(words),
  }) as unknown as fc.Arbitrary<MessageOf<Kind>>;
}

/** Any message that could be written. */
export const anyMessage: fc.Arbitrary<ThreadMessage> = fc
  .oneof(...MESSAGE_KINDS.map((kind) => ARBITRARY[kind] as fc.Arbitrary<ThreadMessage>))
  // Plain objects, as ours are: fast-check also makes some without a prototype.
  .map((message) => JSON.parse(JSON.stringify(message)));
