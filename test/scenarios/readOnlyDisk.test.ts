// A file system that turns read-only under a running node, as Linux does to one whose device had errors, and is writable again later.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { findDamage } from "../../src/db/backup.ts";
import { openReadOnly } from "../../src/db/open.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";
import { askReady, deliver, statusOf, writeLike } from "../tools/letters.ts";
import { freePort } from "../tools/nodes.ts";

const CALLS = "pwrite64,write,ftruncate,fallocate,access,faccessat,faccessat2";

/** From now on that process cannot write to these files; it can again when what is returned is ended. */
function turnReadOnly(pid: number, files: readonly string[]): ChildProcess {
  const paths = files.flatMap((file) => ["-P", file]);
  const inject = ["-e", `trace=${CALLS}`, "-e", `inject=${CALLS}:error=EROFS`];
  return spawn("strace", ["-f", "-qq", "-o", "/dev/null", ...paths, ...inject, "-p", String(pid)], { stdio: "ignore" });
}

const sleeper = spawn("sleep", ["60"], { stdio: "ignore" });
const trial = spawnSync("strace", ["-qq", "-o", "/dev/null", "-e", "trace=none", "-p", String(sleeper.pid)], {
  timeout: 500,
});
sleeper.kill("SIGKILL");
const whyNot =
  trial.error && "code" in trial.error && trial.error.code === "ENOENT"
    ? "needs strace, which is not installed"
    : trial.status !== null && trial.status !== 0
      ? "strace is here and cannot attach: ptrace is refused"
      : false;

async function startNode(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const data = `${t.testdir({ data: {} })}/data`;
  const settings = ["--origin", origin, "--port", String(port), "--data", data, "--allow-private"];
  spawnSync(process.execPath, [
    "src/cli.ts",
    "actor",
    "add",
    "--kind",
    "gas",
    "--handle",
    "fano",
    "--name",
    "F",
    ...settings,
  ]);
  const child = spawn(process.execPath, ["src/main.ts", ...settings], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      said += text;
    });
  t.teardown(() => child.kill("SIGKILL"));
  await waitUntil(
    async () => (await statusOf(`${origin}/readyz`)) === 200,
    () => said,
  );
  return { origin, child, file: `${data}/db.sqlite`, said: () => said };
}

async function waitUntil(isSo: () => Promise<boolean>, why: () => string, ms = 60_000): Promise<void> {
  for (const until = Date.now() + ms; !(await isSo()); await pause(50))
    if (Date.now() > until) throw new Error(`it did not happen within ${ms} ms: ${why()}`);
}

t.test(
  "A13 a node whose disk turns read-only says so, thanks for nothing, shows its pages, and goes on when it can write again",
  { skip: whyNot },
  async (t) => {
    const { origin, child, file, said } = await startNode(t);
    const peer = await startEvilPeer();
    t.teardown(() => peer.close());
    const mill = peer.serveActor("mulino");
    const send = (number: number) => deliver(`${origin}/fano/inbox`, mill, writeLike(mill, number));
    t.equal((await send(0)).status, 202);
    const hold = turnReadOnly(child.pid ?? 0, [file, `${file}-wal`]);
    t.teardown(() => hold.kill("SIGTERM"));
    await waitUntil(async () => (await askReady(origin)).status === 503, said);
    t.match(await askReady(origin), { status: 503, body: { status: "not ready", reason: "read-only" } });
    for (const number of [1, 2, 3]) {
      const { status, retryAfter } = await send(number);
      t.equal(status, 503);
      t.ok(Number(retryAfter) > 0, "with the time after which to try again");
    }
    for (const path of ["/", "/fano", "/livez"]) t.equal(await statusOf(origin + path), 200, path);
    t.match([child.exitCode, child.signalCode], [null, null], said());
    t.match(said(), /cannot be written/, "the log says it");
    hold.kill("SIGTERM");
    await waitUntil(async () => (await askReady(origin)).status === 200, said);
    for (const number of [1, 2, 3]) t.equal((await send(number)).status, 202, `${number} is taken now`);
    t.match(said(), /written again/);
    const db = openReadOnly(file);
    t.teardown(() => db.raw.close());
    t.same(findDamage(db), []);
    const logged = db.raw.prepare("SELECT count(*) FROM inbox_log WHERE type = 'Like'").pluck().get();
    t.equal(logged, 4, "all that was thanked for is there, once");
  },
);
