// Everything a network's figures are made of, gathered from what its groups published and what its index shows.
import type { Tx } from "../../db/transact.ts";
import { addMonths, romeTime } from "../../kernel/time.ts";
import type { NetworkIndex } from "../index/networkIndex.ts";
import { countAwaited } from "../reading/store.ts";
import { type Figure, type FigureFacts, makeFigures, spanUpTo } from "./figures.ts";
import { hasSupply, lastMonth, listMonths, listSupply } from "./store.ts";
import { openSums, sumMonths, type Total } from "./totals.ts";

const A_YEAR_BACK = -11;

/**
 * The figures, the months they cover, how many groups the network shows, how many orders are open (at most 100), and how many sources are
 * still to be read before this month's supply is counted. Rejects when the index fails.
 */
export async function gatherFigures(
  tx: Tx,
  index: NetworkIndex,
  networkId: string,
  now: number,
): Promise<{
  readonly figures: readonly Figure[];
  readonly span: FigureFacts["span"];
  readonly groups: number;
  readonly openOrders: number;
  readonly awaited: number;
}> {
  const kinds = await index.counts(networkId, "kind", now);
  const counts = await index.counts(networkId, "comune", now);
  const countOf = (kind: string) => kinds.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0);
  const span = spanUpTo(lastMonth(tx, networkId));
  const month = romeTime(now).date.slice(0, 7);
  const from = span?.from ?? addMonths(`${month}-01`, A_YEAR_BACK).slice(0, 7);
  // What there is to be had is known before what was taken of it is published.
  const supply = listSupply(tx, networkId, { from, to: month });
  const sums = await sumSpan(tx, networkId, span);
  const demand = [...new Set(supply.map(({ month }) => month))].map((month) => ({
    month,
    totals: sums.demand.get(month) ?? [],
  }));
  const groups = countOf("gas");
  const figures = makeFigures({
    ...{ span, supply, demand, counts, groups, sources: sums.sources },
    ...{ byComune: sums.byComune, byMonth: sums.byMonth, byCategory: sums.byCategory },
  });
  const open = await index.search({ groupId: networkId, now, kinds: ["cycle"], openAt: now, limit: 100 });
  const awaited = hasSupply(tx, networkId, month) ? 0 : countAwaited(tx, networkId, now);
  return { figures, span, groups, openOrders: open.entries.length, awaited };
}

/** The sums of the months of a span, month after month: between two of them whoever else waits has their turn. */
export async function sumSpan(tx: Tx, networkId: string, span: FigureFacts["span"]) {
  const [byComune, byMonth, byCategory] = [openSums("comune"), openSums("month"), openSums("category")];
  const demand = new Map<string, readonly Total[]>();
  const sources = new Set<string>();
  for (let month = span?.from; span && month && month <= span.to; month = addMonths(`${month}-01`, 1).slice(0, 7)) {
    const months = listMonths(tx, networkId, { from: month, to: month });
    for (const one of months) {
      for (const sums of [byComune, byMonth, byCategory]) sums.add(one);
      sources.add(one.sourceUri);
    }
    demand.set(month, sumMonths(months, "category"));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const totals = { byComune: byComune.totals(), byMonth: byMonth.totals(), byCategory: byCategory.totals() };
  return { ...totals, demand, sources: sources.size };
}
