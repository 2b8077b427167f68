// Ten years of a large GAS, a quarter of a million postings: what a page asks costs what it cost in the first month.
import t from "tap";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { chargeOrder } from "../../src/ledger/orderActions.ts";
import { eachLine, readStatement, readYear } from "../../src/ledger/statementStore.ts";
import { loadBalance } from "../../src/ledger/store.ts";
import { listKnownOrders } from "../../src/ledger/supplierStore.ts";
import { type Books, NOW, openBooks, sure } from "./books.ts";

const HOUSEHOLDS = 300;
const DAY = 86_400_000;

/** Charges orders of 300 households each: 301 postings an order. */
function deliver({ act, gas }: Books, from: number, until: number): void {
  act((tx) => {
    for (let n = from; n < until; n++) {
      const charges = Array.from({ length: HOUSEHOLDS }, (_, i) => ({
        householdId: `h${i}`,
        cents: 100 + ((n + i) % 900),
      }));
      const payableCents = charges.reduce((sum, { cents }) => sum + cents, 0);
      const amounts = { payableCents, roundingCents: 0, transportCents: 0, stockCents: 0 };
      const order = { actorId: gas, orderId: `o${n}`, producerId: `https://farm.example/${n % 40}`, version: 1 };
      sure(chargeOrder(tx, { ...order, charges, ...amounts, at: NOW + n * 4 * DAY, personId: "tina" }));
    }
  });
}

/** What a page of a statement and a booking ask, the median of many, in ms. */
function measure({ db, gas }: Books): number {
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const account = { kind: "household", ref: `h${i}` } as const;
    const from = performance.now();
    readStatement(db.orm, gas, account, { fromAt: NOW + 8 * DAY, untilAt: null, limit: 50, before: null });
    readStatement(db.orm, gas, { kind: "rounding" }, { fromAt: null, untilAt: null, limit: 50, before: null });
    creditOf(db.orm, gas, `h${i}`);
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[30] ?? 0;
}

t.test("C27 after 250,000 postings a statement and a credit check cost what they did after 15,000", async (t) => {
  t.setTimeout(240_000);
  const books = openBooks(t);
  const { db, gas } = books;
  // The file's own cache, so that both measures read from memory.
  deliver(books, 0, 50);
  const early = measure(books);
  deliver(books, 50, 840);
  const count = db.raw.prepare("SELECT count(*) FROM postings").pluck().get() as number;
  t.ok(count > 250_000, `${count} postings`);
  const late = measure(books);
  t.ok(late < 4 * early + 2, `${late.toFixed(2)} ms after ${early.toFixed(2)} ms`);
  const h7 = { kind: "household", ref: "h7" } as const;
  const lines = [...eachLine(db.orm, gas, h7, { fromAt: null, untilAt: null })];
  t.equal(lines.length, 840);
  t.equal(
    loadBalance(db.orm, gas, h7),
    lines.reduce((sum, { cents }) => sum + cents, 0),
  );
  const left = eachLine(db.orm, gas, { kind: "rounding" }, { fromAt: null, untilAt: null });
  for (const _ of [1, 2, 3]) left.next();
  deliver(books, 840, 841);
  t.pass("a file that somebody is still writing, or has left, holds up no movement");
  left.return(undefined);
  const pages = [];
  for (let before: number | null = null; ; ) {
    const page = readStatement(db.orm, gas, h7, {
      fromAt: NOW + 40 * DAY,
      untilAt: NOW + 400 * DAY,
      limit: 20,
      before,
    });
    pages.push(...page.lines);
    t.equal(
      page.closingCents - page.openingCents,
      sumOf(lines.filter(({ at }) => at >= NOW + 40 * DAY && at < NOW + 400 * DAY)),
    );
    if (page.next === null) break;
    before = page.next;
  }
  t.equal(pages.length, 90, "page after page, each line once");
  t.equal(new Set(pages.map(({ id }) => id)).size, 90);
  const { closingByAccount, openingByAccount, parts } = readYear(db.orm, gas, 2028);
  const moved = parts.filter(({ account }) => account === "household").reduce((sum, { cents }) => sum + cents, 0);
  t.equal((closingByAccount.get("household") ?? 0) - (openingByAccount.get("household") ?? 0), moved);
  t.equal(
    [...closingByAccount.values()].reduce((sum, cents) => sum + cents, 0),
    0,
  );
  t.equal(listKnownOrders(db.orm, gas, { isOpen: true, limit: 50, offset: 0 }).length, 50);
  t.same(checkLedger(db.orm), [], "and the whole of it is proved");
});

function sumOf(lines: readonly { cents: number }[]): number {
  return lines.reduce((sum, { cents }) => sum + cents, 0);
}
