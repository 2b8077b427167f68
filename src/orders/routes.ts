// Every page of a group's orders, in the order in which an order lives.
import type { FastifyInstance } from "fastify";
import type { Wire } from "../activitypub/wire.ts";
import { registerAggregateRepeat } from "./aggregates/repeatRoutes.ts";
import { registerAggregates } from "./aggregates/routes.ts";
import { registerAggregatePapers } from "./aggregates/sheetRoutes.ts";
import { registerBooking } from "./booking/bookRoutes.ts";
import { registerColumns } from "./booking/columnRoutes.ts";
import { registerConfirming } from "./booking/confirmRoutes.ts";
import { registerLastBought } from "./booking/lastBoughtRoutes.ts";
import { registerMatrix } from "./booking/matrixRoutes.ts";
import { registerCalendar } from "./calendar/calendarRoutes.ts";
import { registerCounter } from "./delivery/counterRoutes.ts";
import { registerFavourites } from "./favourites/routes.ts";
import { registerGroup } from "./group/routes.ts";
import { type HomeNote, registerMemberOrders } from "./memberRoutes.ts";
import type { TellingHouse } from "./notices/noticeActions.ts";
import { registerOutside } from "./outside/routes.ts";
import { registerOrderPlans } from "./planning/planRoutes.ts";
import { registerRepeats } from "./repeating/repeatRoutes.ts";
import { registerOrderReports } from "./reports/reportRoutes.ts";
import { registerOrderRuns } from "./runRoutes.ts";
import { registerShifts } from "./shifts/routes.ts";
import { registerSuppliers } from "./suppliers/routes.ts";

/** Adds `/desk/{handle}/orders` and `/settings` with everything below them. `house` writes mails, `dataFolder` is where pictures lie, `noteOf` what other rooms ask of a member. */
export function registerOrders(
  app: FastifyInstance,
  wire: Wire,
  house: TellingHouse,
  dataFolder: string,
  noteOf: HomeNote = () => "",
): void {
  registerMemberOrders(app, wire, noteOf);
  registerBooking(app, wire);
  registerFavourites(app, house);
  registerLastBought(app, wire);
  registerCalendar(app, wire);
  registerOrderPlans(app, wire);
  registerAggregates(app, wire);
  registerAggregatePapers(app, wire);
  registerAggregateRepeat(app, wire);
  registerOutside(app, wire);
  registerRepeats(app, wire);
  registerOrderRuns(app, wire, house);
  registerConfirming(app, wire);
  registerColumns(app, wire);
  registerMatrix(app, wire);
  registerCounter(app, wire);
  registerOrderReports(app, wire);
  registerShifts(app, wire);
  registerGroup(app, wire, dataFolder);
  registerSuppliers(app, { wire, house });
}
