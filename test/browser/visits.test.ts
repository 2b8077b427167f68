// What people do in a real browser on the node itself: setting up, mistakes, other sites.
import type { Page } from "playwright-core";
import t, { type Test } from "tap";
import { issueSetupLink } from "../../src/members/actions.ts";
import { buildMembers, FANO } from "../members/house.ts";
import { freePort } from "../tools/nodes.ts";
import { findBadBoxes, findBarriers, findMarkupErrors, listen } from "./judge.ts";
import { startChromium } from "./looks.ts";
import { buildTown } from "./town.ts";

t.setTimeout(5 * 60_000);

const browser = await startChromium(t);
const town = await buildTown(t, browser);

t.test("without script a person sets a node up, invites, signs out and comes back", async (t) => {
  const context = await town.open(browser, "admin", { javaScriptEnabled: false, locale: "it-IT" });
  const page = await context.newPage();
  await page.goto(`${town.lived.origin}/desk/gas-fano/people`);
  await press(page, "Prepara l'invito");
  const url = (await page.textContent(".copy")) ?? "";
  const guest = await (await browser.newContext({ javaScriptEnabled: false, locale: "it-IT" })).newPage();
  await guest.goto(url);
  await guest.fill("[name=name]", "Marta");
  await press(guest, "Accetta l'invito");
  t.equal(await guest.textContent("h1"), "Ordini", "who shops begins at the orders");
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

t.test("C38 another site cannot show a page of ours in a frame", async (t) => {
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

t.test(
  "C15 C55 a person makes a passkey, signs in with it, cancels, and is told the other ways without script",
  async (t) => {
    // Browsers keep passkeys for names, not for numbers.
    const port = await freePort();
    const house = await buildMembers(t, { origin: `http://localhost:${port}` });
    await house.app.listen({ host: "localhost", port });
    const setup = issueSetupLink(house);
    if ("refused" in setup) throw new Error(setup.refused);
    const context = await browser.newContext({ locale: "it-IT", viewport: { width: 390, height: 844 } });
    const complaints = listen(context, [house.origin]);
    const page = await context.newPage();
    await page.goto(setup.url);
    for (const name of ["name", "handle", "place", "personName", "email"] as const)
      await page.fill(`[name="${name}"]`, FANO[name]);
    await press(page, "Avvia il nodo");
    await page.waitForURL(`${house.origin}/`);
    const device = await openDevice(page);
    await page.goto(`${house.origin}/account/passkeys`);
    await page.fill("[name=name]", "Telefono");
    await judge(t, page, "making one");
    await press(page, "Crea la passkey");
    await page.waitForSelector("h1:text('Codici di riserva')");
    t.pass("who looks after the node has a second step now");
    await page.goto(`${house.origin}/account/passkeys`);
    t.match(await page.textContent("main"), /Telefono/);
    await press(page, "Crea la passkey");
    await page.waitForFunction(() => document.querySelector("[data-passkey] output")?.textContent !== "");
    t.match(await page.textContent("[data-passkey] output"), /c'è già una tua passkey/);
    await page.goto(`${house.origin}/account`);
    await press(page, "Esci da questo dispositivo");
    await page.waitForURL(`${house.origin}/`);
    await page.goto(`${house.origin}/sign-in?next=/account`);
    await page.click("text=Entra con una passkey");
    await page.waitForURL(`${house.origin}/account`);
    t.pass("no name was typed, and no button pressed");
    await device.becomes(false);
    await page.goto(`${house.origin}/sign-in/passkey`);
    await press(page, "Usa la passkey");
    await page.waitForFunction(() => document.querySelector("[data-passkey] output")?.textContent !== "");
    t.match(await page.textContent("[data-passkey] output"), /Puoi riprovare/);
    await judge(t, page, "signing in");
    const scriptless = await (await browser.newContext({ javaScriptEnabled: false, locale: "it-IT" })).newPage();
    await scriptless.goto(`${house.origin}/sign-in/passkey`);
    t.ok(await scriptless.isVisible("text=servono JavaScript e un browser recente"));
    t.notOk(await scriptless.isVisible("text=Usa la passkey"));
    t.same(complaints, [], "the browser complains of nothing");
  },
);

/** A device that is part of this browser, as a phone's own; `becomes(false)`: its person is not recognised any more. */
async function openDevice(page: Page): Promise<{ becomes(isRecognised: boolean): Promise<void> }> {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return {
    becomes: async (isUserVerified) => {
      await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
  };
}

async function judge(t: Test, page: Page, what: string): Promise<void> {
  t.same(await findMarkupErrors((await page.content()).replace("<!DOCTYPE", "<!doctype")), [], `markup, ${what}`);
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    t.same(await findBadBoxes(page), [], `boxes at ${width}, ${what}`);
    t.same(await findBarriers(page), [], `axe at ${width}, ${what}`);
  }
}

function press(page: Page, label: string): Promise<void> {
  return page.getByRole("button", { name: label, exact: true }).click();
}
