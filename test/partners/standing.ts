// Partners that stand already: a follower, a pact in force, for the tests of what follows from them.
import { saveRemoteActor } from "../../src/activitypub/store.ts";
import type { Tx } from "../../src/db/transact.ts";
import { savePact } from "../../src/partners/pacts/pactStore.ts";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import { saveFollow } from "../../src/partners/store.ts";

const times = { createdAt: 0, updatedAt: 0 };

/** A GAS of another node whose document we have read: it names the shared inbox of its node. */
export function introduce(tx: Tx, id: string): void {
  const inboxes = { inbox: `${id}/inbox`, sharedInbox: `${new URL(id).origin}/inbox` };
  const said = { handle: null, name: id, summary: "", kind: "gas", level: null, type: "Group", document: {} } as const;
  saveRemoteActor(tx, { id, ...inboxes, ...said, publicKeys: [], ed25519Keys: [], isFiliera: true, fetchedAt: 0 });
}

/** A follower that our actor accepted; its node has a shared inbox. */
export function addFollower(tx: Tx, actorId: string, peer: string): void {
  const { origin, host } = new URL(peer);
  const inboxes = { inbox: `${peer}/inbox`, sharedInbox: `${origin}/inbox` };
  const follow = { actorId, direction: "in", peer, host, state: "accepted", followIri: `${peer}/follows/1` } as const;
  saveFollow(tx, { ...follow, ...inboxes, ...times });
}

/** A pact in force, as `holder` keeps it, who is one of the two. Terms not named are the plainest. */
export function addPact(tx: Tx, buyer: string, seller: string, holder: string, change: Partial<Terms> = {}): void {
  const peer = holder === buyer ? seller : buyer;
  const iri = `${buyer}/pacts/${new URL(seller).host}`;
  const half = { epoch: 1, sequence: 1, status: "active" as const };
  const halves = {
    buyer: { ...half, relationshipIri: `${iri}/r1` },
    seller: { ...half, relationshipIri: `${seller}/pacts/1/r1` },
  };
  const terms: Terms = {
    catalogSubset: [`${seller}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 0,
    referents: [],
    ...change,
  };
  const revision = {
    revision: 1,
    epoch: 1,
    offeredBy: "buyer" as const,
    offerIri: `${iri}/offer`,
    offerDigest: "0".repeat(64),
    terms,
    keys: [],
    endsAt: null,
    acceptIri: `${seller}/accept`,
    acceptEpoch: 1,
    rejectIri: null,
    rejectReason: null,
  };
  const pact = { iri, buyer, seller, revisions: [revision], halves, endedBy: null };
  savePact(tx, { actorId: holder, peer, pact, inbox: `${peer}/inbox`, resumeAt: null, ...times });
}
