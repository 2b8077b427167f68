// The producer's first page, read by the farmer whose orders, cycles and partners it tells of.
import t from "tap";
import { closeEarly } from "../../src/sales/actions.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { sitDown } from "../partners/desks.ts";
import { startNodes } from "../tools/nodes.ts";
import { sure } from "./cycles.ts";
import { openMarket } from "./market.ts";

const TODAY = "/desk/agrumeto/today";

t.test("a farmer comes straight to the day, answers with one tap and sees what to prepare for when", async (t) => {
  const market = await openMarket(t, { groups: 2, rules: { answers: "hand" } });
  const { groups, oranges, honey, settle, order, farmHome, pass } = market;
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  groups[0]!.offer([oranges(5), honey(2)]);
  await settle();
  await pass({ hours: 1 });
  groups[1]!.offer([oranges(3)]);
  await settle();
  let page = await farmer.get("/");
  t.equal(page.path, TODAY, "who has one desk needs no choice");
  t.match(page.body, /<h1>Oggi<\/h1>/);
  t.ok(page.body.indexOf("GAS 1</a>") < page.body.indexOf("GAS 2</a>"), "the oldest first");
  t.match(page.body, /Entro <time/);
  t.match(page.body, /da decidere: 80 kg|da decidere: 50 kg/);
  for (const group of groups)
    page = await farmer.submit(page, `/desk/agrumeto/sales/${orderName(group.thread)}/answer`);
  t.equal(page.path, TODAY, "and back to the day");
  for (const group of groups) t.match(order(group), { status: "accepted" });
  t.match(page.body, /Hai risposto a tutti/);
  t.match(page.body, /Da preparare/);
  t.match(page.body, /<h4>Fano, /);
  t.match(page.body, /80 kg<\/strong>\s+<small>8 confezioni/);
});

t.test("goods go out on their day, and are asked about when nobody has marked them", async (t) => {
  const { gas, oranges, settle, farmHome, pass, wire, key } = await openMarket(t, { rules: { confirms: "hand" } });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  gas.offer([oranges(5)]);
  await settle();
  await pass({ days: 6 });
  t.match((await farmer.get(TODAY)).body, /Chiudono presto/);
  sure(closeEarly(wire(), key));
  t.match((await farmer.get(TODAY)).body, /conferma tutti insieme/);
  await pass({ days: 6 });
  t.match((await farmer.get(TODAY)).body, /Esce oggi/);
  await pass({ days: 1 });
  t.match((await farmer.get(TODAY)).body, /Da segnare consegnati/);
});

t.test("who has nothing yet is shown the first step, and who has no seat is shown nothing", async (t) => {
  const { nodes } = await startNodes(t, ["home"]);
  nodes.home.addActor({ kind: "producer", handle: "orto", name: "Orto" });
  const farmer = await sitDown(nodes.home, "adele", "orto", "producer");
  const page = await farmer.get("/desk/orto/today");
  t.match(page.body, /href="\/desk\/orto\/catalog\/import"/);
  const member = await sitDown(nodes.home, "bruno", "orto", "member");
  t.equal((await member.get("/desk/orto/today")).status, 404);
});

t.test("a partner whose node does not answer is told of, with what is safe", async (t) => {
  const { gas, farmHome, clock } = await openMarket(t, { where: "two" });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  t.notMatch((await farmer.get(TODAY)).body, /non risponde/);
  const { host } = new URL(gas.actor.id);
  farmHome.node.db.raw.prepare("UPDATE peers SET failing_since = ? WHERE host = ?").run(clock.at, host);
  t.match((await farmer.get(TODAY)).body, /non risponde\. Ciò che vi siete detti è salvo/);
});
