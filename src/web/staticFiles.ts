// Our own style sheet and icon, Pico and htmx out of their packages: one folder to the browser, kept for a year.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";

const require = createRequire(import.meta.url);
const own = (name: string) => fileURLToPath(new URL(`./static/${name}`, import.meta.url));

/** Name in the address -> file. Nothing else is served. */
const FILES: Readonly<Record<string, string>> = {
  "app.css": own("app.css"),
  "icon.svg": own("icon.svg"),
  "pico.css": require.resolve("@picocss/pico/css/pico.min.css"),
  "htmx.js": require.resolve("htmx.org/dist/htmx.min.js"),
  "app.js": own("app.js"),
  "passkey.js": own("passkey.js"),
  "photos.js": own("photos.js"),
  "live.js": own("live.js"),
};
/** Ours among them: served without their comments. */
const SCRIPTS = ["app.js", "passkey.js", "photos.js", "live.js"];

// The address changes with the bytes, so that a browser may keep them and never shows an old style to a new page.
const VERSIONS = Object.fromEntries(
  Object.entries(FILES).map(([name, file]) => [
    name,
    createHash("sha256").update(readFileSync(file)).digest("base64url").slice(0, 12),
  ]),
);

/** The address of a file of ours, for link and script. */
export function assetUrl(name: keyof typeof FILES & string): string {
  return `/static/${name}?v=${VERSIONS[name]}`;
}

/** A comment that has its lines to itself. Phones need our script, not its reasons: it weighs a third less without them. */
const COMMENTS = /^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*)\n/gm;

/** What an editor needs in the middle of a line, and how far a line stands in. */
const ASIDES = /\/\*\* @type [^\n]*? \*\/ ?|^\s+/gm;

function readScript(name: string): string {
  return readFileSync(own(name), "utf8").replaceAll(COMMENTS, "").replaceAll(ASIDES, "");
}

const TYPES = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8", svg: "image/svg+xml" } as const;
/** The better one first: what browsers take over https, and over http. */
const PACKERS = { br: promisify<string, Buffer>(brotliCompress), gzip: promisify<string, Buffer>(gzip) } as const;

/** Packed as small as it gets, once, by whoever asks first: at each request that would take too long, and hold a compressor for each. */
function packOnce(pack: (text: string) => Promise<Buffer>, text: string): () => Promise<Buffer> {
  let packed: Promise<Buffer> | undefined;
  return () => (packed ??= pack(text));
}

/** "br;q=1, gzip;q=0" -> ["br"]. */
function readAccepted(header: string | string[] | undefined): string[] {
  return String(header ?? "")
    .split(",")
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(";", 1)[0]!.trim());
}

/**
 * Serves `/static/{name}`, our own scripts, and at `/sw.js` the worker: from the root, so that it stands before every page, and asked
 * for anew each time, so that a mended one is never kept out by an old one.
 */
export function serveStaticFiles(app: FastifyInstance): void {
  const toAll = { config: { policy: { public: true as const }, rateLimit: false as const } };
  const named = Object.entries(FILES).map(([name, file]) => {
    const text = SCRIPTS.includes(name) ? readScript(name) : readFileSync(file, "utf8");
    return { path: `/static/${name}`, text, control: "public, max-age=31536000, immutable" };
  });
  for (const { path, text, control } of [
    ...named,
    { path: "/sw.js", text: readScript("sw.js"), control: "no-cache" },
  ]) {
    const packed = { br: packOnce(PACKERS.br, text), gzip: packOnce(PACKERS.gzip, text) };
    const type = TYPES[path.split(".").at(-1) as keyof typeof TYPES];
    app.get(path, toAll, async (request, reply) => {
      reply.type(type).header("cache-control", control).header("vary", "accept-encoding");
      const accepted = readAccepted(request.headers["accept-encoding"]);
      const encoding = (["br", "gzip"] as const).find((name) => accepted.includes(name));
      if (!encoding) return reply.send(text);
      return reply.header("content-encoding", encoding).send(await packed[encoding]());
    });
  }
}
