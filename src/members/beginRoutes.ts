// Where who set a group or farm up sees what comes next; as often as they like, until all of it is done.
import type { FastifyInstance } from "fastify";
import { pageContext, sendPage } from "../web/page.ts";
import type { MembersHouse } from "./actions.ts";
import { type BeginStep, beginPage } from "./beginPages.ts";
import { countPasskeys, loadPassword } from "./credentialStore.ts";
import { listSeated } from "./seatStore.ts";

/** Adds `/desk/{handle}/begin`. */
export function addBeginRoutes(app: FastifyInstance, { db, mailer }: Pick<MembersHouse, "db" | "mailer">): void {
  app.get("/desk/:handle/begin", { config: { policy: { seat: ["admin"] } } }, (request, reply) => {
    const { actorId, actorKind, handle } = request.seat!;
    const { personId, nodeAdmin, secondFactor } = request.visitor!;
    const tx = db.orm;
    const [desk, health] = [`/desk/${handle}`, "/node/health"];
    const hasKey = loadPassword(tx, personId) !== undefined || countPasskeys(tx, personId) > 0;
    const care: BeginStep[] = [
      { name: "mail", href: health, isDone: mailer !== null },
      { name: "backup", href: `${health}#nights`, isDone: null },
    ];
    const goods: BeginStep[] =
      actorKind === "producer" ? [{ name: "catalog", href: `${desk}/catalog/import`, isDone: null }] : [];
    const people: BeginStep[] =
      actorKind === "gas"
        ? [{ name: "members", href: `${desk}/people/import`, isDone: listSeated(tx, actorId).length > 1 }]
        : [];
    const steps: BeginStep[] = [
      { name: "key", href: "/account/passkeys", isDone: hasKey },
      { name: "second", href: "/account/second-factor", isDone: secondFactor?.isOn === true },
      { name: "profile", href: `${desk}/settings`, isDone: null },
      ...people,
      ...goods,
      ...(nodeAdmin ? care : []),
    ];
    return sendPage(request, reply, beginPage(pageContext(request, reply), steps));
  });
}
