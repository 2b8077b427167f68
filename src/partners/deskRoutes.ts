// What every route of a partners' desk asks: who sits there, what they may, why nobody was found.
import type { FastifyRequest } from "fastify";
import type { ActorFailure } from "../activitypub/senders.ts";
import { producersInReach } from "../web/visitor.ts";

const WORKERS = ["admin", "referente", "producer", "district"] as const;
/** Who reads: everyone who works with partners; a referente of named producers what is theirs. */
export const SEE = { policy: { seat: WORKERS, of: "reach" } } as const;
export const SEE_PACT = { policy: { seat: WORKERS, of: "pact" } } as const;
export const SEE_CONTRACT = { policy: { seat: WORKERS, of: "contract" } } as const;
/** Who decides: with whom the group or the farm binds itself. */
export const DECIDE = { policy: { seat: ["admin", "producer"] } } as const;

export type Desk = { Params: { handle: string } };

/** Why nobody was found, as the form says it. */
export function reasonOf({ failed }: ActorFailure): string {
  return failed === "refused" ? "blocked" : failed === "unreachable" ? "unreachable" : "no-actor";
}

/** The seat that let the visitor in; a desk's route always has one. */
export function seatOf(request: FastifyRequest) {
  const { seat } = request;
  if (!seat) throw new Error("a desk has somebody at it");
  return seat;
}

/** The peers about whom the visitor may read here: null everybody. Of a referente of named producers, those. */
export function peersInReach(request: FastifyRequest): readonly string[] | null {
  return producersInReach(request.visitor, seatOf(request).actorId, SEE.policy.seat);
}

/** Whether one of the visitor's seats at this desk may decide for it. */
export function mayDecide(request: FastifyRequest): boolean {
  const { actorId } = seatOf(request);
  return (
    request.visitor?.seats.some(
      (seat) => seat.actorId === actorId && DECIDE.policy.seat.some((role) => role === seat.role),
    ) ?? false
  );
}
