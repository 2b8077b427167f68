// Another producer's order cycle as values we can stand behind: its announcement, the cycle, its lines. Pure. PROTOCOL 5.

import { readId, readMember } from "../../activitypub/activityShape.ts";
import { isPlainIri } from "../../activitypub/iri.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import { parseEuros } from "../../kernel/money.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { parseInstant } from "../../kernel/time.ts";
import { readForeignLine, readForeignText } from "../foreignText.ts";
import { type ForeignMeasure, type MirroredProduct, readCatalogItem, readMeasure } from "../readProposal.ts";

const PROPOSAL_LIST = "https://w3id.org/valueflows/ont/vf#ProposalList";
const STATUSES = ["open", "frozen", "closed", "confirmed", "cancelled"] as const;
export type CycleStatus = (typeof STATUSES)[number];
const DELIVERIES_MAX = 20;

/** A Note that announces a cycle: where the Note and the cycle are. */
export type Announcement = { readonly noteIri: string; readonly cycleIri: string };

/** A line: a product at this cycle's conditions, and the product of the catalog it comes from. */
export type CopiedLine = MirroredProduct & { readonly basedOn: string | null };

/**
 * A common minimum over all the groups of a cycle and how far it is, in one unit; `groupsCount` is null, and the sums are
 * rounded, while they are too few to hide in. PROTOCOL 8.2.
 */
export type CommonMinimum = {
  readonly goal: ForeignMeasure;
  readonly collected: ForeignMeasure;
  readonly missing: ForeignMeasure;
  readonly groupsCount: number | null;
};

/** A cycle as its origin shows it to one reader. Times are epoch ms; prices are null where we are no partners. */
export type CycleCopy = {
  readonly cycleIri: string;
  readonly producerId: string;
  readonly name: string;
  readonly note: string;
  readonly status: CycleStatus;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly revision: number;
  readonly sequence: number;
  readonly minimumOrderCents: number | null;
  /** Null: the cycle asks for none. */
  readonly commonMinimum: CommonMinimum | null;
  /** It is led by a group for several, and gathers for that offer of a producer (PROTOCOL 8.1); absent from a producer's own. */
  readonly collectsFor?: string;
  readonly deliveries: readonly { readonly startAt: number; readonly endAt: number; readonly place: string }[];
  readonly lines: readonly CopiedLine[];
};

/**
 * What a Note announces, null for a Note that announces nothing. Refuses `not-owner` when Note or cycle are not the
 * sender's to speak of: another author, or another origin (FEP-fe34, SAFETY B12).
 */
export function readAnnouncement(note: JsonObject, senderId: string): Announcement | null | Refusal<"not-owner"> {
  const cycleIri = listOf(readMember(note, "tag")).map(readOfferLink).find(Boolean);
  if (!cycleIri) return null;
  const noteIri = readId(note);
  const isTheirs = noteIri !== null && isOnOriginOf(noteIri, senderId) && isOnOriginOf(cycleIri, senderId);
  if (!isTheirs || readId(readMember(note, "attributedTo")) !== senderId) return { refused: "not-owner" };
  return { noteIri, cycleIri };
}

/** The address in a FEP-e232 Link to a list of proposals. */
function readOfferLink(tag: Json): string | null {
  if (!isJsonObject(tag) || readMember(tag, "type") !== "Link") return null;
  const mediaType = readMember(tag, "mediaType");
  const isDocument = typeof mediaType === "string" && /^application\/(?:ld|activity)\+json\b/.test(mediaType);
  if (!isDocument || !listOf(readMember(tag, "rel")).includes(PROPOSAL_LIST)) return null;
  const href = readMember(tag, "href");
  return typeof href === "string" && href.length <= 2048 && URL.canParse(href) ? href : null;
}

/** The stub of a cycle in an Update, null for another collection. What it says is only believed as "come and look". */
export function readStub(object: JsonObject): { cycleIri: string; sequence: number } | null {
  const cycleIri = readId(object);
  const { cycleStatus, sequence } = object;
  if (!cycleIri || typeof cycleStatus !== "string") return null;
  return { cycleIri, sequence: isCount(sequence) ? sequence : 0 };
}

/** The cycle without its lines. Refuses `bad-cycle` with the member that does not hold, `not-owner`. */
export function readCycle(document: JsonObject, cycleIri: string, producerId: string): CycleCopy | Refusal {
  if (readId(readMember(document, "attributedTo")) !== producerId) return { refused: "not-owner" };
  const bad = (member: string): Refusal => ({ refused: "bad-cycle", member });
  const { cycleStatus, revision, sequence } = document;
  const status = STATUSES.find((known) => known === cycleStatus);
  if (!status) return bad("cycleStatus");
  if (!isCount(revision) || !isCount(sequence)) return bad("sequence");
  const startsAt = readTime(document.startTime);
  const endsAt = readTime(document.endTime);
  if (startsAt === null || endsAt === null) return bad("endTime");
  const name = readForeignLine(document.name, 200);
  if (name === "") return bad("name");
  const { minOrder } = document;
  const collectsFor = readId(readMember(document, "collectsFor"));
  const minimum =
    isJsonObject(minOrder) && typeof minOrder.minPrice === "string" ? parseEuros(minOrder.minPrice) : null;
  return {
    cycleIri,
    producerId,
    name,
    note: readForeignText(document.content, 2000),
    status,
    startsAt,
    endsAt,
    revision,
    sequence,
    minimumOrderCents: minimum !== null && minimum >= 0 ? minimum : null,
    commonMinimum: readCommonMinimum(document),
    ...(collectsFor === null ? {} : { collectsFor }),
    deliveries: listOf(document.deliveries).slice(0, DELIVERIES_MAX).flatMap(readDelivery),
    lines: [],
  };
}

/** A line of the cycle; null for what is none, and for what another origin or producer says. */
export function readLine(item: Json, producerId: string): CopiedLine | null {
  const found = readCatalogItem(item, producerId);
  if ("refused" in found || found.kind !== "product" || !isJsonObject(item)) return null;
  const basedOn = readId(readMember(item, "basedOn"));
  return { ...found.product, basedOn: basedOn && isOnOriginOf(basedOn, producerId) ? basedOn : null };
}

// What is missing is reckoned here: a producer that says two sums which do not agree is not believed the kinder one.
function readCommonMinimum({ threshold, collected, groupsCount }: JsonObject): CommonMinimum | null {
  const goal = readMeasure(threshold);
  if (!goal || goal.quantityThousandths === 0) return null;
  const said = readMeasure(collected);
  const quantityThousandths = said?.unitText === goal.unitText ? said.quantityThousandths : 0;
  return {
    goal,
    collected: { ...goal, quantityThousandths },
    missing: { ...goal, quantityThousandths: Math.max(0, goal.quantityThousandths - quantityThousandths) },
    groupsCount: isCount(groupsCount) ? groupsCount : null,
  };
}

function readDelivery(event: Json): CycleCopy["deliveries"] {
  if (!isJsonObject(event)) return [];
  const startAt = readTime(event.startTime);
  const endAt = readTime(event.endTime);
  const { location } = event;
  const place = isJsonObject(location) ? readForeignLine(location.name, 200) : "";
  return startAt === null ? [] : [{ startAt, endAt: endAt ?? startAt, place }];
}

/** Whether an IRI lies on the origin of an actor. */
export function isOnOriginOf(iri: string, actorId: string): boolean {
  return isPlainIri(iri) && URL.canParse(iri) && new URL(iri).origin === new URL(actorId).origin;
}

function readTime(value: Json | undefined): number | null {
  return typeof value === "string" ? parseInstant(value) : null;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function listOf(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value.slice(0, 50) : [value];
}
