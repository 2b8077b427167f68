// A group's books after ten years: 300 households, two million postings. The slowest of 300 balances in ms ("balanceMs"), the whole
// ledger as CSV in seconds ("exportSeconds"), and the reading of all of it anew, as doctor does, in seconds ("doctorSeconds").
import { findDamage } from "../../../src/db/backup.ts";
import { transact } from "../../../src/db/transact.ts";
import { checkLedger } from "../../../src/ledger/checkStore.ts";
import { standingOf } from "../../../src/ledger/creditActions.ts";
import { writeLedgerCsv } from "../../../src/ledger/csv.ts";
import { chargeOrder } from "../../../src/ledger/orderActions.ts";
import { eachMovement } from "../../../src/ledger/statementStore.ts";
import { words } from "../../../src/web/words.ts";
import { DAY, GROVE, NOW, sure } from "../../orders/group.ts";
import { openCrowd } from "../crowd.ts";

const HOUSEHOLDS = 300;
const POSTINGS = 2_000_000;
const DAYS = 3650;
const AT_ONCE = 100;

const crowd = openCrowd(HOUSEHOLDS, 1, false);
const { group, people } = crowd;
const { db, gas } = group;
const countPostings = db.raw.prepare("SELECT count(*) FROM postings").pluck();
const orders = Math.ceil(POSTINGS / (HOUSEHOLDS + 1));
for (let from = 0; from < orders; from += AT_ONCE)
  transact(db, (tx) => {
    for (let number = from; number < Math.min(orders, from + AT_ONCE); number++) {
      const charges = people.map(({ householdId }, i) => ({ householdId, cents: 2000 + ((i * 37 + number) % 3000) }));
      const payableCents = charges.reduce((sum, { cents }) => sum + cents, 0);
      const none = { roundingCents: 0, transportCents: 0, stockCents: 0 };
      const at = NOW - DAYS * DAY + Math.floor((number / orders) * DAYS * DAY);
      const act = { at, personId: "rita", version: 1, actorId: gas.id, producerId: GROVE };
      sure(chargeOrder(tx, { ...act, ...none, orderId: `o${number}`, charges, payableCents }));
    }
  });
const postings = Number(countPostings.get());
if (postings < POSTINGS) throw new Error(`${postings} postings instead of ${POSTINGS}`);

const balanceMs = Math.max(...people.map(({ householdId }) => time(() => standingOf(db.orm, gas.id, householdId))));
let bytes = 0;
const exportSeconds =
  time(() => {
    const sheet = writeLedgerCsv(eachMovement(db.orm, gas.id, null), {
      say: words("it"),
      nameOf: ({ ref = "" }) => ref,
    });
    for (const piece of sheet) bytes += piece.length;
  }) / 1000;
let broken: string[] = [];
const doctorSeconds =
  time(() => {
    broken = [...findDamage(db), ...checkLedger(db.orm)];
  }) / 1000;
if (broken.length > 0) throw new Error(broken[0]);
await crowd.close();
console.log(JSON.stringify({ balanceMs, exportSeconds, doctorSeconds, postings, bytes }));

function time(act: () => void): number {
  const from = performance.now();
  act();
  return performance.now() - from;
}
