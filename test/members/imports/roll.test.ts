// Who of a list is new, who is here already, and which rows cannot be taken.
import t from "tap";
import type { MemberRow } from "../../../src/exchange/memberSheet.ts";
import { compareRoll, type Roll } from "../../../src/members/imports/roll.ts";

const ROLL: Roll = {
  people: [
    { personId: "anna", name: "Anna Rossi", email: "anna@posta.example", householdId: "rossi" },
    { personId: "nico", name: "Nicolò", email: null, householdId: "nico" },
    { personId: "dora", name: "Dora", email: null, householdId: null },
  ],
  households: [
    { id: "rossi", name: "Rossi", hasOpening: true },
    { id: "nico", name: "Nicolò", hasOpening: false },
    { id: "v1", name: "Verdi", hasOpening: false },
    { id: "v2", name: "VERDI", hasOpening: false },
  ],
  mayAdd: true,
};

let last = 1;
const row = (name: string, more: Partial<MemberRow> = {}): MemberRow => ({
  row: ++last,
  household: null,
  name,
  email: null,
  phone: null,
  roles: ["member"],
  balanceCents: null,
  ...more,
});
const compare = (rows: readonly MemberRow[], roll = ROLL) => {
  const { added, here, refused } = compareRoll(roll, rows);
  return { added, here, refused: refused.map(({ problem, first }) => [problem, first]) };
};

t.test("who is here is known by the address whatever its case, or by the name without accents", async (t) => {
  const seen = compare([row("A. Rossi", { email: "ANNA@posta.example" }), row("nicolo", { balanceCents: 500 })]);
  t.match(seen, {
    added: [],
    here: [
      { personId: "anna", household: { id: "rossi" }, openingCents: null },
      { personId: "nico", household: { id: "nico" }, openingCents: 500, isOpened: false },
    ],
    refused: [],
  });
});

t.test("another address is another person, and gets a household of their own", async (t) => {
  const { added } = compare([row("Anna Rossi", { email: "altra@posta.example" })]);
  t.match(added, [{ personId: null, household: { key: /^row/, name: "Anna Rossi" } }]);
});

t.test("people of one household of the list share it, and join one that is here by its name", async (t) => {
  const { added } = compare([
    row("Bea", { household: "Bianchi" }),
    row("Carlo", { household: "bianchi " }),
    row("Ugo", { household: "rossi" }),
  ]);
  const [bea, carlo, ugo] = added;
  t.same(bea?.household, { key: "household bianchi", name: "Bianchi" });
  t.match(carlo?.household, { key: "household bianchi" });
  t.same(ugo?.household, { id: "rossi", name: "Rossi" });
});

t.test("an opening balance that a household has already is left alone, one of zero is none", async (t) => {
  const { here } = compare([
    row("Anna", { email: "anna@posta.example", balanceCents: 900 }),
    row("Nicolò", { balanceCents: 0 }),
  ]);
  t.match(here, [
    { openingCents: null, isOpened: true },
    { openingCents: null, isOpened: false },
  ]);
});

t.test("what stands twice, or could be two, is refused and names the first row", async (t) => {
  const start = last;
  const { refused } = compare([
    row("Bea", { email: "b@posta.example" }),
    row("Bea due", { email: "B@posta.example" }),
    row("Carla", { household: "Bianchi", balanceCents: 100 }),
    row("Carla", { household: "Bianchi" }),
    row("Dino", { household: "Bianchi", balanceCents: 100 }),
    row("Ugo", { household: "Verdi" }),
    row("Dora", { balanceCents: 100 }),
  ]);
  t.same(refused, [
    ["email-twice", start + 1],
    ["person-twice", start + 3],
    ["balance-twice", start + 3],
    ["household-ambiguous", null],
    ["no-household", null],
  ]);
});

t.test("who keeps the books and does not administer brings balances in, and no people", async (t) => {
  const { here, refused } = compare([row("Nicolò", { balanceCents: 500 }), row("Zeno")], { ...ROLL, mayAdd: false });
  t.match(here, [{ openingCents: 500 }]);
  t.same(refused, [["only-admin", null]]);
});
