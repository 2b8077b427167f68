// What the homes of the demo do about a new group: somebody asks a network for help, it says yes, whoever looks after the node makes it.
import { standingOf } from "../../src/ledger/creditActions.ts";
import { acceptInvitation, type FirstActor } from "../../src/members/actions.ts";
import { askFounding, decideFounding, readFounding, saveSteps } from "../../src/network/founding/foundActions.ts";
import { hostActor } from "../../src/network/founding/hostActions.ts";
import { nearestGroups } from "../../src/network/founding/seekActions.ts";
import { findComune } from "../../src/network/places/places.ts";
import { makeActor } from "../../src/node.ts";
import { actorOf, demand, type Home, personOf } from "./lookup.ts";

type Founder = { readonly name: string; readonly email: string };

export const foundingVerbs = {
  /** The group of a network that is nearest to a comune, by the network's index; null where it knows none. */
  findNearest: async ({ node, db }: Home, { handle, comune }: { handle: string; comune: string }) => {
    const index = await node.index.open();
    const now = node.wire.clock.now();
    const [nearest] = await nearestGroups(index, actorOf(db, handle).id, placeOf(comune), now, 1);
    return nearest ? { name: nearest.name, km: Math.round(nearest.distanceKm ?? 0) } : null;
  },

  /** Asks a network to help found a group that it shall host, and ticks the steps that are done already. Gives the founding and its page. */
  askToFound: async (
    { house, db, config }: Home,
    wish: { handle: string; founder: Founder; group: FirstActor; steps: readonly number[] },
  ) => {
    const { id: networkId } = actorOf(db, wish.handle);
    const { founder, group } = wish;
    const facts = { ...founder, groupName: group.name, place: placeOf(group.place), language: config.language };
    const { url } = demand(await askFounding(house, networkId, { ...facts, wish: "hosted", address: "127.0.0.1" }));
    if (url === null) throw new Error("the way to the page of a founding was not handed over");
    const founding = demand(await readFounding(house, networkId, url.slice(url.lastIndexOf("/") + 1)));
    saveSteps(house, founding.id, wish.steps);
    return { id: founding.id, url };
  },

  /** Who coordinates the network says yes. */
  agreeToFound: async ({ house, db }: Home, { handle, id, by }: { handle: string; id: string; by: string }) => {
    const key = { actorId: actorOf(db, handle).id, id, byId: personOf(db, by) };
    demand(decideFounding(house, key, "agreed"));
  },

  /** Whoever looks after the node makes the group, and the founder takes the seat that the invitation is to. */
  hostGroup: async (
    { house, db, config }: Home,
    { id, handle, by, founder }: { id: string; handle: string; by: string; founder: Founder },
  ) => {
    const parts = {
      house,
      makeActor: (tx: Parameters<typeof makeActor>[0], group: FirstActor) => makeActor(tx, group, config, house.clock),
    };
    const { url } = demand(hostActor(parts, id, handle, personOf(db, by)));
    demand(acceptInvitation(house, url.slice(url.lastIndexOf("/") + 1), founder, standingOf));
  },
};

function placeOf(name: string) {
  const comune = findComune(name);
  if (!comune) throw new Error(`no comune ${name}`);
  return comune;
}
