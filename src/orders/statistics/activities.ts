// What a group publishes of its months, as others' nodes read it: the signed months, their list, and the word that one is new. PROTOCOL.md 3.
import { actorUrls, type LocalActor } from "../../activitypub/actor.ts";
import { DOCUMENT } from "../../activitypub/context.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { addProof } from "../../activitypub/proof.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { formatInstant } from "../../kernel/time.ts";
import { words } from "../../web/words.ts";
import type { ToldCell, ToldMonth } from "./month.ts";
import { monthName } from "./monthPages.ts";
import { listWritten, loadWritten, type WrittenMonth } from "./store.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
/** Ten years of months. */
const MOST_LISTED = 120;

/** Who may be asked for months: a group that works and has chosen to publish. */
export function findPublisher(tx: Tx, handle: string): LocalActor | null {
  const actor = loadActorByHandle(tx, handle);
  return actor?.kind === "gas" && actor.goneAt === null && actor.showsStatistics ? actor : null;
}

/** A month as it is written down: without its proof, so that another key may sign the same text. `istat`: of its comune, null unknown. */
export function writeMonth(
  { id, name }: Pick<LocalActor, "id" | "name">,
  told: ToldMonth,
  { istat, at }: { readonly istat: string | null; readonly at: number },
): JsonObject {
  return {
    "@context": DOCUMENT,
    type: "Page",
    id: iriOf(id, told.month),
    attributedTo: id,
    name: words("it")("statistics.document", { name, month: monthName("it", told.month) }),
    published: formatInstant(at),
    to: [PUBLIC],
    "filiera:month": told.month,
    ...(istat === null ? {} : { "filiera:istat": istat }),
    "filiera:families": String(told.families),
    "filiera:orders": String(told.orders),
    ...maybe("euros", told.euros),
    "filiera:producers": String(told.producers),
    "filiera:withheld": told.isWithheld,
    "filiera:cells": told.cells.map(writeCell),
  };
}

function writeCell({ category, unit, families, lines, ordered, delivered, euros }: ToldCell): JsonObject {
  return {
    "filiera:category": category,
    "filiera:unit": unit,
    "filiera:families": String(families),
    "filiera:lines": String(lines),
    ...maybe("ordered", ordered),
    "filiera:delivered": String(delivered),
    ...maybe("euros", euros),
  };
}

function maybe(name: string, count: number | null): JsonObject {
  return count === null ? {} : { [`filiera:${name}`]: String(count) };
}

/** What a written month told, read back: for pages. */
export function readTold(document: JsonObject): ToldMonth {
  const count = (from: JsonObject, name: string) => Number(from[`filiera:${name}`] ?? 0);
  const told = (from: JsonObject, name: string) => (from[`filiera:${name}`] === undefined ? null : count(from, name));
  const cells = (document["filiera:cells"] as JsonObject[]).map((cell) => ({
    ...{ category: String(cell["filiera:category"]), unit: String(cell["filiera:unit"]) },
    ...{ families: count(cell, "families"), lines: count(cell, "lines"), ordered: told(cell, "ordered") },
    ...{ delivered: count(cell, "delivered"), euros: told(cell, "euros") },
  }));
  return {
    ...{ month: String(document["filiera:month"]), families: count(document, "families") },
    ...{ orders: count(document, "orders"), producers: count(document, "producers"), euros: told(document, "euros") },
    ...{ isWithheld: document["filiera:withheld"] === true, cells },
  };
}

/** The month with the proof of the group's key of today: the same bytes until it takes another. */
export function proveMonth(
  { keyring }: Pick<Wire, "keyring">,
  tx: Tx,
  actorId: string,
  month: WrittenMonth,
): JsonObject {
  return addProof(month.document ?? {}, keyring.open(tx, actorId, "ed25519"), month.createdAt);
}

/** What stands where a month was. */
export function writeMonthTombstone(actorId: string, { month, revokedAt, createdAt }: WrittenMonth): JsonObject {
  return {
    "@context": DOCUMENT,
    type: "Tombstone",
    id: iriOf(actorId, month),
    attributedTo: actorId,
    formerType: "https://www.w3.org/ns/activitystreams#Page",
    deleted: formatInstant(revokedAt ?? createdAt),
  };
}

/** The months that stand, by address, the latest first. */
export function writeMonthList(tx: Tx, actorId: string): JsonObject {
  const standing = listWritten(tx, actorId).filter(({ document }) => document !== null);
  const orderedItems = standing.slice(0, MOST_LISTED).map(({ month }) => iriOf(actorId, month));
  return {
    "@context": DOCUMENT,
    type: "OrderedCollection",
    id: actorUrls(actorId).statistics,
    attributedTo: actorId,
    totalItems: orderedItems.length,
    orderedItems,
  };
}

/** The word that the list is another, after which it is read. */
export function writeListUpdate(actor: Pick<LocalActor, "id">, at: number): JsonObject {
  const { id } = actor;
  return {
    "@context": DOCUMENT,
    type: "Update",
    id: mintIri(actor, "activities"),
    actor: id,
    published: formatInstant(at),
    to: [PUBLIC],
    cc: [actorUrls(id).followers],
    object: { type: "OrderedCollection", id: actorUrls(id).statistics, attributedTo: id, updated: formatInstant(at) },
  };
}

/** The list or a month of a group of this node, as its address answers; null: it is not there. For networks of this node. */
export function readOwnStatistics(wire: Pick<Wire, "db" | "keyring">, iri: string): JsonObject | null {
  const tx = wire.db.orm;
  const [, handle = "", month] = /^\/([^/]+)\/statistics(?:\/([^/]+))?$/.exec(new URL(iri).pathname) ?? [];
  const actor = findPublisher(tx, handle);
  if (!actor) return null;
  if (month === undefined) return writeMonthList(tx, actor.id);
  const written = loadWritten(tx, actor.id, month);
  return written?.document ? proveMonth(wire, tx, actor.id, written) : null;
}

function iriOf(actorId: string, month: string): string {
  return `${actorUrls(actorId).statistics}/${month}`;
}
