// Who may use a route: declared with the route, checked before its body is read. No policy, no route (SAFETY C1).
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import type { HalfVisitor } from "./sessions.ts";
import { ROLES, type Role, reaches, type Seat, type Visitor } from "./visitor.ts";

/**
 * - public: everybody, signed in or not.
 * - peer: another node, known by its signature, never by a cookie: no session, no form token, no limit per address.
 * - signedIn: any person with a session.
 * - nodeAdmin: those who look after the node itself.
 * - seat: the parameter `handle` names an actor of this node in which the visitor has one of these roles. `of` says what the
 *   parameter `id` names, or of a pact `?iri=` and of a contract `?thread=`: a referente of named producers comes in only where it
 *   is theirs (SAFETY section 8). "reach": they come in, and the route itself shows what is theirs and nothing else. `keeper`: so
 *   does who administers the actor that keeps that producer's list; at its catalog alone.
 */
export type Policy =
  | { readonly public: true }
  | { readonly peer: true }
  | { readonly signedIn: true }
  | { readonly nodeAdmin: true }
  | { readonly seat: readonly Role[]; readonly of?: OwnedKind | "reach"; readonly keeper?: true };

/** What belongs to one producer: an order, a row of repeated orders, a pact, the contract of a thread. */
export type OwnedKind = "order" | "repeat" | "pact" | "contract";

/** The producer of such a thing of that actor; undefined where there is none. */
export type ProducerOf = (kind: OwnedKind, actorId: string, id: string) => string | undefined;

/** One line of the matrix route x policy, for the generated tests. */
export type RouteLine = { readonly method: string; readonly url: string; readonly policy: Policy };

declare module "fastify" {
  interface FastifyContextConfig {
    policy?: Policy;
    /**
     * `false` on a form that harms nobody (the language): the Origin is checked all the same. "in-address" where the signed
     * address itself is the proof and whoever posts it is no browser: neither is asked.
     */
    formToken?: false | "in-address";
  }
  interface FastifyRequest {
    visitor: Visitor | null;
    /** Who has still to give their second factor; then `visitor` is null. */
    halfVisitor: HalfVisitor | null;
    /** The seat that let the visitor in, on routes whose policy asks for one. */
    seat: Seat | null;
  }
  interface FastifyInstance {
    routeMatrix: RouteLine[];
  }
}

/** Makes every registration without a sound policy throw, and keeps the matrix. First hook of the app. */
export function requirePolicies(app: FastifyInstance): void {
  const matrix: RouteLine[] = [];
  app.decorate("routeMatrix", matrix);
  app.addHook("onRoute", (route: RouteOptions) => {
    const policy = route.config?.policy;
    if (!policy || !isSound(policy, route.url)) {
      throw new Error(`The route ${route.method} ${route.url} says no policy that holds: who may use it?`);
    }
    // What protects browsers costs a node's inbox a fifth of its time; app.ts gives peers the two headers that matter.
    if ("peer" in policy) Object.assign(route, { helmet: false, config: { rateLimit: false, ...route.config } });
    for (const method of [route.method].flat()) matrix.push({ method, url: route.url, policy });
  });
}

const VERBS = ["get", "post", "put", "delete"] as const;

/** Passes over every route from now on that is for who has signed in alone: nobody comes. For simulations, which start thousands of nodes. */
export function leaveOutDesks(app: FastifyInstance): void {
  for (const verb of VERBS) {
    const add = app[verb] as (this: FastifyInstance, ...route: unknown[]) => FastifyInstance;
    Object.assign(app, {
      [verb](this: FastifyInstance, ...route: unknown[]) {
        const policy = (route[1] as Partial<RouteOptions> | undefined)?.config?.policy;
        const isForAll = !policy || "public" in policy || "peer" in policy;
        return isForAll ? add.apply(this, route) : this;
      },
    });
  }
}

/** What of a producer's desk may be open to who keeps its list. */
const KEPT = /^\/desk\/:handle\/catalog(\/(?!keeper|open)|$)/;

function isSound(policy: Policy, url: string): boolean {
  if (!("seat" in policy)) return Object.keys(policy).length === 1 && Object.values(policy)[0] === true;
  if (Object.keys(policy).some((key) => key !== "seat" && key !== "of" && key !== "keeper")) return false;
  if (policy.keeper !== undefined && (policy.keeper !== true || !KEPT.test(url))) return false;
  // One producer's order, and somebody who may not be there for all producers: whose it is must be asked.
  const isOwned =
    policy.seat.includes("referente") && /\/orders\/(repeats\/)?:id|\/(partners|outbox|contract)\b/.test(url);
  if (isOwned && policy.of === undefined) return false;
  return policy.seat.length > 0 && policy.seat.every((role) => ROLES.includes(role)) && url.includes("/:handle");
}

/** What the policy says to this visitor. A foreign actor and an absent one look the same. */
export function admit(
  policy: Policy,
  visitor: Visitor | null,
  handle: string,
  producerOf: (kind: OwnedKind, actorId: string) => string | undefined,
): Seat | "in" | "signed-out" | "not-found" {
  if ("public" in policy || "peer" in policy) return "in";
  if (!visitor) return "signed-out";
  if ("signedIn" in policy) return "in";
  if ("nodeAdmin" in policy) return visitor.nodeAdmin ? "in" : "not-found";
  const { of, keeper } = policy;
  const seats = visitor.seats.filter((seat) => seat.handle === handle && policy.seat.includes(seat.role));
  const own = seats.find((seat) => of === undefined || of === "reach" || isInReach(seat, of, producerOf));
  const kept = keeper && visitor.keeps?.find((seat) => seat.handle === handle);
  return own ?? kept ?? "not-found";
}

/** Asks for the producer only where the answer matters. */
function isInReach(seat: Seat, of: OwnedKind, producerOf: (kind: OwnedKind, actorId: string) => string | undefined) {
  return seat.producers === null || reaches(seat, producerOf(of, seat.actorId));
}

/** The name of the thing a request is about, of the kind its policy says; empty where it names none. */
export function ownedName(policy: Policy, request: FastifyRequest): string {
  const of = "seat" in policy ? policy.of : undefined;
  const { id } = (request.params ?? {}) as { id?: string };
  const { iri, thread } = (request.query ?? {}) as { iri?: unknown; thread?: unknown };
  const name = of === "pact" ? iri : of === "contract" ? thread : id;
  return typeof name === "string" ? name : "";
}

/** The policy of the route a request reached; public where none was reached (a page that is not there). */
export function policyOf(request: FastifyRequest): Policy {
  return request.routeOptions.config.policy ?? { public: true };
}
