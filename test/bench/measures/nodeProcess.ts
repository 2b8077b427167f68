// A node as its keeper starts it: time until /readyz says yes ("start", the second start on the same data), resident memory
// when idle ("idle") and after 2,000 page views ("used").
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../benchNode.ts";
import { hammer } from "../hammer.ts";
import { makeScratchFolder } from "../scratch.ts";

const REQUESTS = 2000;
const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

const what = process.argv[2];
const { folder, remove } = makeScratchFolder();
const port = await findFreePort();
const origin = `http://127.0.0.1:${port}`;

function startNode(): ChildProcess {
  const flags = ["--origin", origin, "--port", String(port), "--data", folder];
  const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ["ignore", "ignore", "inherit"] });
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
