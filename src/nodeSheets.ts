// Everything of one group or producer as sheets that any program opens: people, money, orders, products. DOMAIN.md 2.5, EXPERIENCE.md 2.8.
import type { LocalActor } from "./activitypub/actor.ts";
import { loadActor } from "./activitypub/store.ts";
import { exportCatalog } from "./catalogs/imports/actions.ts";
import type { TextFile } from "./db/tar.ts";
import type { Db, Tx } from "./db/transact.ts";
import { writeCsv } from "./exchange/csvOut.ts";
import { LISTED_ROLES } from "./exchange/memberColumns.ts";
import { writeMemberCsv } from "./exchange/readMembers.ts";
import type { Clock } from "./kernel/clock.ts";
import { formatQuantity } from "./kernel/quantity.ts";
import { romeTime } from "./kernel/time.ts";
import { writeLedgerCsv } from "./ledger/csv.ts";
import type { AccountKey } from "./ledger/movement.ts";
import { eachMovement } from "./ledger/statementStore.ts";
import { listBalances } from "./ledger/store.ts";
import { householdOf, listHouseholds } from "./members/households/householdStore.ts";
import { listSeated } from "./members/seatStore.ts";
import { moneyDesk } from "./nodeDesks.ts";
import { listBookings } from "./orders/booking/bookingStore.ts";
import { listOrders, loadOrder } from "./orders/store.ts";
import { type Language, words } from "./web/words.ts";

const ORDERS_MAX = 100_000;

/** The sheets of an actor, one made after the other as they are asked for; undefined for who is not here. */
export function writeSheets(db: Db, clock: Clock, actorId: string, language: Language): Iterable<TextFile> | undefined {
  const actor = loadActor(db.orm, actorId);
  return actor && listSheets(db, clock, actor, language);
}

function* listSheets(db: Db, clock: Clock, actor: LocalActor, language: Language): Generator<TextFile> {
  const say = words(language);
  const tx = db.orm;
  const name = (sheet: string) => say(`imports.sheets.${sheet}`);
  const facts = { name: actor.name, date: romeTime(clock.now()).date };
  yield { name: name("readme"), pieces: [say(`imports.sheets.text.${actor.kind}`, facts)] };
  if (actor.kind === "producer")
    yield { name: name("products"), pieces: [exportCatalog(tx, actor, "csv", { now: clock.now(), language })] };
  if (actor.kind !== "gas") return;
  yield { name: name("members"), pieces: [writeMembers(tx, actor.id, language)] };
  const { people } = moneyDesk(db, clock);
  const nameOf = ({ kind, ref = "" }: AccountKey) =>
    (kind === "producer" ? people.producerName(tx, actor.id, ref) : people.household(tx, actor.id, ref)?.name) ?? ref;
  yield { name: name("ledger"), pieces: writeLedgerCsv(eachMovement(tx, actor.id, null), { say, nameOf }) };
  yield { name: name("orders"), pieces: writeOrders(tx, actor.id, language, people.producerName) };
}

/** As the import of members reads it back. A household's balance stands with the first of its people alone, also one who is shut out. */
function writeMembers(tx: Tx, actorId: string, language: Language): string {
  const balances = new Map(listBalances(tx, actorId, "household").map(({ ref, balanceCents }) => [ref, balanceCents]));
  const rows = listSeated(tx, actorId).map(({ personId, name, email, phone, seats }) => {
    const home = householdOf(tx, actorId, personId);
    const balanceCents = balances.get(home?.id ?? "") ?? null;
    balances.delete(home?.id ?? "");
    const held = seats.map(({ role }) => role);
    const roles = LISTED_ROLES.filter((role) => (held as readonly string[]).includes(role));
    return { household: home?.name ?? null, name, email, phone, roles, balanceCents };
  });
  return writeMemberCsv(rows, language);
}

/** Every booking of every order, one row each; an order nobody booked in has one row. */
function* writeOrders(
  tx: Tx,
  actorId: string,
  language: Language,
  producerName: (tx: Tx, actorId: string, producerId: string) => string | undefined,
): Generator<string> {
  const say = words(language);
  const households = new Map(listHouseholds(tx, actorId, true).map(({ id, name }) => [id, name]));
  const columns = ["order", "producer", "state", "closesOn", "household", "product", "quantity"];
  yield writeCsv([columns.map((column) => say(`imports.sheets.column.${column}`))]);
  for (const { id } of listOrders(tx, actorId, { limit: ORDERS_MAX })) {
    const order = loadOrder(tx, actorId, id);
    if (!order) continue;
    const goods = new Map(order.lines.map((line) => [line.number, line.goods.name]));
    const closesOn = romeTime(order.closesAt).date;
    const head = [order.name, producerName(tx, actorId, order.producerId) ?? order.producerId, order.state, closesOn];
    const rows = listBookings(tx, id).map(({ householdId, lineNumber, quantityThousandths }) => [
      ...head,
      households.get(householdId) ?? "",
      goods.get(lineNumber) ?? "",
      { decimal: formatQuantity(quantityThousandths) },
    ]);
    yield writeCsv(rows.length > 0 ? rows : [[...head, "", "", ""]]).replace(/^\uFEFF/, "");
  }
}
