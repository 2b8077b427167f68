// The figures of `npm run bench`: what each says, how it is measured, and the limit it is held against.

import { LOAD_FIGURES } from "./loadFigures.ts";
import { INDEX_FIGURES, NETWORK_FIGURES } from "./networkFigures.ts";

/** A figure. `says` begins with the rows of test/CATALOGUE.md that it shows, as names of tests do. `limit` names another figure of the list, measured in the same run; null for a limit itself. */
export type Figure = {
  readonly name: string;
  readonly says: string;
  readonly unit: string;
  readonly limit: string | null;
  /** A second limit to hold it against. */
  readonly harderLimit?: string;
  /** What we want: rates at least this, times and sizes at most; of `limit` at least this share. */
  readonly target?: { readonly value: number; readonly ratio?: number };
  /** Measured only where it is asked for by name: it takes minutes. */
  readonly isAskedOnly?: boolean;
  /** File in test/bench/measures/ and its arguments; it prints `{"value": number}` as its last line, or the number under `part`. */
  readonly command: readonly [string, ...string[]];
  /** Measured with the memory that `npm start` gives a node, not what a process takes when it may. */
  readonly isAsStarted?: boolean;
  /** One of several numbers of one measurement: figures of the same command share it. */
  readonly part?: string;
};

export const FIGURES: readonly Figure[] = [
  {
    name: "rsa-verify",
    says: "RSA-2048 signatures verified, one core",
    unit: "1/s",
    limit: null,
    command: ["signatures.ts", "verify"],
  },
  {
    name: "rsa-sign",
    says: "RSA-2048 signatures made, one core",
    unit: "1/s",
    limit: null,
    command: ["signatures.ts", "sign"],
  },
  {
    name: "sqlite-commit",
    says: "rows written to SQLite, one fsynced commit each",
    unit: "1/s",
    limit: null,
    command: ["sqlite.ts", "1"],
  },
  {
    name: "sqlite-commit-100",
    says: "rows written to SQLite, one fsynced commit for a hundred",
    unit: "1/s",
    limit: null,
    command: ["sqlite.ts", "100"],
  },
  {
    name: "fastify-post",
    says: "bare Fastify, JSON POST answered",
    unit: "1/s",
    limit: null,
    command: ["bareFastify.ts"],
  },
  {
    name: "floor-one-commit-each",
    says: "the least an inbox does: Fastify + RFC 9421 verify + one SQLite insert, a commit each",
    unit: "1/s",
    limit: null,
    command: ["inboundFloor.ts", "each"],
  },
  {
    name: "floor-commits-grouped",
    says: "the same, those that arrive together sharing a commit",
    unit: "1/s",
    limit: null,
    command: ["inboundFloor.ts", "grouped"],
  },
  {
    name: "fedify-inbox",
    says: "peer: a plain Fedify inbox listener, same requests, without a database",
    unit: "1/s",
    limit: "floor-one-commit-each",
    harderLimit: "floor-commits-grouped",
    command: ["fedifyInbox.ts"],
  },
  {
    name: "http-post",
    says: "bare undici, POST to five servers on loopback",
    unit: "1/s",
    limit: null,
    command: ["posts.ts", "bare"],
  },
  {
    name: "guarded-post",
    says: "our outbound client, the same POSTs",
    unit: "1/s",
    limit: "http-post",
    command: ["posts.ts", "guarded"],
  },
  {
    name: "fedify-send",
    says: "peer: Fedify sendActivity to 200 inboxes on five servers",
    unit: "1/s",
    limit: "rsa-sign",
    command: ["fedifySend.ts"],
  },
  {
    name: "inbox-small",
    says: "our inbox: small activities verified, logged and applied",
    unit: "1/s",
    limit: "floor-one-commit-each",
    harderLimit: "floor-commits-grouped",
    target: { value: 2000, ratio: 0.4 },
    command: ["inbox.ts", "small"],
  },
  {
    name: "inbox-digest",
    says: "our inbox: Updates that list a hundred items, verified, logged and applied",
    unit: "1/s",
    limit: "floor-one-commit-each",
    harderLimit: "floor-commits-grouped",
    target: { value: 2000, ratio: 0.4 },
    command: ["inbox.ts", "digest"],
  },
  {
    name: "fan-out",
    says: "our outbox: deliveries to 200 inboxes on 200 hosts",
    unit: "1/s",
    limit: "rsa-sign",
    harderLimit: "http-post",
    target: { value: 2000 },
    command: ["fanOut.ts", "0"],
  },
  {
    name: "fan-out-dead",
    says: "our outbox: deliveries to the living, 60 of the 200 hosts dead",
    unit: "1/s",
    limit: "rsa-sign",
    harderLimit: "http-post",
    target: { value: 2000 },
    command: ["fanOut.ts", "60"],
  },
  {
    name: "round-trip",
    says: "bare undici, one POST to another process and its answer, p95",
    unit: "ms",
    limit: null,
    command: ["roundTrip.ts"],
  },
  {
    name: "publish-p50",
    says: "a price saved on a farm's node until a partner's mirror shows it, p50",
    unit: "ms",
    limit: "round-trip",
    command: ["publishVisible.ts", "50"],
  },
  {
    name: "publish-p95",
    says: "a price saved on a farm's node until a partner's mirror shows it, p95",
    unit: "ms",
    limit: "round-trip",
    target: { value: 250 },
    command: ["publishVisible.ts", "95"],
  },
  {
    name: "catalog-page",
    says: "a partner's signed GET of a page of a catalog of 3,000 products, p95",
    unit: "ms",
    limit: "round-trip",
    command: ["catalogPage.ts"],
  },
  {
    name: "close-floor",
    says: "the least a closing does: 4,500 bookings read, snapshot and Offer written raw, one Ed25519 signature, one fsynced commit",
    unit: "ms",
    limit: null,
    command: ["closeOrder.ts", "floor"],
  },
  {
    name: "order-close",
    says: "an order of 300 households, 200 products and 4,500 lines closed, the signed Offer on disk, slowest of five",
    unit: "ms",
    limit: "close-floor",
    target: { value: 200 },
    command: ["closeOrder.ts", "close"],
  },
  {
    name: "order-close-14000",
    says: "an order of 500 households, 300 products and 14,000 lines closed, the signed Offer on disk, slowest of five",
    unit: "ms",
    limit: "close-floor",
    command: ["closeOrder.ts", "close", "500", "300", "28"],
  },
  {
    name: "save-floor",
    says: "the least a save does: totals read, basket, bookings and reservation written raw, one fsynced commit, p95",
    unit: "ms",
    limit: null,
    command: ["saveBaskets.ts", "floor"],
  },
  {
    name: "basket-save",
    says: "D1 300 households saving 15 changes each within ten minutes: from the tap to the disk, p95",
    unit: "ms",
    limit: "save-floor",
    target: { value: 200 },
    command: ["saveBaskets.ts", "save"],
  },
  {
    name: "book-page-new",
    says: "a member's page of an open order of 200 products, no history, p95",
    unit: "ms",
    limit: null,
    command: ["memberPages.ts", "book", "new"],
  },
  {
    name: "book-page",
    says: "the same page with 250,000 lines of history, p95",
    unit: "ms",
    limit: "book-page-new",
    command: ["memberPages.ts", "book", "old"],
  },
  {
    name: "orders-page-new",
    says: "a member's list of orders, no history, p95",
    unit: "ms",
    limit: null,
    command: ["memberPages.ts", "list", "new"],
  },
  {
    name: "orders-page",
    says: "the same page with 250,000 lines of history, p95",
    unit: "ms",
    limit: "orders-page-new",
    command: ["memberPages.ts", "list", "old"],
  },
  {
    name: "statement-page-new",
    says: "a member's statement, no history, p95",
    unit: "ms",
    limit: null,
    command: ["memberPages.ts", "statement", "new"],
  },
  {
    name: "statement-page",
    says: "the same page with 250,000 lines of history, p95",
    unit: "ms",
    limit: "statement-page-new",
    command: ["memberPages.ts", "statement", "old"],
  },
  {
    name: "order-letters",
    says: "letters of one order between two nodes, both ways, from the Offer to the accepted delivery note",
    unit: "letters",
    limit: null,
    command: ["orderLetters.ts", "letters"],
  },
  {
    name: "order-bytes",
    says: "bytes of those letters, an order of 200 products",
    unit: "kB",
    limit: null,
    command: ["orderLetters.ts", "kilobytes"],
  },
  {
    name: "node-start",
    says: "an empty Node process from start to end",
    unit: "ms",
    limit: null,
    command: ["emptyProcess.ts", "start"],
  },
  {
    name: "node-rss",
    says: "resident memory of an empty Node process",
    unit: "MB",
    limit: null,
    command: ["emptyProcess.ts", "rss"],
  },
  ...NETWORK_FIGURES,
  {
    name: "cold-start",
    says: "npm start: from start to /readyz",
    unit: "ms",
    limit: "node-start",
    target: { value: 700 },
    command: ["nodeProcess.ts", "start", "source"],
  },
  {
    name: "rss-idle",
    says: "npm start: resident memory, idle",
    unit: "MB",
    limit: "node-rss",
    target: { value: 130 },
    command: ["nodeProcess.ts", "idle", "source"],
  },
  {
    name: "rss-used",
    says: "npm start: resident memory after 2,000 page views",
    unit: "MB",
    limit: "node-rss",
    target: { value: 200 },
    command: ["nodeProcess.ts", "used", "source"],
  },
  {
    name: "release-start",
    says: "the release as its unit starts it: from start to /readyz",
    unit: "ms",
    limit: "node-start",
    target: { value: 700 },
    command: ["nodeProcess.ts", "start", "release"],
  },
  {
    name: "release-idle",
    says: "the release as its unit starts it: resident memory, idle",
    unit: "MB",
    limit: "node-rss",
    target: { value: 130 },
    command: ["nodeProcess.ts", "idle", "release"],
  },
  {
    name: "release-used",
    says: "the release as its unit starts it: resident memory after 2,000 page views",
    unit: "MB",
    limit: "node-rss",
    target: { value: 200 },
    command: ["nodeProcess.ts", "used", "release"],
  },
  ...INDEX_FIGURES,
  ...LOAD_FIGURES,
];

/** The asked figures and the limits they need, each once, limits first; for none asked all that take seconds, and those of `besides`. */
export function chooseFigures(only: readonly string[], besides: readonly string[] = []): readonly Figure[] {
  const usual = FIGURES.filter(({ isAskedOnly }) => !isAskedOnly).map(({ name }) => name);
  const wanted = new Set(only.length === 0 ? [...usual, ...besides] : only);
  for (const { name, limit, harderLimit } of FIGURES) {
    if (!wanted.has(name)) continue;
    if (limit !== null) wanted.add(limit);
    if (harderLimit !== undefined) wanted.add(harderLimit);
  }
  return FIGURES.filter(({ name }) => wanted.has(name));
}
