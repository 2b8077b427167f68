// Reads the JSON of an order-channel message into a value, or names the member that is not sound. Every schema is closed.
// The FEP-0837 form of a single line, an object where we write an array, is read too. Pure. PROTOCOL 6, SAFETY 4 and B17.
import { type Static, type TSchema, Type } from "typebox";
import { Check, Errors } from "typebox/schema";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import { parseEuros } from "../../kernel/money.ts";
import { parseQuantity } from "../../kernel/quantity.ts";
import { parseInstant } from "../../kernel/time.ts";
import {
  type AgreedLine,
  type Charge,
  type MessageKind,
  MOST_LINES,
  MOST_TEXT,
  ORDER_STATUSES,
  REASON_CODES,
  speakerOf,
  type ThreadMessage,
} from "./agreement.ts";

/** The member that cannot be read, as a path ("object/stipulates/0"). */
export type Unreadable = { readonly bad: string };

const closed = { additionalProperties: false };
const Iri = Type.String({ minLength: 1, maxLength: 2048 });
const Digest = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Text = Type.String({ minLength: 1, maxLength: MOST_TEXT });
// Nine digits before the point: no sum of a message leaves the safe integers.
const Quantity = Type.String({ pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?$" });
const Euros = Type.String({ pattern: "^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$" });
const oneOf = <const Word extends string>(words: readonly Word[]) =>
  Type.Union(words.map((word) => Type.Literal(word)));
const oneOrMany = <Item extends TSchema>(item: Item, most: number) =>
  Type.Union([item, Type.Array(item, { maxItems: most })]);

const Measure = <Value extends TSchema>(value: Value) =>
  Type.Object({ hasUnit: Type.String({ pattern: "^[A-Za-z]{1,40}$" }), hasNumericalValue: value }, closed);
const Commitment = <Value extends TSchema>(value: Value) =>
  Type.Object(
    { type: Type.Literal("Commitment"), id: Type.Optional(Iri), satisfies: Iri, resourceQuantity: Measure(value) },
    closed,
  );
const Lines = {
  stipulates: oneOrMany(Commitment(Quantity), MOST_LINES),
  stipulatesReciprocal: oneOrMany(Commitment(Euros), MOST_LINES),
};
const Numbers = {
  epoch: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  revision: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
};
const Sequence = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const Agreement = { type: Type.Literal("Agreement"), attributedTo: Iri, context: Iri, ...Numbers };
const Words = { mediaType: Type.Optional(Type.Literal("text/plain")), content: Type.Optional(Text) };

const OrderShape = Type.Object({ ...Agreement, id: Iri, supersedes: Type.Optional(Iri), ...Lines }, closed);
const AcceptedShape = Type.Object(
  { ...Agreement, id: Iri, sequence: Sequence, orderStatus: oneOf(ORDER_STATUSES), ...Lines },
  closed,
);
const CounterShape = Type.Object({ ...Agreement, ...Lines }, closed);
const StatusShape = Type.Object(
  {
    ...Agreement,
    id: Iri,
    sequence: Sequence,
    orderStatus: oneOf(ORDER_STATUSES),
    preview: Type.Optional(Type.Object({ type: Type.Literal("Note"), ...Words, content: Text }, closed)),
    url: Type.Optional(Iri),
  },
  closed,
);
const Fulfilment = Type.Object(
  {
    fulfills: Type.Optional(Iri),
    satisfies: Iri,
    resourceQuantity: Measure(Type.String({ pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?$" })),
  },
  closed,
);
const ChargeShape = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    price: Type.String({ pattern: "^-?(0|[1-9][0-9]{0,8})\\.[0-9]{2}$" }),
    priceCurrency: Type.Literal("EUR"),
  },
  closed,
);
const NoteShape = Type.Object(
  {
    type: Type.Literal("Document"),
    id: Iri,
    attributedTo: Iri,
    context: Iri,
    epoch: Numbers.epoch,
    sequence: Sequence,
    url: Type.Optional(Iri),
    fulfilments: oneOrMany(Fulfilment, 2 * MOST_LINES),
    charges: Type.Optional(oneOrMany(ChargeShape, 50)),
  },
  closed,
);

const Envelope = {
  "@context": Type.Unknown(),
  id: Iri,
  actor: Iri,
  to: Type.Array(Iri, { minItems: 1, maxItems: 1 }),
  context: Iri,
  // Its members are counted where it is verified.
  proof: Type.Optional(Type.Unknown()),
};
const activity = <Members extends Record<string, TSchema>>(type: string, members: Members) =>
  Type.Object({ type: Type.Literal(type), ...Envelope, ...members }, closed);
const Answer = { object: Iri, objectDigest: Digest, ...Words };
const Reason = oneOf(REASON_CODES);

const SHAPES = {
  order: activity("Offer", { object: OrderShape }),
  accepted: activity("Accept", { ...Answer, result: AcceptedShape }),
  countered: activity("TentativeAccept", {
    ...Answer,
    answerBy: Type.String({ maxLength: 40 }),
    reasonCode: Type.Optional(Reason),
    result: CounterShape,
  }),
  rejected: activity("Reject", { ...Answer, reasonCode: Reason }),
  withdrawn: activity("Undo", { object: Iri, objectDigest: Digest }),
  status: activity("Update", { object: StatusShape }),
  created: activity("Create", { object: NoteShape }),
  updated: activity("Update", { object: NoteShape }),
  "note-accepted": activity("Accept", Answer),
  "note-disputed": activity("TentativeReject", Answer),
};

/**
 * What an activity of the order channel says, or which member is not sound. Only its form is judged here: who may say it,
 * under which key and after what, is judged with what is known (threadRules.ts).
 */
export function readThreadMessage(json: JsonObject): ThreadMessage | Unreadable {
  const read = readByType(json);
  if ("bad" in read) return read;
  const { id, actor, context } = json as { id: string; actor: string; context: string };
  const to = (json.to as string[])[0]!;
  if (![actor, to].every((party) => URL.canParse(party)) || actor === to) return { bad: "actor" };
  if (!isOn(id, actor)) return { bad: "id" };
  // The buyer mints the thread: PROTOCOL 6.1.
  const buyer = speakerOf(read.kind) === "buyer" ? actor : to;
  return isOn(context, buyer) ? read : { bad: "context" };
}

/** What kind of message an activity would be by its types alone; null for what is none of the order channel's. */
export function kindOf({ type, object, result }: JsonObject): MessageKind | null {
  const thing = isJsonObject(object) ? object.type : null;
  const outcome = isJsonObject(result) ? result.type : null;
  if (type === "Offer") return thing === "Agreement" ? "order" : null;
  if (type === "Accept" && result !== undefined) return outcome === "Agreement" ? "accepted" : null;
  if (type === "Create" || type === "Update")
    return thing === "Document" ? "delivery-note" : thing === "Agreement" && type === "Update" ? "status" : null;
  return (typeof type === "string" && BY_TYPE[type]) || null;
}

const BY_TYPE: Readonly<Record<string, MessageKind>> = {
  Accept: "note-accepted",
  TentativeAccept: "countered",
  TentativeReject: "note-disputed",
  Reject: "rejected",
  Undo: "withdrawn",
};

function readByType(json: JsonObject): ThreadMessage | Unreadable {
  switch (json.type) {
    case "Offer":
      return demand(SHAPES.order, json, readOrder);
    case "Accept":
      return json.result === undefined
        ? demand(SHAPES["note-accepted"], json, (read) => readNoteAnswer("note-accepted", read))
        : demand(SHAPES.accepted, json, readAccepted);
    case "TentativeAccept":
      return demand(SHAPES.countered, json, readCountered);
    case "Reject":
      return demand(SHAPES.rejected, json, ({ id, object, objectDigest, context, reasonCode, content }) => ({
        kind: "rejected",
        answerIri: id,
        objectIri: object,
        objectDigest,
        thread: context,
        reason: reasonCode,
        note: content ?? null,
      }));
    case "Undo":
      return demand(SHAPES.withdrawn, json, ({ id, object, objectDigest, context }) => ({
        kind: "withdrawn",
        undoIri: id,
        offerIri: object,
        offerDigest: objectDigest,
        thread: context,
      }));
    case "Create":
      return demand(SHAPES.created, json, readNote);
    case "Update":
      return (json.object as JsonObject | undefined)?.type === "Document"
        ? demand(SHAPES.updated, json, readNote)
        : demand(SHAPES.status, json, readStatus);
    case "TentativeReject":
      return demand(SHAPES["note-disputed"], json, (read) => readNoteAnswer("note-disputed", read));
    default:
      return { bad: "type" };
  }
}

function demand<Shape extends TSchema>(
  shape: Shape,
  json: JsonObject,
  read: (json: Static<Shape>) => ThreadMessage | Unreadable,
): ThreadMessage | Unreadable {
  if (Check(shape, json)) return read(json as Static<Shape>);
  const path = Errors(shape, json)[1].map(({ instancePath }) => instancePath.slice(1, 80));
  // The deepest error says most: a union's own only says that no branch fits.
  return { bad: path.sort((one, other) => other.length - one.length)[0] || "activity" };
}

function readOrder(json: Static<(typeof SHAPES)["order"]>): ThreadMessage | Unreadable {
  const { id: offerIri, actor, context: thread, object } = json;
  const lines = readLines(object, "object", null);
  if ("bad" in lines) return lines;
  if (lines.length === 0) return { bad: "object/stipulates" };
  if (object.attributedTo !== actor || !isOn(object.id, actor)) return { bad: "object/attributedTo" };
  if (object.context !== thread) return { bad: "object/context" };
  const { id: agreementIri, epoch = 1, revision, supersedes = null } = object;
  return { kind: "order", offerIri, agreementIri, thread, epoch, revision, supersedes, lines };
}

function readAccepted(json: Static<(typeof SHAPES)["accepted"]>): ThreadMessage | Unreadable {
  const { id: acceptIri, actor, context: thread, object: offerIri, objectDigest: offerDigest, result, content } = json;
  const lines = readLines(result, "result", result.id);
  if ("bad" in lines) return lines;
  if (lines.length === 0) return { bad: "result/stipulates" };
  if (result.attributedTo !== actor || !isOn(result.id, actor)) return { bad: "result/attributedTo" };
  if (result.context !== thread) return { bad: "result/context" };
  const { id: agreementIri, epoch = 1, revision, sequence, orderStatus: status } = result;
  const numbers = { epoch, revision, sequence };
  const about = { acceptIri, offerIri, offerDigest, agreementIri, thread };
  return { kind: "accepted", ...about, ...numbers, status, lines, note: content ?? null };
}

function readCountered(json: Static<(typeof SHAPES)["countered"]>): ThreadMessage | Unreadable {
  const { id: answerIri, actor, context: thread, object: offerIri, objectDigest: offerDigest, result } = json;
  const lines = readLines(result, "result", null);
  if ("bad" in lines) return lines;
  if (result.attributedTo !== actor) return { bad: "result/attributedTo" };
  if (result.context !== thread) return { bad: "result/context" };
  const answerBy = parseInstant(json.answerBy);
  if (answerBy === null) return { bad: "answerBy" };
  const { epoch = 1, revision } = result;
  const about = { answerIri, offerIri, offerDigest, thread, epoch, revision };
  return { kind: "countered", ...about, answerBy, reason: json.reasonCode ?? null, lines, note: json.content ?? null };
}

function readStatus(json: Static<(typeof SHAPES)["status"]>): ThreadMessage | Unreadable {
  const { id: updateIri, actor, context: thread, object } = json;
  const { id: agreementIri, epoch = 1, revision, sequence, orderStatus: status, preview, url } = object;
  if (object.attributedTo !== actor || !isOn(agreementIri, actor)) return { bad: "object/attributedTo" };
  if (object.context !== thread) return { bad: "object/context" };
  if (url !== undefined && !isLink(url)) return { bad: "object/url" };
  const said = { note: preview?.content ?? null, paymentUrl: url ?? null };
  return { kind: "status", updateIri, agreementIri, thread, epoch, revision, sequence, status, ...said };
}

type NoteActivity = Static<(typeof SHAPES)["created"]> | Static<(typeof SHAPES)["updated"]>;

function readNote(json: NoteActivity): ThreadMessage | Unreadable {
  const { id: activityIri, actor, context: thread, object } = json;
  const { id: documentIri, context: agreementIri, epoch = 1, sequence, url } = object;
  if (object.attributedTo !== actor || !isOn(documentIri, actor)) return { bad: "object/attributedTo" };
  if (!isOn(agreementIri, actor)) return { bad: "object/context" };
  // Its first version is created, every later one an Update, whatever comes first.
  if ((json.type === "Create") !== (sequence === 1)) return { bad: "object/sequence" };
  if (url !== undefined && !isLink(url)) return { bad: "object/url" };
  const parts = listOf(object.fulfilments);
  const halves = parts.map(({ satisfies, fulfills, resourceQuantity }) => ({
    id: fulfills,
    satisfies,
    resourceQuantity,
  }));
  const isReciprocal = ({ satisfies }: { satisfies: string }) => satisfies.endsWith("#reciprocal");
  const paid = halves.filter(isReciprocal);
  if (!paid.every(({ resourceQuantity }) => Check(Euros, resourceQuantity.hasNumericalValue)))
    return { bad: "object/fulfilments" };
  const given = halves.filter((half) => !isReciprocal(half));
  const fulfilments = pairLines(given, paid, agreementIri, true);
  if ("bad" in fulfilments) return { bad: "object/fulfilments" };
  const charges = listOf(object.charges ?? []).map(readCharge);
  const about = { activityIri, documentIri, agreementIri, thread };
  return { kind: "delivery-note", ...about, epoch, sequence, url: url ?? null, fulfilments, charges };
}

function readCharge({ name, price }: Static<typeof ChargeShape>): Charge {
  return { name, cents: parseEuros(price)! };
}

function readNoteAnswer(
  kind: "note-accepted" | "note-disputed",
  json: Static<(typeof SHAPES)["note-accepted"]>,
): ThreadMessage {
  const { id: answerIri, object: documentIri, objectDigest: documentDigest, context: thread, content } = json;
  return { kind, answerIri, documentIri, documentDigest, thread, text: content ?? null };
}

type Half = {
  readonly id?: string | undefined;
  readonly satisfies: string;
  readonly resourceQuantity: { readonly hasUnit: string; readonly hasNumericalValue: string };
};
type Stipulated = { readonly stipulates: Half | Half[]; readonly stipulatesReciprocal: Half | Half[] };

/** Lines of an Agreement, or what is wrong with them. With `agreementIri` every commitment must have a name under it. */
function readLines(
  { stipulates, stipulatesReciprocal }: Stipulated,
  at: string,
  agreementIri: string | null,
): AgreedLine[] | Unreadable {
  const given = listOf(stipulates);
  const paid = listOf(stipulatesReciprocal);
  const lines = pairLines(given, paid, agreementIri, false);
  return "bad" in lines ? { bad: `${at}/${lines.bad}` } : lines;
}

/** Pairs what is given with what is paid for it, by the line that both satisfy. Every line once, both halves, no more. */
function pairLines(
  given: readonly Half[],
  paid: readonly Half[],
  agreementIri: string | null,
  mayBeNone: boolean,
): AgreedLine[] | Unreadable {
  const names = [...given, ...paid].flatMap(({ id }) => (id === undefined ? [] : [id]));
  const isNamed =
    names.length === 0 || (agreementIri !== null && names.every((id) => id.startsWith(`${agreementIri}#`)));
  if (!isNamed || new Set(names).size !== names.length) return { bad: "stipulates" };
  const prices = new Map(paid.map((half) => [half.satisfies, half.resourceQuantity]));
  const lines: AgreedLine[] = [];
  for (const { satisfies, resourceQuantity } of given) {
    const lineIri = /^(.+)#primary$/.exec(satisfies)?.[1];
    const price = prices.get(`${lineIri}#reciprocal`);
    const quantityThousandths = parseQuantity(resourceQuantity.hasNumericalValue);
    const amountCents = price?.hasUnit === "one" ? parseEuros(price.hasNumericalValue) : null;
    if (!lineIri || !URL.canParse(lineIri) || quantityThousandths === null) return { bad: "stipulates" };
    if (amountCents === null) return { bad: "stipulatesReciprocal" };
    if (quantityThousandths === 0 && !mayBeNone) return { bad: "stipulates" };
    lines.push({ lineIri, unit: resourceQuantity.hasUnit, quantityThousandths, amountCents });
  }
  if (new Set(lines.map(({ lineIri }) => lineIri)).size !== lines.length) return { bad: "stipulates" };
  return paid.length === given.length && prices.size === paid.length ? lines : { bad: "stipulatesReciprocal" };
}

function listOf<Item>(value: Item | Item[]): Item[] {
  return Array.isArray(value) ? value : [value];
}

function isOn(iri: Json, owner: string): iri is string {
  return typeof iri === "string" && URL.canParse(iri) && new URL(iri).origin === new URL(owner).origin;
}

/** What a page may link to: an address of the web, whole. */
function isLink(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
