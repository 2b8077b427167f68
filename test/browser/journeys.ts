// The ten main journeys, each as a person walks it, stop by stop: with script and without it is the same way.
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { orderName } from "../../src/sales/orderPages.ts";
import { FANO } from "../members/house.ts";
import { walkFirstRun } from "./firstRun.ts";
import type { Town } from "./town.ts";

/** Who walks: the administrator of the town, or somebody from outside with a browser of their own. */
export type Walker = "admin" | "guest";

/** A stop: what is done to come there. Its page is what is looked at. `told`: what one of them passes on to another, by mouth. */
export type Stop = {
  readonly name: string;
  readonly as: Walker;
  readonly act: (page: Page, town: Town, told: Map<string, string>) => Promise<void>;
};

export type Journey = { readonly name: string; readonly stops: readonly Stop[] };

const desk = ({ lived }: Town, path: string) => `${lived.origin}/desk/gas-fano/${path}`;
const farmDesk = ({ lived, season }: Town, path: string) => `${lived.origin}/desk/${season.farm}/${path}`;

type Fields = Readonly<Record<string, string | true>>;

/** Sends the form whose address ends so: opens what it lies in, fills its fields (true: a tick), presses its last button. */
async function send(page: Page, address: string, fields: Fields = {}): Promise<void> {
  const form = page.locator(`main form[action$="${address}"]`).first();
  const fold = form.locator("xpath=ancestor::details[not(@open)]");
  if ((await fold.count()) > 0) await fold.first().locator("summary").first().click();
  for (const [name, value] of Object.entries(fields)) await fillIn(form.locator(`[name="${name}"]`), value);
  const [answer] = await Promise.all([
    page.waitForResponse((answer) => answer.request().isNavigationRequest() && answer.status() !== 303),
    form.locator("button[type=submit]").last().click(),
  ]);
  await page.waitForLoadState();
  assert.equal(answer.status(), 200, `${address} is answered with ${answer.status()}`);
}

async function fillIn(field: Locator, value: string | true): Promise<void> {
  if (value === true) return field.first().check();
  const isChoice = (await field.evaluate(({ tagName }) => tagName)) === "SELECT";
  await (isChoice ? field.selectOption(value) : field.fill(value));
}

/** What the town owes: letters between the group and the farm, which live on one node. */
async function settle({ lived }: Town): Promise<void> {
  for (let round = 0; round < 4; round++) await lived.node.runDue();
}

const stop = (name: string, as: Walker, act: Stop["act"]): Stop => ({ name, as, act });

export const JOURNEYS: readonly Journey[] = [
  {
    name: "a node is set up",
    stops: [
      stop("the first page", "guest", async (page, { setupUrl }) => {
        await page.goto(setupUrl);
      }),
      stop("the address", "guest", async (page) => {
        await send(page, "/language", {});
        await page.getByRole("button", { name: "Prova da fuori" }).click();
        await page.locator(".badge", { hasText: "risponde questo nodo" }).waitFor();
      }),
      stop("who they are", "guest", async (page) => {
        await page.getByRole("button", { name: "Avanti", exact: true }).click();
        await page.getByRole("heading", { name: "Che cosa siete" }).waitFor();
        await send(page, "/kind");
      }),
      stop("how they come back in", "guest", async (page, { setupUrl }) => {
        await walkFirstRun(page, setupUrl, FANO);
      }),
      stop("the first data", "guest", async (page) => {
        for (const step of ["key", "mail"]) await send(page, `/begin/${step}/next`);
      }),
      stop("it stands", "guest", async (page) => {
        // Past the folder of the copies, which is another on each machine.
        await send(page, "/begin/data/next");
        await send(page, "/begin/backup/hour", { time: "03:30" });
        await page.getByRole("heading", { name: "Ecco fatto" }).waitFor();
        await page.context().clearCookies();
      }),
    ],
  },
  {
    name: "somebody asks to join and is taken in",
    stops: [
      stop("the group takes people", "admin", async (page, town) => {
        await page.goto(desk(town, "joining/settings"));
        await send(page, "/joining/settings", { isOpen: true, how: "Vieni a una consegna.", places: "2" });
      }),
      stop("who we are", "guest", async (page, { lived }) => {
        await page.goto(`${lived.origin}/gas-fano`);
      }),
      stop("asked", "guest", async (page) => {
        await page.locator("main a[href$='/join']").click();
        await page.waitForURL(/\/join$/);
        await send(page, "/join", { name: "Laura Neri", email: "laura@posta.example", place: "Fano", consent: true });
      }),
      stop("taken in", "admin", async (page, town, told) => {
        await page.goto(desk(town, "joining"));
        await send(page, "/approve");
        told.set("invitation", (await page.textContent(".copy")) ?? "");
      }),
      stop("at home", "guest", async (page, _town, told) => {
        await page.goto(told.get("invitation") ?? "");
        await send(page, new URL(page.url()).pathname, { name: "Laura Neri" });
        await page.getByRole("heading", { name: "Ordini", exact: true }).waitFor();
      }),
    ],
  },
  {
    name: "a household books and takes the last step back",
    stops: [
      stop("booked", "admin", async (page, town) => {
        await page.goto(desk(town, `orders/${town.shopping.open}/book`));
        await page.locator("#line-2 button[name=more]").click();
        await page.locator("#line-2 .badge", { hasText: "1 kg" }).waitFor();
      }),
      stop("taken back", "admin", async (page) => {
        await page.locator("#bar button[name=undo]").click();
        await page.locator("#line-2 .badge").waitFor({ state: "detached" });
      }),
    ],
  },
  {
    name: "the last order is repeated",
    stops: [
      stop("what was bought last", "admin", async (page, town) => {
        const book = desk(town, `orders/${town.shopping.open}/book`);
        await page.goto(book);
        await page.fill("#f-quantity-1", "0");
        await page.locator("#bar button", { hasText: "Salva" }).click();
        await page.locator("#line-1 .badge").waitFor({ state: "detached" });
        await page.goto(`${book}/again`);
      }),
      stop("in the basket", "admin", async (page) => {
        await send(page, "/book/again");
        await page.locator("#line-1 .badge").waitFor();
      }),
    ],
  },
  {
    name: "an order is closed and sent",
    stops: [
      stop("closed", "admin", async (page, town) => {
        await page.goto(desk(town, `orders/${town.shopping.open}`));
        await send(page, "/close");
      }),
      stop("sent", "admin", async (page, town) => {
        await send(page, "/send");
        await settle(town);
        await page.reload();
      }),
    ],
  },
  {
    name: "the farm answers an order",
    stops: [
      stop("it waits", "admin", async (page, town) => {
        await page.goto(farmDesk(town, `sales/${orderName(town.dealings.waiting.thread)}`));
      }),
      stop("accepted", "admin", async (page, town) => {
        await send(page, "/answer");
        await settle(town);
        await page.goto(desk(town, `orders/${town.dealings.waiting.order}`));
      }),
    ],
  },
  {
    name: "goods are handed out and charged",
    stops: [
      stop("the counter", "admin", async (page, town) => {
        await page.goto(desk(town, `orders/${town.shopping.delivering}/delivery`));
        for (const box of await page.locator(".take input[type=checkbox]").all()) await box.check();
        await send(page, "/rest");
      }),
      stop("charged", "admin", async (page) => {
        await send(page, "/close");
      }),
    ],
  },
  {
    name: "a member reads the statement and what is left",
    stops: [
      stop("the statement", "admin", async (page, town) => {
        await page.goto(desk(town, "money/statement"));
        await page.locator("main li", { hasText: "Consegna addebitata" }).first().waitFor();
      }),
      stop("last week alone", "admin", async (page) => {
        await page.locator("summary", { hasText: "Scegli il periodo" }).click();
        await page.locator("main form[method=get] button[type=submit]").first().click();
        await page.waitForLoadState();
      }),
    ],
  },
  {
    name: "a list is imported and a new cycle opened",
    stops: [
      stop("the preview", "admin", async (page, town) => {
        await page.goto(farmDesk(town, "catalog/import"));
        await page.setInputFiles("[name=file]", "examples/listino-fattoria.csv");
        await send(page, "/catalog/import");
      }),
      stop("taken in", "admin", async (page) => {
        await send(page, new URL(page.url()).pathname);
      }),
      stop("a cycle in the drawer", "admin", async (page, town) => {
        await page.goto(farmDesk(town, "cycles/new"));
        await send(page, "/cycles/new", {
          ...{ name: "Legumi d'inverno", closesAt: "2026-12-05T20:00" },
          ...{ "start.1": "2026-12-12T17:00", "end.1": "2026-12-12T19:00", "place.1": "Cortile della scuola, Fano" },
        });
      }),
      stop("open", "admin", async (page, town) => {
        await page.goto(page.url().replace(/(?:\/products)?(?:\?.*)?$/, "/products"));
        await page.locator("main form[method=post] input[type=checkbox]").first().check();
        await send(page, "/products");
        await send(page, "/open");
        await settle(town);
      }),
    ],
  },
  {
    name: "an invoice is entered and paid",
    stops: [
      stop("the invoice", "admin", async (page, town) => {
        const producer = `${town.lived.origin}/${town.season.farm}`;
        await page.goto(desk(town, `money/invoices/new?${new URLSearchParams({ producer })}`));
        const field = page.locator("main input[name^='order.']").first();
        const name = (await field.getAttribute("name")) ?? "";
        await send(page, "/invoices/new", {
          number: "7/2026",
          issuedOn: "2026-11-23",
          total: "10,00",
          [name]: "10,00",
        });
      }),
      stop("paid", "admin", async (page, town) => {
        await page.goto(desk(town, "money/pay"));
        await send(page, "/money/pay");
      }),
    ],
  },
];
