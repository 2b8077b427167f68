// The list of members as a table, for who administers and for who keeps the books: written down, and addresses for the first alone (C54).
import type { FastifyInstance } from "fastify";
import type { Tx } from "../db/transact.ts";
import { writeCsv } from "../exchange/csvOut.ts";
import { romeTime } from "../kernel/time.ts";
import { nameFile } from "../web/files.ts";
import { noteExport } from "../web/noteExport.ts";
import { pageContext } from "../web/page.ts";
import { holdsRole } from "../web/visitor.ts";
import type { MembersHouse } from "./actions.ts";
import { listHouseholdPeople, listHouseholds } from "./households/householdStore.ts";
import { listSeated } from "./seatStore.ts";

/** Adds `/desk/{handle}/people.csv`. */
export function addPeopleCsv(app: FastifyInstance, { db }: Pick<MembersHouse, "db">): void {
  app.get("/desk/:handle/people.csv", { config: { policy: { seat: ["admin", "treasurer"] } } }, (request, reply) => {
    const { actorId, handle } = request.seat!;
    const { say } = pageContext(request, reply);
    const seesAddresses = holdsRole(request.visitor, actorId, ["admin"]);
    const households = householdNames(db.orm, actorId);
    const columns = ["name", "household", "roles", ...(seesAddresses ? ["email"] : [])];
    const rows = listSeated(db.orm, actorId).map(({ personId, name, email, seats }) => [
      name,
      households.get(personId) ?? "",
      seats.map(({ role }) => say(`web.role.${role}`)).join(", "),
      ...(seesAddresses ? [email ?? ""] : []),
    ]);
    noteExport(request, "people");
    const { date } = romeTime(app.web.clock.now());
    const file = { name: `${handle}-${date}.csv`, type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(writeCsv([columns.map((column) => say(`people.csv.${column}`)), ...rows]));
  });
}

function householdNames(tx: Tx, actorId: string): ReadonlyMap<string, string> {
  const names = new Map(listHouseholds(tx, actorId).map(({ id, name }) => [id, name]));
  const people = listHouseholdPeople(tx, actorId);
  return new Map(people.map(({ personId, householdId }) => [personId, names.get(householdId) ?? ""]));
}
