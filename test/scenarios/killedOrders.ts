// For A1 over orders: one side in a process that dies by SIGKILL where it is told to, again and again on the same data, and what both
// sides must hold in the end.
import { spawn } from "node:child_process";
import type { Test } from "tap";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase } from "../../src/db/open.ts";
import type { Db } from "../../src/db/transact.ts";
import { freePort } from "../tools/nodes.ts";

type Side = "gas" | "farm";
type End = { signal: string | null; status: number | null; err: string };

function runSide({ side, farm, settings, wrap = asIs }: Killing, most: number, dieAt: string): Promise<End> {
  return new Promise((resolve) => {
    const args = ["test/tools/orderSide.ts", side, farm, String(most), dieAt, ...settings];
    const child = spawn(...wrap(process.execPath, args));
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (status, signal) => resolve({ signal, status, err }));
  });
}

const asIs: NonNullable<Killing["wrap"]> = (program, args) => [program, [...args]];

/** `deaths`: where the n-th run dies. Each goes on where the one before died, with one order more when that is over. */
type Killing = {
  readonly side: Side;
  readonly deaths: readonly string[];
  readonly farm: string;
  readonly settings: string[];
  /** Hears before each run how many orders there are to be. */
  readonly tell?: (most: number) => void;
  /** What to spawn instead of a program with its arguments. */
  readonly wrap?: (program: string, args: readonly string[]) => readonly [string, string[]];
};

/** Lets that side die at each point, and then end well. Gives how many orders there were. */
export async function killAgainAndAgain(t: Test, killing: Killing): Promise<number> {
  const { deaths, tell } = killing;
  const died: string[] = [];
  let orders = 0;
  for (const dieAt of deaths) {
    orders += 1;
    tell?.(orders);
    const end = await runSide(killing, orders, dieAt);
    if (end.signal === "SIGKILL") died.push(dieAt);
    else t.fail(`${dieAt} was never reached`, end);
  }
  t.same(died, deaths);
  t.match(await runSide(killing, orders, "nowhere:1"), { status: 0 }, "left alone, it ends well");
  return orders;
}

type House = { readonly db: Db; readonly config: Config };
type Sides = Readonly<Record<Side, House>>;

/** Opens what the process that was killed has left. */
export function openLeft(t: Test, settings: string[]): House {
  const { config } = readConfig(settings, {});
  const db = openDatabase(`${config.dataFolder}/db.sqlite`);
  t.teardown(() => db.raw.close());
  return { db, config };
}

/** `killed` is the side whose process has ended; the other's last news may still be on the way to it. */
export function checkBooks(t: Test, { gas, farm }: Sides, killed: Side, orders: number): void {
  const count = ({ db }: House, sql: string) => Number(db.raw.prepare(sql).pluck().get());
  t.equal(count(gas, "SELECT count(*) FROM orders WHERE state = 'delivered'"), orders);
  t.equal(count(gas, "SELECT count(*) FROM orders"), orders, "and no other");
  t.equal(count(farm, "SELECT count(*) FROM received_orders WHERE state = 'closed'"), orders);
  t.equal(count(farm, "SELECT count(*) FROM received_orders"), orders, "and no other");
  const said = (side: House, kind: string) =>
    count(side, `SELECT count(*) FROM thread_messages WHERE kind = '${kind}' AND direction = 'out'`);
  t.same([said(gas, "order"), said(farm, "countered"), said(farm, "accepted")], [2 * orders, orders, orders]);
  t.equal(count(gas, "SELECT count(*) FROM ledger_transactions"), orders, "each charged once");
  t.equal(count(gas, "SELECT sum(cents) FROM postings"), 0);
  t.equal(count(gas, "SELECT count(*) FROM reservations"), 0, "no credit is held any more");
  const dead = killed === "gas" ? gas : farm;
  t.equal(count(dead, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0, "nothing is owed");
  for (const side of [gas, farm])
    t.equal(count(side, "SELECT count(*) FROM inbox_log WHERE outcome = 'refused'"), 0, "nothing was refused");
  const words = ({ db }: House) =>
    db.raw.prepare("SELECT kind || ' ' || digest FROM thread_messages").pluck().all() as string[];
  const [here, there] = killed === "gas" ? [words(gas), words(farm)] : [words(farm), words(gas)];
  const without = (some: string[], others: string[]) => some.filter((word) => !others.includes(word));
  t.same(without(here, there), [], "who lives keeps every word that the killed side keeps");
  t.ok(without(there, here).every((word) => word.startsWith("status ")));
  for (const { db, config } of [gas, farm]) {
    const broken = checkWire(db, config.origin, config.secret).flatMap((check) => check.broken);
    t.same([findDamage(db), broken], [[], []]);
  }
}

/** Where the process that dies has its data and is reached. */
export async function settingsOf(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    settings: ["--origin", origin, "--port", String(port), "--data", `${t.testdirName}/killed`, "--allow-private"],
  };
}
