// A browser signed in at a real node by a link, as somebody with every seat at some of its actors.
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { ROLES } from "../../src/web/visitor.ts";
import type { TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "./browser.ts";

/** Makes the person and signs in. `handles` are actors of that node. */
export async function deskBrowser(
  test: TestNode,
  handles: readonly string[],
  name = "gino",
  remoteAddress?: () => string,
): Promise<Browser> {
  const { node, config, origin } = test;
  const email = `${name}@posta.example`;
  insertPerson(node.db.orm, { id: name, name, email, claimedEmail: email, nodeAdmin: true, createdAt: 0 });
  for (const handle of handles)
    for (const role of ROLES)
      insertSeat(node.db.orm, { personId: name, actorId: `${origin}/${handle}`, role, createdAt: 0 });
  const made = await signInLink(membersHouse(config, node.db, node.wire.clock), email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin, remoteAddress);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}
