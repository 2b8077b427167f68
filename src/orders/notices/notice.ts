// Who is to be told what of an order's change: the news in a logged move, seen from how the order stands now. Pure. SAFETY A46.
import type { Mover, Order, OrderState } from "../order.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An event older than this is no news: a node put back from a backup does not write about last month. */
const NEWS_FOR_MS = 3 * DAY;
/** So long before the closing who has not booked is reminded, of orders that were open for longer than the other. */
export const REMIND_BEFORE_MS = DAY;
const REMIND_WHEN_OPEN_FOR_MS = 36 * HOUR;

/** What of a logged change matters here. */
type Move = {
  readonly from: OrderState;
  readonly to: OrderState;
  readonly mover: Mover;
  readonly reason: string | null;
  readonly at: number;
};

/** `businessKey` names the event: it reaches a person once. `asked`: those who run the orders must decide. */
export type News = {
  readonly what: "opened" | "closed" | "agreed" | "refused" | "cancelled" | "asked";
  readonly businessKey: string;
};

/** The news in a move that is still true; none for what has changed since, or is long past (`now`, epoch ms). */
export function newsOf(move: Move, order: Omit<Order, "lines">, now: number): News[] {
  if (now - move.at > NEWS_FOR_MS) return [];
  const what = eventOf(move, order, now);
  const told: News[] = what ? [{ what, businessKey: nameOf(what, move, order) }] : [];
  // What a person asked for themselves they know.
  if (order.needsPerson === null || order.needsPerson === "undo-asked") return told;
  return [...told, { what: "asked", businessKey: `asked:${order.id}:${order.revision}:${order.needsPerson}` }];
}

function eventOf(move: Move, order: Omit<Order, "lines">, now: number): Exclude<News["what"], "asked"> | null {
  const { from, to, mover, at } = move;
  if (from === to) return move.reason === "agreed-again" && to === order.state ? "agreed" : null;
  const isUnseen = from === "draft" || from === "scheduled";
  if (to === "open") return isUnseen && order.state === "open" && order.closesAt > now ? "opened" : null;
  if (to === "closed" && (from === "open" || from === "completing"))
    return order.closedAt === at && order.state !== "cancelled" ? "closed" : null;
  if (to === "closed" && from === "sent") return mover === "producer" && order.state === "closed" ? "refused" : null;
  if (to === "confirmed") return order.state === "cancelled" ? null : "agreed";
  return to === "cancelled" && !isUnseen ? "cancelled" : null;
}

function nameOf(what: News["what"], { at }: Move, { id, revision }: Omit<Order, "lines">): string {
  if (what === "closed") return `closed:${id}:${at}`;
  return what === "refused" || what === "agreed" ? answerName(id, revision) : `${what}:${id}`;
}

/** The name of what the producer said to a revision. */
export function answerName(orderId: string, revision: number): string {
  return `answered:${orderId}:${revision}`;
}

/** Whether who has not booked is reminded of this closing; `openedAt`: when bookings began. */
export function remindsOf({ closesAt }: Pick<Order, "closesAt">, openedAt: number, now: number): boolean {
  return closesAt > now && closesAt - now <= REMIND_BEFORE_MS && closesAt - openedAt > REMIND_WHEN_OPEN_FOR_MS;
}
