// What an order's page weighs and how it is pressed, in a real Chromium: first visit, taps, boxes, two phones of a family.
import { createHash } from "node:crypto";
import type { BrowserContext, Page } from "playwright-core";
import t, { type Test } from "tap";
import { transact } from "../../src/db/transact.ts";
import { signInLink } from "../../src/members/actions.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { listHouseholdBookings } from "../../src/orders/booking/bookingStore.ts";
import { addLineRows, loadOrder } from "../../src/orders/store.ts";
import { startNodes } from "../tools/nodes.ts";
import { findBadBoxes } from "./judge.ts";
import { startChromium } from "./looks.ts";
import { addPhoto, addSeason } from "./season.ts";
import { addShopping } from "./shopping.ts";

const EMAIL = "gino@posta.example";
const KILO = 1000;

t.setTimeout(4 * 60_000);

/** A group with an open order of so many products, and a phone that is signed in. */
async function openShop(t: Test, products: number) {
  const { nodes } = await startNodes(t, ["one"]);
  const { node, origin, config } = nodes.one;
  const { id: actorId } = nodes.one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
  insertPerson(node.db.orm, {
    ...{ id: "gino", name: "Gino Bravi", email: EMAIL, claimedEmail: EMAIL, nodeAdmin: false, createdAt: 0 },
  });
  insertSeat(node.db.orm, { personId: "gino", actorId, role: "admin", createdAt: 0 });
  const season = await addSeason(nodes.one, "gas-fano", EMAIL);
  const { open } = await addShopping(nodes.one, "gas-fano", EMAIL, season);
  // As many photographs as come into sight of a first visit, and more; the others only have an address.
  const shades = Array.from({ length: 16 }, (_, i) => `hsl(${(i * 47) % 360}, 55%, 45%)`);
  const hashes: string[] = [];
  for (const shade of shades) hashes.push(await addPhoto(nodes.one, actorId, shade));
  const pictureOf = (i: number) => {
    const hash = hashes[i] ?? createHash("sha256").update(`photo ${i}`).digest("hex");
    return { url: `${origin}/media/${hash}.jpg`, alt: WORDS[i % WORDS.length]! };
  };
  transact(node.db, (tx) => {
    const order = loadOrder(tx, actorId, open)!;
    const [first] = order.lines;
    const more = Array.from({ length: products - order.lines.length }, (_, i) => ({
      ...first!,
      number: order.lines.length + 1 + i,
      goods: {
        ...first!.goods,
        name: `${WORDS[i % WORDS.length]} ${i}`,
        lineIri: `${first!.goods.lineIri}/${i}`,
        packagePriceCents: 300 + 7 * i,
        picture: pictureOf(i),
        category: ["Formaggi", "Farine", "Frutta", "Legumi"][i % 4]!,
      },
    }));
    addLineRows(tx, order, more);
  });
  const browser = await startChromium(t);
  const signIn = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({
      locale: "it-IT",
      viewport: { width: 320, height: 700 },
      serviceWorkers: "block",
    });
    const made = await signInLink(membersHouse(config, node.db, node.wire.clock), EMAIL);
    if ("refused" in made) throw new Error(made.refused);
    const page = await context.newPage();
    await page.goto(made.url);
    await page.click("main button");
    await page.waitForURL(`${origin}/`);
    await page.close();
    return context;
  };
  const quantityOf = (line: number) =>
    listHouseholdBookings(node.db.orm, open, householdOf(node.db.orm, actorId, "gino")!.id).find(
      ({ lineNumber, friendId }) => lineNumber === line && friendId === null,
    )?.quantityThousandths ?? 0;
  return { url: `${origin}/desk/gas-fano/orders/${open}/book`, signIn, quantityOf };
}

const WORDS = [
  "Pecorino stagionato in grotta",
  "Farina di grano duro Senatore Cappelli",
  "Mele rosa dei Sibillini",
  "Ceci quercia",
];

/** What comes over the wire of a page from now on: bytes by address, headers included. */
async function weigh(page: Page): Promise<Map<string, number>> {
  const weights = new Map<string, number>();
  const urls = new Map<string, string>();
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  // A first visit finds nothing in the cache.
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId) ?? requestId;
    weights.set(url, (weights.get(url) ?? 0) + encodedDataLength);
  });
  return weights;
}

const sum = (weights: Map<string, number>) => [...weights.values()].reduce((total, one) => total + one, 0);

t.test("the first visit of an order of 40 products weighs 60 kB at most, and a tap 4 kB", async (t) => {
  const { url, signIn, quantityOf } = await openShop(t, 40);
  const context = await signIn();
  const page = await context.newPage();
  const weights = await weigh(page);
  await page.goto(url, { waitUntil: "networkidle" });
  t.ok(sum(weights) <= 60_000, `${sum(weights)} bytes: ${[...weights].map((one) => one.join(" ")).join(", ")}`);
  weights.clear();
  const before = quantityOf(1);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.click("#line-1 button[name=more]");
  await (await answered).finished();
  await page.waitForFunction(() => document.querySelector("#bar small")?.textContent?.includes("Salvato"));
  t.equal(quantityOf(1), before + KILO / 2);
  const photos = [...weights].filter(([address]) => address.includes("/media/"));
  const own = await page.getAttribute("#line-1 .thumb", "src");
  t.notOk(
    photos.some(([address]) => address.endsWith(own!)),
    "what is shown is not fetched again",
  );
  // Others come into sight on the way to the button.
  const bytes = sum(weights) - sum(new Map(photos));
  t.ok(bytes <= 4096, `a tap is ${bytes} bytes`);
  weights.clear();
  await page.click("#star-2 button");
  await page.waitForSelector("#star-2 [aria-pressed=true]");
  t.ok(page.url().endsWith("/book"), "a star is put without leaving the page");
  t.ok(sum(weights) <= 4096, `a star is ${sum(weights)} bytes`);
});

t.test("the page of 300 products is 16 kB at most", async (t) => {
  const { url, signIn } = await openShop(t, 300);
  const page = await (await signIn()).newPage();
  const weights = await weigh(page);
  await page.goto(url, { waitUntil: "networkidle" });
  const bytes = weights.get(url) ?? 0;
  t.ok(bytes > 1000 && bytes <= 16_000, `${bytes} bytes`);
});

t.test("A50 five quick taps are five steps, on two phones ten, and a clash is asked about", async (t) => {
  const { url, signIn, quantityOf } = await openShop(t, 12);
  const [mine, theirs] = [await (await signIn()).newPage(), await (await signIn()).newPage()];
  for (const page of [mine, theirs]) await page.goto(url, { waitUntil: "networkidle" });
  const before = quantityOf(1);
  const isAt = (quantity: number) => async () => quantityOf(1) === quantity;
  for (let i = 0; i < 5; i += 1) await mine.click("#line-1 button[name=more]", { noWaitAfter: true });
  await until(isAt(before + 2500));
  t.equal(
    await mine.evaluate(() => document.activeElement?.getAttribute("name")),
    "more",
    "the focus stays on the button",
  );
  for (let i = 0; i < 5; i += 1) await theirs.click("#line-1 button[name=more]", { noWaitAfter: true });
  await until(isAt(before + 5000));
  t.equal(quantityOf(1), before + 5000);
  await mine.fill("#f-quantity-1", "1");
  await mine.press("#f-quantity-1", "Tab");
  await mine.waitForSelector("#line-1 .choose");
  t.match(await mine.textContent("#line-1 .choose"), /Gino Bravi ha cambiato questa riga.*tu 1 kg/s);
  t.equal(quantityOf(1), before + 5000, "nothing is overwritten before the choice");
  await mine.click("#line-1 button[name=mine]");
  await until(isAt(KILO));
  await mine.waitForSelector("#line-1 .choose", { state: "detached" });
  await mine.click("#bar button[name=undo]");
  await until(isAt(before + 5000));
  t.equal(quantityOf(1), before + 5000, "the last change is taken back");
});

t.test(
  "on the narrowest phone steppers are wide, names are readable and the bar never covers what has the focus",
  async (t) => {
    const { url, signIn } = await openShop(t, 24);
    const page = await (await signIn()).newPage();
    await page.goto(url);
    const boxes = await page.evaluate(() => {
      const sizes = [...document.querySelectorAll(".stepper button")].map((one) => one.getBoundingClientRect());
      const names = [...document.querySelectorAll(".line h3")].map((one) => one.getBoundingClientRect().width);
      const covered: string[] = [];
      for (const field of document.querySelectorAll<HTMLElement>(".stepper input, .stepper button, main textarea")) {
        field.focus();
        const bar = document.querySelector("#bar")!.getBoundingClientRect();
        const { bottom } = field.getBoundingClientRect();
        if (bottom > bar.top)
          covered.push(`${field.id || field.getAttribute("aria-label")} ${Math.round(bottom - bar.top)}`);
      }
      return {
        narrowest: Math.min(...sizes.map(({ width }) => width)),
        lowest: Math.min(...sizes.map(({ height }) => height)),
        name: Math.min(...names),
        covered,
        bar: document.querySelector("#bar")!.getBoundingClientRect().height,
      };
    });
    t.ok(boxes.narrowest >= 44 && boxes.lowest >= 44, `${boxes.narrowest} x ${boxes.lowest}`);
    t.ok(boxes.name >= 120, `a name has ${boxes.name} px`);
    t.same(boxes.covered, [], `under a bar of ${boxes.bar} px`);
    t.same(await findBadBoxes(page), []);
  },
);

/** Waits until something holds, looking every 20 ms for 10 s at most. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it never came true");
}
