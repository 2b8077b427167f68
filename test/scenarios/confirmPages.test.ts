// A basket that is confirmed through the pages alone, as forms without script: by its household, by who follows the order.
import t from "tap";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { openDesk } from "./orderDesk.ts";

t.test(
  "where the group asks, a basket is confirmed by one button; what another hand changed first is shown",
  async (t) => {
    const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
    const ask = "UPDATE orders SET policies = json_set(policies, '$.asksToConfirm', json('true')) WHERE id = ?";
    node.db.raw.prepare(ask).run(shopping.open);
    const address = `${addressOf(shopping.open)}/book`;
    const { id: householdId } = householdOf(node.db.orm, actorId, "gino")!;
    const basket = () => loadBasket(node.db.orm, shopping.open, householdId)!;
    const buttonOf = (body: string) => /name="confirm" value="(\d+)"/.exec(body)?.[1] ?? "";
    const tapped = await browser.submit(await browser.get(address), address, { "quantity.1": "3", more: "1" });
    t.match(tapped.body, /Se non confermi non perdi niente: alla chiusura vale quello che hai salvato/);
    t.match(tapped.body, />Da confermare<[\s\S]*Salvato[\s\S]*>Conferma<\/button>/);
    t.match((await browser.get("/desk/gas-fano/orders/mine")).body, /Da confermare/);
    const order = await browser.get(addressOf(shopping.open));
    t.match(order.body, /Una da confermare[\s\S]*chiudendo vale così com.{1,5}è salvata[\s\S]*Conferma per loro/);
    t.match((await browser.get(`${addressOf(shopping.open)}/matrix`)).body, /<small>da confermare/);
    const lines = [2000, 3000].map((q) => ({
      lineNumber: 1,
      friendId: null,
      quantityThousandths: q,
      toleranceThousandths: 0,
      note: "",
    }));
    const save = (wishes: typeof lines, personId: string) =>
      saveBasket(node.wire, { ...basket(), personId, seenVersion: basket().version, wishes });
    save([lines[0]!], "gino");
    insertPerson(node.db.orm, { id: "rita", name: "Rita", createdAt: 0 });
    insertSeat(node.db.orm, { personId: "rita", actorId, role: "referente", createdAt: 0 });
    save([lines[1]!], "rita");
    const late = await browser.submit(tapped, address, { confirm: buttonOf(tapped.body) });
    t.equal(late.status, 409);
    t.match(late.body, /Nel frattempo la prenotazione è cambiata[\s\S]*Prenotato: 3 kg/);
    t.equal(basket().state, "draft");
    const done = await browser.submit(late, address, { "quantity.1": "4", confirm: buttonOf(late.body) });
    t.match(done.body, /Prenotato: 4 kg/, "what was typed goes with it");
    t.notMatch(done.body, /Da confermare<|name="confirm"/);
    t.equal(basket().state, "confirmed");
    const again = await browser.submit(done, address, { "quantity.1": "4", less: "1" });
    t.match(again.body, />Da confermare</, "a change asks again");
    const version = buttonOf(again.body);
    const tap = await browser.submit(again, address, { "quantity.1": "3,5", more: "1" });
    t.equal(basket().version, Number(version) + 1);
    await browser.submit(tap, address, { confirm: version });
    t.equal(basket().state, "confirmed", "one's own tap on the way is no other hand");
    const bad = { "quantity.1": "3,3", confirm: String(basket().version) };
    const htmx = { "hx-request": "true", "hx-request-type": "partial" };
    await browser.submit(await browser.get(address), address, { "quantity.1": "4", less: "1" });
    t.equal((await browser.submit(await browser.get(address), address, bad, htmx)).status, 422);
    t.equal(basket().state, "draft", "of what was not taken nothing is confirmed");
    const toConfirm = await browser.get(addressOf(shopping.open));
    const path = `${addressOf(shopping.open)}/baskets/confirm`;
    t.equal((await browser.submit(toConfirm, path, { household: householdId, version: "1" })).status, 409);
    t.equal(
      (await browser.submit(toConfirm, path, { household: householdId, version: String(basket().version) })).status,
      200,
    );
    t.equal(basket().state, "confirmed");
  },
);
