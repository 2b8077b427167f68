import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../tidy/source.ts";
import { askStatus, startProcess } from "./startProcess.ts";

t.test("the release, unpacked far from the sources, starts, serves its pages and stops when told", async (t) => {
  const folder = t.testdir();
  execFileSync(process.execPath, ["scripts/release.ts", "--into", join(folder, "made")], { cwd: ROOT, stdio: "pipe" });
  const [archive = ""] = readdirSync(join(folder, "made")).filter((name) => name.endsWith(".tar.gz"));
  t.match(archive, /^filiera-\d+\.\d+\.\d+\.tar\.gz$/);
  // Outside of the repository, so that nothing is found in a node_modules above.
  const away = mkdtempSync(join(tmpdir(), "filiera-"));
  t.teardown(() => rmSync(away, { recursive: true }));
  execFileSync("tar", ["-xzf", join(folder, "made", archive), "-C", away, "--strip-components=1"]);
  const node = await startProcess([process.execPath, "filiera.mjs"], away, join(away, "data"));
  const { port } = new URL(node.origin);
  t.match(node.said(), /\/setup\//, "the link for the first administrator");
  for (const path of ["/livez", "/sign-in", "/static/pico.css", "/static/htmx.js", "/static/app.css"])
    t.equal(await askStatus(port, path), 200, path);
  t.equal(await node.stop(), 0);
});
