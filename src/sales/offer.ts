// A cycle and its lines as the wire has them. Pure. PROTOCOL.md sections 4 and 5.
import { DOCUMENT } from "../activitypub/context.ts";
import type { JsonObject } from "../activitypub/json.ts";
import type { Product } from "../catalogs/product.ts";
import { PUBLIC, type ReaderTerms, wireMeasure, writeLeft, writeProposal } from "../catalogs/proposal.ts";
import { formatDecimal } from "../kernel/decimal.ts";
import { formatEuros } from "../kernel/money.ts";
import { formatQuantity } from "../kernel/quantity.ts";
import { formatInstant } from "../kernel/time.ts";
import { activeLines, type Cycle, type CycleLine, type Delivery } from "./cycle.ts";

/** Lines in one page of a cycle. */
export const LINES_A_PAGE = 50;

/** The addresses of one cycle: its IRI is its page too. */
export function cycleUrls(actorId: string, id: string) {
  const iri = `${actorId}/cycles/${id}`;
  return { iri, lines: `${iri}/lines`, note: `${actorId}/posts/${id}` };
}

/** Who is addressed by anything about the cycle. */
export function audienceOf(cycle: Pick<Cycle, "actorId" | "visibility">): { to: string[]; cc: string[] } {
  const { actorId, visibility } = cycle;
  if (visibility === "partners") return { to: [`${actorId}/partners`], cc: [] };
  return { to: [PUBLIC], cc: [`${actorId}/followers`] };
}

/** The lines a reader may know of: a partner only those its pact is about. Null: somebody without a pact. */
export function visibleLines(cycle: Cycle, terms: ReaderTerms | null): CycleLine[] {
  return activeLines(cycle).filter((line) => terms === null || terms.includes(line.goods.productIri));
}

/** What other groups hold of each line, by number, in thousandths of its wire unit: so much less is left for this reader. */
export type HeldByLine = ReadonlyMap<number, number>;

const NOTHING_HELD: HeldByLine = new Map();

/** The cycle as served at its IRI. Its lines stand there by name, and whole in the pages from `first` on. */
export function writeCycle(cycle: Cycle, terms: ReaderTerms | null): JsonObject {
  const { iri, lines } = cycleUrls(cycle.actorId, cycle.id);
  const visible = visibleLines(cycle, terms);
  return {
    "@context": DOCUMENT,
    ...writeHead(cycle),
    totalItems: visible.length,
    name: cycle.name,
    ...(cycle.note ? { content: cycle.note, mediaType: "text/plain" } : {}),
    ...(cycle.minimumOrderCents === null
      ? {}
      : { minOrder: { minPrice: formatEuros(cycle.minimumOrderCents), priceCurrency: "EUR" } }),
    items: visible.map((line) => `${iri}/${line.number}`),
    first: lines,
    url: iri,
    to: audienceOf(cycle).to,
  };
}

/** What an Update carries: enough to know what to fetch again, and the dates. PROTOCOL section 5. */
export function writeCycleStub(cycle: Cycle): JsonObject {
  return { ...writeHead(cycle), first: cycleUrls(cycle.actorId, cycle.id).lines };
}

function writeHead(cycle: Cycle): JsonObject {
  const { iri } = cycleUrls(cycle.actorId, cycle.id);
  return {
    type: "Collection",
    id: iri,
    attributedTo: cycle.actorId,
    startTime: formatInstant(cycle.openedAt ?? cycle.opensAt ?? cycle.createdAt),
    endTime: formatInstant(cycle.closesAt),
    updated: formatInstant(cycle.updatedAt),
    cycleStatus: cycle.state,
    revision: cycle.revision,
    sequence: cycle.sequence,
    deliveries: cycle.deliveries.map((delivery) => writeDelivery(iri, delivery)),
    ...writeProgress(cycle),
    ...writeJoint(cycle),
    totalItems: activeLines(cycle).length,
  };
}

/** Of an order that a group leads for others: whose offer it gathers for, and by what rules. PROTOCOL section 8.1. */
function writeJoint({ rules: { joint }, closesAt }: Cycle): JsonObject {
  return joint ? { ...joint, freezeTime: formatInstant(closesAt) } : {};
}

/** The common minimum over all groups and how far it is, as it was last told. PROTOCOL section 8.2. */
function writeProgress({ rules: { threshold }, progress }: Cycle): JsonObject {
  if (!threshold) return {};
  const { unitCode, quantityThousandths } = threshold;
  const measure = (thousandths: number) => ({
    hasUnit: wireMeasure({ unitCode, quantityThousandths: 0 }).unit,
    hasNumericalValue: formatQuantity(thousandths),
  });
  const groupsCount = progress?.groupsCount ?? null;
  return {
    threshold: measure(quantityThousandths),
    collected: measure(progress?.collectedThousandths ?? 0),
    missing: measure(progress?.missingThousandths ?? quantityThousandths),
    ...(groupsCount === null ? {} : { groupsCount }),
  };
}

function writeDelivery(iri: string, { number, startAt, endAt, place, position }: Delivery): JsonObject {
  const coordinates = position && {
    latitude: Number(formatDecimal(position.latitudeMicrodegrees, 6)),
    longitude: Number(formatDecimal(position.longitudeMicrodegrees, 6)),
  };
  return {
    type: "Event",
    id: `${iri}#d${number}`,
    startTime: formatInstant(startAt),
    endTime: formatInstant(endAt),
    location: { type: "Place", name: place, ...coordinates },
  };
}

/** A page of lines with everything this reader may see, or null when there is no such page. Pages count from 1. */
export function writeLinesPage(
  cycle: Cycle,
  terms: ReaderTerms | null,
  page: number,
  held: HeldByLine = NOTHING_HELD,
): JsonObject | null {
  const { iri, lines } = cycleUrls(cycle.actorId, cycle.id);
  const visible = visibleLines(cycle, terms);
  const pages = Math.max(1, Math.ceil(visible.length / LINES_A_PAGE));
  if (!Number.isInteger(page) || page < 1 || page > pages) return null;
  const shown = visible.slice((page - 1) * LINES_A_PAGE, page * LINES_A_PAGE);
  return {
    "@context": DOCUMENT,
    type: "CollectionPage",
    id: page === 1 ? lines : `${lines}?page=${page}`,
    partOf: iri,
    attributedTo: cycle.actorId,
    items: shown.map((line) => writeOffered(cycle, line, terms, held)),
    ...(page < pages ? { next: `${lines}?page=${page + 1}` } : {}),
  };
}

/** A line as served at its own IRI; a tombstone once it is withdrawn. */
export function writeLine(
  cycle: Cycle,
  line: CycleLine,
  terms: ReaderTerms | null,
  held: HeldByLine = NOTHING_HELD,
): JsonObject {
  if (line.withdrawnAt === null) return { "@context": DOCUMENT, ...writeOffered(cycle, line, terms, held) };
  return {
    "@context": DOCUMENT,
    type: "Tombstone",
    id: `${cycleUrls(cycle.actorId, cycle.id).iri}/${line.number}`,
    attributedTo: cycle.actorId,
    formerType: "https://w3id.org/valueflows/ont/vf#Proposal",
    deleted: formatInstant(line.withdrawnAt),
  };
}

function writeOffered(cycle: Cycle, line: CycleLine, terms: ReaderTerms | null, held: HeldByLine): JsonObject {
  const { actorId } = cycle;
  const { productIri, productVersion, facts } = line.goods;
  const id = `${cycleUrls(actorId, cycle.id).iri}/${line.number}`;
  const frozen: Product = {
    id,
    actorId,
    slug: String(line.number),
    version: productVersion,
    facts: { ...facts, availableThousandths: line.availableThousandths },
    createdAt: line.updatedAt,
    updatedAt: line.updatedAt,
    removedAt: null,
  };
  const proposal = writeProposal(frozen, terms);
  const offered = { ...proposal, basedOn: productIri, to: audienceOf(cycle).to };
  if (!terms) return offered;
  // A line has another address than its product, of which the quota is.
  const left = writeLeft(frozen.facts, terms.quotaOf(productIri), held.get(line.number) ?? 0);
  return { ...offered, publishes: { ...(proposal.publishes as JsonObject), ...left } };
}
