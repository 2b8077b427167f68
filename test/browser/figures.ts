// What the group of the town tells others in figures, how money is told line by line; and the keys of all.
import { describeActor } from "../../src/activitypub/actors.ts";
import { loadActor } from "../../src/activitypub/store.ts";
import { transact } from "../../src/db/transact.ts";
import { newSource } from "../../src/network/reading/source.ts";
import { saveReach, saveSource } from "../../src/network/reading/store.ts";
import { dropMonths, insertMonth, replaceSupply } from "../../src/network/statistics/store.ts";
import { writeMonth } from "../../src/orders/statistics/activities.ts";
import type { ToldMonth } from "../../src/orders/statistics/month.ts";
import { insertWritten } from "../../src/orders/statistics/store.ts";
import { fillValley } from "../network/directory/valley.ts";
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

/**
 * Two groups that the network reads have published two months each, and what its producers offer was counted. At each visit anew: nobody
 * of them is its member, so that the next walk of the reader forgets them.
 */
async function showNumbers({ node, origin }: TestNode): Promise<void> {
  const { wire, db } = node;
  const readAt = wire.clock.now();
  const networkId = `${origin}/rete`;
  const flour = { ...TOLD.cells[0]!, category: "farine", ordered: 1310, delivered: 1250 };
  const index = await node.index.open();
  await fillValley(index, networkId, readAt);
  transact(db, (tx) => {
    for (const [sourceUri, istat] of [
      ["https://gasfano.example/gas", "041013"],
      ["https://gasurbino.example/gas", "041067"],
    ] as const) {
      // Nobody looks for them at their own nodes.
      saveSource(tx, { ...newSource(sourceUri, readAt), isDiscoverable: true, actorDueAt: null });
      saveReach(tx, networkId, { uri: sourceUri, via: networkId, depth: 1, standing: "agreed" }, readAt);
      dropMonths(tx, sourceUri);
      for (const month of ["2026-08", MONTH]) {
        const iri = `${sourceUri}/statistics/${month}`;
        insertMonth(tx, { ...TOLD, sourceUri, iri, istat, month, cells: [...TOLD.cells, flour], digest: "00", readAt });
      }
    }
    const offered = { istat: "041013", producers: 2, products: 7 };
    replaceSupply(tx, networkId, MONTH, [
      { ...offered, category: "farine" },
      { ...offered, category: "miele" },
    ]);
  });
}

const at =
  (path: string): Visit["url"] =>
  ({ lived }) =>
    `${lived.origin}${path}`;
const fano = "/desk/gas-fano";
const minor = { as: "admin", isMinor: true } as const;
const outside = { as: "nobody", isMinor: true } as const;

const numbers: Visit["url"] = async ({ lived }) => {
  await showNumbers(lived);
  return `${lived.origin}/rete/statistics`;
};

export const FIGURE_PAGES: readonly Visit[] = [
  { name: "figures", url: at("/gas-fano/statistics"), ...outside },
  { name: "network-figures", url: at("/rete/statistics"), ...outside },
  { name: "figures-month", url: at(`/gas-fano/statistics/${MONTH}`), ...outside },
  { name: "network-figures", ...outside, url: numbers },
  { name: "desk-figures", url: at(`${fano}/statistics`), ...minor },
  { name: "desk-totals", url: at(`${fano}/statistics/own?by=household&from=2026-01-01&to=2027-12-31`), ...minor },
  { name: "keys", url: at("/node/keys"), ...minor },
  { name: "key", url: at("/node/keys/gas-fano/ed25519"), ...minor },
  { name: "money-bank-lines", url: at(`${fano}/money/accounts/bank/lines`), ...minor },
  { name: "money-own-lines", url: at(`${fano}/money/statement/lines`), ...minor },
  {
    ...{ name: "money-household-lines", ...minor },
    url: ({ lived, treasury }) => `${lived.origin}${fano}/money/households/${treasury.household}/lines`,
  },
];
