// The matrix of an order through its page alone, as a form without script.
import t from "tap";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { openDesk } from "./orderDesk.ts";

t.test("the matrix is written at once: what holds is saved, what does not stands in its field", async (t) => {
  const { node, browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/matrix`;
  t.match((await browser.get(addressOf(shopping.open))).body, `href="${address}"`);
  const page = await browser.get(address);
  const [, own = ""] = /name="(quantity\.[a-z0-9-]+\.1)" value="3"/.exec(page.body) ?? [];
  const household = own.split(".")[1] ?? "";
  const second = `quantity.${household}.2`;
  t.match(page.body, `name="${second}"`, "what nobody booked has its field too");
  const some = await browser.submit(page, address, { [own]: "3,3", [second]: "1" });
  t.equal(some.status, 422);
  t.match(some.body, /Il resto è salvo; questa quantità no/);
  t.match(some.body, /value="3,3"[^>]+aria-invalid="true"/);
  t.match(some.body, /multipli di 0,5 kg: vuoi 3 kg o 3,5 kg/);
  t.match(some.body, `name="${second}" value="1"`, "and the other was saved");
  const done = await browser.submit(some, address, { [own]: "3,5", [second]: "1", by: "household" });
  t.match([done.status, done.path], [200, `${address}?by=household&saved=1`]);
  t.match(done.body, /Salvato: una quantità cambiata/);
  const on = await browser.submit(done, address, { [own]: "4", [second]: "1", to: "2", by: "product", find: "a" });
  t.match([on.status, on.path], [200, `${address}?saved=1&find=a&page=2`], "saved on the way to the next page");
  const late = await browser.submit(page, address, { [own]: "6", [second]: "" });
  t.equal(late.status, 409, "somebody changed it since");
  t.match(late.body, /là 4 kg, tu 6 kg/);
  const basket = loadBasket(node.db.orm, shopping.open, household);
  t.equal(basket?.version, 4, "one save for each cell");
  t.equal((await browser.submit(page, address, { [own]: "3", "quantity.nobody.1": "1" })).status, 422);
});
