// The counter in a real Chromium: three phones and 600 weights, one of them without network in the middle; and without script.
import type { BrowserContext, Page } from "playwright-core";
import t, { type Test } from "tap";
import { listPortions } from "../../src/orders/delivery/deliveryStore.ts";
import { changeKey, listLastChanges } from "../../src/orders/handouts/store.ts";
import { bringCheeses, type Cheeses } from "./cheeses.ts";
import { listen } from "./judge.ts";
import { startChromium } from "./looks.ts";
import { buildTown } from "./town.ts";

t.setTimeout(10 * 60_000);

const FAMILIES = 30;
const CHEESES = 20;
/** What each piece of a cheese weighs in grams: no two families the same. */
const gramsOf = (cheese: number, place: number) => 250 + cheese * 3 + place;

const everyPlace = Array.from({ length: FAMILIES }, (_, place) => place);

/** Types what is on the scale and presses Enter, family after family, as fast as it goes. */
async function weighAll(page: Page, cheese: number, places: readonly number[]): Promise<void> {
  const fields = page.locator("input[data-next]");
  await fields.nth(places[0]!).focus();
  for (const place of places) {
    await page.keyboard.insertText(`0,${gramsOf(cheese, place)}`);
    await page.keyboard.press("Enter");
  }
}

async function openCheese(phone: Page, { counter }: Cheeses, cheese: number): Promise<void> {
  await phone.goto(`${counter}/line/${cheese}`, { waitUntil: "domcontentloaded" });
  await phone.waitForFunction(() => document.body.dataset.ready !== undefined);
}

async function weighCheeses(page: Page, cheeses: Cheeses, from: number, to: number): Promise<void> {
  for (let cheese = from; cheese <= to; cheese++) {
    await openCheese(page, cheeses, cheese);
    await weighAll(page, cheese, everyPlace);
  }
}

/** Cheeses 8 to 14; the network goes in the middle of the 10th, the page is loaded again, and it is back at the 13th. */
async function weighCutOff(t: Test, page: Page, cheeses: Cheeses): Promise<void> {
  await weighCheeses(page, cheeses, 8, 9);
  await openCheese(page, cheeses, 10);
  await weighAll(page, 10, everyPlace.slice(0, 10));
  await settled(page);
  await page.context().setOffline(true);
  await weighAll(page, 10, everyPlace.slice(10, 20));
  await openCheese(page, cheeses, 10);
  const fields = page.locator("input[data-next]");
  t.equal(await fields.nth(15).inputValue(), `0,${gramsOf(10, 15)}`, "what was typed is kept");
  t.equal(await fields.nth(5).inputValue(), `0,${gramsOf(10, 5)}`, "what was saved is known, though the page is older");
  await weighAll(page, 10, everyPlace.slice(20));
  await weighCheeses(page, cheeses, 11, 12);
  await page.waitForFunction(() =>
    /In attesa di rete: 80/.test(document.querySelector("#net summary")?.textContent ?? ""),
  );
  await page.context().setOffline(false);
  await weighCheeses(page, cheeses, 13, 14);
}

/** Until nothing of this phone is on its way. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("[data-state=sending], [data-state=waiting]") === null);
}

t.test(
  "C56 three phones enter 600 weights, one without network in the middle: none is lost, none counts twice",
  async (t) => {
    const browser = await startChromium(t);
    const cheeses = await bringCheeses(t, FAMILIES, CHEESES);
    cheeses.runClock();
    const contexts = await Promise.all((["rita", "laura", "piero"] as const).map((id) => cheeses.phone(browser, id)));
    const complaints = contexts.flatMap((context) => listen(context, [cheeses.home.origin]));
    const pages = await Promise.all(contexts.map((context) => context.newPage()));
    const [rita, laura, piero] = pages as [Page, Page, Page];
    await Promise.all(
      pages.map(async (page) => {
        await page.goto(`${cheeses.counter}?by=product`);
        // The worker keeps all cheeses while there is a network.
        await page.waitForFunction(() => document.body.dataset.ahead !== undefined);
      }),
    );
    const began = performance.now();
    const walk = (page: Page, from: number, to: number) => weighCheeses(page, cheeses, from, to);
    await Promise.all([walk(rita, 1, 7), weighCutOff(t, laura, cheeses), walk(piero, 15, 20)]);
    for (const page of pages) {
      await settled(page);
      await page.waitForFunction(() => (document.querySelector("#net") as HTMLElement).hidden);
    }
    t.comment(`600 weights in ${Math.round((performance.now() - began) / 1000)} s`);
    const { orm } = cheeses.home.node.db;
    const portions = listPortions(orm, cheeses.orderId);
    const byFamily = [...new Set(await familiesInOrder(rita, cheeses))];
    const wrong = portions.filter(
      ({ lineNumber, householdId, deliveredThousandths }) =>
        deliveredThousandths !== gramsOf(lineNumber, byFamily.indexOf(householdId)),
    );
    t.same(wrong, [], "what was typed is what stands there");
    const versions = [...listLastChanges(orm, cheeses.orderId).values()].map(({ version }) => version);
    t.same([versions.length, Math.max(...versions)], [FAMILIES * CHEESES, 1], "each was written once");
    t.same(
      complaints.filter((one) => !/ERR_INTERNET_DISCONNECTED/.test(one)),
      [],
    );
    await meetAtOneLine(t, rita, laura, cheeses);
    await signOut(t, contexts[2]!, piero, cheeses);
  },
);

/** The families' ids in the order of a cheese's page. */
async function familiesInOrder(page: Page, cheeses: Cheeses): Promise<string[]> {
  await openCheese(page, cheeses, 1);
  const fields = await page
    .locator("input[name=portion]")
    .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  return fields.map((field) => field.split("-")[1] ?? "");
}

/** Two phones write one line while one of them has no network: it is shown both values and who, and chooses. */
async function meetAtOneLine(t: Test, rita: Page, laura: Page, cheeses: Cheeses): Promise<void> {
  await Promise.all([rita, laura].map((page) => openCheese(page, cheeses, 20)));
  const context = laura.context();
  await context.setOffline(true);
  for (const [page, text] of [
    [laura, "0,4"],
    [rita, "0,35"],
  ] as const) {
    await page.locator("input[data-next]").first().fill(text);
    await page.keyboard.press("Enter");
    if (page === rita) await settled(rita);
  }
  await context.setOffline(false);
  const net = laura.locator("#net");
  await net.getByRole("heading", { name: "Da decidere: 1" }).waitFor();
  t.match(await net.textContent(), /Rita ha scritto 0,35 .*, tu 0,4\. Quale teniamo\?/);
  await net.getByRole("button", { name: "Metti il mio" }).click();
  await net.waitFor({ state: "hidden" });
  const [first] = await familiesInOrder(rita, cheeses);
  const { orm } = cheeses.home.node.db;
  const portion = listPortions(orm, cheeses.orderId).find((one) => one.householdId === first && one.lineNumber === 20)!;
  t.equal(portion.deliveredThousandths, 400);
  const last = listLastChanges(orm, cheeses.orderId).get(changeKey(portion));
  t.match(last, { version: 3, personId: "laura", before: { deliveredThousandths: 350 } });
}

/** Signed out, the browser keeps nothing of what was private. */
async function signOut(t: Test, context: BrowserContext, page: Page, cheeses: Cheeses): Promise<void> {
  await page.goto(`${cheeses.home.origin}/account`);
  await page.waitForFunction(() => document.body.dataset.ready !== undefined);
  await page.getByRole("button", { name: "Esci da questo dispositivo" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/account"));
  const kept = () => caches.keys().then((names) => names.filter((name) => name.startsWith("pages")));
  t.same(await page.evaluate(kept), []);
  await context.setOffline(true);
  await page.goto(`${cheeses.counter}/line/15`).catch(() => undefined);
  t.notMatch(await page.locator("body").textContent(), /Famiglia/);
}

t.test("an odd weight is asked about once, pieces add up, and the last change is taken back", async (t) => {
  const browser = await startChromium(t);
  const cheeses = await bringCheeses(t, 3, 2);
  cheeses.runClock();
  const page = await (await cheeses.phone(browser, "rita")).newPage();
  await openCheese(page, cheeses, 1);
  const line = page.locator(".weigh").first();
  const field = line.locator("input[data-next]");
  await field.fill("312");
  await field.press("Enter");
  t.match(await line.locator("output").textContent(), /Attesi 0,3 kg: è giusto/);
  t.ok(await field.evaluate((one) => one === document.activeElement), "the hand stays where it is");
  await field.fill("0,312");
  await line.getByRole("button", { name: /Aggiungi un pezzo/ }).click();
  await page.keyboard.insertText("0,28");
  t.equal(await line.locator("[data-sum]").textContent(), "= 0,592 (2 pezzi)");
  await field.press("Tab");
  await settled(page);
  t.match(await line.locator("output").textContent(), /Salvato .*, Rita/);
  t.same(listPortions(cheeses.home.node.db.orm, cheeses.orderId).filter((one) => one.weights)[0]?.weights, [312, 280]);
  await line.getByRole("button", { name: /Annulla/ }).click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("input[data-next]")?.value === "");
  await line.locator("output", { hasText: "Annullato" }).waitFor();
});

t.test("without script the same page works line by line, and Enter goes on to the next", async (t) => {
  const browser = await startChromium(t);
  const cheeses = await bringCheeses(t, 3, 2);
  const phone = await cheeses.phone(browser, "rita", { javaScriptEnabled: false });
  const page = await phone.newPage();
  await page.goto(`${cheeses.counter}/line/1`);
  for (const text of ["0,301", "0,302", "0,303"]) {
    await page.locator(":focus, input[name=amount]:not([value*=',']) >> nth=0").fill(text);
    await page.keyboard.press("Enter");
    await page.locator(`input[name=amount][value='${text}']`).waitFor();
  }
  const given = listPortions(cheeses.home.node.db.orm, cheeses.orderId).filter(({ lineNumber }) => lineNumber === 1);
  t.same(given.map(({ deliveredThousandths }) => deliveredThousandths).toSorted(), [301, 302, 303]);
  await page.locator("input[name=amount]").first().fill("30");
  await page.keyboard.press("Enter");
  await page.locator("output", { hasText: "è giusto" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator("output", { hasText: "è giusto" }).waitFor({ state: "detached" });
  const [one, other] = [await phone.newPage(), await phone.newPage()];
  for (const tab of [one, other]) await tab.goto(`${cheeses.counter}/line/2`);
  await one.locator("input[name=amount]").first().fill("0,3");
  await one.keyboard.press("Enter");
  await one.locator("input[name=amount][value='0,3']").waitFor();
  await other.locator("input[name=amount]").first().fill("0,4");
  await other.keyboard.press("Enter");
  await other.getByRole("button", { name: "Metti 0,4, il mio" }).click();
  await other.locator("input[name=amount][value='0,4']").waitFor();
});

t.test("C56 a member's taps without network wait, are shown, and each counts once when it is back", async (t) => {
  const browser = await startChromium(t);
  const { lived, shopping, open } = await buildTown(t);
  const page = await (await open(browser, "admin", { locale: "it-IT" })).newPage();
  const orders = `${lived.origin}/desk/gas-fano/orders/${shopping.open}/book`;
  const ready = () => page.waitForFunction(() => document.body.dataset.ready !== undefined);
  await page.goto(orders);
  // The worker is there, and has the next page whole.
  const kept = () => page.waitForFunction(() => document.body.dataset.ahead !== undefined);
  await kept();
  await page.reload();
  await kept();
  const before = await page.locator("input[name='quantity.1']").inputValue();
  await page.context().setOffline(true);
  await page.reload();
  await ready();
  const more = page.locator("button[name=more][value='1']");
  const after = String(Number(before.replace(",", ".")) + 1.5).replace(".", ",");
  const isWaiting = async (text: string) => {
    await page.locator("#line-1 [data-waits='In attesa di rete']").waitFor();
    t.equal(await page.inputValue("[name='quantity.1']"), text, "the number that waits stands there");
  };
  for (let press = 0; press < 3; press++) await more.click();
  await page.locator("#net summary", { hasText: "In attesa di rete: 3" }).waitFor();
  await isWaiting(after);
  await page.fill("[name='quantity.2']", "2,5");
  await page.press("[name='quantity.2']", "Tab");
  await page.click("button[name=less][value='2']");
  await page.locator("#net summary", { hasText: "In attesa di rete: 5" }).waitFor();
  t.equal(await page.inputValue("[name='quantity.2']"), "2");
  await page.reload();
  await ready();
  await isWaiting(after);
  t.equal(await page.inputValue("[name='quantity.2']"), "2", "also on the page out of the cache");
  await page.context().setOffline(false);
  await page.locator("#net").waitFor({ state: "hidden" });
  await ready();
  await page.locator(`input[name='quantity.1'][value='${after}']`).waitFor();
  await page.locator("input[name='quantity.2'][value='2']").waitFor();
  t.equal(await page.locator("[data-waits]").count(), 0);
});
