// A delivery to be weighed: many families, many cheeses, three people with a phone each who hand them out.
import { createHash, randomBytes } from "node:crypto";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import type { Test } from "tap";
import { noticeCycle, saveCopy } from "../../src/catalogs/announced/store.ts";
import { transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder, sendOrder } from "../../src/orders/closeActions.ts";
import { markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { loadOrder } from "../../src/orders/store.ts";
import { cookieRules } from "../../src/web/sessions.ts";
import { insertSession } from "../../src/web/store.ts";
import { CYCLE, copyOf, GROVE, makePact, NOW, offered, PLAN, sure } from "../orders/group.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";

const HANDLE = "gas-fano";
const NAMES = ["Pecorino", "Caciotta", "Ricotta salata", "Casciotta d'Urbino", "Formaggio di fossa"];

/** A delivery under way. `counter` is the address of its desk, without a slash at the end. */
export type Cheeses = {
  readonly home: TestNode;
  readonly orderId: string;
  readonly counter: string;
  /** Lets the node's time run with the wall's from now on, until the test ends. */
  readonly runClock: () => void;
  /** A phone of one of the three, signed in. */
  readonly phone: (
    browser: Browser,
    personId: "rita" | "laura" | "piero",
    options?: BrowserContextOptions,
  ) => Promise<BrowserContext>;
};

/** Every family is to get about 300 g of every cheese. */
export async function bringCheeses(t: Test, families: number, cheeses: number): Promise<Cheeses> {
  const { nodes, clock } = await startNodes(t, ["home"]);
  const { home } = nodes;
  clock.at = NOW;
  const { wire, db } = home.node;
  const gas = home.addActor({ kind: "gas", handle: HANDLE, name: "GAS Fano" });
  const lines = Array.from({ length: cheeses }, (_, i) => ({
    ...offered(i + 1, `${NAMES[i % NAMES.length]} ${i + 1}`, { unit: "kilogram", thousandths: 100, cents: 185 }),
    isVariableWeight: true,
  }));
  transact(db, (tx) => {
    makePact(tx, gas.id);
    const key = { actorId: gas.id, producerId: GROVE, cycleIri: CYCLE };
    noticeCycle(tx, key, null, NOW);
    saveCopy(tx, key, copyOf(lines), NOW, null);
    for (const [id, name] of [
      ["rita", "Rita"],
      ["laura", "Laura"],
      ["piero", "Piero"],
    ] as const) {
      insertPerson(tx, { id, name, createdAt: NOW });
      insertSeat(tx, { personId: id, actorId: gas.id, role: "referente", createdAt: NOW });
    }
  });
  const plan = { ...PLAN, name: "Formaggi", policies: { ...START_POLICIES, usesConfirmation: false } };
  const rules = {
    ...{ stepThousandths: 100, minThousandths: 100, maxThousandths: null, advisedMaxThousandths: null },
    ...{ orderMinThousandths: null, orderMaxThousandths: null, caseMode: "none" as const, isCut: true },
  };
  const choices = lines.map(({ id: lineIri }) => ({ lineIri, rules }));
  const order = sure(
    createOrder(wire, { actorId: gas.id, personId: "rita", producerId: GROVE, cycleIri: CYCLE, plan, lines: choices }),
  );
  const key = { actorId: gas.id, orderId: order.id, personId: "rita" };
  sure(openOrder(wire, key));
  saveLimit(db.orm, { actorId: gas.id, householdId: null, cents: 1_000_000, personId: "rita", setAt: NOW });
  for (let n = 1; n <= families; n++) book(home, gas.id, order.id, n, cheeses);
  sure(closeOrder(wire, key));
  if (loadOrder(db.orm, gas.id, order.id)?.state === "closed") sure(sendOrder(wire, key));
  sure(markArrived(wire, key));
  return {
    home,
    orderId: order.id,
    counter: `${home.origin}/desk/${HANDLE}/orders/${order.id}/delivery`,
    runClock: () => {
      const [from, at] = [Date.now(), clock.at];
      const timer = setInterval(() => {
        clock.at = at + Date.now() - from;
      }, 5);
      t.teardown(() => clearInterval(timer));
    },
    phone: (browser, personId, options = {}) => openPhone(home, browser, personId, options),
  };
}

function book({ node }: TestNode, actorId: string, orderId: string, n: number, cheeses: number): void {
  const { wire, db } = node;
  const personId = `f${n}`;
  insertPerson(db.orm, { id: personId, name: `Famiglia ${String(n).padStart(2, "0")}`, createdAt: NOW });
  insertSeat(db.orm, { personId, actorId, role: "member", createdAt: NOW });
  const { id: householdId } = householdOf(db.orm, actorId, personId)!;
  const wishes = Array.from({ length: cheeses }, (_, i) => ({
    ...{ lineNumber: i + 1, friendId: null, quantityThousandths: 300, toleranceThousandths: 0, note: "" },
  }));
  sure(saveBasket(wire, { actorId, orderId, householdId, personId, seenVersion: 0, wishes }));
}

async function openPhone(
  { node, origin }: TestNode,
  browser: Browser,
  personId: string,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  const id = randomBytes(32).toString("base64url");
  const idHash = createHash("sha256").update(id).digest("hex");
  const at = node.wire.clock.now();
  transact(node.db, (tx) => insertSession(tx, { idHash, personId, device: "", createdAt: at, seenAt: at }));
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ locale: "it-IT", viewport, hasTouch: true, ...options });
  await context.addCookies([{ name: cookieRules(origin).session, value: id, url: origin, httpOnly: true }]);
  return context;
}
