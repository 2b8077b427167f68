import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../tidy/source.ts";
import { askStatus, startProcess } from "./startProcess.ts";

t.test(
  "C50 the release, unpacked far from the sources, carries no secret, starts, serves its pages and stops when told",
  async (t) => {
    const folder = t.testdir();
    execFileSync(process.execPath, ["scripts/release.ts", "--into", join(folder, "made")], {
      cwd: ROOT,
      stdio: "pipe",
    });
    const [archive = ""] = readdirSync(join(folder, "made")).filter((name) => name.endsWith(".tar.gz"));
    t.match(archive, /^filiera-\d+\.\d+\.\d+\.tar\.gz$/);
    // Outside of the repository, so that nothing is found in a node_modules above.
    const away = mkdtempSync(join(tmpdir(), "filiera-"));
    t.teardown(() => rmSync(away, { recursive: true }));
    execFileSync("tar", ["-xzf", join(folder, "made", archive), "-C", away, "--strip-components=1"]);
    t.same(findSecrets(away), [], "C50 a release carries no key and no folder of the machine it was made on");
    const node = await startProcess([process.execPath, "filiera.mjs"], away, join(away, "data"));
    const { port } = new URL(node.origin);
    t.match(node.said(), /\/setup\//, "the link for the first administrator");
    for (const path of ["/livez", "/sign-in", "/static/pico.css", "/static/htmx.js", "/static/app.css"])
      t.equal(await askStatus(port, path), 200, path);
    t.equal(await node.stop(), 0);
  },
);

/** The files of a folder that carry a private key, the folder of the sources, or a node's secret. */
function findSecrets(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const bad = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[\w+/=]{16}|FILIERA_SECRET=[\w-]{43}\b/;
  return files
    .map((file) => ({ name: file.name, text: readFileSync(join(file.parentPath, file.name), "latin1") }))
    .filter(({ name, text }) => bad.test(text) || text.includes(ROOT) || /^(?:\.env|\.npmrc|secret)$/.test(name))
    .map(({ name }) => name);
}
