import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import t from "tap";
import { findProgram, isFresh, MADE_BY, stateOf } from "../../scripts/program.ts";
import { findPlace } from "../../scripts/stacks.ts";
import { ROOT } from "../tidy/source.ts";
import { startProcess } from "./startProcess.ts";

t.test(
  "npm start in a clean folder prints the set-up link, gets ready, and a stop signal reaches the node",
  async (t) => {
    const data = join(t.testdir(), "data");
    const first = await startProcess(["npm", "start"], ROOT, data);
    t.match(first.said(), new RegExp(`${first.origin}/setup/`));
    t.equal(await first.stop(), 0);
    const program = findProgram();
    t.type(program, "string", "the program is kept for the next start");
    t.notMatch(first.said(), /Running from the sources/);
    const said = "function watchDisk(";
    const files = readdirSync(dirname(program!)).map((name) => join(dirname(program!), name));
    const file = files.find((name) => /\.mjs$/.test(name) && readFileSync(name, "utf8").includes(said))!;
    const lines = readFileSync(file, "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes(said));
    const place = findPlace(pathToFileURL(file).href, line + 1, lines[line]!.indexOf(said) + 1);
    const source = readFileSync(join(ROOT, "src/db/diskFailure.ts"), "utf8").split("\n");
    t.match(place?.url, /\/src\/db\/diskFailure\.ts$/, "a stack names our file");
    t.match(source[place!.line - 1], said, "and its line");
  },
);

t.test("a program made from a file that was written since is not run, though size and date are the same", (t) => {
  const file = join(t.testdir({ "source.ts": "1" }), "source.ts");
  const path = relative(ROOT, file);
  const program = { folder: "x", madeBy: MADE_BY, inputs: { [path]: stateOf(path) } };
  t.equal(isFresh(program), true);
  t.equal(isFresh({ ...program, madeBy: "v20" }), false, "another Node");
  const date = new Date("2026-01-01");
  utimesSync(file, date, date);
  const before = { ...program, inputs: { [path]: stateOf(path) } };
  writeFileSync(file, "2");
  utimesSync(file, date, date);
  t.equal(isFresh(before), false);
  t.end();
});

t.test("a changed origin on existing data refuses to start and says what to do", async (t) => {
  const data = join(t.testdir(), "data");
  const first = await startProcess(["npm", "start"], ROOT, data);
  t.equal(await first.stop(), 0);
  // The next one gets another free port, hence another origin.
  await t.rejects(startProcess(["npm", "start"], ROOT, data), { message: /FILIERA_ORIGIN|origin/i });
});
