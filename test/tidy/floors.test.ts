// Holds the lockfile to what SAFETY asks of it, and the SQLite that really runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import t from "tap";
import { isAtLeast, judgeLock, type Lock, type Manifest, missingOptionals } from "./lockfile.ts";
import { ROOT } from "./source.ts";

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), "utf8"));
const lock = readJson("package-lock.json") as Lock;
const manifest = readJson("package.json") as Manifest;
const judgeWith = (path: string, entry: object) =>
  judgeLock({ packages: { ...lock.packages, [path]: { ...lock.packages[path], ...entry } } } as Lock, manifest);

t.test("C49 the lockfile is above the floors, hashed, from no named host, without install scripts, free", async (t) => {
  t.ok(Object.keys(lock.packages).length > 100, "there are packages to check");
  t.same(judgeLock(lock, manifest), []);
});

t.test("C25 the xlsx of npm does not come in, not even as a dependency's dependency", async (t) => {
  const entry = { version: "0.18.5", integrity: "sha512-x", license: "Apache-2.0" };
  t.match(judgeWith("node_modules/xlsx", entry), [/must not come in/]);
  t.match(judgeWith("node_modules/some-reader/node_modules/xlsx", entry), [/must not come in/]);
});

t.test("C49 a package below its floor, without hash, from a host, with a script or not free is seen", async (t) => {
  t.match(judgeWith("node_modules/@fedify/fedify", { version: "2.3.7" }), [/2\.3\.7 is below 2\.3\.8/]);
  t.match(
    judgeWith("node_modules/a/node_modules/fastify", { ...lock.packages["node_modules/fastify"], version: "4.9.0" }),
    [/fastify 4\.9\.0 is below 5\.12\.2/],
  );
  t.match(judgeWith("node_modules/fastify", { integrity: undefined }), [/no sha512 hash/]);
  t.match(judgeWith("node_modules/fastify", { integrity: "sha1-abc" }), [/no sha512 hash/]);
  t.match(judgeWith("node_modules/fastify", { resolved: "https://packages.example/fastify.tgz" }), [/names the host/]);
  t.match(judgeWith("node_modules/fastify", { hasInstallScript: true }), [/runs a script/]);
  t.match(judgeWith("node_modules/fastify", { license: "SSPL-1.0" }), [/licence SSPL-1\.0/]);
  t.same(judgeWith("node_modules/fastify", { license: "(SSPL-1.0 OR MIT)" }), []);
});

t.test("C49 an optional package that the lockfile names and lacks is seen, wherever it would lie", async (t) => {
  const entry = { ...lock.packages["node_modules/fastify"], optionalDependencies: { absent: "1.0.0" } };
  t.match(judgeWith("node_modules/fastify", entry), [/asks for absent/]);
  const found = (path: string) => ({
    packages: { "node_modules/@a/b": { optionalDependencies: { c: "1.0.0" } }, [path]: {} },
  });
  for (const path of ["node_modules/c", "node_modules/@a/b/node_modules/c"])
    t.same(missingOptionals(found(path)), [], path);
  t.match(missingOptionals(found("node_modules/d/node_modules/c")), [{ path: "node_modules/@a/b", name: "c" }]);
});

t.test("C49 a version that may drift is seen", async (t) => {
  t.match(judgeLock(lock, { ...manifest, dependencies: { fastify: "^5.12.8" } }), [/"\^5\.12\.8" is not exact/]);
});

t.test("C49 the registry client keeps versions exact and runs no scripts", async (t) => {
  const lines = readFileSync(join(ROOT, ".npmrc"), "utf8").split("\n");
  for (const line of ["ignore-scripts=true", "save-exact=true"]) t.ok(lines.includes(line), line);
});

t.test("C49 the SQLite that runs has no WAL-reset corruption", async (t) => {
  const db = new Database(":memory:");
  const version = String(db.prepare("SELECT sqlite_version()").pluck().get());
  db.close();
  t.ok(isAtLeast(version, "3.51.3"), `SQLite ${version}`);
  t.notOk(isAtLeast("3.51.2", "3.51.3"));
  t.ok(isAtLeast("3.100.0", "3.51.3"));
});
