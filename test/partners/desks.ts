// People at the desks of real nodes: signed in through a link, with a browser small enough for tests.
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import type { Role } from "../../src/web/visitor.ts";
import type { TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "../web/browser.ts";

/** A person with a role at an actor of that node, signed in. */
export async function sitDown(
  { node, config, origin }: TestNode,
  name: string,
  handle: string,
  role: Role,
  nodeAdmin = false,
): Promise<Browser> {
  const email = `${name}@posta.example`;
  insertPerson(node.db.orm, { id: name, name, email, claimedEmail: email, nodeAdmin, createdAt: 0 });
  insertSeat(node.db.orm, { personId: name, actorId: `${origin}/${handle}`, role, createdAt: 0 });
  const made = await signInLink(membersHouse(config, node.db, node.wire.clock), email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

/** The first link of a page whose address begins so, as the page has it. */
export function linkTo(body: string, start: string): string {
  const href = [...body.matchAll(/href="([^"]*)"/g)]
    .map(([, link = ""]) => link)
    .find((link) => link.startsWith(start));
  if (!href) throw new Error(`the page has no link to ${start}`);
  return href.replaceAll("&amp;", "&");
}
