// The ten main journeys in two browsers side by side, one with script and one without: every step does the same, and looks the same.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import t, { type Test } from "tap";
import { outlineOf, shareOfDifference, unlike } from "./compare.ts";
import { JOURNEYS, type Stop, type Walker } from "./journeys.ts";
import { findBadBoxes } from "./judge.ts";
import { startChromium, WIDTHS } from "./looks.ts";
import { buildTown, type Town } from "./town.ts";

t.setTimeout(10 * 60_000);

/** Where things stand at each stop and width, as it was when somebody last looked and found it good. */
const OUTLINES = new URL("./outlines.json", import.meta.url);
const LOOKS_OTHERWISE_AT_MOST = 0.01;
/** A change that is meant is looked at by a person, then kept: FILIERA_OUTLINES=keep, and npm run format. */
const isKeeping = process.env.FILIERA_OUTLINES === "keep";

type Outlines = Record<string, readonly string[]>;

/** A town of one's own, and the browser of each who walks there. */
type Walk = {
  readonly town: Town;
  readonly pages: Readonly<Record<Walker, Page>>;
  readonly told: Map<string, string>;
};

t.test("the ten main journeys, at four widths", async (t) => {
  const browser = await startChromium(t);
  const scripted = await setOut(t, browser, true);
  // A town of a test of its own: a test has one folder.
  await t.test("every step does and looks the same with and without script", async (t) => {
    const plain = await setOut(t, browser, false);
    const kept: Outlines = existsSync(OUTLINES) ? JSON.parse(readFileSync(OUTLINES, "utf8")) : {};
    const seen: Outlines = {};
    for (const { name, stops } of JOURNEYS)
      await t.test(name, async (t) => {
        for (const stop of stops) Object.assign(seen, await look(t, `${name}: ${stop.name}`, stop, [scripted, plain]));
        if (!isKeeping)
          for (const key of Object.keys(seen).filter((key) => key.startsWith(`${name}: `)))
            t.same(unlike(kept[key] ?? [], seen[key]!), [], `${key} stands where it stood`);
      });
    if (isKeeping) writeFileSync(OUTLINES, `${JSON.stringify(seen, null, 1)}\n`);
  });
});

async function setOut(t: Test, browser: Browser, javaScriptEnabled: boolean): Promise<Walk> {
  const town = await buildTown(t);
  const options = { javaScriptEnabled, locale: "it-IT", colorScheme: "light" } as const;
  const open = async (who: "admin" | "nobody") => (await town.open(browser, who, options)).newPage();
  return { town, pages: { admin: await open("admin"), guest: await open("nobody") }, told: new Map() };
}

/** Does the step in both and compares what is seen then, at each width. Gives the outlines. */
async function look(t: Test, name: string, { as, act }: Stop, walks: readonly [Walk, Walk]): Promise<Outlines> {
  const [one, other] = walks.map(({ pages }) => pages[as]) as [Page, Page];
  for (const { town, pages, told } of walks) {
    await pages[as].setViewportSize({ width: 390, height: 844 });
    await act(pages[as], town, told);
  }
  const seen: Outlines = {};
  for (const width of WIDTHS) {
    for (const page of [one, other]) await page.setViewportSize({ width, height: 844 });
    const key = `${name}, ${width}`;
    const share = await shareOfDifference(one, other);
    t.ok(share <= LOOKS_OTHERWISE_AT_MOST, `${key}: ${(share * 100).toFixed(2)} % looks otherwise without script`);
    t.same(await findBadBoxes(other), [], `${key}: boxes`);
    seen[key] = await outlineOf(other);
  }
  return seen;
}
