// Who sells is written to when an order comes, changes or is taken back: owed in the transaction in which it was heard, once each.
import type { LocalActor } from "../activitypub/actor.ts";
import type { TellPeople } from "../catalogs/certificateActions.ts";
import type { Tx } from "../db/transact.ts";
import { formats } from "../web/format.ts";
import { buyerName, goodsOfOrders } from "./basisStore.ts";
import { type SaleNews, saleMail } from "./orderMail.ts";
import { orderName } from "./orderPages.ts";
import { stateOf } from "./received.ts";
import { loadReceived } from "./receivedStore.ts";

/** `key` tells this news from others of the same thread; `words` is what the group wrote with it. */
export type SaleEvent = {
  readonly thread: string;
  readonly news: SaleNews;
  readonly key: string;
  readonly words?: string;
};

/**
 * Owes the mail about an order as it stands now; nothing where there is nobody to tell, or no such order is kept. An order that was turned
 * away by itself is no news: its group has been told why, and asks.
 */
export function tellSale(tx: Tx, tell: TellPeople | null, from: LocalActor, event: SaleEvent): void {
  const order = tell && loadReceived(tx, from.id, event.thread);
  if (!tell || !order) return;
  const state = stateOf(order);
  if (state === "rejected" && (event.news === "new" || event.news === "changed")) return;
  const goods = goodsOfOrders(tx, from.id, [order]);
  const url = `${new URL(from.id).origin}/desk/${from.handle}/sales/${orderName(order.thread)}`;
  const facts = {
    ...{ news: event.news, group: buyerName(tx, order.buyer), farm: from.name, state, words: event.words ?? "", url },
    lines: order.latest.lines,
    nameOf: (lineIri: string) => goods.get(lineIri)?.name ?? lineIri,
  };
  tell(tx, from.id, {
    businessKey: `sale ${event.news} ${event.key}`,
    write: (say, language) => saleMail({ say, language, format: formats(language) }, facts),
  });
}
