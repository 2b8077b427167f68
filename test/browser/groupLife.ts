// What the lived-in town's group decided for itself, and the pages that show it.
import { describeActor } from "../../src/activitypub/actors.ts";
import { noteWebsite } from "../../src/activitypub/websiteStore.ts";
import { transact } from "../../src/db/transact.ts";
import { listNews, loadNote, saveNewsRow, saveNote } from "../../src/gatherings/news/store.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import { duplicateOrder, openOrder } from "../../src/orders/actions.ts";
import { changeFavourite } from "../../src/orders/favourites/actions.ts";
import { retirePlace, savePlace } from "../../src/orders/group/actions.ts";
import { createOutside } from "../../src/orders/outside/actions.ts";
import { listLatestOutside } from "../../src/orders/outside/store.ts";
import { planShift, turnsOf } from "../../src/orders/shifts/actions.ts";
import { listOrders, loadOrder } from "../../src/orders/store.ts";
import { FANO } from "../members/house.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Visit } from "./table.ts";

const FAR_OFF = Date.UTC(2100, 0, 1);

/** The ids of what pages name in their addresses. */
export type GroupLife = { readonly place: string };

/** Says who the group is and gives it two places, and one it left. */
export function addGroupLife({ node, origin }: TestNode, handle: string): GroupLife {
  const { wire, db } = node;
  const actorId = `${origin}/${handle}`;
  const summary =
    "Ventidue famiglie che comprano insieme da chi coltiva bene.\n\nCi troviamo il primo lunedì del mese.";
  const facts = { summary, contact: "ordini@fano.example", website: "https://gasfano.example/" };
  transact(db, (tx) => {
    sure(describeActor(tx, actorId, facts, wire.clock.now()));
    // As if its site had been looked at, and linked back.
    noteWebsite(tx, { id: actorId, ...facts }, { websiteDueAt: FAR_OFF, websiteProvenAt: wire.clock.now() });
  });
  const hours = { weekday: 5, fromTime: "18:00", untilTime: "19:30" };
  const place = sure(
    savePlace(wire, actorId, null, { name: "Centro sociale", address: "Via Verdi 3, Fano", ...hours }),
  );
  const none = { weekday: null, fromTime: null, untilTime: null };
  sure(savePlace(wire, actorId, null, { name: "Cortile della scuola", address: "", ...none }));
  const old = sure(savePlace(wire, actorId, null, { name: "Garage di Piero", address: "Via del Mare 8", ...none }));
  sure(retirePlace(wire, actorId, old.id, true));
  // Several orders have that first day: the shifts stand on one that no journey walks, whatever its id.
  const turn = turnsOf(db.orm, actorId, wire.clock.now()).find(({ orderName }) => orderName === "Agrumi, secondo giro");
  if (turn)
    for (const [task, needed] of [
      ["Scarico e sistemazione delle cassette", 2],
      ["Banco", 1],
    ] as const)
      planShift(wire, actorId, { orderId: turn.orderId, pickupId: turn.pickupId, task, needed });
  return { place: place.id };
}

/** The page of an order that is booked elsewhere, which is put there by who first looks. */
function outsidePath({ node, origin }: TestNode): string {
  const { wire, db } = node;
  const actorId = `${origin}/gas-fano`;
  const closesAt = Math.floor(wire.clock.now() / 60_000) * 60_000 + 3 * 86_400_000;
  const plan = {
    ...{
      title: "Arance di Rosarno",
      producer: "SOS Rosarno",
      url: "https://fogli.example.org/arance-rosarno",
      closesAt,
    },
    note: "Una riga a famiglia, con nome e casse.",
    pickup: { place: "Centro sociale", startAt: closesAt + 2 * 86_400_000, endAt: null },
  };
  const [known = sure(createOutside(wire, actorId, plan))] = listLatestOutside(db.orm, actorId, 1);
  return `${origin}/desk/gas-fano/outside/${known.id}`;
}

/** The page of an order made again from a closed one, to which the bookings can be brought: whoever first looks makes it. */
function carriedPath({ node, origin }: TestNode, from: string): string {
  const { wire, db } = node;
  const actorId = `${origin}/gas-fano`;
  const personId = loadPersonByEmail(db.orm, FANO.email)!.id;
  const name = "Agrumi, di nuovo";
  const known = listOrders(db.orm, actorId, { states: ["open"], limit: 50 }).find((order) => order.name === name);
  const closesAt = wire.clock.now() + 8 * 86_400_000;
  const made = known ?? sure(duplicateOrder(wire, { actorId, orderId: from, personId }, { plan: { name, closesAt } }));
  if (!known) sure(openOrder(wire, { actorId, orderId: made.id, personId }));
  return `${origin}/desk/gas-fano/orders/${made.id}`;
}

/** The page of a piece of news, which is put there by who first looks; members read it at the head of their orders. */
function newsPath({ node, origin }: TestNode): string {
  const now = node.wire.clock.now();
  const actorId = `${origin}/gas-fano`;
  const [known] = listNews(node.db.orm, actorId, 1);
  const fresh = { id: "assembleaassembleaassemble", endsAt: now + 5 * 86_400_000, createdAt: now, updatedAt: now };
  const text =
    "Alle 21 al centro sociale: il bilancio, i produttori nuovi, chi aiuta alle consegne.\n\nPortate una sedia.";
  if (!known) saveNewsRow(node.db.orm, { ...fresh, actorId, title: "Assemblea il primo martedì", text });
  return `${origin}/desk/gas-fano/news/${known?.id ?? fresh.id}`;
}

/** The page of that news for everybody; `isGone`: of an earlier address, from which it was taken back. */
function toldNewsPath(home: TestNode, isGone: boolean): string {
  newsPath(home);
  const { db, wire } = home.node;
  const actorId = `${home.origin}/gas-fano`;
  const id = isGone ? "toltaprimatoltaprimatoltap" : "assembleapertaassembleaper";
  const [news] = listNews(db.orm, actorId, 1);
  const at = wire.clock.now();
  const note = { id, actorId, newsId: news!.id, publishedAt: at, updatedAt: at, withdrawnAt: isGone ? at : null };
  if (!loadNote(db.orm, actorId, id)) saveNote(db.orm, note);
  return `${home.origin}/gas-fano/news/${id}`;
}

/** The page of what has a star: a product of an open order, and one that no order has. */
function favouritesPath({ node, origin }: TestNode): string {
  const { wire, db } = node;
  const actorId = `${origin}/gas-fano`;
  const personId = loadPersonByEmail(db.orm, FANO.email)!.id;
  const [open] = listOrders(db.orm, actorId, { states: ["open"], limit: 1 });
  const [line] = loadOrder(db.orm, actorId, open!.id)?.lines ?? [];
  const { producerId } = open!;
  const known = { productIri: line!.goods.productIri, producerId, name: line!.goods.name };
  const awaited = { productIri: `${producerId}/catalog/albicocche`, producerId, name: "Albicocche della Val d'Aso" };
  changeFavourite(wire, { personId, actorId }, known, "star");
  changeFavourite(wire, { personId, actorId }, awaited, "ask");
  const whole = { productIri: producerId, producerId, name: "Agrumeto Belvedere" };
  changeFavourite(wire, { personId, actorId }, whole, "ask");
  return `${origin}/desk/gas-fano/favourites`;
}

const settings = "/desk/gas-fano/settings";

/** Pages of what a group decides for itself. */
export const GROUP_PAGES: readonly Visit[] = [
  { name: "settings", url: ({ lived }) => `${lived.origin}${settings}`, as: "admin" },
  {
    name: "settings-mistakes",
    url: ({ lived }) => `${lived.origin}${settings}`,
    as: "admin",
    status: 422,
    act: async (page) => {
      await page.fill("[name=name]", "");
      await page.fill("[name=contact]", "noi");
      await page.click("main form.stack > button");
    },
  },
  { name: "settings-orders", url: ({ lived }) => `${lived.origin}${settings}/orders`, as: "admin" },
  { name: "settings-places", url: ({ lived }) => `${lived.origin}${settings}/places`, as: "admin" },
  {
    name: "settings-place",
    url: ({ lived, life }) => `${lived.origin}${settings}/places/${life.place}`,
    as: "admin",
    isMinor: true,
  },
  { name: "settings-mail", url: ({ lived }) => `${lived.origin}${settings}/mail`, as: "admin" },
  {
    name: "settings-mail-text",
    url: ({ lived }) => `${lived.origin}${settings}/mail/closed?language=it`,
    as: "admin",
  },
  { name: "node-health", url: ({ lived }) => `${lived.origin}/node/health`, as: "admin" },
  { name: "retention", url: ({ lived }) => `${lived.origin}/node/retention`, as: "admin" },
  {
    name: "retention-shorter",
    url: ({ lived }) => `${lived.origin}/node/retention`,
    as: "admin",
    isMinor: true,
    act: async (page) => {
      await page.fill("[name=arrivals]", "20");
      await page.click("main form button");
    },
  },
  { name: "node-partners", url: ({ lived }) => `${lived.origin}/node/partners`, as: "admin" },
  { name: "shifts", url: ({ lived }) => `${lived.origin}/desk/gas-fano/shifts`, as: "admin" },
  {
    name: "order-carry",
    url: ({ lived, shopping }) => carriedPath(lived, shopping.closed),
    as: "admin",
    isMinor: true,
  },
  {
    name: "favourites",
    url: ({ lived }) => favouritesPath(lived),
    as: "admin",
    isMinor: true,
  },
  { name: "news", url: ({ lived }) => `${lived.origin}/desk/gas-fano/news`, as: "admin", isMinor: true },
  { name: "news-farm", url: ({ lived }) => `${lived.origin}/desk/agrumeto/news`, as: "admin", isMinor: true },
  { name: "news-told", url: ({ lived }) => toldNewsPath(lived, false), as: "nobody", isMinor: true },
  { name: "news-gone", url: ({ lived }) => toldNewsPath(lived, true), as: "nobody", status: 410, isMinor: true },
  {
    name: "news-actor",
    url: ({ lived }) => {
      toldNewsPath(lived, false);
      return `${lived.origin}/gas-fano`;
    },
    as: "nobody",
    isMinor: true,
  },
  { name: "news-one", url: ({ lived }) => newsPath(lived), as: "admin", isMinor: true },
  {
    name: "news-read",
    url: ({ lived }) => {
      newsPath(lived);
      return `${lived.origin}/desk/gas-fano/orders`;
    },
    as: "admin",
    isMinor: true,
  },
  { name: "outside", url: ({ lived }) => outsidePath(lived), as: "admin", isMinor: true },
  {
    name: "outside-mistakes",
    url: ({ lived }) => `${lived.origin}/desk/gas-fano/outside`,
    as: "admin",
    status: 422,
    act: async (page) => {
      await page.fill("[name=title]", "Arance");
      await page.fill("[name=url]", "http://fogli.example.org/arance");
      await page.fill("[name=closesAt]", "2020-01-01T10:00");
      await page.click("main form.stack > button");
    },
  },
  {
    name: "orders-by-producer",
    url: ({ lived }) => {
      outsidePath(lived);
      return `${lived.origin}/desk/gas-fano/orders?by=producer`;
    },
    as: "admin",
  },
  { name: "fund", url: ({ lived }) => `${lived.origin}/desk/gas-fano/solidarity`, as: "admin" },
  {
    name: "fund-mistakes",
    url: ({ lived }) => `${lived.origin}/desk/gas-fano/solidarity`,
    as: "admin",
    status: 422,
    act: async (page) => {
      await page.fill("[name=monthlyPercent]", "150");
      await page.click("form[action$='/rules'] button");
    },
  },
  { name: "fund-gift", url: ({ lived }) => `${lived.origin}/desk/gas-fano/solidarity/gift`, as: "admin" },
  {
    name: "leave-goods",
    url: ({ lived, shopping }) => `${lived.origin}/desk/gas-fano/orders/${shopping.open}/suspended`,
    as: "admin",
  },
  {
    name: "counter-left",
    url: ({ lived, shopping }) => `${lived.origin}/desk/gas-fano/orders/${shopping.delivering}/delivery/suspended`,
    as: "admin",
  },
  {
    name: "money-statement-sheet",
    url: ({ lived }) => `${lived.origin}/desk/gas-fano/money/statement/lines?from=2026-01-01&to=2026-12-31`,
    as: "admin",
  },
  {
    name: "money-household-sheet",
    url: ({ lived, treasury }) => `${lived.origin}/desk/gas-fano/money/households/${treasury.household}/lines`,
    as: "admin",
    isMinor: true,
  },
  {
    name: "money-account-sheet",
    url: ({ lived }) => `${lived.origin}/desk/gas-fano/money/accounts/bank/lines`,
    as: "admin",
    isMinor: true,
  },
];
