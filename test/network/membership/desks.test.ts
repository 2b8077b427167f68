// People at their desks: a district writes its charter and decides, a group reads it and joins; and what everybody sees of it.
import t from "tap";
import { loadMembership } from "../../../src/network/membership/store.ts";
import { membershipTellTasks } from "../../../src/network/membership/tellActions.ts";
import { words } from "../../../src/web/words.ts";
import { sitDown } from "../../partners/desks.ts";
import { openBrowser } from "../../web/browser.ts";
import { startValley } from "./valley.ts";

const { nodes, settle, district, gas } = await startValley(t);
const dina = await sitDown(nodes.district, "dina", "valli", "district");
const gino = await sitDown(nodes.gas, "gino", "fano", "admin");
const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
const stranger = openBrowser(nodes.district.node.app, nodes.district.origin);
const find = `/desk/fano/networks/find?who=${encodeURIComponent(district.id)}`;
const member = `/desk/valli/network/member?peer=${encodeURIComponent(gas.id)}`;

t.test("a district writes its charter, and everybody reads it", async (t) => {
  t.match((await dina.get("/desk/valli/network")).body, /non ha ancora una carta/);
  const empty = await dina.submit(await dina.get("/desk/valli/network/charter"), "/desk/valli/network/charter", {
    text: "   ",
  });
  t.equal(empty.status, 422);
  const saved = await dina.submit(await dina.get("/desk/valli/network/charter"), "/desk/valli/network/charter", {
    text: "Niente <script>.\r\n\r\nIl prezzo si dice.",
  });
  t.match(saved.body, /Versione 1/);
  const charter = await stranger.get("/valli/charter/1");
  t.match(charter.body, /Niente &lt;script&gt;\./);
  t.match((await stranger.get("/valli")).body, /Leggi la carta \(versione 1\)/);
  t.equal((await stranger.get("/valli/charter/9")).status, 404);
});

t.test("a group pastes the address, reads the charter, and asks only once it has accepted it", async (t) => {
  t.match((await gino.get("/desk/fano/networks")).body, /Ancora nessuna rete/);
  const page = await gino.get(find);
  t.match(page.body, /Il prezzo si dice\./);
  const notYet = await gino.submit(page, "/desk/fano/networks/join");
  t.equal(notYet.status, 422);
  t.equal(loadMembership(nodes.gas.node.db.orm, gas.id, "member", district.id), undefined);
  const asked = await gino.submit(page, "/desk/fano/networks/join", { accepted: "on" });
  t.match(asked.body, /in attesa/);
  await settle();
});

t.test("who read a charter that has changed since reads the new one first", async (t) => {
  const page = await gino.get(find);
  await dina.submit(await dina.get("/desk/valli/network/charter"), "/desk/valli/network/charter", {
    text: "Niente veleni.",
  });
  const again = await gino.submit(page, "/desk/fano/networks/join", { accepted: "on" });
  t.equal(again.status, 422);
  t.match(again.body, /Niente veleni\./);
});

t.test("an address of no network is said beside the field; a referente reads and does not decide", async (t) => {
  const wrong = await gino.get(`/desk/fano/networks/find?who=${encodeURIComponent(gas.id)}`);
  t.equal(wrong.status, 422);
  t.match(wrong.body, /non è una rete/);
  const page = await rita.get("/desk/fano/networks");
  t.match(page.body, /Distretto delle Valli/);
  t.notMatch(page.body, /networks\/leave/);
  t.equal((await rita.get(find)).status, 404);
});

t.test("the district looks at who asks, must say why it refuses, and takes it in", async (t) => {
  t.match((await dina.get("/desk/valli/network")).body, /1 richiesta aspetta/);
  const page = await dina.get(member);
  t.match(page.body, /versione 1/);
  const mute = await dina.submit(page, "/desk/valli/network/refuse", { reason: "" });
  t.equal(mute.status, 422);
  const list = await dina.submit(page, "/desk/valli/network/accept");
  t.match(list.body, /1 aderente/);
  await settle();
  t.match((await gino.get("/desk/fano/networks")).body, /aderente/);
  t.match((await stranger.get("/valli")).body, /GAS Fano/);
  t.match((await stranger.get("/valli/members")).body, /GAS Fano/);
  const own = openBrowser(nodes.gas.node.app, nodes.gas.origin);
  t.match((await own.get("/fano")).body, /Aderisce a[\s\S]*Distretto delle Valli/);
});

t.test("the district changes how far it reaches; a group has no such desk", async (t) => {
  const saved = await dina.submit(await dina.get("/desk/valli/network/settings"), "/desk/valli/network/settings", {
    level: "province",
    admission: "automatic",
  });
  t.equal(saved.status, 200);
  t.match((await stranger.get("/valli")).body, /Rete provinciale/);
  t.equal((await gino.get("/desk/fano/network")).status, 404);
});

t.test("C46 of two who write the charter or the settings the slower reads what the first wrote", async (t) => {
  const [charter, settings] = ["/desk/valli/network/charter", "/desk/valli/network/settings"];
  const [text, reach] = [await dina.get(charter), await dina.get(settings)];
  await dina.submit(text, charter, { text: "Niente chimica." });
  const clash = await dina.submit(text, charter, { text: "Poca chimica." });
  t.equal(clash.status, 409);
  t.match(clash.body, /là «Niente chimica\.», tu «Poca chimica\.»/);
  t.match(clash.body, /<textarea[^>]*>Poca chimica\./);
  await dina.submit(reach, settings, { level: "des", admission: "automatic" });
  const slow = await dina.submit(reach, settings, { level: "region", admission: "automatic" });
  t.equal(slow.status, 409);
  await dina.submit(slow, settings, { level: "province", admission: "automatic" });
});

t.test("the district puts it out for a reason that nobody outside reads; the group reads that it is out", async (t) => {
  const list = await dina.submit(await dina.get(member), "/desk/valli/network/remove", { reason: "Solo per noi" });
  t.match(list.body, /tolta dalla rete/);
  t.match((await dina.get(member)).body, /Solo per noi/);
  await settle();
  const page = await gino.get("/desk/fano/networks");
  t.match(page.body, /tolta dalla rete/);
  t.notMatch(page.body, /Solo per noi/);
  t.notMatch((await stranger.get("/valli")).body, /GAS Fano/);
});

t.test("who coordinates or administers is written to about what the other side did, each thing once", async (t) => {
  const told: Record<string, string> = {};
  const tellAll = async ({ node }: (typeof nodes)["gas"]) => {
    const [task] = membershipTellTasks(node.wire, (_tx, _actorId, { businessKey, write }) => {
      t.notOk(businessKey in told, "once");
      const { subject, text } = write(words("it"));
      t.notMatch(text, /Solo per noi|undefined|\{\{/);
      told[businessKey] = subject;
    });
    node.db.raw.prepare("DELETE FROM node_facts WHERE name = 'memberships-told'").run();
    await task!.run(0);
    await task!.run(0);
  };
  await tellAll(nodes.gas);
  t.same(Object.values(told), ["GAS Fano non aderisce più a Distretto delle Valli"]);
  await gino.submit(await gino.get(find), "/desk/fano/networks/join", { accepted: "on" });
  await settle();
  await tellAll(nodes.district);
  t.same(Object.values(told).slice(1), ["GAS Fano chiede di aderire a Distretto delle Valli"]);
});
