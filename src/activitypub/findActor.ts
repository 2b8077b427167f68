// From what a person types (`@name@host`, an address) to the actor, remembered like any other we met.
import type { Db } from "../db/transact.ts";
import { discoverActor, findFollowPage } from "./discover.ts";
import type { DocumentOptions } from "./fetchDocument.ts";
import type { Fetcher } from "./guardedFetch.ts";
import type { Senders } from "./senders.ts";
import { loadActorByHandle } from "./store.ts";
import type { Undiscovered } from "./webfinger.ts";
import type { Wire } from "./wire.ts";

type Parts = {
  fetcher: Fetcher;
  senders: Senders;
  db: Db;
  origin: string;
  isBlocked: (host: string) => boolean;
  reading: () => DocumentOptions & { allowPrivate: boolean };
};

/** Builds `wire.discover`. An actor of this same node is found without leaving it. */
export function createDiscover({ fetcher, senders, db, origin, isBlocked, reading }: Parts): Wire["discover"] {
  const { host: ownHost } = new URL(origin);
  return async (text) => {
    const typed = text.trim().replace(/^acct:/i, "");
    const ownHandle = /^@?([^@/\s]+)@([^@/\s]+)$/.exec(typed);
    if (ownHandle && ownHandle[2]!.toLowerCase() === ownHost) {
      const own = loadActorByHandle(db.orm, ownHandle[1]!.toLowerCase());
      return own ? senders.findActor(own.id) : { failed: "not-an-actor", detail: "no such actor here" };
    }
    if (typed.startsWith(`${origin}/`)) return senders.findActor(typed);
    const host = ownHandle?.[2] ?? (URL.canParse(typed) ? new URL(typed).hostname : "");
    if (host && isBlocked(host)) return { failed: "refused", detail: "blocked" };
    const found = await discoverActor(fetcher, typed, reading());
    if (!found.ok)
      return {
        failed: isSilence(found) ? "unreachable" : "not-an-actor",
        detail: `${found.failure}: ${found.detail}`,
      };
    if (isBlocked(new URL(found.actorUri).hostname)) return { failed: "refused", detail: "blocked" };
    const actor = await senders.findActor(found.actorUri);
    // What its document claims to be called is shown only where WebFinger leads back to it (FEP-2c59).
    return "failed" in actor
      ? actor
      : { ...actor, handle: found.handle && `${found.handle.name}@${found.handle.host}` };
  };
}

// Nobody said that there is no such actor: the node is off, out of reach, or too busy to answer now.
function isSilence({ failure, detail }: Undiscovered): boolean {
  if (failure === "status") return Number(detail) >= 500 || detail === "429";
  return ["dns", "timeout", "refused", "network"].includes(failure);
}

/** Builds `wire.findFollowPage`: where a visitor from elsewhere confirms on their own server that they follow `actorUri`. */
export function createFindFollowPage({ fetcher, reading }: Pick<Parts, "fetcher" | "reading">): Wire["findFollowPage"] {
  return async (visitor, actorUri) => {
    const found = await findFollowPage(fetcher, visitor, actorUri, reading());
    return found.ok ? { url: found.url } : { failed: "not-an-actor", detail: `${found.failure}: ${found.detail}` };
  };
}
