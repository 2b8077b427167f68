// The verb that reads everything anew and says what does not hold.
import type { Command } from "commander";
import { checkWire } from "../activitypub/checkWire.ts";
import type { Config } from "../config.ts";
import { findDamage } from "../db/backup.ts";
import { findLostTail } from "../db/tail.ts";
import type { Db } from "../db/transact.ts";
import { checkLedger } from "../ledger/checkStore.ts";
import { checkOrders } from "../orders/checkStore.ts";
import { checkThreads } from "../partners/threads/contractActions.ts";
import { checkSales } from "../sales/checkStore.ts";
import { checkAudit } from "../web/auditStore.ts";
import { type Desk, VerbError } from "./desk.ts";

type Check = { readonly name: string; readonly broken: readonly string[] };

/** `doctor`: exit status 1 where anything does not hold. */
export function addDoctorVerb(program: Command, desk: Desk): void {
  const { say } = desk;
  program
    .command("doctor")
    .description(say("cli.doctor.about"))
    .action(() => tellExamined(desk, desk.config));
}

/** Reads everything anew and says how each thing is; stops the verb where anything does not hold. */
export function tellExamined({ db, say, tell }: Desk, config: Pick<Config, "origin" | "secret">): void {
  const checks = examine(db(), config);
  for (const { name, broken } of checks) {
    tell(`${broken.length === 0 ? "ok  " : "NO  "} ${say(`cli.doctor.${name}`)}`);
    for (const line of broken) tell(`       ${line}`);
  }
  const bad = checks.filter(({ broken }) => broken.length > 0).length;
  if (bad > 0) throw new VerbError(say("cli.doctor.bad", { count: bad }));
  tell(say("cli.doctor.good", { count: checks.length }));
}

function examine(db: Db, config: Pick<Config, "origin" | "secret">): Check[] {
  const damage = { name: "database", broken: findDamage(db) };
  // What is read from broken pages says nothing.
  if (damage.broken.length > 0) return [damage];
  return [
    damage,
    { name: "tail", broken: findLostTail(db) },
    ...checkWire(db, config.origin, config.secret),
    { name: "ledger", broken: checkLedger(db.orm) },
    { name: "threads", broken: checkThreads(db.orm) },
    { name: "orders", broken: checkOrders(db.orm) },
    { name: "sales", broken: checkSales(db.orm) },
    { name: "audit", broken: checkAudit(db.orm) },
  ];
}
