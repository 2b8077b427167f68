// A node as its keeper starts it, by `npm start` ("source") or as the systemd unit starts the bundle ("release"): time until
// /readyz says yes ("start", the second start on the same data), resident memory when idle ("idle") and after 2,000 page
// views ("used").
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../benchNode.ts";
import { hammer } from "../hammer.ts";
import { makeScratchFolder } from "../scratch.ts";

const REQUESTS = 2000;
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
// As npm does it: our own Node is found first.
const PATH = `${join(ROOT, "node_modules/.bin")}:${dirname(process.execPath)}:${process.env.PATH}`;

const [what, from] = process.argv.slice(2);
const { folder, remove } = makeScratchFolder();
const port = await findFreePort();
const origin = `http://127.0.0.1:${port}`;

const command = from === "release" ? readUnitCommand(buildRelease()) : readStartScript();

/** What `npm start` gives the shell. It begins with exec, so that the process measured is the node itself. */
function readStartScript(): string {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts.start;
}
function buildRelease(): string {
  const into = join(folder, "dist");
  const archive = execFileSync(process.execPath, ["scripts/release.ts", "--into", into], { cwd: ROOT });
  return archive
    .toString()
    .trim()
    .replace(/\.tar\.gz$/, "");
}
/** ExecStart of the unit, with what the unit says of memory, our Node and the bundle just made. */
function readUnitCommand(bundle: string): string {
  const unit = readFileSync(join(bundle, "deploy/filiera.service"), "utf8");
  const line = /^ExecStart=\S+( .*) \S+\/(\S+)$/m.exec(unit);
  if (!line) throw new Error("deploy/filiera.service has no ExecStart");
  const [arenas = ""] = /\bMALLOC_ARENA_MAX=\d+/.exec(unit) ?? [];
  return `exec env ${arenas} '${process.execPath}'${line[1]} '${join(bundle, line[2]!)}'`;
}
function startNode(): ChildProcess {
  const flags = `--origin ${origin} --port ${port} --data '${join(folder, "data")}'`;
  const child = spawn("sh", ["-c", `${command} ${flags}`], {
    cwd: ROOT,
    env: { ...process.env, PATH },
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}
async function untilReady(child: ChildProcess): Promise<number> {
  const started = performance.now();
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`the node ended (exit ${child.exitCode})`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - started;
}
function isReady(): Promise<boolean> {
  return new Promise((resolve) => {
    get(`${origin}/readyz`, { agent: false }, (answer) => resolve(answer.resume().statusCode === 200)).on("error", () =>
      resolve(false),
    );
  });
}
async function stopNode(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
function readRssMb(child: ChildProcess): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

// The first start migrates and makes keys, which happens once in a node's life.
const first = startNode();
await untilReady(first);
await stopNode(first);
const child = startNode();
let value = await untilReady(child);
if (what !== "start") {
  if (what === "used") {
    const request = Buffer.from(`GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/html\r\n\r\n`);
    const requests = Array.from({ length: REQUESTS }, () => request);
    await hammer({ port, requests, repeat: false, connections: 8, warmUpMs: 0, durationMs: 60_000 }, 200);
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  value = readRssMb(child);
}
await stopNode(child);
remove();
console.log(JSON.stringify({ value }));
