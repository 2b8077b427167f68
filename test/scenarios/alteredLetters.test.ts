// Every message of the order channel in every altered form, said by a partner with valid keys: refused by its name, logged,
// nothing changed, and shown to the person whose order it is. PROTOCOL 6.1 to 6.6, SAFETY I2, I4, I12, I18.
import { generateKeyPairSync } from "node:crypto";
import t, { type Test } from "tap";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { markVerified } from "../../src/orders/answers/answerActions.ts";
import type { MessageOf, ThreadMessage } from "../../src/partners/threads/agreement.ts";
import { answerOrder, moveOrder, settleDoubt, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { sure } from "../sales/cycles.ts";
import { type Forgery, forgerOf } from "../tools/forge.ts";
import type { TestNode } from "../tools/nodes.ts";
import { deskBrowser } from "../web/deskBrowser.ts";
import { CRATE, CRATE_CENTS, type OrderTown, openOrderTown } from "./orderTown.ts";

/** What became of a forged message: the answer, what the log has, and the sentence that a person reads. */
type Expected = {
  readonly status: number;
  readonly refusal?: string;
  readonly outcome?: string;
  readonly shown?: RegExp;
};
type Case = readonly [name: string, message: ThreadMessage, forgery: Forgery, expected: Expected];

const DIFFERS = { status: 422, refusal: "result-differs", shown: /quantità o importi diversi da quelli ordinati/ };
const FOREIGN = { status: 422, refusal: "digest-differs", shown: /risponde a un testo che non è il nostro/ };
const UNREADABLE = { status: 422, refusal: "unreadable-order", shown: /non si legge come messaggio d'ordine/ };
const UNPROVEN = { status: 422, refusal: "bad-proof", shown: /la firma non è quella confrontata nel patto/ };
const CONFLICT = { status: 409, refusal: "conflict", shown: /contraddice un messaggio già firmato/ };
const EARLY = { status: 202, outcome: "parked" };
const GATE = { status: 400 };

const TABLES = {
  gas: ["orders", "sent_offers", "order_agreements", "order_counters", "order_delivery_notes", "reservations"],
  farm: ["received_orders", "delivery_notes"],
} as const;
const ALWAYS = ["thread_messages", "activities", "outbox"];

/** Everything a forged message might have changed. */
function rowsOf({ node }: TestNode, side: "gas" | "farm"): unknown {
  const rows = (table: string) => node.db.raw.prepare(`SELECT * FROM ${table}`).all();
  return [...TABLES[side], ...ALWAYS].map((table) => [table, rows(table)]);
}

/** Changes one member deep in a document, named by its path. */
const put =
  (path: string, value: unknown) =>
  (json: JsonObject): JsonObject => {
    const copy = structuredClone(json);
    const steps = path.split(".");
    const last = steps.pop()!;
    let place = copy as Record<string, never>;
    for (const step of steps) place = place[step] as unknown as Record<string, never>;
    place[last] = value as never;
    return copy;
  };
const altered = (path: string, value: unknown): Forgery => ({ before: put(path, value) });
const quantityAt = (where: string, value: string) =>
  altered(`${where}.stipulates.0.resourceQuantity.hasNumericalValue`, value);
const euroAt = (where: string) => `${where}.stipulatesReciprocal.0.resourceQuantity`;
const otherKey: Forgery = { key: generateKeyPairSync("ed25519").privateKey };

/** Says each of them; each must be refused as it should, leave everything as it was, and stand on the person's page. */
async function refuseAll(
  t: Test,
  cases: readonly Case[],
  about: { say: ReturnType<typeof forgerOf>; home: TestNode; side: "gas" | "farm"; page: () => Promise<string> },
): Promise<void> {
  const { say, home, side, page } = about;
  const shownOnce = new Set<RegExp>();
  for (const [name, message, forgery, expected] of cases) {
    const before = rowsOf(home, side);
    const { status, refusal, outcome } = await say(message, forgery);
    t.equal(status, expected.status, `${name}: the sender hears ${expected.status}`);
    t.equal(refusal, expected.refusal ?? null, `${name}: logged`);
    if (expected.outcome) t.equal(outcome, expected.outcome, `${name}: kept for what is missing`);
    if (expected.refusal !== "conflict") t.same(rowsOf(home, side), before, `${name}: nothing changed`);
    // One sentence serves every refusal of its kind: it is looked for once.
    if (expected.shown && !shownOnce.has(expected.shown))
      t.match(await page(), expected.shown, `${name}: a person sees it`);
    if (expected.shown) shownOnce.add(expected.shown);
  }
}

/** The page of the order as the group's referente or the farmer sees it. */
async function openPages(town: OrderTown, thread: string, orderId: string) {
  const atGas = await deskBrowser(town.gasHome, ["fano"], "giulia");
  const atFarm = await deskBrowser(town.farmHome, ["agrumeto"], "sergio");
  const read = async (browser: typeof atGas, address: string) =>
    (await browser.get(address)).body.replaceAll("&#39;", "'");
  return {
    gas: () => read(atGas, `/desk/fano/orders/${orderId}`),
    farm: () => read(atFarm, `/desk/agrumeto/sales/${orderName(thread)}`),
    partners: () => read(atGas, "/desk/fano/partners"),
  };
}

/** An order of 3 crates and 5 jars that the farm holds and answers by hand, and both sides' forgers. */
async function stage(t: Test) {
  const town = await openOrderTown(t, { rules: { answers: "hand" } });
  const order = town.sendNewOrder();
  await town.settle();
  const { thread } = town.farmKey(order);
  const offer = town.atFarm(thread)!.latest;
  return {
    town,
    order,
    thread,
    offer,
    pages: await openPages(town, thread, order.id),
    farmSays: forgerOf(town.farmHome, town.farm, town.gasHome, town.gas),
    gasSays: forgerOf(town.gasHome, town.gas, town.farmHome, town.farm),
  };
}
type Stage = Awaited<ReturnType<typeof stage>>;

/** What the farm could say about the order, each time under a new name. */
function farmWords({ town, thread, offer }: Stage) {
  const name = (collection = "activities") => mintIri(town.farm, collection);
  const about = { offerIri: offer.offerIri, offerDigest: offer.digest, thread, epoch: 1, revision: 1 };
  const agreementIri = name("agreements");
  return {
    accept: (change: Partial<MessageOf<"accepted">> = {}): MessageOf<"accepted"> => ({
      ...{ kind: "accepted", acceptIri: name(), ...about, agreementIri, sequence: 1, status: "accepted" },
      ...{ lines: offer.lines, note: null, ...change },
    }),
    counter: (change: Partial<MessageOf<"countered">> = {}): MessageOf<"countered"> => ({
      ...{ kind: "countered", answerIri: name(), ...about, answerBy: town.clock.at + 86_400_000 },
      ...{ reason: "not-available", lines: offer.lines.slice(1), note: null, ...change },
    }),
    reject: (change: Partial<MessageOf<"rejected">> = {}): MessageOf<"rejected"> => ({
      ...{ kind: "rejected", answerIri: name(), objectIri: offer.offerIri, objectDigest: offer.digest, thread },
      ...{ reason: "closed", note: null, ...change },
    }),
    status: (change: Partial<MessageOf<"status">> = {}): MessageOf<"status"> => ({
      ...{ kind: "status", updateIri: name(), agreementIri, thread, epoch: 1, revision: 1, sequence: 2 },
      ...{ status: "confirmed", note: null, paymentUrl: null, ...change },
    }),
    note: (change: Partial<MessageOf<"delivery-note">> = {}): MessageOf<"delivery-note"> => ({
      ...{ kind: "delivery-note", activityIri: name(), documentIri: name("delivery-notes"), agreementIri, thread },
      ...{ epoch: 1, sequence: 1, url: null, fulfilments: offer.lines, charges: [], ...change },
    }),
  };
}

/** What the group could say about its order, each time under a new name. */
function gasWords({ town, thread, offer }: Stage) {
  const name = (collection = "activities") => mintIri(town.gas, collection);
  return {
    order: (change: Partial<MessageOf<"order">> = {}): MessageOf<"order"> => ({
      ...{ kind: "order", offerIri: name(), agreementIri: name("orders"), thread, epoch: 1, revision: 2 },
      ...{ supersedes: offer.offerIri, lines: offer.lines, ...change },
    }),
    undo: (change: Partial<MessageOf<"withdrawn">> = {}): MessageOf<"withdrawn"> => ({
      ...{ kind: "withdrawn", undoIri: name(), offerIri: offer.offerIri, offerDigest: offer.digest, thread, ...change },
    }),
    noteAnswer: (
      kind: "note-accepted" | "note-disputed",
      documentIri: string,
      documentDigest: string,
    ): ThreadMessage => ({ kind, answerIri: name(), documentIri, documentDigest, thread, text: null }),
  };
}

const ZERO = "0".repeat(64);

/** What else the farm could say of an order that nobody has accepted. */
function otherAnswers(s: Stage): Case[] {
  const { town } = s;
  const { counter, reject, status, note } = farmWords(s);
  return [
    ["a counter to a revision never written", counter({ revision: 3 }), {}, FOREIGN],
    ["a counter to another text", counter({ offerDigest: ZERO }), {}, FOREIGN],
    ["a counter without an end", counter(), altered("answerBy", "domani"), UNREADABLE],
    ["a counter with a byte changed", counter(), { after: put("result.revision", 7) }, UNPROVEN],
    ["a refusal of another text", reject({ objectDigest: ZERO }), {}, FOREIGN],
    ["a refusal for no known reason", reject(), altered("reasonCode", "perche-si"), UNREADABLE],
    ["a refusal of what was never said", reject({ objectIri: `${town.gas.id}/activities/mai` }), {}, EARLY],
    ["news that would change the text", status(), altered("object.stipulates", []), UNREADABLE],
    ["news of an order nobody accepted", status(), {}, EARLY],
    ["a delivery note before any agreement", note(), {}, EARLY],
    ["a first note that calls itself the second", note({ sequence: 2 }), { before: put("type", "Create") }, UNREADABLE],
  ];
}

t.test("I2 I18 an altered answer to an order agrees nothing, and the referente reads why", async (t) => {
  const s = await stage(t);
  const { town, offer, thread } = s;
  const { accept } = farmWords(s);
  const [crates, jars] = offer.lines as [(typeof offer.lines)[0], (typeof offer.lines)[0]];
  const more = { ...crates, quantityThousandths: 4 * CRATE, amountCents: 4 * CRATE_CENTS };
  const text = (...lines: (typeof offer.lines)[0][]) => accept({ lines });
  const strange = (iri: string) => ({ ...crates, lineIri: iri });
  const cases: Case[] = [
    ["an Accept of more", text(more, jars), {}, DIFFERS],
    ["an Accept of less", text({ ...crates, quantityThousandths: CRATE, amountCents: CRATE_CENTS }, jars), {}, DIFFERS],
    ["an Accept one cent dearer", text({ ...crates, amountCents: crates.amountCents + 1 }, jars), {}, DIFFERS],
    ["an Accept in another unit", text({ ...crates, unit: "gram" }, jars), {}, DIFFERS],
    ["an Accept of half a crate", text({ ...crates, quantityThousandths: 25_000 }, jars), {}, DIFFERS],
    ["an Accept of one line", text(crates), {}, DIFFERS],
    ["an Accept of a line more", text(crates, jars, strange(`${town.cycleIri}/9`)), {}, DIFFERS],
    ["an Accept of another cycle", text(strange(`${town.farm.id}/cycles/altro/1`), jars), {}, DIFFERS],
    ["an Accept in dollars", accept(), altered(`${euroAt("result")}.hasUnit`, "dollar"), UNREADABLE],
    ["an Accept that names a currency", accept(), altered(`${euroAt("result")}.priceCurrency`, "USD"), UNREADABLE],
    ["an Accept of tenths of a cent", accept(), altered(`${euroAt("result")}.hasNumericalValue`, "57.001"), UNREADABLE],
    ["an Accept of a quantity below zero", accept(), quantityAt("result", "-30"), UNREADABLE],
    [
      "an Accept of a number, not text",
      accept(),
      altered("result.stipulates.0.resourceQuantity.hasNumericalValue", 30),
      UNREADABLE,
    ],
    ["an Accept of another thread inside", accept(), altered("result.context", `${thread}x`), UNREADABLE],
    ["an Accept in another's name inside", accept(), altered("result.attributedTo", town.gas.id), UNREADABLE],
    ["an Accept with a member more", accept(), altered("result.discount", "5.00"), UNREADABLE],
    ["an Accept of revision 0", accept(), altered("result.revision", 0), UNREADABLE],
    ["an Accept of a revision never written", accept({ revision: 2 }), {}, FOREIGN],
    ["an Accept of another text under our name", accept({ offerDigest: ZERO }), {}, FOREIGN],
    ["an Accept of an order never sent", accept({ offerIri: `${town.gas.id}/activities/mai` }), {}, EARLY],
    ["an Accept on another thread", accept({ thread: `${town.gas.id}/threads/altro` }), {}, EARLY],
    [
      "an Accept with a byte changed after signing",
      accept(),
      { after: put("result.orderStatus", "confirmed") },
      UNPROVEN,
    ],
    ["an Accept under a key nobody compared", accept(), otherKey, UNPROVEN],
    ["an Accept for somebody else", accept(), altered("to", [`${town.gasHome.origin}/altri`]), GATE],
    ["an Accept for two", accept(), altered("to", [town.gas.id, `${town.gasHome.origin}/altri`]), GATE],
    ["an Accept under another server's name", accept(), altered("id", `${town.gasHome.origin}/a/1`), GATE],
    ["an Accept without proof", accept(), { after: ({ proof: _, ...json }) => json }, GATE],
  ];
  const about = { say: s.farmSays, home: town.gasHome, side: "gas", page: s.pages.gas } as const;
  await refuseAll(t, cases, about);
  await refuseAll(t, otherAnswers(s), about);
  t.match(await s.pages.partners(), /Messaggi non accettati/, "the page about partners has the newest");
  t.match(town.atGas(s.order), { state: "sent", needsPerson: null });
});

t.test(
  "I4 B16 answers that exclude each other: the first stands, and both pages say that a person must look",
  async (t) => {
    const s = await stage(t);
    const { town, order } = s;
    const words = farmWords(s);
    sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), { kind: "accept", mayOverdraw: false, note: "" }));
    await town.settle();
    const held = town.hold(order);
    const { agreementIri } = held.gas!;
    const verify = () => sure(markVerified(town.gasHome.node.wire, town.keyOf(order)));
    const about = { say: s.farmSays, home: town.gasHome, side: "gas", page: s.pages.gas } as const;
    for (const [name, message] of [
      ["a second Accept of one revision", words.accept({ agreementIri })],
      ["an Accept under another agreement", words.accept({ sequence: 9 })],
      ["a refusal after the Accept", words.reject()],
      ["other news under the same number", words.status({ agreementIri, sequence: 1, status: "cancelled" })],
    ] as const) {
      await refuseAll(t, [[name, message, {}, CONFLICT]], about);
      t.equal(town.atGas(order).needsPerson, "to-verify", `${name}: da verificare`);
      verify();
    }
    await refuseAll(
      t,
      [
        ["news of another agreement", words.status(), {}, EARLY],
        ["news of a revision nobody accepted", words.status({ agreementIri, revision: 2 }), {}, EARLY],
        ["a note of another agreement", words.note(), {}, EARLY],
      ],
      about,
    );
    t.same(town.hold(order).gas, held.gas, "the first stands");
  },
);

t.test("I12 an altered order is refused by the name of its mistake, and both sides read it", async (t) => {
  const s = await stage(t);
  const { town, offer } = s;
  const { order, undo } = gasWords(s);
  const [crates, jars] = offer.lines as [(typeof offer.lines)[0], (typeof offer.lines)[0]];
  const lines = (...all: (typeof offer.lines)[0][]) => order({ lines: all });
  const cases: Case[] = [
    ["an order in dollars", order(), altered(`${euroAt("object")}.hasUnit`, "dollar"), UNREADABLE],
    ["an order in two currencies", order(), altered(`${euroAt("object")}.priceCurrency`, "CHF"), UNREADABLE],
    ["an order of nothing", order(), quantityAt("object", "0"), UNREADABLE],
    ["an order below zero", order(), quantityAt("object", "-10"), UNREADABLE],
    ["an order of an exponent", order(), quantityAt("object", "1e9"), UNREADABLE],
    ["an order of ten-thousandths", order(), quantityAt("object", "10.0001"), UNREADABLE],
    ["an order without one price", order(), altered("object.stipulatesReciprocal", []), UNREADABLE],
    ["an order of a line twice", lines(crates, crates), {}, UNREADABLE],
    ["an order on another's behalf", order(), altered("object.attributedTo", town.farm.id), UNREADABLE],
    ["an order of another thread inside", order(), altered("object.context", `${s.thread}x`), UNREADABLE],
    ["an order with a byte changed", order(), { after: put("object.revision", 8) }, UNPROVEN],
    ["an order under a key nobody compared", order(), otherKey, UNPROVEN],
    ["an order for another farm", order(), altered("to", [`${town.farmHome.origin}/altra`]), GATE],
    ["a withdrawal of another text", undo({ offerDigest: ZERO }), {}, FOREIGN],
    ["another text under the same revision", order({ revision: 1, supersedes: null }), {}, CONFLICT],
  ];
  await refuseAll(t, cases, { say: s.gasSays, home: town.farmHome, side: "farm", page: s.pages.farm });
  t.match(town.atFarm(s.thread), { doubt: "order", latest: { revision: 1, offerIri: offer.offerIri } });
  sure(settleDoubt(town.farmHome.node.wire, town.farmKey(s.order)));
  let revision = 1;
  const mistakes = [
    ["unit", { ...crates, unit: "gram" }, /l'unità di una riga/],
    ["not-multiple", { ...crates, quantityThousandths: 25_000, amountCents: 4750 }, /colli interi/],
    ["amount", { ...crates, amountCents: crates.amountCents - 1 }, /un importo non era quello dei vostri prezzi/],
    ["unknown-line", { ...crates, lineIri: `${town.cycleIri}/99` }, /un prodotto che non è nella vostra offerta/],
    [
      "unknown-line",
      { ...crates, lineIri: `${town.farm.id}/cycles/${"b".repeat(26)}/1` },
      /non è nella vostra offerta/,
    ],
  ] as const;
  for (const [reason, line, shown] of mistakes) {
    revision += 1;
    const { status, outcome } = await s.gasSays(order({ revision, lines: [line, jars] }));
    t.match({ status, outcome }, { status: 202, outcome: "applied" }, reason);
    t.match(town.atFarm(s.thread), { latest: { revision, answer: "rejected" }, agreed: null });
    t.match(await s.pages.farm(), shown, `${reason}: the farmer reads why`);
    const answer = JSON.parse(
      String(
        town.farmHome.node.db.raw
          .prepare("SELECT json FROM activities WHERE type = 'Reject' ORDER BY rowid DESC LIMIT 1")
          .pluck()
          .get(),
      ),
    );
    t.match(answer, { reasonCode: reason });
  }
  const about = { say: s.gasSays, home: town.farmHome, side: "farm", page: s.pages.farm } as const;
  const twin = order({ revision });
  await refuseAll(t, [["another text under the last revision", twin, {}, CONFLICT]], about);
});

/** The same order, agreed, confirmed and delivered by the farm's note. */
async function noted(t: Test) {
  const s = await stage(t);
  const { town, order } = s;
  const { wire } = town.farmHome.node;
  sure(answerOrder(wire, town.farmKey(order), { kind: "accept", mayOverdraw: false, note: "" }));
  sure(moveOrder(wire, town.farmKey(order), "confirm", ""));
  sure(writeDeliveryNote(wire, town.farmKey(order), { deliveredByLine: new Map(), charges: [] }));
  await town.settle();
  const { gas, notes } = town.hold(order);
  return { ...s, agreementIri: gas!.agreementIri, kept: notes[0]!, documentIri: notes[0]!.documentIri };
}

t.test("I18 an altered delivery note, or another under its number, is not read in its place", async (t) => {
  const s = await noted(t);
  const { town, order, offer, agreementIri, documentIri, kept } = s;
  const { note } = farmWords(s);
  const [crates, jars] = offer.lines as [(typeof offer.lines)[0], (typeof offer.lines)[0]];
  const next = (change: Partial<MessageOf<"delivery-note">> = {}) =>
    note({ agreementIri, documentIri, sequence: 2, ...change });
  const other = { status: 422, refusal: "note-differs", shown: /prodotti o unità che non sono nell'accordo/ };
  const strange = [{ ...crates, lineIri: `${crates.lineIri}7` }];
  const trip = next({ charges: [{ name: "Viaggio", cents: 100 }] });
  const cases: Case[] = [
    ["a note in grams", next({ fulfilments: [{ ...crates, unit: "gram" }, jars] }), {}, other],
    ["a note of what was not ordered", next({ fulfilments: strange }), {}, other],
    ["a charge in dollars", trip, altered("object.charges.0.priceCurrency", "USD"), UNREADABLE],
    ["a note with a byte changed", next(), { after: put("object.sequence", 3) }, UNPROVEN],
    ["a note of another agreement", note(), {}, EARLY],
    ["another note under the same number", next({ sequence: 1 }), { before: put("type", "Create") }, CONFLICT],
  ];
  await refuseAll(t, cases, { say: s.farmSays, home: town.gasHome, side: "gas", page: s.pages.gas });
  t.same(town.hold(order).notes, [kept]);
  t.equal(town.atGas(order).needsPerson, "to-verify");
});

t.test("I18 an altered answer to a delivery note settles nothing", async (t) => {
  const s = await noted(t);
  const { town, order, documentIri } = s;
  const { noteAnswer, undo } = gasWords(s);
  const own = town.farmHome.node.db.raw.prepare("SELECT digest FROM thread_messages WHERE kind = 'delivery-note'");
  const digest = String(own.pluck().get());
  const cases: Case[] = [
    ["a yes to another text", noteAnswer("note-accepted", documentIri, ZERO), {}, FOREIGN],
    ["a complaint about another text", noteAnswer("note-disputed", documentIri, ZERO), {}, FOREIGN],
    ["a yes to a note never written", noteAnswer("note-accepted", `${documentIri}x`, digest), {}, EARLY],
    [
      "a yes with a byte changed",
      noteAnswer("note-accepted", documentIri, digest),
      { after: put("objectDigest", ZERO) },
      UNPROVEN,
    ],
    ["a yes with a price", noteAnswer("note-accepted", documentIri, digest), altered("price", "1.00"), UNREADABLE],
    ["a withdrawal of another text", undo({ offerDigest: ZERO }), {}, FOREIGN],
  ];
  await refuseAll(t, cases, { say: s.gasSays, home: town.farmHome, side: "farm", page: s.pages.farm });
  t.match(town.hold(order), { farm: { status: "confirmed" } });
});
