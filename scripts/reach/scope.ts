// Which files are to be covered whole, and which tests count for it.
import { isPure, roomOf } from "../../test/tidy/rooms.ts";
import { listFiles, readSources, type Source, walk } from "../../test/tidy/source.ts";

/** Of these rooms, which are not pure, only the tests named after a pure file count. */
const MIRRORED_ONLY = ["activitypub", "db", "web"];

/** Long tests that reach no line of a pure file which shorter ones do not, or hold a time limit: counting would only slow them. */
const NOT_COUNTED = [
  "test/sales/orders.test.ts",
  "test/sales/closing.test.ts",
  "test/ledger/history.test.ts",
  "test/ledger/post.test.ts",
  "test/catalogs/imports/actions.test.ts",
  "test/partners/strangers.test.ts",
  "test/partners/threads.test.ts",
  "test/partners/follows.test.ts",
];

/** Paths from the root. */
export type Scope = { readonly files: readonly string[]; readonly tests: readonly string[] };

/** The pure files that have code at all, and the tests of their rooms. */
export function readScope(): Scope {
  const sources = readSources("src").filter((source) => isPure(source.path) && hasCode(source));
  const files = sources.map(({ path }) => path);
  const tests = listFiles("test", [".test.ts"])
    .filter((test) => files.some((path) => speaksOf(test, path)))
    .filter((test) => !NOT_COUNTED.includes(test));
  return { files, tests };
}

/** Whether the test is of the file's room; in a room that is not pure, whether it bears the file's name. */
function speaksOf(test: string, path: string): boolean {
  if (roomOf(test) !== roomOf(path)) return false;
  const stem = path.replace(/^src\//, "test/").replace(/\.ts$/, "");
  return !MIRRORED_ONLY.includes(roomOf(path) ?? "") || test === `${stem}.test.ts`;
}

/** Whether anything of the file is left when its types are taken away. */
function hasCode(source: Source): boolean {
  const program = walk(source)[0] as unknown as { body: { type: string; importKind?: string; exportKind?: string }[] };
  return program.body.some(
    ({ type, importKind, exportKind }) => !type.startsWith("TS") && importKind !== "type" && exportKind !== "type",
  );
}
