// Bundles programs of this repository with what they ask for into one folder, which Node alone can run: types are gone, thousands of
// modules are a few files. For the release, and for whoever starts the same program many times.
import assert from "node:assert/strict";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import { TABLE, writeTable } from "./stacks.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The threads a node starts by their names, each a file of its own beside the program. */
export const WORKERS = {
  listWorker: "src/exchange/listWorker.ts",
  pdfWorker: "src/exchange/pdfWorker.ts",
  careWorker: "src/careWorker.ts",
} as const;

/** Packages left as they are: they load a native library by its path. */
export const NATIVES = ["better-sqlite3", "sharp"] as const;

// CommonJS packages inside an ES module still ask for `require`.
const BANNER =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/**
 * Bundles the entries (name without ending -> source, from the root of the repository) into the folder, with maps for stacks that
 * name our own files and lines where they are asked for. Gives what went in.
 */
export async function bundleInto(
  folder: string,
  entries: Readonly<Record<string, string>>,
  { hasSourceMaps = false }: { readonly hasSourceMaps?: boolean } = {},
): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.entries(entries).map(([out, path]) => ({ in: path, out })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    external: [...NATIVES],
    banner: { js: BANNER },
    plugins: [undoForSources(), changePackages(), ...(hasSourceMaps ? [leavePackagesUnmapped()] : [])],
    minifySyntax: true,
    minifyWhitespace: true,
    // A character that becomes an escape moves what stands behind it on its line, away from what the map says.
    ...(hasSourceMaps
      ? { sourcemap: "external", sourcesContent: false, lineLimit: 400, inject: ["scripts/nameSources.ts"] }
      : {}),
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  for (const { path, text } of outputFiles) {
    if (path.endsWith(".map")) writeFileSync(path.replace(/\.map$/, TABLE), writeTable(JSON.parse(text)));
    else writeFileSync(path, inAscii(text));
  }
  return metafile;
}

/** What a program reads while it runs, laid beside it as in a release: copied, or linked where the sources stay in their place. */
export function layBeside(folder: string, { isLinked }: { readonly isLinked: boolean }): void {
  const beside = { words: "src/web/words", static: "src/web/static", migrations: "migrations" };
  for (const [name, from] of Object.entries({ ...beside, "package.json": "package.json" })) {
    if (isLinked) symlinkSync(relative(folder, join(ROOT, from)), join(folder, name));
    // Of the migrations only what a node reads: what they were made from is much more.
    else
      cpSync(join(ROOT, from), join(folder, name), {
        recursive: true,
        filter: (path) => !/_snapshot\.json$/.test(path),
      });
  }
}

/**
 * The same program in ASCII: a single character beyond it makes Node keep the text of the whole file in two bytes each. What stands
 * outside of ASCII stands in templates and patterns alone, where an escape says the same.
 */
function inAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Undoes in the bundle what only makes sense among the sources: `require` by hand, and the names of workers. */
function undoForSources(): Plugin {
  return {
    name: "undo-for-sources",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.startsWith(join(ROOT, "src"))) return undefined;
        const contents = readFileSync(path, "utf8")
          .replace(/^const require = createRequire\(import\.meta\.url\);$/gm, "")
          .replaceAll("createRequire(import.meta.url)(", "require(")
          .replaceAll('new URL("../package.json", import.meta.url)', 'new URL("./package.json", import.meta.url)')
          .replace(/new URL\("\.\/(\w+)\.ts", import\.meta\.url\)/g, 'new URL("./$1.mjs", import.meta.url)');
        return { contents: inAscii(contents), loader: "ts" };
      });
    },
  };
}

/** What is done otherwise than in a package: its file, what stands there, and what takes its place. */
const CHANGES = [
  // A function compiled for each piece of each path: a third of the start, and memory for good.
  {
    file: /find-my-way\/lib\/node\.js$/,
    from: /const lines = \[\]\n[\s\S]*?return new Function\(.*\n/,
    to: "return function matchPrefix (path, i) { return path.startsWith(prefix, i) }\n",
  },
] as const;

function changePackages(): Plugin {
  return {
    name: "change-packages",
    setup({ onLoad }) {
      for (const { file, from, to } of CHANGES) {
        onLoad({ filter: file }, ({ path }) => {
          const text = readFileSync(path, "utf8");
          assert.match(text, from, `${path} is not what it was`);
          return { contents: text.replace(from, to), loader: "js" };
        });
      }
    },
  };
}

/** Of a package maps name the file and its first line: with every line they would be many times as large. */
function leavePackagesUnmapped(): Plugin {
  return {
    name: "leave-packages-unmapped",
    setup({ onLoad }) {
      onLoad({ filter: /node_modules\/.*\.[cm]?js$/ }, ({ path }) => {
        const map = JSON.stringify({ version: 3, sources: [basename(path)], mappings: "AAAA" });
        const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
        return { contents: `${readFileSync(path, "utf8")}\n${comment}`, loader: "js" };
      });
    },
  };
}
