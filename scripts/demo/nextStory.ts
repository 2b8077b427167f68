// What the demo leaves open for whoever looks on: a cycle, an order to book in, and one that waits for the farm's answer.
import { tellCycle } from "./cycleStory.ts";
import { bookBasket, nameOf, type OrderTold, openOrders } from "./orderStory.ts";
import type { Stage } from "./story.ts";

/** Another cycle with its orders. A group whose members know already what they want sends its own at once. */
export async function beginAnew(stage: Stage): Promise<OrderTold[]> {
  const { say } = stage.teller;
  const cycle = await tellCycle(stage, say.nextCycleName);
  const orders = await openOrders(stage, cycle, say.nextOrderName);
  for (const order of orders) if (order.group.members.some(({ nextItems }) => nextItems)) await sendEarly(stage, order);
  return orders;
}

async function sendEarly(stage: Stage, order: OrderTold): Promise<void> {
  const { say, see } = stage.teller;
  const { gas, farm, group, orderId } = order;
  for (const { email, nextItems: items } of group.members)
    if (items) await bookBasket(stage, order, { email, items, friendId: null });
  await gas.home.ask("closeOrder", { handle: gas.handle, orderId, email: group.referente });
  await see(say.closedEarly(nameOf(group.referente), gas.name, farm.name), async () => {
    const { thread, state } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    const sale = await farm.home.ask("showSale", { handle: farm.handle, thread: thread ?? "" });
    return state === "sent" && sale?.state === "received";
  });
}
