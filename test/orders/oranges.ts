// An order of oranges, chickens and jars, to be bent by the tests of the pure files.
import type { Goods, LineRules, Order, OrderLine, Policies } from "../../src/orders/order.ts";

export const HOUR = 3_600_000;
/** 2 November 2026, 08:00 in Rome. */
export const OPENING = 1_793_602_800_000;
export const CLOSING = OPENING + 72 * HOUR;

/** Oranges by the kilogram in crates of 10 kg, 17.50 EUR each. */
export function goods(change: Partial<Goods> = {}): Goods {
  return {
    lineIri: "https://p.example/c/12/7",
    productIri: "https://p.example/p/catalog/oranges",
    name: "Arance",
    text: "",
    unitCode: "KGM",
    wireUnit: "kilogram",
    packageThousandths: 10_000,
    packagePriceCents: 1750,
    supplierMinThousandths: 0,
    availableThousandths: null,
    gramsPerUnit: null,
    isVariableWeight: false,
    hasSeparateWeights: false,
    group: null,
    ...change,
  };
}

function rules(change: Partial<LineRules> = {}): LineRules {
  return {
    stepThousandths: 1000,
    minThousandths: 0,
    maxThousandths: null,
    advisedMaxThousandths: null,
    orderMinThousandths: null,
    orderMaxThousandths: null,
    caseMode: "none",
    isCut: true,
    ...change,
  };
}

export function line(
  number: number,
  goodsChange: Partial<Goods> = {},
  rulesChange: Partial<LineRules> = {},
): OrderLine {
  const lineIri = `https://p.example/c/12/${number}`;
  return { number, goods: goods({ lineIri, ...goodsChange }), rules: rules(rulesChange), isOffered: true };
}

export function policies(change: Partial<Policies> = {}): Policies {
  return {
    minimumCents: null,
    whenMinimumMissed: "ask",
    whenCaseOpen: "down",
    allocation: "proportional",
    acceptShortPercent: 100,
    sendBy: "hand",
    usesCompletion: true,
    usesConfirmation: true,
    usesArrival: true,
    asksToConfirm: false,
    autoCloseCents: null,
    autoCloseGrams: null,
    ...change,
  };
}

export function order(change: Partial<Order> = {}): Order {
  return {
    id: "o",
    actorId: "g",
    producerId: "p",
    cycleIri: "https://p.example/c/12",
    name: "Agrumi di novembre",
    note: "",
    state: "open",
    opensAt: OPENING,
    closesAt: CLOSING,
    completesUntil: CLOSING + 24 * HOUR,
    pickups: [{ id: "d1", place: "Polisportiva", startAt: CLOSING + 96 * HOUR, endAt: null }],
    lines: [line(1)],
    policies: policies(),
    modifiers: [],
    thread: null,
    revision: 0,
    closedAt: null,
    cancelReason: null,
    createdAt: OPENING - HOUR,
    updatedAt: OPENING - HOUR,
    needsPerson: null,
    ...change,
  };
}
