// Meetings and published months as a network reads them: from the JSON that a group's node serves, and from JSON that means harm.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import t, { type Test } from "tap";
import { DOCUMENT } from "../../../src/activitypub/context.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { addProof, writePublicKeyMultibase } from "../../../src/activitypub/proof.ts";
import { type ActorFacts, readActorFacts } from "../../../src/network/reading/entries.ts";
import { readEvent } from "../../../src/network/reading/event.ts";
import { readTotals } from "../../../src/network/statistics/store.ts";
import { type EvilPeer, startEvilPeer } from "../../tools/evilPeer.ts";
import { startNodes, type TestNode } from "../../tools/nodes.ts";
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

/** A group on a node of its own making, and how it serves lists and signs. */
function serveGroup(peer: EvilPeer, networkId: string) {
  const id = `${peer.origin}/fano`;
  let { privateKey } = generateKeyPairSync("ed25519");
  let keyId = `${id}#ed25519-1`;
  const implement = { href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" };
  const key = () => {
    const publicKeyMultibase = writePublicKeyMultibase(privateKey);
    return { type: "Multikey", id: keyId, controller: id, publicKeyMultibase };
  };
  /** Its document shows the new key once it is served again. */
  const takeOtherKey = () => {
    ({ privateKey } = generateKeyPairSync("ed25519"));
    keyId = `${id}#ed25519-2`;
  };
  peer.serve("/fano/inbox", { status: 202 });
  const serveActor = (more: JsonObject = {}) =>
    peer.serveActor("fano", {
      ...{ role: "gas", memberOf: [networkId], discoverable: true, indexable: true, assertionMethod: [key()] },
      ...{ generator: { type: "Application", id: `${peer.origin}/actor`, implements: [implement] } },
      ...{ upcomingEvents: `${id}/events`, "filiera:joining": "open", "filiera:joinPage": `${id}/join` },
      ...more,
    });
  const serveList = (name: string, orderedItems: (JsonObject | string)[]) =>
    peer.serve(`/fano/${name}`, {
      body: { type: "OrderedCollection", id: `${id}/${name}`, attributedTo: id, orderedItems },
    });
  const serveMonth = (month: string, families: string, now: number) => {
    const counts = {
      "filiera:families": families,
      "filiera:orders": "2",
      "filiera:producers": "3",
      "filiera:cells": [],
    };
    const page = { type: "Page", id: `${id}/statistics/${month}`, attributedTo: id, "filiera:month": month, ...counts };
    const body = addProof({ "@context": DOCUMENT, ...page } as JsonObject, { keyId, privateKey }, now);
    return peer.serve(`/fano/statistics/${month}`, { body });
  };
  return { id, serveActor, serveList, serveMonth, takeOtherKey };
}

type MonthStory = {
  home: TestNode;
  networkId: string;
  peer: EvilPeer;
  group: ReturnType<typeof serveGroup>;
  now: number;
  nextDay: () => Promise<void>;
};

async function followMonths(t: Test, { home, networkId, peer, group, now, nextDay }: MonthStory) {
  const { id, serveActor, serveList, serveMonth, takeOtherKey } = group;
  const families = () =>
    readTotals(home.node.db.orm, networkId, { from: "2026-01", to: "2026-12", by: "month" }).map(
      ({ key, families }) => [key, families],
    );
  const months = ["2026-08", "2026-09", "2026-07"].map((month) => `${id}/statistics/${month}`);
  serveActor({ "filiera:statistics": `${id}/statistics` });
  serveMonth("2026-08", "11", now);
  serveMonth("2026-09", "12", now);
  serveMonth("2026-07", "4", now);
  serveList("statistics", months);
  await nextDay();
  t.same(families(), [
    ["2026-08", 11],
    ["2026-09", 12],
  ]);
  t.match(sourcesOf(home, networkId).fano, { lies: 1, lie: /^small-cell / });
  serveList("statistics", months.slice(1, 2));
  await nextDay();
  t.same(families(), [["2026-09", 12]]);
  t.equal(peer.hits.filter(({ path }) => path === "/fano/statistics/2026-09").length, 1);
  // The list comes with a tag, and is the same on both days; between its document and its list the group takes another key.
  const listed = [months[1]!, `${id}/statistics/2026-10`, `${id}/statistics/2026-06`];
  const serveTagged = (before: () => void) =>
    peer.serve("/fano/statistics", ({ headers }) => {
      before();
      if (headers["if-none-match"] === '"one"') return { status: 304 };
      const list = { type: "OrderedCollection", id: `${id}/statistics`, attributedTo: id, orderedItems: listed };
      return { headers: { etag: '"one"', "content-type": "application/activity+json" }, body: list };
    });
  serveTagged(() => {
    takeOtherKey();
    serveActor({ "filiera:statistics": `${id}/statistics` });
    serveMonth("2026-10", "13", now);
  });
  await nextDay();
  const two = [
    ["2026-09", 12],
    ["2026-10", 13],
  ];
  t.same(families(), two, "its new key is asked for");
  t.match(sourcesOf(home, networkId).fano, { lies: 0, lie: null }, "its mark is gone, and it told no other lie");
  takeOtherKey();
  serveMonth("2026-06", "14", now);
  serveActor({ "filiera:statistics": `${id}/statistics` });
  serveTagged(() => {});
  await nextDay();
  t.same(families(), [["2026-06", 14], ...two], "what was not there once is asked for again");
  const index = await home.node.index.open();
  const broken = t.intercept(index as { touch: unknown }, "touch", { value: () => Promise.reject(new Error("away")) });
  serveList("statistics", listed.slice(0, 1));
  await nextDay();
  broken.restore();
  t.same(families(), two.slice(0, 1), "what is taken back does not wait for the index");
  await nextDay();
  serveActor();
  await nextDay();
  t.same(families(), [], "who publishes no more is gone from the sums");
}

t.test("a district shows what its members tell of, soonest first, and what is called off as called off", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["des"]);
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
  const group = serveGroup(peer, des.id);
  const { id, serveActor, serveList } = group;
  serveActor();
  const at = (ms: number) => new Date(clock.at + ms).toISOString();
  const event = (n: number, days: number, more: JsonObject = {}): JsonObject => ({
    ...EVENT,
    ...{ id: `${id}/events/${n}`, url: `${id}/events/${n}`, attributedTo: id, actor: id, name: NAMES(n) },
    ...{ startTime: at(days * DAY), endTime: at(days * DAY + HOUR), ...more },
  });
  const nextDay = async () => {
    clock.advance({ days: 1 });
    await settle();
  };
  takeIn(nodes.des, des.id, id);
  serveList("events", [event(2, 9), event(1, 3), event(3, -2), event(4, 5, { attributedTo: `${peer.origin}/altro` })]);
  await settle();
  const events = { kinds: ["event"] as const };
  t.same(await shown(nodes.des, des.id, events), [NAMES(1), NAMES(2)], "what is over is shown no more");
  t.match(await found(nodes.des, des.id, { kinds: ["gas"] }), [{ joining: "open", joinUrl: `${id}/join` }]);

  await t.test("what was called off is shown so, and what was taken out is gone, within a day", async (t) => {
    serveList("events", [event(1, 3, { eventStatus: "EventCancelled" })]);
    await nextDay();
    t.match(await found(nodes.des, des.id, events), [{ name: NAMES(1), isCancelled: true }]);
  });

  await t.test("a node that has no such list any more answers, and is no failing source", async (t) => {
    peer.serve("/fano/events", { status: 404 });
    await nextDay();
    t.same(await shown(nodes.des, des.id, events), []);
    t.match(sourcesOf(nodes.des, des.id).fano, { failures: 0, lastError: null });
  });

  await t.test("a month a group publishes is fetched once; one of four families is a lie; taken back it is gone", (t) =>
    followMonths(t, { home: nodes.des, networkId: des.id, peer, group, now: clock.at, nextDay }),
  );
});
