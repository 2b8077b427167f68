// The lines of the counter: one portion at a time, what is left "as booked", and the table that goes out and comes back.

import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { readCsv } from "../../exchange/csvIn.ts";
import { writeCsv } from "../../exchange/csvOut.ts";
import { decodeText } from "../../exchange/textFile.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { unitLabel } from "../../kernel/units.ts";
import { listAllFriends, listHouseholds } from "../../members/households/householdStore.ts";
import { loadPersonRow } from "../../members/store.ts";
import { sendRefusal, wantsHtml } from "../../web/errors.ts";
import { noteExport } from "../../web/noteExport.ts";
import type { QueueAnswer } from "../../web/offline.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { sentenceOf } from "../../web/refusals.ts";
import { LANGUAGES, type Say, words } from "../../web/words.ts";
import { listPortions, loadPortion, type Portion, type PortionKey } from "../delivery/deliveryStore.ts";
import { portionField, readPortionField, readWeights, writeWeights } from "../delivery/weightForm.ts";
import { lineOf, type Order } from "../order.ts";
import { HANDLERS, keyOf } from "../runRoutes.ts";
import { loadOrder } from "../store.ts";
import { handOutRest, undoPortion, type WrittenPortion, writePortion } from "./actions.ts";
import { clashPage, type LineFacts, previewPage, tablePage } from "./pages.ts";
import {
  comparePortions,
  type Headings,
  type NamedPortion,
  PORTION_COLUMNS,
  readPortionRows,
  writePortionRows,
} from "./portionCsv.ts";
import { changeKey, type Given, type LastChange, listLastChanges, loadLastChange } from "./store.ts";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Shows the page a line stands on, with what is wrong in that line. */
export type ShowPlace = (
  request: OrderRequest,
  reply: FastifyReply,
  back: string,
  wrong: { readonly field: string; readonly line: NonNullable<LineFacts["wrong"]> },
) => FastifyReply;

const PORTION = "^[1-9][0-9]{0,3}-[a-z2-7]{26}-(?:[a-z2-7]{26}|x)$";
const Amount = Type.String({ maxLength: 300 });
const PortionForm = Type.Object({
  portion: Type.String({ pattern: PORTION }),
  seen: Type.Integer({ minimum: 0 }),
  key: Type.String({ pattern: "^[a-z2-7]{26}$" }),
  back: Type.String({ pattern: "^(?:household/[a-z2-7]{26}|line/[1-9][0-9]{0,3})$" }),
  amount: Type.Optional(Amount),
  anyway: Type.Optional(Amount),
  act: Type.Optional(Type.Enum(["undo", "piece"])),
});
const RestForm = Type.Object({
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  household: Type.Array(Type.String({ pattern: "^[a-z2-7]{26}$" }), { maxItems: 1000 }),
  back: Type.Optional(Type.String({ pattern: "^(?:household/[a-z2-7]{26}|line/[1-9][0-9]{0,3})$" })),
});
const TableForm = Type.Object({
  row: Type.Record(Type.String({ pattern: PORTION }), Type.String({ maxLength: 320 })),
  over: Type.Record(Type.String({ pattern: PORTION }), Type.String({ maxLength: 320 })),
});
const DoneQuery = Type.Object({
  saved: Type.Optional(Type.Integer({ minimum: 0 })),
  left: Type.Optional(Type.Integer({ minimum: 0 })),
});

const baseOf = ({ params }: OrderRequest) => `/desk/${params.handle}/orders/${params.id}/delivery`;

/** Adds what is written line by line; `show` draws the page a line stands on again. */
export function registerLines(app: FastifyInstance, wire: Wire, show: ShowPlace): void {
  const at = "/desk/:handle/orders/:id/delivery";
  app.post(`${at}/portion`, HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(PortionForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return takeLine(wire, request, reply, form.value, show);
  });
  app.post(`${at}/rest`, HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(RestForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { line, household, back } = form.value;
    const done = handOutRest(wire, keyOf(request), line ? { lineNumber: line } : { householdIds: household });
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${baseOf(request)}${back ? `/${back}` : ""}`, 303);
  });
  registerTable(app, wire, at);
}

function takeLine(
  wire: Wire,
  request: OrderRequest,
  reply: FastifyReply,
  form: Static<typeof PortionForm>,
  show: ShowPlace,
): FastifyReply {
  const { key, seen: seenVersion, amount = "", anyway = "", act, back, portion: field } = form;
  const place = readPortionField(field)!;
  const numbers = readWeights(amount);
  const written = { place, numbers: numbers ?? [], seenVersion, isMeant: anyway === amount };
  const done =
    act === "undo"
      ? undoPortion(wire, keyOf(request), written, key)
      : numbers === null || numbers.length === 0
        ? { refused: "not-a-weight" }
        : writePortion(wire, keyOf(request), written, key);
  if (isRefusal(done)) return refuseLine(wire, request, reply, { form, place, refusal: done, show });
  if (!wantsHtml(request)) return reply.send(answerLine(wire.db.orm, pageContext(request, reply), request, done));
  const isPiece = act === "piece";
  const next = isPiece ? field : nextField(wire.db.orm, request, place, back);
  return reply.redirect(`${baseOf(request)}/${back}?${isPiece ? "piece" : "next"}=${next}#p-${next}`, 303);
}

function answerLine(tx: Tx, c: PageContext, request: OrderRequest, portion: WrittenPortion): QueueAnswer {
  const change = loadLastChange(tx, request.params.id, portion);
  return {
    carry: { seen: String(portion.version), anyway: "" },
    fields: { amount: writeWeights(portion) },
    notice: tellSaved(tx, c, portion, change),
    at: c.now,
  };
}

function refuseLine(
  wire: Wire,
  request: OrderRequest,
  reply: FastifyReply,
  no: {
    readonly form: Static<typeof PortionForm>;
    readonly place: PortionKey;
    readonly refusal: Refusal;
    readonly show: ShowPlace;
  },
): FastifyReply {
  const { form, place, show } = no;
  const { amount = "", portion: field, back } = form;
  const tx = wire.db.orm;
  const c = pageContext(request, reply);
  if (no.refusal.refused === "clashing-weight") return refuseClash(tx, request, reply, form, no.refusal);
  const { allocatedThousandths = 0 } = loadPortion(tx, request.params.id, place) ?? {};
  const refusal = { ...no.refusal, typed: amount, expectedThousandths: allocatedThousandths };
  const isAsked = refusal.refused === "implausible-weight";
  const text = sentenceOf(refusal, c.say);
  if (!wantsHtml(request) && isAsked)
    return reply.code(422).send({ refused: refusal.refused, message: text, carry: { anyway: amount } });
  const isTyped =
    isAsked || ["not-a-weight", "bad-weight", "bad-quantity", "too-many-weights"].includes(refusal.refused);
  if (!wantsHtml(request) || !isTyped) return sendRefusal(request, reply, refusal);
  return show(request, reply, back, { field, line: { typed: amount, text, isAsked } });
}

function refuseClash(
  tx: Tx,
  request: OrderRequest,
  reply: FastifyReply,
  form: Static<typeof PortionForm>,
  refusal: Refusal,
): FastifyReply {
  const c = pageContext(request, reply);
  const order = loadOrder(tx, request.seat!.actorId, request.params.id)!;
  const named = namePortions(tx, c, order).find(({ portion }) => portionField(portion) === form.portion)!;
  const version = Number(refusal.version);
  const theirs = writeWeights(refusal.theirs as Given) || c.say("orders.counterDesk.nothing");
  const mine = form.act === "undo" ? c.say("orders.counterDesk.undo") : (form.amount ?? "");
  const change = loadLastChange(tx, order.id, named.portion);
  const facts = { theirs, mine, name: nameOfWriter(tx, change), time: tellTime(c, change.at) };
  const message = sentenceOf({ refused: "clashing-weight", ...facts }, c.say);
  if (!wantsHtml(request))
    return reply.code(409).send({
      ...{ refused: "clashing-weight", message, carry: { seen: String(version) } },
      ...{ fields: { amount: writeWeights(named.portion) }, notice: tellSaved(tx, c, named.portion, change) },
    });
  const line = lineFacts(tx, c, named, change, "line");
  const place = { order, base: baseOf(request), back: form.back, next: null };
  return sendPage(request, reply, clashPage(c, place, { line, message, mine: form.amount ?? "", theirs }));
}

/** The first portion after this one on its page that nobody has written yet; else the one after it; else itself. */
function nextField(tx: Tx, request: OrderRequest, place: PortionKey, back: string): string {
  const order = loadOrder(tx, request.seat!.actorId, request.params.id)!;
  const isByHousehold = back.startsWith("household/");
  const all = namePortions(tx, { language: "it" }, order)
    .map(({ portion }) => portion)
    .filter((one) => (isByHousehold ? one.householdId === place.householdId : one.lineNumber === place.lineNumber));
  const here = all.findIndex((one) => portionField(one) === portionField(place));
  const rest = all.slice(here + 1);
  return portionField(rest.find((one) => one.deliveredThousandths === null) ?? rest[0] ?? place);
}

/** Every portion of an order with its words, in the order of the counter: by household, then by line. */
export function namePortions(tx: Tx, c: Pick<PageContext, "language">, order: Order): NamedPortion[] {
  const families = new Map(listHouseholds(tx, order.actorId, true).map(({ id, name }) => [id, name]));
  const friends = new Map(listAllFriends(tx, order.actorId).map(({ id, name }) => [id, name]));
  const changes = listLastChanges(tx, order.id);
  const compare = new Intl.Collator("it").compare;
  return listPortions(tx, order.id)
    .map((portion) => {
      const { goods } = lineOf(order, portion.lineNumber);
      return {
        portion,
        version: changes.get(changeKey(portion))?.version ?? 0,
        family: families.get(portion.householdId) ?? "",
        friend: portion.friendId === null ? "" : (friends.get(portion.friendId) ?? "?"),
        product: goods.name,
        unit: unitLabel(goods.unitCode, 2000, c.language),
      };
    })
    .sort((one, other) => compare(one.family, other.family));
}

/** What a line shows of a portion. `by`: the page it stands on names the other half. */
export function lineFacts(
  tx: Tx,
  c: PageContext,
  named: NamedPortion,
  change: LastChange | undefined,
  by: "household" | "line",
): LineFacts {
  const { portion, version, family, friend, product } = named;
  const own = by === "household" ? product : family;
  return {
    ...{ portion, version, onceKey: encodeId(randomBytes(16)) },
    label: [own, friend].filter(Boolean).join(" · "),
    fullLabel: [product, family, friend].filter(Boolean).join(" · "),
    said: change && change.version > 0 ? tellSaved(tx, c, portion, change) : "",
  };
}

function tellSaved(tx: Tx, c: PageContext, portion: Pick<Portion, "deliveredThousandths">, change: LastChange): string {
  const facts = { time: tellTime(c, change.at), name: nameOfWriter(tx, change) };
  return c.say(
    portion.deliveredThousandths === null ? "orders.counterDesk.undoneBy" : "orders.counterDesk.savedBy",
    facts,
  );
}

const HALF_DAY = 43_200_000;

function tellTime(c: PageContext, at: number): string {
  return c.now - at < HALF_DAY ? c.format.time(at) : c.format.dateTime(at);
}

function nameOfWriter(tx: Tx, { personId }: LastChange): string {
  return (personId === null ? undefined : loadPersonRow(tx, personId)?.name) ?? "—";
}

function headingsOf(say: Say): Headings {
  return Object.fromEntries(
    PORTION_COLUMNS.map((column) => [column, say(`orders.portionCsv.column.${column}`)]),
  ) as Headings;
}

function registerTable(app: FastifyInstance, wire: Wire, at: string): void {
  const tx = wire.db.orm;
  const find = (request: OrderRequest) => loadOrder(tx, request.seat!.actorId, request.params.id);
  app.get(`${at}/portions.csv`, HANDLERS, (request: OrderRequest, reply) => {
    const order = find(request);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    noteExport(request, `portions ${order.id}`);
    const text = writeCsv(writePortionRows(namePortions(tx, c, order), headingsOf(c.say)));
    reply.header("content-disposition", 'attachment; filename="consegna.csv"');
    return reply.type("text/csv; charset=utf-8").send(text);
  });
  app.get(`${at}/portions`, HANDLERS, (request: OrderRequest, reply) => {
    const query = readForm(DoneQuery, request.query);
    if ("refused" in query || !find(request)) return sendRefusal(request, reply, { refused: "not-found" });
    const { saved, left = 0 } = query.value;
    const done = saved === undefined ? null : { saved, left };
    return sendPage(request, reply, tablePage(pageContext(request, reply), baseOf(request), done));
  });
  const upload = { config: { ...HANDLERS.config, upload: true as const } };
  app.post(`${at}/portions`, upload, async (request: OrderRequest, reply) => {
    const order = find(request);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const file = await takeUpload(request.body, "file");
    if ("refused" in file) return sendRefusal(request, reply, file);
    const rows = readTable(file.bytes);
    if (isRefusal(rows)) return sendRefusal(request, reply, rows);
    const c = pageContext(request, reply);
    return sendPage(request, reply, previewPage(c, baseOf(request), comparePortions(namePortions(tx, c, order), rows)));
  });
  app.post(`${at}/portions/apply`, HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(TableForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const done = applyTable(wire, request, { ...form.value.row, ...form.value.over } as Record<string, string>);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${baseOf(request)}/portions?saved=${done.saved}&left=${done.left}`, 303);
  });
}

function readTable(bytes: Buffer): ReturnType<typeof readPortionRows> {
  const decoded = decodeText(bytes);
  if ("refused" in decoded) return { refused: "no-portion-columns" };
  // Our own files have semicolons; a spreadsheet may have made commas of them.
  const isOurs = decoded.text.slice(0, decoded.text.indexOf("\n") + 1 || undefined).includes(";");
  const read = readCsv(decoded.text, isOurs ? ";" : undefined);
  const headings = LANGUAGES.map((language) => headingsOf(words(language)));
  if ("refused" in read) return { refused: "no-portion-columns" };
  const grid = read.grid.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
  return readPortionRows(grid, headings);
}

/** Each row by itself, against the change it was compared with: what somebody wrote since stays as they wrote it. */
function applyTable(
  wire: Wire,
  request: OrderRequest,
  rows: Readonly<Record<string, string>>,
): { saved: number; left: number } | Refusal {
  let [saved, left] = [0, 0];
  for (const [field, value] of Object.entries(rows)) {
    const [, version = "", text = ""] = /^(\d{1,9}) (.*)$/s.exec(value) ?? [];
    const place = readPortionField(field);
    const numbers = readWeights(text);
    if (!place || !numbers || numbers.length === 0 || version === "") return { refused: "bad-request" };
    const written = { place, numbers, seenVersion: Number(version), isMeant: true };
    const done = writePortion(wire, keyOf(request), written);
    if (!isRefusal(done)) saved += 1;
    else if (done.refused === "clashing-weight" || done.refused === "no-such-portion") left += 1;
    else return done;
  }
  return { saved, left };
}
