// How a question becomes steps for an engine: few where little matches, point by point where much does.
import t from "tap";
import { type Ask, answerQuery, type Finder } from "../../../src/network/index/answer.ts";
import type { IndexQuery } from "../../../src/network/index/networkIndex.ts";
import { pointAt } from "../../../src/network/index/points.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { DISTRICT, entryOf, FANO, MACERATA, MILL, NOW, URBINO } from "./entries.ts";

const NEAR: IndexQuery = {
  ...{ groupId: DISTRICT, now: NOW, kinds: ["product"], find: "qqqq", limit: 24 },
  near: { latitude: FANO.latitude!, longitude: FANO.longitude!, km: 100 },
};

t.test("A45 what is nowhere is two questions, however many points there are", async (t) => {
  const asked: Ask[] = [];
  const finder: Finder = {
    findRows: async (ask) => {
      asked.push(ask);
      return [];
    },
    findPoints: async () => Array.from({ length: 5000 }, (_, i) => pointAt(43.8 + i / 50_000, 13)),
  };
  t.same(await answerQuery(NEAR, finder), { entries: [], next: null });
  t.equal(asked.length, 2, "as whole words, and as beginnings");
});

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
