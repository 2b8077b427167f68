// The annual fee: once a year for each household, and again once it was taken back.
import t from "tap";
import { annualFee, hasPaidFee } from "../../src/ledger/moneyActions.ts";
import { reverse } from "../../src/ledger/postActions.ts";
import { findByKey } from "../../src/ledger/store.ts";
import { NOW, openBooks, sure } from "./books.ts";

const ROSSI = { kind: "household", ref: "rossi" } as const;

t.test("a fee that was reversed can be charged again that year, once each time", async (t) => {
  const { gas, act, balance } = openBooks(t);
  const charge = (cents: number) =>
    act((tx) =>
      annualFee(
        tx,
        { actorId: gas, year: 2026, cents, householdIds: ["rossi"], memo: "Quota" },
        { at: NOW, personId: "tina" },
      ),
    );
  const takeBack = (key: string) =>
    act((tx) => {
      const transactionId = findByKey(tx, gas, key)!.id;
      return reverse(tx, { actorId: gas, transactionId, memo: "Era 20", at: NOW, personId: "tina", approvedBy: "ugo" });
    });
  sure(charge(2500));
  t.same(charge(2000), { charged: [], already: ["rossi"] }, "it stands");
  sure(takeBack("fee:2026:rossi"));
  t.notOk(act((tx) => hasPaidFee(tx, gas, 2026, "rossi")));
  t.same(charge(2000), { charged: ["rossi"], already: [] });
  t.same(charge(2000), { charged: [], already: ["rossi"] });
  t.equal(balance(ROSSI), -2000);
  sure(takeBack("fee:2026:rossi:2"));
  sure(charge(1500));
  t.equal(balance(ROSSI), -1500);
});
