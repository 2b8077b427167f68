// Meetings as an index reads them: from the JSON that a group's node serves, and from JSON that means harm.
import { readFileSync } from "node:fs";
import t from "tap";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { type ActorFacts, readActorFacts } from "../../../src/network/reading/entries.ts";
import { readEvent } from "../../../src/network/reading/event.ts";
import { startEvilPeer } from "../../tools/evilPeer.ts";
import { startNodes } from "../../tools/nodes.ts";
import { found, shown, sourcesOf, takeIn } from "./district.ts";

const GAS = "https://g.example/fano";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 24, 9);

const golden = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../../golden/event/${name}.json`, import.meta.url), "utf8"));
const EVENT = golden("event");
const object = (name: string) => golden(name).object as JsonObject;

const FACTS: ActorFacts = readActorFacts({
  ...{ id: GAS, name: "GAS Fano", summary: "", kind: "gas", level: null },
  document: { discoverable: true, indexable: true, upcomingEvents: `${GAS}/events` },
});
const read = (change: JsonObject = {}, now = NOW) => readEvent({ ...EVENT, ...change }, GAS, FACTS, now);

t.test("a meeting is read as its group's node writes it: when, where, for whom", async (t) => {
  t.match(read(), {
    ...{ id: EVENT.id, sourceId: GAS, kind: "event", name: "Come nasce un GAS", url: EVENT.id },
    ...{ startsAt: Date.UTC(2026, 11, 5, 17), endsAt: Date.UTC(2026, 11, 5, 19), audience: null },
    place: { istat: "041013", name: "Fano", latitude: 43.8427, longitude: 13.0196 },
    text: /^sabato 5 dicembre 2026.*Sala della Pace, Via Roma 1, Fano\nUna sera/,
    ...{ isCancelled: false, isSearchable: true, updatedAt: Date.UTC(2026, 10, 23, 9) },
  });
  const officials = readEvent(object("create-for-officials"), GAS, FACTS, NOW);
  t.equal(officials?.audience, "officials");
  const [listed] = golden("collection").orderedItems as JsonObject[];
  t.equal(readEvent(listed!, GAS, FACTS, NOW)?.kind, "event");
  t.match(read({ content: "<p>Portate una sedia.</p>" })?.text, /^Sala della Pace, Via Roma 1\nPortate/);
  t.equal(readEvent(object("update"), GAS, FACTS, NOW)?.updatedAt, Date.UTC(2026, 10, 24, 9));
  t.equal(readEvent(object("cancel"), GAS, FACTS, NOW)?.isCancelled, true, "called off, and shown so");
  t.equal(read({ eventStatus: "https://schema.org/EventCancelled" })?.isCancelled, true);
  t.equal(readEvent(object("tombstone"), GAS, FACTS, NOW), null);
});

t.test("what is over is forgotten after a month, and what is no meeting is none", async (t) => {
  const over = Date.UTC(2026, 11, 5, 19);
  t.ok(read({}, over + 30 * DAY));
  t.equal(read({}, over + 30 * DAY + 1), null);
  const bad: JsonObject[] = [
    ...[{ endTime: EVENT.startTime! }, { endTime: "2026-12-05T16:00:00Z" }, { endTime: "sera" }, { startTime: null }],
    ...[{ endTime: "2027-12-05T16:00:00Z" }, { name: " " }, { type: "Note" }, { id: null }],
  ];
  for (const change of bad) t.equal(read(change), null, JSON.stringify(change));
  t.match(read({ location: "Sala" }), { place: null }, "without a place, and all the same a meeting");
});

t.test("B12 a meeting of another, or at another's address, is not its to tell", async (t) => {
  const lies: JsonObject[] = [
    { attributedTo: "https://g.example/altro" },
    { attributedTo: [GAS, "https://g.example/altro"] },
    { id: "https://famous.example/events/1" },
  ];
  for (const change of lies) t.equal(read(change), null, JSON.stringify(change));
  t.equal(read({ url: "https://famous.example/x" })?.url, EVENT.id, "the page for people is its own");
});

t.test("B34 what a stranger writes stays text, and a point far from its comune is not on the map", async (t) => {
  const hostile = read({
    name: "Cena <script>alert(1)</script>\u202e",
    content: `<p>${"x".repeat(20_000)}</p>`,
    location: { ...(EVENT.location as JsonObject), latitude: 1, longitude: 1 },
    "filiera:audience": "everybody",
  });
  t.match(hostile, { name: "Cena", audience: null, place: { latitude: 43.84052, longitude: 13.01665 } });
  t.ok(hostile!.text.length <= 1000);
});

const NAMES = (n: number) => `Incontro ${n}`;

t.test("a district shows what its members tell of, soonest first, and what is called off as called off", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["des"]);
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
  const id = `${peer.origin}/fano`;
  const implement = { href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" };
  peer.serve("/fano/inbox", { status: 202 });
  peer.serveActor("fano", {
    ...{ role: "gas", memberOf: [des.id], discoverable: true, indexable: true, upcomingEvents: `${id}/events` },
    ...{ generator: { type: "Application", id: `${peer.origin}/actor`, implements: [implement] } },
    ...{ "filiera:joining": "open", "filiera:joinPage": `${id}/join` },
  });
  const at = (ms: number) => new Date(clock.at + ms).toISOString();
  const event = (n: number, days: number, more: JsonObject = {}): JsonObject => ({
    ...EVENT,
    ...{ id: `${id}/events/${n}`, url: `${id}/events/${n}`, attributedTo: id, actor: id, name: NAMES(n) },
    ...{ startTime: at(days * DAY), endTime: at(days * DAY + HOUR), ...more },
  });
  const serve = (items: JsonObject[]) =>
    peer.serve("/fano/events", {
      body: { type: "OrderedCollection", id: `${id}/events`, attributedTo: id, orderedItems: items },
    });
  takeIn(nodes.des, des.id, id);
  serve([event(2, 9), event(1, 3), event(3, -2), event(4, 5, { attributedTo: `${peer.origin}/altro` })]);
  await settle();
  const events = { kinds: ["event"] as const };
  t.same(await shown(nodes.des, des.id, events), [NAMES(1), NAMES(2)], "what is over is shown no more");
  t.match(await found(nodes.des, des.id, { kinds: ["gas"] }), [{ joining: "open", joinUrl: `${id}/join` }]);

  await t.test("what was called off is shown so, and what was taken out is gone, within a day", async (t) => {
    serve([event(1, 3, { eventStatus: "EventCancelled" })]);
    clock.advance({ days: 1 });
    await settle();
    t.match(await found(nodes.des, des.id, events), [{ name: NAMES(1), isCancelled: true }]);
  });

  await t.test("a node that has no such list any more answers, and is no failing source", async (t) => {
    peer.serve("/fano/events", { status: 404 });
    clock.advance({ days: 1 });
    await settle();
    t.same(await shown(nodes.des, des.id, events), []);
    t.match(sourcesOf(nodes.des, des.id).fano, { failures: 0, lastError: null });
  });
});
