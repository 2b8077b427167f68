// What people do in a real browser on the node itself: setting up, mistakes, other sites.
import type { Page } from "playwright-core";
import sharp from "sharp";
import t, { type Test } from "tap";
import { issueSetupLink } from "../../src/members/actions.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { listPortions } from "../../src/orders/delivery/deliveryStore.ts";
import { writePortion } from "../../src/orders/handouts/actions.ts";
import { buildMembers, FANO } from "../members/house.ts";
import { sure } from "../sales/cycles.ts";
import { freePort } from "../tools/nodes.ts";
import { walkFirstRun } from "./firstRun.ts";
import { findBadBoxes, findBarriers, findMarkupErrors, listen } from "./judge.ts";
import { startChromium } from "./looks.ts";
import { buildTown } from "./town.ts";

t.setTimeout(5 * 60_000);

const browser = await startChromium(t);
const town = await buildTown(t);

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
    const device = await openDevice(page);
    await walkFirstRun(page, setup.url, FANO);
    await page.fill("[name=name]", "Telefono");
    await judge(t, page, "making one");
    await press(page, "Crea la passkey");
    await page.waitForSelector("h1:text('Codici di riserva')");
    t.pass("who looks after the node has a second step now");
    await page.click("main a[role=button]");
    await page.waitForURL(/\/begin\/key$/);
    t.match(await page.textContent("main"), /Passkey[\s\S]*fatto/, "and goes on with the first run");
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

for (const javaScriptEnabled of [true, false])
  t.test(
    `${javaScriptEnabled ? "with" : "without"} script a farmer adds photographs, reorders and removes them`,
    async (t) => {
      const context = await town.open(browser, "admin", { javaScriptEnabled, locale: "it-IT" });
      const page = await context.newPage();
      const slug = javaScriptEnabled ? "limoni" : "marmellata-di-arance-amare";
      await page.goto(`${town.lived.origin}/desk/${town.season.farm}/catalog/product/${slug}`);
      const buffer = await photograph();
      await choose(page, "grande.jpg", buffer);
      if (javaScriptEnabled) {
        await page.waitForFunction(() => document.querySelector("[data-shrunk]")?.textContent !== "");
        const sent = await page.evaluate(
          () => document.querySelector<HTMLInputElement>("input[name=picture]")!.files![0]!.size,
        );
        t.ok(sent < buffer.length / 2, `${sent} bytes go out of the field, not ${buffer.length}`);
        t.match(await page.textContent("[data-shrunk]"), /\d,\d MB$/);
      }
      await addPhoto(page, "Le piante in fila");
      await choose(page, "piccola.jpg", await sharp(buffer).resize(60, 40).jpeg().toBuffer());
      await addPhoto(page, "Una cassetta piena");
      const shown = () => page.locator(".photo img").evaluateAll((all) => all.map((one) => one.getAttribute("alt")));
      t.same(await shown(), ["Le piante in fila", "Una cassetta piena"]);
      await pressAndLoad(page, ".photo:nth-child(2) button[value=sooner]");
      t.same(await shown(), ["Una cassetta piena", "Le piante in fila"]);
      await pressAndLoad(page, ".photo:nth-child(1) button[value=remove]");
      t.same(await shown(), ["Le piante in fila"]);
      await page.locator(".photo img").scrollIntoViewIfNeeded();
      await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".photo img")!.naturalWidth > 0);
      t.pass("the browser draws it");
      await context.close();
    },
  );

t.test("A50 an open page shows what another phone changed, and never draws over what is being typed", async (t) => {
  const { lived, shopping } = town;
  const { wire, db } = lived.node;
  const actorId = `${lived.origin}/gas-fano`;
  const personId = loadPersonByEmail(db.orm, FANO.email)!.id;
  const context = await town.open(browser, "admin", { locale: "it-IT" });
  const page = await context.newPage();
  const orders = `${lived.origin}/desk/gas-fano/orders`;
  const lookNow = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

  await page.goto(`${orders}/${shopping.open}/book`);
  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("/book/live") && asked.push(request.url()));
  const wish = { lineNumber: 1, friendId: null, quantityThousandths: 7000, toleranceThousandths: 0, note: "" };
  const theirs = { actorId, orderId: shopping.open, householdId: shopping.householdId, personId: "giulia" };
  sure(saveBasket(wire, { ...theirs, seenVersion: 1, wishes: [wish] }));
  await page.fill("#f-quantity-2", "1");
  await lookNow();
  await page.fill("#f-quantity-2", "");
  await lookNow();
  await page.waitForFunction(() => /prenotati 11 kg/.test(document.querySelector("#facts-1")?.textContent ?? ""));
  t.equal(asked.length, 1, "while somebody types nobody asks");

  const portions = listPortions(db.orm, shopping.delivering).filter(({ lineNumber }) => lineNumber === 1);
  const write = (place: number) =>
    sure(
      writePortion(
        wire,
        { actorId, orderId: shopping.delivering, personId },
        { place: portions[place]!, numbers: [1900 + place], seenVersion: 0, isMeant: true },
      ),
    );
  await page.goto(`${orders}/${shopping.delivering}/delivery/line/1`);
  write(0);
  await Promise.all([page.waitForEvent("load"), lookNow()]);
  const values = () =>
    page.locator("input[data-next]").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  t.ok((await values()).includes("1,9"), "the first weight begins the handing out: the page is another");
  const empty = page.locator("input[data-next]").nth((await values()).indexOf(""));
  await empty.focus();
  const focused = await empty.getAttribute("id");
  await page.evaluate(() => document.body.setAttribute("data-same", ""));
  const other = portions.findIndex(
    ({ householdId, friendId }, i) => i > 0 && !focused!.includes(`${householdId}-${friendId ?? "x"}`),
  );
  write(other);
  await lookNow();
  await page.waitForFunction(
    (text) => [...document.querySelectorAll<HTMLInputElement>("input[data-next]")].some(({ value }) => value === text),
    `1,90${other}`,
  );
  t.ok(await page.locator("body[data-same]").count(), "line by line from then on");
  t.equal(await page.evaluate(() => document.activeElement?.id), focused, "whoever stands in a field goes on there");
  await context.close();
});

/** A photograph of more than a telephone's network likes: no two points alike. */
function photograph(): Promise<Buffer> {
  const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
  return sharp({ create: { width: 2200, height: 1600, channels: 3, background: "#4f7a34", noise } })
    .blur(1)
    .jpeg({ quality: 95 })
    .toBuffer();
}

function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  return page.setInputFiles("input[name=picture]", { name, mimeType: "image/jpeg", buffer });
}

async function addPhoto(page: Page, alt: string): Promise<void> {
  await page.locator("form[action$='/pictures'] [name=alt]").fill(alt);
  await pressAndLoad(page, "form[action$='/pictures'] button[type=submit]:not([disabled])");
}

async function pressAndLoad(page: Page, selector: string): Promise<void> {
  const next = page.waitForResponse((answer) => answer.request().isNavigationRequest() && answer.status() !== 303);
  await page.locator(selector).click();
  await (await next).finished();
  await page.waitForLoadState();
}

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
