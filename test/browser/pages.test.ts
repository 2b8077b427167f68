// Every page of the table in a real Chromium: four widths, light and dark, both languages, with and without script.
import { mkdirSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import t, { type Test } from "tap";
import { FANO } from "../members/house.ts";
import { findBadBoxes, findBarriers, findMarkupErrors, listen } from "./judge.ts";
import { PAGES, type Visit } from "./table.ts";
import { buildTown, type Town, type Who } from "./town.ts";

const WIDTHS = [320, 390, 768, 1280];
const SHOT_WIDTHS = [390, 1280];
const SHOTS = new URL("./shots/", import.meta.url).pathname;

/** One way of looking: the browser's settings, and at which widths boxes and barriers are judged. */
type Look = { options: BrowserContextOptions; boxesAt: number[]; barriersAt: number[] };

const italian = { colorScheme: "light", locale: "it-IT" } as const;
const LOOKS: Record<string, Look> = {
  light: { options: italian, boxesAt: WIDTHS, barriersAt: WIDTHS },
  dark: { options: { ...italian, colorScheme: "dark" }, boxesAt: SHOT_WIDTHS, barriersAt: SHOT_WIDTHS },
  english: { options: { ...italian, locale: "en-GB" }, boxesAt: [320], barriersAt: [] },
  scriptless: { options: { ...italian, javaScriptEnabled: false }, boxesAt: [320], barriersAt: [] },
};

/** How a minor page is looked at: once, as narrow and as wide as it gets. */
const MINOR: Look = { options: italian, boxesAt: [320, 1280], barriersAt: [320] };

/** `FILIERA_CHROMIUM` names another Chromium than Debian's. */
function startChromium(t: Test): Promise<Browser> {
  const executablePath = process.env.FILIERA_CHROMIUM ?? "/usr/bin/chromium";
  const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"];
  const started = chromium.launch({ executablePath, args });
  t.teardown(async () => (await started).close());
  return started;
}

// `FILIERA_PAGES=money,money-own` looks at these alone. Some hundreds of looks: minutes, not tap's thirty seconds.
t.setTimeout(20 * 60_000);

t.test("every page is in order for everybody, whatever the width, the light and the language", async (t) => {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await startChromium(t);
  const town = await buildTown(t, browser);
  const asked = (process.env.FILIERA_PAGES ?? "").split(",").filter((name) => name !== "");
  for (const [name, look] of Object.entries(LOOKS)) {
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
});

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

t.test("without script a person sets a node up, invites, signs out and comes back", async (t) => {
  const browser = await startChromium(t);
  const town = await buildTown(t, browser);
  const context = await town.open(browser, "admin", { javaScriptEnabled: false, locale: "it-IT" });
  const page = await context.newPage();
  await page.goto(`${town.lived.origin}/desk/gas-fano/people`);
  await press(page, "Prepara l'invito");
  const url = (await page.textContent(".copy")) ?? "";
  const guest = await (await browser.newContext({ javaScriptEnabled: false, locale: "it-IT" })).newPage();
  await guest.goto(url);
  await guest.fill("[name=name]", "Marta");
  await press(guest, "Accetta l'invito");
  t.equal(await guest.textContent("h1"), "Ciao Marta");
  await page.goto(`${town.lived.origin}/account`);
  await press(page, "Esci da questo dispositivo");
  await page.goto(`${town.lived.origin}/account`);
  t.equal(await page.textContent("h1"), "Entra");
  await page.goto(await town.signInUrl());
  await press(page, "Entra");
  t.equal(await page.textContent("h1"), `Ciao ${FANO.personName}`);
  await page.goBack();
  await page.reload();
  t.match(await page.textContent("main"), /già usato/, "the link is spent");
});

t.test("mistakes in a form take the focus to their summary, and its links to the fields", async (t) => {
  const browser = await startChromium(t);
  const town = await buildTown(t, browser);
  const page = await (await browser.newContext({ locale: "it-IT" })).newPage();
  await page.goto(town.setupUrl);
  await page.fill("[name=name]", "GAS Fano");
  await press(page, "Avvia il nodo");
  t.equal(await page.evaluate(() => document.activeElement?.className), "problems");
  t.equal(await page.inputValue("[name=name]"), "GAS Fano", "what was typed is kept");
  await page.click(".problems a >> nth=0");
  t.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "handle");
});

t.test("C38 another site cannot show a page of ours in a frame", async (t) => {
  const browser = await startChromium(t);
  const town = await buildTown(t, browser);
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${town.fresh.origin}/help`);
  const refused = page.waitForEvent("console", {
    predicate: (message) => /frame-ancestors|default-src/.test(message.text()),
  });
  await page.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.src = src;
    document.body.append(frame);
  }, `${town.lived.origin}/help`);
  t.match((await refused).text(), /violates the following|frame/);
});

function press(page: Page, label: string): Promise<void> {
  return page.getByRole("button", { name: label, exact: true }).click();
}
