// Taking a change back without network: what no server has seen is not sent at all.
import t from "tap";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { openDesk } from "../scenarios/orderDesk.ts";
import { startChromium } from "./looks.ts";

t.setTimeout(3 * 60_000);

t.test(
  "C56 without network the last press is taken back before it is sent, and the one before it counts",
  async (t) => {
    const { node, actorId, origin, makeLink, shopping, addressOf } = await openDesk(t);
    const { id: householdId } = householdOf(node.db.orm, actorId, "gino")!;
    const basket = () => loadBasket(node.db.orm, shopping.open, householdId)!;
    const browser = await startChromium(t);
    const page = await (await browser.newContext({ locale: "it-IT", viewport: { width: 390, height: 800 } })).newPage();
    await page.goto(await makeLink());
    await page.click("main button");
    await page.waitForURL(`${origin}/`);
    await page.goto(`${origin}${addressOf(shopping.open)}/book`);
    // The worker keeps the page for when there is no network.
    await page.waitForFunction(() => document.body.dataset.ahead !== undefined);
    await page.reload();
    await page.waitForFunction(() => document.body.dataset.ahead !== undefined);
    const before = basket();
    const more = page.locator("#line-1 button[name=more]");
    const shown = () => page.inputValue("#f-quantity-1");
    const start = await shown();
    const total = () => page.locator("#bar strong").innerText();
    const atStart = await total();
    await page.context().setOffline(true);
    await more.click();
    await page.locator("#net summary", { hasText: "In attesa di rete: 1" }).waitFor();
    const once = await shown();
    const costsOnce = await total();
    t.not(costsOnce, atStart, "the total follows what waits");
    await more.click();
    await page.locator("#net summary", { hasText: "In attesa di rete: 2" }).waitFor();
    t.not(await shown(), once);
    t.not(await total(), costsOnce);
    if (process.env.FILIERA_SHOTS) await page.screenshot({ path: `${process.env.FILIERA_SHOTS}/undo-390.png` });
    await page.click("#bar button[name=undo]");
    await page.locator("#net summary", { hasText: "In attesa di rete: 1" }).waitFor();
    await page.waitForFunction(() => document.body.dataset.ready !== undefined);
    t.equal(await shown(), once, "one press is left");
    t.equal(await total(), costsOnce, "and its total");
    t.equal(basket().version, before.version, "and nothing was sent");
    await page.context().setOffline(false);
    await page.locator("#net").waitFor({ state: "hidden" });
    await page.waitForFunction((once) => document.querySelector("#f-quantity-1")?.getAttribute("value") === once, once);
    t.equal(basket().version, before.version + 1);
    t.equal(await total(), costsOnce, "what was told without network is what it costs");
    t.not(start, once);
  },
);
