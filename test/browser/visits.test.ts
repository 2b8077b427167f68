// What people do in a real browser on the node itself: setting up, mistakes, other sites.
import type { Page } from "playwright-core";
import t from "tap";
import { FANO } from "../members/house.ts";
import { startChromium } from "./looks.ts";
import { buildTown } from "./town.ts";

t.setTimeout(5 * 60_000);

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
