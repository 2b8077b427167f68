// The figures of `npm run bench`: what each says, how it is measured, and the limit it is held against.

/** A figure. `limit` names another figure of the list, measured in the same run; null for a limit itself. */
export type Figure = {
  readonly name: string;
  readonly says: string;
  readonly unit: string;
  readonly limit: string | null;
  /** File in test/bench/measures/ and its arguments; it prints `{"value": number}` as its last line. */
  readonly command: readonly [string, ...string[]];
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
    name: "inbound-floor",
    says: "Fastify + RFC 9421 verify + one SQLite insert, commits grouped: the limit of an inbox",
    unit: "1/s",
    limit: null,
    command: ["inboundFloor.ts"],
  },
  {
    name: "fedify-inbox",
    says: "peer: a plain Fedify inbox listener, same requests, without a database",
    unit: "1/s",
    limit: "inbound-floor",
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
    limit: "inbound-floor",
    command: ["inbox.ts", "small"],
  },
  {
    name: "inbox-digest",
    says: "our inbox: Updates that list a hundred items",
    unit: "1/s",
    limit: "inbound-floor",
    command: ["inbox.ts", "digest"],
  },
  {
    name: "fan-out",
    says: "our outbox: deliveries to 200 inboxes on 200 hosts",
    unit: "1/s",
    limit: "rsa-sign",
    command: ["fanOut.ts", "0"],
  },
  {
    name: "fan-out-dead",
    says: "our outbox: deliveries to the living, 60 of the 200 hosts dead",
    unit: "1/s",
    limit: "rsa-sign",
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
  {
    name: "cold-start",
    says: "our node from start to /readyz",
    unit: "ms",
    limit: "node-start",
    command: ["nodeProcess.ts", "start"],
  },
  {
    name: "rss-idle",
    says: "resident memory of our node, idle",
    unit: "MB",
    limit: "node-rss",
    command: ["nodeProcess.ts", "idle"],
  },
  {
    name: "rss-used",
    says: "resident memory of our node after 2,000 page views",
    unit: "MB",
    limit: "node-rss",
    command: ["nodeProcess.ts", "used"],
  },
];

/** The asked figures and the limits they need, each once, limits first; all of them for none asked. */
export function chooseFigures(only: readonly string[]): readonly Figure[] {
  if (only.length === 0) return FIGURES;
  const wanted = new Set(only);
  for (const { name, limit } of FIGURES) if (wanted.has(name) && limit !== null) wanted.add(limit);
  return FIGURES.filter(({ name }) => wanted.has(name));
}
