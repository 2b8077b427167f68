// A crowd of strangers: whatever they are called and however many they are, what this node keeps of them is bounded (I23).
import t, { type Test } from "tap";
import { createActor } from "../../src/activitypub/actors.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { openWire } from "../../src/activitypub/openWire.ts";
import { loadRemoteActor, recordSecurityEvent } from "../../src/activitypub/store.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";
import { forgetStrangersTask, STRANGERS_MAX } from "../../src/partners/strangerActions.ts";
import { addFollower } from "./standing.ts";

const CROWD = 10_000;
const NOW = Date.UTC(2026, 10, 23, 11);
const DAY = 86_400_000;
const KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXbxdgtV7ErxYrHJsjFQOLUeVMRCT
cVIEI6NSX2lxk5GQiLnD3OKJLfEQsOTNcdkFNbdKOlp6uFxXv7zsjkTrHA==
-----END PUBLIC KEY-----`;

/** A node on a network where every host whose name does not begin with "no" has one actor. */
function openNode(t: Test) {
  const db = openDatabase(":memory:");
  migrateDatabase(db, null);
  const clock = { at: NOW, now: () => clock.at };
  const asked: string[] = [];
  const answer = (url: string) => {
    asked.push(url);
    const body: JsonObject = {
      "@context": "https://www.w3.org/ns/activitystreams",
      id: url,
      type: "Person",
      preferredUsername: "a",
      inbox: `${url}/inbox`,
      publicKey: { id: `${url}#k`, owner: url, publicKeyPem: KEY },
    };
    const status = url.startsWith("https://no") ? 404 : 200;
    const headers = { "content-type": "application/activity+json" };
    return { ok: true, status, headers, body: Buffer.from(JSON.stringify(body)), url } as const;
  };
  const { wire, tasks, close } = openWire({
    ...{ db, clock, origin: "https://gas.test", secret: Buffer.alloc(32, 7), allowPrivate: false, chance: () => 0.5 },
    ...{ rulesOf: () => [], isOrderObject: () => false },
    carrier: { get: async (url) => answer(url), post: async (url) => answer(url), close: async () => {} },
  });
  t.teardown(async () => {
    await close();
    db.raw.close();
  });
  const count = (table: string) => Number(db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const pass = async () => {
    for (const task of [...tasks, forgetStrangersTask(wire)]) await task.run(clock.at);
  };
  return { db, clock, wire, asked, count, pass };
}

t.test(
  "B53 of ten thousand actors on as many hosts the newest few stay, and everybody we have to do with",
  async (t) => {
    const { db, clock, wire, count, pass } = openNode(t);
    const setting = { origin: "https://gas.test", secret: Buffer.alloc(32, 7), now: NOW, reserved: new Set<string>() };
    transact(db, (tx) => createActor(tx, { kind: "gas", handle: "gas", name: "GAS" }, setting));
    const friend = "https://friend.test/a";
    await wire.senders.findActor(friend);
    addFollower(db.orm, "https://gas.test/gas", friend);
    for (let n = 0; n < CROWD; n++) {
      clock.at += 1;
      await wire.senders.findActor(`https://h${n}.test/a`);
    }
    t.equal(count("remote_actors"), CROWD + 1);
    await pass();
    t.equal(count("remote_actors"), STRANGERS_MAX + 1);
    t.ok(loadRemoteActor(db.orm, friend), "the oldest of all, but a follower");
    t.notOk(loadRemoteActor(db.orm, "https://h0.test/a"));
    t.ok(loadRemoteActor(db.orm, `https://h${CROWD - 1}.test/a`));
    clock.at += 31 * DAY;
    await pass();
    t.equal(count("remote_actors"), 1, "a month later of strangers nothing is left");
    t.match(
      await wire.senders.findActor("https://h0.test/a"),
      { id: "https://h0.test/a" },
      "who comes again is asked again",
    );
  },
);

t.test("B53 ten thousand keys of one actor cost one question, and hosts that have nobody leave no row", async (t) => {
  const { wire, asked, count, pass } = openNode(t);
  const mill = "https://mill.test/a";
  for (let n = 0; n < CROWD; n++)
    if (!("failed" in (await wire.senders.findKey(mill, `${mill}#k${n + 1}`)))) t.fail(`key ${n} is listed`);
  t.ok(asked.length <= 2, `${asked.length} questions`);
  asked.length = 0;
  for (let n = 0; n < CROWD; n++) await wire.senders.findActor(`https://no${n}.test/a`);
  t.equal(asked.length, CROWD);
  await wire.senders.findActor(`https://no${CROWD - 1}.test/a`);
  t.equal(asked.length, CROWD, "that it had nobody is remembered");
  await wire.senders.findActor("https://no0.test/a");
  t.equal(asked.length, CROWD + 1, "of the first it is forgotten: there is no room for all");
  await pass();
  t.equal(count("remote_actors"), 1);
  t.equal(count("security_events"), 0);
});

t.test("B53 a storm of refusals and of news for nobody is remembered up to a bound, the newest first", async (t) => {
  const { db, clock, count, pass } = openNode(t);
  transact(db, (tx) => {
    for (let n = 0; n < 30_000; n++)
      recordSecurityEvent(tx, { at: NOW + n, code: "bad-signature", host: `h${n}.test`, detail: "x" });
    const log = db.raw.prepare(
      `INSERT INTO inbox_log (sender, activity_id, receiver, type, digest, bytes, channel, outcome, received_at)
       VALUES (?, ?, '', 'Like', 'x', x'00', ?, ?, ?)`,
    );
    for (let n = 0; n < 101_000; n++)
      log.run(`https://h${n}.test/a`, `https://h${n}.test/1`, "social", "ignored", NOW + n);
    for (let n = 0; n < 50; n++) log.run("https://mill.test/a", `https://mill.test/${n}`, "order", "applied", NOW);
  });
  clock.at = NOW + 60_000;
  await pass();
  t.equal(count("inbox_log"), 101_050, "while a signature may be played again, everything stays");
  clock.at = NOW + 4 * 3_600_000;
  await pass();
  t.equal(count("security_events"), 20_000);
  t.equal(count("security_events WHERE host = 'h29999.test'"), 1);
  t.equal(count("inbox_log WHERE channel = 'social'"), 100_000);
  t.equal(count("inbox_log WHERE channel = 'order'"), 50, "of orders nothing is ever forgotten");
});
