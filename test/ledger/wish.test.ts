// What a treasurer wants done with money, and what it does to the accounts.
import t from "tap";
import { accountName, settlePostings, shownCents } from "../../src/ledger/movement.ts";
import { householdOfWish, type MoneyWish, postingsOf } from "../../src/ledger/wish.ts";
import { sure } from "./books.ts";

/** What each account shows after the wish, from nothing. */
function shownAfter(wish: MoneyWish): Record<string, number> {
  const settled = sure(settlePostings(postingsOf(wish)));
  return Object.fromEntries(
    settled.map(({ account, cents }) => [accountName(account), shownCents(account.kind, cents)]),
  );
}

const ROSSI = { householdId: "rossi" };

t.test("money that a household brings lies in the till and stands to its credit or as its deposit", async (t) => {
  t.same(shownAfter({ kind: "top-up", ...ROSSI, till: "bank", cents: 5000 }), {
    "bank:": 5000,
    "household:rossi": 5000,
  });
  t.same(shownAfter({ kind: "deposit", ...ROSSI, till: "cash", cents: 2000 }), {
    "cash:": 2000,
    "deposit:rossi": 2000,
  });
});

t.test("money paid back leaves the till and the credit or the deposit it is taken from", async (t) => {
  const refund = { kind: "refund", ...ROSSI, till: "bank", cents: 2000 } as const;
  t.same(shownAfter({ ...refund, from: "household" }), { "bank:": -2000, "household:rossi": -2000 });
  t.same(shownAfter({ ...refund, from: "deposit" }), { "bank:": -2000, "deposit:rossi": -2000 });
});

t.test(
  "a donation fills the solidarity fund from a household's credit or from outside, a grant draws on it",
  async (t) => {
    const donation = { kind: "donation", till: "cash", cents: 1000 } as const;
    t.same(shownAfter({ ...donation, ...ROSSI }), { "household:rossi": -1000, "solidarity:": 1000 });
    t.same(shownAfter({ ...donation, householdId: null }), { "cash:": 1000, "solidarity:": 1000 });
    t.same(shownAfter({ kind: "grant", ...ROSSI, cents: 700 }), { "household:rossi": 700, "solidarity:": -700 });
  },
);

t.test("cash carried to the bank is less in the one and as much more in the other", async (t) => {
  t.same(shownAfter({ kind: "transfer", from: "bank", to: "cash", cents: 300 }), { "bank:": 300, "cash:": -300 });
});

t.test("an opening balance shows in its account as it was said, credit, debt and money in hand alike", async (t) => {
  const opening = (account: { kind: "bank" | "household" | "producer"; ref?: string }, cents: number) =>
    shownAfter({ kind: "opening", account, cents })[accountName(account)];
  t.equal(opening({ kind: "bank" }, 120_000), 120_000);
  t.equal(opening({ kind: "household", ref: "rossi" }, 4500), 4500);
  t.equal(opening({ kind: "household", ref: "bianchi" }, -800), -800);
  t.equal(opening({ kind: "producer", ref: "https://p.example/p" }, 9000), 9000);
});

t.test(
  "a wish touches the household whose credit or deposit it moves, and nobody where it moves the GAS's own",
  async (t) => {
    t.equal(householdOfWish({ kind: "top-up", ...ROSSI, till: "bank", cents: 1 }), "rossi");
    t.equal(householdOfWish({ kind: "donation", householdId: null, till: "bank", cents: 1 }), null);
    t.equal(householdOfWish({ kind: "transfer", from: "cash", to: "bank", cents: 1 }), null);
    const opening = (account: { kind: "bank" | "deposit" | "producer"; ref?: string }) =>
      householdOfWish({ kind: "opening", account, cents: 1 });
    t.equal(opening({ kind: "deposit", ref: "rossi" }), "rossi");
    t.equal(opening({ kind: "producer", ref: "https://p.example/p" }), null, "a producer is no household");
    t.equal(opening({ kind: "bank" }), null);
  },
);
