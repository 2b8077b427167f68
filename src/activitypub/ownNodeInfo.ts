// What this node says of itself: NodeInfo 2.0 and 2.1 without a personal datum (FEP-f1d5, FEP-0151, FEP-2677). Ours, because
// Fedify's carries `$schema`, which the strict 2.1 schema forbids. Pure.
import type { JsonObject } from "./json.ts";

/** Counts and kinds only. `version` is cut to major.minor: no need to help who looks for an old one. */
export type NodeFacts = { readonly version: string; readonly actorCount: number; readonly kinds: readonly string[] };

export function writeNodeInfoLinks(origin: string): JsonObject {
  return {
    links: [
      { rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", href: `${origin}/nodeinfo/2.1` },
      { rel: "http://nodeinfo.diaspora.software/ns/schema/2.0", href: `${origin}/nodeinfo/2.0` },
      { rel: "https://www.w3.org/ns/activitystreams#Application", href: `${origin}/actor` },
    ],
  };
}

export function writeNodeInfo(schema: "2.0" | "2.1", { version, actorCount, kinds }: NodeFacts): JsonObject {
  return {
    version: schema,
    software: { name: "filiera", version: version.split(".").slice(0, 2).join(".") },
    protocols: ["activitypub"],
    services: { inbound: [], outbound: [] },
    openRegistrations: false,
    usage: { users: { total: actorCount } },
    metadata: { kinds: [...kinds] },
  };
}
