// How a question becomes steps for an engine: few where little matches, by as many places at once as fill a page where much does.
import t from "tap";
import { type Ask, answerQuery, type Finder } from "../../../src/network/index/answer.ts";
import type { Entry, IndexQuery } from "../../../src/network/index/networkIndex.ts";
import { pointAt } from "../../../src/network/index/points.ts";
import { keysOf, toRow } from "../../../src/network/index/row.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { DISTRICT, entryOf, FANO, MACERATA, MILL, NOW, URBINO } from "./entries.ts";

const NEAR: IndexQuery = {
  ...{ groupId: DISTRICT, now: NOW, kinds: ["product"], find: "qqqq", limit: 24 },
  near: { latitude: FANO.latitude!, longitude: FANO.longitude!, km: 100 },
};

t.test("A45 what is nowhere is four questions, however many points there are", async (t) => {
  const asked: Ask[] = [];
  const finder: Finder = {
    listBeginnings: async (beginning) => [`${beginning}a`],
    findRows: async (ask) => {
      asked.push(ask);
      return [];
    },
    findPoints: async () =>
      Array.from({ length: 5000 }, (_, i) => ({ point: pointAt(43.8 + i / 50_000, 13), count: 1 })),
  };
  t.same(await answerQuery(NEAR, finder), { entries: [], next: null });
  t.equal(asked.length, 4, "around and in all, as whole words and as beginnings");
});

t.test("what nothing else begins with is not asked for a second time", async (t) => {
  let asked = 0;
  const finder: Finder = {
    listBeginnings: async (beginning) => [beginning],
    findRows: async () => {
      asked += 1;
      return [];
    },
    findPoints: async () => [],
  };
  const { near: _, ...query } = NEAR;
  t.same(await answerQuery(query, finder), { entries: [], next: null });
  t.equal(asked, 1);
});

t.test("where little is at each place, many places are asked at once, and the nearest still come first", async (t) => {
  // Two at each of three hundred points, two of five "farro".
  const entries = Array.from({ length: 600 }, (_, i) => {
    const place = { ...FANO, latitude: FANO.latitude! + Math.floor(i / 2) / 1000 };
    return entryOf("product", i % 5 < 2 ? "Farro" : "Orzo", { id: `${MILL}/p/${i}`, place });
  });
  const { find: _, ...everything } = NEAR;
  for (const query of [everything, { ...everything, find: "farro" }]) {
    const { finder, countAsked } = openList(entries);
    const { entries: found } = await answerQuery(query, finder);
    t.ok(countAsked() <= 4, `${countAsked()} questions`);
    const wanted = entries.filter(({ name }) => !("find" in query) || name === "Farro").slice(0, 24);
    t.same(found.map(({ id }) => id).sort(), wanted.map(({ id }) => id).sort(), "nothing nearer is left out");
    const far = found.map(({ distanceKm }) => distanceKm!);
    t.same(
      far,
      far.toSorted((one, other) => one - other),
    );
  }
});

/** An engine that is a list: what it finds, and how often it was asked. */
function openList(entries: readonly Entry[]): { finder: Finder; countAsked: () => number } {
  let asked = 0;
  const rows = entries
    .map((entry) => ({ ...toRow(entry), terms: new Set(keysOf(toRow(entry)).terms) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const findRows: Finder["findRows"] = async ({ wants, from, to, limit }) => {
    asked += 1;
    const lists = [...(wants?.all ?? []).map((term) => [term]), ...(wants?.anyOf ?? [])];
    return rows
      .filter(
        ({ rank, terms }) => rank > from && rank < to && lists.every((list) => list.some((one) => terms.has(one))),
      )
      .slice(0, limit)
      .map((row) => ({ ...row, rank: String(row.rank), sourceName: null, contactAt: NOW, via: null }));
  };
  const points = entries.map(({ place }) => pointAt(place!.latitude!, place!.longitude!));
  const findPoints: Finder["findPoints"] = async () =>
    [...new Set(points)].map((point) => ({ point, count: points.filter((one) => one === point).length }));
  return { finder: { findRows, findPoints, listBeginnings: async () => [] }, countAsked: () => asked };
}

t.test("pages of what is nearest follow one another, whether little matches or much", async (t) => {
  for (const count of [9, 400]) {
    const index = openSqliteIndex(":memory:");
    t.teardown(() => index.close());
    const places = [URBINO, FANO, MACERATA];
    const entries = Array.from({ length: count }, (_, i) =>
      entryOf("product", `Farro ${i % 7}`, { id: `${MILL}/p/${i}`, place: places[i % 3]! }),
    );
    await index.put(entries);
    await index.scope(DISTRICT, [MILL]);
    const seen: { id: string; distanceKm: number }[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof index.search>> = await index.search({
        ...NEAR,
        find: "farro",
        limit: 4,
        after,
      });
      seen.push(...page.entries.map(({ id, distanceKm }) => ({ id, distanceKm: distanceKm! })));
      after = page.next;
    } while (after !== null);
    t.equal(new Set(seen.map(({ id }) => id)).size, count, "each once");
    t.equal(seen.length, count);
    t.same(
      seen.map(({ distanceKm }) => distanceKm),
      seen.map(({ distanceKm }) => distanceKm).sort((a, b) => a - b),
    );
  }
});
