// A sheet of suppliers brought in by a group: read, held against who is known, done at the yes, and the same again does nothing.
import t, { type Test } from "tap";
import { describeActor } from "../../../src/activitypub/actors.ts";
import { transact } from "../../../src/db/transact.ts";
import { readSuppliers } from "../../../src/exchange/readSuppliers.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { letterClockTasks, oweLetter } from "../../../src/members/letters/letterActions.ts";
import { listLetterWriters } from "../../../src/nodeRooms.ts";
import {
  type Bringer,
  confirmImport,
  inviteContact,
  previewImport,
  type SupplierDesk,
  startImport,
  undoImport,
} from "../../../src/orders/suppliers/actions.ts";
import { supplierLetters } from "../../../src/orders/suppliers/findActions.ts";
import { mergeFacts, planSuppliers } from "../../../src/orders/suppliers/plan.ts";
import { listContacts } from "../../../src/orders/suppliers/store.ts";
import { loadFollow } from "../../../src/partners/store.ts";
import { openMailer } from "../../../src/web/mail.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import { startNodes } from "../../tools/nodes.ts";
import { sure } from "../group.ts";

const HEAD = "Fornitore;E-mail;Telefono;Sito;Comune;P.IVA;Handle;Referente;Note";

/** A group and two farms of one node, one with a VAT number; `bring` uploads a sheet that names them and others. */
async function makeTown(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["home"]);
  const gas = nodes.home.addActor({ kind: "gas", handle: "gas", name: "GAS Fano" });
  const mill = nodes.home.addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
  const far = nodes.home.addActor({ kind: "producer", handle: "frutteto", name: "Frutteto" });
  const { wire } = nodes.home.node;
  transact(wire.db, (tx) => sure(describeActor(tx, mill.id, { vatNumber: "01234567897" }, wire.clock.now())));
  const desk: SupplierDesk = { wire, house: { mailer: { send: async () => {}, close: () => {} } } };
  const by: Bringer = { actorId: gas.id, personId: "gino" };
  const sheet = [
    HEAD,
    "Il mulino;;;;;01234567897;;;",
    `Frutteto;;;;;;${far.id};;`,
    `Nessuno;;;;;;${nodes.home.origin}/nessuno;;`,
    `Vicini;;;;;;${gas.id.replace("/gas", "/altro")};;`,
    "Forno;forno@posta.example;;;;;;;",
    "Cascina;;0721 2;;;;;;",
  ].join("\n");
  const bring = async () => {
    const { importId } = sure(await startImport(desk, by, { name: "fornitori.csv", bytes: Buffer.from(sheet) }));
    const preview = sure(previewImport(desk, wire.db.orm, by, importId));
    return { importId, preview, yes: { digest: preview.digest, writes: true } };
  };
  const pass = async () => {
    for (let round = 0; round < 4; round++) {
      clock.advance({ minutes: 1 });
      await settle();
    }
  };
  return { gas, mill, far, wire, desk, by, bring, pass };
}

t.test("a sheet of suppliers is read row by row, and what cannot be is said", async (t) => {
  const text = [
    HEAD,
    "Forno Rossi;mailto:forno@posta.example;0721 1;www.forno.example;Fano;IT 01234567897;;Ada;farine",
    "Senza numero;;;;;123;;;",
    ";x@posta.example;;;;;;;",
    "Chi;non è posta;;;;;;;",
    "Dove;;;;;;non un indirizzo;;",
  ].join("\n");
  const read = sure(await readSuppliers(Buffer.from(text), "fornitori.csv"));
  const first = { name: "Forno Rossi", email: "forno@posta.example", website: "https://www.forno.example/" };
  t.match(read.rows, [{ row: 2, ...first, place: "Fano", vatNumber: "01234567897", referent: "Ada", note: "farine" }]);
  t.match(
    read.badRows.map(({ field, problem }) => `${field} ${problem}`),
    ["vatNumber unreadable", "name missing", "email unreadable", "address unreadable"],
  );
  t.match(await readSuppliers(Buffer.from("A;B\n1;2\n"), "x.csv"), { refused: "columns-unclear" });
});

t.test(
  "two rows are one supplier by VAT number, address, mailbox or name; what a row leaves empty stays",
  async (t) => {
    const facts = {
      name: "",
      email: "",
      phone: "",
      website: "",
      place: "",
      vatNumber: "",
      address: "",
      referent: "",
      note: "",
    };
    const row = (number: number, said: Partial<typeof facts>) => ({ row: number, ...facts, ...said });
    const contact = { id: "c", state: "kept" as const, ...facts, name: "Forno", email: "a@posta.example" };
    const rows = [
      row(2, { name: "FORNO ", phone: "1" }),
      row(3, { name: "Altro", email: "A@posta.example" }),
      row(4, { name: "Terzo", vatNumber: "01234567897" }),
      row(5, { name: "Terzo", vatNumber: "00743110157" }),
      row(6, { name: "Quarto", vatNumber: "01234567897" }),
    ];
    const { steps, twice } = planSuppliers(rows, [contact], [], true);
    t.match(
      steps.map(({ row, does, contactId }) => [row.row, does, contactId]),
      [
        [2, "update", "c"],
        [3, "update", "c"],
        [4, "keep", null],
        [5, "keep", null],
      ],
    );
    t.match(twice, [{ row: 6, first: 4 }]);
    t.match(mergeFacts(contact, rows[0]!), { phone: "1", email: "a@posta.example" });
    const mailed = row(7, { name: "Nuovo", email: "n@posta.example" });
    t.match(planSuppliers([mailed], [], [], true).steps, [{ does: "invite" }]);
    t.match(planSuppliers([mailed], [], [], false).steps, [{ does: "keep" }], "a node without mail writes to nobody");
  },
);

t.test(
  "known suppliers are followed, others sought, written to or kept; again it does nothing, and it goes back",
  async (t) => {
    const { gas, mill, far, wire, desk, by, bring, pass } = await makeTown(t);
    const first = await bring();
    t.same(
      first.preview.plan.steps.map(({ does }) => does),
      ["follow", "follow", "find", "find", "invite", "keep"],
    );
    t.same(listContacts(wire.db.orm, gas.id), [], "nothing is saved before the yes");
    t.match(confirmImport(desk, by, first.importId, { ...first.yes, digest: "0" }), { refused: "stale-version" });
    t.match(confirmImport(desk, by, first.importId, first.yes), { done: 6 });
    t.match(confirmImport(desk, by, first.importId, first.yes), { refused: "no-such-list" }, "its form once more");
    const owed = wire.db.raw.prepare("SELECT kind, state FROM letter_queue").all();
    t.match(owed, [{ kind: "supplier", state: "pending" }]);
    await pass();
    const states = () => Object.fromEntries(listContacts(wire.db.orm, gas.id).map(({ name, state }) => [name, state]));
    t.match(states(), {
      ...{ "Il mulino": "followed", Frutteto: "followed", Nessuno: "not-found", Vicini: "not-found" },
      ...{ Forno: "invited", Cascina: "kept" },
    });
    t.equal(loadFollow(wire.db.orm, gas.id, "out", far.id)?.state, "accepted");
    const forno = listContacts(wire.db.orm, gas.id).find(({ name }) => name === "Forno")!;
    const house = { db: wire.db, origin: wire.origin, language: "it" } as const;
    const about = { actorId: gas.id, kind: "supplier", subjectId: forno.id, facts: {} } as const;
    const letter = await supplierLetters(house).write({ id: 1, ...about, attempts: 0, createdAt: 0 });
    t.match(letter, { to: "forno@posta.example", subject: /GAS Fano/, text: new RegExp(gas.id) });
    const sink = await startMailSink(t);
    const mailer = openMailer(sink.url, "nodo@gas.example");
    t.teardown(() => mailer?.close());
    const writing = { ...house, mailer, clock: wire.clock, secret: Buffer.alloc(32, 7) };
    const [send] = letterClockTasks(writing, listLetterWriters(writing), () => 0.5);
    // The town's node sends no mail and has let go of the first.
    transact(wire.db, (tx) =>
      oweLetter(tx, { actorId: gas.id, kind: "supplier", subjectId: forno.id }, wire.clock.now()),
    );
    void sink.refuseNext(550);
    await send!.run(wire.clock.now());
    t.match(states(), { Forno: "kept" }, "the address does not exist");
    t.match(inviteContact(desk, by, forno.id), { state: "invited", problem: null });
    await send!.run(wire.clock.now());
    t.match(sink.received, [{ recipients: ["forno@posta.example"] }]);
    t.match(states(), { Forno: "invited" });
    const again = await bring();
    t.same(
      again.preview.plan.steps.map(({ does }) => does),
      ["nothing", "nothing", "nothing", "nothing", "nothing", "nothing"],
    );
    t.match(inviteContact(desk, by, forno.id), { refused: "wrong-state" }, "nobody is written to twice");
    t.match(undoImport(desk, { ...by, actorId: mill.id }, first.importId), { refused: "no-such-list" });
    t.match(undoImport(desk, by, first.importId), { taken: 5, kept: 1 });
    t.match(states(), { Forno: "invited" });
    t.equal(loadFollow(wire.db.orm, gas.id, "out", far.id)?.state, "ended");
    t.ok(isRefusal(undoImport(desk, by, first.importId)), "once");
  },
);
