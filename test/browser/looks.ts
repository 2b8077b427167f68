// Looking at every page of the table in a real Chromium: four widths, light and dark, both languages, with and without script.
import { mkdirSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import type { Test } from "tap";
import { findBadBoxes, findBarriers, findMarkupErrors, listen } from "./judge.ts";
import { PAGES, type Visit } from "./table.ts";
import { buildTown, type Town, type Who } from "./town.ts";

const WIDTHS = [320, 390, 768, 1280];
const SHOT_WIDTHS = [390, 1280];
const SHOTS = new URL("./shots/", import.meta.url).pathname;

/** One way of looking: the browser's settings, and at which widths boxes and barriers are judged. */
type Look = { options: BrowserContextOptions; boxesAt: number[]; barriersAt: number[] };

const italian = { colorScheme: "light", locale: "it-IT" } as const;
const LOOKS = {
  light: { options: italian, boxesAt: WIDTHS, barriersAt: [320, 1280] },
  dark: { options: { ...italian, colorScheme: "dark" }, boxesAt: SHOT_WIDTHS, barriersAt: [390] },
  english: { options: { ...italian, locale: "en-GB" }, boxesAt: [320], barriersAt: [] },
  scriptless: { options: { ...italian, javaScriptEnabled: false }, boxesAt: [320], barriersAt: [] },
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

/**
 * Looks at every page of the table in each of these ways, as tests of their own. `FILIERA_PAGES=money,money-own` in the
 * environment: at these alone. Some hundreds of looks: minutes, not tap's thirty seconds.
 */
export async function lookAtAll(t: Test, names: readonly (keyof typeof LOOKS)[]): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await startChromium(t);
  const town = await buildTown(t, browser);
  const asked = (process.env.FILIERA_PAGES ?? "").split(",").filter((name) => name !== "");
  for (const name of names) {
    const look = LOOKS[name];
    const contexts = new Map<Who, { context: BrowserContext; complaints: string[] }>();
    for (const visit of PAGES.filter((visit) => asked.length === 0 || asked.includes(visit.name))) {
      if (visit.isMinor && name !== "light") continue;
      if (!contexts.has(visit.as)) {
        const context = await town.open(browser, visit.as, look.options);
        contexts.set(visit.as, { context, complaints: listen(context, [town.lived.origin, town.fresh.origin]) });
      }
      const { context, complaints } = contexts.get(visit.as)!;
      await t.test(`${visit.name}, ${name}`, (t) =>
        lookAt(t, context, complaints, { visit, look: visit.isMinor ? MINOR : look, name, town }),
      );
    }
    for (const { context } of contexts.values()) await context.close();
  }
}

async function lookAt(
  t: Test,
  context: BrowserContext,
  complaints: string[],
  { visit, look, name, town }: { visit: Visit; look: Look; name: string; town: Town },
): Promise<void> {
  complaints.length = 0;
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.setViewportSize({ width: 390, height: 844 });
  let answer = await page.goto(await visit.url(town));
  if (visit.act) {
    const next = page.waitForResponse(
      (response) => response.request().isNavigationRequest() && response.status() !== 303,
    );
    await visit.act(page);
    answer = await next;
    await page.waitForLoadState();
  }
  t.equal(answer?.status(), visit.status ?? 200, "status");
  if (name === "light") t.same(await findMarkupErrors(await (answer?.text() ?? "")), [], "markup");
  for (const width of look.boxesAt) {
    await page.setViewportSize({ width, height: 844 });
    t.same(await findBadBoxes(page), [], `boxes at ${width}`);
    if (look.barriersAt.includes(width)) t.same(await findBarriers(page), [], `axe at ${width}`);
    const path = `${SHOTS}${visit.name}-${width}-${name}.png`;
    if (SHOT_WIDTHS.includes(width)) await page.screenshot({ path, fullPage: true });
  }
  if (name === "light") {
    // WCAG 1.4.4: text at twice its size, on a phone. The script object sets it, which the CSP allows.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => document.documentElement.style.setProperty("font-size", "212.5%"));
    const isAboutScroll = (fault: string) => /^(scrolls sideways|sticks out)/.test(fault);
    t.same((await findBadBoxes(page)).filter(isAboutScroll), [], "text at 200 %");
  }
  t.same(complaints, [], "the browser complains of nothing");
  await page.close();
}
