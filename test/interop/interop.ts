// `npm run interop`: real servers of other projects talk to a real node, in a network that leads nowhere else. Needs root on
// a Debian and its registries; says why it skipped where it cannot run, which FILIERA_INTEROP=required makes a failure.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "./command.ts";
import { APART, authorityFiles, makeAuthority, tryNamespaces } from "./lan.ts";
import { fetchPrograms } from "./packages.ts";

const LONGEST_MS = 180_000;
const scenario = new URL("./interop.test.ts", import.meta.url).pathname;
// iproute2 and apt live where a person's path does not lead.
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const folder = mkdtempSync(join(tmpdir(), "filiera-interop-"));
let end = () => {};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    end();
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}
try {
  process.exitCode = await meetPeers();
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  process.exitCode = await skip(error.message);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function meetPeers(): Promise<number> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Unavailable("network namespaces take root on a Linux");
  const programs = join(folder, "programs.json");
  await tryNamespaces();
  await makeAuthority(folder);
  writeFileSync(programs, JSON.stringify(await fetchPrograms(folder)));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorityFiles(folder).authority };
  return runScenario("unshare", [...APART, process.execPath, scenario, folder, programs], env);
}

function skip(reason: string): Promise<number> {
  if (process.env.FILIERA_INTEROP === "required") {
    console.error(`npm run interop could not run: ${reason}`);
    return Promise.resolve(1);
  }
  return runScenario(process.execPath, [scenario, "--skip", reason], process.env);
}

function runScenario(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "inherit", "inherit"] });
    // Whoever ends the leader of the namespaces ends everything in them.
    end = () => child.kill("SIGKILL");
    const timer = setTimeout(() => end(), LONGEST_MS);
    child.once("error", (error) => reject(new Unavailable(`${program}: ${error.message}`)));
    child.once("exit", (status) => {
      clearTimeout(timer);
      resolve(status ?? 1);
    });
  });
}
