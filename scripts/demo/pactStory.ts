// The pacts of the demo: proposed by the one or the other side, fingerprints compared, accepted, the same in both databases.
import { isDeepStrictEqual } from "node:util";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import type { Part, Stage } from "./story.ts";
import type { PactShown } from "./verbs.ts";

type Plan = {
  readonly buyer: string;
  readonly seller: string;
  readonly by: "buyer" | "seller";
  readonly deltaHundredthsPercent: number;
  readonly minOrderCents: number;
};

const PLANS: readonly Plan[] = [
  { buyer: "gas-valle", seller: "fattoria", by: "buyer", deltaHundredthsPercent: -500, minOrderCents: 15_000 },
  { buyer: "gas-costa", seller: "fattoria", by: "buyer", deltaHundredthsPercent: 0, minOrderCents: 25_000 },
  { buyer: "gas-valle", seller: "forno", by: "seller", deltaHundredthsPercent: 0, minOrderCents: 4000 },
  { buyer: "gas-costa", seller: "apiario", by: "seller", deltaHundredthsPercent: -250, minOrderCents: 0 },
];

/** A product whose price the GAS della Valle looks at once it has a pact. */
const OIL = { handle: "fattoria", sku: "OLI-02" };

export async function makePacts(stage: Stage): Promise<void> {
  for (const plan of PLANS) await makePact(stage, plan);
  await Promise.all(["gas-valle", "gas-costa"].map((gas) => seePrice(stage, stage.part(gas))));
}

async function makePact({ teller, part }: Stage, plan: Plan): Promise<void> {
  const { say, format, fact, see, line } = teller;
  const [buyer, seller] = [part(plan.buyer), part(plan.seller)];
  const [from, to] = plan.by === "buyer" ? [buyer, seller] : [seller, buyer];
  const terms: Terms = {
    catalogSubset: [`${seller.iri}/catalog`],
    priceDeltaHundredthsPercent: plan.deltaHundredthsPercent,
    minOrderCents: plan.minOrderCents,
    deliveryCostCents: 0,
    leadDays: 3,
    referents: [{ name: "Referente", email: `referente@${buyer.handle}.example` }],
  };
  const delta = plan.deltaHundredthsPercent;
  const told = [
    delta === 0 ? say.asListed : say.delta(`${delta > 0 ? "+" : "−"}${format.quantity(Math.abs(delta) * 10)}`),
    plan.minOrderCents === 0 ? say.noMinimum : say.minimum(format.money(plan.minOrderCents)),
  ];
  fact(say.terms(from.name, to.name, told.join(", ")));
  await from.home.ask("proposePact", { handle: from.handle, peer: to.typed, as: plan.by, terms });
  let pair: Pair = [null, null];
  await see(say.compared, async () => {
    pair = await showBoth(from, to);
    return pair[0] !== null && isDeepStrictEqual(pair[0].fingerprints, pair[1]?.fingerprints);
  });
  const proposed = pair[1]!;
  for (const whose of [from, to])
    line(`      ${say.key(whose.name).padEnd(36)} ${proposed.fingerprints[whose.iri] ?? "?"}`);
  const { iri } = proposed.pact;
  await to.home.ask("acceptPact", { handle: to.handle, iri, revision: proposed.revision, isCompared: true });
  await see(say.agreed(from.name, to.name), async () => {
    const [a, b] = await showBoth(from, to);
    const isLive = a?.state === "live" && b?.state === "live";
    return isLive && isDeepStrictEqual(a.pact, b.pact) && isDeepStrictEqual([a.terms, b.terms], [terms, terms]);
  });
}

type Pair = [PactShown | null, PactShown | null];

async function showBoth(a: Part, b: Part): Promise<Pair> {
  return Promise.all([
    a.home.ask("showPact", { handle: a.handle, peerIri: b.iri }),
    b.home.ask("showPact", { handle: b.handle, peerIri: a.iri }),
  ]);
}

async function seePrice({ teller, part }: Stage, gas: Part): Promise<void> {
  const { say, format, see } = teller;
  const farm = part(OIL.handle);
  const product = await farm.home.ask("showProduct", OIL);
  const cents = await priceBy(gas, farm, product.priceTenThousandths);
  await see(say.priced(gas.name, product.name, format.money(cents)), async () => {
    const wish = { handle: gas.handle, producerIri: farm.iri, itemId: product.id };
    return (await gas.home.ask("showMirror", wish))?.item?.priceCents === cents;
  });
}

/** What a GAS pays for one piece of that list price (ten-thousandths of a euro), by its own pact: cents. */
export async function priceBy(gas: Part, farm: Part, priceTenThousandths: number): Promise<number> {
  const pact = await gas.home.ask("showPact", { handle: gas.handle, peerIri: farm.iri });
  const delta = pact?.terms?.priceDeltaHundredthsPercent ?? 0;
  return Math.round((priceTenThousandths * (10_000 + delta)) / 1_000_000);
}
