// What a movement is made of: accounts by whose they are, sides that settle, the chain of digests.
import t from "tap";
import {
  ACCOUNT_KINDS,
  accountName,
  type Booked,
  digestMovement,
  inOrder,
  MAX_CENTS,
  mirrorPostings,
  type Posting,
  settlePostings,
  shownCents,
} from "../../src/ledger/movement.ts";

const ROSSI = { kind: "household", ref: "rossi" } as const;
const BIANCHI = { kind: "household", ref: "bianchi" } as const;
const BANK = { kind: "bank" } as const;
const CASH = { kind: "cash" } as const;

const pair = (cents: number, account: Posting["account"] = ROSSI): Posting[] => [
  { account, cents },
  { account: BANK, cents: -cents },
];

t.test("an account is known by its kind and by whose it is", async (t) => {
  t.equal(accountName(ROSSI), "household:rossi");
  t.equal(accountName(BANK), "bank:");
});

t.test("what lies in the till or on the shelf shows as positive; nothing shows as plain nothing", async (t) => {
  const shown = ACCOUNT_KINDS.map((kind) => [kind, shownCents(kind, -100)]);
  t.same(
    shown.filter(([, cents]) => cents === 100).map(([kind]) => kind),
    ["cash", "bank", "stock"],
  );
  t.equal(shown.filter(([, cents]) => cents === -100).length, ACCOUNT_KINDS.length - 3);
  t.ok(Object.is(shownCents("cash", 0), 0), "not minus zero");
});

t.test("sides of one account become one, in a fixed order, and what cancels out is left out", async (t) => {
  const postings = [
    { account: ROSSI, cents: 300 },
    { account: CASH, cents: 50 },
    { account: BIANCHI, cents: 200 },
    { account: ROSSI, cents: 100 },
    { account: BANK, cents: -600 },
    { account: CASH, cents: -50 },
  ];
  const settled = [
    { account: BANK, cents: -600 },
    { account: BIANCHI, cents: 200 },
    { account: ROSSI, cents: 400 },
  ];
  t.same(settlePostings(postings), settled);
  t.same(settlePostings(postings.toReversed()), settled);
  const [bank, bianchi] = settled as [Posting, Posting];
  t.same([inOrder(bank, bianchi), inOrder(bianchi, bank)], [-1, 1]);
});

t.test(
  "what does not sum to zero, is nothing, or is too big is refused; the largest amount itself is not",
  async (t) => {
    t.same(settlePostings([{ account: ROSSI, cents: 7 }]), { refused: "unbalanced", sumCents: 7 });
    t.same(settlePostings([...pair(7), { account: CASH, cents: -1 }]), { refused: "unbalanced", sumCents: -1 });
    t.same(settlePostings([]), { refused: "nothing-to-post" });
    t.same(settlePostings([...pair(7), ...pair(-7)]), { refused: "nothing-to-post" });
    t.same(settlePostings(pair(MAX_CENTS + 1)), { refused: "amount-too-big", maxCents: MAX_CENTS });
    t.same(settlePostings(pair(-MAX_CENTS - 1)), { refused: "amount-too-big", maxCents: MAX_CENTS });
    t.equal((settlePostings(pair(MAX_CENTS)) as Posting[]).length, 2);
  },
);

t.test(
  "an account of somebody names them, one of the group names nobody, and cents are whole: else it is a bug",
  async (t) => {
    for (const kind of ["household", "producer", "deposit"] as const) {
      t.throws(() => settlePostings(pair(5, { kind })), /whose account/);
      t.throws(() => settlePostings(pair(5, { kind, ref: "" })), /whose account/);
      t.equal((settlePostings(pair(5, { kind, ref: "x" })) as Posting[]).length, 2);
    }
    for (const kind of ["cash", "rounding", "fees", "solidarity", "stock", "transport", "opening"] as const) {
      t.throws(() => settlePostings(pair(5, { kind, ref: "rossi" })), /whose account/);
      t.equal((settlePostings(pair(5, { kind })) as Posting[]).length, 2);
    }
    for (const cents of [0.5, Number.NaN, 2 ** 53]) t.throws(() => settlePostings(pair(cents)), /whole/);
  },
);

t.test("the mirror of a movement undoes it to the cent", async (t) => {
  t.same(mirrorPostings(pair(700)), pair(-700));
  t.same(settlePostings([...pair(700), ...mirrorPostings(pair(700))]), { refused: "nothing-to-post" });
});

t.test("I19 the digest changes with every fact of a movement, and with the one before", async (t) => {
  const booked: Booked = {
    id: 7,
    actorId: "https://gas.example/gas-fano",
    businessKey: "top-up:1",
    kind: "top-up",
    memo: "contanti",
    at: 1_000,
    valuedOn: "2026-11-23",
    personId: "p",
    approvedBy: null,
    orderId: null,
    reverses: null,
    postings: pair(700),
  };
  const other: Booked = {
    ...{
      id: 8,
      actorId: "https://gas.example/altro",
      businessKey: "top-up:2",
      kind: "refund",
      memo: "banca",
      at: 1_001,
    },
    ...{ valuedOn: "2026-11-24", personId: null, approvedBy: "q", orderId: "o", reverses: 3, postings: pair(701) },
  };
  const first = digestMovement("", booked);
  t.match(first, /^[0-9a-f]{64}$/);
  t.equal(digestMovement("", { ...booked }), first);
  const changed = (Object.keys(booked) as (keyof Booked)[]).map((fact) =>
    digestMovement("", { ...booked, [fact]: other[fact] }),
  );
  const sides = [pair(700, BIANCHI), pair(700, { kind: "fees" }), pair(-700)].map((postings) =>
    digestMovement("", { ...booked, postings }),
  );
  const all = [first, digestMovement(first, booked), ...changed, ...sides];
  t.equal(new Set(all).size, all.length);
  t.equal(all.length, 17);
});
