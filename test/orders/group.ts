// A group on its own database that has a pact with a grove and reads its cycle of oranges, chickens and honey; the grove's letters
// are signed here as its own node would.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { Test } from "tap";
import { createActor, createKeyring } from "../../src/activitypub/actors.ts";
import { createPost } from "../../src/activitypub/outbox.ts";
import { writePublicKeyMultibase } from "../../src/activitypub/proof.ts";
import type { CycleCopy } from "../../src/catalogs/announced/announced.ts";
import { noticeCycle, saveCopy } from "../../src/catalogs/announced/store.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { createOrder, type LineChoice, openOrder } from "../../src/orders/actions.ts";
import type { Buying } from "../../src/orders/changeActions.ts";
import { checkOrders } from "../../src/orders/checkStore.ts";
import type { LineRules, Order } from "../../src/orders/order.ts";
import { type Plan, START_POLICIES } from "../../src/orders/planning/plan.ts";
import { savePact, savePinnedKey } from "../../src/partners/pacts/pactStore.ts";
import { openMigrated } from "../tools/migrated.ts";

export const NOW = Date.UTC(2026, 10, 2, 8);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const CLOSING = NOW + 7 * DAY;
export const GROVE = "https://p.example/p";
export const CYCLE = `${GROVE}/cycles/12`;
const SECRET = Buffer.alloc(32, 7);
const keys = generateKeyPairSync("ed25519");
export const GROVE_KEY = {
  keyId: `${GROVE}#ed25519-1`,
  privateKey: keys.privateKey,
  multibase: writePublicKeyMultibase(keys.publicKey),
};

/** What was asked, which the test knows to be possible. */
export function sure<T>(result: T): Exclude<T, Refusal> {
  if (isRefusal(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Exclude<T, Refusal>;
}

/** A line of the grove's cycle: so much of a unit for so many cents; `available` in thousandths. */
export function offered(
  number: number,
  name: string,
  pack: { unit: "kilogram" | "one"; thousandths: number; cents: number },
  available: number | null = null,
): CycleCopy["lines"][number] {
  const unitCode = pack.unit === "kilogram" ? "KGM" : "H87";
  const measure = (quantityThousandths: number) => ({ quantityThousandths, unitCode, unitText: pack.unit });
  return {
    id: `${CYCLE}/${number}`,
    name,
    sku: null,
    text: "",
    updated: "2026-11-02T08:00:00Z",
    package: measure(pack.thousandths),
    packagePriceCents: pack.cents,
    unitPrice: null,
    minimum: null,
    available: available === null ? null : measure(available),
    isVariableWeight: false,
    seasonMonths: [],
    certifications: [],
    controlBody: null,
    startsAt: null,
    endsAt: null,
    basedOn: `${GROVE}/catalog/${number}`,
  };
}

/** Ten kilograms of oranges in a crate, one jar of honey. */
export const GOODS = [
  offered(1, "Arance", { unit: "kilogram", thousandths: 10_000, cents: 1750 }),
  offered(2, "Miele", { unit: "one", thousandths: 1000, cents: 900 }),
];

export const PLAN: Plan = {
  name: "Agrumi di novembre",
  note: "",
  opensAt: null,
  closesAt: CLOSING,
  completesUntil: null,
  pickups: [{ id: "d1", place: "Polisportiva", startAt: CLOSING + 4 * DAY, endAt: null }],
  policies: { ...START_POLICIES, sendBy: "clock" },
  modifiers: [],
};

export type Group = ReturnType<typeof makeGroup>;

/** The group; `file` keeps its database there. */
export function makeGroup(t: Test, { goods = GOODS, file = ":memory:", mustAddUp = true } = {}) {
  const db = openMigrated(file);
  // Whatever a test does to its orders, they must add up in the end.
  t.teardown(() => {
    const broken = mustAddUp ? checkOrders(db.orm) : [];
    db.raw.close();
    assert.deepEqual(broken, []);
  });
  const clock = { at: NOW, now: () => clock.at };
  const keyring = createKeyring(SECRET);
  const buying: Buying = { db, clock, keyring, post: createPost(db, keyring, () => {}) };
  const setting = { origin: "https://g.example", secret: SECRET, now: NOW, reserved: new Set<string>() };
  const gas = transact(db, (tx) => {
    const actor = sure(createActor(tx, { kind: "gas", handle: "g", name: "GAS Fano" }, setting));
    insertPerson(tx, { id: "rita", name: "Rita", createdAt: NOW });
    insertSeat(tx, { personId: "rita", actorId: actor.id, role: "referente", createdAt: NOW });
    makePact(tx, actor.id);
    const key = { actorId: actor.id, producerId: GROVE, cycleIri: CYCLE };
    noticeCycle(tx, key, null, NOW);
    saveCopy(tx, key, copyOf(goods), NOW, null);
    return actor;
  });
  const addMember = (name: string) => {
    insertPerson(db.orm, { id: name, name, createdAt: NOW });
    insertSeat(db.orm, { personId: name, actorId: gas.id, role: "member", createdAt: NOW });
    const { id: householdId } = householdOf(db.orm, gas.id, name)!;
    return { actorId: gas.id, householdId, personId: name };
  };
  const keyOf = (order: Pick<Order, "id">) => ({ actorId: gas.id, orderId: order.id, personId: "rita" });
  const draft = (change: Partial<Plan> = {}, rules: Partial<LineRules> = {}): Order => {
    const lines: LineChoice[] = goods.map(({ id, package: { quantityThousandths } }) => ({
      lineIri: id,
      rules: { ...startRulesOf(quantityThousandths), ...rules },
    }));
    const plan = { ...PLAN, ...change, policies: { ...PLAN.policies, ...change.policies } };
    return sure(
      createOrder(buying, { actorId: gas.id, personId: "rita", producerId: GROVE, cycleIri: CYCLE, plan, lines }),
    );
  };
  const open = (change: Partial<Plan> = {}, rules: Partial<LineRules> = {}): Order =>
    sure(openOrder(buying, keyOf(draft(change, rules))));
  return { db, clock, buying, gas, policies: PLAN.policies, addMember, keyOf, draft, open };
}

function startRulesOf(packageThousandths: number): LineRules {
  return {
    stepThousandths: Math.min(1000, packageThousandths),
    minThousandths: 0,
    maxThousandths: null,
    advisedMaxThousandths: null,
    orderMinThousandths: null,
    orderMaxThousandths: null,
    caseMode: "none",
    isCut: false,
  };
}

/** The cycle as the grove's node shows it to its partner. */
export function copyOf(lines: CycleCopy["lines"]): CycleCopy {
  return {
    cycleIri: CYCLE,
    producerId: GROVE,
    name: "Agrumi",
    note: "",
    status: "open",
    startsAt: NOW - DAY,
    endsAt: CLOSING + DAY,
    revision: 1,
    sequence: 1,
    minimumOrderCents: null,
    commonMinimum: null,
    deliveries: [],
    lines,
  };
}

/** A pact in force between this buyer and the grove (or another seller), and the grove's key pinned by it. */
export function makePact(tx: Parameters<typeof savePact>[0], buyer: string, seller = GROVE): void {
  const iri = `${buyer}/pacts/${seller === GROVE ? 1 : 2}`;
  const half = { sequence: 1, epoch: 1, status: "active" as const };
  savePact(tx, {
    actorId: buyer,
    peer: seller,
    inbox: `${seller}/inbox`,
    resumeAt: null,
    createdAt: NOW,
    updatedAt: NOW,
    pact: {
      iri,
      buyer,
      seller,
      endedBy: null,
      halves: {
        buyer: { ...half, relationshipIri: `${iri}/r1` },
        seller: { ...half, relationshipIri: `${seller}/r1` },
      },
      revisions: [
        {
          revision: 1,
          epoch: 1,
          acceptEpoch: 1,
          offeredBy: "buyer",
          offerIri: `${iri}/offer`,
          offerDigest: "0",
          keys: [],
          endsAt: null,
          acceptIri: `${seller}/accept`,
          rejectIri: null,
          rejectReason: null,
          terms: {
            catalogSubset: [`${seller}/catalog`],
            priceDeltaHundredthsPercent: 0,
            minOrderCents: 0,
            deliveryCostCents: 0,
            leadDays: 0,
            referents: [],
          },
        },
      ],
    },
  });
  const { keyId, multibase } = GROVE_KEY;
  savePinnedKey(tx, { actorId: buyer, peer: seller, keyId, multibase, pinnedBy: "pact", pinnedAt: NOW });
}
