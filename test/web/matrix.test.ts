// Every route of a real node, generated from its own matrix, asked by every role at its own and at a foreign actor.
import t, { type Test } from "tap";
import { describeActor } from "../../src/activitypub/actors.ts";
import type { Db } from "../../src/db/transact.ts";
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { insertOrder } from "../../src/orders/store.ts";
import type { Policy, RouteLine } from "../../src/web/policy.ts";
import { ROLES, type Role } from "../../src/web/visitor.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "./browser.ts";

const OWN = "gas-fano";
/** Where a desk is only a producer's. */
const OWN_PRODUCER = "podere";
/** Where a desk is only a network's. */
const OWN_NETWORK = "des";
const ownOf = (url: string) => {
  if (/^\/desk\/:handle\/network(?!s)/.test(url)) return OWN_NETWORK;
  return /^\/desk\/:handle\/catalog/.test(url) ? OWN_PRODUCER : OWN;
};
const FOREIGN = "mulino";

/** What strangers may send without a session. A route that joins them is a decision: it is written here too. */
const OPEN_TO_STRANGERS = [
  "POST /inbox",
  "POST /:handle/inbox",
  "POST /language",
  "POST /setup/:token/:step",
  "POST /sign-in",
  "POST /sign-in/:token",
  "POST /sign-in/password",
  "POST /sign-in/second",
  "POST /sign-in/passkey",
  "POST /invitation/:token",
  "POST /email-prove/:token",
  "POST /email-undo/:token",
  "POST /:handle/join",
  "POST /:handle/near",
  "POST /:handle/near/:token",
  "POST /:handle/near/:token/forget",
  "POST /:handle/start",
  "POST /:handle/start/:token",
  "POST /:handle/start/:token/enter",
  "POST /:handle/start/:token/forget",
  "POST /:handle/events/:id/book",
  "POST /booking/:token",
  "POST /notices/stop/:token",
  "POST /:handle/training/:slug/join",
  "POST /:handle/training/:slug/enter/:token",
  "POST /api/push/:token",
];

/** Routes that name their object after the question mark: a thread is an IRI. Without one they miss it. */
const ASKED_BY_QUERY = ["/desk/:handle/contract", "/desk/:handle/contract/file", "/desk/:handle/network/member"];
/** Kinds whose object has its id in the address. */
const NAMED_BY_ID = ["order", "repeat"];

type Who = "nobody" | "no-seat" | "node-admin" | Role;

/** Each person comes from elsewhere: what they ask counts for themselves. */
const addressOf = (name: string) => {
  homes.add(name);
  return `127.0.1.${[...homes].indexOf(name) + 1}`;
};
const homes = new Set<string>();

/** Makes a person and signs them in through a link, as they would. */
async function signIn(test: TestNode, name: string, role: Role | null, nodeAdmin: boolean): Promise<Browser> {
  const { node, config, origin } = test;
  const email = `${name}@posta.example`;
  insertPerson(node.db.orm, { id: name, name, email, claimedEmail: email, nodeAdmin, createdAt: 0 });
  for (const handle of role ? [OWN, OWN_PRODUCER, OWN_NETWORK] : [])
    insertSeat(node.db.orm, { personId: name, actorId: `${origin}/${handle}`, role: role!, createdAt: 0 });
  const made = await signInLink(membersHouse(config, node.db, node.wire.clock), email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin, addressOf(name));
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

/** What SAFETY section 8 says of this route and person; null where everybody may come. */
function expected(policy: Policy, who: Who, handle: string): "in" | 401 | 404 | null {
  if ("public" in policy || "peer" in policy) return null;
  if (who === "nobody") return 401;
  if ("signedIn" in policy) return "in";
  if ("nodeAdmin" in policy) return who === "node-admin" ? "in" : 404;
  return handle !== FOREIGN && policy.seat.some((role) => role === who) ? "in" : 404;
}

function pathOf({ url }: RouteLine, handle: string): string {
  return url.replace(":handle", handle).replaceAll(/:\w+/g, "aaaaaaaaaaaaaaaaaaaaaaaaaa").replace("*", "x");
}

t.test(
  "C1 C45 C54 each route lets in whom its policy says, refuses the others, and shows no other actor of the node",
  async (t) => {
    const { nodes } = await startNodes(t, ["one"]);
    nodes.one.addActor({ kind: "gas", handle: OWN, name: "GAS Fano" });
    nodes.one.addActor({ kind: "producer", handle: OWN_PRODUCER, name: "Podere" });
    nodes.one.addActor({ kind: "district", handle: OWN_NETWORK, name: "Distretto" });
    nodes.one.addActor({ kind: "producer", handle: FOREIGN, name: "Mulino" });
    const browsers = new Map<Who, Browser>([["nobody", openBrowser(nodes.one.node.app, nodes.one.origin)]]);
    for (const role of ROLES) browsers.set(role, await signIn(nodes.one, role, role, false));
    browsers.set("no-seat", await signIn(nodes.one, "no-seat", null, false));
    browsers.set("node-admin", await signIn(nodes.one, "node-admin", null, true));
    const lines = nodes.one.node.app.routeMatrix.filter(({ method }) => method === "GET" || method === "POST");
    // What ends a session is asked last.
    const ordered = lines.toSorted((a, b) => Number(a.url === "/sign-out") - Number(b.url === "/sign-out"));
    t.ok(ordered.length > 15, "there are routes to ask");
    let asked = 0;
    for (const line of ordered) {
      for (const handle of line.url.includes(":handle") ? [ownOf(line.url), FOREIGN] : [OWN]) {
        for (const [who, browser] of browsers) {
          const wanted = expected(line.policy, who, handle);
          if (wanted === null) continue;
          asked += 1;
          const path = pathOf(line, handle);
          const headers = { accept: "application/json" };
          const { status, body } =
            line.method === "GET" ? await browser.get(path, headers) : await browser.post(path, "", headers);
          // C54: an address is read by its person and by who administers, whatever the page.
          if (!["admin", "delivery"].includes(who) && body.includes("delivery@posta.example"))
            t.fail(`${who} reads an address at ${line.method} ${path}`);
          // Behind the door a GET with a made-up id misses its object, and a POST without our token goes no further.
          const isPlain = !/:(?!handle)/.test(line.url) && !ASKED_BY_QUERY.includes(line.url);
          const isIn = line.method === "POST" ? status === 403 : status === 200 || (!isPlain && status === 404);
          const holds = wanted === "in" ? isIn : status === wanted;
          if (!holds) t.fail(`${who} at ${line.method} ${path}: ${status}, not ${wanted}`);
        }
      }
    }
    t.ok(asked > 50, `${asked} questions`);
    await t.test("C1 C2 who administers the keeper of a list comes to that list, and to nothing else", (t) =>
      askAsKeeper(t, nodes.one, ordered),
    );
  },
);

/** Every desk route of the foreign producer: while it names OWN as keeper of its list and OWN says so too; and when only one of them does. */
async function askAsKeeper(t: Test, test: TestNode, lines: readonly RouteLine[]): Promise<void> {
  const { node, origin } = test;
  const admin = await signIn(test, "keeper", "admin", false);
  const helper = await signIn(test, "keepers-helper", "referente", false);
  const name = (keptBy: string | null) => describeActor(node.db.orm, `${origin}/${FOREIGN}`, { keptBy }, 0);
  const keep = (keeps: string[]) => describeActor(node.db.orm, `${origin}/${OWN}`, { keeps }, 0);
  const statusOf = async (browser: Browser, line: RouteLine) => {
    const path = pathOf(line, FOREIGN);
    const headers = { accept: "application/json" };
    return (line.method === "GET" ? await browser.get(path, headers) : await browser.post(path, "", headers)).status;
  };
  const desk = lines.filter(({ policy }) => "seat" in policy);
  const list = desk.filter(({ policy }) => "seat" in policy && policy.keeper);
  t.ok(list.length > 15, `${list.length} routes of a list`);
  const isOpen = ({ url, method }: RouteLine) => method === "POST" || !/:(?!handle)/.test(url);
  name(`${origin}/${OWN}`);
  for (const line of list.filter(isOpen)) t.equal(await statusOf(admin, line), 404, `${line.url}: no yes yet`);
  keep([`${origin}/${FOREIGN}`]);
  for (const line of desk) {
    const isIn = list.includes(line);
    const status = await statusOf(admin, line);
    const isPlain = !/:(?!handle)/.test(line.url);
    const holds = line.method === "POST" ? status === 403 : status === 200 || (!isPlain && status === 404);
    if (isIn ? !holds : status !== 404) t.fail(`keeper at ${line.method} ${line.url}: ${status}`);
  }
  for (const line of list.filter(isOpen)) t.equal(await statusOf(helper, line), 404, `${line.url}: no administrator`);
  name(null);
  for (const line of list.filter(isOpen)) t.equal(await statusOf(admin, line), 404, `${line.url}: taken back`);
}

t.test("C1 a referente of named producers gets to the orders of those and of no others, on every route", async (t) => {
  const { nodes } = await startNodes(t, ["one"]);
  const { node, origin } = nodes.one;
  nodes.one.addActor({ kind: "gas", handle: OWN, name: "GAS Fano" });
  const actorId = `${origin}/${OWN}`;
  const theirs = keepOrder(node.db, actorId, "https://mulino.example/mulino");
  const other = keepOrder(node.db, actorId, "https://casaro.example/casaro");
  const rita = await signIn(nodes.one, "rita", null, false);
  const producers = JSON.stringify(["https://mulino.example/mulino"]);
  insertSeat(node.db.orm, { personId: "rita", actorId, role: "referente", producers, createdAt: 0 });
  // Pacts, contracts and what narrows itself: test/partners/threads/contractRoutes.test.ts.
  const lines = node.app.routeMatrix.filter(({ policy }) => "seat" in policy && NAMED_BY_ID.includes(policy.of ?? ""));
  t.ok(lines.length > 20, "there are such routes");
  for (const line of lines.filter(({ method }) => method === "GET" || method === "POST")) {
    const kind = "seat" in line.policy ? line.policy.of : undefined;
    for (const mine of [true, false]) {
      const { order, repeat } = mine ? theirs : other;
      const path = pathOf({ ...line, url: line.url.replace(":id", kind === "order" ? order : repeat) }, OWN);
      const { status } = line.method === "GET" ? await rita.get(path) : await rita.post(path, "");
      // Past the door a POST meets its missing token; a GET its page, or an inner object that is not there.
      const isIn = line.method === "POST" ? status === 403 : status === 200 || (status === 404 && isInner(line.url));
      if (mine ? !isIn : status !== 404) t.fail(`${line.method} ${path} ${mine ? "own" : "other"}: ${status}`);
    }
  }
});

/** What names something within the order, or needs another state of it. */
function isInner(url: string): boolean {
  return /:(name|place|line)|\/(delivery|book|edit)(\/live)?$/.test(url);
}

/** A draft and a row of repeated orders of that producer. */
function keepOrder(db: Db, actorId: string, producerId: string): { order: string; repeat: string } {
  const order = `o${producerId.slice(8, 14)}`.padEnd(26, "a");
  const repeat = `r${producerId.slice(8, 14)}`.padEnd(26, "a");
  const at = Date.UTC(2026, 10, 24);
  const plan = {
    name: "Farine",
    note: "",
    opensAt: null,
    closesAt: at,
    completesUntil: null,
    pickups: [],
    modifiers: [],
  };
  const past = { cycleIri: null, thread: null, revision: 0, closedAt: null, cancelReason: null, needsPerson: null };
  const head = { id: order, actorId, producerId, state: "draft", createdAt: at, updatedAt: at, lines: [] } as const;
  const row = { ...plan, ...past, ...head, policies: START_POLICIES };
  insertOrder(db.orm, row, { createdBy: null, madeFrom: null, recurrenceId: null });
  db.raw
    .prepare(
      `INSERT INTO order_recurrences (id, actor_id, producer_id, state, rule, template, next_at, last_index, created_by, created_at, updated_at)
       VALUES (?, ?, ?, 'ended', '{}', '{}', NULL, 0, 'rita', 0, 0)`,
    )
    .run(repeat, actorId, producerId);
  return { order, repeat };
}

t.test("C1 what strangers may send is a short list that somebody decided", async (t) => {
  const { nodes } = await startNodes(t, ["one"]);
  const open = nodes.one.node.app.routeMatrix
    .filter(
      ({ method, policy }) => !["GET", "HEAD", "OPTIONS"].includes(method) && ("public" in policy || "peer" in policy),
    )
    .map(({ method, url }) => `${method} ${url}`);
  t.same(
    open.filter((line) => !OPEN_TO_STRANGERS.includes(line)),
    [],
  );
});
