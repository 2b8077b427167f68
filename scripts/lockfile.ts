// `npm run lockfile`: after a change of packages, takes out of package-lock.json the optional packages that the registry
// could not give. They are other platforms' (macOS, Windows, musl); npm 11 leaves them without a version, and its
// `npm ci` then refuses the whole lockfile. What stays has a hash, and Linux on x64 and arm64 has all it needs.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Lock, missingOptionals } from "../test/tidy/lockfile.ts";
import { ROOT } from "../test/tidy/source.ts";

const file = join(ROOT, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
const missing = missingOptionals(lock);
for (const { path, name } of missing) {
  const entry = lock.packages[path]!;
  delete entry.optionalDependencies![name];
  if (Object.keys(entry.optionalDependencies!).length === 0) delete entry.optionalDependencies;
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} taken out${missing.map(({ path, name }) => `\n${path}: ${name}`).join("")}`);
