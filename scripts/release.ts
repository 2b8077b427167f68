// `npm run release`: one folder and one archive that need Node 24 and nothing else. Code is bundled, because Node does not
// strip types under node_modules; what cannot be bundled lies beside it: natives, migrations, words, static files.
// `--into FOLDER` instead of dist/, which is emptied; `--image` also lays out what deploy/Containerfile copies.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Metafile } from "esbuild";
import { bundleInto, NATIVES, WORKERS } from "./bundle.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: asked } = parseArgs({
  options: { image: { type: "boolean" }, into: { type: "string", default: "dist" } },
});
const DIST = resolve(ROOT, asked.into);
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
const NAME = `filiera-${version}`;
const FOLDER = join(DIST, NAME);

/** What becomes a file of its own in the bundle. */
const ENTRIES = { filiera: "src/main.ts", cli: "src/cli.ts", ...WORKERS };

/** Files of packages that are served or read as they are. */
const FILES = [
  "@picocss/pico/package.json",
  "@picocss/pico/css/pico.min.css",
  "htmx.org/package.json",
  "htmx.org/dist/htmx.min.js",
  "dejavu-fonts-ttf/package.json",
  "dejavu-fonts-ttf/LICENSE",
  "dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf",
];

const external = await bundle();
copyBeside(external);
writeFileSync(join(FOLDER, "LICENSES.txt"), external.licences);
pack();

/** Bundles the entries. Gives back which natives they load, and the licences of what went in. */
async function bundle(): Promise<{ natives: string[]; licences: string }> {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const metafile = await bundleInto(FOLDER, ENTRIES);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { natives: NATIVES.filter((name) => imports.includes(name)), licences: collectLicences(metafile) };
}

/** Copies into the folder what the bundle reads while it runs. */
function copyBeside({ natives }: { natives: string[] }): void {
  const copy = (from: string, to = from) => cpSync(join(ROOT, from), join(FOLDER, to), { recursive: true });
  for (const name of ["migrations", "deploy", "LICENSE", "README.md", "CHANGELOG.md", "FEDERATION.md", "SECURITY.md"])
    copy(name);
  copy("src/web/words", "words");
  copy("src/web/static", "static");
  for (const file of FILES) copy(`node_modules/${file}`);
  for (const name of natives) copyNative(name);
  const about = {
    name: "filiera",
    version,
    type: "module",
    license: "AGPL-3.0-or-later",
    bin: "cli.mjs",
    engines: { node: ">=24" },
  };
  writeFileSync(join(FOLDER, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
}

/** The package with its prebuilt libraries for Linux and what it asks for in turn; no sources. */
function copyNative(name: string): void {
  const from = join(ROOT, "node_modules", name);
  const unwanted = /\/(?:deps|src|prebuilds\/(?:darwin|win32)[^/]*|binding\.gyp|.*\.(?:md|d\.ts))$/;
  cpSync(from, join(FOLDER, "node_modules", name), {
    recursive: true,
    filter: (path) => !unwanted.test(path.slice(from.length)),
  });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const installed = existsSync(join(ROOT, "node_modules", next));
    // Only there to compile from source, which a release never does.
    if (installed && next !== "node-addon-api" && !existsSync(join(FOLDER, "node_modules", next))) copyNative(next);
  }
}

/** The licence texts of every package of which something went into the bundle. */
function collectLicences(metafile: Metafile): string {
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const texts = [...packages].sort().map((path) => {
    const about = JSON.parse(readFileSync(join(ROOT, path, "package.json"), "utf8"));
    const file = readdirSync(join(ROOT, path)).find((name) => /^(?:licen[cs]e|copying)/i.test(name));
    const text = file ? readFileSync(join(ROOT, path, file), "utf8").trim() : "(The package carries no text of it.)";
    return `${about.name} ${about.version}: ${about.license}\n\n${text}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** The archive, the same bytes for the same sources; with `--image` also the folders that the Containerfile copies. */
function pack(): void {
  const archive = join(DIST, `${NAME}.tar.gz`);
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];
  execFileSync("tar", [...same, "-I", "gzip -n", "-cf", archive, "-C", DIST, NAME]);
  console.log(archive);
  if (!asked.image) return;
  cpSync(FOLDER, join(DIST, "image/opt/filiera"), { recursive: true });
  mkdirSync(join(DIST, "image/usr/local/bin"), { recursive: true });
  cpSync(process.execPath, join(DIST, "image/usr/local/bin/node"));
  chmodSync(join(DIST, "image/usr/local/bin/node"), 0o755);
  mkdirSync(join(DIST, "image-data"));
  console.log(join(DIST, "image"));
}
