// The index as a file of its own: SQLite with FTS5. It is no data of ours: another schema or damage, and it is made anew. Not backed up.
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import Database, { type Database as Raw } from "better-sqlite3";
import { type Ask, answerQuery, type Finder, MOST_BEGINNINGS, type Terms } from "./answer.ts";
import type { Entry, EntryKind, NetworkCard, NetworkIndex } from "./networkIndex.ts";
import { rangeOf } from "./rank.ts";
import { type FoundRow, keysOf, type Row, toGoods, toRow } from "./row.ts";
import { countsOf, openSums, pointsOf, SUM_TABLES } from "./sqliteSumsStore.ts";
import { contactsOf, makeTallies, type Tallies } from "./tallies.ts";

/** Another number, and the file is thrown away: what is in it can be read again. */
const SCHEMA = 7;
/** So many in one transaction: some 30 ms, then pages have their turn. */
const AT_ONCE = 250;
const LAST = Number.MAX_SAFE_INTEGER;

const TABLES = `
  ${SUM_TABLES}
  CREATE TABLE networks (id TEXT PRIMARY KEY, handle TEXT NOT NULL, name TEXT NOT NULL) STRICT;
  CREATE TABLE entries (rank INTEGER PRIMARY KEY, source_no INTEGER NOT NULL, id TEXT NOT NULL, base INTEGER NOT NULL,
    read_at INTEGER NOT NULL, ends_at INTEGER, body TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX entries_of_source ON entries (source_no, id);
  CREATE INDEX entries_in_order ON entries (source_no, rank);
  CREATE TABLE terms (term TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1, detail=none,
    tokenize="unicode61 remove_diacritics 2 tokenchars ':'");
  PRAGMA user_version = ${SCHEMA};`;

/** Opens or makes the file (":memory:" for none). What cannot be read as this schema is removed first. */
export function openSqliteIndex(file: string): NetworkIndex {
  const { raw, wasMade } = openFile(file);
  const rim = openWriter(raw);
  const finder = openFinder(raw);
  return {
    wasMade,
    put: (entries) => inTurns(entries, (some) => rim.put(some)),
    keepOnly: async (sourceId, kinds, ids) => {
      const kept = new Set(ids);
      const gone = listIds(raw, sourceId, kinds).filter((id) => !kept.has(id));
      await inTurns(gone, (some) => rim.remove(sourceId, some));
      return gone.length;
    },
    dropOld: async (sourceId, kinds, before) => {
      const old = listIds(raw, sourceId, kinds, before);
      await inTurns(old, (some) => rim.remove(sourceId, some));
      return old.length;
    },
    remove: (sourceId, ids) => inTurns(ids, (some) => rim.remove(sourceId, some)),
    dropSource: async (sourceId) => {
      await inTurns(listIds(raw, sourceId, null), (some) => rim.remove(sourceId, some));
      rim.dropSource(sourceId);
    },
    touch: async (sourceId, readAt) => rim.touch(sourceId, readAt),
    scope: async (groupId, sourceIds, vias = new Map()) => rim.scope(groupId, sourceIds, vias),
    saveNetworks: async (networks) => rim.saveNetworks(networks),
    listNetworks: async () => raw.prepare("SELECT id, handle, name FROM networks").all() as NetworkCard[],
    search: (query) => answerQuery(query, finder),
    counts: async (groupId, by, now) => countsOf(raw, groupId, by, now),
    countOf: async (sourceId) => raw.prepare(COUNT_OF).pluck().get(sourceId) as number,
    goodsOf: async (sourceId) => toGoods(raw.prepare(GOODS).all(sourceId) as { fact: string; value: string }[]),
    size: async () => raw.prepare(SIZE).get() as { entries: number; sources: number },
    clear: async () => {
      raw.transaction(() => raw.exec(CLEAR))();
      raw.exec("VACUUM");
    },
    close: async () => {
      raw.close();
    },
  };
}

const SIZE = "SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM sources) AS sources";
const GOODS = `SELECT c.fact, c.value FROM sources AS s JOIN counts AS c ON c.source_no = s.no
  WHERE s.id = ? AND c.fact IN ('certification', 'month', 'category') AND c.kind = 'product' AND c.count > 0`;
const COUNT_OF = "SELECT count(*) FROM sources AS s JOIN entries AS e ON e.source_no = s.no WHERE s.id = ?";
const CLEAR = `DELETE FROM entries; DELETE FROM counts; DELETE FROM sums; DELETE FROM scopes; DELETE FROM sources;
  DELETE FROM terms; INSERT INTO words(words) VALUES ('delete-all');`;

function openFile(file: string): { raw: Raw; wasMade: boolean } {
  try {
    return openChecked(file);
  } catch (error) {
    if (file === ":memory:" || !(error instanceof Database.SqliteError) || !/^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      throw error;
    removeFile(file);
    return openChecked(file);
  }
}

function openChecked(file: string): { raw: Raw; wasMade: boolean } {
  // Its owner's alone whatever the umask says.
  if (file !== ":memory:" && !existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const raw = new Database(file);
  const version = Number(raw.pragma("user_version", { simple: true }));
  const isNew = raw.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (version !== SCHEMA && !isNew) {
    raw.close();
    removeFile(file);
    return openChecked(file);
  }
  raw.pragma("journal_mode = WAL");
  // A power cut may lose the last moments: the network has them still.
  raw.pragma("synchronous = NORMAL");
  raw.pragma("busy_timeout = 5000");
  raw.pragma("trusted_schema = OFF");
  raw.pragma("journal_size_limit = 67108864");
  if (isNew) raw.transaction(() => raw.exec(TABLES))();
  return { raw, wasMade: isNew };
}

function removeFile(file: string): void {
  for (const part of ["", "-wal", "-shm"]) rmSync(`${file}${part}`, { force: true });
}

/** Does a long work in steps, between which others have their turn. */
async function inTurns<T>(items: readonly T[], act: (some: readonly T[]) => void): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) {
    if (i > 0) await new Promise((resolve) => setImmediate(resolve));
    act(items.slice(i, i + AT_ONCE));
  }
}

type OldRow = { rank: bigint; base: bigint; body: string };

/** The statements by which the file changes. */
function prepareWrites(raw: Raw) {
  const ask = (text: string) => raw.prepare(text);
  return {
    findSource: ask("SELECT no FROM sources WHERE id = ?").pluck(),
    nameSource: ask("UPDATE sources SET name = ? WHERE no = ?"),
    findOld: ask("SELECT rank, base, body FROM entries WHERE source_no = ? AND id = ?").safeIntegers(),
    isTaken: ask("SELECT 1 FROM entries WHERE rank = ?").pluck(),
    noteRead: ask("UPDATE entries SET read_at = max(read_at, ?) WHERE rank = ?"),
    insert: ask(`INSERT INTO entries (rank, source_no, id, base, read_at, ends_at, body)
      VALUES (@rank, @source, @id, @base, @readAt, @endsAt, @body)`),
    insertWords: ask("INSERT INTO words (rowid, terms) VALUES (?, ?)"),
    drop: ask("DELETE FROM entries WHERE rank = ?"),
    dropWords: ask("DELETE FROM words WHERE rowid = ?"),
    moveTerm: ask("INSERT INTO terms VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"),
    dropTerm: ask("DELETE FROM terms WHERE term = ? AND count <= 0"),
    clearNetworks: ask("DELETE FROM networks"),
    addNetwork: ask("INSERT INTO networks (id, handle, name) VALUES (@id, @handle, @name)"),
  };
}

/** `moved`: how many more or fewer entries have a term, in the transaction under way; `tallies`: of each source, a fact. */
type Writes = ReturnType<typeof prepareWrites> & {
  readonly moved: Map<string, number>;
  readonly tallies: Tallies;
  readonly sums: ReturnType<typeof openSums>;
};

/** Every change of the file, each in one transaction. */
function openWriter(raw: Raw) {
  const writes: Writes = { ...prepareWrites(raw), moved: new Map(), tallies: makeTallies(), sums: openSums(raw) };
  const { sums, tallies, moved } = writes;
  /** What is gathered while entries are written is written after them. */
  const gathering = (act: () => void) => {
    moved.clear();
    tallies.clear();
    act();
    sums.move(tallies.list());
    moveTerms(writes);
  };
  return {
    touch: raw.transaction((sourceId: string, readAt: number) => void sums.hear(sourceId, readAt)),
    put: raw.transaction((entries: readonly Entry[]) =>
      gathering(() => {
        const numbers = new Map([...contactsOf(entries)].map(([id, at]) => [id, sums.hear(id, at)]));
        for (const entry of entries) putOne(writes, numbers.get(entry.sourceId)!, toRow(entry));
      }),
    ),
    remove: raw.transaction((sourceId: string, ids: readonly string[]) => {
      const no = writes.findSource.get(sourceId) as number | undefined;
      if (no === undefined) return;
      gathering(() => {
        for (const id of ids) {
          const old = writes.findOld.get(no, id) as OldRow | undefined;
          if (old) removeOne(writes, no, { id, sourceId, readAt: 0, body: old.body }, old.rank);
        }
      });
    }),
    dropSource: raw.transaction((sourceId: string) => {
      const no = writes.findSource.get(sourceId) as number | undefined;
      if (no !== undefined) sums.dropSource(no);
    }),
    saveNetworks: raw.transaction((networks: readonly NetworkCard[]) => {
      writes.clearNetworks.run();
      for (const { id, handle, name } of networks) writes.addNetwork.run({ id, handle, name });
    }),
    scope: raw.transaction((groupId: string, sourceIds: readonly string[], vias: ReadonlyMap<string, string>) =>
      // One that never answered is known and not shown.
      sums.scope(groupId, new Map(sourceIds.map((id) => [sums.hear(id, 0), vias.get(id) ?? null]))),
    ),
  };
}

function putOne(writes: Writes, no: number, row: Row): void {
  const old = writes.findOld.get(no, row.id) as OldRow | undefined;
  if (old?.body === row.body) return void writes.noteRead.run(row.readAt, old.rank);
  if (old) removeOne(writes, no, { ...row, body: old.body }, old.rank);
  let rank = old?.base === row.rank ? old.rank : row.rank;
  while (writes.isTaken.get(rank)) rank += 1n;
  writes.insert.run({ ...row, rank, base: row.rank, source: no });
  writes.insertWords.run(rank, tally(writes, no, row, 1).join(" "));
  if (row.id === row.sourceId) writes.nameSource.run((JSON.parse(row.body) as Entry).name, no);
}

function removeOne(writes: Writes, no: number, row: Parameters<typeof keysOf>[0], rank: bigint): void {
  tally(writes, no, row, -1);
  writes.drop.run(rank);
  writes.dropWords.run(rank);
}

/** Counts it in or out, and says its terms. */
function tally(writes: Writes, no: number, row: Parameters<typeof keysOf>[0], sign: 1 | -1): readonly string[] {
  const keys = keysOf(row);
  writes.tallies.add(no, keys, sign);
  for (const term of keys.terms) writes.moved.set(term, (writes.moved.get(term) ?? 0) + sign);
  return keys.terms;
}

/** How many have each term, by which beginnings of words are found: FTS5 would read everything that begins so before it gives the first. */
function moveTerms({ moved, moveTerm, dropTerm }: Writes): void {
  for (const [term, by] of moved) {
    if (by !== 0) moveTerm.run(term, by);
    if (by < 0) dropTerm.run(term);
  }
}

function listIds(raw: Raw, sourceId: string, kinds: readonly EntryKind[] | null, before = LAST): string[] {
  const of = "SELECT e.id FROM sources AS s JOIN entries AS e ON e.source_no = s.no WHERE s.id = ?";
  if (kinds === null) return raw.prepare(of).pluck().all(sourceId) as string[];
  const some = raw.prepare(`${of} AND e.rank >= ? AND e.rank < ? AND e.read_at < ?`).pluck();
  return kinds.flatMap((kind) => {
    const { from, to } = rangeOf(kind);
    return some.all(sourceId, from, to, before) as string[];
  });
}

/** Terms hold letters, digits and colons alone, all of which come before the sign that ends the range. */
const BEGINNINGS =
  "SELECT term FROM terms WHERE term >= @of AND term < @of || '~' ORDER BY count DESC, term LIMIT @most";

function openFinder(raw: Raw): Finder {
  return {
    listBeginnings: async (of) => raw.prepare(BEGINNINGS).pluck().all({ of, most: MOST_BEGINNINGS }) as string[],
    findRows: async (ask) => {
      // A page may be many questions: others have their turn between.
      await new Promise((resolve) => setImmediate(resolve));
      return findRows(raw, ask);
    },
    findPoints: async (asked) => pointsOf(raw, asked),
  };
}

/** CROSS JOIN holds SQLite to this order: by words, or by rank, whoever is rarer is not known to it. */
function findRows(raw: Raw, ask: Ask): FoundRow[] {
  const { wants, sourceId } = ask;
  const from = wants
    ? "words AS w CROSS JOIN entries AS e ON e.rank = w.rowid CROSS JOIN sources AS s ON s.no = e.source_no"
    : sourceId
      ? "sources AS s CROSS JOIN entries AS e ON e.source_no = s.no"
      : "entries AS e CROSS JOIN sources AS s ON s.no = e.source_no";
  const rank = wants ? "w.rowid" : "e.rank";
  const text = `SELECT CAST(e.rank AS TEXT) AS rank, e.id, s.id AS sourceId, s.name AS sourceName, s.contact_at AS contactAt,
      g.via, e.read_at AS readAt, e.body
    FROM ${from} CROSS JOIN scopes AS g ON g.group_id = @groupId AND g.source_no = s.no
    WHERE ${rank} > @from AND ${rank} < @to AND s.contact_at > @heardAfter
      ${wants ? "AND words MATCH @match" : ""} ${sourceId ? "AND s.id = @sourceId" : ""}
      ${ask.openAt === null ? "" : "AND e.ends_at > @openAt"}
    ORDER BY ${rank} LIMIT @limit`;
  return raw.prepare(text).all({ ...ask, match: wants ? matchOf(wants) : "" }) as FoundRow[];
}

/** Terms hold letters, digits and colons alone: nothing in them is a sign of FTS5. */
function matchOf({ all, anyOf }: Terms): string {
  return [
    ...all.map((term) => `"${term}"`),
    ...anyOf.map((terms) => `(${terms.map((term) => `"${term}"`).join(" OR ")})`),
  ].join(" AND ");
}
