// The room table, and what else may be imported where. This is the one place where the rules stand; README.md shows
// the same table, and rooms.test.ts holds both. Type imports count: who knows a type knows the room.
import { lineAt, type Mention, mentionsOf, type Node, type Source, walk } from "./source.ts";

/** A room of src/: what it is in one sentence, and the rooms it may import besides itself. */
export type Room = { readonly says: string; readonly imports: readonly string[] };

const OUTWARD = ["kernel", "db", "activitypub", "web", "exchange"] as const;
const STANDING = ["members", "partners", "catalogs", "ledger"] as const;

export const ROOMS: Readonly<Record<string, Room>> = {
  kernel: { says: "the words and arithmetic of the trade, no I/O", imports: [] },
  db: { says: "how we open, migrate, transact, back up", imports: ["kernel"] },
  activitypub: { says: "how nodes speak, with no knowledge of goods", imports: ["kernel", "db"] },
  web: { says: "how people see us", imports: ["kernel", "db"] },
  exchange: { says: "other people's formats, bytes to values and back", imports: ["kernel"] },
  members: { says: "people, households, roles, sign-in", imports: OUTWARD },
  partners: { says: "actors we know on other nodes", imports: OUTWARD },
  catalogs: { says: "products and versioned prices, published or mirrored", imports: [...OUTWARD, "partners"] },
  ledger: { says: "double-entry accounts", imports: OUTWARD },
  sales: { says: "a producer sells to groups", imports: [...OUTWARD, "partners", "catalogs"] },
  orders: { says: "a GAS buys together", imports: [...OUTWARD, ...STANDING] },
  sharing: {
    says: "a GAS leads an order for other groups",
    imports: [...OUTWARD, ...STANDING, "sales", "orders"],
  },
  network: { says: "a district reads its members", imports: [...OUTWARD, ...STANDING] },
  gatherings: { says: "people meet, learn and hear news", imports: [...OUTWARD, ...STANDING] },
};

/** The files directly in src/: they put the rooms together and may import every one. No room imports them. */
export const ENTRIES = [
  "node",
  "nodeData",
  "nodeDesks",
  "nodeSheets",
  "nodeCare",
  "nodeReleases",
  "nodeRooms",
  "careWorker",
  "indexServer",
  "run",
  "config",
  "main",
  "cli",
] as const;

/** Names that have a role in a room, alone or as the last word of a longer one (pactStore.ts); other files are pure. */
const ROLE =
  /(?:^|\/)(?:tables|store|actions|activities|routes|pages|[a-z]\w*(?:Tables|Store|Actions|Activities|Routes|Pages))\.ts$/;
const ROOMS_WITH_EFFECTS = ["db", "activitypub", "web"];

/** Files whose name has no role and which are yet not pure, each with its reason. */
const NOT_PURE: Readonly<Record<string, string>> = {
  "src/exchange/readPriceList.ts": "has lists read on that thread",
  "src/exchange/readMembers.ts": "has lists of members read on that thread",
  "src/exchange/readSuppliers.ts": "has lists of suppliers read on that thread",
  "src/exchange/worker.ts": "starts threads for heavy work and stops them when their time is over",
  "src/exchange/pdfWorker.ts": "the thread on which documents are drawn: it speaks with its parent",
  "src/exchange/sheetPdf.ts": "draws with a library that writes as it goes; it runs on that thread",
  "src/exchange/labelsPdf.ts": "draws with the same library, on the same thread",
  "src/exchange/writePdf.ts": "has documents drawn on that thread",
  "src/exchange/listWorker.ts": "the thread on which foreign spreadsheets are read: it speaks with its parent",
};

/** Pure files of rooms with effects, which other rooms' pure files may import too. */
const PURE_ELSEWHERE = [
  "src/web/lists.ts",
  "src/web/visitor.ts",
  "src/activitypub/activityShape.ts",
  "src/activitypub/actor.ts",
  "src/activitypub/context.ts",
  "src/activitypub/gate.ts",
  "src/activitypub/gateLimits.ts",
  "src/activitypub/iri.ts",
  "src/activitypub/jcs.ts",
  "src/activitypub/json.ts",
  "src/activitypub/jsonScan.ts",
  "src/activitypub/ldTable.ts",
  "src/activitypub/profile.ts",
  "src/activitypub/proof.ts",
  "src/activitypub/signatureHeaders.ts",
  "src/activitypub/verifySignature.ts",
];

/** Packages that only compute. A pure file may import these and no other. */
const PURE_PACKAGES = [
  "@e965/xlsx",
  "@js-temporal/polyfill",
  "big.js",
  "byte-encodings/base58",
  "csv-parse/sync",
  "csv-stringify/sync",
  "d3-geo",
  "hono/html",
  "i18next",
  "sanitize-html",
  "saxes",
  "typebox",
  "typebox/schema",
];
const PURE_BUILTINS = ["node:assert/strict", "node:buffer", "node:util"];
/**
 * Of these built-in modules a pure file may import the named functions alone. createRequire: for CommonJS packages.
 * sign: with Ed25519, which draws no random number.
 */
const PURE_NAMES: Readonly<Record<string, readonly string[]>> = {
  "node:crypto": [
    "constants",
    "createHash",
    "createPublicKey",
    "hash",
    "KeyObject",
    "sign",
    "timingSafeEqual",
    "verify",
  ],
  "node:module": ["createRequire"],
  "node:zlib": ["inflateRawSync"],
};

/** A broken rule: where, and one sentence. */
export type Violation = { readonly path: string; readonly line: number; readonly says: string };

/** The room of a path below src/ or test/; an entry's own name for the files directly in src/; else null. */
export function roomOf(path: string): string | null {
  return /^(?:src|test)\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)?.[1] ?? null;
}

function hasRole(name: string, role: string): boolean {
  return name === `${role}.ts` || (ROLE.test(name) && name.toLowerCase().endsWith(`${role}.ts`));
}

/** Whether the file must neither see nor change the world: everything it knows comes as an argument. */
export function isPure(path: string): boolean {
  if (PURE_ELSEWHERE.includes(path)) return true;
  const [, room = "", name = ""] = /^src\/([^/]+)\/(.+)$/.exec(path) ?? [];
  return room in ROOMS && !ROOMS_WITH_EFFECTS.includes(room) && !ROLE.test(name) && !(path in NOT_PURE);
}

/** Everything in one file that breaks a rule about rooms, packages or purity. */
export function judge(source: Source): Violation[] {
  const mentions = mentionsOf(source);
  const at = (mention: Mention, says: string | null): Violation[] =>
    says === null ? [] : [{ path: source.path, line: mention.line, says }];
  const judges = source.path.startsWith("src/")
    ? [judgeRoom, judgePackage, ...(isPure(source.path) ? [judgePure] : [])]
    : [];
  return [
    ...mentions.flatMap((mention) =>
      [judgeMeeting, ...judges].flatMap((ask) => at(mention, ask(source.path, mention))),
    ),
    ...(source.path.startsWith("src/") ? judgeWords(source) : []),
  ];
}

function judgeRoom(path: string, { to }: Mention): string | null {
  const from = roomOf(path) ?? "";
  if ((ENTRIES as readonly string[]).includes(from)) return null;
  const room = ROOMS[from];
  if (!room) return `there is no room "${from}" in the table`;
  if (to === "?") return "a computed import cannot be checked";
  const target = to.startsWith("src/") ? roomOf(to) : null;
  if (target === null || target === from || room.imports.includes(target)) return null;
  return `${from} may not import ${target}`;
}

// Two rooms that only meet as signed activities: not even their tests may put them side by side.
function judgeMeeting(path: string, { to }: Mention): string | null {
  const pair = [roomOf(path), roomOf(to)].sort().join(" ");
  return pair === "orders sales" ? "orders and sales never import each other" : null;
}

function judgePackage(path: string, { to }: Mention): string | null {
  const [, room = "", name = ""] = /^src\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (to.startsWith("@fedify/") && room !== "activitypub" && !hasRole(name, "activities"))
    return "@fedify belongs in activitypub/ and activities.ts";
  if (/^drizzle-(?:orm|kit)/.test(to) && room !== "db") return "drizzle comes from src/db/drizzle.ts";
  if (to === "src/db/drizzle.ts" && room !== "db" && !hasRole(name, "store") && !hasRole(name, "tables"))
    return "drizzle belongs in db/, tables.ts and store.ts";
  if (/^(?:@fastify\/.*|fastify)$/.test(to) && room !== "web" && !hasRole(name, "routes"))
    return "fastify belongs in web/ and routes.ts";
  return null;
}

function judgePure(_path: string, { to, names }: Mention): string | null {
  if (to.startsWith("src/")) return isPure(to) ? null : `a pure file may not import ${to}`;
  if (PURE_PACKAGES.includes(to) || PURE_BUILTINS.includes(to)) return null;
  const allowed = PURE_NAMES[to];
  if (allowed && names.length > 0 && names.every((name) => allowed.includes(name))) return null;
  return `a pure file may not import ${allowed ? `${names.join(", ")} of ${to}` : to}`;
}

function judgeWords(source: Source): Violation[] {
  const { path, text } = source;
  const pure = isPure(path);
  const reader = (["src/config.ts", "src/main.ts", "src/cli.ts"] as readonly string[]).includes(path);
  return walk(source).flatMap((node) => {
    const says =
      (reader || !isMember(node, "process", "env") ? null : "the environment is read by config.ts") ??
      (isMember(node, "sql", "raw") ? "sql.raw lets a text become a query" : null) ??
      (pure ? impurity(node) : null);
    return says === null ? [] : [{ path, line: lineAt(text, node.start), says }];
  });
}

function impurity(node: Node): string | null {
  if (isMember(node, "Date", "now") || isMember(node, "Temporal", "Now") || isMember(node, "performance", "now"))
    return "a pure file has no clock";
  if (isMember(node, "Math", "random") || isMember(node, "crypto", null)) return "a pure file has no randomness";
  if (isMember(node, "process", null)) return "a pure file knows no process";
  const name = (node.callee as { name?: string } | undefined)?.name;
  if (node.type === "NewExpression" && name === "Date" && (node.arguments as unknown[]).length === 0)
    return "a pure file has no clock";
  if (node.type === "CallExpression" && name !== undefined && /^(?:setTimeout|setInterval|setImmediate)$/.test(name))
    return "a pure file does not wait";
  return null;
}

function isMember(node: Node, object: string, property: string | null): boolean {
  if (node.type !== "MemberExpression") return false;
  const [owner, member] = [node.object, node.property] as { type?: string; name?: string; value?: unknown }[];
  return owner?.name === object && (property === null || (member?.name ?? member?.value) === property);
}
