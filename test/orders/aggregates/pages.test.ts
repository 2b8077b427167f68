// The pages of orders that are run as one, as a referente, one of a single producer, a helper and a member meet them.
import t from "tap";
import { insertSeat } from "../../../src/members/store.ts";
import { writeAggregatePlan } from "../../../src/orders/aggregates/form.ts";
import { addOrder, listAggregates, saveAggregate } from "../../../src/orders/aggregates/store.ts";
import type { Order } from "../../../src/orders/order.ts";
import { type JointRepeat, listRepeats, saveRepeat } from "../../../src/orders/repeating/recurrenceStore.ts";
import { insertOrder, loadOrder } from "../../../src/orders/store.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes, type TestNode } from "../../tools/nodes.ts";
import { PLAN } from "../group.ts";
import { line } from "../oranges.ts";

const DAY = 86_400_000;
const LIST = "/desk/fano/aggregates";
const [MILL, DAIRY] = ["https://mulino.example/m", "https://casaro.example/c"];

type Put = Pick<Order, "id" | "producerId" | "state" | "closesAt"> & { readonly now: number };

/** An order of the group, as it stands in its rows. */
function put({ node, origin }: TestNode, { id, producerId, state, closesAt, now }: Put): string {
  const facts = { actorId: `${origin}/fano`, producerId, cycleIri: null, thread: null, revision: 0, closedAt: null };
  const times = { createdAt: now, updatedAt: now, cancelReason: null, needsPerson: null };
  const plan = { ...PLAN, name: `Ordine ${id}`, closesAt, pickups: [] };
  const order = { ...plan, ...facts, ...times, state, id: id.repeat(26), lines: [line(1)] };
  insertOrder(node.db.orm, order, { createdBy: null, madeFrom: null, recurrenceId: null });
  return order.id;
}

t.test("orders are joined by a form, one that cannot close says why, and nobody sees what is not theirs", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { orm } = nodes.gas.node.db;
  const closesAt = Math.floor(clock.at / 60_000) * 60_000 + 7 * DAY;
  const now = clock.at;
  const ids = [
    put(nodes.gas, { id: "a", producerId: MILL, state: "open", closesAt, now }),
    put(nodes.gas, { id: "b", producerId: DAIRY, state: "draft", closesAt, now }),
  ];
  const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
  const marta = await sitDown(nodes.gas, "marta", "fano", "member");
  const dina = await sitDown(nodes.gas, "dina", "fano", "delivery");
  t.match((await rita.get(LIST)).body, "Nessun ordine aggregato");
  const cost = { "modName.1": "Furgone", "modValue.1": "30", "modKind.1": "transport", "modUnit.1": "euro" };
  const typed = {
    ...writeAggregatePlan({ name: "Consegna", opensAt: null, closesAt, pickups: [], costs: [] }),
    ...{ ...cost, "modSplit.1": "head", "modFor.1": "order", "modRedone.1": "again", opensAt: "" },
  };
  const submit = async (fields: Record<string, string>) =>
    rita.submit(await rita.get(`${LIST}/new`), `${LIST}/new`, fields);
  const wrong = await submit({ ...typed, name: "" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, "Scegli almeno un ordine.");
  const made = await submit({ ...typed, ...Object.fromEntries(ids.map((id) => [`order.${id}`, "on"])) });
  const [aggregate] = listAggregates(orm, gas.id, 9);
  const path = `${LIST}/${aggregate!.id}`;
  t.equal(made.path, path);
  t.match(made.body, "Furgone");
  t.match((await rita.get(`/desk/fano/orders/${ids[0]}`)).body, "Fa parte di un ordine aggregato");
  t.match((await marta.get(`/desk/fano/orders/${ids[0]}/book`)).body, "Furgone: 30,00 euro in tutto");
  const opened = await rita.submit(made, `${path}/open`, {});
  t.equal(opened.status, 409);
  t.match(opened.body, "non c&#39;è un patto in vigore");
  const closed = await rita.submit(await rita.get(path), `${path}/close`, {});
  t.match(closed.path, `${path}?did=close&count=1`);
  t.match(closed.body, "Chiuso un ordine.");
  t.equal(loadOrder(orm, gas.id, ids[0]!)?.state, "cancelled", "by its own rules: nobody had booked");
  for (const name of ["households", "places", "sums"])
    for (const ending of ["", ".csv"])
      t.equal((await rita.get(`${path}/sheets/${name}${ending}`)).status, 200, `${name}${ending}`);
  t.match((await dina.get(`${path}/counter`)).body, "Ancora nessuno");
  for (const rest of ["", "/plan", "/again", "/repeat", "/sheets/sums", "/counter"])
    t.equal((await marta.get(`${path}${rest}`)).status, 404, `a member, ${rest}`);
  t.equal((await dina.get(path)).status, 404);
  const olga = await sitDown(nodes.gas, "nora", "fano", "member");
  insertSeat(orm, {
    ...{ personId: "nora", actorId: gas.id, role: "referente", createdAt: 0 },
    producers: JSON.stringify([DAIRY]),
  });
  t.equal((await olga.get(path)).status, 200, "one of the orders is theirs");
  t.equal((await olga.get(`${path}/sheets/sums`)).status, 403);
  for (const rest of ["/plan", "/repeat"]) t.equal((await olga.get(`${path}${rest}`)).status, 403, rest);
  const left = await olga.submit(await olga.get(path), `${path}/leave`, { order: ids[1]! });
  t.equal(left.status, 404, "what is left has no order of theirs");
  const gone = await rita.submit(await rita.get(path), `${path}/dissolve`, {});
  t.match(gone.body, "Nessun ordine aggregato");
});

t.test("one form has all of it come again, a second says that it does, and the list leads back", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { orm } = nodes.gas.node.db;
  const closesAt = Math.floor(clock.at / 60_000) * 60_000 + DAY;
  const ids = [MILL, DAIRY].map((producerId, i) =>
    put(nodes.gas, { id: "ab"[i]!, producerId, state: "open", closesAt, now: clock.at }),
  );
  const dates = { opensAt: null, closesAt, dissolvedAt: null, createdAt: clock.at, updatedAt: clock.at };
  const aggregate = {
    id: "z".repeat(26),
    actorId: gas.id,
    name: "Furgone del sabato",
    pickups: [],
    costs: [],
    ...dates,
  };
  saveAggregate(orm, aggregate);
  for (const id of ids) addOrder(orm, aggregate, id, clock.at);
  const path = `${LIST}/${aggregate.id}`;
  const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
  t.match((await rita.get(path)).body, `href="${path}/repeat"`);
  const form = await rita.get(`${path}/repeat`);
  t.match(form.body, "fermalo prima");
  const rhythm = { unit: "week", anchor: "closing", every: "2", openTime: "08:00", closeTime: "20:00", openDays: "6" };
  const typed = { ...rhythm, startsOn: "2027-03-06", endsOn: "", deliverDays: "", deliverTime: "" };
  const wrong = await rita.submit(form, `${path}/repeat`, { ...typed, deliverDays: "1", deliverTime: "18:00" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, "chiede un luogo di ritiro");
  t.equal((await rita.submit(form, `${path}/repeat`, { ...typed, closeTime: "07:00", openDays: "0" })).status, 422);
  t.equal((await rita.submit(form, `${path}/repeat`, { ...typed, every: "molti" })).status, 422);
  const list = await rita.submit(form, `${path}/repeat`, typed);
  t.equal(list.path, "/desk/fano/orders/repeats");
  t.match(list.body, `<a href="${path}">Furgone del sabato</a>`);
  t.match((await rita.get(path)).body, "il prossimo apre");
  t.notMatch((await rita.get(path)).body, `href="${path}/repeat"`);
  t.equal((await rita.submit(form, `${path}/repeat`, typed)).status, 409);
  const [, edit] = list.body.match(/href="([^"]+\/edit)"/)!;
  const editing = await rita.get(edit!);
  t.notMatch(editing.body, 'name="place"', "its places are those of the last one");
  const wish = { ...typed, name: "Sabato", deliverDays: "1", deliverTime: "18:00" };
  t.match((await rita.submit(editing, edit!, wish)).body, "chiede un luogo di ritiro");
  t.match((await rita.submit(editing, edit!, { ...typed, name: "Sabato" })).body, "Sabato");
  const row = listRepeats(orm, gas.id)[0] as JointRepeat;
  const waiting = [{ orderId: ids[0]!, name: "Formaggi", refused: "no-such-offer" }];
  saveRepeat(orm, { ...row, nextAt: null, template: { ...row.template, waiting } } as JointRepeat);
  t.match((await rita.get(list.path)).body, /Mancano ancora.*Formaggi: Questa offerta/s);
  const held = await rita.submit(list, `${list.path}/${row.id}/end`, {});
  t.match(held.body, "finito");
  t.match((await rita.get(path)).body, `href="${path}/repeat"`);
});

t.test("who keeps the books reads the sums of orders that others run, and nothing else of them", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { orm } = nodes.gas.node.db;
  const closesAt = clock.at + DAY;
  const id = put(nodes.gas, { id: "a", producerId: MILL, state: "open", closesAt, now: clock.at });
  const dates = { opensAt: null, closesAt, dissolvedAt: null, createdAt: 0, updatedAt: 0 };
  const aggregate = { id: "z".repeat(26), actorId: gas.id, name: "Consegna", pickups: [], costs: [], ...dates };
  saveAggregate(orm, aggregate);
  addOrder(orm, aggregate, id, clock.at);
  const path = `${LIST}/${aggregate.id}`;
  const tea = await sitDown(nodes.gas, "tea", "fano", "treasurer");
  t.match((await tea.get(`/desk/fano/money/orders/${id}`)).body, `href="${path}/sheets/sums"`);
  const sums = await tea.get(`${path}/sheets/sums`);
  t.equal(sums.status, 200);
  t.match(sums.body, `href="/desk/fano/money/orders"`, "and comes back to the money");
  for (const rest of ["", "/sheets/households", "/sheets/places", "/counter"])
    t.equal((await tea.get(`${path}${rest}`)).status, 404, rest);
});
