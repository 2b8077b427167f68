// How the public pages about new groups answer: at a network's address or not at all, and few times for each visitor.
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import type { FoundingParts } from "./hostActions.ts";
import { spentPage } from "./nearPages.ts";

export const PUBLIC = { config: { policy: { public: true } } } as const;
/** A person writes one; what floods mailboxes writes many. */
export const FEW = { config: { policy: { public: true }, rateLimit: { max: 6, timeWindow: 10 * 60_000 } } } as const;
export const SLOW = { config: { policy: { public: true }, rateLimit: { max: 20, timeWindow: 60_000 } } } as const;

export const COMUNE_MOST = 80;

/** A visit to a page of a network. */
export type NetworkVisit<P extends { handle: string } = { handle: string }> = {
  readonly request: FastifyRequest<{ Params: P }>;
  readonly reply: FastifyReply;
  readonly network: LocalActor;
};
/** A visit by the link of a letter. */
export type LinkVisit = NetworkVisit<{ handle: string; token: string }>;

/** Answers at the address of a network while it is one; anywhere else `not-found`. */
export function atNetwork<P extends { handle: string }>(
  { wire }: Pick<FoundingParts, "wire">,
  answer: (visit: NetworkVisit<P>) => FastifyReply | Promise<FastifyReply>,
) {
  return async (request: FastifyRequest<{ Params: P }>, reply: FastifyReply): Promise<FastifyReply> => {
    const network = loadActorByHandle(wire.db.orm, (request.params as P).handle);
    if (network?.kind !== "district" || network.goneAt !== null)
      return sendRefusal(request, reply, { refused: "not-found" });
    return answer({ request, reply, network });
  };
}

/** The answer to a link of ours that leads to nothing any more; what else was refused is said as everywhere. */
export function sendSpent(
  { request, reply, network }: LinkVisit,
  refusal: Refusal,
  way: "near" | "start",
): FastifyReply {
  if (refusal.refused !== "link-spent") return sendRefusal(request, reply, refusal);
  return sendPage(request, reply, spentPage(pageContext(request, reply), network, way));
}

const Nothing = Type.Object({});

/** The same for a button: its form says nothing. */
export function onButton<P extends { handle: string }>(
  parts: Pick<FoundingParts, "wire">,
  answer: (visit: NetworkVisit<P>) => FastifyReply | Promise<FastifyReply>,
) {
  return atNetwork<P>(parts, (visit) =>
    "refused" in readForm(Nothing, visit.request.body)
      ? sendRefusal(visit.request, visit.reply, { refused: "bad-request" })
      : answer(visit),
  );
}

/** The comune an address asks about, as it was typed. */
export function askedComune(request: FastifyRequest): string {
  const { comune } = request.query as { comune?: unknown };
  return typeof comune === "string" ? comune.trim().slice(0, COMUNE_MOST) : "";
}
