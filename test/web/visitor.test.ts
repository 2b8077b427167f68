// Whose orders a person may run, and for how long after signing in they are still known to be themselves.
import t from "tap";
import { holdsRole, isFresh, producersInReach, reaches, type Seat, type Visitor } from "../../src/web/visitor.ts";

const GAS = "https://gas.example/gas-fano";
const MILL = "https://farm.example/mulino";
const GROVE = "https://farm.example/agrumeto";

function seat(role: Seat["role"], producers: readonly string[] | null = null, actorId = GAS): Seat {
  return { actorId, handle: "gas-fano", actorName: "GAS Fano", actorKind: "gas", role, producers };
}

const RUNNERS = ["admin", "referente"] as const;

t.test("a referente of named producers runs theirs and no others", async (t) => {
  const person = { seats: [seat("referente", [MILL]), seat("member")] };
  t.same(producersInReach(person, GAS, RUNNERS), [MILL]);
  t.equal(holdsRole(person, GAS, RUNNERS, MILL), true);
  t.equal(holdsRole(person, GAS, RUNNERS, GROVE), false);
  t.equal(reaches(seat("referente", [MILL]), undefined), false, "what nobody knows is not theirs");
});

t.test("two seats of named producers reach both, each once", async (t) => {
  const person = { seats: [seat("referente", [MILL, GROVE]), seat("referente", [GROVE])] };
  t.same(producersInReach(person, GAS, RUNNERS), [MILL, GROVE]);
});

t.test("whoever may run all orders reaches every producer, named ones beside it or not", async (t) => {
  const person = { seats: [seat("referente", [MILL]), seat("admin")] };
  t.equal(producersInReach(person, GAS, RUNNERS), null);
  t.equal(reaches(seat("admin"), undefined), true);
});

t.test("a member, a stranger and somebody of another group reach no producer", async (t) => {
  t.same(producersInReach({ seats: [seat("member")] }, GAS, RUNNERS), []);
  t.same(producersInReach(null, GAS, RUNNERS), []);
  t.same(producersInReach({ seats: [seat("admin", null, "https://gas.example/altro")] }, GAS, RUNNERS), []);
});

t.test("a sign-in is fresh for half an hour, not a moment longer", async (t) => {
  const visitor = { signedInAt: 1_000 } as Visitor;
  t.equal(isFresh(visitor, 1_000 + 30 * 60_000 - 1), true);
  t.equal(isFresh(visitor, 1_000 + 30 * 60_000), false);
});

t.test("a role counts at its own actor alone, and for nobody who holds none", async (t) => {
  const person = { seats: [seat("referente", [MILL]), seat("member", null, "https://gas.example/altro")] };
  t.equal(holdsRole(person, GAS, ["referente"]), true, "named producers or not, where nobody asks for one");
  t.equal(holdsRole(person, GAS, ["member"]), false, "that one is of another group");
  t.equal(holdsRole(person, "https://gas.example/altro", ["member"]), true);
  t.equal(holdsRole(person, "https://gas.example/altro", ["referente"], MILL), false);
  for (const nobody of [null, undefined, { seats: [] }]) t.equal(holdsRole(nobody, GAS, RUNNERS), false);
});
