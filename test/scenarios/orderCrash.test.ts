// A1 over orders: a group's node that dies by SIGKILL at every crash point between basket and charge, one after the other.
import t from "tap";
import { startNodes } from "../tools/nodes.ts";
import { actAsFarm } from "../tools/orderPeople.ts";
import { checkBooks, killAgainAndAgain, openLeft, settingsOf } from "./killedOrders.ts";

const OF_GROUP = [
  "booking-reserved",
  "booking-before-commit",
  "order-locked",
  "offer-posted",
  "before-charge",
  "after-charge",
];

const DEATHS = [
  ...OF_GROUP.map((point) => `${point}:1`),
  ...["before-send:2", "after-send:2", "before-group-commit:1", "after-group-commit:2"],
  ...["before-begin:15", "before-commit:12", "after-commit:9"],
];

t.test(
  "A1 killed at each crash point between basket and charge, every order of the group is agreed once, delivered once, charged once",
  async (t) => {
    const { nodes } = await startNodes(t, ["farm"], { clock: { now: Date.now }, chance: () => 0 });
    const { node, config, addActor } = nodes.farm;
    const farm = addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    const farmer = setInterval(() => actAsFarm(node, farm), 50);
    t.teardown(() => clearInterval(farmer));
    const { settings } = await settingsOf(t);
    const orders = await killAgainAndAgain(t, { side: "gas", deaths: DEATHS, farm: farm.id, settings });
    checkBooks(t, { gas: openLeft(t, settings), farm: { db: node.db, config } }, "gas", orders);
  },
);
