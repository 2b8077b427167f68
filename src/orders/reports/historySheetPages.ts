// What a household had, order by order, as a sheet to keep: its own lines and sums, and nobody else's name. Pure. SAFETY C58.
import { moneyCell, numberColumn, quantityCell, type Sheet, type SheetCell, textColumn } from "../../kernel/sheet.ts";
import { unitLabel } from "../../kernel/units.ts";
import type { PageContext } from "../../web/page.ts";
import type { PastOrder } from "../memberPages.ts";
import { amountOf } from "../order.ts";

/** One table an order, its lines added up over the household and its friends, whose names stay out. */
export function historySheet(c: PageContext, householdName: string, past: readonly PastOrder[]): Sheet {
  const { say, language, format } = c;
  const columns = [
    textColumn(say("orders.history.product")),
    numberColumn(say("orders.history.booked")),
    numberColumn(say("orders.history.delivered")),
    textColumn(say("orders.history.unit")),
    numberColumn(say("orders.history.amount")),
  ];
  const tables = past.map((one) => {
    const { order, producerName, basket, due } = one;
    const rows = order.lines.flatMap((line): SheetCell[][] => {
      const { booked, got } = amountsOf(one, line.number);
      if (booked === 0 && got === 0) return [];
      const unit = unitLabel(line.goods.unitCode, 2000, language);
      const amount = moneyCell(amountOf(got, line.goods));
      return [[line.goods.name, quantityCell(booked), quantityCell(got), unit, amount]];
    });
    const charged = due?.isCharged ? moneyCell(due.cents) : null;
    return {
      heading: `${producerName}: ${order.name}`,
      note: `${format.date(order.closesAt)} · ${say(`orders.basket.${basket.state}`)}`,
      columns,
      rows,
      total: [say("orders.history.paid"), null, null, null, charged],
    };
  });
  return {
    title: say("orders.history.title"),
    lines: [`${c.seat?.actorName ?? ""}: ${householdName}`],
    warnings: [],
    language,
    isWide: false,
    tables: tables.filter(({ rows }) => rows.length > 0),
  };
}

/** What was booked of a line, and what came of it, in thousandths: the household's own and its friends' together. */
function amountsOf({ bookings, portions }: PastOrder, number: number): { booked: number; got: number } {
  const own = portions.filter(({ lineNumber }) => lineNumber === number);
  const booked = bookings
    .filter(({ lineNumber }) => lineNumber === number)
    .reduce((sum, { quantityThousandths }) => sum + quantityThousandths, 0);
  const given = own.reduce((sum, one) => sum + (one.deliveredThousandths ?? one.allocatedThousandths), 0);
  return { booked, got: given };
}
