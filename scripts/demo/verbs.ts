// What a home of the demo can be asked: each verb is the same action that a page calls, or a look at the home's own database.
import type { RemoteActor } from "../../src/activitypub/actor.ts";
import { removeProduct } from "../../src/catalogs/actions.ts";
import { loadAnnounced } from "../../src/catalogs/announced/store.ts";
import { confirmImport, previewImport, startImport, trustedRows } from "../../src/catalogs/imports/actions.ts";
import { listCurrentIds, loadCurrentItem, loadMirror } from "../../src/catalogs/mirror/store.ts";
import { chooseOpen } from "../../src/catalogs/open/actions.ts";
import { changeQuickly } from "../../src/catalogs/quickActions.ts";
import { listCurrentProducts } from "../../src/catalogs/store.ts";
import { transact } from "../../src/db/transact.ts";
import { standingOf } from "../../src/ledger/creditActions.ts";
import {
  acceptInvitation,
  type FirstActor,
  invite,
  issueSetupLink,
  setUp,
  signInLink,
} from "../../src/members/actions.ts";
import { beginStepsOf } from "../../src/members/setup/setup.ts";
import { passStep } from "../../src/members/setup/setupActions.ts";
import { makeActor, type Node } from "../../src/node.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { fingerprintOf } from "../../src/partners/keys/fingerprint.ts";
import { type Pact, type Party, revisionInForce } from "../../src/partners/pacts/pact.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listOpenPacts } from "../../src/partners/pacts/pactStore.ts";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import { loadFollow } from "../../src/partners/store.ts";
import { createCycle, editCycle, openCycle } from "../../src/sales/actions.ts";
import type { Plan } from "../../src/sales/cycle.ts";
import type { Role } from "../../src/web/visitor.ts";
import type { Player } from "./cast.ts";
import { figureVerbs } from "./figureVerbs.ts";
import { foundingVerbs } from "./foundingVerbs.ts";
import { ledVerbs } from "./ledVerbs.ts";
import { lifeVerbs } from "./lifeVerbs.ts";
import { actorOf, demand, dieNow, type Home, type Looking, personOf, productOf } from "./lookup.ts";
import { meetingVerbs } from "./meetingVerbs.ts";
import { moneyVerbs } from "./moneyVerbs.ts";
import { networkVerbs } from "./networkVerbs.ts";
import { orderVerbs } from "./orderVerbs.ts";
import { saleVerbs } from "./saleVerbs.ts";
import { solidarityVerbs } from "./solidarityVerbs.ts";

/** A letter as its sender's outbox has it, one row an inbox; `recipient` null: a shared inbox. Times are epoch ms. */
export type LetterRow = {
  readonly rowId: number;
  readonly activityId: string;
  readonly at: number;
  readonly from: string;
  readonly json: string;
  readonly inbox: string;
  readonly recipient: string | null;
  readonly state: string;
  readonly attempts: number;
};

/** The same letter as its receiver's inbox log has it. */
export type ArrivalRow = { readonly outcome: string; readonly refusal: string | null; readonly receivedAt: number };

/** An actor with no part of its own; `list`: its price list as CSV. */
type Settler = {
  readonly actor: FirstActor;
  /** Of who shows its prices to everybody. */
  readonly vatNumber: string | null;
  readonly list: string | null;
  readonly households: readonly Player[];
};

export const verbs = {
  ...figureVerbs,
  ...foundingVerbs,
  ...ledVerbs,
  ...lifeVerbs,
  ...meetingVerbs,
  ...moneyVerbs,
  ...networkVerbs,
  ...orderVerbs,
  ...saleVerbs,
  ...solidarityVerbs,

  /** Does at once what time owes; the home's own timer would within a second. */
  runDue: async ({ node }: Home, _: object) => {
    await node.runDue();
  },

  /** Opens the node by its set-up link: first person, first actor. */
  setUpNode: ({ house, config, db }: Home, { actor, person }: { actor: FirstActor; person: Player }) => {
    const token = lastPart(demand(issueSetupLink(house)).url);
    const wish = { ...actor, personName: person.name, email: person.email };
    demand(setUp(house, token, wish, (tx, first) => makeActor(tx, first, config, house.clock)));
    // What can be left for later is left: the steps are passed, and the start page goes on asking for none of them.
    for (const step of beginStepsOf({ nodeAdmin: true })) passStep(db, actor.handle, step);
  },

  addActor: ({ house, config, db }: Home, wish: FirstActor) => {
    demand(transact(db, (tx) => makeActor(tx, wish, config, house.clock)));
  },

  /** Invites a person to each of their seats, and accepts in their name. */
  seatPerson: (home: Home, { name, email, handle, roles }: Player) => {
    takeSeats(home, { name, email }, { handle, roles, email });
  },

  /** More actors for the node, all looked after by one person of it, and the lists of those who sell. */
  settleMany: async (home: Home, { keeper, others }: { keeper: string; others: readonly Settler[] }) => {
    const personId = personOf(home.db, keeper);
    for (const { actor, vatNumber, list, households } of others) {
      verbs.addActor(home, actor);
      takeSeats(home, { personId }, { handle: actor.handle, roles: [SEAT_OF[actor.kind]], email: null });
      for (const { name, email, handle, roles } of households)
        takeSeats(home, { name, email }, { handle, roles, email });
      if (list === null) continue;
      const file = { handle: actor.handle, name: `${actor.handle}.csv`, bytes: Buffer.from(list) };
      const { left } = await verbs.importList(home, file);
      if (left > 0) throw new Error(`${actor.handle}: ${left} lines of its list are not in`);
      const choice = { vatNumber: vatNumber ?? "", showsPrices: vatNumber !== null };
      demand(chooseOpen(home.node.wire, actorOf(home.db, actor.handle).id, choice, personId));
    }
  },

  makeSignInLink: async ({ house }: Home, { email }: { email: string }) => demand(await signInLink(house, email)).url,

  /** Reads a list as an upload, looks at the preview and confirms every line that needs no second look. */
  importList: async ({ node, db }: Home, { handle, name, bytes }: { handle: string; name: string; bytes: Buffer }) => {
    const actor = actorOf(db, handle);
    const { importId } = demand(await startImport(node.wire, actor, { name, bytes: Buffer.from(bytes) }));
    const { listing, sequence } = demand(previewImport(db.orm, actor.id, importId));
    const rows = trustedRows(listing);
    const { added } = demand(confirmImport(node.wire, actor, importId, { rows, gone: "keep", sequence }));
    const doubtful = listing.added.length + listing.changed.length - rows.size;
    return { added, left: doubtful + listing.unreadable.length + listing.impossible.length };
  },

  /** Looks the peer up by its handle, as a person types it, and asks to follow it. */
  follow: async ({ node, db }: Home, { handle, peer }: { handle: string; peer: string }) => {
    demand(followActor(node.wire, actorOf(db, handle).id, await findPeer(node, peer)));
  },

  /** The state of a follow as this side's row has it, "out" or "in"; null for no row. */
  showFollow: ({ db }: Looking, wish: { handle: string; direction: "out" | "in"; peerIri: string }) =>
    loadFollow(db.orm, actorOf(db, wish.handle).id, wish.direction, wish.peerIri)?.state ?? null,

  proposePact: async ({ node, db }: Home, wish: { handle: string; peer: string; as: Party; terms: Terms }) => {
    const peer = await findPeer(node, wish.peer);
    demand(proposePact(node.wire, actorOf(db, wish.handle).id, peer, { as: wish.as, terms: wish.terms, endsAt: null }));
  },

  /** The pact with a peer as this side holds it, and the fingerprint of each party's key, by its IRI. */
  showPact: ({ db }: Looking, { handle, peerIri }: { handle: string; peerIri: string }): PactShown | null => {
    const [held] = listOpenPacts(db.orm, actorOf(db, handle).id, peerIri);
    if (!held) return null;
    const last = held.pact.revisions.at(-1);
    return {
      pact: held.pact,
      state: held.state,
      terms: revisionInForce(held.pact)?.terms ?? null,
      revision: last?.revision ?? 0,
      fingerprints: Object.fromEntries((last?.keys ?? []).map((key) => [key.owner, fingerprintOf(key.multibase)])),
    };
  },

  acceptPact: ({ node, db }: Home, wish: { handle: string; iri: string; revision: number; isCompared: boolean }) => {
    const { revision, isCompared } = wish;
    demand(acceptPact(node.wire, { actorId: actorOf(db, wish.handle).id, iri: wish.iri }, { revision, isCompared }));
  },

  /** Drafts a cycle with these products of the catalog and opens it. */
  openCycle: ({ node, db }: Home, { handle, skus, plan }: { handle: string; skus: string[]; plan: Plan }) => {
    const { id: actorId } = actorOf(db, handle);
    const lines = skus.map((sku) => {
      const { id, version, facts } = productOf(db, handle, sku);
      const goods = { productIri: id, productVersion: version, facts };
      return { goods, availableThousandths: facts.availableThousandths };
    });
    const { id: cycleId } = demand(createCycle(node.wire, actorId, plan, lines));
    demand(openCycle(node.wire, { actorId, cycleId }));
    return { cycleId, iri: `${actorId}/cycles/${cycleId}` };
  },

  editCycle: ({ node, db }: Home, wish: { handle: string; cycleId: string; change: Partial<Plan> }) => {
    demand(editCycle(node.wire, { actorId: actorOf(db, wish.handle).id, cycleId: wish.cycleId }, wish.change));
  },

  /**
   * Changes a price. With `diesAfter` the process is killed in the same turn of the event loop: after the commit, before
   * the relay could send a single byte.
   */
  changePrice: (
    { node, db }: Home,
    wish: { handle: string; sku: string; priceTenThousandths: number; diesAfter: boolean },
  ) => {
    const { id: productId, version: expectedVersion } = productOf(db, wish.handle, wish.sku);
    const change = { priceTenThousandths: wish.priceTenThousandths };
    demand(changeQuickly(node.wire, actorOf(db, wish.handle), { productId, expectedVersion, change }));
    if (wish.diesAfter) dieNow();
  },

  withdrawProduct: ({ node, db }: Home, { handle, sku }: { handle: string; sku: string }) => {
    const { id: productId, version: expectedVersion } = productOf(db, handle, sku);
    demand(removeProduct(node.wire, actorOf(db, handle), { productId, expectedVersion }));
  },

  showProduct: ({ db }: Looking, { handle, sku }: { handle: string; sku: string }) => {
    const { id, version, facts } = productOf(db, handle, sku);
    return { id, version, name: facts.name, priceTenThousandths: facts.priceTenThousandths };
  },

  countProducts: ({ db }: Looking, { handle }: { handle: string }) => ({
    count: listCurrentProducts(db.orm, actorOf(db, handle).id, { show: "offered" }).length,
  }),

  /** Our copy of a producer's catalog: how many products, and one of them with all its versions. */
  showMirror: ({ db }: Looking, wish: { handle: string; producerIri: string; itemId?: string }): MirrorShown | null => {
    const { id } = actorOf(db, wish.handle);
    const mirror = loadMirror(db.orm, id, wish.producerIri);
    if (!mirror) return null;
    const item = wish.itemId === undefined ? undefined : loadCurrentItem(db.orm, id, wish.itemId);
    return {
      count: listCurrentIds(db.orm, id, wish.producerIri).length,
      lastError: mirror.lastError,
      item: item ? { version: item.version, isGone: item.isGone, priceCents: item.product.packagePriceCents } : null,
    };
  },

  /** Our copy of an announced cycle. */
  showOffer: ({ db }: Looking, wish: { handle: string; producerIri: string; cycleIri: string }) => {
    const { producerIri: producerId, cycleIri } = wish;
    const found = loadAnnounced(db.orm, { actorId: actorOf(db, wish.handle).id, producerId, cycleIri });
    if (!found?.copy) return null;
    const { name, endsAt, status, lines } = found.copy;
    const pricedCount = lines.filter(({ packagePriceCents }) => packagePriceCents !== null).length;
    return { name, endsAt, status, lineCount: lines.length, pricedCount };
  },

  /** How many letters are still to be delivered. */
  countOwed: ({ db }: Looking, _: object): number =>
    db.raw.prepare<[], number>("SELECT count(*) FROM outbox WHERE state <> 'delivered'").pluck().get() ?? 0,

  /** The letters that left after that row, in the order they were written. */
  listLetters: ({ db }: Looking, { after }: { after: number }): LetterRow[] =>
    db.raw
      .prepare<[number], LetterRow>(
        `SELECT outbox.id AS rowId, activity_id AS activityId, activities.created_at AS at, activities.actor_id AS "from",
          activities.json, inbox, recipient, state, attempts
         FROM outbox JOIN activities ON activities.id = activity_id WHERE outbox.id > ? ORDER BY outbox.id`,
      )
      .all(after),

  /** What the inbox log says of one activity. */
  listArrivals: ({ db }: Looking, { activityId }: { activityId: string }): ArrivalRow[] =>
    db.raw
      .prepare<[string], ArrivalRow>(
        "SELECT outcome, refusal, received_at AS receivedAt FROM inbox_log WHERE activity_id = ?",
      )
      .all(activityId),
};

export type Verbs = typeof verbs;

export type PactShown = {
  readonly pact: Pact;
  readonly state: string;
  readonly terms: Terms | null;
  readonly revision: number;
  readonly fingerprints: Readonly<Record<string, string>>;
};

export type MirrorShown = {
  readonly count: number;
  readonly lastError: string | null;
  readonly item: { readonly version: number; readonly isGone: boolean; readonly priceCents: number | null } | null;
};

const SEAT_OF = { gas: "admin", producer: "producer", district: "district" } as const;

/** Invites somebody to each of these seats, and accepts in their name. */
function takeSeats(
  { house, db }: Home,
  someone: Parameters<typeof acceptInvitation>[2],
  { handle, roles, email }: { handle: string; roles: readonly Role[]; email: string | null },
): void {
  const actorId = actorOf(db, handle).id;
  let who = someone;
  for (const role of roles) {
    const { url } = invite(house, { actorId, role, email });
    who = demand(acceptInvitation(house, lastPart(url), who, standingOf));
  }
}

async function findPeer(node: Node, text: string): Promise<RemoteActor> {
  const found = await node.wire.discover(text);
  if ("failed" in found) throw new Error(`${text}: ${found.failed}, ${found.detail}`);
  return found;
}

function lastPart(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
