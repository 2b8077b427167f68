// What a source's documents say, as values to index: the actor, its products, its open cycles. Pure. PROTOCOL 2, 4, 5 and 9.
import { readIris } from "../../activitypub/activityShape.ts";
import { JOINING_STATES, type JoiningState, type NetworkLevel, type RemoteActor } from "../../activitypub/actor.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import type { CycleCopy } from "../../catalogs/announced/announced.ts";
import { readForeignLine, readForeignText } from "../../catalogs/foreignText.ts";
import type { MirroredProduct } from "../../catalogs/readProposal.ts";
import { parseInstant } from "../../kernel/time.ts";
import { readVat } from "../hub/supplier.ts";
import type { Entry, EntryPlace, Goods } from "../index/networkIndex.ts";
import { findPlace } from "../places/places.ts";
import type { SourceKind } from "./source.ts";

/** What an actor's own document says that matters to an index. */
export type ActorFacts = {
  readonly kind: SourceKind;
  readonly level: NetworkLevel | null;
  readonly name: string;
  readonly text: string;
  readonly url: string;
  /** The comune it writes beside its name; "": none. */
  readonly placeName: string;
  readonly claims: readonly string[];
  readonly isDiscoverable: boolean;
  readonly isIndexable: boolean;
  readonly membersIri: string | null;
  readonly catalogIri: string | null;
  readonly cyclesIri: string | null;
  readonly eventsIri: string | null;
  readonly statisticsIri: string | null;
  /** Of a group: whether it takes people in, and where they ask. */
  readonly joining: JoiningState | null;
  readonly joinPage: string | null;
  /** Of a producer: the VAT number it shows. */
  readonly vat: string | null;
  /** When it says it was changed last, epoch ms. */
  readonly updatedAt: number | null;
};

const TEXT_MAX = 1000;
const CATEGORIES_MAX = 300;
const NAME_MAX = 200;
/** Of who has no products, or lets none of them be found. */
export const NO_GOODS: Goods = { certifications: [], months: [], categories: [] };
/** An actor is in so many networks at most. */
const CLAIMS_MAX = 50;
const IRI_MAX = 2048;

/** Reads an actor's document, as its own origin served it. What it leaves out is "no": nobody is listed by default. */
export function readActorFacts(
  actor: Pick<RemoteActor, "id" | "name" | "summary" | "kind" | "level" | "document">,
): ActorFacts {
  const { id, document } = actor;
  const own = (value: Json | undefined) => (typeof value === "string" && isOwnAddress(value, id) ? value : null);
  const kind = actor.kind === null || actor.kind === "node" ? "other" : actor.kind;
  const claims = readIris(document.memberOf).filter((iri) => iri.length <= IRI_MAX && URL.canParse(iri));
  return {
    kind,
    level: kind === "district" ? (actor.level ?? "des") : null,
    name: readForeignLine(actor.name, NAME_MAX) || new URL(id).host,
    text: readForeignText(actor.summary, TEXT_MAX),
    url: own(document.url) ?? id,
    placeName: readPlaceName(document.attachment),
    claims: [...new Set(claims)].slice(0, CLAIMS_MAX),
    isDiscoverable: document.discoverable === true,
    isIndexable: document.discoverable === true && document.indexable === true,
    membersIri: kind === "district" ? own(document.members) : null,
    catalogIri: kind === "producer" ? own(document.catalog) : null,
    cyclesIri: kind === "producer" ? own(document.cycles) : null,
    eventsIri: own(document.upcomingEvents),
    statisticsIri: kind === "gas" ? own(document["filiera:statistics"]) : null,
    ...readJoining(kind, document, own),
    vat: kind === "producer" ? readVat(document) : null,
    updatedAt: typeof document.updated === "string" ? parseInstant(document.updated) : null,
  };
}

/** Only a group takes people in; a word we do not know says nothing. */
function readJoining(
  kind: SourceKind,
  document: JsonObject,
  own: (value: Json | undefined) => string | null,
): Pick<ActorFacts, "joining" | "joinPage"> {
  const said = JOINING_STATES.find((state) => state === document["filiera:joining"]);
  if (kind !== "gas" || said === undefined) return { joining: null, joinPage: null };
  return { joining: said, joinPage: own(document["filiera:joinPage"]) };
}

/** What of an actor stands in each of its entries: when it changes, all of them are written anew. */
export function factsKey({ placeName, isIndexable, catalogIri, cyclesIri, eventsIri }: ActorFacts): string {
  return JSON.stringify([placeName, isIndexable, catalogIri, cyclesIri, eventsIri]);
}

/**
 * The entry of the actor itself, a producer found by what its products are; null for who is listed in no directory. `keeperName`: of who
 * keeps its list, where both say so.
 */
export function entryOfActor(
  id: string,
  facts: ActorFacts,
  goods: Goods,
  readAt: number,
  keeperName: string | null = null,
): Entry | null {
  if (facts.kind === "other" || !facts.isDiscoverable) return null;
  const { kind, name, text, url, updatedAt } = facts;
  const { certifications, months, categories } = goods;
  const said = [text.slice(0, TEXT_MAX - CATEGORIES_MAX), categories.join(", ").slice(0, CATEGORIES_MAX)];
  const { joining, joinPage: joinUrl } = facts;
  const own = {
    kind,
    name,
    text: said.filter((part) => part !== "").join("\n"),
    url,
    updatedAt,
    certifications,
    months,
    joining,
    joinUrl,
    ...(kind === "producer" && keeperName !== null ? { keeperName: readForeignLine(keeperName, NAME_MAX) } : {}),
  };
  return { ...bareEntry(id, id, facts, readAt), ...own };
}

export function entryOfProduct(sourceId: string, facts: ActorFacts, product: MirroredProduct, readAt: number): Entry {
  return {
    ...bareEntry(product.id, sourceId, facts, readAt),
    kind: "product",
    name: product.name,
    text: product.text.slice(0, TEXT_MAX),
    category: product.category ?? null,
    certifications: product.certifications,
    months: product.seasonMonths,
    startsAt: product.startsAt,
    endsAt: product.endsAt,
    pack: product.package,
    packagePriceCents: product.packagePriceCents,
    updatedAt: parseInstant(product.updated),
  };
}

export function entryOfCycle(sourceId: string, facts: ActorFacts, cycle: CycleCopy, readAt: number): Entry {
  const { cycleIri, name, startsAt, endsAt, sequence } = cycle;
  const text = cycle.note.slice(0, TEXT_MAX);
  return { ...bareEntry(cycleIri, sourceId, facts, readAt), kind: "cycle", name, text, startsAt, endsAt, sequence };
}

/** What entries of every kind have of their source. */
export function bareEntry(id: string, sourceId: string, facts: ActorFacts, readAt: number): Entry {
  return {
    ...{ id, sourceId, kind: "product", name: "", text: "", url: id, category: null, certifications: [], months: [] },
    ...{ place: placeOf(facts), startsAt: null, endsAt: null, pack: null, packagePriceCents: null },
    ...{ joining: null, joinUrl: null, audience: null, isCancelled: false },
    ...{ isSearchable: facts.isIndexable, updatedAt: null, readAt },
  };
}

/** A comune we know stands on the map and is near others; any other place keeps its name alone. */
function placeOf({ placeName }: ActorFacts): EntryPlace | null {
  const found = findPlace(placeName);
  return found && { istat: found.istat, name: found.name, latitude: found.latitude, longitude: found.longitude };
}

function readPlaceName(attachment: Json | undefined): string {
  const fields = Array.isArray(attachment) ? attachment.slice(0, 20) : [attachment];
  for (const field of fields)
    if (isJsonObject(field) && field.type === "PropertyValue" && field.name === "Comune")
      return readForeignLine(field.value, 100);
  return "";
}

function isOwnAddress(iri: string, actorId: string): boolean {
  return iri.length <= IRI_MAX && URL.canParse(iri) && new URL(iri).origin === new URL(actorId).origin;
}
