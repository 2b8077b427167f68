// Where people close an actor (its desk) or the whole node (who looks after it): always on a fresh sign-in, with the name typed.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { countSince, listUnreached } from "../../activitypub/outboxListStore.ts";
import { listActors, loadActor, NODE_RETIRED_FACT } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { loadFact } from "../../db/facts.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { isFresh } from "../../web/visitor.ts";
import { type Desk, reasonOf, seatOf } from "../deskRoutes.ts";
import { countOpenPacts } from "../pacts/pactStore.ts";
import { countFollows } from "../store.ts";
import { keepActor, keepNode, type Leaving, type LeavingWish, retireActor, retireNode } from "./actions.ts";
import { phaseOf } from "./leaving.ts";
import { claimFormer, moveActor } from "./moveActions.ts";
import { type ActorLeaving, type LeavingView, leavingPage, NODE_LEAVING_PATH } from "./pages.ts";
import { loadDeparture } from "./store.ts";

const SEATS = ["admin", "producer", "district"] as const;
const SEAT = { config: { policy: { seat: SEATS } } } as const;
const NODE = { config: { policy: { nodeAdmin: true as const } } };
const NameForm = Type.Object({ name: Type.String({ maxLength: 300 }) });
const MOST_UNREACHED = 200;

/** The last entry of a desk. */
export const LEAVING_DESK: readonly DeskEntry[] = [
  { path: "leaving", label: "leaving.nav", kinds: ["gas", "producer", "district"], roles: SEATS },
];

/** Where who looks after the node finds it. */
export const LEAVING_NODE_ENTRY = { href: NODE_LEAVING_PATH, label: "leaving.navNode" } as const;

/** What the pages need besides: the whole wire, to ask the other address. */
type LeavingHouse = Leaving & { readonly wire: Wire };

/** Adds `/desk/{handle}/leaving` and `/node/leaving`. */
export function registerLeaving(app: FastifyInstance, leaving: LeavingHouse): void {
  const { db } = leaving.wire;
  registerMoving(app, leaving.wire, (request, reply, state) => showActor(leaving, request, reply, state));
  app.get<Desk>("/desk/:handle/leaving", SEAT, (request, reply) => showActor(leaving, request, reply, FRESH));
  app.post<Desk>("/desk/:handle/leaving/retire", SEAT, (request, reply) =>
    decide(request, reply, deskPath(request), {
      retire: (wish) => retireActor(leaving, seatOf(request).actorId, wish),
      again: (state) => showActor(leaving, request, reply, state),
    }),
  );
  app.post<Desk>("/desk/:handle/leaving/keep", SEAT, (request, reply) => {
    const kept = keepActor(leaving, seatOf(request).actorId, request.visitor!.personId);
    return isRefusal(kept) ? sendRefusal(request, reply, kept) : reply.redirect(deskPath(request), 303);
  });
  app.get(NODE_LEAVING_PATH, NODE, (request, reply) => showNode(leaving, request, reply, FRESH));
  app.post(`${NODE_LEAVING_PATH}/retire`, NODE, (request, reply) =>
    decide(request, reply, NODE_LEAVING_PATH, {
      retire: (wish) => retireNode(leaving, wish),
      again: (state) => showNode(leaving, request, reply, state),
    }),
  );
  app.post(`${NODE_LEAVING_PATH}/keep`, NODE, (request, reply) => {
    const kept = keepNode(leaving, request.visitor!.personId);
    return isRefusal(kept) ? sendRefusal(request, reply, kept) : reply.redirect(NODE_LEAVING_PATH, 303);
  });

  function showActor(house: Leaving, request: FastifyRequest<Desk>, reply: FastifyReply, state: FormState) {
    const { actorId, handle, actorName: name } = seatOf(request);
    const actor = loadActor(db.orm, actorId)!;
    const shown = describe(db.orm, house, actor);
    const isWaiting = shown.departure !== null && phaseOf(shown.departure) === "waiting";
    const mayKeep = isWaiting && loadFact(db.orm, NODE_RETIRED_FACT) === undefined;
    const { movedTo, alsoKnownAs } = actor;
    const head = {
      base: `/desk/${handle}/leaving`,
      isNode: false,
      name,
      typed: handle,
      moves: { movedTo, alsoKnownAs },
    };
    const view: LeavingView = { ...head, isDecided: shown.departure !== null, mayKeep, actors: [shown] };
    return sendPage(request, reply, leavingPage(pageContext(request, reply), view, state));
  }
}

type Show = (request: FastifyRequest<Desk>, reply: FastifyReply, state: FormState) => FastifyReply;

/** The two halves of a move; each asks the other address, so seldom. */
function registerMoving(app: FastifyInstance, wire: Wire, show: Show): void {
  const config = { ...SEAT.config, rateLimit: { max: 30, timeWindow: 60_000 } };
  const half = (name: "former" | "target", act: typeof claimFormer | typeof moveActor) => {
    const HalfForm = Type.Object({ [name]: Type.String({ maxLength: 500 }) });
    app.post<Desk>(`/desk/:handle/leaving/${name}`, { config }, async (request, reply) => {
      const form = readForm(HalfForm, request.body);
      if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
      if ("refused" in form) return show(request, reply, form);
      const stale = refuseStale(request, reply, deskPath(request));
      if (stale) return stale;
      const peer = await wire.discover(String(form.value[name]).trim());
      if ("failed" in peer) return show(request, reply, { typed: form.typed, errors: { [name]: reasonOf(peer) } });
      // A copy of yesterday would not know what the other address says since this morning.
      const fresh = await wire.senders.findActor(peer.id, { fresh: true });
      if ("failed" in fresh) return show(request, reply, { typed: form.typed, errors: { [name]: reasonOf(fresh) } });
      const { actorId } = seatOf(request);
      const done = act(wire, { actorId, byId: request.visitor!.personId }, fresh);
      return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(deskPath(request), 303);
    });
  };
  half("former", claimFormer);
  half("target", moveActor);
}

function refuseStale(request: FastifyRequest, reply: FastifyReply, next: string): FastifyReply | null {
  const { visitor } = request;
  if (visitor && isFresh(visitor, request.server.web.clock.now())) return null;
  return sendRefusal(request, reply, { refused: "leaving-sign-in", next });
}

function showNode(leaving: Leaving, request: FastifyRequest, reply: FastifyReply, state: FormState): FastifyReply {
  const { orm } = leaving.wire.db;
  const { host } = new URL(leaving.wire.origin);
  const all = listActors(orm).filter(({ kind }) => kind !== "node");
  const since = loadFact(orm, NODE_RETIRED_FACT);
  const actors = all.map((actor) => describe(orm, leaving, actor));
  const isWaiting = ({ departure }: ActorLeaving) => departure !== null && phaseOf(departure) === "waiting";
  const mayKeep = since !== undefined && (actors.length === 0 || actors.some(isWaiting));
  const head = { base: NODE_LEAVING_PATH, isNode: true, name: host, typed: host, moves: null };
  const view: LeavingView = { ...head, isDecided: since !== undefined, mayKeep, actors };
  return sendPage(request, reply, leavingPage(pageContext(request, reply), view, state));
}

function describe(tx: Tx, { affairsOf }: Leaving, { id, name, handle }: LocalActor): ActorLeaving {
  const departure = loadDeparture(tx, id) ?? null;
  const since = departure?.lettersAt ?? null;
  return {
    ...{ name, handle, departure },
    affairs: departure === null ? affairsOf(tx, id) : [],
    pacts: countOpenPacts(tx, id),
    followers: countFollows(tx, id, "in", "accepted"),
    followed: countFollows(tx, id, "out", "accepted"),
    letters: since === null ? { total: 0, arrived: 0 } : countSince(tx, id, since),
    unreached: since === null ? [] : listUnreached(tx, id, since, MOST_UNREACHED),
  };
}

type Deciding = {
  readonly retire: (wish: LeavingWish) => unknown;
  readonly again: (state: FormState) => FastifyReply;
};

function decide(request: FastifyRequest, reply: FastifyReply, path: string, { retire, again }: Deciding): FastifyReply {
  const form = readForm(NameForm, request.body);
  if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
  if ("refused" in form) return again(form);
  const stale = refuseStale(request, reply, path);
  if (stale) return stale;
  const done = retire({ typed: form.value.name, byId: request.visitor!.personId });
  if (!isRefusal(done)) return reply.redirect(path, 303);
  const { refused } = done as Refusal;
  return refused === "wrong-name"
    ? again({ typed: form.typed, errors: { name: "wrong-name" } })
    : sendRefusal(request, reply, done as Refusal);
}

function deskPath(request: FastifyRequest): string {
  return `/desk/${seatOf(request).handle}/leaving`;
}
