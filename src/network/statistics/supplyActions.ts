// What a network's producers have to offer is counted once a month, from what its index shows to everybody.

import type { LocalActor } from "../../activitypub/actor.ts";
import { listActors } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { foldText } from "../../kernel/foldText.ts";
import { romeTime } from "../../kernel/time.ts";
import type { NetworkIndex } from "../index/networkIndex.ts";
import { countAwaited } from "../reading/store.ts";
import { hasSupply, replaceSupply } from "./store.ts";
import type { Supply } from "./totals.ts";

const HOUR = 3_600_000;
const AT_ONCE = 100;
/** So many products of a network are counted; beyond, the figure is of these. */
const MOST_PRODUCTS = 50_000;
const NO_CATEGORY = "altro";

/**
 * Counts the month's supply, once: of each network as soon as all that it reaches was read, since what is counted stays. Looks each hour.
 */
export function supplyClockTasks(wire: Pick<Wire, "db">, openIndex: () => Promise<NetworkIndex>): ClockTask[] {
  const { db } = wire;
  const run = async (now: number) => {
    const month = romeTime(now).date.slice(0, 7);
    const isLeft = ({ id, kind, goneAt }: LocalActor) =>
      kind === "district" && goneAt === null && !hasSupply(db.orm, id, month) && countAwaited(db.orm, id, now) === 0;
    for (const { id } of listActors(db.orm).filter(isLeft)) {
      const rows = await countSupply(await openIndex(), id, now);
      transact(db, (tx) => replaceSupply(tx, id, month, rows));
    }
  };
  return [{ name: "count what producers offer this month", everyMs: HOUR, run }];
}

/** What is in season now, by comune and category: producers and products. */
async function countSupply(index: NetworkIndex, groupId: string, now: number): Promise<Omit<Supply, "month">[]> {
  const month = Number(romeTime(now).date.slice(5, 7));
  const cells = new Map<string, { istat: string; category: string; producers: Set<string>; products: number }>();
  let after: string | null = null;
  let left = MOST_PRODUCTS;
  do {
    const query = { groupId, now, kinds: ["product"] as const, limit: AT_ONCE };
    const page = await index.search(after === null ? query : { ...query, after });
    for (const { place, category, sourceId, months } of page.entries) {
      // What names no season is there all year.
      if (months.length > 0 && !months.includes(month)) continue;
      const name = foldText(category ?? "") || NO_CATEGORY;
      const istat = place?.istat ?? "";
      const key = `${istat} ${name}`;
      const cell = cells.get(key) ?? { istat, category: name, producers: new Set<string>(), products: 0 };
      cell.producers.add(sourceId);
      cell.products += 1;
      cells.set(key, cell);
    }
    after = page.next;
    // The index of a file answers without a pause: others are served between its pages.
    await new Promise((resolve) => setImmediate(resolve));
    left -= page.entries.length;
  } while (after !== null && left > 0);
  return [...cells.values()].map((cell) => ({ ...cell, producers: cell.producers.size }));
}
