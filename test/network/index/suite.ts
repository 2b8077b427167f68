// What every engine of the index must hold, told once and run on each.
import type { Test } from "tap";
import {
  ENTRY_KINDS,
  type Entry,
  HIDDEN_AFTER,
  type IndexQuery,
  type NetworkIndex,
} from "../../../src/network/index/networkIndex.ts";
import { DISTRICT, entryOf, FANO, FARM, MACERATA, MILL, NOW, URBINO } from "./entries.ts";

const ALL = { groupId: DISTRICT, now: NOW, kinds: ENTRY_KINDS, limit: 50 } as const;

/** Runs the suite; `open` gives an empty index each time, and is closed by its caller. */
export function testEngine(t: Test, open: () => Promise<NetworkIndex>): void {
  const started = async (entries: readonly Entry[], sources: readonly string[] = [MILL, FARM]) => {
    const index = await open();
    await index.put(entries);
    await index.scope(DISTRICT, sources);
    const names = async (query: Partial<IndexQuery> = {}) =>
      (await index.search({ ...ALL, ...query })).entries.map(({ name }) => name);
    return { index, names };
  };
  testWords(t, started);
  testFacts(t, started);
  testPlaces(t, started);
  testOrder(t, started);
  testChanges(t, started);
  testSources(t, started);
  testShown(t, started);
  testGoods(t, started);
}

type Started = (
  entries: readonly Entry[],
  sources?: readonly string[],
) => Promise<{ index: NetworkIndex; names: (query?: Partial<IndexQuery>) => Promise<string[]> }>;

function testWords(t: Test, started: Started): void {
  t.test("words are found without accents, case and endings, all of them and in any part", async (t) => {
    const { names } = await started([
      entryOf("product", "Mele Golden", { text: "Perché no: dolci", category: "Frutta" }),
      entryOf("product", "Zucchine", { place: FANO }),
      entryOf("product", "Olio extravergine d'oliva", { certifications: ["bio"] }),
      entryOf("product", "Crème fraîche 北京"),
    ]);
    for (const find of ["mela", "MELE", "perche", "golden frutta", "frutta mela", "e le mele"])
      t.same(await names({ find }), ["Mele Golden"], find);
    t.same(await names({ find: "zucchina fano" }), ["Zucchine"]);
    t.same(await names({ find: "olio di oliva" }), ["Olio extravergine d'oliva"]);
    t.same(await names({ find: "creme 北京" }), ["Crème fraîche 北京"]);
    t.same(await names({ find: "mele zucchine" }), []);
  });

  t.test("half a word finds what begins so, only when no whole word does", async (t) => {
    const { index, names } = await started([
      entryOf("product", "Pomodori pelati"),
      entryOf("product", "Pomodoro ciliegino"),
      entryOf("product", "Pomo antico"),
    ]);
    t.same(await names({ find: "pomod" }), ["Pomodori pelati", "Pomodoro ciliegino"].sort());
    t.same(await names({ find: "pomo" }), ["Pomo antico"]);
    const first = await index.search({ ...ALL, find: "pomod", limit: 1 });
    const second = await index.search({ ...ALL, find: "pomod", limit: 1, after: first.next });
    t.same([first, second].flatMap(({ entries }) => entries.map(({ name }) => name)).sort(), [
      "Pomodori pelati",
      "Pomodoro ciliegino",
    ]);
    t.equal(second.next, null);
  });

  t.test("C19 signs of a query language are no more than blanks", async (t) => {
    const { names } = await started([entryOf("product", "Farro")]);
    for (const find of [
      'farro" OR "x',
      "farro' & !'x",
      "farro*",
      "NEAR(farro)",
      "farro:",
      "-farro",
      "(farro",
      "\\farro\0",
    ])
      t.ok(Array.isArray(await names({ find })), find);
    t.same(await names({ find: "«farro»" }), ["Farro"]);
    t.same(await names({ category: "x' | 'y", comune: "') OR 1=1", province: '"', certification: "(" }), []);
  });

  t.test("who is not searchable is listed and not found by words, at once when it is switched off", async (t) => {
    const closed = entryOf("gas", "GAS Riservato", { isSearchable: false, place: FANO });
    const open = entryOf("gas", "GAS Aperto", { place: FANO });
    const { index, names } = await started([closed, open]);
    t.same(await names({ find: "gas" }), ["GAS Aperto"]);
    t.same(await names({ comune: "041013" }), ["GAS Aperto", "GAS Riservato"]);
    await index.put([{ ...open, isSearchable: false }]);
    t.same(await names({ find: "gas" }), []);
  });
}

function testFacts(t: Test, started: Started): void {
  t.test("category, certification, month, comune, province and source narrow a list together", async (t) => {
    const { names } = await started([
      entryOf("product", "Cavolo", {
        category: "Verdura & Ortaggi",
        certifications: ["bio"],
        months: [11, 12],
        place: FANO,
      }),
      entryOf("product", "Mela", { category: "Frutta", certifications: ["bio"], months: [9, 10, 11], place: URBINO }),
      entryOf("product", "Pasta", { category: "Dispensa", place: MACERATA, sourceId: FARM }),
    ]);
    t.same(await names({ category: "verdura  ortaggi" }), ["Cavolo"]);
    t.same(await names({ certification: "bio" }), ["Cavolo", "Mela"]);
    t.same(await names({ month: 12 }), ["Cavolo"]);
    t.same(await names({ province: "041" }), ["Cavolo", "Mela"]);
    t.same(await names({ comune: "043023" }), ["Pasta"]);
    t.same(await names({ sourceId: FARM }), ["Pasta"]);
    t.same(await names({ sourceId: FARM, find: "mela" }), []);
    t.same(await names({ certification: "bio", month: 9, find: "mele" }), ["Mela"]);
    t.same(await names({ kinds: ["gas"] }), []);
  });

  t.test("a word in a text is no fact, whatever it looks like", async (t) => {
    const { names } = await started([entryOf("product", "Farro c:frutta b:bio", { text: "i:041013 p:041 m:11" })]);
    t.same(await names({ category: "frutta" }), []);
    t.same(await names({ certification: "bio" }), []);
    t.same(await names({ comune: "041013" }), []);
    t.same(await names({ month: 11 }), []);
  });

  t.test("everything is counted by its facts, and a count follows every change", async (t) => {
    const mill = entryOf("producer", "Mulino", { id: MILL, place: FANO });
    const flour = entryOf("product", "Farina", { category: "Farine", certifications: ["bio"], place: FANO });
    const pasta = entryOf("product", "Pasta", { category: "Pasta", place: FANO });
    const { index } = await started([mill, flour, pasta]);
    const count = (by: Parameters<NetworkIndex["counts"]>[1]) => index.counts(DISTRICT, by, NOW);
    t.same(await count("kind"), [
      { value: "product", kind: "product", count: 2 },
      { value: "producer", kind: "producer", count: 1 },
    ]);
    t.same(await count("comune"), [
      { value: "041013", kind: "product", count: 2 },
      { value: "041013", kind: "producer", count: 1 },
    ]);
    t.same(await count("certification"), [{ value: "bio", kind: "product", count: 1 }]);
    await index.put([{ ...flour, category: "Pasta", certifications: [] }, mill]);
    t.same(await count("category"), [{ value: "pasta", kind: "product", count: 2 }]);
    t.same(await count("certification"), []);
    await index.remove(MILL, [pasta.id]);
    await index.remove(MILL, [pasta.id]);
    t.same(await count("category"), [{ value: "pasta", kind: "product", count: 1 }]);
    t.same(await count("province"), [
      { value: "041", kind: "producer", count: 1 },
      { value: "041", kind: "product", count: 1 },
    ]);
    t.same(await index.counts("https://other.example/g", "kind", NOW), []);
  });
}

function testPlaces(t: Test, started: Started): void {
  t.test(
    "what is near comes nearest first, with its distance, page by page, and nothing beyond the circle",
    async (t) => {
      const { index, names } = await started([
        entryOf("gas", "GAS Macerata", { place: MACERATA }),
        entryOf("gas", "GAS Urbino", { place: URBINO }),
        entryOf("producer", "Orto di Urbino", { place: URBINO }),
        entryOf("gas", "GAS Fano", { place: FANO }),
        entryOf("gas", "GAS senza luogo"),
      ]);
      const near = { latitude: FANO.latitude!, longitude: FANO.longitude!, km: 40 };
      t.same(await names({ near, kinds: ["gas"] }), ["GAS Fano", "GAS Urbino"]);
      t.same(await names({ near: { ...near, km: 20 } }), ["GAS Fano"]);
      t.same((await names({ near: { ...near, km: 100 }, kinds: ["gas"] })).at(-1), "GAS Macerata");
      const pages: string[] = [];
      let after: string | null = null;
      do {
        const page = await index.search({ ...ALL, near: { ...near, km: 100 }, limit: 1, after });
        pages.push(...page.entries.map(({ name, distanceKm }) => `${name} ${Math.round(distanceKm!)}`));
        after = page.next;
      } while (after !== null && pages.length < 9);
      t.equal(pages.length, 4);
      t.same([pages[0], pages[3]], ["GAS Fano 0", "GAS Macerata 69"]);
      t.same(pages.slice(1, 3).sort(), ["GAS Urbino 33", "Orto di Urbino 33"]);
    },
  );
}

function testOrder(t: Test, started: Started): void {
  t.test("pages follow one another by kind and name, each entry once, though others come in between", async (t) => {
    const letters = "mcqabzx".split("");
    const goods = letters.map((letter) => entryOf("product", `${letter.toUpperCase()}ele`));
    const same = Array.from({ length: 30 }, (_, i) =>
      entryOf("product", "Pomodoro ciliegino", { id: `${MILL}/p/${i}` }),
    );
    const { index } = await started([...goods, ...same, entryOf("gas", "Zeta"), entryOf("gas", "Èta")]);
    const seen: string[] = [];
    const ids = new Set<string>();
    let after: string | null = null;
    for (let i = 0; i < 20; i++) {
      const page = await index.search({ ...ALL, limit: 7, after });
      seen.push(...page.entries.map(({ name }) => name));
      for (const { id } of page.entries) ids.add(id);
      after = page.next;
      if (i === 0) await index.put([entryOf("product", "Aaa", { id: `${MILL}/p/early` }), entryOf("gas", "Aaa")]);
      if (after === null) break;
    }
    t.equal(ids.size, 39, "what came in before where one reads is not seen, and nothing is seen twice");
    t.same(seen.slice(0, 5), ["Èta", "Zeta", "Aele", "Bele", "Cele"]);
    t.same(
      seen.filter((name) => name.endsWith("ele")),
      ["Aele", "Bele", "Cele", "Mele", "Qele", "Xele", "Zele"],
    );
    for (const wrong of ["", "w", "w99999999999999999999", "x12", "b-1"])
      t.equal((await index.search({ ...ALL, limit: 1, after: wrong })).entries[0]?.name, "Aaa", wrong);
  });

  t.test("open cycles come by closing, events by their beginning, and what is over does not come", async (t) => {
    const hour = 3_600_000;
    const { names } = await started([
      entryOf("cycle", "Farina", { startsAt: NOW - hour, endsAt: NOW + 9 * hour }),
      entryOf("cycle", "Arance", { startsAt: NOW - hour, endsAt: NOW + 2 * hour }),
      entryOf("cycle", "Chiuso", { startsAt: NOW - 9 * hour, endsAt: NOW - hour }),
      entryOf("cycle", "Ora", { startsAt: NOW - 9 * hour, endsAt: NOW }),
      entryOf("event", "Visita al mulino", { startsAt: NOW + hour, endsAt: NOW + 2 * hour }),
      entryOf("event", "Assemblea", { startsAt: NOW + 5 * hour, endsAt: NOW + 6 * hour }),
    ]);
    t.same(await names({ kinds: ["cycle"], openAt: NOW }), ["Arance", "Farina"]);
    t.same(await names({ kinds: ["event"], openAt: NOW }), ["Visita al mulino", "Assemblea"]);
    t.same(await names({ kinds: ["cycle"], openAt: NOW, find: "arancia" }), ["Arance"]);
  });
}

function testChanges(t: Test, started: Started): void {
  t.test("an entry put again is the same entry as it is now", async (t) => {
    const first = entryOf("product", "Farro", { place: FANO });
    const { index, names } = await started([first, first]);
    await index.put([{ ...first, name: "Orzo", place: null, readAt: NOW + 5 }]);
    t.same(await names(), ["Orzo"]);
    t.same(await names({ find: "farro" }), []);
    t.same(await names({ comune: FANO.istat! }), []);
    const found = (await index.search({ ...ALL, find: "orzo" })).entries[0]!;
    const { sourceName, contactAt, via, distanceKm, ...entry } = found;
    t.same(entry, { ...first, name: "Orzo", place: null, readAt: NOW + 5 });
    const around = { sourceName: null, contactAt: NOW + 5, via: null, distanceKm: null };
    t.same({ sourceName, contactAt, via, distanceKm }, around);
    t.same(await index.size(), { entries: 1, sources: 2 });
  });

  t.test("what is no longer in a source's list goes, of the kinds that were read and of no other", async (t) => {
    const [a, b] = [entryOf("product", "A"), entryOf("product", "B")];
    const { index, names } = await started([a, b, entryOf("cycle", "C"), entryOf("product", "D", { sourceId: FARM })]);
    await index.keepOnly(MILL, ["product"], [b.id]);
    t.same(await names(), ["B", "D", "C"]);
    await index.keepOnly(MILL, ["product", "cycle"], []);
    t.same(await names(), ["D"]);
    await index.keepOnly("https://unknown.example/x", ["product"], []);
  });

  t.test("B24 a long list goes in and out in steps, and a text beyond measure is cut", async (t) => {
    const many = Array.from({ length: 600 }, (_, i) => entryOf("product", `Prodotto ${i}`, { id: `${MILL}/p/${i}` }));
    const { index } = await started(many);
    await index.put([entryOf("product", "x".repeat(9000), { text: "parola ".repeat(90_000) })]);
    t.equal((await index.size()).entries, 601);
    const big = (await index.search({ ...ALL, find: "x".repeat(9000) })).entries[0]!;
    t.ok(big.name.length <= 300 && big.text.length <= 2000);
    await index.dropSource(MILL);
    t.same(await index.size(), { entries: 0, sources: 1 });
    t.same(await index.counts(DISTRICT, "kind", NOW), []);
    await index.put([entryOf("product", "Y", { sourceId: FARM })]);
    await index.clear();
    t.same(await index.size(), { entries: 0, sources: 0 });
    await index.put([entryOf("product", "Y")]);
    t.same(await index.size(), { entries: 1, sources: 1 });
  });
}

function testSources(t: Test, started: Started): void {
  t.test("B24 an entry that claims another's id stands beside it and changes nothing of it", async (t) => {
    const true1 = entryOf("product", "Farina vera");
    const { index, names } = await started([true1, { ...true1, sourceId: FARM, name: "Farina falsa" }]);
    t.same((await names({ find: "farina" })).sort(), ["Farina falsa", "Farina vera"]);
    await index.remove(FARM, [true1.id]);
    t.same(await names(), ["Farina vera"]);
    await index.put([{ ...true1, sourceId: FARM }]);
    await index.dropSource(FARM);
    t.same(await names(), ["Farina vera"]);
    t.same([await index.countOf(MILL), await index.countOf(FARM)], [1, 0]);
  });

  t.test("each group shows its own sources, and a source dropped from a group is found there no more", async (t) => {
    const other = "https://d.example/other";
    const { index, names } = await started([entryOf("gas", "A"), entryOf("gas", "B", { sourceId: FARM })], [MILL]);
    await index.scope(other, [FARM, MILL, FARM]);
    t.same(await names(), ["A"]);
    t.same(await names({ groupId: other }), ["A", "B"]);
    await index.scope(other, []);
    t.same(await names({ groupId: other }), []);
    t.same(await names({ groupId: "https://d.example/nobody" }), []);
  });

  t.test("B38 who has not answered for thirty days is not shown, and shown again once it does", async (t) => {
    const later = NOW + HIDDEN_AFTER;
    const { index, names } = await started([
      entryOf("producer", "Mulino", { id: MILL }),
      entryOf("product", "Farro"),
      entryOf("product", "Ceci", { sourceId: FARM }),
    ]);
    t.same(await names({ now: later - 1, kinds: ["product"] }), ["Ceci", "Farro"]);
    await index.touch(FARM, later);
    await index.touch(FARM, NOW - 5);
    t.same(await names({ now: later }), ["Ceci"]);
    t.same(await index.counts(DISTRICT, "kind", later), [{ value: "product", kind: "product", count: 1 }]);
    await index.touch(MILL, later);
    const { entries } = await index.search({ ...ALL, find: "farro", now: later });
    t.match(entries, [{ name: "Farro", sourceName: "Mulino", contactAt: later, readAt: NOW }]);
    await index.scope(DISTRICT, [MILL, "https://silent.example/s"]);
    t.equal((await index.size()).sources, 3);
  });
}

function testShown(t: Test, started: Started): void {
  t.test(
    "what a group reaches through another network says so there and nowhere else, as long as it does",
    async (t) => {
      const region = "https://r.example/marche";
      const { index } = await started([entryOf("gas", "A"), entryOf("gas", "B", { sourceId: FARM })]);
      const vias = async (groupId: string) =>
        (await index.search({ ...ALL, groupId })).entries.map(({ name, via }) => [name, via]);
      await index.scope(region, [MILL, FARM], new Map([[FARM, "DES Metauro"]]));
      t.same(await vias(region), [
        ["A", null],
        ["B", "DES Metauro"],
      ]);
      t.same((await vias(DISTRICT))[1], ["B", null]);
      await index.scope(region, [MILL, FARM]);
      t.same((await vias(region))[1], ["B", null]);
    },
  );

  t.test("the index knows which networks are shown from it, also after all that was read was forgotten", async (t) => {
    const { index } = await started([]);
    const card = { id: DISTRICT, handle: "valli", name: "Distretto delle Valli" };
    await index.saveNetworks([
      { ...card, name: "Prima" },
      { ...card, id: `${DISTRICT}2`, handle: "altro" },
    ]);
    await index.saveNetworks([card]);
    await index.clear();
    t.same(await index.listNetworks(), [card]);
    await index.saveNetworks([]);
    t.same(await index.listNetworks(), []);
  });
}

function testGoods(t: Test, started: Started): void {
  t.test("what was last read before a walk began is dropped after it, of that kind and that source", async (t) => {
    const { index, names } = await started([
      entryOf("product", "Farina", { readAt: NOW - 2 }),
      entryOf("product", "Ceci", { readAt: NOW - 2 }),
      entryOf("cycle", "Ottobre", { readAt: NOW - 2 }),
      entryOf("product", "Mele", { sourceId: FARM, readAt: NOW - 2 }),
    ]);
    await index.put([entryOf("product", "Farina", { readAt: NOW })]);
    await index.dropOld(MILL, ["product"], NOW);
    t.same((await names()).sort(), ["Farina", "Mele", "Ottobre"]);
  });

  t.test("B24 half characters and signs that no database has a text for stop nothing", async (t) => {
    const { names } = await started([
      entryOf("product", `${"a".repeat(299)}\u{1f33e}`, { text: "\0 grano \ud83c", category: "\ud83c" }),
    ]);
    t.same(await names({ find: "grano" }), ["a".repeat(299)]);
  });

  t.test(
    "a producer's goods are told together: kinds of certification and months, of its products alone",
    async (t) => {
      const { index } = await started([
        entryOf("product", "Farina", { certifications: ["organic"], months: [9, 10] }),
        entryOf("product", "Ceci", {
          certifications: ["participatory", "organic"],
          months: [2, 10],
          category: "Frutta",
        }),
        entryOf("cycle", "Ottobre", { certifications: ["other"], months: [1] }),
        entryOf("product", "Mele", { sourceId: FARM, months: [12] }),
      ]);
      t.same(await index.goodsOf(MILL), {
        certifications: ["organic", "participatory"],
        months: [2, 9, 10],
        categories: ["frutta"],
      });
      await index.keepOnly(MILL, ["product"], []);
      t.same(await index.goodsOf(MILL), { certifications: [], months: [], categories: [] });
    },
  );
}
