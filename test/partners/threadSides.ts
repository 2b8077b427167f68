// A GAS and a farm with a pact in force, and on each side a listener that writes down what reaches its room.
import type { Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import {
  BUYER_KINDS,
  MESSAGE_KINDS,
  type MessageKind,
  type MessageOf,
  speakerOf,
  type ThreadMessage,
} from "../../src/partners/threads/agreement.ts";
import { onThreadChannel, sayOnThread, type ThreadListener } from "../../src/partners/threads/threadActivities.ts";
import { exchange, makeClock, type Node, openNode } from "./town.ts";

/** What a room was told: by a message, by an alarm, or by what a restore found again. */
type Told = {
  readonly by: "receive" | "suspect" | "recall";
  readonly message: ThreadMessage;
  isWithdrawn?: boolean;
};

/** A room that takes everything the other side says and writes it down. */
function noteDown(side: "buyer" | "seller", told: Told[]): ThreadListener {
  const kinds = (by: "buyer" | "seller"): MessageKind[] => MESSAGE_KINDS.filter((kind) => speakerOf(kind) === by);
  return {
    hears: kinds(side === "buyer" ? "seller" : "buyer"),
    says: kinds(side),
    receive: (_tx, _arrival, message, { isWithdrawn }) => {
      told.push({ by: "receive", message, ...(isWithdrawn ? { isWithdrawn } : {}) });
      return "applied";
    },
    suspect: (_tx, { message }) => void told.push({ by: "suspect", message }),
    recall: (_tx, { message }) => void told.push({ by: "recall", message }),
  };
}

export type Side = { readonly node: Node; readonly actor: LocalActor; readonly told: Told[] };

/** Both sides, partners; `say` says something, `settle` carries everything to and fro. */
export async function partners(t: Test) {
  const clock = makeClock();
  const open = (host: string, side: "buyer" | "seller"): Omit<Side, "actor"> => {
    const told: Told[] = [];
    return { node: openNode(t, host, clock, [onThreadChannel(noteDown(side, told))]), told };
  };
  const [g, p] = [open("g.example", "buyer"), open("p.example", "seller")];
  const gas: Side = { ...g, actor: g.node.add("gas", "g") };
  const farm: Side = { ...p, actor: p.node.add("producer", "p") };
  const settle = () => exchange([gas, farm]);
  await join(gas, farm, settle);
  const say = <Kind extends MessageKind>(message: MessageOf<Kind>) => {
    const isBuyer = (BUYER_KINDS as readonly MessageKind[]).includes(message.kind);
    const [from, to] = isBuyer ? [gas, farm] : [farm, gas];
    const { wire } = from.node;
    return transact(wire.db, (tx) => sayOnThread(wire, tx, { from: from.actor, peer: to.actor.id, message }));
  };
  return { clock, gas, farm, settle, say };
}

async function join(gas: Side, farm: Side, settle: () => Promise<void>): Promise<void> {
  const terms = {
    catalogSubset: [`${farm.actor.id}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 10,
    referents: [],
  };
  const proposed = proposePact(gas.node.wire, gas.actor.id, farm.node.describe(farm.actor), {
    as: "buyer",
    terms,
    endsAt: null,
  });
  if (isRefusal(proposed)) throw new Error(proposed.refused);
  await settle();
  const name = { actorId: farm.actor.id, iri: proposed.pact.iri };
  const accepted = acceptPact(farm.node.wire, name, { revision: 1, isCompared: true });
  if (isRefusal(accepted)) throw new Error(accepted.refused);
  await settle();
}
