// How the index in PostgreSQL is asked: along the rarest term in order of rank by blocks, the other terms looked up for each, until the page is full.
import type pg from "pg";
import { type Ask, type Finder, MOST_BEGINNINGS, type Terms } from "./answer.ts";
import { pointsOf } from "./postgresSumsStore.ts";
import type { FoundRow } from "./row.ts";

/** So many ranks of a term are looked through between two leaps: a leap costs as much as ten looks. */
const BLOCK = 64;

/**
 * Whether a source is shown, for each row that has come so far. LIMIT is a fence: the server would otherwise ask for the row once with the
 * number of each of the sources, three hundred looks where one is enough.
 */
const IS_SHOWN = `CROSS JOIN LATERAL (SELECT FROM sources AS s JOIN scopes AS g ON g.group_id = $1 AND g.source_no = s.no
  WHERE s.no = e.source_no AND s.contact_at > $2 LIMIT 1) AS shown`;

/** Terms hold letters, digits and colons alone, all of which come before the sign that ends the range. */
const BEGINNINGS =
  "SELECT term FROM terms WHERE term >= $1 AND term < $1 || '~' AND count > 0 ORDER BY count DESC, term LIMIT $2";

export function postgresFinder(pool: pg.Pool): Finder {
  return {
    listBeginnings: async (beginning) =>
      (await pool.query<{ term: string }>(BEGINNINGS, [beginning, MOST_BEGINNINGS])).rows.map(({ term }) => term),
    findRows: async (ask) => {
      const plan = ask.wants === null ? [] : await planOf(pool, ask.wants);
      return plan === null ? [] : findRows(pool, ask, plan);
    },
    findPoints: (asked) => pointsOf(pool, asked),
  };
}

/** Numbers of terms, of which an entry must have one; and how many entries have any of them, at most. */
type Demand = { readonly numbers: readonly string[]; readonly count: number };

type Known = { readonly term: string; readonly no: string; readonly count: number };

/** What must be there, the one to walk along first, then the rarest; null: something of it is nowhere. */
async function planOf(pool: pg.Pool, { all, anyOf }: Terms): Promise<readonly Demand[] | null> {
  const asked = [...all, ...anyOf.flat()];
  const { rows } = await pool.query<Known>(
    "SELECT term, no, count FROM terms WHERE term = ANY ($1::text[]) AND count > 0",
    [asked],
  );
  const known = new Map(rows.map((row) => [row.term, row]));
  const demands = [...all.map((term) => [term]), ...anyOf].map((terms) =>
    demandOf(terms.flatMap((term) => known.get(term) ?? [])),
  );
  if (demands.some(({ count }) => count === 0)) return null;
  const terms = demands.reduce((sum, { numbers }) => sum + numbers.length, 0);
  // Of each that has one of its terms, every term of all the others is looked up, at most.
  const costOf = ({ numbers, count }: Demand) => count * (1 + terms - numbers.length);
  demands.sort((one, other) => one.count - other.count);
  const first = demands.reduce((best, one) => (costOf(one) < costOf(best) ? one : best));
  return [first, ...demands.filter((one) => one !== first)];
}

function demandOf(terms: readonly Known[]): Demand {
  return { numbers: terms.map(({ no }) => no), count: terms.reduce((sum, { count }) => sum + count, 0) };
}

async function findRows(pool: pg.Pool, ask: Ask, plan: readonly Demand[]): Promise<FoundRow[]> {
  const { sourceId, openAt } = ask;
  const values: unknown[] = [ask.groupId, ask.heardAfter, String(ask.from), String(ask.to), ask.limit];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const those = `${sourceId ? `AND e.source_no = (SELECT no FROM sources WHERE id = ${bind(sourceId)})` : ""}
    ${openAt === null ? "" : `AND e.ends_at > ${bind(openAt)}`}`;
  const [first, ...others] = plan;
  // A source's own entries are fewer than those of any term.
  const ranks =
    first && !sourceId
      ? `SELECT DISTINCT found.rank FROM unnest(${bind(first.numbers)}::bigint[]) AS term(no) CROSS JOIN LATERAL
          (SELECT e.rank FROM (${walkAlong(bind, "term.no", others)}) AS w
            JOIN entries AS e ON e.rank = w.rank ${those} ${IS_SHOWN} ${others.length === 0 ? "ORDER BY w.rank" : ""} LIMIT $5) AS found`
      : `SELECT e.rank FROM entries AS e ${lookUp(bind, plan, "e.rank")} ${IS_SHOWN}
          WHERE e.rank > $3 AND e.rank < $4 ${those} ORDER BY e.rank LIMIT $5`;
  const { rows } = await pool.query<FoundRow>(
    `SELECT f.rank::text AS rank, e.id, s.id AS "sourceId", s.name AS "sourceName", s.contact_at::float8 AS "contactAt",
       s.via, e.read_at::float8 AS "readAt", e.body
     FROM (${ranks}) AS f
       CROSS JOIN LATERAL (SELECT source_no, id, read_at, body FROM entries WHERE rank = f.rank LIMIT 1) AS e
       CROSS JOIN LATERAL (SELECT s.id, s.name, s.contact_at, g.via FROM sources AS s
         JOIN scopes AS g ON g.group_id = $1 AND g.source_no = s.no WHERE s.no = e.source_no LIMIT 1) AS s
     ORDER BY f.rank LIMIT $5`,
    values,
  );
  return rows;
}

type Bind = (value: unknown) => string;

/**
 * The ranks of a term that all the others have too, in their order. Names make terms lie in heaps: fifteen thousand "mele" of other kinds
 * come before the first golden one. So it goes by blocks: each is looked through, and the next begins where the rarest of the others is
 * next. It is a recursion, of which the server makes no more steps than the page needs, and gives what they find as they come.
 */
function walkAlong(bind: Bind, no: string, others: readonly Demand[]): string {
  const along = `FROM postings AS p WHERE p.term_no = ${no} AND p.rank < $4`;
  const [next] = others;
  if (next === undefined) return `SELECT p.rank ${along} AND p.rank > $3 ORDER BY p.rank OFFSET 0`;
  const stop = (from: string) =>
    `(SELECT max(b.rank) FROM (SELECT p.rank ${along} AND p.rank >= ${from} ORDER BY p.rank LIMIT ${BLOCK}) AS b)`;
  const leap = `SELECT min(x.rank) FROM unnest(${bind(next.numbers)}::bigint[]) AS n(no) CROSS JOIN LATERAL
    (SELECT q.rank FROM postings AS q WHERE q.term_no = n.no AND q.rank > w.stop AND q.rank < $4 ORDER BY q.rank LIMIT 1) AS x`;
  return `WITH RECURSIVE w(start, stop) AS (SELECT $3::bigint + 1, ${stop("$3::bigint + 1")}
      UNION ALL SELECT l.rank, ${stop("l.rank")} FROM w CROSS JOIN LATERAL (${leap}) AS l(rank) WHERE l.rank IS NOT NULL)
    SELECT f.rank FROM w CROSS JOIN LATERAL (SELECT p.rank FROM postings AS p ${lookUp(bind, others, "p.rank")}
      WHERE p.term_no = ${no} AND p.rank >= w.start AND p.rank <= w.stop ORDER BY p.rank OFFSET 0) AS f`;
}

/**
 * Whether a rank has one of the terms of each. LIMIT and OFFSET are fences: a plain EXISTS the server may turn round, and then it reads
 * everything that has the term before the first row is there.
 */
function lookUp(bind: Bind, demands: readonly Demand[], rank: string): string {
  const joins = demands.map(({ numbers }, i) => {
    const isOne = numbers.length === 1 ? `= ${bind(numbers[0])}::bigint` : `= ANY (${bind(numbers)}::bigint[])`;
    return `CROSS JOIN LATERAL (SELECT FROM postings AS q WHERE q.term_no ${isOne} AND q.rank = ${rank} LIMIT 1) AS q${i}`;
  });
  return joins.join(" ");
}
