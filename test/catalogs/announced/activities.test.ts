// What arrives about cycles, from whom, and what our copies make of it: real rules, a real database, a farm that answers.
import t, { type Test } from "tap";
import type { LocalActor, RemoteActor } from "../../../src/activitypub/actor.ts";
import { createActor } from "../../../src/activitypub/actors.ts";
import type { Arrival, Outcome } from "../../../src/activitypub/inbox.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import type { ActorFailure } from "../../../src/activitypub/senders.ts";
import type { Wire } from "../../../src/activitypub/wire.ts";
import { createOfferKeeper } from "../../../src/catalogs/announced/actions.ts";
import { announcedInboxRules } from "../../../src/catalogs/announced/activities.ts";
import { deleteOldAnnounced, listOtherOffers } from "../../../src/catalogs/announced/store.ts";
import { migrateDatabase } from "../../../src/db/migrate.ts";
import { openDatabase } from "../../../src/db/open.ts";
import { transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { saveFollow } from "../../../src/partners/store.ts";
import { addPact } from "../../partners/standing.ts";
import { golden } from "./golden.ts";

const FARM = "https://p.example/p";
const NEIGHBOUR = "https://p.example/neighbour";
const CYCLE = `${FARM}/cycles/c12`;
const NOW = Date.UTC(2026, 10, 2, 8);
const HOUR = 3_600_000;
const SECRET = Buffer.alloc(32, 5);

/** A group that follows a farm and its neighbour; `answers` is what their node says at each address. */
function makeGroup(t: Test) {
  const db = openDatabase(":memory:");
  migrateDatabase(db, null);
  t.teardown(() => db.raw.close());
  const clock = { at: NOW, now: () => clock.at };
  const origin = "https://g.example";
  const gas = transact(db, (tx) => {
    const made = createActor(
      tx,
      { kind: "gas", handle: "g", name: "GAS" },
      { origin, secret: SECRET, now: NOW, reserved: new Set() },
    );
    if (isRefusal(made)) throw new Error(made.refused);
    for (const peer of [FARM, NEIGHBOUR]) {
      const at = { createdAt: NOW, updatedAt: NOW };
      const follow = { actorId: made.id, direction: "out", peer, host: "p.example", state: "accepted" } as const;
      saveFollow(tx, { ...follow, followIri: `${made.id}#f`, inbox: `${peer}/inbox`, sharedInbox: null, ...at });
    }
    return made;
  });
  const answers = new Map<string, JsonObject | ActorFailure>();
  const asked: string[] = [];
  const fetchDocument: Wire["fetchDocument"] = async (iri, asActorId) => {
    asked.push(`${iri} as ${asActorId}`);
    const answer = answers.get(iri) ?? { failed: "unreachable", detail: "HTTP 404" };
    return "failed" in answer ? (answer as ActorFailure) : { document: answer };
  };
  const keeper = createOfferKeeper({ db, clock, origin, fetchDocument } as unknown as Wire, () => null);
  let woken = 0;
  const rules = announcedInboxRules(() => {
    woken += 1;
  });
  const receive = (
    senderId: string,
    type: string,
    object: JsonObject | string,
    receiver: LocalActor | null = null,
  ): Outcome => {
    const activity = { type, id: `${senderId}/a/${Math.random()}`, actor: senderId, object };
    const sender = { id: senderId } as RemoteActor;
    const arrival: Arrival = {
      activity,
      sender,
      receiver,
      bytes: Buffer.alloc(0),
      digest: "",
      receivedAt: clock.at,
      profile: "lenient",
    };
    const objectType = typeof object === "string" ? null : String(object.type);
    const rule = rules.find(
      (one) => one.types.includes(type) && (!one.objectTypes || one.objectTypes.includes(objectType)),
    );
    return rule ? transact(db, (tx) => rule.receive(tx, arrival)) : "not-mine";
  };
  const copies = () => listOtherOffers(db.orm, gas.id, Number.MAX_SAFE_INTEGER, 10);
  const count = () => db.raw.prepare("SELECT count(*) FROM announced_cycles").pluck().get();
  return { db, clock, gas, answers, asked, keeper, receive, copies, count, woken: () => woken };
}

const note = golden("create-note").object as JsonObject;
const tombstone = golden("delete-note").object as JsonObject;
const stub = golden("update-stub").object as JsonObject;
const withLines = { [CYCLE]: golden("cycle-public"), [`${CYCLE}/lines`]: golden("lines-public") };

t.test(
  "an announcement is only believed as come and look: the cycle is read at its origin, as the group",
  async (t) => {
    const { answers, asked, keeper, receive, copies, gas, woken } = makeGroup(t);
    for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
    t.equal(receive(FARM, "Create", note), "applied");
    t.equal(woken(), 1);
    t.match(copies(), [{ status: "unread", copy: null }]);
    await keeper.refreshDue();
    t.match(copies(), [{ status: "open", fetchedAt: NOW, copy: { lines: [{ name: /Arance/ }, { name: /Miele/ }] } }]);
    t.same(asked, [`${CYCLE} as ${gas.id}`, `${CYCLE}/lines as ${gas.id}`]);
  },
);

t.test("B12 another actor, of the same host or not, cannot change or remove a farm's offer", async (t) => {
  const { answers, keeper, receive, copies } = makeGroup(t);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
  receive(FARM, "Create", note);
  await keeper.refreshDue();
  const before = copies();
  for (const sender of ["https://e.example/e", NEIGHBOUR]) {
    t.same(receive(sender, "Update", note), { refused: "not-owner" });
    t.same(receive(sender, "Delete", tombstone), { refused: "not-owner" });
    t.same(receive(sender, "Delete", String(note.id)), { refused: "not-owner" });
    t.same(receive(sender, "Update", stub), { refused: "not-owner" });
  }
  await keeper.refreshDue();
  t.same(copies(), before);
});

t.test("B12 a neighbour that announces the farm's cycle as its own leaves nothing behind", async (t) => {
  const { answers, keeper, receive, count, copies } = makeGroup(t);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
  const stolen = { ...note, id: `${NEIGHBOUR}/posts/1`, attributedTo: NEIGHBOUR };
  t.equal(receive(NEIGHBOUR, "Create", stolen), "applied");
  await keeper.refreshDue();
  t.equal(count(), 0, "its origin says whose it is");
  receive(FARM, "Create", note);
  await keeper.refreshDue();
  t.match(copies(), [{ producerId: FARM, status: "open" }], "and the farm's own announcement still counts");
});

t.test("a removed announcement makes us ask, and the origin's 410 takes the offer off", async (t) => {
  const { answers, keeper, receive, copies, count } = makeGroup(t);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
  receive(FARM, "Create", note);
  await keeper.refreshDue();
  answers.set(CYCLE, { failed: "gone", detail: "HTTP 410" });
  t.equal(receive(FARM, "Delete", tombstone), "applied");
  await keeper.refreshDue();
  t.same(copies(), []);
  t.equal(count(), 1, "kept as gone");
});

t.test("a stub brings a cycle whose announcement was lost, and an old one changes nothing", async (t) => {
  const { answers, asked, keeper, receive, copies } = makeGroup(t);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, { ...document, sequence: 2 });
  t.equal(receive(FARM, "Update", stub), "applied");
  await keeper.refreshDue();
  t.match(copies(), [{ status: "open", sequence: 2, noteIri: null }]);
  asked.length = 0;
  t.equal(receive(FARM, "Update", { ...stub, sequence: 1 }), "applied");
  await keeper.refreshDue();
  t.same(asked, []);
});

t.test("a silent farm is asked again and again, ever more rarely, and the copy keeps its date", async (t) => {
  const { answers, keeper, clock, receive, copies } = makeGroup(t);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
  receive(FARM, "Create", note);
  await keeper.refreshDue();
  answers.clear();
  answers.set(CYCLE, { failed: "unreachable", detail: "timeout" });
  clock.at += 25 * HOUR;
  await keeper.refreshDue();
  t.match(copies(), [{ fetchedAt: NOW, failures: 1, lastError: "unreachable: timeout", dueAt: clock.at + 60_000 }]);
  clock.at += 60_000;
  await keeper.refreshDue();
  t.match(copies(), [{ failures: 2, dueAt: clock.at + 120_000, status: "open" }]);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
  clock.at += 120_000;
  await keeper.refreshDue();
  t.match(copies(), [{ failures: 0, fetchedAt: clock.at, lastError: null }]);
});

t.test("an older state than ours, or one we cannot read, does not replace the copy", async (t) => {
  const { answers, keeper, receive, copies, db } = makeGroup(t);
  for (const [iri, document] of Object.entries(withLines)) answers.set(iri, { ...document, sequence: 5 });
  receive(FARM, "Create", note);
  await keeper.refreshDue();
  answers.set(CYCLE, golden("cycle-public"));
  receive(FARM, "Update", note);
  await keeper.refreshDue();
  t.match(copies(), [{ sequence: 5, failures: 1, lastError: "an older state" }]);
  answers.set(CYCLE, { ...golden("cycle-public"), sequence: 6, cycleStatus: "sold-out" });
  receive(FARM, "Update", note);
  await keeper.refreshDue();
  t.match(copies(), [{ sequence: 5, status: "open", lastError: "bad-cycle" }]);
  t.match(db.raw.prepare("SELECT code FROM security_events").all(), [{ code: "bad-cycle" }]);
});

t.test(
  "a cycle that names its lines without pages is read line by line, and other origins' pages are not",
  async (t) => {
    const { answers, keeper, receive, copies, asked } = makeGroup(t);
    const { first: _, ...bare } = golden("cycle-public");
    const [oranges, honey] = golden("lines-public").items as JsonObject[];
    answers.set(CYCLE, { ...bare, items: [`${CYCLE}/1`, "https://e.example/x", 7, `${CYCLE}/2`] });
    answers.set(`${CYCLE}/1`, oranges ?? {});
    answers.set(`${CYCLE}/2`, honey ?? {});
    receive(FARM, "Create", note);
    await keeper.refreshDue();
    t.equal(copies()[0]?.copy?.lines.length, 2);
    answers.set(CYCLE, { ...golden("cycle-public"), first: "https://e.example/lines", sequence: 9 });
    receive(FARM, "Update", note);
    await keeper.refreshDue();
    t.equal(copies()[0]?.copy?.lines.length, 0);
    t.notOk(asked.some((one) => one.includes("e.example")));
  },
);

t.test("who neither follows nor buys is told of nothing, and a catalog's digest is another rule's", async (t) => {
  const { receive, count } = makeGroup(t);
  const elsewhere = JSON.parse(JSON.stringify(note).replaceAll("p.example", "stranger.example"));
  t.equal(receive("https://stranger.example/p", "Create", elsewhere), "not-mine");
  t.equal(
    receive(FARM, "Update", { type: "Collection", id: `${FARM}/catalog`, attributedTo: FARM, sequence: 2 }),
    "not-mine",
  );
  t.equal(receive(FARM, "Create", { ...note, tag: [] }), "not-mine");
  t.equal(receive(FARM, "Delete", `${FARM}/posts/unheard-of`), "not-mine");
  t.equal(count(), 0);
});

t.test("what has long been over is forgotten", async (t) => {
  const { db, receive, count } = makeGroup(t);
  receive(FARM, "Create", note);
  t.equal(deleteOldAnnounced(db.orm, NOW - 1), 0);
  t.equal(deleteOldAnnounced(db.orm, NOW), 1);
  t.equal(count(), 0);
});

/** What the farm says now, under numbers it used before. */
type Slip = { readonly about: string; readonly cycle?: JsonObject; readonly line?: JsonObject };
const SLIPS: readonly Slip[] = [
  { about: "another name under one revision", cycle: { name: "Agrumi di seconda scelta", sequence: 9 } },
  { about: "another minimum under one revision", cycle: { minOrder: { minPrice: "10.00" }, sequence: 9 } },
  { about: "another closing under one sequence", cycle: { endTime: "2026-12-03T22:00:00Z" } },
  { about: "another status under one sequence", cycle: { cycleStatus: "frozen" } },
  {
    about: "another package of a line, whatever the numbers",
    cycle: { sequence: 9, revision: 9 },
    line: { name: "Arance da spremuta" },
  },
];

t.test("B16 a farm that says two things under one number: the first stands, and it is to be verified", async (t) => {
  for (const { about, cycle = {}, line = {} } of SLIPS) {
    const { answers, keeper, receive, copies, db } = makeGroup(t);
    for (const [iri, document] of Object.entries(withLines)) answers.set(iri, document);
    receive(FARM, "Create", note);
    await keeper.refreshDue();
    const [before] = copies();
    answers.set(CYCLE, { ...golden("cycle-public"), ...cycle });
    const page = golden("lines-public");
    const [first, ...rest] = page.items as JsonObject[];
    answers.set(`${CYCLE}/lines`, { ...page, items: [{ ...first, ...line }, ...rest] });
    receive(FARM, "Update", note);
    await keeper.refreshDue();
    t.match(copies(), [{ doubtedAt: NOW, status: "open", lastError: "another truth" }], about);
    t.same(copies()[0]?.copy, before?.copy, about);
    receive(FARM, "Update", note);
    await keeper.refreshDue();
    t.same(db.raw.prepare("SELECT code FROM security_events").pluck().all(), ["equivocation"], "one alarm");
    if (cycle.revision) continue;
    answers.set(CYCLE, { ...golden("cycle-public"), ...cycle, sequence: 10, revision: 10 });
    receive(FARM, "Update", note);
    await keeper.refreshDue();
    t.match(
      copies(),
      [{ doubtedAt: null, sequence: 10 }],
      "a higher number under which it says one thing ends the doubt",
    );
  }
});

t.test("what changes under new numbers, and what is told as progress or stock, is no second truth", async (t) => {
  const { answers, keeper, receive, copies, db } = makeGroup(t);
  const { sequence: first, revision } = golden("cycle-public") as { sequence: number; revision: number };
  const threshold = { hasUnit: "kilogram", hasNumericalValue: "800" };
  const collected = (kg: string) => ({ threshold, collected: { hasUnit: "kilogram", hasNumericalValue: kg } });
  const page = golden("lines-public");
  const states: JsonObject[] = [
    collected("0"),
    collected("100"),
    { ...collected("100"), endTime: "2026-12-03T22:00:00Z" },
    { ...collected("100"), cycleStatus: "closed" },
    { ...collected("100"), name: "Agrumi e miele", revision: revision + 1 },
  ];
  for (const [n, state] of states.entries()) {
    answers.set(CYCLE, { ...golden("cycle-public"), ...state, sequence: first + n });
    const items = (page.items as JsonObject[]).map((item) => ({ ...item, updated: `2026-11-0${n + 1}T08:00:00Z` }));
    answers.set(`${CYCLE}/lines`, { ...page, items });
    receive(FARM, "Update", note);
    await keeper.refreshDue();
    t.match(copies(), [{ doubtedAt: null, sequence: first + n, failures: 0 }]);
  }
  t.same(db.raw.prepare("SELECT code FROM security_events").all(), []);
});

t.test(
  "B16 another price for the same partner under one revision is a second truth, under new terms it is not",
  async (t) => {
    const { answers, keeper, receive, copies, gas, db, clock } = makeGroup(t);
    const page = golden("lines-partner");
    const priced = (euros: string) => {
      const [first, ...rest] = page.items as JsonObject[];
      const reciprocal = first!.reciprocal as JsonObject;
      const quantity = { ...(reciprocal.resourceQuantity as JsonObject), hasNumericalValue: euros };
      const line = { ...first, reciprocal: { ...reciprocal, resourceQuantity: quantity } };
      answers.set(CYCLE, golden("cycle-partners"));
      answers.set(`${CYCLE}/lines`, { ...page, items: [line, ...rest] });
    };
    const agree = (updatedAt: number) => {
      transact(db, (tx) => addPact(tx, gas.id, FARM, gas.id));
      db.raw.prepare("UPDATE pacts SET updated_at = ?").run(updatedAt);
    };
    const look = async () => {
      receive(FARM, "Update", note);
      await keeper.refreshDue();
      return copies()[0];
    };
    agree(NOW);
    priced("17.50");
    t.match(await look(), { copy: { lines: [{ packagePriceCents: 1750 }, {}] } });
    priced("18.00");
    t.match(
      await look(),
      { doubtedAt: null, copy: { lines: [{ packagePriceCents: 1800 }, {}] } },
      "the pact is a moment old",
    );
    clock.at += 2 * HOUR;
    await look();
    priced("19.00");
    t.match(await look(), { doubtedAt: clock.at, copy: { lines: [{ packagePriceCents: 1800 }, {}] } });
    db.raw.prepare("UPDATE pacts SET updated_at = ?").run(clock.at);
    t.match(
      await look(),
      { doubtedAt: null, copy: { lines: [{ packagePriceCents: 1900 }, {}] } },
      "agreed anew meanwhile",
    );
  },
);
