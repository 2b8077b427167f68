// The orders of a year from the desk: found by group or product, narrowed, added up, taken along.
import t from "tap";
import { confirmCycle } from "../../src/sales/closingActions.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { sitDown } from "../partners/desks.ts";
import { sure } from "./cycles.ts";
import { openMarket } from "./market.ts";

const HISTORY = "/desk/agrumeto/sales/history";

t.test(
  "a farmer finds the orders of a year by product and group, with what they come to, and takes them along",
  async (t) => {
    const { groups, oranges, honey, settle, farmHome, pass, wire, key } = await openMarket(t, { groups: 2 });
    const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
    t.match((await farmer.get(HISTORY)).body, /nessun ordine nel/);
    groups[0]!.offer([oranges(5), honey(2)]);
    groups[1]!.offer([oranges(3)]);
    await settle();
    const all = await farmer.get(HISTORY);
    t.match(all.body, /171,00\s€/, "eight crates at 19 and two jars at 9.50");
    t.match(all.body, /80 kg/);
    const found = await farmer.get(`${HISTORY}?find=miele`);
    t.match(found.body, /GAS 1<\/a>/);
    t.notMatch(found.body, /GAS 2<\/a>/);
    t.notMatch((await farmer.get(`${HISTORY}?only=over`)).body, /GAS 1<\/a>/);
    t.match((await farmer.get(`${HISTORY}?only=preparing`)).body, /GAS 1<\/a>/);
    const one = await farmer.get(`${HISTORY}?group=${encodeURIComponent(groups[1]!.actor.id)}`);
    t.match(one.body, /57,00\s€/, "of that group alone");
    const csv = await farmer.get(`${HISTORY}.csv?find=miele`);
    t.match(csv.headers["content-type"], /csv/);
    t.match(csv.body, /GAS 1;Agrumi;accettato;Miele;2;/);
    t.notMatch(csv.body, /GAS 2/);
    t.match((await farmer.get(`${HISTORY}?year=2020`)).body, /nessun ordine nel 2020/);
    t.equal((await farmer.get(`${HISTORY}?year=mille`)).status, 400);

    await pass({ days: 8, minutes: 1 });
    sure(confirmCycle(wire(), key));
    const unpaid = await farmer.get(`${HISTORY}?only=unpaid`);
    t.match(unpaid.body, /GAS 1<\/a>[\s\S]*GAS 2<\/a>|GAS 2<\/a>[\s\S]*GAS 1<\/a>/);
    const path = `/desk/agrumeto/sales/${orderName(groups[0]!.thread)}`;
    const paid = await farmer.submit(await farmer.get(path), `${path}/paid`);
    t.match(paid.body, /Pagato, segnato/);
    t.notMatch((await farmer.get(`${HISTORY}?only=unpaid`)).body, /GAS 1<\/a>/);
    t.match((await farmer.get(HISTORY)).body, /Già pagato[\s\S]*114,00\s€/);
    t.match((await farmer.submit(await farmer.get(path), `${path}/paid`)).body, /Non ancora segnato come pagato/);
  },
);
