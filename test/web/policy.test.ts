// Who may use a route: what a policy must say to hold, and whom each lets in.
import Fastify from "fastify";
import t from "tap";
import {
  admit,
  leaveOutDesks,
  type OwnedKind,
  ownedName,
  type Policy,
  policyOf,
  requirePolicies,
} from "../../src/web/policy.ts";
import { ROLES, type Seat, type Visitor } from "../../src/web/visitor.ts";

const MILL = "https://farm.example/mulino";
const GROVE = "https://farm.example/agrumeto";

function seat(role: Seat["role"], producers: readonly string[] | null = null, handle = "gas-fano"): Seat {
  const actorId = `https://gas.example/${handle}`;
  return { actorId, handle, actorName: handle, actorKind: "gas", role, producers };
}

function visitor(...seats: Seat[]): Visitor {
  return { personId: "p", name: "P", language: null, nodeAdmin: false, seats, sessionKey: "k", signedInAt: 0 };
}

const nobodys = () => undefined;
const ask = (
  policy: Policy,
  who: Visitor | null,
  handle = "gas-fano",
  producerOf: Parameters<typeof admit>[3] = nobodys,
) => admit(policy, who, handle, producerOf);

/** Whether a route of this policy registers; the matrix it leaves. */
function register(policy: unknown, url: string) {
  const app = Fastify();
  requirePolicies(app);
  try {
    app.get(url, { config: { policy: policy as Policy } }, () => "");
    return app.routeMatrix;
  } catch (error) {
    return String(error);
  }
}

t.test("an app whose desks are left out answers everybody and other nodes, and nobody at a desk", async (t) => {
  const app = Fastify();
  requirePolicies(app);
  leaveOutDesks(app);
  const policies = { "/all": { public: true }, "/peer": { peer: true }, "/mine": { signedIn: true } } as const;
  for (const [url, policy] of Object.entries(policies)) app.get(url, { config: { policy } }, () => "here");
  app.post("/desk/:handle", { config: { policy: { seat: ["admin"] } } }, () => "here");
  t.throws(() => app.get("/nobody", () => ""), /says no policy/);
  const statusOf = async (url: string) => (await app.inject(url)).statusCode;
  t.same(await Promise.all(["/all", "/peer", "/mine"].map(statusOf)), [200, 200, 404]);
  t.equal((await app.inject({ method: "POST", url: "/desk/gas-fano" })).statusCode, 404);
});

t.test("C1 a route without a policy that holds does not come to be, and says which it is", async (t) => {
  const unsound: [unknown, string][] = [
    [undefined, "/a"],
    [{}, "/a"],
    [{ public: false }, "/a"],
    [{ public: true, signedIn: true }, "/a"],
    [{ signedIn: 1 }, "/a"],
    [{ seat: [] }, "/desk/:handle"],
    [{ seat: ["king"] }, "/desk/:handle"],
    [{ seat: ["admin", "king"] }, "/desk/:handle"],
    [{ seat: ["admin"] }, "/desk/gas-fano"],
    [{ seat: ["admin"], public: true }, "/desk/:handle"],
    [{ seat: ["admin"], of: "order", to: "all" }, "/desk/:handle/orders/:id"],
    [{ seat: ["admin"], keeper: true }, "/desk/:handle/sales"],
    [{ seat: ["admin"], keeper: true }, "/desk/:handle/catalogs"],
    [{ seat: ["admin"], keeper: true }, "/desk/:handle/catalog/keeper"],
    [{ seat: ["admin"], keeper: true }, "/desk/:handle/catalog/open"],
    [{ seat: ["admin"], keeper: false }, "/desk/:handle/catalog"],
  ];
  for (const [policy, url] of unsound)
    t.match(register(policy, url), `The route GET ${url} says no policy that holds`, JSON.stringify(policy));
  for (const policy of [{ public: true }, { peer: true }, { signedIn: true }, { nodeAdmin: true }] as const)
    t.match(register(policy, "/a"), [{ method: "GET", url: "/a", policy }]);
  for (const role of ROLES) t.match(register({ seat: [role] }, "/desk/:handle"), [{ method: "GET" }], role);
});

t.test("C1 where a referente of named producers may come, the route says whose thing it is", async (t) => {
  const shared = ["/orders/:id", "/orders/repeats/:id/edit", "/partners", "/partners/new", "/outbox", "/contract/file"];
  for (const path of shared) {
    const url = `/desk/:handle${path}`;
    t.type(register({ seat: ["admin", "referente"] }, url), "string", `${path} without`);
    t.match(register({ seat: ["admin", "referente"], of: "order" }, url), [{ url }], `${path} with`);
    t.match(register({ seat: ["admin"] }, url), [{ url }], `${path} without them`);
  }
  for (const path of ["/orders", "/orders/new", "/orders/history", "/household"])
    t.type(register({ seat: ["referente"] }, `/desk/:handle${path}`), "object", path);
});

t.test("C1 a route's other methods stand in the matrix too, and a peer's has none of a browser's guards", async (t) => {
  const app = Fastify();
  requirePolicies(app);
  const seen: unknown[] = [];
  app.addHook("onRoute", (route) => {
    seen.push([(route as { helmet?: unknown }).helmet, (route.config as { rateLimit?: unknown }).rateLimit]);
  });
  app.route({ method: ["POST", "PUT"], url: "/inbox", config: { policy: { peer: true } }, handler: () => "" });
  app.post("/form", { config: { policy: { public: true } } }, () => "");
  t.same(
    app.routeMatrix.map(({ method, url }) => `${method} ${url}`),
    ["POST /inbox", "PUT /inbox", "POST /form"],
  );
  t.same(seen, [
    [false, false],
    [undefined, undefined],
  ]);
});

t.test("C1 everybody, whoever is signed in, whoever looks after the node", async (t) => {
  const marta = visitor(seat("member"));
  const keeper = { ...visitor(), nodeAdmin: true };
  for (const policy of [{ public: true }, { peer: true }] as const)
    for (const who of [null, marta, keeper]) t.equal(ask(policy, who), "in");
  t.same(
    [null, marta, keeper].map((who) => ask({ signedIn: true }, who)),
    ["signed-out", "in", "in"],
  );
  t.same(
    [null, marta, keeper].map((who) => ask({ nodeAdmin: true }, who)),
    ["signed-out", "not-found", "in"],
  );
});

t.test("C1 a seat lets in by its role at its actor, and says which seat it was", async (t) => {
  const policy = { seat: ["admin", "treasurer"] } as const;
  const [admin, treasurer, member] = [seat("admin"), seat("treasurer"), seat("member")];
  t.same(ask(policy, visitor(member, treasurer)), treasurer);
  t.same(ask(policy, visitor(admin, treasurer)), admin);
  t.equal(ask(policy, null), "signed-out");
  t.equal(ask(policy, visitor(member)), "not-found");
  t.equal(ask(policy, visitor()), "not-found");
  t.equal(ask(policy, visitor(seat("admin", null, "altro"))), "not-found", "of another actor");
  t.equal(ask(policy, { ...visitor(), nodeAdmin: true }), "not-found", "who looks after the node sits nowhere");
});

t.test("C1 C3 a referente of named producers comes to theirs; all others are asked nothing", async (t) => {
  const policy = { seat: ["admin", "referente"], of: "order" } as const;
  const asked: unknown[] = [];
  const of = (producer: string | undefined) => (kind: OwnedKind, actorId: string) => {
    asked.push([kind, actorId]);
    return producer;
  };
  const rita = seat("referente", [MILL]);
  t.same(ask(policy, visitor(rita), "gas-fano", of(MILL)), rita);
  t.equal(ask(policy, visitor(rita), "gas-fano", of(GROVE)), "not-found");
  t.equal(ask(policy, visitor(rita), "gas-fano", of(undefined)), "not-found", "a thing nobody knows");
  t.same(asked, Array(3).fill(["order", "https://gas.example/gas-fano"]));
  t.same(ask(policy, visitor(seat("referente")), "gas-fano", of(GROVE)), seat("referente"));
  t.same(ask(policy, visitor(rita, seat("admin")), "gas-fano", of(GROVE)), seat("admin"), "another seat does");
  t.equal(asked.length, 4, "who runs all orders is not asked whose this is");
  t.same(ask({ seat: ["referente"] }, visitor(rita)), rita, "a page of no producer");
  t.same(ask({ seat: ["referente"], of: "reach" }, visitor(rita)), rita, "a list that shows what is theirs");
});

t.test("C2 what a request is about stands where its policy says, and nowhere else", async (t) => {
  type Asked = Parameters<typeof ownedName>[1];
  const request = { params: { id: "o1" }, query: { iri: "https://p.example/1", thread: "urn:t" } } as unknown as Asked;
  const name = (of: OwnedKind | undefined) => ownedName(of ? { seat: ["admin"], of } : { seat: ["admin"] }, request);
  t.same([name(undefined), name("order"), name("repeat")], ["o1", "o1", "o1"]);
  t.same([name("pact"), name("contract")], ["https://p.example/1", "urn:t"]);
  const twice = { params: {}, query: { iri: ["a", "b"] } } as unknown as Asked;
  t.equal(ownedName({ seat: ["admin"], of: "pact" }, twice), "", "two answers are none");
  t.equal(ownedName({ seat: ["admin"], of: "order" }, {} as Asked), "");
  t.equal(ownedName({ public: true }, request), "o1");
});

t.test("C1 a page that is not there is everybody's: its answer tells nobody anything", async (t) => {
  type Asked = Parameters<typeof policyOf>[0];
  const reached = (config: object) => ({ routeOptions: { config } }) as unknown as Asked;
  t.same(policyOf(reached({})), { public: true });
  t.same(policyOf(reached({ policy: { nodeAdmin: true } })), { nodeAdmin: true });
});
