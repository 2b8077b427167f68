// Deeds of partners.
import { resumePact, suspendPact } from "../../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../../src/partners/pacts/pactStore.ts";
import type { Deed } from "./deed.ts";

/** One of our pacts, suspended or resumed: orders in flight must survive it. */
export const turnPact: Deed = {
  name: "suspends or resumes a pact",
  who: "both",
  run: (node, { actorId }, { dice }) => {
    const pacts = listPacts(node.db.orm, actorId, 20);
    if (pacts.length === 0) return null;
    const { pact } = dice.pick(pacts);
    const name = { actorId, iri: pact.iri };
    return dice.oneIn(4) ? suspendPact(node.wire, name, null) : resumePact(node.wire, name);
  },
};
