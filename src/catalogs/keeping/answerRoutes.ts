// Where those who administer a group or network see who names it as keeper of its list, and say yes or no.
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { listNamers } from "../../partners/keeperStore.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { answerNamer, KEEPER_ANSWERS } from "./actions.ts";
import { answersPage, type KeptList } from "./answerPages.ts";

// A yes stands under the actor's own name and opens another's list to its administrators: it is theirs to say.
const ADMIN = { config: { policy: { seat: ["admin"] as const } } };
const PATH = "/desk/:handle/keeping";

const AnswerForm = Type.Object({
  producer: Type.String({ maxLength: 2048 }),
  answer: Type.Union(KEEPER_ANSWERS.map((answer) => Type.Literal(answer))),
});

type Desk = FastifyRequest<{ Params: { handle: string }; Querystring: { done?: unknown } }>;

/** Where a group's and a network's desk lead to it: seldom needed, so late. */
export const KEEPING_DESK: readonly DeskEntry[] = [
  { path: "keeping", label: "catalogs.keeping.nav", kinds: ["gas", "district"], roles: ["admin"] },
];

/** Adds `/desk/:handle/keeping`. */
export function registerKeeperAnswers(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get(PATH, ADMIN, (request: Desk, reply) => {
    const actor = findKeeper(orm, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const done = KEEPER_ANSWERS.find((word) => word === request.query.done) ?? null;
    const view = { handle: actor.handle, lists: listKept(wire, actor), done };
    return sendPage(request, reply, answersPage(pageContext(request, reply), view));
  });
  app.post(PATH, ADMIN, (request: Desk, reply) => {
    const actor = findKeeper(orm, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(AnswerForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { producer, answer } = form.value;
    const by = { actorId: actor.id, byId: request.visitor!.personId };
    const answered = answerNamer(wire, by, producer, answer);
    if (isRefusal(answered)) return sendRefusal(request, reply, answered);
    return reply.redirect(`/desk/${actor.handle}/keeping?done=${answer}`, 303);
  });
}

function findKeeper(tx: Tx, handle: string): LocalActor | null {
  const actor = loadActorByHandle(tx, handle);
  return actor?.kind === "gas" || actor?.kind === "district" ? actor : null;
}

/** Who names it, and who does not any more although it has answered. */
function listKept({ db, origin }: Wire, actor: LocalActor): KeptList[] {
  const namers = listNamers(db.orm, actor);
  const names = new Set(namers.map(({ id }) => id));
  const former = [...actor.keeps, ...actor.keepsNot].filter((id) => !names.has(id));
  return [...namers, ...former.map((id) => loadPeerName(db.orm, id))].map((producer): KeptList => {
    const { id } = producer;
    const said = actor.keeps.includes(id) ? "yes" : actor.keepsNot.includes(id) ? "no" : "nothing";
    const isNamed = names.has(id);
    const isHere = id.startsWith(`${origin}/`) && isNamed && said === "yes";
    return { producer, said, isNamed, deskHref: isHere ? `/desk/${id.slice(origin.length + 1)}/catalog` : null };
  });
}
