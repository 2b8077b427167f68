// What the lockfile must say: versions above known holes, hashes, no foreign hosts, no install scripts, free licences.

/** As much of package-lock.json (version 3) as we judge. */
export type Lock = { readonly packages: Readonly<Record<string, LockEntry>> };
type LockEntry = {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly license?: string;
  optionalDependencies?: Record<string, string>;
};

/** As much of package.json as we judge. */
export type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
};

/** The oldest versions without known holes; what each older one does is in the second word. */
const FLOORS: readonly { name: string; floor: string; because: string }[] = [
  {
    name: "@fedify/fedify",
    floor: "2.3.8",
    because: "GHSA-q9f8-5hc7-898f: a foreign key document signs as its victim",
  },
  { name: "@fedify/vocab", floor: "2.3.6", because: "the companion that 2.3.8 works with" },
  { name: "@fedify/vocab-runtime", floor: "2.3.6", because: "the companion that 2.3.8 works with" },
  { name: "@fedify/webfinger", floor: "2.3.6", because: "the companion that 2.3.8 works with" },
  { name: "@fedify/uri-template", floor: "2.3.8", because: "the companion that 2.3.8 works with" },
  { name: "fastify", floor: "5.12.2", because: "CVE-2026-3635, CVE-2026-16732" },
  { name: "better-sqlite3", floor: "13.0.0", because: "older ones carry an SQLite with the WAL-reset corruption" },
  { name: "drizzle-orm", floor: "0.45.2", because: "CVE-2026-39356: injection by identifiers" },
];

/** Packages that must never come in, by any road. */
const BANNED: Readonly<Record<string, string>> = {
  xlsx: "CVE-2023-30533, CVE-2024-22363, CVE-2026-38359 are not mended on npm",
};

/** Packages whose manifest does not name the licence that their LICENSE file is. */
const READ_LICENCES: Readonly<Record<string, string>> = {
  "node_modules/png-js": "MIT",
  // Bitstream Vera with changes in the public domain: free to use, embed and pass on.
  "node_modules/dejavu-fonts-ttf": "Bitstream-Vera",
};

/** Licences that an AGPL-3.0-or-later node may carry with it. */
const FREE = new Set([
  "0BSD",
  "AGPL-3.0-or-later",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-0-Clause",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "LGPL-3.0-or-later",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Python-2.0",
  "Bitstream-Vera",
  "Unlicense",
]);

/** Everything wrong with the two files, a sentence each. */
export function judgeLock(lock: Lock, manifest: Manifest): string[] {
  const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
  return [
    ...FLOORS.flatMap((floor) => judgeFloor(entries, floor)),
    ...entries.flatMap(([path, entry]) => judgeEntry(path, entry)),
    ...missingOptionals(lock).map(({ path, name }) => `${path} asks for ${name}, which is not there: npm run lockfile`),
    ...Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
      ...manifest.overrides,
    }).flatMap(([name, version]) =>
      /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) ? [] : [`${name}: "${version}" is not exact`],
    ),
  ];
}

/** The optional packages that an entry names and the lockfile lacks; `npm ci` of npm 11 refuses such a lockfile. */
export function missingOptionals({ packages }: Lock): { path: string; name: string }[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersAbove(path).some((folder) => `${folder}node_modules/${name}` in packages))
      .map((name) => ({ path, name })),
  );
}

/** The folders in which Node looks for what `path` asks for, nearest first: "node_modules/a/" and "". */
function foldersAbove(path: string): string[] {
  const parts = path === "" ? [] : path.split(/(?<=^|\/)(?=node_modules\/)/);
  return Array.from({ length: parts.length + 1 }, (_, i) =>
    parts
      .slice(0, parts.length - i)
      .join("")
      .replace(/(?<=[^/])$/, "/"),
  );
}

/** Whether version `a` is at least `b`; numbers only, a pre-release counts as its release. */
export function isAtLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split("-")[0]!.split(".").map(Number));
  const difference = left!.map((part, i) => part - (right![i] ?? 0)).find((d) => d !== 0) ?? 0;
  return difference >= 0;
}

function judgeFloor(entries: [string, LockEntry][], { name, floor, because }: (typeof FLOORS)[number]): string[] {
  const found = entries.filter(([path]) => nameOf(path) === name);
  if (found.length === 0) return [`${name} is not in the lockfile`];
  return found.flatMap(([path, { version = "0" }]) =>
    isAtLeast(version, floor) ? [] : [`${path} ${version} is below ${floor} (${because})`],
  );
}

function judgeEntry(path: string, entry: LockEntry): string[] {
  const says: string[] = [];
  const banned = BANNED[nameOf(path)];
  if (banned) says.push(`${path} must not come in: ${banned}`);
  if (entry.resolved !== undefined) says.push(`${path} names the host it came from: ${entry.resolved}`);
  if (entry.link) says.push(`${path} is a link to a folder`);
  if (!entry.integrity?.startsWith("sha512-")) says.push(`${path} has no sha512 hash`);
  if (entry.dev) return says;
  if (entry.hasInstallScript) says.push(`${path} runs a script when it is installed`);
  const license = READ_LICENCES[path] ?? entry.license;
  if (!isFree(license)) says.push(`${path} has the licence ${license ?? "(none)"}`);
  return says;
}

function isFree(license: string | undefined): boolean {
  if (license === undefined) return false;
  return license
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((part) => FREE.has(part.trim())));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
