// Every page a browser must find in order. A slice adds its pages here, one line each.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { orderName } from "../../src/sales/orderPages.ts";
import { BEGINNING_PAGES } from "./beginning.ts";
import { FARTHER_PAGES } from "./farther.ts";
import { neighbours } from "./partnersTown.ts";
import type { Town, Who } from "./town.ts";

/** A page: where it is, who looks, and what to do there before looking (a form that shows its errors, say). */
export type Visit = {
  readonly name: string;
  readonly url: (town: Town) => string | Promise<string>;
  readonly as: Who;
  readonly act?: (page: Page) => Promise<void>;
  /** The route of the page it ends at, as the node names it, where that is another than the address asked. */
  readonly leadsTo?: string;
  /** What the page answers when it is not 200. */
  readonly status?: number;
  /** A page made of parts that others show too: looked at once, on a phone and on a desk, to keep the whole in its minutes. */
  readonly isMinor?: true;
  /** The share of the screen that may look otherwise without script, where more than a hundredth does: says why beside it. */
  readonly otherWithScript?: number;
};

const press = (page: Page) => page.click("main form button");
const mistake = async (page: Page) => {
  await page.fill("[name=minOrder]", "molto");
  await press(page);
};

/** The product with photographs. */
const ORANGES = "arance-navel-di-prima-scelta-cassetta";

export const PAGES: readonly Visit[] = [
  { name: "home-empty", url: (town) => `${town.fresh.origin}/`, as: "nobody" },
  { name: "home-public", url: (town) => `${town.lived.origin}/`, as: "nobody" },
  { name: "home", url: (town) => `${town.lived.origin}/`, as: "admin" },
  { name: "help", url: (town) => `${town.lived.origin}/help`, as: "nobody" },
  { name: "network", url: (town) => `${town.lived.origin}/rete`, as: "nobody" },
  { name: "network-near", url: (town) => `${town.lived.origin}/rete/directory?comune=Fano&km=50`, as: "nobody" },
  {
    name: "network-nobody-near",
    url: (town) => `${town.lived.origin}/rete/directory?kind=gas&comune=Arquata+del+Tronto`,
    as: "nobody",
    isMinor: true,
  },
  { name: "network-map", url: (town) => `${town.lived.origin}/rete/map`, as: "nobody" },
  { name: "network-province", url: (town) => `${town.lived.origin}/rete/map?province=041`, as: "nobody" },
  { name: "network-products", url: (town) => `${town.lived.origin}/rete/search`, as: "nobody" },
  { name: "network-offers", url: (town) => `${town.lived.origin}/rete/offers`, as: "nobody" },
  { name: "privacy", url: (town) => `${town.lived.origin}/privacy`, as: "nobody" },
  { name: "accessibility", url: (town) => `${town.lived.origin}/accessibility`, as: "nobody" },
  { name: "own-data", url: (town) => `${town.lived.origin}/account/data`, as: "admin", isMinor: true },
  { name: "audit", url: (town) => `${town.lived.origin}/desk/gas-fano/audit`, as: "admin", isMinor: true },
  { name: "audit-own", url: (town) => `${town.lived.origin}/account/audit`, as: "admin", isMinor: true },
  { name: "leaving", url: (town) => `${town.lived.origin}/desk/gas-fano/leaving`, as: "admin", isMinor: true },
  { name: "email", url: (town) => `${town.lived.origin}/account/email`, as: "admin", isMinor: true },
  { name: "style", url: (town) => `${town.fresh.origin}/stile`, as: "nobody" },
  { name: "not-found", url: (town) => `${town.lived.origin}/nothing/here`, as: "nobody", status: 404 },
  ...BEGINNING_PAGES,
  { name: "account", url: (town) => `${town.lived.origin}/account`, as: "admin" },
  { name: "people", url: (town) => `${town.lived.origin}/desk/gas-fano/people`, as: "admin" },
  { name: "people-invited", url: (town) => `${town.lived.origin}/desk/gas-fano/people`, as: "admin", act: press },
  { name: "cycle", url: (town) => `${farmUrl(town)}/cycles/${town.season.open}`, as: "nobody" },
  { name: "cycle-priced", url: (town) => `${farmUrl(town)}/cycles/${town.season.open}`, as: "admin" },
  { name: "cycles-open", url: (town) => `${farmUrl(town)}/cycles`, as: "nobody" },
  { name: "tag", url: (town) => `${town.lived.origin}/tags/gas`, as: "nobody" },
  { name: "desk-cycles", url: (town) => cyclesUrl(town), as: "admin" },
  { name: "desk-cycle-new", url: (town) => `${cyclesUrl(town)}/new`, as: "admin" },
  { name: "desk-cycle-mistakes", url: (town) => `${cyclesUrl(town)}/new`, as: "admin", act: press, status: 422 },
  { name: "desk-cycle-draft", url: (town) => `${cyclesUrl(town)}/${town.season.draft}`, as: "admin" },
  { name: "desk-cycle-open", url: (town) => `${cyclesUrl(town)}/${town.season.open}`, as: "admin" },
  { name: "desk-cycle-edit", url: (town) => `${cyclesUrl(town)}/${town.season.open}/edit`, as: "admin" },
  { name: "desk-cycle-products", url: (town) => `${cyclesUrl(town)}/${town.season.draft}/products`, as: "admin" },
  { name: "desk-today", url: (town) => deskUrl(town, "today"), as: "admin" },
  { name: "desk-sales", url: (town) => salesUrl(town), as: "admin" },
  { name: "desk-sale", url: (town) => `${salesUrl(town)}/${town.season.sale}`, as: "admin" },
  {
    name: "desk-sale-mistakes",
    url: (town) => `${salesUrl(town)}/${town.season.sale}`,
    as: "admin",
    act: async (page) => {
      await page.fill("[name='quantity.0']", "tanti");
      await page.click("main details[open] form button");
    },
    status: 422,
  },
  { name: "desk-sale-note", url: (town) => `${salesUrl(town)}/${town.season.sale}/note`, as: "admin", isMinor: true },
  { name: "desk-sheet", url: (town) => `${salesUrl(town)}/sheet?cycle=${town.season.open}`, as: "admin" },
  { name: "desk-history", url: (town) => `${salesUrl(town)}/history`, as: "admin" },
  { name: "desk-labels", url: (town) => `${salesUrl(town)}/labels`, as: "admin" },
  { name: "desk-offers", url: (town) => `${town.lived.origin}/desk/gas-fano/offers`, as: "admin" },
  { name: "desk-offer", url: (town) => `${town.lived.origin}/desk/gas-fano/offers/${town.season.offer}`, as: "admin" },
  { name: "desk-more", url: (town) => `${town.lived.origin}/desk/gas-fano/more`, as: "admin" },
  { name: "orders", url: ordersUrl, as: "admin" },
  { name: "orders-mine", url: (town) => `${ordersUrl(town)}/mine`, as: "admin" },
  { name: "orders-pickups", url: (town) => `${town.lived.origin}/desk/gas-fano/pickups`, as: "admin" },
  { name: "orders-history", url: (town) => `${ordersUrl(town)}/history`, as: "admin", isMinor: true },
  { name: "order-book", url: (town) => `${ordersUrl(town)}/${town.shopping.open}/book`, as: "admin" },
  {
    name: "order-book-mistakes",
    url: (town) => `${ordersUrl(town)}/${town.shopping.open}/book`,
    as: "admin",
    status: 422,
    // As a browser without script sends it: htmx would stay on the page.
    act: async (page) => {
      await page
        .locator("form:has([name='quantity.1'])")
        .evaluate((form: HTMLFormElement) => {
          form.querySelector<HTMLInputElement>("[name='quantity.1']")!.value = "3,3";
          form.querySelector<HTMLInputElement>("[name='quantity.2']")!.value = "molti";
          form.submit();
        })
        // The next page may be there before this one has answered.
        .catch((error: Error) => assert.match(error.message, /context was destroyed/));
      await page.waitForSelector(".problems");
    },
  },
  {
    name: "order-book-again",
    url: (town) => `${ordersUrl(town)}/${town.shopping.open}/book/again`,
    as: "admin",
    isMinor: true,
  },
  {
    name: "order-book-other",
    url: (town) => `${ordersUrl(town)}/${town.shopping.open}/book?household=${town.shopping.householdId}`,
    as: "admin",
    isMinor: true,
  },
  {
    name: "order-booked",
    url: (town) => `${ordersUrl(town)}/${town.shopping.closed}/book`,
    as: "admin",
    isMinor: true,
  },
  { name: "order", url: (town) => `${ordersUrl(town)}/${town.shopping.open}`, as: "admin" },
  {
    name: "order-column",
    url: (town) => `${ordersUrl(town)}/${town.shopping.open}/lines/1`,
    as: "admin",
    status: 422,
    act: async (page) => {
      await page.locator("main input[inputmode=decimal]").first().fill("molti");
      await page.click("main form .bar button");
      await page.waitForSelector(".problems");
    },
  },
  {
    name: "order-matrix",
    url: (town) => `${ordersUrl(town)}/${town.shopping.open}/matrix`,
    as: "admin",
    status: 422,
    act: async (page) => {
      await page.locator("main .matrix td:not(.none) input[inputmode=decimal]").first().fill("molti");
      await page.click("main form .bar button");
      await page.waitForSelector(".problems");
    },
  },
  {
    name: "order-matrix-households",
    url: (town) => `${ordersUrl(town)}/${town.shopping.open}/matrix?by=household`,
    as: "admin",
  },
  {
    name: "order-matrix-read",
    url: (town) => `${ordersUrl(town)}/${town.shopping.closed}/matrix`,
    as: "admin",
    isMinor: true,
  },
  { name: "order-closed", url: (town) => `${ordersUrl(town)}/${town.shopping.closed}`, as: "admin", isMinor: true },
  { name: "order-draft", url: (town) => `${ordersUrl(town)}/${town.shopping.draft}`, as: "admin" },
  { name: "order-sent", url: (town) => `${ordersUrl(town)}/${town.shopping.delivering}`, as: "admin" },
  { name: "order-countered", url: (town) => `${ordersUrl(town)}/${town.shopping.countered}`, as: "admin" },
  { name: "order-counter", url: counterUrl, as: "admin" },
  { name: "order-weights", url: (town) => `${counterUrl(town)}/household/${town.shopping.householdId}`, as: "admin" },
  {
    name: "order-weights-mistakes",
    url: (town) => `${counterUrl(town)}/line/1`,
    as: "admin",
    status: 422,
    act: async (page) => {
      // As without script: the server says what is wrong with it.
      await page
        .locator("form.weigh-form")
        .first()
        .evaluate((form: HTMLFormElement) => {
          (form.elements.namedItem("amount") as HTMLInputElement).value = "un chilo";
          form.submit();
        });
    },
  },
  { name: "order-counter-products", url: (town) => `${counterUrl(town)}?by=product`, as: "admin", isMinor: true },
  { name: "order-counter-table", url: (town) => `${counterUrl(town)}/portions`, as: "admin", isMinor: true },
  { name: "offline", url: (town) => `${town.lived.origin}/offline`, as: "nobody", isMinor: true },
  { name: "order-repeats", url: (town) => `${ordersUrl(town)}/repeats`, as: "admin" },
  {
    name: "order-repeat-edit",
    url: (town) => `${ordersUrl(town)}/repeats`,
    as: "admin",
    isMinor: true,
    leadsTo: "/desk/:handle/orders/repeats/:id/edit",
    act: (page) => page.click("main a[href$='/edit']"),
  },
  { name: "order-repeat", url: (town) => `${ordersUrl(town)}/${town.shopping.open}/repeat`, as: "admin" },
  { name: "order-new", url: (town) => `${ordersUrl(town)}/new`, as: "admin" },
  {
    name: "order-plan-mistakes",
    url: (town) => `${ordersUrl(town)}/${town.shopping.draft}/edit`,
    as: "admin",
    status: 422,
    act: async (page) => {
      await page.fill("[name=name]", "");
      await page.fill("[name=minimum]", "tanto");
      await page.click("main form.stack > button");
    },
  },
  { name: "order-lines", url: (town) => `${ordersUrl(town)}/${town.shopping.draft}/lines`, as: "admin", isMinor: true },
  ...["households", "products", "table", "producer"].map((report) => ({
    name: `order-report-${report}`,
    url: (town: Town) => `${ordersUrl(town)}/${town.dealings.delivering.order}/reports/${report}`,
    as: "admin" as const,
    ...(report === "table" ? {} : { isMinor: true as const }),
  })),
  {
    name: "order-book-delivering",
    url: (town) => `${ordersUrl(town)}/${town.dealings.delivering.order}/book`,
    as: "admin",
    isMinor: true,
  },
  { name: "sale-countered", url: (town) => saleUrl(town, "countered"), as: "admin", isMinor: true },
  { name: "sale-delivering", url: (town) => saleUrl(town, "delivering"), as: "admin" },
  { name: "delivery-note", url: (town) => `${farmUrl(town)}/delivery-notes/${town.dealings.note}`, as: "admin" },
  {
    name: "contract",
    url: ({ lived, dealings }) =>
      `${lived.origin}/desk/gas-fano/contract?${new URLSearchParams({ thread: dealings.delivering.thread })}`,
    as: "admin",
  },
  { name: "partners", url: (town) => `${town.lived.origin}/desk/gas-fano/partners`, as: "admin" },
  { name: "partners-find", url: async (town) => (await neighbours(town)).find, as: "admin" },
  { name: "partners-propose", url: async (town) => (await neighbours(town)).propose, as: "admin" },
  {
    name: "partners-propose-mistakes",
    url: async (town) => (await neighbours(town)).propose,
    as: "admin",
    act: mistake,
    status: 422,
  },
  { name: "partners-pact-asked", url: async (town) => (await neighbours(town)).asked, as: "admin" },
  { name: "partners-pact", url: async (town) => (await neighbours(town)).inForce, as: "admin" },
  { name: "partners-known", url: (town) => `${town.lived.origin}/desk/gas-fano/partners`, as: "admin", isMinor: true },
  { name: "money", url: moneyUrl, as: "admin" },
  { name: "money-own", url: (town) => `${moneyUrl(town)}/statement`, as: "admin" },
  {
    name: "money-own-mistakes",
    url: (town) => `${moneyUrl(town)}/statement`,
    as: "admin",
    isMinor: true,
    act: pressDonate,
    status: 422,
  },
  { name: "money-households", url: (town) => `${moneyUrl(town)}/households`, as: "admin", isMinor: true },
  { name: "money-household", url: (town) => `${moneyUrl(town)}/households/${town.treasury.household}`, as: "admin" },
  {
    name: "money-top-up",
    url: (town) => `${moneyUrl(town)}/households/${town.treasury.household}/top-up`,
    as: "admin",
  },
  {
    name: "money-top-up-mistakes",
    url: (town) => `${moneyUrl(town)}/households/${town.treasury.household}/top-up`,
    as: "admin",
    isMinor: true,
    act: press,
    status: 422,
  },
  {
    name: "money-refund",
    url: (town) => `${moneyUrl(town)}/households/${town.treasury.household}/refund`,
    as: "admin",
    isMinor: true,
  },
  { name: "money-limit", url: (town) => `${moneyUrl(town)}/limit`, as: "admin", isMinor: true },
  { name: "money-bank", url: (town) => `${moneyUrl(town)}/accounts/bank`, as: "admin", isMinor: true },
  { name: "money-movement", url: (town) => `${moneyUrl(town)}/movements/1`, as: "admin" },
  { name: "money-orders", url: (town) => `${moneyUrl(town)}/orders`, as: "admin" },
  { name: "money-order", url: (town) => `${moneyUrl(town)}/orders/${town.treasury.order}`, as: "admin" },
  { name: "money-pay", url: (town) => `${moneyUrl(town)}/pay`, as: "admin" },
  { name: "money-invoices", url: (town) => `${moneyUrl(town)}/invoices`, as: "admin" },
  {
    name: "money-invoice-new",
    url: (town) => `${moneyUrl(town)}/invoices/new?producer=${encodeURIComponent(farmUrl(town))}`,
    as: "admin",
  },
  { name: "money-invoice", url: (town) => `${moneyUrl(town)}/invoices/${town.treasury.invoice}`, as: "admin" },
  { name: "money-fees", url: (town) => `${moneyUrl(town)}/fees`, as: "admin", isMinor: true },
  {
    name: "money-fees-preview",
    url: (town) => `${moneyUrl(town)}/fees`,
    as: "admin",
    act: async (page) => {
      await page.fill("[name=amount]", "25");
      await page.click("main form[method=post] button[type=submit]");
    },
  },
  { name: "money-sheet-orders", url: (town) => `${moneyUrl(town)}/sheets/orders`, as: "admin", isMinor: true },
  { name: "money-sheet-balance", url: (town) => `${moneyUrl(town)}/sheets/balance`, as: "admin", isMinor: true },
  { name: "money-transfer", url: (town) => `${moneyUrl(town)}/transfer`, as: "admin", isMinor: true },
  { name: "money-requests", url: (town) => `${moneyUrl(town)}/requests`, as: "admin", isMinor: true },
  { name: "money-year", url: (town) => `${moneyUrl(town)}/year`, as: "admin" },
  ...FARTHER_PAGES,
  { name: "outbox", url: (town) => `${town.lived.origin}/desk/gas-fano/outbox`, as: "admin" },
  { name: "actor", url: (town) => `${town.lived.origin}/gas-fano`, as: "nobody" },
  {
    name: "interact-mistakes",
    url: (town) => `${town.lived.origin}/interact?handle=gas-fano`,
    as: "nobody",
    status: 422,
  },
  { name: "producer", url: farmUrl, as: "nobody" },
  { name: "catalog", url: (town) => `${farmUrl(town)}/catalog`, as: "nobody" },
  { name: "product", url: (town) => `${farmUrl(town)}/catalog/${ORANGES}`, as: "nobody" },
  { name: "desk-catalog", url: catalogUrl, as: "admin" },
  { name: "desk-quick", url: (town) => `${catalogUrl(town)}/quick`, as: "admin" },
  { name: "desk-certificates", url: (town) => `${catalogUrl(town)}/certificates`, as: "admin" },
  { name: "desk-quick-percent", url: (town) => `${catalogUrl(town)}/quick/percent?percent=5`, as: "admin" },
  {
    name: "desk-quick-mistakes",
    url: (town) => `${catalogUrl(town)}/quick/percent?percent=tanto`,
    as: "admin",
    status: 422,
    isMinor: true,
  },
  { name: "desk-catalog-new", url: (town) => `${catalogUrl(town)}/new`, as: "admin" },
  { name: "desk-catalog-product", url: (town) => `${catalogUrl(town)}/product/${ORANGES}`, as: "admin" },
  { name: "desk-catalog-import", url: (town) => `${catalogUrl(town)}/import`, as: "admin" },
  {
    name: "desk-catalog-preview",
    url: (town) => `${catalogUrl(town)}/import`,
    as: "admin",
    leadsTo: "/desk/:handle/catalog/import/:id",
    act: uploadList,
  },
  { name: "desk-mirrors", url: (town) => `${town.lived.origin}/desk/gas-fano/mirrors`, as: "admin" },
];

function moneyUrl({ lived }: Town): string {
  return `${lived.origin}/desk/gas-fano/money`;
}

/** The gift of nothing: its form lies closed under its summary. */
async function pressDonate(page: Page): Promise<void> {
  const form = page.locator("form[action$='/money/donate']");
  await page.locator("details", { has: form }).locator("summary").click();
  await form.locator("button").click();
}

function farmUrl({ lived, season }: Town): string {
  return `${lived.origin}/${season.farm}`;
}

function ordersUrl({ lived }: Town): string {
  return `${lived.origin}/desk/gas-fano/orders`;
}

function counterUrl(town: Town): string {
  return `${ordersUrl(town)}/${town.shopping.delivering}/delivery`;
}

function saleUrl(town: Town, which: "waiting" | "countered" | "delivering"): string {
  return `${salesUrl(town)}/${orderName(town.dealings[which].thread)}`;
}

function deskUrl({ lived, season }: Town, path: string): string {
  return `${lived.origin}/desk/${season.farm}/${path}`;
}

function cyclesUrl({ lived, season }: Town): string {
  return `${lived.origin}/desk/${season.farm}/cycles`;
}

function salesUrl({ lived, season }: Town): string {
  return `${lived.origin}/desk/${season.farm}/sales`;
}

function catalogUrl({ lived, season }: Town): string {
  return `${lived.origin}/desk/${season.farm}/catalog`;
}

async function uploadList(page: Page): Promise<void> {
  await page.setInputFiles("[name=file]", "examples/listino-fattoria.csv");
  await page.click("main form button");
}
