// `npm run pictures`: the README's pictures out of the demo, as a phone shows them: a member's order and the counter, half weighed.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import sharp from "sharp";

const FOLDER = "docs/pictures";
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  locale: "it-IT",
  hasTouch: true,
  reducedMotion: "reduce",
} as const;
/** Wide enough for a README, and small to fetch. */
const WIDTH = 585;

/** What the demo prints of a person: how to sign in, and where to look. */
type Doors = { readonly signIn: string; readonly pages: readonly string[] };

const demo = spawn(process.execPath, ["scripts/demo.ts", "--base-port", "8301"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const executablePath = process.env.FILIERA_CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const people = readDoors(await whenTold(demo));
  mkdirSync(FOLDER, { recursive: true });
  await takeOrder(browser, people);
  await takeCounter(browser, people);
} finally {
  await browser.close();
  demo.kill("SIGTERM");
}

/** Everything the demo says until it only waits. */
function whenTold(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      told += String(bytes);
      if (/^Pronto/m.test(told)) resolve(told);
    });
    child.once("exit", (code) => reject(new Error(`the demo ended with ${code}`)));
  });
}

function readDoors(told: string): Doors[] {
  const blocks = told.split("\n\n").map((block) => block.match(/https?:\/\/\S+/g) ?? []);
  return blocks
    .filter(([first = ""]) => first.includes("/sign-in/"))
    .map(([signIn = "", ...pages]) => ({ signIn, pages }));
}

async function enter(browser: Browser, { signIn }: Doors): Promise<Page> {
  const page = await (await browser.newContext(PHONE)).newPage();
  await page.goto(signIn);
  await page.click("main button");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  return page;
}

/** A member who books: the first that the demo gave an open order. */
async function takeOrder(browser: Browser, people: readonly Doors[]): Promise<void> {
  const member = people.find(({ pages }) => pages[0]?.endsWith("/book"));
  if (!member) throw new Error("the demo has a member with an open order");
  const page = await enter(browser, member);
  await page.goto(member.pages[0]!);
  await page.locator(".stepper button[name=more]").first().click();
  await page.locator(".badge", { hasText: "Prenotato" }).waitFor();
  await page
    .locator(".line, .rows.lines > li")
    .first()
    .evaluate((line) => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      line.scrollIntoView({ block: "start" });
      window.scrollBy(0, -10);
    });
  await keep(page, "order");
}

/** The counter of a delivered order, opened again to be corrected: then its lines are fields. */
async function takeCounter(browser: Browser, people: readonly Doors[]): Promise<void> {
  for (const person of people) {
    const order = person.pages.find((page) => /\/orders\/[a-z2-7]{26}$/.test(page));
    if (!order) continue;
    const page = await enter(browser, person);
    await page.goto(`${order}/delivery`);
    await page.locator("summary", { hasText: "Correggi la consegna" }).click();
    await page.fill("[name=reason]", "La bilancia segnava 20 grammi in più");
    await page.getByRole("button", { name: "Correggi la consegna" }).click();
    await page.waitForLoadState();
    await page.goto(`${order}/delivery`);
    const household = page.locator(".take-who a");
    if ((await household.count()) === 0) continue;
    await household.first().click();
    const cheese = page.locator(".weigh", { hasText: /pecorino|caciotta|formaggio/i }).locator("input[data-next]");
    if ((await cheese.count()) === 0) continue;
    await cheese.first().press("End");
    await page.keyboard.insertText(" + 0,298");
    await page.evaluate(() => {
      document.querySelector(".weigh")?.scrollIntoView({ block: "start" });
      // No half line of what stands above it.
      window.scrollBy(0, 6);
    });
    return keep(page, "counter");
  }
  throw new Error("the demo has an order whose delivery can be corrected");
}

async function keep(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  const picture = sharp(await page.screenshot())
    .resize({ width: WIDTH })
    .webp({ quality: 82 });
  const file = join(FOLDER, `${name}.webp`);
  const { size } = await picture.toFile(file);
  console.log(`${file}: ${Math.round(size / 1024)} kB`);
}
