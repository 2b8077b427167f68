// A disk that fails under a commit: nobody knows whether it was kept. The node stops, and the next start knows.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase } from "../../src/db/open.ts";
import { type EvilActor, startEvilPeer } from "../tools/evilPeer.ts";
import { deliver, statusOf } from "../tools/letters.ts";
import { freePort } from "../tools/nodes.ts";

const CALLS = 10;
const LETTERS = 3;

const STRACE = ["-D", "-f", "--seccomp-bpf"];
const trial = spawnSync("strace", [...STRACE, "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "sync", "/"]);
const whyNot = trial.error
  ? "needs strace, which is not installed"
  : trial.status === 0
    ? "strace is here and cannot trace: ptrace is refused"
    : false;

type Running = { child: ChildProcess; said: () => string };

/** A node on a disk whose fsync fails when it is called for the `call`-th time; null: on a good disk. */
function startNode(t: Test, settings: string[], call: number | null, log: string): Running {
  const inject = [
    "-y",
    "-o",
    log,
    "-e",
    "trace=fsync,fdatasync",
    "-e",
    `inject=fsync,fdatasync:error=EIO:when=${call}`,
  ];
  const node = [process.execPath, "src/main.ts", ...settings];
  const [file = "", ...args] = call === null ? node : ["strace", ...STRACE, ...inject, ...node];
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text) => {
      said += text;
    });
  t.teardown(() => child.kill("SIGKILL"));
  return { child, said: () => said };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function waitUntil(isSo: () => boolean | Promise<boolean>, why: () => string, ms = 90_000): Promise<void> {
  for (const until = Date.now() + ms; !(await isSo()); await pause(25))
    if (Date.now() > until) throw new Error(`it did not happen within ${ms} ms: ${why()}`);
}

type Letter = { signer: EvilActor; activity: { id: string } };

function write(signer: EvilActor, type: "Follow" | "Like", number: number, object: string): Letter {
  const context = "https://www.w3.org/ns/activitystreams";
  const activity = { "@context": context, id: `${signer.id}/${number}`, type, actor: signer.id, object };
  return { signer, activity };
}

/** Which file's fsync failed, as strace saw it; null when it was never called so often. */
function failedFile(log: string): string | null {
  const line = readFileSync(log, "utf8")
    .split("\n")
    .find((text) => text.includes("(INJECTED)"));
  return line ? (/<(.*)>/.exec(line)?.[1] ?? "") : null;
}

/** A GAS whose node can be started again and again, and a peer that writes to it. */
async function openHouse(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const folder = t.testdir({ data: {}, logs: {} });
  const settings = ["--origin", origin, "--port", String(port), "--data", `${folder}/data`, "--allow-private"];
  const add = ["src/cli.ts", "actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano", ...settings];
  spawnSync(process.execPath, add);
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  /** Resolves once it listens, or has ended; whether it is ready would be found out by one more fsync. `failed` says whose fsync failed. */
  const start = async (call: number | null) => {
    const log = `${folder}/logs/${call}`;
    const { child, said } = startNode(t, settings, call, log);
    await waitUntil(async () => hasEnded(child) || (await statusOf(`${origin}/livez`)) === 200, said);
    return { child, said, failed: () => failedFile(log) };
  };
  /** The status, or 0 when nobody answers. */
  const send = ({ signer, activity }: Letter): Promise<number> =>
    deliver(`${origin}/fano/inbox`, signer, activity).then(
      ({ status }) => status,
      () => 0,
    );
  const open = () => openDatabase(`${folder}/data/db.sqlite`);
  const inLog = (ids: string[]) => {
    const db = open();
    const known = db.raw.prepare("SELECT activity_id FROM inbox_log").pluck().all();
    db.raw.close();
    return ids.filter((id) => known.filter((other) => other === id).length === 1);
  };
  return { origin, us: `${origin}/fano`, settings, peer, start, send, open, inLog };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await waitUntil(
    () => hasEnded(child),
    () => "killed",
  );
}

t.test(
  "A7 a node whose fsync fails says no and stops; the next start holds all it had thanked for, and each Follow counts once",
  { skip: whyNot },
  async (t) => {
    const { origin, us, settings, peer, start, send, open, inLog } = await openHouse(t);
    const letters: Letter[] = [];
    let owed: Letter[] = [];
    let stops = 0;
    for (let call = 1; call <= CALLS; call++) {
      const { child, said, failed } = await start(call);
      for (let number = 1; number <= LETTERS; number++) {
        const letter = write(peer.serveActor(`f${call}-${number}`), "Follow", 1, us);
        peer.serve(`/f${call}-${number}/inbox`, { status: 202 });
        letters.push(letter);
        owed.push(letter);
      }
      const thanked: string[] = [];
      for (const letter of owed) {
        const status = hasEnded(child) ? 0 : await send(letter);
        t.ok([202, 503, 0].includes(status), `${call}: ${status}`);
        if (status === 202) thanked.push(letter.activity.id);
        // Each second time it dies before it could close its files.
        if (status === 503 && call % 2 === 0) child.kill("SIGKILL");
      }
      if (failed()?.includes("db.sqlite")) {
        await waitUntil(
          () => hasEnded(child),
          () => `${call}: ${failed()} failed, and it goes on: ${said()}`,
        );
        t.not(child.exitCode, 0, "a supervisor starts it again");
        stops += 1;
      } else await kill(child);
      t.same(inLog(thanked), thanked, `${call}: all that was thanked for is there`);
      owed = owed.filter(({ activity }) => !thanked.includes(activity.id));
    }
    t.ok(stops >= CALLS - 3, `stopped ${stops} times`);

    const { child, said } = await start(null);
    for (const letter of owed) t.equal(await send(letter), 202);
    const answersTo = ({ signer }: Letter) => {
      const hits = peer.hits.filter(({ path }) => path === `${new URL(signer.id).pathname}/inbox`);
      return new Set(hits.map(({ body }) => JSON.parse(body.toString("utf8")).id));
    };
    await waitUntil(() => letters.every((letter) => answersTo(letter).size > 0), said, 90_000);
    for (const letter of letters) t.equal(answersTo(letter).size, 1, "one Accept for each Follow");
    await kill(child);
    const db = open();
    t.teardown(() => db.raw.close());
    t.equal(db.raw.prepare("SELECT count(*) FROM follows").pluck().get(), letters.length, "each follows once");
    t.same(findDamage(db), []);
    const { config } = readConfig(settings, {});
    t.same(
      checkWire(db, origin, config.secret).filter(({ broken }) => broken.length > 0),
      [],
    );
  },
);

t.test(
  "A7 a letter whose commit failed, and was kept all the same, is refused, found at the next start, and counts once",
  { skip: whyNot },
  async (t) => {
    const { us, peer, start, send, inLog } = await openHouse(t);
    const mill = peer.serveActor("mulino");
    // From now on the sender is known: a letter of its is one commit.
    const { child } = await start(null);
    t.equal(await send(write(mill, "Like", 0, us)), 202);
    await kill(child);
    const doubtful: Letter[] = [];
    for (const call of [12, 14, 16]) {
      const { child } = await start(call);
      let status = 202;
      for (let number = 1; number <= 16 && status === 202; number++) {
        const letter = write(mill, "Like", call * 100 + number, us);
        status = hasEnded(child) ? 0 : await send(letter);
        if (status === 503) doubtful.push(letter);
      }
      await kill(child);
    }
    const ids = doubtful.map(({ activity }) => activity.id);
    // Where the fsync of a clock task failed, the letter after it was not begun.
    t.ok(inLog(ids).length > 0, "it had said no, and yet they are there");
    const { child: again } = await start(null);
    for (const letter of doubtful) t.equal(await send(letter), 202);
    await kill(again);
    t.same(inLog(ids), ids, "once");
  },
);
