// What the group of the town tells others in figures, how money is told line by line; and the keys of all.
import { describeActor } from "../../src/activitypub/actors.ts";
import { loadActor } from "../../src/activitypub/store.ts";
import { transact } from "../../src/db/transact.ts";
import { writeMonth } from "../../src/orders/statistics/activities.ts";
import type { ToldMonth } from "../../src/orders/statistics/month.ts";
import { insertWritten } from "../../src/orders/statistics/store.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Visit } from "./table.ts";

const MONTH = "2026-09";
const TOLD: ToldMonth = {
  ...{ month: MONTH, families: 1023, orders: 6, producers: 5, euros: 18_400, isWithheld: true },
  cells: [
    { category: "formaggi", unit: "KGM", families: 11, lines: 14, ordered: 31, delivered: 29, euros: 410 },
    { category: "uova", unit: "H87", families: 7, lines: 7, ordered: null, delivered: 120, euros: null },
  ],
};

/** The group has published a month. */
export function addFigures({ node, origin }: TestNode, handle: string): void {
  const { wire, db } = node;
  const at = wire.clock.now();
  transact(db, (tx) => {
    describeActor(tx, `${origin}/${handle}`, { showsStatistics: true }, at);
    const document = writeMonth(loadActor(tx, `${origin}/${handle}`)!, TOLD, { istat: "041013", at });
    insertWritten(tx, `${origin}/${handle}`, { month: MONTH, document, createdAt: at }, []);
  });
}

const at =
  (path: string): Visit["url"] =>
  ({ lived }) =>
    `${lived.origin}${path}`;
const fano = "/desk/gas-fano";
const minor = { as: "admin", isMinor: true } as const;
const outside = { as: "nobody", isMinor: true } as const;

export const FIGURE_PAGES: readonly Visit[] = [
  { name: "figures", url: at("/gas-fano/statistics"), ...outside },
  { name: "figures-month", url: at(`/gas-fano/statistics/${MONTH}`), ...outside },
  { name: "desk-figures", url: at(`${fano}/statistics`), ...minor },
  { name: "keys", url: at("/node/keys"), ...minor },
  { name: "key", url: at("/node/keys/gas-fano/ed25519"), ...minor },
  { name: "money-bank-lines", url: at(`${fano}/money/accounts/bank/lines`), ...minor },
  { name: "money-own-lines", url: at(`${fano}/money/statement/lines`), ...minor },
  {
    ...{ name: "money-household-lines", ...minor },
    url: ({ lived, treasury }) => `${lived.origin}${fano}/money/households/${treasury.household}/lines`,
  },
];
