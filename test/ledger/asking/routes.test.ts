// Households below zero are asked to pay, over all orders at once: by mail, on their own page, once a day, and never another's.
import t, { type Test } from "tap";
import { transact } from "../../../src/db/transact.ts";
import { annualFee, topUp } from "../../../src/ledger/moneyActions.ts";
import { chargeOrder } from "../../../src/ledger/orderActions.ts";
import { householdOf } from "../../../src/members/households/householdStore.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes } from "../../tools/nodes.ts";
import { sure } from "../books.ts";

const ASK = "/desk/fano/money/ask";
const OWN = "/desk/fano/money/statement";
const DAY = 86_400_000;
const MAIL = ["--smtp-url", "smtp://127.0.0.1:1", "--mail-from", "nodo@gas.example"];

/** A group whose Marta owes for two orders and a fee, and whose Ugo is square. */
async function startFano(t: Test) {
  const { nodes, clock } = await startNodes(t, ["one"], {}, MAIL);
  const { node } = nodes.one;
  const { id: actorId } = nodes.one.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const tina = await sitDown(nodes.one, "tina", "fano", "treasurer");
  const marta = await sitDown(nodes.one, "marta", "fano", "member");
  const ugo = await sitDown(nodes.one, "ugo", "fano", "member");
  const home = (person: string) => householdOf(node.db.orm, actorId, person)!.id;
  const charge = (orderId: string, cents: number) =>
    transact(node.db, (tx) =>
      sure(
        chargeOrder(tx, {
          ...{ actorId, orderId, producerId: "https://farm.example/f", version: 1, at: clock.now(), personId: "tina" },
          charges: [{ householdId: home("marta"), cents }],
          ...{ payableCents: cents, roundingCents: 0, transportCents: 0, stockCents: 0 },
        }),
      ),
    );
  const pay = (cents: number) =>
    transact(node.db, (tx) => {
      const act = {
        actorId,
        businessKey: `t:${cents}`,
        memo: "",
        at: clock.now(),
        personId: "tina",
        ownHouseholdId: null,
      };
      sure(topUp(tx, { householdId: home("marta"), till: "bank", cents }, act));
    });
  charge("arance", 1850);
  charge("pane", 620);
  transact(node.db, (tx) => {
    const fee = { actorId, year: 2026, cents: 1000, householdIds: [home("marta")], memo: "" };
    sure(annualFee(tx, fee, { at: clock.now(), personId: "tina" }));
  });
  const mails = () =>
    node.db.raw.prepare("SELECT person_id, subject, body FROM notice_queue WHERE kind = 'payment'").all() as {
      person_id: string;
      subject: string;
      body: string;
    }[];
  return { node, clock, tina, marta, ugo, home, pay, mails };
}

t.test("who is below zero is asked once a day, with what it comes from, and reads it until it is paid", async (t) => {
  const { clock, tina, marta, ugo, home, pay, mails } = await startFano(t);
  const page = await tina.get(ASK);
  t.match(page.body, /marta.*Quota annuale: 10,00.€.*Consegna addebitata: 6,20.€.*Consegna addebitata: 18,50.€/s);
  t.notMatch(page.body, ">ugo<");
  t.notMatch((await marta.get(OWN)).body, "ti ha chiesto", "nobody has asked yet");
  const fields = { [`household.${home("marta")}`]: "on", how: "IT60 X054 2811 1010 0000 0123 456" };
  const done = await tina.submit(page, ASK, fields);
  t.match(done.path, `${ASK}?asked=1&written=1`);
  t.match(done.body, "Chiesto a una famiglia; mail: 1.");
  t.match(done.body, "chiesto oggi");
  const [mail] = mails();
  t.match(mail, { person_id: "marta", subject: /GAS Fano: da versare 34,70.€/ });
  t.match(mail!.body, /Consegna addebitata: 18,50.€\n/);
  t.match(mail!.body, /Quota annuale: 10,00.€\n/);
  t.match(mail!.body, "IT60 X054");
  t.equal((await tina.submit(page, ASK, fields)).path, done.path, "the same form sent again does nothing more");
  const twice = await tina.submit(page, ASK, { ...fields, key: "b".repeat(26) });
  t.equal(twice.status, 409);
  t.equal(mails().length, 1);
  const own = await marta.get(OWN);
  t.match(own.body, /Ora sono 34,70.€/);
  t.match(own.body, "Come versare: IT60 X054");
  t.notMatch((await ugo.get(OWN)).body, "ti ha chiesto");
  pay(1470);
  t.match((await marta.get(OWN)).body, /Ora sono 20,00.€.*è stato versato: 14,70/s, "what is still owed");
  clock.at += DAY;
  const next = await tina.get(ASK);
  t.match(next.body, "Chiesto l&#39;ultima volta");
  t.match(next.body, "IT60 X054", "the group's account number is written once");
  pay(2000);
  t.notMatch((await marta.get(OWN)).body, "ti ha chiesto");
  t.match((await tina.get(ASK)).body, "Nessuna famiglia è sotto zero");
});

t.test("nobody ticked, a household that is square or another group's, too long a text: nothing leaves", async (t) => {
  const { tina, ugo, marta, home, mails } = await startFano(t);
  const page = await tina.get(ASK);
  const key = "c".repeat(26);
  t.equal((await tina.submit(page, ASK, { key })).status, 409, "nobody is ticked");
  t.equal((await tina.submit(page, ASK, { key: "d".repeat(26), [`household.${home("ugo")}`]: "on" })).status, 409);
  t.equal((await tina.submit(page, ASK, { key, [`household.${"z".repeat(26)}`]: "on" })).status, 409);
  const long = { [`household.${home("marta")}`]: "on", how: "x".repeat(501) };
  const wrong = await tina.submit(page, ASK, long);
  t.equal(wrong.status, 422);
  t.match(wrong.body, "Come versare");
  for (const member of [ugo, marta]) t.equal((await member.get(ASK)).status, 404);
  t.same(mails(), []);
});
