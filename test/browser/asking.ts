// Asking for payment: a group without debts, then a household that owes for a fee and the page that asks it.
import { transact } from "../../src/db/transact.ts";
import { saveAsk } from "../../src/ledger/asking/store.ts";
import { annualFee } from "../../src/ledger/moneyActions.ts";
import { reverse } from "../../src/ledger/postActions.ts";
import { findByKey } from "../../src/ledger/store.ts";
import { ensureHousehold, householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { sure } from "../ledger/books.ts";
import { FANO } from "../members/house.ts";
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";

const MONEY = "/desk/gas-fano/money";
const HOW = "Bonifico a GAS Fano, IT60 X054 2811 1010 0000 0123 456\nCausale: il cognome della famiglia";

function charge({ lived }: Pick<Town, "lived">, householdId: string, year: number, cents: number): void {
  const { db, wire } = lived.node;
  const fee = { actorId: `${lived.origin}/gas-fano`, year, cents, householdIds: [householdId], memo: "" };
  transact(db, (tx) => sure(annualFee(tx, fee, { at: wire.clock.now(), personId: "bianchi" })));
}

/** Somebody who never paid in, and has a fee to pay. */
function makeDebtor(town: Town): void {
  const { lived } = town;
  const { db, wire } = lived.node;
  const actorId = `${lived.origin}/gas-fano`;
  if (householdOf(db.orm, actorId, "carletti")) return;
  const carla = { id: "carletti", name: "Carla Carletti Serra", email: null, claimedEmail: null, nodeAdmin: false };
  insertPerson(db.orm, { ...carla, createdAt: 0 });
  insertSeat(db.orm, { personId: "carletti", actorId, role: "member", createdAt: 0 });
  const home = transact(db, (tx) => ensureHousehold(tx, actorId, "carletti", wire.clock.now()));
  charge(town, home, 2024, 2500);
}

/** The administrator's own household below zero, and asked, until what is called in the end. */
function owe({ lived }: Town): () => void {
  const { db, wire } = lived.node;
  const actorId = `${lived.origin}/gas-fano`;
  const householdId = householdOf(db.orm, actorId, loadPersonByEmail(db.orm, FANO.email)!.id)!.id;
  charge({ lived }, householdId, 2023, 200_000);
  const at = wire.clock.now();
  saveAsk(db.orm, { actorId, householdId, cents: 200_000, how: HOW, at });
  const undo = { actorId, memo: "Era di un'altra", at, personId: "bianchi", approvedBy: "carletti" };
  return () =>
    void transact(db, (tx) =>
      reverse(tx, { ...undo, transactionId: findByKey(tx, actorId, `fee:2023:${householdId}`)!.id }),
    );
}

const towns: Town[] = [];
const ask = (town: Town) => {
  makeDebtor(town);
  return `${town.lived.origin}${MONEY}/ask`;
};

export const ASKING_PAGES: readonly Visit[] = [
  { name: "money-ask", as: "admin", url: ask },
  {
    ...{ name: "money-asked", as: "admin", isMinor: true, url: ask },
    act: async (page) => {
      await page.fill("[name=how]", HOW);
      await page.click("main form.stack > button");
    },
  },
  {
    ...{ name: "money-own-asked", as: "admin", isMinor: true },
    url: (town) => {
      towns.push(town);
      return `${town.lived.origin}${MONEY}/statement`;
    },
    // Only while it is looked at: the other pages are of somebody with credit.
    act: async (page) => {
      const giveBack = owe(towns.at(-1)!);
      await page.reload();
      giveBack();
    },
  },
];
