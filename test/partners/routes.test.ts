import t, { type Test } from "tap";
import { findPact, refuseNewOrder } from "../../src/partners/pacts/pactStore.ts";
import { isFollowing, loadFollow } from "../../src/partners/store.ts";
import { startNodes } from "../tools/nodes.ts";
import { openBrowser } from "../web/browser.ts";
import { linkTo, sitDown } from "./desks.ts";

async function farmAndGas(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano", place: "Fano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const [atFarm, atGas] = [
    await sitDown(nodes.farm, "piera", "mulino", "producer"),
    await sitDown(nodes.gas, "gino", "fano", "admin", true),
  ];
  return { nodes, clock, settle, farm, gas, atFarm, atGas };
}

t.test("a GAS finds a farm by its address, looks at who it is, and follows it", async (t) => {
  const { nodes, settle, farm, gas, atGas } = await farmAndGas(t);
  const empty = await atGas.get("/desk/fano/partners");
  t.match(empty.body, /Ancora nessuno/);
  const preview = await atGas.get(`/desk/fano/partners/find?who=${encodeURIComponent(farm.id)}`);
  t.equal(preview.status, 200);
  t.match(preview.body, /Mulino del Piano/);
  t.match(preview.body, /127\.0\.0\.1/);
  t.equal(loadFollow(nodes.gas.node.db.orm, gas.id, "out", farm.id), undefined, "looking asks for nothing");
  const after = await atGas.submit(preview, "/desk/fano/partners/follow");
  t.match(after.body, /aspetta risposta/);
  await settle();
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), true);
  const list = await atGas.get("/desk/fano/partners");
  t.match(list.body, /Proponi un patto/);
  t.match(list.body, /tutto bene/);
  await atGas.submit(list, "/desk/fano/partners/unfollow");
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), false);
});

t.test("an address that leads to nobody is said beside the field, and what was typed stays", async (t) => {
  const { atGas, nodes } = await farmAndGas(t);
  const page = await atGas.get(`/desk/fano/partners/find?who=${encodeURIComponent(`${nodes.farm.origin}/nobody`)}`);
  t.equal(page.status, 422);
  t.match(page.body, /non porta a nessuno|non risponde/);
  t.match(page.body, /nobody/);
});

t.test("a farm that wants to look at each follower lets one in and turns another away", async (t) => {
  const { nodes, settle, farm, gas, atFarm, atGas } = await farmAndGas(t);
  const page = await atFarm.get("/desk/mulino/partners");
  await atFarm.submit(page, "/desk/mulino/partners/approval", { approval: "manual" });
  const preview = await atGas.get(`/desk/fano/partners/find?who=${encodeURIComponent(farm.id)}`);
  await atGas.submit(preview, "/desk/fano/partners/follow");
  await settle();
  const asked = await atFarm.get("/desk/mulino/partners");
  t.match(asked.body, /Chiede di seguirvi/);
  const after = await atFarm.submit(asked, "/desk/mulino/partners/followers/approve");
  t.match(after.body, /Vi segue 1 account/);
  await settle();
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), true);
  await atFarm.submit(after, "/desk/mulino/partners/followers/reject");
  await settle();
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), false);
});

t.test("a pact is proposed, compared, accepted, suspended and ended by people at their desks", async (t) => {
  const { nodes, settle, farm, gas, atFarm, atGas } = await farmAndGas(t);
  const form = await atGas.get(`/desk/fano/partners/propose?peer=${encodeURIComponent(farm.id)}`);
  t.equal(form.status, 200);
  const wrong = await atGas.submit(form, "/desk/fano/partners/propose", { minOrder: "molto", leadDays: "7" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /molto/);
  const typed = {
    delta: "-2,5",
    minOrder: "150",
    deliveryCost: "15,00",
    leadDays: "10",
    referents: "Farine: farine@gas.example",
  };
  const proposed = await atGas.submit(wrong, "/desk/fano/partners/propose", typed);
  t.match(proposed.body, /Aspetta la risposta/);
  t.match(proposed.body, /si ritira da sola: <time datetime="2026-12-23T11:00/);
  await settle();

  const list = await atFarm.get("/desk/mulino/partners");
  const asked = await atFarm.get(linkTo(list.body, "/desk/mulino/partners/pact"));
  t.match(asked.body, /150,00\s€/);
  t.match(asked.body, /-2,5 %/);
  t.match(asked.body, /entro 30 giorni/);
  const groups = (body: string) =>
    [...body.matchAll(/<code>((?:[0-9a-f]{4} ){7}[0-9a-f]{4})<\/code>/g)].map(([, one]) => one);
  t.same(groups(asked.body).sort(), groups(form.body).sort(), "both sides read the same fingerprints aloud");
  const careless = await atFarm.submit(asked, "/desk/mulino/partners/pact/accept");
  t.equal(careless.status, 422);
  t.equal(findPact(nodes.farm.node.db.orm, farm.id, gas.id), undefined);
  const accepted = await atFarm.submit(careless, "/desk/mulino/partners/pact/accept", { compared: "on" });
  t.match(accepted.body, /in vigore/);
  await settle();
  t.equal(refuseNewOrder(nodes.gas.node.db.orm, gas.id, farm.id), null);

  const suspended = await atFarm.submit(accepted, "/desk/mulino/partners/pact/suspend", { until: "2026-12-24" });
  t.match(suspended.body, /Nuovi ordini sospesi/);
  await settle();
  t.equal(refuseNewOrder(nodes.gas.node.db.orm, gas.id, farm.id), "pact-suspended");
  const resumed = await atFarm.submit(suspended, "/desk/mulino/partners/pact/resume");
  await settle();
  t.equal(refuseNewOrder(nodes.gas.node.db.orm, gas.id, farm.id), null);

  const change = await atFarm.get(linkTo(resumed.body, "/desk/mulino/partners/terms"));
  t.match(change.body, /value="-2,50"/);
  const changed = await atFarm.submit(change, "/desk/mulino/partners/terms", { ...typed, deliveryCost: "20" });
  t.match(changed.body, /Nuove condizioni proposte/);
  await settle();
  const offered = await atGas.get(linkTo((await atGas.get("/desk/fano/partners")).body, "/desk/fano/partners/pact"));
  await atGas.submit(offered, "/desk/fano/partners/pact/accept");
  await settle();
  t.equal(findPact(nodes.farm.node.db.orm, farm.id, gas.id)?.pact.revisions.at(-1)?.terms.deliveryCostCents, 2000);

  const unsure = await atGas.submit(offered, "/desk/fano/partners/pact/end");
  t.equal(unsure.status, 422);
  await atGas.submit(offered, "/desk/fano/partners/pact/end", { sure: "on" });
  await settle();
  t.equal(findPact(nodes.farm.node.db.orm, farm.id, gas.id), undefined);
});

t.test(
  "a letter to a silent node is seen in the outbox, tried again by hand, and given up with a reason",
  async (t) => {
    const { nodes, clock, farm, atGas } = await farmAndGas(t);
    const preview = await atGas.get(`/desk/fano/partners/find?who=${encodeURIComponent(farm.id)}`);
    await nodes.farm.stop();
    await atGas.submit(preview, "/desk/fano/partners/follow");
    await nodes.gas.node.runDue();
    clock.advance({ hours: 2 });
    const page = await atGas.get("/desk/fano/outbox");
    t.match(page.body, /Non arriva da più di un&#39;ora|Non arriva da più di un'ora/);
    t.match(page.body, /Richiesta di seguire/);
    const [, id] = /name="reason-(\d+)"/.exec(page.body)!;
    t.match((await atGas.get("/desk/fano/partners")).body, /non risponde/);
    await nodes.farm.start();
    await atGas.submit(page, "/desk/fano/outbox/retry");
    await nodes.gas.node.runDue();
    t.match((await atGas.get("/desk/fano/outbox")).body, /Tutto consegnato/);
    await nodes.farm.stop();
    await atGas.submit(await atGas.get("/desk/fano/partners"), "/desk/fano/partners/unfollow");
    await nodes.gas.node.runDue();
    const again = await atGas.get("/desk/fano/outbox");
    const [, next] = /name="reason-(\d+)"/.exec(again.body)!;
    t.not(next, id);
    t.equal((await atGas.submit(again, "/desk/fano/outbox/abandon")).status, 422);
    const given = await atGas.submit(again, "/desk/fano/outbox/abandon", { [`reason-${next}`]: "Azienda chiusa" });
    t.match(given.body, /Azienda chiusa/);
    t.match(given.body, /Tutto consegnato/);
  },
);

t.test("a visitor with an account elsewhere is taken to their own server, with a page in between", async (t) => {
  const { nodes, farm, gas } = await farmAndGas(t);
  const visitor = openBrowser(nodes.farm.node.app, nodes.farm.origin);
  const account = `@fano@${new URL(nodes.gas.origin).host}`;
  const page = await visitor.get(`/interact?handle=mulino&account=${encodeURIComponent(account)}`);
  t.equal(page.status, 200);
  const onward = linkTo(page.body, `${nodes.gas.origin}/authorize_interaction`);
  t.match(onward, encodeURIComponent(farm.id));
  t.equal(visitor.cookies.size, 0);
  t.equal((await visitor.get("/interact?handle=mulino&account=nessuno")).status, 422);
  t.equal((await visitor.get("/interact?handle=nobody&account=x")).status, 404);
  t.ok(gas);
});

t.test("sent here to follow, a person signs in, sees whom, and chooses as whom", async (t) => {
  const { nodes, settle, farm, gas, atGas } = await farmAndGas(t);
  const address = `/authorize_interaction?uri=${encodeURIComponent(farm.id)}`;
  const stranger = openBrowser(nodes.gas.node.app, nodes.gas.origin);
  t.equal((await stranger.get(address)).path.split("?")[0], "/sign-in");
  const page = await atGas.get(address);
  t.match(page.body, /Segui come GAS Fano/);
  await atGas.submit(page, "/desk/fano/partners/follow");
  await settle();
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), true);
});

t.test(
  "B38 who follows and who is followed is neither named nor counted, and ids of letters cannot be guessed",
  async (t) => {
    const { nodes, settle, farm, gas, atGas } = await farmAndGas(t);
    const preview = await atGas.get(`/desk/fano/partners/find?who=${encodeURIComponent(farm.id)}`);
    await atGas.submit(preview, "/desk/fano/partners/follow");
    await settle();
    const reader = openBrowser(nodes.farm.node.app, nodes.farm.origin);
    const asActivity = { accept: "application/activity+json" };
    const answer = await reader.get("/mulino/followers", asActivity);
    t.match(answer.headers["content-type"], /application\/activity\+json/);
    t.match(JSON.parse(answer.body), { id: `${farm.id}/followers`, type: "OrderedCollection", attributedTo: farm.id });
    for (const path of ["/mulino/followers", "/mulino/following"]) {
      const { body } = await reader.get(path, asActivity);
      t.notOk(body.includes(gas.id), path);
      t.notMatch(JSON.parse(body), { totalItems: Number }, path);
    }
    for (const { node } of Object.values(nodes))
      for (const id of node.db.raw.prepare("SELECT id FROM activities").pluck().all())
        t.match(id, /\/activities\/[0-9A-Za-z_-]{16,}$/, "more than anyone tries");
    t.equal((await reader.get("/actor/followers", asActivity)).status, 404);
  },
);

t.test("the thread of a pact answers its two parties and nobody else", async (t) => {
  const { nodes, settle, farm, gas, atGas } = await farmAndGas(t);
  const other = nodes.farm.addActor({ kind: "gas", handle: "altri", name: "Altri" });
  const form = await atGas.get(`/desk/fano/partners/propose?peer=${encodeURIComponent(farm.id)}`);
  await atGas.submit(form, "/desk/fano/partners/propose", { leadDays: "7" });
  await settle();
  const [row] = nodes.gas.node.db.raw.prepare<[], { iri: string }>("SELECT iri FROM pacts").all();
  const bySeller = await nodes.farm.node.wire.fetchDocument(row!.iri, farm.id);
  t.match(bySeller, {
    document: { type: "OrderedCollection", totalItems: 1, orderedItems: [{ type: "Offer", actor: gas.id }] },
  });
  t.match(await nodes.farm.node.wire.fetchDocument(row!.iri, other.id), { failed: "unreachable" });
  const stranger = openBrowser(nodes.gas.node.app, nodes.gas.origin);
  t.equal((await stranger.get(new URL(row!.iri).pathname)).status, 404);
});

t.test(
  "B43 the administrator blocks a domain: its follows end, its name is refused; the list goes out and in as CSV",
  async (t) => {
    const { nodes, settle, farm, gas, atGas } = await farmAndGas(t);
    const preview = await atGas.get(`/desk/fano/partners/find?who=${encodeURIComponent(farm.id)}`);
    await atGas.submit(preview, "/desk/fano/partners/follow");
    await settle();
    const page = await atGas.get("/node/federation");
    t.match(
      (await atGas.submit(page, "/node/federation", { domain: "non un dominio", rule: "block" })).body,
      /non è un dominio/,
    );
    t.equal((await atGas.submit(page, "/node/federation", { domain: "127.0.0.1", rule: "block" })).status, 422);
    const blocked = await atGas.submit(page, "/node/federation", {
      domain: "Spam.Example",
      rule: "block",
      reason: "posta",
    });
    t.match(blocked.body, /spam\.example/);
    t.equal(nodes.gas.node.wire.isBlocked("sub.spam.example"), true);
    t.match((await atGas.get("/node/federation/blocks.csv")).body, /spam\.example,suspend/);
    const removed = await atGas.submit(blocked, "/node/federation/remove");
    t.equal(nodes.gas.node.wire.isBlocked("spam.example"), false);
    await atGas.submit(removed, "/node/federation/mode", { mode: "allowlist" });
    t.equal(nodes.gas.node.wire.isBlocked("anyone.example"), true);
    t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), true);
  },
);
