// The pages of who looks after the node: how it is, saving, mail, taking everything home, and every other node.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import t, { type Test } from "tap";
import { createClockWatch } from "../../src/activitypub/clockWatch.ts";
import { openReadOnly } from "../../src/db/open.ts";
import type { Node } from "../../src/node.ts";
import { databaseFile } from "../../src/nodeData.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { judgeHealth, type NodeHealth } from "../../src/web/nodeHealthPages.ts";
import { sitDown } from "../partners/desks.ts";
import { type MailSink, startMailSink } from "../tools/mailSink.ts";
import { startNodes, type TestClock } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "./browser.ts";

const HEALTH = "/node/health";
const GIGABYTE = 1024 ** 3;
const SOUND: NodeHealth = {
  ...{
    version: "1",
    runtime: "24.1.0",
    releases: { url: "", readAt: null, error: null, newest: null, security: null },
    sqlite: "3",
    databaseBytes: 1,
    whole: { isRead: true, at: 0 },
    clock: { aheadMs: 0, hosts: 3 },
  },
  disk: { freeBytes: 20 * GIGABYTE, totalBytes: 40 * GIGABYTE },
  backup: {
    ...{ running: null, trouble: null, isExporting: false, last: { at: 0, name: "x", bytes: 1 } },
    ...{ proof: { at: 0, name: "x", problems: [] }, proven: { at: 0, name: "x" } },
    nights: { time: "03:30", nextAt: 1, missed: 0, trouble: null, copies: [] },
  },
  mail: { isSet: true, to: null, lastTest: null },
};

t.test("each thing is judged by its own worst", async (t) => {
  t.same(judgeHealth(SOUND, 0), {
    ...{ disk: "good", backup: "good", proof: "good", clock: "good", runtime: "good" },
    release: "plain",
  });
  t.equal(judgeHealth({ ...SOUND, disk: { freeBytes: 3 * GIGABYTE, totalBytes: 40 * GIGABYTE } }, 0).disk, "wait");
  t.equal(judgeHealth({ ...SOUND, disk: { freeBytes: 1, totalBytes: 40 * GIGABYTE } }, 0).disk, "stop");
  t.equal(judgeHealth({ ...SOUND, clock: { aheadMs: -61_000, hosts: 1 } }, 0).clock, "stop");
  t.equal(judgeHealth(SOUND, 3 * 86_400_000).backup, "wait");
  const broken = { ...SOUND.backup, proof: { at: 0, name: "x", problems: ["y"] } };
  t.equal(judgeHealth({ ...SOUND, backup: broken }, 0).proof, "stop");
  const [newest, read] = [
    { version: "2.0.0", title: "2.0.0", link: null },
    { ...SOUND.releases, readAt: 1 },
  ];
  t.equal(judgeHealth({ ...SOUND, releases: read }, 0).release, "good");
  t.equal(judgeHealth({ ...SOUND, releases: { ...read, newest } }, 0).release, "wait");
  t.equal(judgeHealth({ ...SOUND, releases: { ...read, newest, security: newest } }, 0).release, "stop");
  t.equal(judgeHealth({ ...SOUND, runtime: "24.1.0" }, Date.UTC(2028, 4, 1)).runtime, "stop");
  const missed = { ...SOUND.backup, nights: { ...SOUND.backup.nights, missed: 2 } };
  t.equal(judgeHealth({ ...SOUND, backup: missed }, 0).backup, "stop");
});

t.test("one host with a wrong clock does not make ours wrong", async (t) => {
  const watch = createClockWatch();
  t.equal(watch.median(), null);
  const now = Date.UTC(2026, 10, 23, 9);
  for (const host of ["a", "b"]) watch.note(host, new Date(now).toUTCString(), now);
  watch.note("c", new Date(now - 3_600_000).toUTCString(), now);
  watch.note("d", "yesterday", now);
  t.same(watch.median(), { aheadMs: -500, hosts: 3 });
});

t.test("C40 only who looks after the node sees its health, saves it and takes it home", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  for (const path of [HEALTH, "/node/partners"]) t.equal((await laura.get(path)).status, 404, path);
  const keeper = await sitDown(nodes.gas, "keeper", "fano", "admin", true);
  t.match((await keeper.get(HEALTH)).body, /Mai provata/);
  await keeper.submit(await keeper.get(HEALTH), `${HEALTH}/backup`);
  const waitFor = async (text: RegExp) => {
    for (let i = 0; i < 200; i++) {
      const page = await keeper.get(HEALTH);
      if (text.test(page.body)) return page;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the page never says ${text}`);
  };
  const page = await waitFor(/riuscita/);
  const home = await keeper.submit(page, `${HEALTH}/export`);
  t.equal(home.status, 200);
  t.equal(home.headers["content-type"], "application/x-tar");
  clock.advance({ minutes: 31 });
  const late = await keeper.submit(await waitFor(/Scarica tutto/), `${HEALTH}/export`);
  t.equal(late.status, 401, "an old sign-in does not take everybody's data away");
});

t.test(
  "the node saves itself at night, on a thread of its own, and writes to who looks after it when it cannot",
  async (t) => {
    const sink = await startMailSink(t);
    const mail = ["--smtp-url", sink.url, "--mail-from", "nodo@gas.example"];
    const { nodes, clock } = await startNodes(t, ["gas"], {}, [...mail, "--backup-time", "12:30"]);
    const { node, config } = nodes.gas;
    nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    await sitDown(nodes.gas, "laura", "fano", "admin");
    const keeper = await sitDown(nodes.gas, "keeper", "fano", "admin", true);
    await node.runDue();
    t.match((await keeper.get(HEALTH)).body, /La prossima volta:/);
    clock.advance({ hours: 1 });
    await node.runDue();
    const page = await keeper.get(HEALTH);
    t.match(page.body, /Copie notturne tenute: 1/);
    t.match(page.body, /riuscita/);
    const wrong = await keeper.submit(page, `${HEALTH}/nights`, { time: "26.00" });
    t.equal(wrong.status, 422);
    t.match(wrong.body, /03:30/);
    // A file where the folder of copies was: no copy can be written.
    const backups = join(config.dataFolder, "backups");
    rmSync(backups, { recursive: true });
    writeFileSync(backups, "");
    for (const _ of [1, 2]) {
      clock.advance({ days: 1 });
      for (const __ of [1, 2]) await node.runDue();
    }
    const { mail: letter, recipients } = await sink.reach(1);
    t.same(recipients, ["keeper@posta.example"], "who administers a group but not the node hears nothing");
    t.match(letter.subject, /non riesce a salvarsi/);
    t.match(letter.text, /Da 2 notti/);
    clock.advance({ hours: 2 });
    for (const _ of [1, 2]) await node.runDue();
    t.equal(sink.received.length, 1, "once");
    t.match((await keeper.get(HEALTH)).body, /Da 2 notti non/);
    await keeper.submit(await keeper.get(HEALTH), `${HEALTH}/nights/off`);
    t.match((await keeper.get(HEALTH)).body, /non si salva da solo/);
    await t.test("a node asks for releases only where it is told to, once a day, and mails what closes a hole", (t) =>
      followReleases(t, { keeper, sink, clock, node }),
    );
  },
);

/** The end of the night above: its mail is there, one letter was sent. */
async function followReleases(
  t: Test,
  { keeper, sink, clock, node }: { keeper: Browser; sink: MailSink; clock: TestClock; node: Node },
) {
  const server = await startFeed(t);
  const save = async (feed: string) => keeper.submit(await keeper.get(HEALTH), `${HEALTH}/releases`, { feed });
  t.match((await keeper.get(HEALTH)).body, /nessuno ci avvisa[\s\S]*Il nodo non chiede niente a nessuno/);
  t.equal((await save("file:///etc/passwd")).status, 422);
  await save(server.url);
  for (const hours of [1, 1, 24]) {
    clock.advance({ hours });
    await node.runDue();
  }
  t.equal(server.asked, 2, "once a day");
  t.match((await keeper.get(HEALTH)).body, /aggiornamento di sicurezza[\s\S]*99\.0\.1 chiude un buco/);
  await node.runDue();
  const { mail: letter } = await sink.reach(2);
  t.match(letter.subject, /la 99\.0\.1 di Filiera chiude un buco di sicurezza/);
  t.equal(sink.received.length, 2, "once");
  await save("");
  clock.advance({ days: 2 });
  await node.runDue();
  t.equal(server.asked, 2, "who takes the feed away is not asked for any more");
}

/** A feed of releases, and how often it was asked. */
async function startFeed(t: Test) {
  const feed = { asked: 0, url: "" };
  const entries = ["99.1.0", "99.0.1 SECURITY: firme"].map((title) => `<entry><title>${title}</title></entry>`);
  const server = createServer((_request, response) => {
    feed.asked += 1;
    response.setHeader("content-type", "application/atom+xml").end(`<feed>${entries.join("")}</feed>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  feed.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases.atom`;
  return feed;
}

t.test(
  "D11 A40 a file too big to be read before the start is read after it, apart, and damage in it is told",
  async (t) => {
    const { nodes } = await startNodes(t, ["gas"], { readAtStartBytes: 0 });
    const { config } = nodes.gas;
    nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    const keeper = await sitDown(nodes.gas, "keeper", "fano", "admin", true);
    t.equal(await nodes.gas.node.damage, null);
    t.match((await keeper.get(HEALTH)).body, /Letti tutti e sani/);
    await nodes.gas.stop();
    const file = databaseFile(config);
    const db = openReadOnly(file);
    const page = db.raw.prepare("SELECT pageno FROM dbstat WHERE name = 'notice_once'").pluck().get() as number;
    const size = Number(db.raw.pragma("page_size", { simple: true }));
    db.raw.close();
    const spoilt = readFileSync(file);
    // The head of a page of an index that no start reads.
    spoilt.fill(0xff, (page - 1) * size, (page - 1) * size + 8);
    writeFileSync(file, spoilt);
    await nodes.gas.start();
    t.match(await nodes.gas.node.damage, /notice_once|btree|malformed|Tree/);
    t.match(
      (await openBrowser(nodes.gas.node.app, nodes.gas.origin).get("/")).status,
      200,
      "it serves until its process stops",
    );
  },
);

t.test("a node that does not answer stands first, with what waits for it, and is tried again at a press", async (t) => {
  const { nodes, settle, clock } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { wire } = nodes.gas.node;
  const peer = await wire.senders.findActor(farm.id);
  if ("failed" in peer) return t.fail(peer.detail);
  await nodes.farm.stop();
  followActor(wire, gas.id, peer);
  await nodes.gas.node.runDue();
  const keeper = await sitDown(nodes.gas, "keeper", "fano", "admin", true);
  const page = await keeper.get("/node/partners");
  t.match(page.body, /non risponde/);
  t.match(page.body, /1 messaggio/);
  await nodes.farm.start();
  const host = new URL(nodes.farm.origin).host;
  await keeper.submit(page, "/node/partners/pause", { host });
  clock.advance({ days: 5 });
  const again = { host, find: "" };
  await keeper.submit(page, "/node/partners/retry", again);
  await settle();
  const paused = await keeper.get("/node/partners");
  t.match(paused.body, /in pausa[\s\S]*1 messaggio/, "a paused node is sent nothing, and what waits is not given up");
  t.match((await keeper.get("/desk/fano/partners")).body, /in pausa/);
  t.match((await keeper.get("/node/audit")).body, /Un nodo messo in pausa/);
  t.equal((await keeper.submit(paused, "/node/partners/resume", { host: "altrove.example" })).status, 404);
  await keeper.submit(paused, "/node/partners/resume", { host });
  await settle();
  t.match((await keeper.get("/node/partners")).body, /tutto bene/, "resumed, it is sent what waited");
  await nodes.farm.stop();
  followActor(wire, gas.id, peer);
  await nodes.gas.node.runDue();
  await nodes.farm.start();
  clock.advance({ minutes: 1 });
  await keeper.submit(page, "/node/partners/retry", { host: new URL(nodes.farm.origin).host });
  await settle();
  t.match((await keeper.get("/node/partners")).body, /tutto bene/);
});
