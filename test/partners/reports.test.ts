// Reports between two nodes: somebody tells who looks after theirs, who decides, blocks, or passes it on without a name.
import t, { type Test } from "tap";
import { listDomainRules } from "../../src/activitypub/store.ts";
import { blockReported, makeReport, settleReport } from "../../src/partners/reports/reportActions.ts";
import { listDecidedReports, listOpenReports } from "../../src/partners/reports/reportStore.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { startNodes } from "../tools/nodes.ts";
import { sitDown } from "./desks.ts";
import { farmAndGas } from "./pair.ts";
import { exchange } from "./town.ts";

const FEDERATION = "/node/federation";

/** A farm and a group, each with somebody who looks after the node; a member of the group. */
async function twoNodes(t: Test) {
  const sink = await startMailSink(t);
  const mail = ["--smtp-url", sink.url, "--mail-from", "nodo@posta.example"];
  const { nodes, settle, clock } = await startNodes(t, ["farm", "gas"], {}, mail);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const marta = await sitDown(nodes.gas, "marta-rossi", "fano", "member");
  const atGas = await sitDown(nodes.gas, "gino", "fano", "admin", true);
  const atFarm = await sitDown(nodes.farm, "piera", "mulino", "admin", true);
  /** Lets the mail of the next ten minutes go. */
  const passTenMinutes = async () => {
    clock.advance({ minutes: 10 });
    await settle();
  };
  return { nodes, farm, sink, settle, marta, atGas, atFarm, passTenMinutes };
}

t.test("a member's report reaches who looks after the node alone, who passes it on in the node's name", async (t) => {
  const { nodes, farm, sink, settle, marta, atGas, atFarm, passTenMinutes } = await twoNodes(t);
  const who = farm.id;
  const form = await marta.get(`/desk/fano/report?who=${encodeURIComponent(who)}`);
  t.match(form.body, who);
  t.equal(form.status, 200);
  const about = `${farm.id}/catalog`;
  const wrong = await marta.submit(form, "/desk/fano/report", {
    who,
    about: "https://altro.example/x",
    content: "Finto",
  });
  t.match(wrong, { status: 422, body: /non è una pagina di quel nodo/ });
  const own = await marta.submit(form, "/desk/fano/report", { who: `${nodes.gas.origin}/fano`, content: "Finto" });
  t.match(own, { status: 422, body: /è di questo nodo/ });
  const sent = await marta.submit(form, "/desk/fano/report", {
    who,
    about,
    content: "Dice biologico e non lo è. Marta",
  });
  t.match(sent.body, /Ricevuta/);
  await passTenMinutes();
  await passTenMinutes();
  t.equal(sink.received.length, 1, "one mail, to one person, whatever time passes");
  const { mail, recipients } = await sink.reach(1);
  t.same(recipients, ["gino@posta.example"]);
  t.match(mail.text, /nuova segnalazione/);
  t.notMatch(mail.text, /biologico|marta/i, "what it says is read on the page");
  t.same(listOpenReports(nodes.farm.node.db.orm, 9), [], "nothing has left");
  t.equal((await marta.get(FEDERATION)).status, 404);
  const page = await atGas.get(FEDERATION);
  t.match(page.body, /Da marta-rossi \(GAS Fano\)/);
  const [report] = listOpenReports(nodes.gas.node.db.orm, 9);
  const words = { id: String(report!.id), [`content-${report!.id}`]: "Dice biologico e non lo è." };
  const after = await atGas.submit(page, `${FEDERATION}/report/forward`, words);
  t.match(after.body, /inoltrata/);
  await settle();
  const there = listOpenReports(nodes.farm.node.db.orm, 9);
  t.match(there, [
    { sender: `${nodes.gas.origin}/actor`, objects: `${farm.id}\n${about}`, content: "Dice biologico e non lo è." },
  ]);
  const posted = nodes.gas.node.db.raw.prepare("SELECT group_concat(json) FROM activities").pluck().get();
  t.notMatch(String(posted), /marta|fano/i, "I20 neither the person nor the group is in what left");
  await passTenMinutes();
  t.same((await sink.reach(2)).recipients, ["piera@posta.example"]);
  const received = await atFarm.get(FEDERATION);
  t.match(received.body, /Da un altro nodo/);
  t.notMatch(received.body, /report\/forward/);
  await atFarm.submit(received, `${FEDERATION}/report/settle`, {
    id: String(listOpenReports(nodes.farm.node.db.orm, 9)[0]!.id),
  });
  t.same(listOpenReports(nodes.farm.node.db.orm, 9), []);
});

t.test("B44 a report can end in a block of the domain it is about, written down with who decided, once", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  const { wire } = gasNode;
  const reporter = { actorId: gas.id, personId: "marta" };
  const accused = farmNode.describe(farm);
  const make = (content: string) => makeReport(wire, reporter, accused, { about: "", content });
  for (let i = 0; i < 10; i++) t.equal(make(`Numero ${i}`), null);
  t.match(make("Una di troppo"), { refused: "too-many-requests" }, "ten may wait for a decision, not more");
  const [first] = listOpenReports(wire.db.orm, 20);
  t.equal(blockReported(wire, { id: first!.id, decidedBy: "gino" }), null);
  t.match(listDomainRules(wire.db.orm), [{ domain: "p.example", rule: "block", reason: "Numero 0" }]);
  const [decided] = listDecidedReports(wire.db.orm, 5);
  t.match(decided, { id: first!.id, decision: "blocked", decidedBy: "gino" });
  for (const decide of [settleReport, blockReported])
    t.match(decide(wire, { id: first!.id, decidedBy: "rita" }), { refused: "not-found" }, "what is decided is decided");
  await exchange(everyone);
  t.same(listOpenReports(farmNode.wire.db.orm, 5), [], "nothing of it has left");
});
