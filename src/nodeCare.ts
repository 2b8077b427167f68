// How a node is looked after: it saves itself and proves it, says how it is, and tells those who look after it what is wrong.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { Config } from "./config.ts";
import { type BackupKeeper, createBackupKeeper } from "./db/backupKeeper.ts";
import type { Db, Tx } from "./db/transact.ts";
import { createWriteProbe } from "./db/writeProbe.ts";
import type { Clock } from "./kernel/clock.ts";
import type { MembersHouse } from "./members/actions.ts";
import { tellCarers } from "./members/notices/tellActions.ts";
import { loadPersonRow } from "./members/store.ts";
import { databaseFile, type ProofWork } from "./nodeData.ts";
import { listGroupAffairs } from "./orders/affairsStore.ts";
import { DOMAINS_PATH } from "./partners/hosts/domainPages.ts";
import type { Affair } from "./partners/leaving/leaving.ts";
import { listSellerAffairs } from "./sales/affairsStore.ts";
import type { buildWeb } from "./web/app.ts";
import { recordAudit } from "./web/auditStore.ts";
import { formats } from "./web/format.ts";
import { registerHealth } from "./web/health.ts";
import { openMailer } from "./web/mail.ts";
import { HEALTH_PATH, type NodeHealth } from "./web/nodeHealthPages.ts";
import { type NodeHouse, registerNodeHealth } from "./web/nodeHealthRoutes.ts";

/** The version that runs. */
export const VERSION: string = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;

/** The keeper of a node's copies, which writes to those who look after it where nights go by without one. */
export function openKeeper(config: Config, db: Db, clock: Clock, house: MembersHouse): BackupKeeper {
  const { dataFolder, origin, backupTime: time } = config;
  return createBackupKeeper({
    ...{ db, dataFolder, clock, time },
    prove: (folder, target) => readApart<string[]>({ folder, target, origin, now: clock.now() }).end,
    note: (tx, what, byId, detail) =>
      recordAudit(tx, { what, actorId: null, byId, aboutId: null, detail, at: clock.now() }),
    tellMissed: (tx, { nights, trouble, goodAt, key: businessKey }) =>
      tellCarers(house, tx, {
        ...{ kind: "backup", businessKey },
        write: (say, language) => {
          const why = trouble === "no-room" ? say("node.noRoom") : trouble;
          const facts = { count: nights, since: formats(language).dateTime(goodAt), why, origin };
          const text = say("node.missedText", { ...facts, url: `${origin}${HEALTH_PATH}` });
          return { subject: say("node.missedSubject", { host: new URL(origin).host }), text };
        },
      }),
  });
}

/** Writes to who looks after the node that there are reports; what they say is read on the page alone. */
export function tellOfReports(house: MembersHouse) {
  return (tx: Tx, { total, businessKey }: { total: number; businessKey: string }): void =>
    tellCarers(house, tx, {
      ...{ kind: "report", businessKey },
      write: (say) => {
        const facts = { count: total, host: new URL(house.origin).host, url: `${house.origin}${DOMAINS_PATH}` };
        return { subject: say("partners.reports.mailSubject", facts), text: say("partners.reports.mailText", facts) };
      },
    });
}

/** What still runs at an actor, as who buys and who sells know it. */
export function listAffairs(tx: Tx, actorId: string): Affair[] {
  return [...listGroupAffairs(tx, actorId), ...listSellerAffairs(tx, actorId)];
}

/** What a supervisor asks of the process, and what a person who looks after the node does. */
export function registerCare(
  app: Awaited<ReturnType<typeof buildWeb>>,
  config: Config,
  {
    db,
    ...parts
  }: Pick<NodeHouse, "db" | "keeper" | "version" | "clockOffset" | "whole" | "releases" | "chooseReleaseFeed">,
): void {
  registerNodeHealth(app, {
    ...{ db, dataFolder: config.dataFolder, ...parts },
    mailer: openMailer(config.smtpUrl, config.mailFrom),
    addressOf: (personId) => loadPersonRow(db.orm, personId)?.email ?? null,
  });
  const probe = createWriteProbe(db, () => performance.now());
  registerHealth(app, () => (db.raw.prepare("SELECT count(*) FROM actors").pluck().get() === 0 ? "no-data" : probe()));
}

/** Has a whole database read on a thread of its own. `end` rejects with what went wrong there, or where it was stopped. */
function readApart<T>(workerData: ProofWork | { readonly file: string }): {
  end: Promise<T>;
  stop: () => Promise<number>;
} {
  // Nothing of the node's settings or secrets is of any use in there.
  const worker = new Worker(new URL("./careWorker.ts", import.meta.url), { workerData, env: {}, execArgv: [] });
  const end = new Promise<T>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread ended with ${code}`)));
  });
  return { end, stop: () => worker.terminate() };
}

/** Whether the whole file was read since the start. `end`: what is wrong with it, null for nothing. */
export type WholeRead = {
  readonly state: () => NodeHealth["whole"];
  readonly end: Promise<string | null>;
  readonly stop: () => Promise<unknown>;
};

/** Reads the file of a running node apart, where the start left that out (`isRead` false): ADR 0024. */
export function readWhole(config: Config, isRead: boolean, clock: Clock): WholeRead {
  const read = { isRead: true, at: clock.now() };
  if (isRead) return { state: () => read, end: Promise.resolve(null), stop: () => Promise.resolve() };
  let state: NodeHealth["whole"] = { isRead, at: null };
  let isStopped = false;
  const apart = readApart<string | null>({ file: databaseFile(config) });
  const end = apart.end.then(
    (detail) => {
      if (detail === null) state = { isRead: true, at: clock.now() };
      return detail;
    },
    (error: unknown) => (isStopped ? null : String(error)),
  );
  const stop = () => {
    isStopped = true;
    return apart.stop();
  };
  return { state: () => state, end, stop };
}
