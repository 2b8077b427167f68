// Where a network answers who founds a group and sees how many seek one, and where whoever looks after the node makes what was agreed.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor } from "../../activitypub/store.ts";
import type { Tx } from "../../db/transact.ts";
import { slugOf } from "../../kernel/ids.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { loadPersonRow } from "../../members/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import type { FormState } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { listGoing, makeBud } from "./budActions.ts";
import { listOpenBuddings } from "./budStore.ts";
import { type BudToMake, foundingDeskPage, HOSTING_PATH, type HostingView, hostingPage } from "./deskPages.ts";
import { decideFounding } from "./foundActions.ts";
import { type FoundingParts, hostActor } from "./hostActions.ts";
import { drawCircles, FEWEST_COUNTED, NEAR_KM } from "./seeking.ts";
import { countByComune, listFoundings, listToHost, loadFounding } from "./store.ts";

const PEOPLE = { config: { policy: { seat: ["admin", "district"] as const } } };
const NODE = { config: { policy: { nodeAdmin: true as const } } };
const SHOWN = 200;
const HANDLE_MOST = 30;
const HANDLE_REASONS: Readonly<Record<string, string>> = {
  "handle-taken": "taken",
  "handle-reserved": "reserved",
  "bad-handle": "bad-handle",
};

/** Where a network's desk leads to it. */
export const FOUNDING_ENTRY: DeskEntry = {
  ...{ path: "network/founding", label: "founding.desk.nav", kinds: ["district"], roles: ["admin", "district"] },
};

/** Where the home of who looks after the node leads. */
export const HOSTING_NODE_ENTRY = { href: HOSTING_PATH, label: "founding.host.nav" } as const;

type Named = { Params: { handle: string; id: string } };
const Nothing = Type.Object({});
const HandleForm = Type.Object({ handle: Type.String({ minLength: 1, maxLength: HANDLE_MOST }) });
const RunnerForm = Type.Object({ runner: Type.String({ maxLength: 64 }) });

/** Adds `/desk/{handle}/network/founding`. */
export function registerFoundingDesk(app: FastifyInstance, { wire, house }: FoundingParts): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/network/founding";
  app.get<{ Params: { handle: string } }>(path, PEOPLE, (request, reply) => {
    const { actorId } = request.seat!;
    if (loadActor(orm, actorId)?.kind !== "district") return sendRefusal(request, reply, { refused: "not-found" });
    const founders = countByComune(orm, actorId, true).reduce((sum, { count }) => sum + count, 0);
    const view = {
      circles: drawCircles(countByComune(orm, actorId), NEAR_KM),
      founders: founders < FEWEST_COUNTED ? null : founders,
      foundings: listFoundings(orm, actorId, SHOWN),
    };
    return sendPage(request, reply, foundingDeskPage(pageContext(request, reply), view));
  });
  const decide = (name: string, decision: "agreed" | "refused") =>
    app.post<Named>(`${path}/:id/${name}`, PEOPLE, (request, reply) => {
      if ("refused" in readForm(Nothing, request.body)) return sendRefusal(request, reply, { refused: "bad-request" });
      const key = { actorId: request.seat!.actorId, id: request.params.id, byId: request.visitor!.personId };
      const decided = decideFounding(house, key, decision);
      if (isRefusal(decided)) return sendRefusal(request, reply, decided);
      return reply.redirect(`/desk/${request.seat!.handle}/network/founding`, 303);
    });
  decide("agree", "agreed");
  decide("refuse", "refused");
}

/** Adds `/node/hosting`. */
export function registerHosting(app: FastifyInstance, parts: FoundingParts): void {
  const { orm } = parts.wire.db;
  type Made = Pick<HostingView, "made" | "bud">;
  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    { made, bud }: Made = { made: null, bud: null },
    form: { id: string; state: FormState } | null = null,
  ) => sendPage(request, reply, hostingPage(pageContext(request, reply), { ...listWork(orm), made, bud }, form));
  app.get(HOSTING_PATH, NODE, (request, reply) => show(request, reply));
  app.post<{ Params: { id: string } }>(`${HOSTING_PATH}/:id/make`, NODE, (request, reply) => {
    const { id } = request.params;
    const form = readForm(HandleForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, undefined, { id, state: form });
    const made = hostActor(parts, id, form.value.handle, request.visitor!.personId);
    if (isRefusal(made)) {
      const reason = HANDLE_REASONS[made.refused];
      if (!reason) return sendRefusal(request, reply, made);
      return show(request, reply, undefined, { id, state: { typed: form.typed, errors: { handle: reason } } });
    }
    const name = loadFounding(orm, id)?.byName ?? "";
    const { url, expiresAt } = made;
    return show(request, reply, { made: { url, expiresAt, name, isMailed: parts.house.mailer !== null }, bud: null });
  });
  app.post<{ Params: { id: string } }>(`${HOSTING_PATH}/bud/:id/make`, NODE, async (request, reply) => {
    const form = readForm(RunnerForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const made = await makeBud(parts, request.params.id, form.value.runner, request.visitor!.personId);
    return isRefusal(made) ? sendRefusal(request, reply, made) : show(request, reply, { made: null, bud: made });
  });
}

/** What waits to be made, with a handle to begin from. */
function listWork(tx: Tx): Pick<HostingView, "toHost" | "buds"> {
  const toHost = listToHost(tx).map((one) => ({ ...one, handle: slugOf(one.founding.name).slice(0, HANDLE_MOST) }));
  const buds = listOpenBuddings(tx).map((budding): BudToMake => {
    const going = listGoing(tx, budding);
    const runners = going
      .filter(({ offersToRun }) => offersToRun)
      .map(({ byId }) => ({ personId: byId, name: loadPersonRow(tx, byId)?.name ?? "" }));
    return { budding, groupName: loadActor(tx, budding.actorId)?.name ?? "", going: going.length, runners };
  });
  return { toHost, buds };
}
