// A44: a node that may open 256 files, and 500 connections that say nothing: whoever speaks is heard all the same.
import { spawn, spawnSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { startEvilPeer } from "../tools/evilPeer.ts";
import { deliver, statusOf } from "../tools/letters.ts";
import { freePort } from "../tools/nodes.ts";

const FILES = 256;
const SOCKETS = 500;

async function startNode(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = [
    "--origin",
    origin,
    "--port",
    String(port),
    "--data",
    `${t.testdir({ data: {} })}/data`,
    "--allow-private",
  ];
  const add = ["src/cli.ts", "actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano"];
  spawnSync(process.execPath, [...add, ...settings]);
  const script = `ulimit -n ${FILES}; exec "$0" "$@"`;
  const child = spawn("sh", ["-c", script, process.execPath, "src/main.ts", ...settings], { stdio: "ignore" });
  t.teardown(() => child.kill("SIGKILL"));
  for (let i = 0; (await statusOf(`${origin}/readyz`)) !== 200; i++) {
    if (i > 600 || child.exitCode !== null) throw new Error("the node did not get ready");
    await pause(50);
  }
  return { origin, port, child };
}

/** Keeps so many connections open that never say a word; one that is closed is opened again after a while. */
function holdSockets(t: Test, port: number) {
  const open = new Set<Socket>();
  let isOver = false;
  const hold = () => {
    const socket = connect(port, "127.0.0.1");
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      open.delete(socket);
      if (!isOver) setTimeout(hold, 5000).unref();
    });
  };
  for (let i = 0; i < SOCKETS; i++) hold();
  t.teardown(() => {
    isOver = true;
    for (const socket of open) socket.destroy();
  });
}

t.test(
  "A44 with 256 files and 500 connections that say nothing a node shows its pages, takes letters and sends its own",
  async (t) => {
    const { origin, port, child } = await startNode(t);
    const peer = await startEvilPeer();
    t.teardown(() => peer.close());
    const mill = peer.serveActor("mulino");
    peer.serve("/mulino/inbox", { status: 202 });
    holdSockets(t, port);
    await pause(500);
    // Like a browser, which asks once more where a connection it had kept is closed under its question.
    const isShown = async (path: string) =>
      (await statusOf(origin + path)) === 200 || (await statusOf(origin + path)) === 200;
    for (let round = 0; round < 8; round++)
      for (const path of ["/", "/fano", "/readyz"]) t.ok(await isShown(path), path);
    const follow = {
      "@context": "https://www.w3.org/ns/activitystreams",
      id: `${mill.id}/1`,
      type: "Follow",
      actor: mill.id,
    };
    t.equal((await deliver(`${origin}/fano/inbox`, mill, { ...follow, object: `${origin}/fano` })).status, 202);
    for (let i = 0; i < 200 && !peer.hits.some(({ path }) => path === "/mulino/inbox"); i++) await pause(50);
    t.ok(
      peer.hits.some(({ path }) => path === "/mulino/inbox"),
      "its answer leaves",
    );
    t.equal(child.exitCode, null);
  },
);
