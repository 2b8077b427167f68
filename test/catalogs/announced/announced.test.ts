// Another producer's cycle read as values: what is theirs to say, and what is made of what they wrote.
import t from "tap";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { readAnnouncement, readCycle, readLine, readStub } from "../../../src/catalogs/announced/announced.ts";
import { pricesDiffer, textsOf } from "../../../src/catalogs/announced/cycleTexts.ts";
import { golden } from "./golden.ts";

const FARM = "https://p.example/p";
const CYCLE = `${FARM}/cycles/c12`;
const note = golden("create-note").object as JsonObject;
const cycle = golden("cycle-public");
const [oranges] = golden("lines-partner").items as JsonObject[];

t.test("FEP-e232 the Note a farm sends says where its cycle is", async (t) => {
  t.same(readAnnouncement(note, FARM), { noteIri: `${FARM}/posts/c12`, cycleIri: CYCLE });
});

t.test("a Note without such a link announces nothing", async (t) => {
  const link = (note.tag as JsonObject[])[1];
  const others: JsonObject[] = [
    { ...note, tag: [] },
    { ...note, tag: "#GAS" },
    { ...note, tag: { ...link, rel: "canonical" } as JsonObject },
    { ...note, tag: [{ ...link, mediaType: "text/html" } as JsonObject] },
    { ...note, tag: [{ ...link, href: "not an address" } as JsonObject] },
    { ...note, tag: [{ ...link, type: "Mention" } as JsonObject] },
  ];
  for (const other of others) t.equal(readAnnouncement(other, FARM), null);
  t.match(readAnnouncement({ ...note, tag: link as JsonObject }, FARM), { cycleIri: CYCLE }, "one tag, no list");
});

t.test("B12 nobody announces with another's Note, for another's author, or towards another's origin", async (t) => {
  const notOwner = { refused: "not-owner" };
  t.same(readAnnouncement(note, "https://e.example/e"), notOwner);
  t.same(readAnnouncement(note, "https://p.example/other"), notOwner);
  t.same(readAnnouncement({ ...note, id: "https://e.example/n" }, FARM), notOwner);
  const [hashtag, link] = note.tag as JsonObject[];
  const elsewhere = { ...note, tag: [hashtag, { ...link, href: "https://e.example/cycles/1" }] } as JsonObject;
  t.same(readAnnouncement(elsewhere, FARM), notOwner);
});

t.test("a cycle is read with its dates, its places and its minimum", async (t) => {
  t.match(readCycle(cycle, CYCLE, FARM), {
    name: "Agrumi, consegna 12 dicembre",
    status: "open",
    endsAt: Date.UTC(2026, 11, 1, 22),
    minimumOrderCents: 15_000,
    deliveries: [{ startAt: Date.UTC(2026, 11, 12, 8, 30), place: "Polisportiva, Modena" }],
    lines: [],
  });
});

t.test("a common minimum is read with what is missing, which is reckoned here and not believed", async (t) => {
  const missing = (change: JsonObject) => {
    const read = readCycle({ ...golden("cycle-threshold"), ...change }, CYCLE, FARM);
    return "refused" in read ? read : read.commonMinimum;
  };
  t.match(missing({}), {
    goal: { quantityThousandths: 800_000, unitCode: "KGM" },
    missing: { quantityThousandths: 170_000, unitCode: "KGM" },
    groupsCount: 3,
  });
  const all = { missing: { quantityThousandths: 800_000 } };
  t.match(missing({ missing: { hasUnit: "kilogram", hasNumericalValue: "0" }, collected: null }), all);
  t.match(missing({ collected: { hasUnit: "one", hasNumericalValue: "900" } }), all);
  t.match(missing({ collected: { hasUnit: "kilogram", hasNumericalValue: "900" } }), {
    missing: { quantityThousandths: 0 },
  });
  t.match(missing({ groupsCount: "3" }), { groupsCount: null });
  for (const threshold of [null, { hasUnit: "kilogram", hasNumericalValue: "0" }, "800 kg"])
    t.equal(missing({ threshold }), null);
});

t.test("a cycle of which something does not hold is refused by the name of it", async (t) => {
  t.match(readCycle(cycle, CYCLE, "https://p.example/other"), { refused: "not-owner" });
  const wrongs: [string, unknown][] = [
    ["cycleStatus", "sold-out"],
    ["sequence", -1],
    ["sequence", "1"],
    ["endTime", "tomorrow"],
    ["name", "<b></b>"],
  ];
  for (const [member, value] of wrongs)
    t.match(readCycle({ ...cycle, [member]: value } as JsonObject, CYCLE, FARM), { refused: "bad-cycle", member });
});

t.test("what is not said, or said wrongly beside the point, is left out", async (t) => {
  const bare = {
    ...cycle,
    minOrder: { minPrice: "-1" },
    content: 7,
    deliveries: [7, {}, { startTime: "2026-12-12T08:30:00Z" }],
  };
  const at = Date.UTC(2026, 11, 12, 8, 30);
  t.match(readCycle(bare as unknown as JsonObject, CYCLE, FARM), {
    minimumOrderCents: null,
    note: "",
    deliveries: [{ startAt: at, endAt: at, place: "" }],
  });
});

t.test("B34 markup, turned letters and invisible ones do not come through a cycle's name, note or place", async (t) => {
  const nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>Aran\u202ece\u200b";
  const event = { startTime: "2026-12-12T08:30:00Z", location: { name: nasty } };
  const read = readCycle({ ...cycle, name: nasty, content: nasty, deliveries: [event] } as JsonObject, CYCLE, FARM);
  t.notMatch(JSON.stringify(read), /<|\u202e|\u200b|alert/);
  t.match(read, { name: "Arance" });
});

t.test("a line keeps the product it comes from, if that is the producer's", async (t) => {
  t.match(readLine(oranges ?? null, FARM), { packagePriceCents: 1663, basedOn: `${FARM}/catalog/nav10` });
  t.match(readLine({ ...oranges, basedOn: "https://e.example/x" }, FARM), { basedOn: null });
  t.equal(readLine({ ...oranges, attributedTo: "https://p.example/other" }, FARM), null);
  t.equal(readLine("https://p.example/p/cycles/c12/1", FARM), null);
});

t.test("a stub names its cycle and its sequence; another collection is none", async (t) => {
  t.same(readStub(golden("stub-moved")), { cycleIri: CYCLE, sequence: 2 });
  t.same(readStub({ ...cycle, sequence: "2" }), { cycleIri: CYCLE, sequence: 0 });
  t.equal(readStub({ type: "Collection", id: `${FARM}/catalog`, sequence: 3 }), null);
});

t.test("B16 prices of one line are compared where both are shown, and lines of one copy alone are not", async (t) => {
  const read = readCycle(cycle, CYCLE, FARM);
  const line = readLine(oranges ?? {}, FARM);
  if ("refused" in read || !line?.packagePriceCents) throw new Error("the golden files have a price");
  const at = (packagePriceCents: number | null) => ({ ...read, lines: [{ ...line, packagePriceCents }] });
  const { packagePriceCents: cents } = line;
  t.notOk(pricesDiffer(at(cents), at(cents)));
  t.ok(pricesDiffer(at(cents), at(cents + 1)));
  t.notOk(pricesDiffer(at(null), at(cents)), "a pact began");
  t.notOk(pricesDiffer(read, at(cents)), "a new line");
  t.same(textsOf(at(cents)), textsOf(at(null)), "what differs by right is not hashed");
});
