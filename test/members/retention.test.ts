// Who looks after the node chooses how long things are kept: asked before anything goes, told to everybody, done by the clock.
import t, { type Test } from "tap";
import { loadPeriods, savePeriods } from "../../src/db/periods.ts";
import type { Db } from "../../src/db/transact.ts";
import { limitsOf, PERIODS, type Period } from "../../src/kernel/retention.ts";
import { countOld } from "../../src/members/privacy/retentionStore.ts";
import { recordAudit } from "../../src/web/auditStore.ts";
import { startNodes } from "../tools/nodes.ts";
import { deskBrowser } from "../web/deskBrowser.ts";

const PAGE = "/node/retention";
const DAY = 86_400_000;
/** Notices are forgotten where mail is sent; the log is told of below. */
const FORGOTTEN = PERIODS.filter((period) => period !== "notices" && period !== "audit");

type Row = Readonly<Record<string, string | number | null>>;

/** A row of any table: what is not said is empty. Nothing but its age matters here. */
function plant({ raw }: Db, table: string, row: Row): void {
  const columns = raw.pragma(`table_info(${table})`) as { name: string; type: string; notnull: number; pk: number }[];
  const empty = { TEXT: `${table}-x`, INTEGER: 0, BLOB: Buffer.of(0) } as Record<string, unknown>;
  const needed = columns.filter(({ name, notnull, pk, type }) => name in row || notnull || (pk && type === "TEXT"));
  const names = needed.map(({ name }) => name);
  raw
    .prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
    .run(needed.map(({ name, type }) => (name in row ? row[name] : empty[type])));
}

/** One row for each period, a day older than its shortest. */
function plantOld(db: Db, now: number): void {
  const at = (period: Period) => now - (limitsOf(period).least + 1) * DAY;
  db.raw.pragma("ignore_check_constraints = ON");
  db.raw.pragma("foreign_keys = OFF");
  const row: Record<Exclude<Period, "notices" | "audit">, [string, Row]> = {
    idle: ["sessions", { id_hash: "idle", seen_at: at("idle"), created_at: now }],
    session: ["sessions", { id_hash: "old", seen_at: now, created_at: at("session") }],
    links: ["invitations", { expires_at: at("links") }],
    addresses: ["email_changes", { asked_at: at("addresses") }],
    requests: [
      "join_requests",
      { id: "r", state: "approved", created_at: at("requests"), decided_at: at("requests"), decided_by: null },
    ],
    waiting: ["join_requests", { id: "w", state: "waiting", created_at: at("waiting") }],
    seekers: ["seekers", { proven_at: at("seekers"), created_at: at("seekers"), told_at: at("seekers") }],
    foundings: [
      "foundings",
      { state: "refused", created_at: at("foundings"), opened_at: at("foundings"), steps: "[]" },
    ],
    bookings: ["gathering_bookings", { gathering_id: "g", state: "booked", owes: null }],
    arrivals: ["inbox_log", { channel: "social", outcome: "applied", received_at: at("arrivals") }],
    letters: ["outbox", { lane: "social", state: "delivered", finished_at: at("letters") }],
    refusals: ["security_events", { at: at("refusals") }],
    reports: ["reports", { seen_at: at("reports") }],
  };
  plant(db, "gatherings", { id: "g", starts_at: at("bookings"), ends_at: at("bookings") });
  for (const [table, values] of Object.values(row)) plant(db, table, values);
  db.raw.pragma("foreign_keys = ON");
  db.raw.pragma("ignore_check_constraints = OFF");
}

const leasts = () => Object.fromEntries(PERIODS.map((period) => [period, String(limitsOf(period).least)]));

/** What the form holds now, with some fields otherwise. */
function typed(db: Db, wish: Partial<Record<Period, string>>): Record<string, string> {
  const now = Object.entries(loadPeriods(db.orm)).map(([period, days]) => [period, String(days)]);
  return { ...Object.fromEntries(now), ...wish };
}

type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A node, and who looks after it at its page. */
async function openDesk(t: Test) {
  const { nodes, clock } = await startNodes(t, ["uno"]);
  const { node } = nodes.uno;
  const gino = await deskBrowser(nodes.uno, []);
  const send = async (fields: Record<string, string>) => gino.submit(await gino.get(PAGE), PAGE, fields);
  return { node, clock, db: node.db, gino, send };
}

async function refuseOutside(t: Test, { db, send }: Desk) {
  for (const wrong of [
    { audit: "30" },
    { idle: "31" },
    { links: "0" },
    { notices: "dieci" },
    { idle: "9", session: "8" },
  ]) {
    const answer = await send(typed(db, wrong));
    t.equal(answer.status, 422, JSON.stringify(wrong));
    t.match(answer.body, /aria-invalid="true"/);
  }
  t.equal(loadPeriods(db.orm).audit, 365);
}

async function tellLonger(t: Test, { db, gino, send }: Desk) {
  t.match((await gino.get("/privacy")).body, /Si conserva 1 anno\./);
  t.equal((await send(typed(db, { audit: "730" }))).path, `${PAGE}?saved=1`);
  t.equal(loadPeriods(db.orm).audit, 730);
  t.match((await gino.get("/privacy")).body, /Si conserva 2 anni\./);
  t.match(
    (await gino.get("/node/audit")).body,
    /Le righe restano 2 anni[\s\S]*Cambiato per quanto si conserva[\s\S]*audit 365 → 730/,
  );
}

async function showClash(t: Test, { db, gino, send }: Desk) {
  const before = await gino.get(PAGE);
  await send(typed(db, { reports: "120" }));
  const answer = await gino.submit(before, PAGE, typed(db, { reports: "100" }));
  t.equal(answer.status, 409);
  t.equal(loadPeriods(db.orm).reports, 120);
}

async function shortenKnowingly(t: Test, { db, clock, node, gino, send }: Desk) {
  plantOld(db, clock.now());
  const old = () =>
    countOld(
      db,
      { ...loadPeriods(db.orm), ...Object.fromEntries(FORGOTTEN.map((p) => [p, limitsOf(p).least])) },
      FORGOTTEN,
      clock.now(),
    );
  for (const [period, rows] of old()) t.ok(rows >= 1, `${period} has something old`);
  const wish = { ...leasts(), audit: "730", notices: "90" };
  const asked = await send(wish);
  t.equal(asked.status, 200);
  t.match(asked.body, /Sì, accorcia e cancella/);
  t.match(asked.body, /Messaggi pubblici arrivati<\/strong> da 30 giorni a 15 giorni\.\s*<small>Oggi se ne va 1 riga/);
  t.equal(loadPeriods(db.orm).arrivals, 30, "asking changes nothing");
  await node.runDue();
  for (const [period, rows] of old()) t.ok(rows >= 1, `${period} stays while nobody said yes`);
  t.equal((await gino.submit(asked, PAGE, {})).path, `${PAGE}?saved=1`);
  clock.advance({ hours: 25 });
  await node.runDue();
  for (const [period, rows] of old()) t.equal(rows, 0, `${period} is forgotten`);
  t.match((await gino.get(PAGE)).body, /<title>Entra/, "the session was not used for a day");
}

async function keepLongLog(t: Test, { db, clock, node }: Desk) {
  savePeriods(db.orm, { ...loadPeriods(db.orm), audit: 730 });
  const entry = { actorId: null, byId: null, aboutId: null, detail: "" };
  recordAudit(db.orm, { what: "roles", ...entry, at: clock.now() });
  clock.advance({ days: 400 });
  recordAudit(db.orm, { what: "roles", ...entry, at: clock.now() });
  await node.runDue();
  const oldest = () => Number(db.raw.prepare("SELECT min(at) FROM audit_log").pluck().get());
  t.ok(clock.now() - oldest() > 399 * DAY);
  savePeriods(db.orm, { ...loadPeriods(db.orm), audit: 365 });
  clock.advance({ days: 1 });
  await node.runDue();
  t.ok(clock.now() - oldest() < 366 * DAY);
}

t.test("C53 who looks after the node chooses how long things are kept", async (t) => {
  const desk = await openDesk(t);
  await t.test("outside the limits nothing is saved, and the field says why", (t) => refuseOutside(t, desk));
  await t.test("a longer period is kept at once, and the notice tells it", (t) => tellLonger(t, desk));
  await t.test("who saves second sees what the first saved", (t) => showClash(t, desk));
  await t.test("a shorter one asks, says what goes, and takes it away when the clock comes round", (t) =>
    shortenKnowingly(t, desk),
  );
  await t.test("a log of two years is not shortened by the clock", (t) => keepLongLog(t, desk));
});
