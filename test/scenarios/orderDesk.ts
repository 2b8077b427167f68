// A group's desk in a browser without script: a member who looks after the orders, a farm, orders in each state.
import type { Test } from "tap";
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { addSeason } from "../browser/season.ts";
import { addShopping } from "../browser/shopping.ts";
import { startNodes } from "../tools/nodes.ts";
import { openBrowser } from "../web/browser.ts";

const EMAIL = "gino@posta.example";

/** A node with a group, its farm and its orders, and a browser signed in as member and referente. */
export async function openDesk(t: Test) {
  const { nodes, clock } = await startNodes(t, ["one"]);
  const { node, origin, config } = nodes.one;
  const { id: actorId } = nodes.one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
  insertPerson(node.db.orm, {
    ...{ id: "gino", name: "Gino Bravi", email: EMAIL, claimedEmail: EMAIL, nodeAdmin: false, createdAt: 0 },
  });
  insertSeat(node.db.orm, { personId: "gino", actorId, role: "admin", createdAt: 0 });
  const season = await addSeason(nodes.one, "gas-fano", EMAIL);
  const shopping = await addShopping(nodes.one, "gas-fano", EMAIL, season);
  const makeLink = async () => {
    const made = await signInLink(membersHouse(config, node.db, node.wire.clock), EMAIL);
    if ("refused" in made) throw new Error(made.refused);
    return made.url;
  };
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(await makeLink());
  await browser.submit(await browser.get(pathname), pathname);
  const addressOf = (id: string) => `/desk/gas-fano/orders/${id}`;
  return { node, actorId, origin, makeLink, browser, shopping, addressOf, clock };
}
