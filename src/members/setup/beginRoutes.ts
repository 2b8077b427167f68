// Where who set a group or farm up sees what comes next; as often as they like, until all of it is done.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { loadActor } from "../../activitypub/store.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import type { MembersHouse } from "../actions.ts";
import { countPasskeys, loadPassword } from "../credentials/credentialStore.ts";
import { listSeated } from "../seatStore.ts";
import { type BeginLine, beginPage } from "./beginPages.ts";
import { addBeginStepRoutes, type BeginRooms } from "./beginStepRoutes.ts";
import { beginStepsOf, nextBeginStep } from "./setup.ts";
import { loadFirstRun } from "./setupStore.ts";

/** Adds `/desk/{handle}/begin` and the steps of the first run below it. */
export function addBeginRoutes(app: FastifyInstance, house: MembersHouse, rooms: BeginRooms): void {
  app.get("/desk/:handle/begin", { config: { policy: { seat: ["admin"] } } }, (request, reply) => {
    const run = loadFirstRun(house.db.orm, request.seat!.handle);
    const goesOn = run ? nextBeginStep(beginStepsOf(request.visitor!), run) : "done";
    const lines = listToDo(house, rooms, request);
    return sendPage(request, reply, beginPage(pageContext(request, reply), lines, goesOn === "done" ? null : goesOn));
  });
  addBeginStepRoutes(app, house, rooms, (request) => listToDo(house, rooms, request));
}

/** What is to be done at this desk by this person, in its order, and what of it is. */
function listToDo({ db, mailer }: MembersHouse, rooms: BeginRooms, request: FastifyRequest): BeginLine[] {
  const { actorId, actorKind, handle } = request.seat!;
  const { personId, nodeAdmin, secondFactor } = request.visitor!;
  const tx = db.orm;
  const [desk, health] = [`/desk/${handle}`, "/node/health"];
  const hasKey = loadPassword(tx, personId) !== undefined || countPasskeys(tx, personId) > 0;
  const care: BeginLine[] = [
    { name: "mail", href: health, isDone: mailer !== null },
    { name: "backup", href: `${health}#nights`, isDone: rooms.backups.state().nights.time !== null },
  ];
  const goods: BeginLine = {
    name: "catalog",
    href: `${desk}/catalog/import`,
    isDone: actorKind === "producer" && rooms.hasGoods(tx, actorId),
  };
  const people: BeginLine[] = [
    { name: "members", href: `${desk}/people/import`, isDone: listSeated(tx, actorId).length > 1 },
    { name: "producer", href: `${desk}/partners`, isDone: rooms.producersOf(tx, actorId).length > 0 },
  ];
  const own = actorKind === "producer" ? [goods] : actorKind === "gas" ? people : [];
  return [
    { name: "key", href: "/account/passkeys", isDone: hasKey },
    { name: "second", href: "/account/second-factor", isDone: secondFactor?.isOn === true },
    { name: "profile", href: `${desk}/settings`, isDone: (loadActor(tx, actorId)?.summary ?? "") !== "" },
    ...own,
    ...(nodeAdmin ? care : []),
  ];
}
