// A basket that is confirmed on a phone: the bar, a tap and its confirmation that both wait for the network.
import t from "tap";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { openDesk } from "../scenarios/orderDesk.ts";
import { findBadBoxes, findBarriers } from "./judge.ts";
import { startChromium } from "./looks.ts";

t.setTimeout(3 * 60_000);

t.test("C56 a confirmation waits behind the taps it confirms while there is no network, and both count", async (t) => {
  const { node, actorId, origin, makeLink, shopping, addressOf } = await openDesk(t);
  const ask = "UPDATE orders SET policies = json_set(policies, '$.asksToConfirm', json('true')) WHERE id = ?";
  node.db.raw.prepare(ask).run(shopping.open);
  const { id: householdId } = householdOf(node.db.orm, actorId, "gino")!;
  const basket = () => loadBasket(node.db.orm, shopping.open, householdId)!;
  const browser = await startChromium(t);
  const page = await (await browser.newContext({ locale: "it-IT", viewport: { width: 390, height: 800 } })).newPage();
  await page.goto(await makeLink());
  await page.click("main button");
  await page.waitForURL(`${origin}/`);
  await page.goto(`${origin}${addressOf(shopping.open)}/book`);
  await page.waitForFunction(() => document.body.dataset.ready !== undefined);
  await page.click("#line-1 button[name=more]");
  await page.locator("#bar", { hasText: "Da confermare" }).waitFor();
  for (const [width, colorScheme] of [
    [390, "light"],
    [390, "dark"],
    [1280, "light"],
    [1280, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    // Drawn anew: an open page takes up the other scheme piece by piece, and half-way its colours are nobody's.
    await page.reload();
    await page.waitForFunction(() => document.body.dataset.ready !== undefined);
    t.same(await findBarriers(page), [], `axe, ${width} ${colorScheme}`);
    t.same(await findBadBoxes(page), [], `boxes, ${width} ${colorScheme}`);
    if (process.env.FILIERA_SHOTS)
      await page.screenshot({ path: `${process.env.FILIERA_SHOTS}/confirm-${width}-${colorScheme}.png` });
  }
  await page.context().setOffline(true);
  await page.click("#line-1 button[name=more]");
  await page.locator("#net summary", { hasText: "In attesa di rete: 1" }).waitFor();
  await page.click("#bar button[name=confirm]");
  await page.locator("#net summary", { hasText: "In attesa di rete: 2" }).waitFor();
  t.equal(basket().state, "draft");
  await page.context().setOffline(false);
  await page.locator("#net").waitFor({ state: "hidden" });
  await page.locator("#bar", { hasNotText: "Da confermare" }).waitFor();
  t.match(basket(), { state: "confirmed", version: 4 });
});
