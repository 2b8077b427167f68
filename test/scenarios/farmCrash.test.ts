// A1 over orders: a farm's node that dies by SIGKILL as it hears, answers and hands over, at one point after the other.
import t from "tap";
import { statusOf } from "../tools/letters.ts";
import { startNodes } from "../tools/nodes.ts";
import { actAsGroup } from "../tools/orderPeople.ts";
import { checkBooks, killAgainAndAgain, openLeft, settingsOf } from "./killedOrders.ts";

const DEATHS = [
  ...["offer-heard:1", "offer-heard:2", "saying-countered:1", "saying-accepted:1"],
  // Confirmed; then, once the group has accepted the delivery note, delivered and closed.
  ...["saying-status:1", "note-written:1", "note-answer-heard:1", "saying-status:3"],
  ...["before-send:2", "after-send:2", "after-group-commit:1"],
];

t.test(
  "A1 a farm killed as it hears, answers and hands over has agreed with every order once, delivered it once, and lost none",
  async (t) => {
    const { nodes } = await startNodes(t, ["gas"], { clock: { now: Date.now }, chance: () => 0 });
    const { node, config, addActor } = nodes.gas;
    const gas = addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    const { origin, settings } = await settingsOf(t);
    const farm = `${origin}/mulino`;
    let most = 0;
    let isActing = false;
    let isUp = false;
    const act = async () => {
      if (isActing) return;
      isActing = true;
      try {
        // Whoever asks for an actor before its node is up waits a minute before it asks again.
        isUp ||= (await statusOf(farm)) === 200;
        if (isUp) await actAsGroup(node, gas, farm, most);
      } finally {
        isActing = false;
      }
    };
    const people = setInterval(act, 50);
    t.teardown(() => clearInterval(people));
    const orders = await killAgainAndAgain(t, {
      side: "farm",
      deaths: DEATHS,
      farm,
      settings,
      tell: (now) => {
        most = now;
      },
    });
    checkBooks(t, { gas: { db: node.db, config }, farm: openLeft(t, settings) }, "farm", orders);
  },
);
