// Keeps files and functions of a size that a reader can hold.
import t from "tap";
import { judgeLength } from "./lengths.ts";
import { readSources } from "./source.ts";

t.test("no file and no function is longer than a reader can hold", async (t) => {
  const sources = ["src", "test", "scripts"].flatMap((folder) => readSources(folder, [".ts"]));
  t.ok(sources.length > 0, "there are files to check");
  t.same(
    sources.flatMap((source) => judgeLength(source)),
    [],
  );
});

t.test("a file of 401 lines is seen, one of 400 is not", async (t) => {
  const ofLines = (lines: number) => ({ path: "src/kernel/a.ts", text: "export {};\n".repeat(lines) });
  t.same(judgeLength(ofLines(400)), []);
  t.match(judgeLength(ofLines(401)), [/has 401 lines, more than 400/]);
});

t.test("a function of 61 lines is seen with its name, also inside another expression", async (t) => {
  const body = "\n".repeat(60);
  const judged = (text: string) => judgeLength({ path: "src/kernel/a.ts", text });
  t.match(judged(`export function long() {${body}}`), [/:1 long has 61 lines, more than 60/]);
  t.match(judged(`const all = [1].map((one) => {${body}});`), [/a function has 61 lines/]);
  t.same(judged(`export function short() {${body.slice(1)}}`), []);
});

t.test(
  "a file that is longer for now says why, does not grow, and is taken off the list when it shrinks",
  async (t) => {
    const longer = { "src/kernel/a.ts": 402 };
    const file = (top: string, lines: number) => ({
      path: "src/kernel/a.ts",
      text: `${top}\n${"export {};\n".repeat(lines - 1)}`,
    });
    t.same(judgeLength(file("// Long because it is one table.", 402), longer), []);
    t.match(judgeLength(file("// A table.", 402), longer), [/does not say why/]);
    t.match(judgeLength(file("// Long because it is one table.", 403), longer), [/has 403 lines/]);
    t.match(judgeLength(file("// Long because it is one table.", 120), longer), [/has 120 lines/]);
  },
);
