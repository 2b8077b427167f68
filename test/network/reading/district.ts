// A district on a node of its own and what belongs to it on others: its members, what they offer, what its index finds.
import { join } from "node:path";
import type { LocalActor } from "../../../src/activitypub/actor.ts";
import { loadActor, updateActor } from "../../../src/activitypub/store.ts";
import { saveProduct } from "../../../src/catalogs/actions.ts";
import { startFacts } from "../../../src/catalogs/product.ts";
import { transact } from "../../../src/db/transact.ts";
import { ENTRY_KINDS, type EntryKind, type FoundEntry } from "../../../src/network/index/networkIndex.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import type { Membership } from "../../../src/network/membership/membership.ts";
import { saveMembership } from "../../../src/network/membership/store.ts";
import { listSources } from "../../../src/network/reading/store.ts";
import { createCycle, openCycle } from "../../../src/sales/actions.ts";
import { sure } from "../../sales/cycles.ts";
import type { TestNode } from "../../tools/nodes.ts";

const DAY = 86_400_000;

/** The network's half of a membership: it has taken this actor in. `isIn` false: and put it out again. */
export function takeIn(home: TestNode, networkId: string, member: string, isIn = true): void {
  const now = home.node.wire.clock.now();
  const nothing = { charterVersion: null, charterDigest: null, charterText: null, reason: null, code: null };
  const row: Membership = {
    ...{ actorId: networkId, side: "network", peer: member, host: new URL(member).host, ...nothing },
    ...{ state: isIn ? "member" : "removed", joinIri: `${member}/join`, inbox: `${member}/inbox` },
    ...{ since: isIn ? now : null, createdAt: now, updatedAt: now },
  };
  transact(home.node.db, (tx) => saveMembership(tx, row));
}

/** The member's half: its own document names these networks. */
export function claim(home: TestNode, memberId: string, networks: readonly string[]): void {
  const updatedAt = home.node.wire.clock.now();
  transact(home.node.db, (tx) => updateActor(tx, memberId, { memberOf: networks, updatedAt }));
}

/** A product on a farm's list. */
export function offer(home: TestNode, farm: LocalActor, name: string, category = "") {
  const facts = { ...startFacts(name, 17_500, "KGM"), category };
  return sure(saveProduct(home.node.wire, farm, { productId: null, expectedVersion: 0, facts }));
}

/** A cycle of everything it names, open to everybody for eight days. */
export function openPublicCycle(home: TestNode, farm: LocalActor, product: ReturnType<typeof offer>, name: string) {
  const { wire } = home.node;
  const now = wire.clock.now();
  const delivery = {
    number: 1,
    startAt: now + 9 * DAY,
    endAt: now + 9 * DAY + 3_600_000,
    place: "Fano",
    position: null,
  };
  const plan = {
    ...{ name, note: "", opensAt: null, closesAt: now + 8 * DAY, deliveries: [delivery], minimumOrderCents: null },
    visibility: "public" as const,
  };
  const { id: productIri, version: productVersion, facts } = product;
  const line = { goods: { productIri, productVersion, facts }, availableThousandths: null };
  const cycle = sure(createCycle(wire, farm.id, plan, [line]));
  return sure(openCycle(wire, { actorId: farm.id, cycleId: cycle.id }));
}

type ShownWish = {
  find?: string;
  kinds?: readonly EntryKind[];
  certification?: string;
  month?: number;
  comune?: string;
};

/** What a network shows, by name; with words: what it finds. */
export async function shown(home: TestNode, groupId: string, wish: ShownWish = {}) {
  return (await found(home, groupId, wish)).map(({ name }) => name);
}

/** The same as whole entries. */
export async function found(home: TestNode, groupId: string, wish: ShownWish = {}) {
  const index = openSqliteIndex(join(home.config.dataFolder, "index.sqlite"));
  try {
    const now = home.node.wire.clock.now();
    const entries: FoundEntry[] = [];
    for (let after: string | null = null; ; ) {
      const page = await index.search({ groupId, now, kinds: wish.kinds ?? ENTRY_KINDS, limit: 100, ...wish, after });
      entries.push(...page.entries);
      after = page.next;
      if (after === null) return entries;
    }
  } finally {
    await index.close();
  }
}

/** How a network knows its sources, by the ends of their addresses. */
export function sourcesOf(home: TestNode, groupId: string) {
  const rows = listSources(home.node.db.orm, groupId);
  return Object.fromEntries(
    rows.map(({ reach, source }) => [source.uri.replace(/^.*\//, ""), { ...source, ...reach }]),
  );
}

/** The actor as it is now. */
export function now(home: TestNode, actor: LocalActor): LocalActor {
  return loadActor(home.node.db.orm, actor.id)!;
}
