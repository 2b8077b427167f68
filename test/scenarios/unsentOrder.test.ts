// A household writes into an order, is signed out meanwhile, and comes back by its password to what it had written.
import t from "tap";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { openDesk } from "./orderDesk.ts";

const PASSWORD = "sette ciliegie sotto la neve";

t.test("what a household wrote into an order comes back behind its password, and counts once it is sent", async (t) => {
  const { node, actorId, browser, origin, shopping, addressOf } = await openDesk(t);
  const set = await browser.submit(await browser.get("/account/password"), "/account/password", { password: PASSWORD });
  t.equal(set.status, 200);
  const address = `${addressOf(shopping.open)}/book`;
  const { id: householdId } = householdOf(node.db.orm, actorId, "gino")!;
  const booked = () => loadBasket(node.db.orm, shopping.open, householdId)?.version;
  const page = await browser.get(address);
  const before = booked();
  node.db.raw.prepare("DELETE FROM sessions").run();

  const written = { "quantity.1": "4,5", "remark.1": "mature, per favore" };
  const refused = await browser.submit(page, address, written, { referer: `${origin}${address}` });
  t.equal(refused.status, 401);
  t.match(refused.body, /Per sicurezza sei uscito\. Rientra: quello che hai scritto è conservato/);
  const [, next = ""] = /href="\/sign-in\?next=([^"&]+)/.exec(refused.body) ?? [];
  const way = `/sign-in/password?next=${next}`;
  const back = await browser.submit(await browser.get(way), "/sign-in/password", {
    email: "gino@posta.example",
    password: PASSWORD,
  });
  t.match([back.status, back.path], [200, decodeURIComponent(next)]);
  t.match(back.body, 'name="quantity.1"');
  t.match(back.body, 'value="4,5"');
  t.match(back.body, 'value="mature, per favore"');
  t.equal(booked(), before, "nothing was sent by itself");
  const sent = await browser.submit(back, address, written);
  t.match([sent.status, sent.path], [200, address]);
  t.match((await browser.get(address)).body, /Prenotato: 4,5 kg/);
});
