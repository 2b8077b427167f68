// What the homes of the demo do about figures: a group publishes its months, a network sums up what groups published.
import { lastMonth, readTotals } from "../../src/network/statistics/store.ts";
import { chooseStatistics } from "../../src/orders/statistics/actions.ts";
import { readTold } from "../../src/orders/statistics/activities.ts";
import { listWritten } from "../../src/orders/statistics/store.ts";
import { actorOf, demand, type Home, type Looking, personOf } from "./lookup.ts";

export const figureVerbs = {
  /** Whoever administers the group lets its months be published. */
  publishMonths: ({ node, db }: Home, { handle, by }: { handle: string; by: string }) => {
    demand(chooseStatistics(node.wire, { actorId: actorOf(db, handle).id, byId: personOf(db, by) }, true));
  },

  /** What a group's months tell, the latest first. */
  listMonths: ({ db }: Looking, { handle }: { handle: string }) =>
    listWritten(db.orm, actorOf(db, handle).id).flatMap(({ document }) => (document ? [readTold(document)] : [])),

  /** What a network's groups took together in the last month anybody told of, by category. */
  sumFigures: ({ db }: Looking, { handle }: { handle: string }) => {
    const { id } = actorOf(db, handle);
    const month = lastMonth(db.orm, id);
    return month ? readTotals(db.orm, id, { from: month, to: month, by: "category" }) : [];
  },
};
