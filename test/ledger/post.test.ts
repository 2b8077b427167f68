// Movements: balanced, written once, never changed; whatever a statement tries on the tables themselves.
import fc from "fast-check";
import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { type AccountKey, type Posting, settlePostings } from "../../src/ledger/movement.ts";
import { post, reverse } from "../../src/ledger/postActions.ts";
import { loadMovement } from "../../src/ledger/store.ts";
import { NOW, openBooks, sure } from "./books.ts";

const ROSSI = { kind: "household", ref: "rossi" } as const;
const BANK = { kind: "bank" } as const;
const SECOND = { personId: "tesoriera", approvedBy: "vice" };

t.test("a top-up stands on both accounts and in the GAS's own ledger alone", async (t) => {
  const books = openBooks(t);
  const { id } = books.act((tx) => sure(post(tx, books.movement())));
  t.equal(books.balance(ROSSI), 1000);
  t.equal(books.balance(BANK), -1000);
  t.equal(books.balance(BANK, books.other), 0);
  t.match(loadMovement(books.db.orm, books.gas, id), { valuedOn: "2026-11-23", at: NOW, reverses: null });
  t.equal(loadMovement(books.db.orm, books.other, id), undefined, "another GAS does not see it");
  t.same(checkLedger(books.db.orm), []);
});

t.test(
  "I7 the same business key again changes nothing and says the same; with other amounts it is refused",
  async (t) => {
    const { act, movement, balance, other } = openBooks(t);
    const first = act((tx) => post(tx, movement()));
    t.same(
      act((tx) => post(tx, movement({ at: NOW + 1, memo: "di nuovo" }))),
      first,
    );
    const postings = [
      { account: ROSSI, cents: 2000 },
      { account: BANK, cents: -2000 },
    ];
    t.match(
      act((tx) => post(tx, movement({ postings }))),
      { refused: "key-of-another" },
    );
    t.equal(balance(ROSSI), 1000);
    t.notOk(isRefusal(act((tx) => post(tx, movement({ actorId: other })))), "keys of another GAS are its own");
  },
);

t.test("what does not sum to zero, or says nothing, leaves no row", async (t) => {
  const { act, movement, db } = openBooks(t);
  const lame = [{ account: ROSSI, cents: 1000 }];
  t.match(
    act((tx) => post(tx, movement({ postings: lame }))),
    { refused: "unbalanced", sumCents: 1000 },
  );
  const idle = [
    { account: ROSSI, cents: 5 },
    { account: ROSSI, cents: -5 },
  ];
  t.match(
    act((tx) => post(tx, movement({ postings: idle }))),
    { refused: "nothing-to-post" },
  );
  t.equal(db.raw.prepare("SELECT count(*) FROM postings").pluck().get(), 0);
});

t.test("a movement is reversed once, by its mirror, on the word of two people", async (t) => {
  const books = openBooks(t);
  const { act, gas } = books;
  const { id } = act((tx) => sure(post(tx, books.movement())));
  const wish = { actorId: gas, transactionId: id, memo: "importo sbagliato", at: NOW, ...SECOND };
  t.match(
    act((tx) => reverse(tx, { ...wish, approvedBy: "tesoriera" })),
    { refused: "second-person" },
  );
  const undone = act((tx) => sure(reverse(tx, wish)));
  t.match(loadMovement(books.db.orm, gas, undone.id), { kind: "reversal", reverses: id, ...SECOND });
  t.equal(books.balance(ROSSI), 0);
  t.same(
    act((tx) => reverse(tx, wish)),
    undone,
    "asked twice, one reversal",
  );
  t.match(
    act((tx) => reverse(tx, { ...wish, transactionId: undone.id })),
    { refused: "reversal-stays" },
  );
  t.match(
    act((tx) => reverse(tx, { ...wish, actorId: books.other })),
    { refused: "no-such-movement" },
  );
  t.same(checkLedger(books.db.orm), []);
});

t.test("a clock that was set back writes no movement before the last one", async (t) => {
  const { act, movement, db, gas } = openBooks(t);
  act((tx) => post(tx, movement()));
  const late = act((tx) => sure(post(tx, movement({ businessKey: "2", at: NOW - 86_400_000 }))));
  t.equal(loadMovement(db.orm, gas, late.id)?.at, NOW);
});

const NEXT = "(SELECT max(id) + 1 FROM ledger_transactions)";

/** The SQL of a row that would seal the next movement of the GAS of `openBooks`. */
function sealing(changes: Record<string, string> = {}): string {
  const values: Record<string, string> = {
    id: NEXT,
    actor_id: "'https://g.example/fano'",
    business_key: "'x'",
    kind: "'top-up'",
    memo: "''",
    at: String(NOW),
    valued_on: "'2026-11-23'",
    digest: "'0'",
    ...changes,
  };
  return `INTO ledger_transactions (${Object.keys(values).join(", ")}) VALUES (${Object.values(values).join(", ")})`;
}

function posting(account: number, cents: number, balance: number, id = NEXT): string {
  return `INTO postings (account_id, transaction_id, cents, balance_cents) VALUES (${account}, ${id}, ${cents}, ${balance})`;
}

/** A fair pair: ten euro were there before, on the accounts 1 (bank) and 2 (household). */
const PAIR = `INSERT ${posting(1, -500, -1500)}; INSERT ${posting(2, 500, 1500)}`;

const ATTEMPTS: [string, RegExp][] = [
  ["UPDATE postings SET cents = 1", /never changed/],
  ["DELETE FROM postings", /never deleted/],
  ["UPDATE ledger_transactions SET memo = 'x'", /never changed/],
  ["DELETE FROM ledger_transactions", /never deleted/],
  ["UPDATE accounts SET ref = 'bianchi' WHERE kind = 'household'", /never changed/],
  ["DELETE FROM accounts", /never deleted/],
  [`INSERT OR REPLACE ${posting(1, -7, -7, "1")}`, /^ledger: /],
  [`INSERT ${posting(1, -7, -1007, "1")}`, /^ledger: /],
  [`INSERT ${posting(3, -7, -1007, "1")}`, /^ledger: /],
  [`INSERT ${posting(1, -500, -1500)}`, /FOREIGN KEY/],
  [`INSERT ${sealing()}`, /fewer than two/],
  [`INSERT ${posting(1, -500, -1500)}; INSERT ${sealing()}`, /fewer than two/],
  [`INSERT ${posting(1, -500, -1500)}; INSERT ${posting(2, 400, 1400)}; INSERT ${sealing()}`, /sum to zero/],
  [`INSERT ${posting(1, -500, -99)}; INSERT ${posting(2, 500, 1500)}; INSERT ${sealing()}`, /a balance is/],
  [`INSERT ${posting(1, -500, -1500)}; INSERT ${posting(4, 500, 1500)}; INSERT ${sealing()}`, /account of another/],
  [`${PAIR}; INSERT ${sealing({ id: "1" })}`, /follow one another/],
  [`${PAIR}; INSERT OR REPLACE ${sealing({ id: "1" })}`, /follow one another/],
  [`${PAIR}; INSERT OR REPLACE ${sealing({ business_key: "'top-up:1'" })}`, /key is taken/],
  [`${PAIR}; INSERT ${sealing({ at: "5" })}`, /go back/],
  [`${PAIR}; INSERT ${sealing({ reverses: "1", kind: "'reversal'" })}`, /mirror/],
  [`${PAIR}; INSERT ${sealing({ kind: "'refund'" })}`, /eyes/],
  [`${PAIR}; INSERT ${sealing({ kind: "'refund'", person_id: "'a'", approved_by: "'a'" })}`, /eyes/],
  [`INSERT ${posting(1, 0, -1000)}`, /CHECK/],
  [`INSERT ${posting(99, -1, -1)}`, /FOREIGN KEY/],
  [
    `REPLACE INTO accounts (id, actor_id, kind, ref) VALUES (1, 'https://g.example/fano', 'cash', '')`,
    /never replaced/,
  ],
];

t.test(
  "C43 I10 the triggers refuse every statement that would change, remove, unbalance or orphan what was written",
  async (t) => {
    const { db, act, movement, other } = openBooks(t);
    act((tx) => post(tx, movement()));
    act((tx) => post(tx, movement({ actorId: other })));
    const kinds = db.raw.prepare("SELECT kind FROM accounts ORDER BY id").pluck().all();
    t.same(kinds, ["bank", "household", "bank", "household"]);
    const count = () => db.raw.prepare("SELECT count(*), sum(balance_cents) FROM postings").raw().get();
    const before = count();
    for (const [statement, reason] of ATTEMPTS) {
      t.throws(() => db.raw.exec(`BEGIN; ${statement}; COMMIT`), reason, statement);
      if (db.raw.inTransaction) db.raw.exec("ROLLBACK");
    }
    t.same(checkLedger(db.orm), []);
    t.same(count(), before);
    db.raw.exec(`BEGIN; ${PAIR}; INSERT ${sealing()}; COMMIT`);
    t.match(
      checkLedger(db.orm),
      [/transaction 3: it is not what it was/],
      "what is written past the product breaks the chain",
    );
  },
);

t.test("I19 what was changed behind the triggers' back is found", async (t) => {
  const attempts: [string, RegExp][] = [
    ["UPDATE postings SET cents = cents - 1, balance_cents = balance_cents - 1 WHERE account_id = 1", /sum -1 cents/],
    ["UPDATE postings SET balance_cents = 7 WHERE account_id = 1", /cents off/],
    ["UPDATE postings SET cents = 2 * cents, balance_cents = 2 * balance_cents", /not what it was/],
    ["UPDATE ledger_transactions SET memo = 'regalo'", /not what it was/],
    ["DELETE FROM ledger_transactions", /no movement/],
  ];
  for (const [statement, reason] of attempts) {
    const { db, act, movement } = openBooks(t);
    act((tx) => post(tx, movement()));
    const triggers = db.raw.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all() as string[];
    db.raw.pragma("foreign_keys = OFF");
    const kept = db.raw.prepare("SELECT sql FROM sqlite_master WHERE type = 'trigger'").pluck().all() as string[];
    for (const name of triggers) db.raw.exec(`DROP TRIGGER ${name}`);
    t.match(checkLedger(db.orm)[0], /the trigger .* is missing/);
    db.raw.exec(statement);
    for (const sql of kept) db.raw.exec(sql);
    t.match(checkLedger(db.orm).join("\n"), reason, statement);
  }
});

const account: fc.Arbitrary<AccountKey> = fc.oneof(
  fc.constantFrom("cash" as const, "bank" as const, "fees" as const, "rounding" as const).map((kind) => ({ kind })),
  fc.record({
    kind: fc.constantFrom("household" as const, "producer" as const),
    ref: fc.constantFrom("a", "b", "c"),
  }),
);
const sides = fc.array(fc.record({ account, cents: fc.integer({ min: -5000, max: 5000 }) }), { maxLength: 6 });

t.test("I10 any sequence of movements, repeats and reversals: each sums to zero, balances are sums", async () => {
  const step = fc.record({
    key: fc.nat({ max: 8 }),
    sides,
    closes: fc.boolean(),
    undo: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { db, act, gas, movement } = openBooks();
      const expected = new Map<string, number>();
      const add = (postings: readonly Posting[], sign: number) => {
        for (const { account: at, cents } of postings) {
          const name = JSON.stringify(at);
          expected.set(name, (expected.get(name) ?? 0) + sign * cents);
        }
      };
      const done = new Set<number>();
      for (const { key, sides: some, closes, undo } of steps) {
        const missing = some.reduce((sum, { cents }) => sum - cents, 0);
        const postings = closes ? [...some, { account: BANK, cents: missing }] : some;
        const wish = movement({ businessKey: String(key), postings });
        const made = act((tx) => post(tx, wish));
        if (!isRefusal(made) && !done.has(made.id)) add(sure(settlePostings(postings)), 1);
        if (!isRefusal(made)) done.add(made.id);
        if (undo === null) continue;
        const original = loadMovement(db.orm, gas, undo);
        const reversed = act((tx) => reverse(tx, { actorId: gas, transactionId: undo, memo: "", at: NOW, ...SECOND }));
        if (!isRefusal(reversed) && !done.has(reversed.id)) add(original?.postings ?? [], -1);
        if (!isRefusal(reversed)) done.add(reversed.id);
      }
      const broken = checkLedger(db.orm);
      const rows = db.raw
        .prepare(
          "SELECT kind, ref, (SELECT sum(cents) FROM postings WHERE account_id = accounts.id) AS cents FROM accounts",
        )
        .all() as { kind: string; ref: string; cents: number | null }[];
      const wrong = rows.filter(
        ({ kind, ref, cents }) => (cents ?? 0) !== (expected.get(JSON.stringify(ref ? { kind, ref } : { kind })) ?? 0),
      );
      db.raw.close();
      return broken.length === 0 && wrong.length === 0;
    }),
    { numRuns: 60 },
  );
});
