// What goes wrong at a person's end: mistakes, a sign-in that is too old, an answer that is lost on the way, a slow one.
import type { BrowserContext, Page } from "playwright-core";
import t, { type Test } from "tap";
import { FANO } from "../members/house.ts";
import { findBadBoxes, findBarriers } from "./judge.ts";
import { startChromium } from "./looks.ts";
import { buildTown } from "./town.ts";

t.setTimeout(5 * 60_000);

const browser = await startChromium(t);
const town = await buildTown(t);

t.test(
  "C55 mistakes in a form take the focus to their summary, and its links to the fields, by keyboard alone",
  async (t) => {
    const page = await (await browser.newContext({ locale: "it-IT" })).newPage();
    await page.goto(`${town.setupUrl}/who`);
    await page.focus("[name=name]");
    await page.keyboard.type("GAS Fano");
    // Enter in a field sends its form.
    await page.keyboard.press("Enter");
    await page.waitForSelector(".problems");
    t.equal(await page.evaluate(() => document.activeElement?.className), "problems");
    t.equal(await page.inputValue("[name=name]"), "GAS Fano", "what was typed is kept");
    await judge(t, page, "the mistakes");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    t.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "handle");
    t.ok(
      await page.evaluate(() => {
        const ids = document.activeElement?.getAttribute("aria-describedby")?.split(" ") ?? [];
        return ids.some((id) => document.getElementById(id)?.matches(".error"));
      }),
      "whoever listens hears why, at the field",
    );
  },
);

t.test("C55 a sign-in too old for money is renewed by keyboard alone", async (t) => {
  const context = await town.open(browser, "admin", { locale: "it-IT" });
  const page = await context.newPage();
  const money = `${town.lived.origin}/desk/gas-fano/money/households/${town.treasury.household}/top-up`;
  await page.goto(money);
  town.clock.advance({ minutes: 31 });
  await page.fill("[name=amount]", "10");
  await page.keyboard.press("Enter");
  await page.waitForSelector("main a[href*='again=1']");
  t.match(await page.textContent("main"), /rientra e ripeti\. Non è stato scritto niente/);
  await judge(t, page, "asked again");
  await pressByKeyboard(page, "a[href*='again=1']");
  await page.waitForSelector("[name=email]");
  await judge(t, page, "signing in again");
  await page.focus("[name=email]");
  await page.keyboard.type(FANO.email);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("main [name=email]") === null);
  await judge(t, page, "the link is on its way");
  await page.goto(await town.signInUrl());
  await judge(t, page, "the link");
  await pressByKeyboard(page, "button[type=submit]");
  await page.waitForURL(`${town.lived.origin}/`);
  await page.goto(money);
  await page.fill("[name=amount]", "10");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== new URL(money).pathname);
  t.notMatch(await page.textContent("main"), /rientra/);
  await context.close();
});

t.test(
  "C56 a form whose answer is lost, and one that comes late after it was sent again, each count once",
  async (t) => {
    const context = await town.open(browser, "admin", { javaScriptEnabled: false, locale: "it-IT" });
    const page = await context.newPage();
    const book = `${town.lived.origin}/desk/gas-fano/orders/${town.shopping.open}/book`;
    const more = page.locator("#line-2 button[name=more]");
    await page.goto(book);
    await loseNextAnswer(context, book);
    await Promise.all([page.waitForEvent("requestfailed"), more.click({ noWaitAfter: true })]);
    t.equal(await quantityOf(page), "", "the page stands where it stood, as after Stop");
    await more.click();
    await page.locator("#line-2 .badge", { hasText: "1 kg" }).waitFor();
    t.equal(await quantityOf(page), "1", "the same press again is the same step");
    const held = await holdNextForm(context, book);
    await more.click({ noWaitAfter: true });
    await held.whenSent;
    // As with the browser's own button.
    await (await context.newCDPSession(page)).send("Page.stopLoading");
    await more.click();
    await page.locator("#line-2 .badge", { hasText: "1,5 kg" }).waitFor();
    await held.release();
    await page.goto(book);
    t.equal(await quantityOf(page), "1,5", "the first press, which comes late, changes nothing more");
    await context.close();
  },
);

function quantityOf(page: Page): Promise<string> {
  return page.inputValue("#f-quantity-2");
}

/** The node does what the next form asks, and nobody hears of it. */
async function loseNextAnswer(context: BrowserContext, url: string): Promise<void> {
  await context.route(url, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch({ maxRedirects: 0 });
    await route.abort("aborted");
    await context.unroute(url);
  });
}

/** The next form stays on its way: `whenSent` it has left the browser, `release` lets it reach the node and waits for its answer. */
async function holdNextForm(context: BrowserContext, url: string) {
  const [sent, held, answered] = [0, 1, 2].map(() => Promise.withResolvers<void>()) as [Gate, Gate, Gate];
  let isFirst = true;
  await context.route(url, async (route) => {
    if (route.request().method() !== "POST" || !isFirst) return route.continue();
    isFirst = false;
    sent.resolve();
    await held.promise;
    await route.fetch({ maxRedirects: 0 });
    answered.resolve();
  });
  return {
    whenSent: sent.promise,
    release: () => {
      held.resolve();
      return answered.promise;
    },
  };
}

type Gate = PromiseWithResolvers<void>;

/** Goes from field to field with Tab until that one is reached, and presses Enter. */
async function pressByKeyboard(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(`main ${selector}`) ?? false, selector))
      return page.keyboard.press("Enter");
  }
  throw new Error(`Tab never reaches ${selector}`);
}

async function judge(t: Test, page: Page, what: string): Promise<void> {
  t.same(await findBarriers(page), [], `axe, ${what}`);
  t.same(await findBadBoxes(page), [], `boxes, ${what}`);
}
