// The file that was taken home, taken apart again; and files that only look like it.
import {
  appendFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import t, { type Test } from "tap";
import { writeTar } from "../../src/db/tar.ts";
import { readTar } from "../../src/db/untar.ts";

async function makeTar(t: Test, names: readonly string[]): Promise<{ file: string; out: string }> {
  const folder = t.testdir({ in: { media: {}, secrets: {} } });
  for (const name of names) {
    mkdirSync(`${folder}/in/media`, { recursive: true });
    writeFileSync(`${folder}/in/${name}`, `content of ${name}`.repeat(100));
  }
  const file = `${folder}/home.tar`;
  await pipeline(Readable.from(writeTar(`${folder}/in`, names, 0)), createWriteStream(file));
  return { file, out: `${folder}/out` };
}

t.test("what was written comes back, byte by byte", async (t) => {
  const names = ["checksums.json", "db.sqlite", "erasures.jsonl", "media/0a1b.jpg"];
  const { file, out } = await makeTar(t, names);
  t.match(readTar(file, out), { files: 4 });
  for (const name of names) t.equal(readFileSync(`${out}/${name}`, "utf8"), `content of ${name}`.repeat(100), name);
});

t.test("names that are none of ours, links, files cut short, changed or twice in it are refused", async (t) => {
  for (const name of ["secrets/secret", "media/../../escaped", "other.txt"]) {
    const { file, out } = await makeTar(t, [name]);
    t.match(readTar(file, out), { refused: "not-an-export" }, name);
    t.notOk(existsSync(`${out}/../escaped`), name);
  }
  const { file, out } = await makeTar(t, ["db.sqlite", "checksums.json"]);
  const whole = readFileSync(file);
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(whole);
    change(bytes);
    writeFileSync(file, bytes);
    return readTar(file, `${out}-${Math.random()}`);
  };
  t.match(
    changed((bytes) => bytes.write("2", 156)),
    { refused: "not-an-export" },
    "a link",
  );
  t.match(
    changed((bytes) => bytes.write("x", 0)),
    { refused: "not-an-export" },
    "another name",
  );
  writeFileSync(file, whole);
  truncateSync(file, 700);
  t.match(readTar(file, `${out}-cut`), { refused: "not-an-export" });
  writeFileSync(file, whole.subarray(0, whole.length - 1024));
  appendFileSync(file, whole);
  t.match(readTar(file, `${out}-twice`), { refused: "not-an-export", detail: "db.sqlite twice" });
  writeFileSync(file, Buffer.alloc(1024));
  t.match(readTar(file, `${out}-empty`), { refused: "not-an-export" });
});
