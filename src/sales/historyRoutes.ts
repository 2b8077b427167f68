// Orders over the years from the producer's desk: one year at a time, found, narrowed, added up, and taken along as CSV.
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import { instantOfRome, romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { buyerName, goodsOfOrders } from "./basisStore.ts";
import { addUpOrders, belongsTo, ORDER_CHIP_NAMES, type PastOrder } from "./history.ts";
import { historyPage, historySheet } from "./historyPages.ts";

import { firstReceivedAt, listReceivedBetween } from "./receivedStore.ts";
import { loadCycle } from "./store.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
/** More than twenty orders a day: what a year of the largest farm may hold. */
const YEAR_ORDERS = 8000;
const CHIPS = Object.fromEntries(
  ORDER_CHIP_NAMES.map((name) => [name, ({ order }: PastOrder) => belongsTo(name, order)]),
);
const Query = Type.Object({
  ...LIST_QUERY,
  year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2999 })),
  group: Type.Optional(Type.String({ maxLength: 2048 })),
});

export function registerHistory(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/sales/history", SELLERS, (request, reply) => {
    const read = readHistory(wire, request, undefined);
    if (!read) return sendRefusal(request, reply, { refused: "bad-request" });
    return sendPage(request, reply, historyPage(pageContext(request, reply), read));
  });
  app.get("/desk/:handle/sales/history.csv", SELLERS, (request, reply) => {
    const read = readHistory(wire, request, YEAR_ORDERS);
    if (!read) return sendRefusal(request, reply, { refused: "bad-request" });
    const { goods, sifted, year } = read;
    const nameOf = (iri: string) => goods.get(iri)?.name ?? iri;
    const sheet = historySheet(pageContext(request, reply), sifted.items, nameOf, (at) => romeTime(at).date);
    const file = { name: `orders-${year}.csv`, type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(SHEET_FILES.csv(sheet, ""));
  });
}

/** What the address asks for; null for an address that asks for what is none. `size` undefined: a page. */
function readHistory(wire: Wire, request: FastifyRequest, size: number | undefined) {
  const query = readForm(Query, request.query);
  if ("refused" in query) return null;
  const { orm } = wire.db;
  const actorId = request.seat?.actorId ?? "";
  const thisYear = Number(romeTime(wire.clock.now()).date.slice(0, 4));
  const first = firstReceivedAt(orm, actorId);
  const firstYear = first === null ? thisYear : Number(romeTime(first).date.slice(0, 4));
  const { year = thisYear, group = "" } = query.value;
  const startOf = (one: number) => instantOfRome({ date: `${one}-01-01`, time: "00:00" }) ?? 0;
  const orders = listReceivedBetween(orm, actorId, startOf(year), startOf(year + 1), YEAR_ORDERS);
  const names = new Map(orders.map(({ buyer }) => [buyer, ""]));
  for (const buyer of names.keys()) names.set(buyer, buyerName(wire.db.orm, buyer));
  const cycles = new Map(orders.map(({ cycleId }) => [cycleId, null as string | null]));
  for (const id of cycles.keys()) if (id !== null) cycles.set(id, loadCycle(orm, actorId, id)?.name ?? null);
  const all = orders
    .filter(({ buyer }) => group === "" || buyer === group)
    .map(
      (order): PastOrder => ({
        order,
        buyerName: names.get(order.buyer) ?? "",
        cycleName: cycles.get(order.cycleId) ?? null,
      }),
    );
  const goods = goodsOfOrders(orm, actorId, orders);
  const text = ({ order, buyerName, cycleName }: PastOrder) =>
    [buyerName, cycleName ?? "", ...order.latest.lines.map(({ lineIri }) => goods.get(lineIri)?.name ?? "")].join(" ");
  return {
    ...{ year, group, goods },
    years: Array.from({ length: Math.max(1, thisYear - firstYear + 1) }, (_, i) => thisYear - i),
    groups: [...names].map(([id, name]) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    sifted: sift(all, query.value, { text, chips: CHIPS, ...(size === undefined ? {} : { size }) }),
    totals: addUpOrders(all, goods),
  };
}
