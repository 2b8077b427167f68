// Looking at every page of the table in a real Chromium: by day at four widths, with and without script side by side, and by night
// in English.
import { mkdirSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Test } from "tap";
import { shareOfDifference } from "./compare.ts";
import { findUnwalked, pageAt, pageOf } from "./coverage.ts";
import { findBadBoxes, findBarriers, findMarkupErrors, listen } from "./judge.ts";
import { PAGES, type Visit } from "./table.ts";
import { buildTown, type Town, type Who } from "./town.ts";

export const WIDTHS = [320, 390, 768, 1280];
const SHOT_WIDTHS = [390, 1280];
const HEIGHT = 844;

/** One way of looking: the browser's settings, and at which widths boxes and barriers are judged. */
type Look = {
  readonly options: BrowserContextOptions;
  readonly boxesAt: readonly number[];
  readonly barriersAt: readonly number[];
  /** Looks at the same page without script too, and at both beside each other. */
  readonly besideScriptless?: true;
};

const italian = { colorScheme: "light", locale: "it-IT" } as const;
const LOOKS = {
  // What axe judges changes with the width only where elements come and go, so each width is judged once: the narrow one by
  // day, the wide one by night.
  day: { options: italian, boxesAt: WIDTHS, barriersAt: [320], besideScriptless: true },
  night: { options: { colorScheme: "dark", locale: "en-GB" }, boxesAt: [320, 1280], barriersAt: [1280] },
} satisfies Record<string, Look>;

/** How a minor page is looked at: once, as narrow and as wide as it gets. */
const MINOR: Look = { options: italian, boxesAt: [320, 1280], barriersAt: [320] };

/** `FILIERA_CHROMIUM` names another Chromium than Debian's. */
export function startChromium(t: Test): Promise<Browser> {
  const executablePath = process.env.FILIERA_CHROMIUM ?? "/usr/bin/chromium";
  const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"];
  const started = chromium.launch({ executablePath, args });
  t.teardown(async () => (await started).close());
  return started;
}

/** A tab of somebody's, used for page after page: a new one for each costs more than the look. */
type Tab = { readonly page: Page; readonly complaints: string[] };

/**
 * Looks at every page of the table in this way, as tests of their own. `FILIERA_PAGES=money,money-own` in the environment: at these
 * alone. `FILIERA_SHOTS=folder`: keeps a picture of each for people. Some hundreds of looks: minutes, not tap's thirty seconds.
 */
export async function lookAtAll(t: Test, name: keyof typeof LOOKS): Promise<void> {
  const browser = await startChromium(t);
  const town = await buildTown(t);
  const asked = (process.env.FILIERA_PAGES ?? "").split(",").filter((name) => name !== "");
  const look: Look = LOOKS[name];
  const openTab = createTabs(browser, town);
  if (name === "day")
    await t.test("every page of the node is walked", async (t) => t.same(await findUnwalked(town), []));
  for (const visit of PAGES.filter((visit) => asked.length === 0 || asked.includes(visit.name))) {
    if (visit.isMinor && name !== "day") continue;
    const how = visit.isMinor ? MINOR : look;
    await t.test(`${visit.name}, ${name}`, async (t) => {
      const tab = await openTab(visit.as, look.options);
      const plain = how.besideScriptless && (await openTab(visit.as, { ...look.options, javaScriptEnabled: false }));
      // What changes nothing is asked by both at once: the one is judged while the other still comes.
      const isThere = plain && !visit.act ? goTo(plain, { visit, town }) : null;
      await lookAt(t, tab, { visit, look: how, town, isDay: name === "day" });
      if (plain) await (isThere ?? goTo(plain, { visit, town }));
      if (plain) await lookBeside(t, tab, plain, visit);
    });
  }
}

/** Opens a tab for each person and setting once. */
function createTabs(browser: Browser, town: Town): (as: Who, options: BrowserContextOptions) => Promise<Tab> {
  const tabs = new Map<string, Tab>();
  return async (as, options) => {
    const key = JSON.stringify([as, options]);
    const known = tabs.get(key);
    if (known) return known;
    const context: BrowserContext = await town.open(browser, as, options);
    const complaints = listen(context, [town.lived.origin, town.fresh.origin]);
    const tab = { page: await context.newPage(), complaints };
    tab.page.setDefaultTimeout(30_000);
    tabs.set(key, tab);
    return tab;
  };
}

/** Goes there on a phone and does what there is to do. Gives the answer's status and text. */
async function goTo(
  { page, complaints }: Tab,
  { visit, town }: { visit: Visit; town: Town },
): Promise<{ status: number; html: string }> {
  complaints.length = 0;
  await page.setViewportSize({ width: 390, height: HEIGHT });
  let answer = await page.goto(await visit.url(town));
  if (visit.act) {
    const next = page.waitForResponse(
      (response) => response.request().isNavigationRequest() && response.status() !== 303,
    );
    await visit.act(page);
    answer = await next;
    await page.waitForLoadState();
  }
  return { status: answer?.status() ?? 0, html: (await answer?.text()) ?? "" };
}

type Seen = { readonly visit: Visit; readonly look: Look; readonly town: Town; readonly isDay: boolean };

async function lookAt(t: Test, tab: Tab, { visit, look, town, isDay }: Seen): Promise<void> {
  const { page, complaints } = tab;
  const { status, html } = await goTo(tab, { visit, town });
  t.equal(status, visit.status ?? 200, "status");
  if (visit.leadsTo || !visit.act) t.equal(pageAt(page.url(), town), await pageOf(visit, town), "the page it is about");
  if (isDay) t.same(await findMarkupErrors(html), [], "markup");
  for (const width of look.boxesAt) {
    await page.setViewportSize({ width, height: HEIGHT });
    t.same(await findBadBoxes(page), [], `boxes at ${width}`);
    if (look.barriersAt.includes(width)) t.same(await findBarriers(page), [], `axe at ${width}`);
    await keepShot(page, `${visit.name}-${width}-${isDay ? "day" : "night"}`, width);
  }
  if (isDay) {
    // WCAG 1.4.4: text at twice its size, on a phone. The script object sets it, which the CSP allows.
    const zoom = (size: string) =>
      page.evaluate((size) => document.documentElement.style.setProperty("font-size", size), size);
    await page.setViewportSize({ width: 390, height: HEIGHT });
    await zoom("212.5%");
    const isAboutScroll = (fault: string) => /^(scrolls sideways|sticks out)/.test(fault);
    t.same((await findBadBoxes(page)).filter(isAboutScroll), [], "text at 200 %");
    await zoom("");
  }
  t.same(complaints, [], "the browser complains of nothing");
}

/** The same page without script: in order by itself, and to the eye the same as with it (ADR 0021). */
async function lookBeside(t: Test, tab: Tab, plain: Tab, visit: Visit): Promise<void> {
  await plain.page.setViewportSize({ width: 320, height: HEIGHT });
  t.same(await findBadBoxes(plain.page), [], "boxes at 320 without script");
  t.same(plain.complaints, [], "the browser complains of nothing without script");
  for (const { page } of [tab, plain]) await page.setViewportSize({ width: 390, height: HEIGHT });
  const share = await shareOfDifference(tab.page, plain.page);
  t.ok(share <= (visit.otherWithScript ?? 0.01), `${(share * 100).toFixed(2)} % looks otherwise without script`);
}

async function keepShot(page: Page, name: string, width: number): Promise<void> {
  const folder = process.env.FILIERA_SHOTS;
  if (!folder || !SHOT_WIDTHS.includes(width)) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
