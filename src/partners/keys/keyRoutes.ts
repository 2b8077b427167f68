// Where who looks after the node sees the keys of its actors and changes one: always on a fresh sign-in.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import { rotateKey } from "../../activitypub/actors.ts";
import {
  listActors,
  loadActor,
  loadActorByHandle,
  loadExpectedKeyId,
  loadKeys,
  loadRemoteActor,
} from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { isFresh } from "../../web/visitor.ts";
import { listAcquainted } from "../pacts/pactStore.ts";
import { writeRotation } from "./keyActions.ts";
import { type ActorKeys, changeKeyPage, KEY_ALGORITHMS, KEYS_PATH, type KeyAlgorithm, keysPage } from "./keyPages.ts";

const NODE = { config: { policy: { nodeAdmin: true as const } } };
const CHANGE_PATH = `${KEYS_PATH}/:handle/:algorithm`;

type Change = { Params: { handle: string; algorithm: string } };

/** Adds `/node/keys`. `secret` seals the new keys, as it does those of the whole node. */
export function registerKeys(app: FastifyInstance, wire: Wire, secret: Buffer): void {
  const { db } = wire;
  app.get(KEYS_PATH, NODE, (request, reply) => {
    const actors = listActors(db.orm).map((actor) => describeKeys(db.orm, actor));
    return sendPage(request, reply, keysPage(pageContext(request, reply), actors));
  });
  app.get<Change>(CHANGE_PATH, NODE, (request, reply) => {
    const asked = readChange(db.orm, request);
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    const view = describeKeys(db.orm, asked.actor);
    return sendPage(request, reply, changeKeyPage(pageContext(request, reply), view, asked.algorithm));
  });
  app.post<Change>(CHANGE_PATH, NODE, (request, reply) => {
    const asked = readChange(db.orm, request);
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    return changeKey(wire, secret, asked, request, reply);
  });
}

type Asked = { readonly actor: LocalActor; readonly algorithm: KeyAlgorithm };

function readChange(tx: Tx, request: FastifyRequest<Change>): Asked | Refusal {
  const actor = loadActorByHandle(tx, request.params.handle);
  const algorithm = KEY_ALGORITHMS.find((known) => known === request.params.algorithm);
  return actor && actor.goneAt === null && algorithm ? { actor, algorithm } : { refused: "not-found" };
}

function changeKey(
  wire: Wire,
  secret: Buffer,
  { actor, algorithm }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const visitor = request.visitor!;
  const now = wire.clock.now();
  if (!isFresh(visitor, now)) return sendRefusal(request, reply, { refused: "key-sign-in", next: KEYS_PATH });
  transact(wire.db, (tx) => {
    if (algorithm === "ed25519") writeRotation(wire, tx, actor, secret);
    else rotateKey(tx, actor.id, algorithm, secret, now);
    const what = { what: "key-rotated", actorId: actor.id, byId: visitor.personId } as const;
    recordAudit(tx, { ...what, aboutId: null, detail: algorithm, at: now });
  });
  return reply.redirect(KEYS_PATH, 303);
}

function describeKeys(tx: Tx, { id, handle, name }: LocalActor): ActorKeys {
  const current = loadKeys(tx, id).filter(({ retiredAt }) => retiredAt === null);
  const since = (algorithm: KeyAlgorithm) => current.find((key) => key.algorithm === algorithm)?.createdAt ?? 0;
  const unanswered = listAcquainted(tx, id)
    .map(({ peer }) => peer)
    .filter((peer) => loadExpectedKeyId(tx, id, peer) !== null);
  return {
    ...{ handle, name },
    since: { ed25519: since("ed25519"), rsa: since("rsa") },
    unanswered: unanswered.map((peer) => (loadActor(tx, peer) ?? loadRemoteActor(tx, peer))?.name ?? peer),
  };
}
