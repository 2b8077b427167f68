// What a group takes home as sheets, and that its members come back in from them.
import { join } from "node:path";
import t from "tap";
import { readConfig } from "../src/config.ts";
import { writeTextTar } from "../src/db/tar.ts";
import { transact } from "../src/db/transact.ts";
import { readMembers } from "../src/exchange/readMembers.ts";
import { isRefusal } from "../src/kernel/refusal.ts";
import { moveMoney } from "../src/ledger/moneyActions.ts";
import { addByHand } from "../src/members/accountActions.ts";
import { householdOf } from "../src/members/households/householdStore.ts";
import { saveDisabled } from "../src/members/seatStore.ts";
import { makeActor } from "../src/node.ts";
import { openNodeData } from "../src/nodeData.ts";
import { writeSheets } from "../src/nodeSheets.ts";
import { buildMembers, setUpFano } from "./members/house.ts";

t.test("people come back in from the sheet with roles and balance, and the ledger is beside it", async (t) => {
  const { config } = readConfig([], { FILIERA_DATA: join(t.testdir({ data: {} }), "data") });
  const clock = { now: () => Date.UTC(2026, 10, 24) };
  const db = openNodeData(config, clock);
  t.teardown(() => db.raw.close());
  const made = (kind: "gas" | "producer", handle: string) => {
    const actor = makeActor(db.orm, { kind, handle, name: handle, place: "Fano" }, config, clock);
    if (isRefusal(actor)) throw new Error(actor.refused);
    return actor.id;
  };
  const [actorId, farm] = [made("gas", "fano"), made("producer", "podere")];
  const ada = {
    actorId,
    kind: "gas",
    email: "ada@posta.example",
    name: "=Ada",
    roles: ["member", "treasurer"],
  } as const;
  const person = addByHand({ db, clock }, ada);
  if (isRefusal(person)) throw new Error(person.refused);
  const householdId = householdOf(db.orm, actorId, person.personId)!.id;
  const act = { actorId, businessKey: "k", memo: "", at: clock.now(), personId: null, ownHouseholdId: null };
  transact(db, (tx) => moveMoney(tx, { kind: "top-up", householdId, till: "cash", cents: 1250 }, act));
  const ugo = addByHand({ db, clock }, { ...ada, email: "ugo@posta.example", name: "Ugo", roles: ["member"] });
  if (isRefusal(ugo)) throw new Error(ugo.refused);
  const gone = householdOf(db.orm, actorId, ugo.personId)!.id;
  transact(db, (tx) => {
    moveMoney(tx, { kind: "top-up", householdId: gone, till: "cash", cents: 300 }, { ...act, businessKey: "u" });
    saveDisabled(tx, ugo.personId, clock.now());
  });
  const sheets = new Map(
    [...writeSheets(db, clock, actorId, "it")!].map(({ name, pieces }) => [name, [...pieces].join("")]),
  );
  t.same([...sheets.keys()], ["LEGGIMI.txt", "gasisti-e-saldi.csv", "movimenti.csv", "ordini.csv"]);
  const read = await readMembers(Buffer.from(sheets.get("gasisti-e-saldi.csv")!), "soci.csv");
  t.match(read, {
    rows: [
      { name: "=Ada", email: "ada@posta.example", roles: ["member", "treasurer"], balanceCents: 1250 },
      { name: "Ugo", household: "Ugo", balanceCents: 300 },
    ],
    badRows: [],
  });
  t.match(sheets.get("movimenti.csv"), /12,50/);
  t.same(
    [...writeSheets(db, clock, farm, "en")!].map(({ name }) => name),
    ["README.txt", "price-list.csv"],
  );
  t.equal(writeSheets(db, clock, `${actorId}x`, "it"), undefined);
  const tar = Buffer.concat([...writeTextTar([{ name: "a.txt", pieces: ["ci", "ao"] }], 0)]);
  t.same([tar.length % 512, tar.toString("utf8", 512, 516)], [0, "ciao"]);
});

t.test("C54 everything leaves for who administers and signed in lately, and the log knows", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const [people, sheets] = ["/desk/gas-fano/people", "/desk/gas-fano/people/sheets"];
  const page = await gino.get(people);
  const file = await gino.submit(page, sheets);
  t.match(file.headers["content-disposition"], /attachment; filename="gas-fano-2026-11-24.tar"/);
  t.match(file.body, /LEGGIMI.txt[\s\S]*di http:\/\/localhost:8000\/gas-fano/);
  t.match(house.db.raw.prepare("SELECT what, detail FROM audit_log ORDER BY id DESC LIMIT 1").get(), {
    what: "sheet",
    detail: "everything",
  });
  house.clock.at += 31 * 60_000;
  t.equal((await gino.submit(page, sheets)).status, 401);
});
