// Holds the documents to the code: what they name exists, what they list is what is enforced, each in its form.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { SETTINGS } from "../../src/config.ts";
import { ENTRIES, ROOMS } from "./rooms.ts";
import { listFiles, ROOT, readSources } from "./source.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const scripts = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;
const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];
/** What npm itself understands besides `npm run`. */
const NPM_VERBS = ["ci", "start", "test"];

t.test("the room table of the README is the one that is enforced", async (t) => {
  const rows = Object.entries(ROOMS).map(([name, { says, imports }]) => [name, says, imports.join(", ") || "nothing"]);
  t.same(tableUnder("README.md", "room"), [...rows, [ENTRIES.join(", "), "put it together", "everything"]]);
});

t.test("the settings table of the README is what the node reads", async (t) => {
  const variable = (key: string) => `\`FILIERA_${key.toUpperCase().replaceAll("-", "_")}\``;
  const rows = SETTINGS.map(({ key, fallback, says }) => [variable(key), fallback && `\`${fallback}\``, says]);
  t.same(tableUnder("README.md", "variable"), rows);
});

t.test("every command that a document names is there", async (t) => {
  const named = documents.flatMap((path) => commandsOf(read(path)));
  t.ok(named.length > 0, "there are commands to check");
  t.same(
    named.filter((name) => !isKnown(name)),
    [],
  );
  for (const wrong of ["npm run no-such-thing", "npm publish", "node src/attic.ts", "curl https://a.example"])
    t.notOk(isKnown(wrong), wrong);
});

t.test("every script is named in the README or in CONTRIBUTING", async (t) => {
  const text = documents.map(read).join("\n");
  const missing = Object.keys(scripts).filter((name) => !new RegExp(`npm (?:run )?(?:-s )?${name}\\b`).test(text));
  t.same(missing, []);
});

t.test("the verbs of the README are those of the command line", async (t) => {
  const said = execFileSync(process.execPath, ["src/cli.ts", "help", "--data", t.testdir()], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const verbs = [...said.matchAll(/^ {2}([a-z][a-z-]*)(?= )/gm)]
    .map(([, verb]) => verb!)
    .filter((verb) => verb !== "help");
  t.ok(verbs.length > 0, "there are verbs to check");
  const listed = tableUnder("README.md", "verb").flatMap(([names = ""]) =>
    names.split(", ").map((name) => name.split(" ")[0]!),
  );
  t.same([...new Set(listed)].sort(), verbs.sort());
});

t.test("a decision that a file refers to by number has been written", async (t) => {
  const written = new Set(listFiles("docs/adr", [".md"]).map((path) => path.slice("docs/adr/".length).slice(0, 4)));
  const referred = ["src", "test", "scripts"]
    .flatMap((folder) => readSources(folder))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bADR (\d{4})\b/g)].map(([, number]) => ({ path, number: number! })),
    );
  t.same(
    referred.filter(({ number }) => !written.has(number)),
    [],
  );
});

t.test("every file that a document or a decision links to or names is there", async (t) => {
  const paths = [...documents, "CHANGELOG.md", "FEDERATION.md", "docs/GLOSSARY.md", ...listFiles("docs/adr", [".md"])];
  const missing = paths.flatMap((path) =>
    namedPaths(read(path))
      .filter((name) => !existsSync(join(ROOT, name)))
      .map((name) => `${path} names ${name}`),
  );
  t.same(missing, []);
});

t.test("a decision has its four parts, and its last line names the check that keeps it", async (t) => {
  const files = listFiles("docs/adr", [".md"]);
  t.ok(files.length > 0, "there are decisions to check");
  for (const path of files) {
    const text = read(path);
    const [, number] = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(path) ?? [];
    t.ok(number && text.startsWith(`# ${number} `), `${path} begins with its number`);
    for (const part of ["Status: ", "Context: ", "Decision: ", "Consequence: "])
      t.ok(text.includes(`\n${part}`), `${path} has ${part}`);
    const last = text.trimEnd().split("\n\n").at(-1)?.split("\nKept by: ")[1] ?? "";
    t.ok(namedPaths(last).length > 0, `${path} is kept by a file`);
  }
  const numbers = files.map((path) => path.slice("docs/adr/".length, "docs/adr/".length + 4));
  t.equal(new Set(numbers).size, numbers.length, "no number twice");
});

t.test("FEDERATION.md claims only what a test shows", async (t) => {
  const claims = tables(read("FEDERATION.md")).flatMap(({ head, rows }) => (head[2] === "shown by" ? rows : []));
  t.ok(claims.length > 0, "there are claims to check");
  const unshown = claims.filter(([, , shown = ""]) => {
    const [path = "", name = ""] = shown.split(/: (.*)/s);
    return !path.endsWith(".test.ts") || !existsSync(join(ROOT, path)) || !name || !read(path).includes(name);
  });
  t.same(unshown, []);
});

t.test("the changelog has what is not yet released on top, and versions going down", async (t) => {
  const heads = [...read("CHANGELOG.md").matchAll(/^## (.+)$/gm)].map(([, head]) => head!);
  t.equal(heads[0], "Unreleased");
  for (const head of heads.slice(1)) t.match(head, /^\d+\.\d+\.\d+, \d{4}-\d{2}-\d{2}$/);
});

type Table = { readonly head: readonly string[]; readonly rows: readonly string[][] };

function tables(text: string): Table[] {
  return [...text.matchAll(/(?:^\|.*\|\n)+/gm)].map(([block]) => {
    const [head = [], , ...rows] = block.trimEnd().split("\n").map(cellsOf);
    return { head, rows };
  });
}

function tableUnder(path: string, firstHead: string): readonly string[][] {
  return tables(read(path)).find(({ head }) => head[0] === firstHead)?.rows ?? [];
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

/** The commands in `sh` blocks, one a line or between &&, and those in backquotes that begin with npm. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));
  const inline = [...text.matchAll(/`(npm [^`]+)`/g)].map(([, command]) => command!);
  return [...blocks, ...inline].flatMap((line) => line.split("&&").map((command) => command.trim()));
}

function isKnown(command: string): boolean {
  const words = command
    .replace(/^(?:[A-Z_]+=\S+ )+/, "")
    .split(" ")
    .filter((word) => word !== "-s");
  if (words[0] !== "npm" || words[1] === undefined) return false;
  return words[1] === "run" ? (words[2] ?? "") in scripts : NPM_VERBS.includes(words[1]);
}

function namedPaths(text: string): string[] {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path!);
  const names = [...text.matchAll(/(?<![\w/.-])((?:src|test|docs|deploy|scripts|migrations|\.ci)\/[\w./-]*[\w/])/g)];
  return [...links, ...names.map(([, path]) => path!)];
}
