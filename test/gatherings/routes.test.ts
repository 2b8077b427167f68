// The organiser's desk, what others read of it and what stays there.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Arrival } from "../../src/activitypub/inbox.ts";
import { transact } from "../../src/db/transact.ts";
import { saveGathering } from "../../src/gatherings/actions.ts";
import { gatheringsInboxRules } from "../../src/gatherings/activities.ts";
import { markAttended } from "../../src/gatherings/bookingActions.ts";
import { readOwnEvents } from "../../src/gatherings/publicRoutes.ts";
import { saveGatheringRow } from "../../src/gatherings/store.ts";
import { sure } from "../sales/cycles.ts";
import { dataOf } from "../web/browser.ts";
import { upload } from "../web/uploads.ts";
import { evening } from "./evenings.ts";
import { matchesGolden } from "./golden.ts";
import { ask, bookAs, factsOf, openHall } from "./hall.ts";

const hall = await openHall(t);
const { one, clock, gas, settle } = hall;
const { db } = one.node;
const DESK = "/desk/gas-fano/gatherings";
const gino = await hall.enter("gino", "admin");
const AS = { accept: "application/activity+json" };
const PDF = Buffer.from("%PDF-1.4\nciao\n%%EOF\n");
const TYPED = {
  ...{ kind: "evening", audience: "people", name: "Pane e farine", startsAt: "2026-12-12T18:00" },
  ...{ endsAt: "2026-12-12T20:00", venue: "Sala della Pace", comune: "Fano", takesBookings: "on", capacity: "20" },
};
const told = () =>
  db.raw
    .prepare("SELECT type, is_public FROM activities WHERE actor_id = ? ORDER BY rowid")
    .all(gas.id)
    .map((row) => `${(row as { type: string }).type} ${(row as { is_public: number }).is_public}`);

t.test(
  "an evening is prepared, published, changed, called off and taken away, and others read each step",
  async (t) => {
    const made = await gino.submit(await gino.get(`${DESK}/new`), `${DESK}/new`, TYPED);
    t.match(made.path, new RegExp(`${DESK}/[a-z2-7]{26}`));
    const id = made.path.split("/").at(-1)!;
    const path = `/gas-fano/events/${id}`;
    t.equal((await hall.stranger().get(path)).status, 404, "a draft is nobody's to see");
    t.equal(JSON.parse((await hall.stranger().get("/gas-fano/events", AS)).body).totalItems, 0);
    const published = await gino.submit(made, `${made.path}/publish`);
    t.match(published.body, /in programma/);
    const shown = (await hall.stranger().get(path)).body;
    t.match(shown, /Pane e farine[\s\S]*C(?:'|&#39;)è posto/);
    t.match(dataOf(shown), {
      ...{ "@type": "Event", name: /Pane e farine/, eventStatus: "https://schema.org/EventScheduled" },
      ...{ startDate: /Z$/, organizer: { name: "GAS Fano" }, location: [{ "@type": "Place" }] },
    });
    t.match((await hall.stranger().get("/gas-fano")).body, /Pane e farine/);
    const edit = `${made.path}/edit`;
    const form = await gino.get(edit);
    await gino.submit(form, edit, { ...TYPED, venue: "Centro civico" });
    const late = await gino.submit(form, edit, { ...TYPED, venue: "Cantina" });
    t.equal(late.status, 409);
    t.match(late.body, /Qualcun altro[\s\S]*Cantina/, "what was typed stays");
    const reason = { reason: "neve" };
    const empty = await gino.submit(await gino.get(made.path), `${made.path}/cancel`, { reason: "" });
    t.equal(empty.status, 422);
    const cancelled = await gino.submit(empty, `${made.path}/cancel`, reason);
    t.match(cancelled.body, /Annullato: neve/);
    t.match(JSON.parse((await hall.stranger().get(path, AS)).body), {
      status: "CANCELLED",
      location: { name: "Centro civico" },
    });
    t.match(dataOf((await hall.stranger().get(path)).body), { eventStatus: "https://schema.org/EventCancelled" });
    await gino.submit(cancelled, `${made.path}/remove`);
    const gone = await hall.stranger().get(path, AS);
    t.equal(gone.status, 410);
    t.match(JSON.parse(gone.body), { type: "Tombstone", formerType: "Event" });
    t.equal((await hall.stranger().get(path)).status, 410);
    t.same(told(), ["Create 1", "Update 1", "Update 1", "Delete 1"]);
  },
);

t.test("what is wrong in a form is said beside its field, and nothing is lost", async (t) => {
  const page = await gino.get(`${DESK}/new`);
  const wrong = await gino.submit(page, `${DESK}/new`, { ...TYPED, endsAt: "2026-12-12T17:00", onlineUrl: "ftp://x" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /finisce prima di cominciare[\s\S]*Pane e farine/);
  const extra = await gino.submit(page, `${DESK}/new`, { ...TYPED, state: "published" });
  t.equal(extra.status, 400, "C4 a field that the form does not have");
});

t.test("B34 a hostile name stays text in page, calendar, feed and letter", async (t) => {
  const name = `<img src=x onerror=alert(1)>\r\nBEGIN:VEVENT "; DROP`.replaceAll(/\s+/g, " ");
  const gathering = hall.publish({ name, summary: "]]><script>1</script>", venue: "<b>Sala</b>" });
  const path = `/gas-fano/events/${gathering.id}`;
  for (const address of [path, "/gas-fano/events", "/gas-fano", "/gas-fano/events.atom"])
    t.notMatch((await hall.stranger().get(address)).body, /<img src=x|<script>1|<b>Sala/, address);
  const { body, headers } = await hall.stranger().get("/gas-fano/events.ics");
  t.equal(body.match(/^BEGIN:VEVENT/gm)?.length, 1);
  const again = await hall.stranger().get("/gas-fano/events.ics", { "if-none-match": String(headers.etag) });
  t.equal(again.status, 304, "what did not change comes once");
  await ask(hall.stranger(), gathering, "bea@posta.example", "0", "Bea <b>\u202Ex");
  await settle();
  t.equal(hall.sink.received.filter(({ mail }) => mail.subject?.includes("img")).length, 1);
});

t.test("C54 C45 the list of who comes is for the organiser's desk alone, addresses for who administers", async (t) => {
  const gathering = hall.publish({ name: "Elenco" });
  await bookAs(hall, gathering, "carla@posta.example");
  const people = `${DESK}/${gathering.id}/people`;
  t.match((await gino.get(people)).body, /carla@posta\.example/);
  const rita = await hall.enter("rita", "referente");
  const seen = await rita.get(people);
  t.match(seen.body, /Laura Neri/);
  t.notMatch(seen.body, /carla@posta/);
  t.notMatch((await rita.get(`${people}.csv`)).body, /carla@posta/);
  t.match((await gino.get(`${people}.csv`)).body, /Laura Neri;;0;hai il posto;;carla@posta\.example/);
  const member = await hall.enter("luca", "member");
  t.equal((await member.get(people)).status, 404);
  t.equal((await gino.get(`/desk/mulino/gatherings/${gathering.id}/people`)).status, 404);
  t.notMatch((await hall.stranger().get(people)).body, /Laura Neri/);
});

t.test("B38 B39 bookings, their names and their number are nobody's business outside the desk", async (t) => {
  const gathering = hall.publish({ name: "Discreto", capacity: 40 });
  await bookAs(hall, gathering, "canarino@posta.example");
  await bookAs(hall, gathering, "canarina@posta.example", "3");
  const path = `/gas-fano/events/${gathering.id}`;
  for (const address of [path, "/gas-fano/events", "/gas-fano"]) {
    t.notMatch((await hall.stranger().get(address)).body, /canarin|Laura Neri|\b35\b|5 persone/);
    t.notMatch((await hall.stranger().get(address, AS)).body, /canarin|Laura/);
  }
  const letters = db.raw.prepare("SELECT json FROM activities").pluck().all() as string[];
  t.notOk(
    letters.some((json) => /canarin|Laura|posta\.example/.test(json)),
    "no letter to others names anybody",
  );
});

t.test("A48 ticked twice from two phones is ticked once, and who called is written down by hand", async (t) => {
  const gathering = hall.publish({ name: "Alla porta", capacity: 2, startsAt: clock.at + 3_600_000 });
  const people = `${DESK}/${gathering.id}/people`;
  const added = await gino.submit(await gino.get(people), people, { name: "Ada Gialli", guests: "0" });
  t.match(added.body, /Ada Gialli[\s\S]*aggiunto a mano/);
  const [, bookingId = ""] = /id="b-([a-z2-7]{26})"/.exec(added.body) ?? [];
  const tick = `${people}/${bookingId}`;
  await gino.submit(added, tick);
  const second = await gino.submit(added, tick);
  t.match(second.body, /1 persona segnata presente/, "the same form again is the same tick");
  const other = {
    actorId: gas.id,
    gatheringId: gathering.id,
    bookingId,
    byId: "rita",
    isThere: true,
    onceKey: "altrotelefono",
  };
  t.same(markAttended(one.node.wire, other), { isThere: true });
  t.equal(db.raw.prepare("SELECT attended_by FROM gathering_bookings WHERE id = ?").pluck().get(bookingId), "gino");
  t.same(markAttended(one.node.wire, { ...other, actorId: `${one.origin}/mulino`, onceKey: "altronodo" }), {
    refused: "not-found",
  });
});

t.test("C30 what is handed out is a PDF to save, and what is for who has booked is theirs alone", async (t) => {
  const gathering = hall.publish({ name: "Con le dispense" });
  const desk = `${DESK}/${gathering.id}`;
  const add = async (fields: Record<string, string>, bytes: Buffer) =>
    upload(gino, await gino.get(desk), `${desk}/materials`, { field: "file", name: "a.pdf", bytes }, fields);
  t.equal((await add({ title: "Falso", forWhom: "everybody" }, Buffer.from("<html>"))).status, 422);
  await add({ title: "Per tutti", forWhom: "everybody" }, PDF);
  const page = await add({ title: "Per chi viene", forWhom: "booked" }, PDF);
  const path = `/gas-fano/events/${gathering.id}`;
  const stranger = hall.stranger();
  const seen = await stranger.get(path);
  t.match(seen.body, /Per tutti/);
  t.notMatch(seen.body, /Per chi viene/);
  const files = [...page.body.matchAll(/href="(\/gas-fano\/events\/[^"]+\/materials\/[^"]+)"/g)].map(
    ([, href]) => href!,
  );
  const [open = "", closed = ""] = files;
  const { status, headers } = await stranger.get(open);
  t.equal(status, 200);
  t.match(headers, {
    "content-disposition": /^attachment/,
    "content-security-policy": /sandbox/,
    "content-type": "application/pdf",
  });
  t.equal((await stranger.get(closed)).status, 404);
  await bookAs(hall, gathering, "dina@posta.example");
  const link = hall.linkTo("dina@posta.example");
  const [, own = ""] = /href="([^"]+\/materials\/[^"]+\?b=[^"]+)"/.exec((await stranger.get(link)).body) ?? [];
  t.equal((await stranger.get(own)).status, 200);
  const media = join(one.config.dataFolder, "media");
  t.equal(readdirSync(media).length, 1, "the same bytes lie there once");
  for (const href of files)
    await gino.submit(await gino.get(desk), `${desk}/materials/${href.split("/").at(-1)}/remove`);
  t.equal(existsSync(media) ? readdirSync(media).length : 0, 0);
});

t.test("a page of the gatherings is at the address its collection names, and at no other", async (t) => {
  for (let n = 0; n < 51; n += 1)
    saveGatheringRow(
      db.orm,
      evening({
        id: `p${String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26))}`.padEnd(26, "z"),
        actorId: gas.id,
      }),
    );
  const read = async (path: string) => (await hall.stranger().get(path, AS)) as { status: number; body: string };
  const whole = JSON.parse((await read("/gas-fano/events")).body);
  t.ok(whole.totalItems > 50);
  const seen: string[] = [];
  for (let next = whole.first; next !== undefined; ) {
    const page = JSON.parse((await read(next.replace(one.origin, ""))).body);
    t.same(readOwnEvents(one.node.wire, next), page, "without HTTP the same");
    seen.push(...page.orderedItems.map(({ id }: { id: string }) => id));
    next = page.next;
  }
  t.equal(new Set(seen).size, whole.totalItems);
  t.equal((await read("/gas-fano/events?after=x")).status, 404);
  const second = (await hall.stranger().get("/gas-fano/events?page=2")).body;
  t.match(second, /Pagina 2 di 2[\s\S]*rel="prev"|rel="prev"[\s\S]*Pagina 2 di 2/, "people turn pages too");
  t.match((await gino.get(`${DESK}?find=alla+porta`)).body, /Alla porta/);
  const { headers } = await hall.stranger().get("/gas-fano/events", AS);
  const tagged = { ...AS, "if-none-match": String(headers.etag) };
  t.equal((await hall.stranger().get("/gas-fano/events", tagged)).status, 304);
  const { name: _, ...facts } = factsOf();
  sure(saveGathering(one.node.wire, gas.id, { ...facts, name: "Un altro nome", id: "pyb".padEnd(26, "z") }, "gino"));
  t.equal((await hall.stranger().get("/gas-fano/events", tagged)).status, 200, "a change on the last page too");
});

t.test("a Join from another server is answered with an Ignore, once", async (t) => {
  const gathering = hall.publish({ name: "Da fuori" });
  const [rule] = gatheringsInboxRules(one.node.wire);
  const sender = { id: "https://m.example/u/ada", inbox: "https://m.example/inbox" };
  const join = (n: number, object: string) => {
    const activity = { type: "Join", id: `https://m.example/j/${n}`, actor: sender.id, object };
    return transact(db, (tx) => rule!.receive(tx, { activity, sender, receivedAt: clock.now() } as unknown as Arrival));
  };
  const event = `${gas.id}/events/${gathering.id}`;
  t.equal(join(1, event), "applied");
  t.same(join(2, event), { refused: "stale" });
  t.equal(join(3, `${gas.id}/events/aaaaaaaaaaaaaaaaaaaaaaaaaa`), "not-mine");
  t.equal(join(4, gas.id), "not-mine", "a network's Join is a network's matter");
  const [ignore = "{}"] = db.raw.prepare("SELECT json FROM activities WHERE type = 'Ignore'").pluck().all() as string[];
  const plain = ignore
    .replaceAll(gas.id, "https://g.example/fano")
    .replace(/events\/[a-z2-7]{26}/, "events/aaaaaaaaaaaaaaaaaaaaaaaaaa");
  matchesGolden(t, "ignore", JSON.parse(plain));
});
