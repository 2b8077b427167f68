// Bundles programs of this repository with what they ask for into one folder, which Node alone can run: types are gone, thousands of
// modules are a few files. For the release, and for whoever starts the same program many times.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

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

/** Bundles the entries (name without ending -> source, from the root of the repository) into the folder. Gives what went in. */
export async function bundleInto(folder: string, entries: Readonly<Record<string, string>>): Promise<Metafile> {
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
    plugins: [undoForSources()],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  for (const { path, text } of outputFiles) writeFileSync(path, inAscii(text));
  return metafile;
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
        return { contents, loader: "ts" };
      });
    },
  };
}
