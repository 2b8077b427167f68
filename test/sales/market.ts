// A farm with an open cycle and groups with a pact, on real nodes; the groups say what a group says, by hand.
import assert from "node:assert/strict";
import type { Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { digestOf } from "../../src/activitypub/proof.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import type { AgreedLine, ThreadMessage } from "../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../src/partners/threads/agreementDocument.ts";
import { readThreadMessage } from "../../src/partners/threads/readAgreement.ts";
import { listThreadMessages, recipientOf } from "../../src/partners/threads/threadStore.ts";
import { createCycle, openCycle } from "../../src/sales/actions.ts";
import { checkSales } from "../../src/sales/checkStore.ts";
import type { Cycle, Plan } from "../../src/sales/cycle.ts";
import { loadReceived } from "../../src/sales/receivedStore.ts";
import { DEFAULT_RULES, type SaleRules } from "../../src/sales/saleRules.ts";
import { loadCycle } from "../../src/sales/store.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { sure } from "./cycles.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How a group's terms stand: 5 % less, no smallest order. */
const TERMS = { priceDeltaHundredthsPercent: -500, minOrderCents: 0, deliveryCostCents: 0, leadDays: 0, referents: [] };

/** Honey in jars at 10.00 and oranges in crates of 10 kg at 2.00 the kilogram: 9.50 and 19.00 with the pact. */
const JAR = 950;
const CRATE = 1900;

export type Market = Awaited<ReturnType<typeof openMarket>>;

/** `where`: "one" puts everybody on one node, "two" the farm on its own. The stock of oranges is in kilograms. */
export async function openMarket(
  t: Test,
  setting: {
    where?: "one" | "two";
    groups?: number;
    rules?: Partial<SaleRules>;
    stock?: number | null;
    /** Settings of the nodes, as the command line has them. */
    flags?: readonly string[];
  } = {},
) {
  const { where = "one", groups = 1, rules = {}, stock = 500, flags = [] } = setting;
  const { nodes, clock, settle } = await startNodes<string>(t, where === "one" ? ["home"] : ["farm", "gas"], {}, flags);
  const [farmHome, gasHome] = where === "one" ? [nodes.home!, nodes.home!] : [nodes.farm!, nodes.gas!];
  const farm = farmHome.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto" });
  const gases = Array.from({ length: groups }, (_, i) =>
    gasHome.addActor({ kind: "gas", handle: `gas${i + 1}`, name: `GAS ${i + 1}` }),
  );
  // Whatever a test does, in the end the orders are what their messages say.
  t.teardown(() => assert.deepEqual(checkSales(farmHome.node.db.orm), []));
  const products = makeProducts(farmHome, farm, stock);
  const partners: Group[] = [];
  for (const gas of gases) {
    await makePact({ farmHome, gasHome, farm, gas, settle });
    partners.push(groupAt(gasHome, gas, farm));
  }
  const plan = planFrom(clock.at, rules);
  const opened = sure(createCycle(farmHome.node.wire, farm.id, plan, products));
  const key = { actorId: farm.id, cycleId: opened.id };
  sure(openCycle(farmHome.node.wire, key));
  await settle();
  return {
    ...{ farmHome, gasHome, farm, groups: partners, gas: partners[0]!, clock, settle, plan, key },
    iri: `${farm.id}/cycles/${opened.id}`,
    oranges: (crates: number): AgreedLine =>
      lineOf(`${farm.id}/cycles/${opened.id}/1`, "kilogram", crates, 10_000, CRATE),
    honey: (jars: number): AgreedLine => lineOf(`${farm.id}/cycles/${opened.id}/2`, "one", jars, 1000, JAR),
    cycle: (): Cycle => loadCycle(farmHome.node.db.orm, farm.id, opened.id)!,
    order: (group: Group = partners[0]!) => loadReceived(farmHome.node.db.orm, farm.id, group.thread),
    orderKey: (group: Group = partners[0]!) => ({ actorId: farm.id, thread: group.thread }),
    /** What the farm said on that group's thread, in order. */
    said: (group: Group = partners[0]!): ThreadMessage[] =>
      listThreadMessages(farmHome.node.db.orm, farm.id, group.thread)
        .filter(({ direction }) => direction === "out")
        .map(({ bytes }) => readThreadMessage(JSON.parse(bytes.toString("utf8"))) as ThreadMessage),
    /** The message it said last, as kept. */
    lastSaid: (group: Group = partners[0]!) =>
      listThreadMessages(farmHome.node.db.orm, farm.id, group.thread).findLast(({ direction }) => direction === "out")!,
    /** Lets the clock of the nodes run on and everything due happen. */
    pass: async (by: { minutes?: number; hours?: number; days?: number }) => {
      clock.advance(by);
      await settle();
      await settle();
    },
    wire: () => farmHome.node.wire,
  };
}

function planFrom(now: number, rules: Partial<SaleRules>): Plan {
  const minute = Math.floor(now / 60_000) * 60_000;
  const delivery = {
    number: 1,
    startAt: minute + 12 * DAY,
    endAt: minute + 12 * DAY + HOUR,
    place: "Fano",
    position: null,
  };
  return {
    name: "Agrumi",
    note: "",
    opensAt: null,
    closesAt: minute + 8 * DAY,
    deliveries: [delivery],
    minimumOrderCents: null,
    visibility: "partners",
    rules: { ...DEFAULT_RULES, ...rules },
  };
}

function lineOf(lineIri: string, unit: string, packages: number, size: number, cents: number): AgreedLine {
  return { lineIri, unit, quantityThousandths: packages * size, amountCents: packages * cents };
}

function makeProducts({ node }: TestNode, farm: LocalActor, stock: number | null) {
  const oranges = { ...startFacts("Arance", 20_000, "KGM"), supplierStepThousandths: 10_000 };
  const facts = [
    { ...oranges, availableThousandths: stock === null ? null : stock * 1000 },
    startFacts("Miele", 100_000, "H87"),
  ];
  return facts.map((one) => {
    const saved = sure(saveProduct(node.wire, farm, { productId: null, expectedVersion: 0, facts: one }));
    const goods = { productIri: saved.id, productVersion: saved.version, facts: saved.facts };
    return { goods, availableThousandths: saved.facts.availableThousandths };
  });
}

type Parties = {
  farmHome: TestNode;
  gasHome: TestNode;
  farm: LocalActor;
  gas: LocalActor;
  settle: () => Promise<void>;
};

async function makePact({ farmHome, gasHome, farm, gas, settle }: Parties): Promise<void> {
  const peer = await gasHome.node.wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms = { ...TERMS, catalogSubset: [`${farm.id}/catalog`] };
  const held = sure(proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null }));
  await settle();
  sure(acceptPact(farmHome.node.wire, { actorId: farm.id, iri: held.pact.iri }, { revision: 1, isCompared: true }));
  await settle();
}

export type Group = ReturnType<typeof groupAt>;

/** A group that says things on one thread, without minding what it is answered. */
export function groupAt(home: TestNode, gas: LocalActor, farm: LocalActor) {
  const thread = `${gas.id}/threads/${gas.handle}`;
  const digests = new Map<number, string>();
  const iris = { offer: (revision: number) => `${gas.id}/activities/${gas.handle}-offer${revision}` };
  // Without the rules of its own side: what a group of other software might send too.
  const say = (message: ThreadMessage) => {
    const { db, post, clock } = home.node.wire;
    return transact(db, (tx) => {
      const activity = writeThreadMessage(message, gas, farm.id);
      const recipients = [recipientOf(tx, gas.id, farm.id)!];
      const letter = { from: gas, activity, thread, isPublic: false, isProven: true, recipients, now: clock.now() };
      return digestOf(post(tx, { ...letter, lane: "order" }));
    });
  };
  return {
    ...{ actor: gas, thread, home },
    /** Offers these lines as that revision. */
    offer: (lines: readonly AgreedLine[], revision = 1) => {
      const offerIri = iris.offer(revision);
      const supersedes = revision === 1 ? null : iris.offer(revision - 1);
      const agreementIri = `${gas.id}/orders/${gas.handle}/r${revision}`;
      const counted = { thread, epoch: 1, revision, supersedes };
      digests.set(revision, say({ kind: "order", offerIri, agreementIri, ...counted, lines }));
    },
    /** Takes the thread back, naming that revision. */
    undo: (revision = 1) =>
      say({
        kind: "withdrawn",
        undoIri: `${gas.id}/activities/${gas.handle}-undo`,
        offerIri: iris.offer(revision),
        offerDigest: digests.get(revision) ?? "0".repeat(64),
        thread,
      }),
    say,
  };
}
