// `filiera order`: the orders of a group, looked at and closed from the command line.
import type { Command } from "commander";
import { createKeyring } from "../activitypub/actors.ts";
import { createPost } from "../activitypub/outbox.ts";
import type { Tx } from "../db/transact.ts";
import { formatQuantity } from "../kernel/quantity.ts";
import { formatInstant } from "../kernel/time.ts";
import { orderMoney } from "../ledger/orderActions.ts";
import { bookedTotals, countBookers } from "../orders/booking/bookingStore.ts";
import { closeOrder } from "../orders/closeActions.ts";
import { loadDealing } from "../orders/dealingStore.ts";
import type { Order } from "../orders/order.ts";
import { listMoves, listOrders, loadOrder } from "../orders/store.ts";
import { totalOf } from "../partners/threads/agreement.ts";
import { stateOf } from "../sales/received.ts";
import { viewShared } from "../sharing/actions.ts";
import { loadShared } from "../sharing/store.ts";
import { formats } from "../web/format.ts";
import { sentenceOf } from "../web/refusals.ts";
import type { Say } from "../web/words.ts";
import { type Desk, demand, findActor, VerbError } from "./desk.ts";

const SHOWN = 200;

/** `list`, `show ID` and `close ID` of one group (`--actor`). Names of members are never written here. */
export function addOrderVerbs(program: Command, desk: Desk): void {
  const { say, tell, config } = desk;
  type Which = { actor: string };
  const order = program.command("order").description(say("cli.order.about"));
  const add = (name: string) =>
    order
      .command(name)
      .description(say(`cli.order.${name}`))
      .requiredOption("--actor <handle>", say("cli.order.actor"));
  const find = (id: string, { actor: handle }: Which): Order => {
    const found = loadOrder(desk.db().orm, findActor(desk, handle).id, id);
    if (!found) throw new VerbError(say("cli.order.unknown", { handle, id }));
    return found;
  };
  add("list").action(({ actor }: Which) => {
    for (const { id, state, closesAt, needsPerson, name } of listOrders(desk.db().orm, findActor(desk, actor).id, {
      limit: SHOWN,
    }))
      tell([id, state.padEnd(10), formatInstant(closesAt), needsPerson ?? "-", name].join("  "));
  });
  add("show")
    .argument("<id>")
    .action((id: string, which: Which) => {
      for (const line of describeOrder(desk, find(id, which))) tell(line);
    });
  add("close")
    .argument("<id>")
    .action((id: string, which: Which) => {
      const { actorId } = find(id, which);
      const db = desk.db();
      const keyring = createKeyring(config.secret);
      // The running node carries the Offer to the producer; without one it waits for its next start.
      const buying = { db, clock: { now: Date.now }, keyring, post: createPost(db, keyring, () => {}) };
      const closed = demand(desk, closeOrder(buying, { actorId, orderId: id, personId: null }));
      tell(say("cli.order.closed", { name: closed.name, state: say(`orders.state.${closed.state}`) }));
    });
}

function describeOrder({ say, db, config }: Desk, order: Order): string[] {
  const { orm } = db();
  const { money } = formats(config.language);
  const totals = bookedTotals(orm, order.id);
  const { offer, agreement, counter } = loadDealing(orm, order.id);
  const { state, chargedCents, paidCents } = orderMoney(orm, order.actorId, order.id);
  const lines = order.lines
    .filter(({ number }) => totals.has(number))
    .map(({ number, goods }) => `  ${formatQuantity(totals.get(number)!)} ${goods.wireUnit}  ${goods.name}`);
  return [
    `${order.name}  ${say(`orders.state.${order.state}`)}${order.needsPerson ? `  (${order.needsPerson})` : ""}`,
    `${say("cli.order.producer")}  ${order.producerId}`,
    `${say("cli.order.closes")}  ${formatInstant(order.closesAt)}`,
    `${say("cli.order.bookers")}  ${countBookers(orm, order.id)}`,
    ...lines,
    ...(offer ? [`${say("cli.order.sent")}  r${offer.revision}  ${money(offer.totalCents)}  ${order.thread}`] : []),
    ...(counter
      ? [`${say("cli.order.counter")}  ${money(counter.totalCents)}  ${formatInstant(counter.answerBy)}`]
      : []),
    ...(agreement
      ? [`${say("cli.order.agreed")}  r${agreement.revision}  ${money(agreement.totalCents)}  ${agreement.status}`]
      : []),
    ...describeGroups(db().orm, order, say, money),
    `${say("cli.order.money")}  ${state}  ${money(chargedCents)}  ${money(paidCents)}`,
    ...listMoves(orm, order.id).map(
      ({ from, to, mover, reason, at }) =>
        `  ${formatInstant(at)}  ${from} > ${to}  ${mover}${reason ? `  ${reason}` : ""}`,
    ),
  ];
}

/** Of an order that is led for other groups: each with its totals, what there is for it, and what is not as it asked. */
function describeGroups(tx: Tx, { actorId, id }: Order, say: Say, money: (cents: number) => string): string[] {
  const shared = loadShared(tx, actorId, id);
  const view = shared && viewShared(tx, shared);
  if (!view) return [];
  const lines = view.groups.map(({ received, group, text, allotted }) => {
    const sums = [money(totalOf(text)), allotted ? money(totalOf(allotted)) : "-"];
    const problem = group?.problem ? [sentenceOf(group.problem, say)] : [];
    return `  ${[say(`sales.orderState.${stateOf(received)}`), ...sums, received.buyer, ...problem].join("  ")}`;
  });
  return [`${say("cli.order.groups")}  ${say(`sales.state.${view.cycle.state}`)}  ${lines.length}`, ...lines];
}
