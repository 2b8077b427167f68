// A farm that sells and a group whose households book, on real nodes: from the baskets to the accepted delivery note.
import type { Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import type { NodeSetting } from "../../src/node.ts";
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder, sendOrder } from "../../src/orders/closeActions.ts";
import { listDeliveryNotes, loadAgreement } from "../../src/orders/dealingStore.ts";
import type { Order } from "../../src/orders/order.ts";
import { type Plan as OrderPlan, START_POLICIES } from "../../src/orders/planning/plan.ts";
import { loadSource } from "../../src/orders/sourceStore.ts";
import { loadOrder } from "../../src/orders/store.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { verifyContract } from "../../src/partners/threads/contract.ts";
import { loadContract } from "../../src/partners/threads/contractActions.ts";
import { listThreadMessages } from "../../src/partners/threads/threadStore.ts";
import { createCycle, openCycle } from "../../src/sales/actions.ts";
import { confirmCycle } from "../../src/sales/closingActions.ts";
import type { Plan } from "../../src/sales/cycle.ts";
import { RECEIVED_STATES, type ReceivedState, stateOf } from "../../src/sales/received.ts";
import { listReceived, loadReceived } from "../../src/sales/receivedStore.ts";
import { DEFAULT_RULES, type SaleRules } from "../../src/sales/saleRules.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 10 kg of oranges, one jar of honey, with the pact's 5 % off. */
export const CRATE_CENTS = 1900;
export const JAR_CENTS = 950;
export const CRATE = 10_000;
const JAR = 1000;

/** The members' names, which no other node may ever read. */
export const MEMBERS = ["Zafferana Ginestrelli", "Tarcisio Bellavigna"] as const;

export type OrderTown = Awaited<ReturnType<typeof openOrderTown>>;

type Wish = {
  readonly where?: "one" | "two";
  /** "catalog": the farm opens no cycle; the group orders what its list says. Then `cycleId` and `cycleIri` are "". */
  readonly basis?: "cycle" | "catalog";
  readonly rules?: Partial<SaleRules>;
  readonly setting?: NodeSetting;
  readonly stockKilograms?: number;
  /** Kinds of honey more, one jar each at the same price. */
  readonly moreProducts?: number;
};

/** Everybody is there, the cycle is open and read by the group. "one": both actors live on one node. */
export async function openOrderTown(
  t: Test,
  { where = "two", basis = "cycle", rules = {}, setting = {}, stockKilograms, moreProducts = 0 }: Wish = {},
) {
  const { nodes, clock, settle } = await startNodes<string>(t, where === "one" ? ["home"] : ["farm", "gas"], setting);
  const [farmHome, gasHome] = where === "one" ? [nodes.home!, nodes.home!] : [nodes.farm!, nodes.gas!];
  const farm = farmHome.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
  const gas = gasHome.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  await makePact({ farmHome, gasHome, farm, gas, settle });
  const members = seatMembers(gasHome, gas);
  const minute = Math.floor(clock.at / 60_000) * 60_000;
  const closesAt = minute + 8 * DAY;
  const products = makeProducts(farmHome, farm, stockKilograms ?? 500, moreProducts);
  const openNewCycle = async (): Promise<string> => {
    const { wire } = farmHome.node;
    const place = { number: 1, startAt: closesAt + 4 * DAY, endAt: closesAt + 4 * DAY + HOUR, place: "Fano" };
    const plan: Plan = {
      name: "Agrumi di dicembre",
      note: "",
      opensAt: null,
      closesAt,
      deliveries: [{ ...place, position: null }],
      minimumOrderCents: null,
      visibility: "partners",
      rules: { ...DEFAULT_RULES, ...rules },
    };
    const { id } = sure(createCycle(wire, farm.id, plan, products));
    sure(openCycle(wire, { actorId: farm.id, cycleId: id }));
    await settle();
    return id;
  };
  const cycleId = basis === "cycle" ? await openNewCycle() : "";
  const cycleIri = cycleId && `${farm.id}/cycles/${cycleId}`;
  if (basis === "catalog") {
    // Our copies of catalogs are matched with the pacts every few seconds, and read then.
    const readIt = () =>
      loadSource(gasHome.node.db.orm, gas.id, { producerId: farm.id, cycleIri: null }, clock.at)?.goods.length;
    for (let i = 0; i < 20 && !readIt(); i++) {
      clock.advance({ minutes: 1 });
      await settle();
    }
  }
  const town = { farmHome, gasHome, farm, gas, members, clock, settle, cycleId, cycleIri, closesAt };
  return {
    ...town,
    cycleKey: { actorId: farm.id, cycleId },
    ...groupDeeds(town),
    ...lookers(town),
    ...nodeDeeds(town),
  };
}

type Parties = {
  readonly farmHome: TestNode;
  readonly gasHome: TestNode;
  readonly farm: LocalActor;
  readonly gas: LocalActor;
  readonly settle: () => Promise<void>;
};

/** The group asks for a pact, and the farm says yes. */
export async function makePact(
  { farmHome, gasHome, farm, gas, settle }: Parties,
  priceDeltaHundredthsPercent = -500,
): Promise<void> {
  const peer = await gasHome.node.wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const money = { priceDeltaHundredthsPercent, minOrderCents: 0, deliveryCostCents: 0 };
  const terms = { ...money, leadDays: 0, referents: [], catalogSubset: [`${farm.id}/catalog`] };
  const held = sure(proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null }));
  await settle();
  sure(acceptPact(farmHome.node.wire, { actorId: farm.id, iri: held.pact.iri }, { revision: 1, isCompared: true }));
  await settle();
}

/** One household for each name; they may owe up to 1,000 euro. */
function seatMembers({ node }: TestNode, gas: LocalActor) {
  const createdAt = node.wire.clock.now();
  return transact(node.db, (tx) => {
    saveLimit(tx, { actorId: gas.id, householdId: null, cents: 100_000, personId: null, setAt: createdAt });
    return MEMBERS.map((name, i) => {
      const personId = `person${i}`;
      const email = `${name.toLowerCase().replace(" ", ".")}@posta.example`;
      insertPerson(tx, { id: personId, name, email, createdAt });
      insertSeat(tx, { personId, actorId: gas.id, role: "member", createdAt });
      // The first keeps the group's orders.
      if (i === 0) insertSeat(tx, { personId, actorId: gas.id, role: "referente", createdAt });
      return { personId, householdId: householdOf(tx, gas.id, personId)!.id };
    });
  });
}

function makeProducts({ node }: TestNode, farm: LocalActor, stockKilograms: number, more: number) {
  const taxed = { vatRatePercent: 4 as const, supplierStepThousandths: CRATE };
  const oranges = { ...startFacts("Arance", 20_000, "KGM"), ...taxed };
  const others = Array.from({ length: more }, (_, index) => startFacts(`Miele ${index + 2}`, 100_000, "H87"));
  const honey = { ...startFacts("Miele", 100_000, "H87"), vatRatePercent: 10 as const, weightGrams: 500 };
  const facts = [{ ...oranges, availableThousandths: stockKilograms * 1000 }, honey, ...others];
  return facts.map((one) => {
    const saved = sure(saveProduct(node.wire, farm, { productId: null, expectedVersion: 0, facts: one }));
    const goods = { productIri: saved.id, productVersion: saved.version, facts: saved.facts };
    return { goods, availableThousandths: saved.facts.availableThousandths };
  });
}

type Basis = Parties & {
  readonly members: readonly { readonly personId: string; readonly householdId: string }[];
  readonly clock: { at: number; advance: (by: { minutes?: number; hours?: number; days?: number }) => void };
  readonly cycleIri: string;
  readonly closesAt: number;
};

/** What the group does; the deeds of order and farm that tests speak of are the product's own actions. */
function groupDeeds({ gasHome, gas, farm, members, clock, settle, cycleIri, closesAt }: Basis) {
  const keyOf = ({ id }: Pick<Order, "id">) => ({ actorId: gas.id, orderId: id, personId: "person0" });
  const openNewOrder = (change: Partial<OrderPlan["policies"]> = {}, modifiers: OrderPlan["modifiers"] = []): Order => {
    const { wire } = gasHome.node;
    const offer = { producerId: farm.id, cycleIri: cycleIri || null };
    const lines = loadSource(wire.db.orm, gas.id, offer, clock.at)?.goods ?? [];
    const plan: OrderPlan = {
      name: "Agrumi del gruppo",
      note: "",
      opensAt: null,
      closesAt: closesAt - DAY,
      completesUntil: null,
      pickups: [],
      policies: { ...START_POLICIES, ...change },
      modifiers,
    };
    const wish = { actorId: gas.id, personId: "person0", ...offer, plan, lines };
    return sure(openOrder(wire, keyOf(sure(createOrder(wire, wish)))));
  };
  /** The basket of one member as it shall be, crates and jars. */
  const book = (order: Pick<Order, "id">, member: 0 | 1, crates: number, jars: number, seenVersion = 0) =>
    saveBasket(gasHome.node.wire, {
      ...members[member]!,
      actorId: gas.id,
      orderId: order.id,
      seenVersion,
      wishes: [
        { lineNumber: 1, quantityThousandths: crates * CRATE },
        { lineNumber: 2, quantityThousandths: jars * JAR },
      ]
        .filter(({ quantityThousandths }) => quantityThousandths > 0)
        .map((wish) => ({ ...wish, friendId: null, toleranceThousandths: 0, note: `per ${MEMBERS[member]}` })),
    });
  /** Booked by both, closed and sent: 3 crates and 5 jars. Nothing has left yet. */
  const sendNewOrder = (change: Partial<OrderPlan["policies"]> = {}): Order => {
    const order = openNewOrder(change);
    sure(book(order, 0, 2, 1));
    sure(book(order, 1, 1, 4));
    return closeAndSend(order);
  };
  const closeAndSend = (order: Pick<Order, "id">): Order => {
    sure(closeOrder(gasHome.node.wire, keyOf(order)));
    return sure(sendOrder(gasHome.node.wire, keyOf(order)));
  };
  /** Lets time pass, and everything that it brings happen. */
  const pass = async (by: { minutes?: number; hours?: number; days?: number }) => {
    clock.advance(by);
    await settle();
    await settle();
  };
  return { keyOf, openNewOrder, book, sendNewOrder, closeAndSend, pass };
}

function lookers({ farmHome, gasHome, farm, gas }: Basis) {
  const atGas = (order: Pick<Order, "id">): Order => loadOrder(gasHome.node.db.orm, gas.id, order.id)!;
  const atFarm = (thread: string) => loadReceived(farmHome.node.db.orm, farm.id, thread);
  const messages = (node: TestNode, actor: LocalActor, thread: string) =>
    listThreadMessages(node.node.db.orm, actor.id, thread);
  /** What both sides hold of an order, in the same words. */
  const hold = (order: Pick<Order, "id">) => {
    const thread = atGas(order).thread ?? "";
    const agreement = loadAgreement(gasHome.node.db.orm, order.id);
    const received = atFarm(thread);
    const contracts = [
      loadContract(gasHome.node.db.orm, gas.id, thread),
      loadContract(farmHome.node.db.orm, farm.id, thread),
    ].map((file) => file && verifyContract(file));
    return {
      gas: agreement && {
        text: agreement.lines,
        revision: agreement.revision,
        status: agreement.status,
        agreementIri: agreement.agreementIri,
      },
      farm: received?.agreed && {
        text: received.agreed.lines,
        revision: received.agreed.revision,
        status: received.status,
        agreementIri: received.agreementIri,
      },
      farmState: received && stateOf(received),
      contracts,
      kinds: {
        gas: messages(gasHome, gas, thread).map(({ direction, kind }) => `${direction} ${kind}`),
        farm: messages(farmHome, farm, thread).map(({ direction, kind }) => `${direction} ${kind}`),
      },
      digests: {
        gas: messages(gasHome, gas, thread).map(({ digest }) => digest),
        farm: messages(farmHome, farm, thread).map(({ digest }) => digest),
      },
      notes: listDeliveryNotes(gasHome.node.db.orm, order.id),
    };
  };
  return {
    atGas,
    atFarm,
    hold,
    farmKey: (order: Pick<Order, "id">) => ({ actorId: farm.id, thread: atGas(order).thread ?? "" }),
    /** How many orders of each state the farm holds. */
    farmStates: (): ReceivedState[] =>
      listReceived(farmHome.node.db.orm, farm.id, { states: RECEIVED_STATES, limit: 100 }).map((order) =>
        stateOf(order),
      ),
  };
}

/** What happens to nodes, and what their data say. */
function nodeDeeds({ clock, settle }: Basis) {
  return {
    /** What a query of one number says of a node. */
    count: (home: TestNode, sql: string): number => Number(home.node.db.raw.prepare(sql).pluck().get()),
    /** A copy of a node's data as they are now. */
    backUp: (home: TestNode, name = "backup"): string => {
      const folder = `${home.config.dataFolder}-${name}`;
      writeBackup(home.node.db, home.config.dataFolder, folder);
      return folder;
    },
    /** The node loses its machine and starts on the backup. Nothing has been asked or said yet. */
    putBack: async (home: TestNode, backup: string): Promise<void> => {
      await home.stop();
      sure(restoreBackup(backup, home.config.dataFolder, home.origin, clock.at));
      await home.start();
    },
    settleLong: async () => {
      for (let i = 0; i < 3; i++) {
        clock.advance({ minutes: 6 });
        await settle();
      }
    },
  };
}

/** The farm confirms what it holds of the cycle once it is closed. */
export function confirmAll({ farmHome, cycleKey }: OrderTown) {
  return sure(confirmCycle(farmHome.node.wire, cycleKey));
}
