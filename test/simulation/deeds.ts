// What people do in a story, each deed on one machine: whoever's turn it is acts if they can, and is refused if they may not.

import type { Node } from "../../src/node.ts";
import { resumePact, suspendPact } from "../../src/partners/pactActions.ts";
import { listPacts } from "../../src/partners/pactStore.ts";
import type { Place, World } from "./world.ts";

/** One thing that may happen. What it gives is kept in the story's record: a refusal is an answer like another. */
export type Deed = {
  readonly name: string;
  readonly who: "producer" | "gas" | "both";
  readonly run: (node: Node, place: Place, world: World) => unknown;
};

/** One of our pacts, suspended or resumed: orders in flight must survive it. */
const turnPact: Deed = {
  name: "suspends or resumes a pact",
  who: "both",
  run: (node, { actorId }, { dice }) => {
    const pacts = listPacts(node.db.orm, actorId, 20);
    if (pacts.length === 0) return null;
    const { pact } = dice.pick(pacts);
    const name = { actorId, iri: pact.iri };
    return dice.oneIn(2) ? suspendPact(node.wire, name, null) : resumePact(node.wire, name);
  },
};

/** Every deed with how often it comes up. */
export const DEEDS: readonly (readonly [number, Deed])[] = [[1, turnPact]];
