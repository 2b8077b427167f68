// Orders as tests make them: lines, Offers, terms, from few numbers.
import type { AgreedLine, MessageOf } from "../../src/partners/threads/agreement.ts";
import type { LineTerms } from "../../src/sales/lineTerms.ts";
import { hearOffer, type ReceivedOrder } from "../../src/sales/received.ts";
import { FARM, NOW } from "./cycles.ts";

export const GAS = "https://g.example/g";
export const THREAD = `${GAS}/threads/12`;
const CYCLE_IRI = `${FARM}/cycles/c12`;

/** Oranges in crates of 10 kg at 17.50, so many kilograms. */
export function oranges(kilograms: number, cents = kilograms * 175): AgreedLine {
  return { lineIri: `${CYCLE_IRI}/1`, unit: "kilogram", quantityThousandths: kilograms * 1000, amountCents: cents };
}

/** Jars of honey at 9.00. */
export function honey(jars: number): AgreedLine {
  return { lineIri: `${CYCLE_IRI}/2`, unit: "one", quantityThousandths: jars * 1000, amountCents: jars * 900 };
}

/** What the farm asks of these two lines; `freeKilograms` null: enough oranges for everyone. */
export function termsWith(freeKilograms: number | null): Map<string, LineTerms> {
  const common = { sku: null, isVariableWeight: false, hasVariants: false };
  const crate: LineTerms = {
    ...common,
    lineIri: oranges(1).lineIri,
    name: "Arance",
    unit: "kilogram",
    packageThousandths: 10_000,
    packagePriceCents: 1750,
    minimumThousandths: 20_000,
    freeThousandths: freeKilograms === null ? null : freeKilograms * 1000,
  };
  const jar: LineTerms = {
    ...common,
    lineIri: honey(1).lineIri,
    name: "Miele",
    unit: "one",
    packageThousandths: 1000,
    packagePriceCents: 900,
    minimumThousandths: null,
    freeThousandths: null,
  };
  return new Map([crate, jar].map((line) => [line.lineIri, line]));
}

export function offerOf(lines: readonly AgreedLine[], revision = 1): MessageOf<"order"> {
  return {
    kind: "order",
    offerIri: `${GAS}/activities/offer${revision}`,
    agreementIri: `${GAS}/orders/12/r${revision}`,
    thread: THREAD,
    epoch: 1,
    revision,
    supersedes: null,
    lines,
  };
}

export const FIRST = { actorId: FARM, buyer: GAS, cycleId: "c12", priceDeltaHundredthsPercent: 0, pickup: null };

/** An order just received. */
export function receivedOf(lines: readonly AgreedLine[], revision = 1): ReceivedOrder {
  return hearOffer(null, offerOf(lines, revision), "d1", FIRST, NOW);
}
