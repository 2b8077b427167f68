// That sums kept from write to write are what counting anew gives, whatever was written, withdrawn or fell silent: on every engine.
import fc from "fast-check";
import type { Test } from "tap";
import {
  type Count,
  ENTRY_KINDS,
  type Entry,
  HIDDEN_AFTER,
  type NetworkIndex,
} from "../../../src/network/index/networkIndex.ts";
import { keysOf, toRow } from "../../../src/network/index/row.ts";
import { entryOf, FANO, MACERATA, NOW, URBINO } from "./entries.ts";

const DAY = 86_400_000;
const SOURCES = [0, 1, 2, 3].map((i) => `https://n${i}.example/a`);
const GROUPS = ["https://d.example/d", "https://r.example/r"];
const FACTS = ["kind", "comune", "province", "category", "certification"] as const;
const AROUND = { latitude: FANO.latitude!, longitude: FANO.longitude!, km: 100 };

/** What a source wrote, when it was heard, who shows it. */
type Model = {
  readonly entries: Map<string, Entry>;
  readonly contacts: Map<string, number>;
  readonly scopes: Map<string, readonly string[]>;
};
type Step = { readonly index: (on: NetworkIndex) => Promise<unknown>; readonly model: (on: Model) => void };

const source = fc.constantFrom(...SOURCES);
/** Days before and after: some sources are heard long before others are asked for. */
const day = fc.integer({ min: 0, max: 90 }).map((days) => NOW + days * DAY);
const entry = fc
  .record({
    sourceId: source,
    name: fc.constantFrom("farro", "orzo", "ceci", "miele"),
    kind: fc.constantFrom("product", "gas"),
    place: fc.constantFrom(null, FANO, URBINO, MACERATA),
    category: fc.constantFrom(null, "Frutta", "frutta", "Olio e aceto", "a  b"),
    certifications: fc.subarray(["organic", "other", "__proto__"]),
    readAt: day,
  })
  .map(({ kind, name, ...some }) => entryOf(kind as "product", name, { ...some, months: [9] }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.array(entry, { maxLength: 6 }).map(putting) },
  { weight: 2, arbitrary: fc.record({ sourceId: source, at: day }).map(touching) },
  { weight: 2, arbitrary: fc.record({ groupId: fc.constantFrom(...GROUPS), ids: fc.subarray(SOURCES) }).map(scoping) },
  {
    weight: 2,
    arbitrary: entry.map(({ sourceId, id }) =>
      withdrawing(
        sourceId,
        (one) => one.id === id,
        (on) => on.remove(sourceId, [id]),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: source.map((id) =>
      withdrawing(
        id,
        ({ kind }) => kind === "product",
        (on) => on.keepOnly(id, ["product"], []),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ id: source, at: day }).map(({ id, at }) =>
      withdrawing(
        id,
        ({ kind, readAt }) => kind === "gas" && readAt < at,
        (on) => on.dropOld(id, ["gas"], at),
      ),
    ),
  },
  { weight: 1, arbitrary: source.map(dropping) },
);

function putting(entries: readonly Entry[]): Step {
  return {
    index: (on) => on.put(entries),
    model: ({ entries: all, contacts }) => {
      for (const one of entries) {
        const key = keyOf(one);
        const before = all.get(key);
        const isSame = before && toRow(before).body === toRow(one).body;
        all.set(key, isSame ? { ...one, readAt: Math.max(one.readAt, before.readAt) } : one);
        contacts.set(one.sourceId, Math.max(contacts.get(one.sourceId) ?? 0, one.readAt));
      }
    },
  };
}

function touching({ sourceId, at }: { sourceId: string; at: number }): Step {
  return {
    index: (on) => on.touch(sourceId, at),
    model: ({ contacts }) => contacts.set(sourceId, Math.max(contacts.get(sourceId) ?? 0, at)),
  };
}

function scoping({ groupId, ids }: { groupId: string; ids: readonly string[] }): Step {
  return { index: (on) => on.scope(groupId, ids), model: ({ scopes }) => scopes.set(groupId, ids) };
}

function withdrawing(sourceId: string, isGone: (one: Entry) => boolean, index: Step["index"]): Step {
  return {
    index,
    model: ({ entries }) => {
      for (const [key, one] of entries) if (one.sourceId === sourceId && isGone(one)) entries.delete(key);
    },
  };
}

function dropping(sourceId: string): Step {
  return {
    index: (on) => on.dropSource(sourceId),
    model: ({ entries, contacts, scopes }) => {
      for (const [key, one] of entries) if (one.sourceId === sourceId) entries.delete(key);
      contacts.delete(sourceId);
      for (const [groupId, ids] of scopes)
        scopes.set(
          groupId,
          ids.filter((id) => id !== sourceId),
        );
    },
  };
}

function keyOf({ sourceId, id }: Entry): string {
  return `${sourceId}\n${id}`;
}

/** What the group shows at that moment, one by one. */
function shownOf({ entries, contacts, scopes }: Model, groupId: string, now: number): Entry[] {
  const isShown = (id: string) => scopes.get(groupId)?.includes(id) && contacts.get(id)! > now - HIDDEN_AFTER;
  return [...entries.values()].filter(({ sourceId }) => isShown(sourceId));
}

function countAnew(shown: readonly Entry[], by: string): string[] {
  const counts = new Map<string, number>();
  for (const one of shown) {
    const { counted, kind } = keysOf(toRow(one));
    for (const [, value] of counted.filter(([fact]) => fact === by)) {
      const key = `${value} ${kind}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).sort();
}

function listOf(counts: readonly Count[]): string[] {
  return counts.map(({ value, kind, count }) => `${value} ${kind} ${count}`).sort();
}

/** `runs`: how many stories, each of up to thirty steps with a look after every third. */
export function testSums(t: Test, open: () => Promise<NetworkIndex>, runs: number): void {
  t.test(
    "B38 sums are what counting anew gives, after any writes, withdrawals and silences, whenever one asks",
    async (t) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 30 }),
          fc.array(day, { minLength: 3, maxLength: 3 }),
          async (steps, days) => {
            const index = await open();
            const model: Model = { entries: new Map(), contacts: new Map(), scopes: new Map() };
            for (const groupId of GROUPS) await act(index, model, scoping({ groupId, ids: SOURCES }));
            for (const [i, one] of steps.entries()) {
              await act(index, model, one);
              if (i % 3 === 0 || i === steps.length - 1) await look(index, model, days[i % days.length]!);
            }
          },
        ),
        { numRuns: runs },
      );
      t.pass();
    },
  );

  async function act(index: NetworkIndex, model: Model, { index: write, model: follow }: Step): Promise<void> {
    await write(index);
    follow(model);
  }

  async function look(index: NetworkIndex, model: Model, now: number): Promise<void> {
    for (const groupId of GROUPS) {
      const shown = shownOf(model, groupId, now);
      for (const by of FACTS) same(by, listOf(await index.counts(groupId, by, now)), countAnew(shown, by));
      const query = { groupId, now, kinds: ENTRY_KINDS, near: AROUND, limit: 100 };
      const { entries } = await index.search(query);
      same(
        "near",
        entries.map(keyOf).sort(),
        shown
          .filter(({ place }) => place !== null)
          .map(keyOf)
          .sort(),
      );
    }
  }
}

function same(what: string, found: readonly string[], wanted: readonly string[]): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${what}: ${JSON.stringify(found)}, counted anew ${JSON.stringify(wanted)}`);
}
