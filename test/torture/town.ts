// A farm and a GAS as two processes with a pact between them, to be killed in any way and looked at afterwards.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase, openReadOnly } from "../../src/db/open.ts";
import { type HeldPact, listPacts } from "../../src/partners/pactStore.ts";
import { freePort } from "../tools/nodes.ts";

const SIDES = ["farm", "gas"] as const;
type Side = (typeof SIDES)[number];
type Mood = "busy" | "calm";

/** What is left once all is quiet: both sides' pacts, and whatever breaks a promise (none: all hold). */
type End = { readonly farm: HeldPact | undefined; readonly gas: HeldPact | undefined; readonly broken: string[] };

export type Town = Awaited<ReturnType<typeof openTown>>;

/** Nothing runs yet. `folder` takes both sides' data. */
export async function openTown(folder: string) {
  const ports = { farm: await freePort(), gas: await freePort() };
  const settingsOf = (side: Side) => {
    const origin = `http://127.0.0.1:${ports[side]}`;
    const flags = ["--origin", origin, "--port", String(ports[side]), "--data", `${folder}/${side}`, "--allow-private"];
    return flags;
  };
  const file = (side: Side) => `${folder}/${side}/db.sqlite`;
  const running = new Map<Side, ChildProcess>();
  let errors = "";
  const start = (side: Side, mood: Mood) => {
    const tool = fileURLToPath(new URL("../tools/pactSide.ts", import.meta.url));
    const child = spawn(process.execPath, [
      tool,
      side,
      `http://127.0.0.1:${ports.farm}/mulino`,
      mood,
      ...settingsOf(side),
    ]);
    child.stderr.on("data", (text) => {
      errors += text;
    });
    running.set(side, child);
  };
  /** SIGKILL; resolves when the process is gone. */
  const kill = async (side: Side) => {
    const child = running.get(side);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  /** Runs a query of one number on a side's data; 0 while there are none. */
  const count = (side: Side, sql: string): number => {
    if (!existsSync(file(side))) return 0;
    try {
      const db = openReadOnly(file(side));
      try {
        return Number(db.raw.prepare(sql).pluck().get());
      } finally {
        db.raw.close();
      }
    } catch {
      return 0;
    }
  };
  return { start, kill, count, errors: () => errors, end: () => lookAt(file, settingsOf) };
}

/** Waits until it is so. Throws after `ms`, with what the processes said. */
export async function waitUntil(town: Town, isSo: () => boolean, ms = 60_000): Promise<void> {
  for (const until = Date.now() + ms; !isSo(); await pause(25))
    if (Date.now() > until) throw new Error(`it did not happen within ${ms} ms: ${town.errors()}`);
}

/** Whether a side owes nothing and holds a live pact. */
export function isAtRest(town: Town, side: Side): boolean {
  const isLive = town.count(side, "SELECT count(*) FROM pacts WHERE state = 'live'") === 1;
  return isLive && town.count(side, "SELECT count(*) FROM outbox WHERE state <> 'delivered'") === 0;
}

function lookAt(file: (side: Side) => string, settingsOf: (side: Side) => string[]): End {
  const broken: string[] = [];
  const [farm, gas] = SIDES.map((side) => {
    const db = openDatabase(file(side));
    const { config } = readConfig(settingsOf(side), {});
    const damage = [...findDamage(db), ...checkWire(db, config.origin, config.secret).flatMap((check) => check.broken)];
    broken.push(...damage.map((line) => `${side}: ${line}`));
    const actor = `${config.origin}/${side === "farm" ? "mulino" : "fano"}`;
    const pacts = listPacts(db.orm, actor, 10);
    if (pacts.length !== 1) broken.push(`${side}: ${pacts.length} pacts`);
    db.raw.close();
    return pacts[0];
  });
  return { farm, gas, broken };
}
