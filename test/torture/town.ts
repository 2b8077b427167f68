// A farm and a GAS as two processes with a pact between them, or orders one after the other, to be killed in any way and looked at
// afterwards.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase, openReadOnly } from "../../src/db/open.ts";
import type { Db } from "../../src/db/transact.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { checkOrders } from "../../src/orders/checkStore.ts";
import { type HeldPact, listPacts } from "../../src/partners/pacts/pactStore.ts";
import { checkThreads } from "../../src/partners/threads/contractActions.ts";
import { checkSales } from "../../src/sales/checkStore.ts";
import { freePort } from "../tools/nodes.ts";

const SIDES = ["farm", "gas"] as const;
type Side = (typeof SIDES)[number];
/** `calm`: what runs is brought to its end and nothing new begun. */
type Mood = "busy" | "calm";
/** What the two do while they are busy: suspend and resume their pact, or order (book, close, send, counter, accept, deliver, charge). */
export type Deeds = "pacts" | "orders";

/** What is left once all is quiet: both sides' pacts, how many orders there were, and whatever breaks a promise (none: all hold). */
type End = {
  readonly farm: HeldPact | undefined;
  readonly gas: HeldPact | undefined;
  readonly orders: number;
  readonly broken: string[];
};

export type Town = Awaited<ReturnType<typeof openTown>>;

/** Nothing runs yet. `folder` takes both sides' data. */
export async function openTown(folder: string, deeds: Deeds = "pacts") {
  const ports = { farm: await freePort(), gas: await freePort() };
  const settingsOf = (side: Side) => {
    const origin = `http://127.0.0.1:${ports[side]}`;
    const flags = ["--origin", origin, "--port", String(ports[side]), "--data", `${folder}/${side}`, "--allow-private"];
    return flags;
  };
  const file = (side: Side) => `${folder}/${side}/db.sqlite`;
  const running = new Map<Side, ChildProcess>();
  let errors = "";
  /** `flags` are Node's own. */
  const start = (side: Side, mood: Mood, flags: readonly string[] = []) => {
    const name = deeds === "pacts" ? "pactSide.ts" : "orderSide.ts";
    const tool = fileURLToPath(new URL(`../tools/${name}`, import.meta.url));
    const wish = deeds === "pacts" ? [mood] : [mood === "busy" ? "1000" : "0", "never"];
    const farm = `http://127.0.0.1:${ports.farm}/mulino`;
    const child = spawn(process.execPath, [...flags, tool, side, farm, ...wish, ...settingsOf(side)]);
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
  return {
    deeds,
    origin: (side: Side) => `http://127.0.0.1:${ports[side]}`,
    start,
    kill,
    count,
    errors: () => errors,
    end: () => lookAt(file, settingsOf),
  };
}

/** Waits until it is so. Throws after `ms`, with what the processes said. */
export async function waitUntil(town: Town, isSo: () => boolean, ms = 120_000): Promise<void> {
  for (const until = Date.now() + ms; !isSo(); await pause(25))
    if (Date.now() > until) throw new Error(`it did not happen within ${ms} ms: ${town.errors()}`);
}

/** Whether a side owes nothing, holds a live pact, and has brought every order to its end. */
export function isAtRest(town: Town, side: Side): boolean {
  const isLive = town.count(side, "SELECT count(*) FROM pacts WHERE state = 'live'") === 1;
  const isDone = town.deeds === "pacts" || town.count(side, RUNNING[side]) === 0;
  return isLive && isDone && town.count(side, "SELECT count(*) FROM outbox WHERE state <> 'delivered'") === 0;
}

/** The orders that somebody has still to do something about. */
const RUNNING = {
  gas: `SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM order_delivery_notes WHERE answer = 'accepted')
    OR id NOT IN (SELECT order_id FROM order_agreements WHERE status = 'closed')`,
  farm: "SELECT count(*) FROM received_orders WHERE state <> 'closed'",
};

type Opened = Record<Side, Db>;

function lookAt(file: (side: Side) => string, settingsOf: (side: Side) => string[]): End {
  const broken: string[] = [];
  const opened: Opened = { farm: openDatabase(file("farm")), gas: openDatabase(file("gas")) };
  const [farm, gas] = SIDES.map((side) => {
    const db = opened[side];
    const { config } = readConfig(settingsOf(side), {});
    const damage = [
      ...[...findDamage(db), ...checkWire(db, config.origin, config.secret).flatMap((check) => check.broken)],
      ...[checkLedger, checkThreads, checkOrders, checkSales].flatMap((check) => check(db.orm)),
    ];
    broken.push(...damage.map((line) => `${side}: ${line}`));
    const actor = `${config.origin}/${side === "farm" ? "mulino" : "fano"}`;
    const pacts = listPacts(db.orm, actor, 10);
    if (pacts.length !== 1) broken.push(`${side}: ${pacts.length} pacts`);
    return pacts[0];
  });
  const orders = Number(opened.gas.raw.prepare("SELECT count(*) FROM orders").pluck().get());
  broken.push(...compareOrders(opened, orders));
  for (const side of SIDES) opened[side].raw.close();
  return { farm, gas, orders, broken };
}

/** What does not hold of the orders of both sides, each told once: the same words, each order once, each charged once. */
function compareOrders({ farm, gas }: Opened, orders: number): string[] {
  const list = ({ raw }: Db, sql: string) => raw.prepare(sql).pluck().all() as (string | number)[];
  const same = (what: string, one: readonly unknown[], other: readonly unknown[]) =>
    isDeepStrictEqual(one, other) ? [] : [`${what}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`];
  const words = "SELECT kind || ' ' || digest FROM thread_messages ORDER BY 1";
  const refused =
    "SELECT type || ' ' || coalesce(refusal, outcome) FROM inbox_log WHERE outcome = 'refused' ORDER BY 1";
  return [
    ...same("the words of both differ", list(farm, words), list(gas, words)),
    ...same("delivered", list(gas, "SELECT count(*) FROM orders WHERE state = 'delivered'"), [orders]),
    ...same("received", list(farm, "SELECT count(*) FROM received_orders"), [orders]),
    ...same("charges", list(gas, "SELECT count(*) FROM ledger_transactions"), [orders]),
    ...same("held credit", list(gas, "SELECT count(*) FROM reservations"), [0]),
    ...same("refused", [...list(farm, refused), ...list(gas, refused)], []),
  ];
}
