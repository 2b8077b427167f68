// Fetches the peers from Debian and npm into a folder of the run: nothing is installed on the machine.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, Unavailable } from "./command.ts";

/** Where the peers' programs are, and which versions they turned out to be. */
export type Programs = {
  readonly snac: { readonly program: string; readonly version: string };
  readonly bot: { readonly folder: string; readonly version: string };
};

const BOT = "@evanp/activitypub-bot";
const BOT_VERSION = "0.51.2";
/** The bot's reader of JSON-LD: the release it names, and the one before, for a registry that has not got it. */
const READER = "activitystrea.ms";
const READER_WANTED = "4.0.0";
const READER_BEFORE = "3.1.0";

/** Fetches both. Rejects with Unavailable. */
export async function fetchPrograms(folder: string): Promise<Programs> {
  const [snac, bot] = await Promise.all([fetchSnac(join(folder, "debian")), fetchBot(join(folder, "bot"))]);
  return { snac, bot };
}

async function fetchSnac(folder: string): Promise<Programs["snac"]> {
  const apt = await openApt(folder);
  await run("apt-get", [...apt, "-qq", "update"], { seconds: 60 });
  await run("apt-get", [...apt, "-qq", "download", "snac2"], { cwd: folder, seconds: 60 });
  const file = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (!file) throw new Unavailable("apt has no snac2");
  const root = join(folder, "root");
  await run("dpkg-deb", ["--extract", join(folder, file), root]);
  const version = (await run("dpkg-deb", ["--field", join(folder, file), "Version"])).trim();
  const program = join(root, "usr/bin/snac");
  const missing = (await run("ldd", [program])).split("\n").find((line) => line.includes("not found"));
  if (missing) throw new Unavailable(`snac needs a library that is not here: ${missing.trim()}`);
  return { program, version };
}

/** Options that keep apt away from the machine's own lists: it sees the backports of the release it uses. */
async function openApt(folder: string): Promise<string[]> {
  const format = "$(REPO_URI) $(RELEASE) $(COMPONENT)";
  const targets = await run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  const sources = targets.split("\n").map((line) => line.split(" "));
  const [mirror] = sources.find(([, release, component]) => release === "bookworm" && component === "main") ?? [];
  if (!mirror) throw new Unavailable("apt knows no source of Debian bookworm");
  for (const path of ["lists/partial", "cache/archives/partial", "parts"])
    mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(
    join(folder, "parts/interop.list"),
    `deb ${mirror} bookworm-backports main
`,
  );
  const settings = {
    "Dir::Etc::SourceList": "/dev/null",
    "Dir::Etc::SourceParts": join(folder, "parts"),
    "Dir::State::Lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

async function fetchBot(folder: string): Promise<Programs["bot"]> {
  mkdirSync(folder, { recursive: true });
  const found = await run("npm", ["view", "--json", `${READER}@${READER_WANTED}`, "version"]).catch(() => "");
  const reader = found.includes(READER_WANTED) ? READER_WANTED : READER_BEFORE;
  const wanted = { private: true, dependencies: { [BOT]: BOT_VERSION }, overrides: { [READER]: reader } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(wanted));
  const quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev", "--omit=optional", "--prefer-offline"];
  await run("npm", ["install", ...quietly, "--prefix", folder], { cwd: folder, seconds: 120 });
  addDatabase(folder);
  return { folder, version: `${BOT_VERSION} (${READER} ${reader})` };
}

/** Puts our stand-in where Sequelize looks for its driver, which npm could only compile. */
function addDatabase(folder: string): void {
  const target = join(folder, "node_modules/sqlite3");
  mkdirSync(target);
  const driver = new URL("./botDatabase.ts", import.meta.url).pathname;
  writeFileSync(join(target, "index.js"), `module.exports = require(${JSON.stringify(driver)});\n`);
}
