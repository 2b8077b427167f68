// Words that every page about orders shares: quantities, packages, states. Pure.
import { unitLabel } from "../kernel/units.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext } from "../web/page.ts";
import { type Goods, type Order, type OrderState, simpleState } from "./order.ts";

/** "1,5 kg". */
export function tellAmount(c: PageContext, thousandths: number, { unitCode }: Pick<Goods, "unitCode">): string {
  return `${c.format.quantity(thousandths)} ${unitLabel(unitCode, thousandths, c.language)}`;
}

const BIGGER: Readonly<Record<string, string>> = { GRM: "KGM", MLT: "LTR" };

/** How much there is, or goes into something: what is sold by the gram is spoken of in kilograms from a thousand on. */
export function tellMuch(c: PageContext, thousandths: number, goods: Pick<Goods, "unitCode">): string {
  const bigger = thousandths >= 1_000_000 ? BIGGER[goods.unitCode] : undefined;
  return bigger
    ? tellAmount(c, Math.round(thousandths / 1000), { unitCode: bigger })
    : tellAmount(c, thousandths, goods);
}

/** What one package holds: "10 kg". */
export function tellPackage(c: PageContext, goods: Pick<Goods, "unitCode" | "packageThousandths">): string {
  return tellMuch(c, goods.packageThousandths, goods);
}

/** The state in one word, by default the simple one; a referente sees which step it is at. */
export function stateBadge(c: PageContext, order: Pick<Order, "state">, isFull = false): Html {
  const kind = KINDS[order.state];
  const label = isFull ? c.say(`orders.state.${order.state}`) : c.say(`orders.simple.${simpleState(order)}`);
  return html`<span class="${kind === "" ? "badge" : `badge ${kind}`}">${label}</span>`;
}

const KINDS: Readonly<Record<OrderState, "" | "wait" | "stop">> = {
  draft: "wait",
  scheduled: "wait",
  open: "",
  completing: "",
  closed: "wait",
  sent: "wait",
  confirmed: "",
  arrived: "",
  delivering: "",
  delivered: "",
  archived: "",
  cancelled: "stop",
};
