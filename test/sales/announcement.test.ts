// The announcement as people read it, in both languages, whatever was typed into it.
import { createHash } from "node:crypto";
import t from "tap";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { voiceOf, writeAnnouncement, writeChanges, writeNoteDocument } from "../../src/sales/activities.ts";
import { tellCycle, tellDelivery, writeContent } from "../../src/sales/announcement.ts";
import {
  addLines,
  cancelCycle,
  closeCycle,
  confirmCycle,
  draftCycle,
  editCycle,
  type NewLine,
  openCycle,
  removeCycle,
  setAvailability,
} from "../../src/sales/cycle.ts";
import { CLOSING, DAY, draftOf, FARM, HONEY, HOUR, NOW, openOf, PLAN, sure } from "./cycles.ts";
import { matchesGolden } from "./golden.ts";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

t.test("an opening says what, until when, delivery where and when, and links to the rest", async (t) => {
  matchesGolden(t, "create-note", writeAnnouncement(openOf()));
  t.same(tellCycle(openOf(), voiceOf("it")), [
    "Agrumi, consegna 12 dicembre: ordine aperto fino a martedì 1 dicembre 2026, ore 23:00.",
    "Raccolti la settimana della consegna.",
    "Si ordina: Arance Navel, cassetta 10 kg; Miele di sulla, vasetto 500 g.",
    "Consegna: sabato 12 dicembre 2026, dalle 09:30 alle 11:30, Polisportiva, Modena.",
    "Ordine minimo per gruppo: 150,00\u00a0€.",
  ]);
});

t.test("an opening shows the first picture of four products, by name, each at the node that sells", async (t) => {
  const wish = (name: string, ...pictures: string[]): NewLine => ({
    ...HONEY,
    goods: {
      productIri: `${FARM}/catalog/${name}`,
      productVersion: 1,
      facts: { ...HONEY.goods.facts, name, images: pictures.map((alt) => ({ hash: hashOf(alt), alt })) },
    },
  });
  const wishes = [
    wish("Zucche", "Zucche nell'orto"),
    wish("Ceci", "Un sacco di ceci", "I ceci da vicino"),
    wish("Farro"),
    wish("Lenticchie", "Un sacco di ceci"),
    wish("Olio", "Bottiglia d'olio"),
    wish("Passata", "Vasetti <b>pieni</b>"),
    wish("Vino", "Bottiglia di vino"),
  ];
  const open = sure(openCycle(sure(addLines(sure(draftCycle(PLAN, "c12", FARM, NOW)), wishes, NOW)), "producer", NOW));
  const announced = writeAnnouncement(open);
  matchesGolden(t, "create-note-with-pictures", announced);
  const note = announced.object as JsonObject;
  t.same(
    (note.attachment as JsonObject[]).map(({ name }) => name),
    ["Un sacco di ceci", "Bottiglia d'olio", "Vasetti <b>pieni</b>", "Bottiglia di vino"],
  );
  const served = [...JSON.stringify(note.attachment).matchAll(/"url":"([^"]*)"/g)].map(([, url]) => url);
  t.ok(served.every((url) => url && /^https:\/\/p\.example\/media\/[0-9a-f]{64}\.jpg$/.test(url)));
});

t.test("an announcement for partners is addressed to nobody else", async (t) => {
  t.match(writeAnnouncement(openOf({ visibility: "partners" })), {
    to: [`${FARM}/partners`],
    cc: undefined,
    object: { to: [`${FARM}/partners`], cc: undefined },
  });
});

t.test("a new date is told in the Note and in the stub", async (t) => {
  const open = openOf();
  const moved = sure(editCycle(open, { closesAt: CLOSING + DAY }, NOW + HOUR));
  const told = writeChanges(open, moved);
  matchesGolden(t, "update-note", told[0]);
  matchesGolden(t, "update-stub", told[1]);
});

t.test("what changes no word of the Note is told in the stub alone", async (t) => {
  const open = openOf();
  const told = writeChanges(open, sure(setAvailability(open, new Map([[1, 80_000]]), NOW + HOUR)));
  t.match(told, [{ type: "Update", object: { type: "Collection", revision: 2 } }]);
  t.equal(told.length, 1);
});

t.test("a cancelled cycle says why; removed, it leaves a tombstone", async (t) => {
  const cancelled = sure(cancelCycle(openOf(), "producer", "grandine: perso il raccolto", NOW + HOUR));
  t.same(tellCycle(cancelled, voiceOf("it")), [
    "Agrumi, consegna 12 dicembre: l'ordine è annullato. Motivo: grandine: perso il raccolto",
  ]);
  t.match(writeChanges(openOf(), cancelled), [{ object: { type: "Note" } }, { object: { cycleStatus: "cancelled" } }]);
  const removed = sure(removeCycle(cancelled, NOW + 2 * HOUR));
  matchesGolden(t, "delete-note", writeChanges(cancelled, removed)[0]);
  t.match(writeNoteDocument(removed), { type: "Tombstone" });
  t.match(writeNoteDocument(cancelled), { type: "Note" });
});

t.test("a closed and a confirmed cycle still say when the goods come, and no more what could be ordered", async (t) => {
  const closed = sure(closeCycle(openOf(), "producer", NOW + HOUR));
  t.match(tellCycle(closed, voiceOf("it")), [/l'ordine è chiuso\.$/, /^Consegna: sabato/]);
  t.match(tellCycle(sure(confirmCycle(closed, "producer", NOW)), voiceOf("en")), [
    /closed and confirmed/,
    /^Delivery: Saturday/,
  ]);
  t.equal(tellCycle(closed, voiceOf("it")).length, 2);
});

t.test("many products are counted, a delivery over two days names both, none is to be agreed", async (t) => {
  const wishes = Array.from({ length: 10 }, (_, i) => ({
    ...HONEY,
    goods: { ...HONEY.goods, productIri: `${FARM}/catalog/${i}` },
  }));
  const open = sure(openCycle(sure(addLines(draftOf({ deliveries: [], note: "" }), wishes, NOW)), "producer", NOW));
  const told = tellCycle(open, voiceOf("it"));
  t.match(told[1], /; e altri 6 prodotti\.$/);
  t.ok(told.includes("Consegna da concordare."));
  const long = { ...PLAN.deliveries[0]!, endAt: PLAN.deliveries[0]!.startAt + 2 * DAY };
  t.match(tellDelivery(long, voiceOf("en")), /^from Saturday.* to Monday/);
});

t.test("B34 what a person typed is text in the announcement, never markup", async (t) => {
  const nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
  const content = writeContent(
    openOf({ name: nasty, note: nasty }),
    voiceOf("it"),
    `${FARM}/cycles/c12`,
    "https://p.example/tags/gas",
  );
  t.notMatch(content, /<script|<img/);
  t.match(content, /&lt;script&gt;/);
  t.same(
    new Set([...content.matchAll(/<(\/?[a-z]+)/g)].map(([, tag]) => tag)),
    new Set(["p", "/p", "a", "/a", "span", "/span"]),
  );
});

t.test("the second edit within one second is still newer than the first", async (t) => {
  const first = sure(editCycle(openOf(), { name: "A" }, NOW + 100));
  const second = sure(editCycle(first, { name: "B" }, NOW + 200));
  const stamps = [first, second].map((cycle) => String(writeNoteDocument(cycle).updated));
  t.ok(stamps[0]! < stamps[1]!, stamps.join(" "));
  t.ok(stamps[0]! > String(writeNoteDocument(openOf()).published));
});
