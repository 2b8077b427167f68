// What `npm run mutate` is set on. The run itself takes too long for every change: CONTRIBUTING.md says when it is due.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { judgeLock, type Lock, type Manifest } from "./lockfile.ts";
import { ROOT } from "./source.ts";

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, "mutation", name), "utf8"));
type Setting = { mutate: string[]; tap: { testFiles: string[] }; thresholds: { break: number } };
const setting = readJson("stryker.json") as Setting;

t.test("C62 Stryker changes authorisation, ledger and order states, and fails below 85 % killed", async (t) => {
  t.ok(setting.thresholds.break >= 85);
  for (const file of [
    "src/web/policy.ts",
    "src/web/visitor.ts",
    "src/ledger/movement.ts",
    "src/orders/order.ts",
    "src/sales/received.ts",
  ])
    t.ok(setting.mutate.includes(file), file);
  for (const file of [...setting.mutate, ...setting.tap.testFiles]) t.ok(existsSync(join(ROOT, file)), file);
});

t.test("C49 Stryker's own lockfile is hashed, from no named host, without install scripts, free, exact", async (t) => {
  const lock = readJson("package-lock.json") as Lock;
  t.ok(Object.keys(lock.packages).length > 100);
  // The project's floors are about packages that Stryker does not bring; one of its tables is CC-BY and goes nowhere.
  const faults = judgeLock(lock, readJson("package.json") as Manifest).filter(
    (fault) => !/CC-BY-4\.0|is not in the lockfile$/.test(fault),
  );
  t.same(faults, []);
});
