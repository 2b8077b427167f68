// Who may use a route: declared with the route, checked before its body is read. No policy, no route (SAFETY C1).
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import { ROLES, type Role, type Seat, type Visitor } from "./visitor.ts";

/**
 * - public: everybody, signed in or not.
 * - peer: another node, known by its signature, never by a cookie: no session, no form token, no limit per address.
 * - signedIn: any person with a session.
 * - nodeAdmin: those who look after the node itself.
 * - seat: the parameter `handle` names an actor of this node in which the visitor has one of these roles.
 */
export type Policy =
  | { readonly public: true }
  | { readonly peer: true }
  | { readonly signedIn: true }
  | { readonly nodeAdmin: true }
  | { readonly seat: readonly Role[] };

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

function isSound(policy: Policy, url: string): boolean {
  if (Object.keys(policy).length !== 1) return false;
  if (!("seat" in policy)) return Object.values(policy)[0] === true;
  return policy.seat.length > 0 && policy.seat.every((role) => ROLES.includes(role)) && url.includes("/:handle");
}

/** What the policy says to this visitor. A foreign actor and an absent one look the same. */
export function admit(
  policy: Policy,
  visitor: Visitor | null,
  handle: string,
): Seat | "in" | "signed-out" | "not-found" {
  if ("public" in policy || "peer" in policy) return "in";
  if (!visitor) return "signed-out";
  if ("signedIn" in policy) return "in";
  if ("nodeAdmin" in policy) return visitor.nodeAdmin ? "in" : "not-found";
  return visitor.seats.find((seat) => seat.handle === handle && policy.seat.includes(seat.role)) ?? "not-found";
}

/** The policy of the route a request reached; public where none was reached (a page that is not there). */
export function policyOf(request: FastifyRequest): Policy {
  return request.routeOptions.config.policy ?? { public: true };
}
