// Lists that other programs send to the hub: by a token that a network gave out and can take back, whole or not at all. DOMAIN.md 6.4.
import { createHash, randomBytes } from "node:crypto";
import { loadActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { readPriceList } from "../../exchange/readPriceList.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import {
  deleteList,
  findToken,
  type HubToken,
  insertToken,
  listTokens,
  loadList,
  loadToken,
  markToken,
  saveList,
  sizeOfLists,
} from "./store.ts";
import { readSentLists, type SentList } from "./supplier.ts";

type PushWire = Pick<Wire, "db" | "clock">;

/** So many programs in force a network lets send, and so much of their lists it keeps. */
const MOST_TOKENS = 20;
const MOST_LISTS = 1000;
const MOST_LENGTH = 50_000_000;

/**
 * Gives a program the right to send lists to this network's hub. The token is told this once: here only its hash stays.
 * Refuses `actor-retired`, `too-many-tokens`.
 */
export function makeHubToken(wire: PushWire, actorId: string, name: string, byId: string): { token: string } | Refusal {
  return transact(wire.db, (tx) => {
    const now = wire.clock.now();
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const inForce = listTokens(tx, actorId).filter(({ revokedAt }) => revokedAt === null).length;
    if (inForce >= MOST_TOKENS) return { refused: "too-many-tokens", limit: MOST_TOKENS };
    const token = encodeId(randomBytes(16));
    const row = { id: encodeId(randomBytes(16)), actorId, name, tokenHash: hashOf(token), createdAt: now };
    insertToken(tx, { ...row, usedAt: null, revokedAt: null });
    recordAudit(tx, { what: "hub-token-made", actorId, byId, aboutId: null, detail: name, at: now });
    return { token };
  });
}

/** Takes the right back, at once and for ever. Its lists stay until others take their place. Refuses `not-found`. */
export function revokeHubToken(
  wire: PushWire,
  { actorId, id, byId }: { actorId: string; id: string; byId: string },
): { revoked: true } | Refusal<"not-found"> {
  return transact(wire.db, (tx) => {
    const token = loadToken(tx, id);
    if (token?.actorId !== actorId) return { refused: "not-found" };
    if (token.revokedAt !== null) return { revoked: true };
    const at = wire.clock.now();
    markToken(tx, id, { revokedAt: at });
    recordAudit(tx, { what: "hub-token-revoked", actorId, byId, aboutId: null, detail: token.name, at });
    return { revoked: true };
  });
}

/** Takes a list off the hub that was sent to this network. Refuses `not-found`. */
export function removeHubList(
  wire: PushWire,
  { actorId, vat, byId }: { actorId: string; vat: string; byId: string },
): { removed: true } | Refusal<"not-found"> {
  return transact(wire.db, (tx) => {
    if (!deleteList(tx, actorId, vat)) return { refused: "not-found" };
    recordAudit(tx, {
      ...{ what: "hub-list-removed", actorId, byId, aboutId: null, detail: vat, at: wire.clock.now() },
    });
    return { removed: true };
  });
}

/** The token in force that a program shows, of a network that is still here; null for any other text. */
export function knowToken({ db }: PushWire, token: string): HubToken | null {
  const known = findToken(db.orm, hashOf(token));
  return known && isAtWork(db.orm, known) ? known : null;
}

function isAtWork(tx: Tx, { actorId }: HubToken): boolean {
  const actor = loadActor(tx, actorId);
  return actor?.kind === "district" && actor.goneAt === null && actor.retiredAt === null;
}

/**
 * Takes the lists of a GDXP file (v1 with its dialects, v0), each in place of the one this token sent before for the same supplier.
 * Refuses `hub-token`, what `readPriceList` refuses, `hub-list-unclear` (why, name), `vat-of-another` (vat), `hub-full`.
 */
export async function takePush(wire: PushWire, token: string, bytes: Buffer): Promise<{ lists: number } | Refusal> {
  if (knowToken(wire, token) === null) return { refused: "hub-token" };
  // It would take spreadsheets as well: they name no supplier, and a stranger's workbook need not be opened.
  if (!isGdxpLike(bytes)) return { refused: "unreadable-file", format: "gdxp", why: "not-gdxp" };
  const read = await readPriceList(bytes, "gdxp");
  if (isRefusal(read)) return read;
  const sent = readSentLists(read.lists);
  if (isRefusal(sent)) return sent;
  return transact(wire.db, (tx) => {
    // Reading takes a while: taken back meanwhile is taken back.
    const known = knowToken(wire, token);
    if (known === null) return { refused: "hub-token" };
    const taken = sent.find(({ vat }) => isAnothers(tx, known, vat));
    if (taken) return { refused: "vat-of-another", vat: taken.vat };
    const now = wire.clock.now();
    if (!hasRoom(tx, known, sent)) return { refused: "hub-full" };
    for (const one of sent) keepList(tx, known, one, now);
    markToken(tx, known.id, { usedAt: now });
    return { lists: sent.length };
  });
}

/** Whether the network still keeps no more than its share once these lists have taken the place of those before them. */
function hasRoom(tx: Tx, { actorId }: HubToken, sent: readonly SentList[]): boolean {
  const size = sizeOfLists(tx, actorId);
  for (const { vat, block } of sent) {
    const before = loadList(tx, vat);
    const isOurs = before?.actorId === actorId;
    size.lists += isOurs ? 0 : 1;
    size.length += JSON.stringify(block).length - (isOurs ? before.block.length : 0);
  }
  return size.lists <= MOST_LISTS && size.length <= MOST_LENGTH;
}

/** Whether a program that may still send has sent this supplier's list. */
function isAnothers(tx: Tx, { id }: HubToken, vat: string): boolean {
  const list = loadList(tx, vat);
  return list !== undefined && list.tokenId !== id && loadToken(tx, list.tokenId)?.revokedAt === null;
}

function keepList(tx: Tx, token: HubToken, { vat, block }: SentList, now: number): void {
  const before = loadList(tx, vat);
  const text = JSON.stringify(block);
  const { name, locality } = block.supplier;
  saveList(tx, {
    ...{ vat, actorId: token.actorId, tokenId: token.id, name, locality, block: text, products: block.products.length },
    changedAt: before?.block === text ? before.changedAt : now,
    sentAt: now,
  });
}

/** JSON or XML by its first sign, after a byte order mark and blanks. */
function isGdxpLike(bytes: Buffer): boolean {
  const first = bytes.subarray(0, 1000).find((byte) => ![0xef, 0xbb, 0xbf, 0x09, 0x0a, 0x0d, 0x20].includes(byte));
  return first === 0x7b || first === 0x3c;
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
