// The data map: every column of the database, whether it says something of a person, whose, why, how long, who sees it, whether they get it
// when they ask for their data and what becomes of it when they leave. Export, erasure and the page /privacy follow it. Pure. SAFETY 9.
import { PEOPLE_DATA } from "./dataMapPeople.ts";
import { PLAIN_COLUMNS } from "./dataMapPlain.ts";
import { TRADE_DATA } from "./dataMapTrade.ts";
import { WIRE_DATA } from "./dataMapWire.ts";

/** Whose data: a person with an account, a household, somebody who only asked, somebody on another node, the group itself. */
type Whose = "person" | "household" | "asker" | "remote" | "group";

/** Why it is kept; each purpose has its legal basis in words (`privacy.why.*`). */
export type Purpose = "account" | "sign-in" | "trade" | "books" | "help" | "joining" | "safety" | "network" | "group";
export const PURPOSES: readonly Purpose[] = [
  "account",
  "sign-in",
  "trade",
  "books",
  "help",
  "joining",
  "safety",
  "network",
  "group",
];

/** How long: a key of `privacy.kept.*`, whose sentence takes up the periods that the node chose (kernel/retention.ts). */
type Kept =
  | "account"
  | "session"
  | "links"
  | "addresses"
  | "requests"
  | "seekers"
  | "foundings"
  | "bookings"
  | "notices"
  | "arrivals"
  | "letters"
  | "sent"
  | "refusals"
  | "reports"
  | "audit"
  | "order"
  | "trade"
  | "books"
  | "month"
  | "hour"
  | "day"
  | "follow"
  | "group"
  | "agreement";

/** Who sees it besides the person: keys of `privacy.seen.*`. */
type Seen = "self" | "household" | "admins" | "handlers" | "treasurers" | "node" | "everybody" | "nobody";

/**
 * How the rows of one person are found: the value of `column` is the person's id, a household's they are in, the address they sign in
 * with, or one that the rows of another table have.
 */
export type Link = {
  readonly column: string;
  readonly of: "person" | "household" | "address" | { readonly table: string; readonly column: string };
};

/** What becomes of the rows when their person leaves. Columns not named stay, under an id that leads to nobody. */
type Erasure =
  | "row"
  | "kept"
  | { readonly blank?: readonly string[]; readonly empty?: readonly string[]; readonly name?: readonly string[] };

/** A table that says something of people. `exported` go to who asks; `held` say something and do not: secrets, and others' data. */
export type PersonalTable = {
  readonly table: string;
  readonly whose: Whose;
  readonly why: Purpose;
  readonly kept: Kept;
  readonly seen: readonly Seen[];
  readonly link: Link | null;
  readonly exported: readonly string[];
  readonly held: readonly string[];
  /** Columns that say nothing of anybody. */
  readonly plain: readonly string[];
  /** For `empty`, NULL; for `blank`, ""; for `name`, the words for somebody who left. */
  readonly erased: Erasure;
};

export const PERSONAL_TABLES: readonly PersonalTable[] = [...PEOPLE_DATA, ...TRADE_DATA, ...WIRE_DATA];

/** Table -> every column the map knows of, personal or not. */
export function mappedColumns(): ReadonlyMap<string, readonly string[]> {
  const personal = PERSONAL_TABLES.map(({ table, exported, held, plain }): [string, string[]] => [
    table,
    [...exported, ...held, ...plain],
  ]);
  const plain = Object.entries(PLAIN_COLUMNS).map(([table, columns]): [string, string[]] => [
    table,
    columns.split(" "),
  ]);
  return new Map([...personal, ...plain]);
}
