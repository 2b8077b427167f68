// The contract at a desk, its file, and the notice that a restored node waits for its partners.
import t, { type Test } from "tap";
import { isOrderLaneHeld } from "../../../src/activitypub/laneStore.ts";
import { mintIri } from "../../../src/activitypub/outbox.ts";
import { raiseEpoch } from "../../../src/db/facts.ts";
import { type Db, transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { acceptPact, proposePact } from "../../../src/partners/pacts/pactActions.ts";
import { readContractFile, verifyContract } from "../../../src/partners/threads/contract.ts";
import { contractPath } from "../../../src/partners/threads/contractRoutes.ts";
import { sayOnThread } from "../../../src/partners/threads/threadActivities.ts";
import { startNodes } from "../../tools/nodes.ts";
import { SAID } from "../agreementArbitrary.ts";
import { linkTo, sitDown } from "../desks.ts";

async function partners(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { wire } = nodes.gas.node;
  const peer = await wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const held = proposePact(wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
  if (isRefusal(held)) throw new Error(held.refused);
  await settle();
  acceptPact(nodes.farm.node.wire, { actorId: farm.id, iri: held.pact.iri }, { revision: 1, isCompared: true });
  await settle();
  const message = {
    ...SAID.order,
    offerIri: mintIri(gas, "activities"),
    agreementIri: mintIri(gas, "orders"),
    thread: mintIri(gas, "threads"),
    revision: 1,
    supersedes: null,
  };
  transact(wire.db, (tx) => sayOnThread(wire, tx, { from: gas, peer: farm.id, message }));
  return { nodes, clock, settle, farm, gas, thread: message.thread, wire, pactIri: held.pact.iri };
}

t.test(
  "C1 C3 a referente of named producers reads the pacts, contracts and letters of those and of no others",
  async (t) => {
    const { nodes, settle, thread, pactIri, farm, gas } = await partners(t);
    const { db, app } = nodes.gas.node;
    const named = async (name: string, producer: string) => {
      const browser = await sitDown(nodes.gas, name, "fano", "referente");
      db.raw.prepare("UPDATE seats SET producers = ? WHERE person_id = ?").run(JSON.stringify([producer]), name);
      return browser;
    };
    await settle();
    const nora = await named("nora", farm.id);
    const olga = await named("olga", "https://casaro.example/casaro");
    const whole = await sitDown(nodes.gas, "gino", "fano", "referente");
    const lines = app.routeMatrix.filter(({ method, policy }) => method === "GET" && "seat" in policy && policy.of);
    const about = lines.filter(({ url }) => !url.includes("/:id"));
    t.ok(about.length >= 6, "there are such routes");
    for (const { url, policy } of about) {
      const of = "seat" in policy ? policy.of : "";
      const [field, value] =
        of === "pact" ? ["iri", pactIri] : of === "contract" ? ["thread", thread] : ["who", farm.id];
      const path = `${url.replace(":handle", "fano")}?${field}=${encodeURIComponent(value)}`;
      const [own, other, all] = [await nora.get(path), await olga.get(path), await whole.get(path)];
      t.equal(all.status, 200, path);
      t.equal(other.status, of === "reach" && !url.endsWith("/find") ? 200 : 404, path);
      t.notMatch(other.body, /Mulino del Piano/, path);
      if (url.endsWith("/find")) t.equal(own.status, 404, "whoever is there for named producers looks for no others");
      else t.equal(own.status, 200, path);
    }
    t.match((await nora.get("/desk/fano/partners")).body, /Mulino del Piano/);
    const letters = async (browser: typeof nora) => (await browser.get("/desk/fano/outbox")).body;
    const host = new URL(farm.id).host;
    t.match(await letters(nora), host);
    t.notMatch(await letters(olga), host);
    const more = await nora.get("/desk/fano/more");
    for (const entry of ["orders", "mirrors", "outbox"])
      t.equal(more.body.split(`href="/desk/fano/${entry}"`).length, 2, `${entry} stands once`);
    crowdOut(db, gas.id, farm.id);
    const { body } = await nora.get("/desk/fano/partners");
    t.notMatch(body, /p\d+\.example/);
    t.equal(body.split("Mulino del Piano").length, 3, "followed, and with a pact");
    t.match(body, `<small>${new URL(farm.id).host}</small></span>`, "and its letter");
  },
);

/** Two hundred others that are newer than this partner: followed, with a pact, with a letter that was refused. */
function crowdOut({ raw }: Db, actorId: string, partner: string): void {
  const crowd = Array.from({ length: 205 }, (_, n) => ({
    peer: `https://p${n}.example/p`,
    at: Date.now() + n * 60_000,
  }));
  const peers = [{ peer: partner, at: 1 }, ...crowd];
  const insert = (table: string, row: Record<string, unknown>) => {
    const names = Object.keys(row);
    const sql = `INSERT OR REPLACE INTO ${table} (${names}) VALUES (${names.map((name) => `@${name}`)})`;
    raw.prepare(sql).run(row);
  };
  const pact = raw.prepare<[], Record<string, unknown>>("SELECT * FROM pacts").get()!;
  raw.prepare("UPDATE pacts SET updated_at = 1").run();
  for (const { peer, at } of crowd) insert("pacts", { ...pact, peer, iri: `${pact.iri}-${at}`, updated_at: at });
  for (const { peer, at } of peers) {
    const host = new URL(peer).host;
    const asked = { direction: "out", state: "accepted", follow_iri: `${actorId}/follows/${at}`, created_at: 1 };
    insert("follows", { actor_id: actorId, peer, host, inbox: `${peer}/inbox`, ...asked, updated_at: at });
    const letter = { receiver: actorId, type: "Offer", digest: "0", channel: "order", outcome: "refused" };
    const row = {
      sender: peer,
      activity_id: `${peer}/a`,
      ...letter,
      refusal: "amount",
      thread: "t",
      received_at: at,
    };
    insert("inbox_log", row);
  }
}

t.test("a desk reads who signed what, takes the contract away as a file, and others see nothing of it", async (t) => {
  const { nodes, thread } = await partners(t);
  const atGas = await sitDown(nodes.gas, "gino", "fano", "referente");
  const page = await atGas.get(contractPath("fano", thread));
  t.equal(page.status, 200);
  t.match(page.body, /Non c'è ancora un accordo|Non c&#39;è ancora un accordo/);
  t.match(page.body, /Ordine/);
  t.match(page.body, /regge/);
  const file = await atGas.get(linkTo(page.body, "/desk/fano/contract/file"));
  t.match(file.headers["content-disposition"], /attachment/);
  const contract = readContractFile(file.body);
  t.match(verifyContract(contract!), { thread, messages: [{ flaw: null }] });
  t.equal((await atGas.get(contractPath("fano", `${thread}-other`))).status, 404);
  t.equal((await atGas.get("/desk/fano/contract/file?thread=none")).status, 404);
  const member = await sitDown(nodes.gas, "mia", "fano", "member");
  t.not((await member.get(contractPath("fano", thread))).status, 200, "the referenti's business");
});

t.test(
  "A33 a restored node says for whom it waits; going on without them wants a telephone call confirmed",
  async (t) => {
    const { nodes, gas, farm, wire } = await partners(t);
    await nodes.farm.stop();
    transact(wire.db, (tx) => raiseEpoch(tx, 1));
    const atGas = await sitDown(nodes.gas, "gino", "fano", "admin");
    const page = await atGas.get("/desk/fano/outbox");
    t.match(page.body, /Fermo dopo un ripristino/);
    t.match(page.body, new RegExp(farm.id));
    t.equal((await atGas.submit(page, "/desk/fano/outbox/release")).status, 422);
    t.ok(isOrderLaneHeld(wire.db.orm, gas.id));
    const after = await atGas.submit(page, "/desk/fano/outbox/release", { called: "on" });
    t.notMatch(after.body, /Fermo dopo un ripristino/);
    t.notOk(isOrderLaneHeld(wire.db.orm, gas.id));
  },
);
