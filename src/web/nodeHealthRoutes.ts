// The page on which who looks after the node sees how it is, saves it, tries its mail and takes everything home.

import { statfsSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { BackupKeeper } from "../db/backupKeeper.ts";
import type { Db } from "../db/transact.ts";
import { transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { AuditWhat } from "./audit.ts";
import { recordAudit } from "./auditStore.ts";
import { sendRefusal } from "./errors.ts";
import { nameFile } from "./files.ts";
import type { FormState } from "./forms.ts";
import type { Mailer } from "./mail.ts";
import { HEALTH_PATH, type NodeHealth, nodeHealthPage } from "./nodeHealthPages.ts";
import { pageContext, sendPage } from "./page.ts";
import { readForm } from "./readForm.ts";
import { tryMail } from "./testMail.ts";
import { words } from "./words.ts";

/** Where the home of who looks after the node leads. */
export const NODE_HEALTH_ENTRY = { href: HEALTH_PATH, label: "node.health.nav" } as const;

const NODE = { config: { policy: { nodeAdmin: true as const } } };
const MAIL = { config: { policy: { nodeAdmin: true as const }, rateLimit: { max: 5, timeWindow: 60_000 } } };
const NightForm = Type.Object({ time: Type.String({ maxLength: 5 }) });
const FeedForm = Type.Object({ feed: Type.Optional(Type.String({ maxLength: 500 })) });
/** Everything of everybody leaves only for who signed in lately (SAFETY section 8). */
const FRESH_MS = 30 * 60_000;

/** What the page needs of the node. */
export type NodeHouse = {
  readonly db: Db;
  readonly dataFolder: string;
  readonly version: string;
  readonly keeper: BackupKeeper;
  readonly mailer: Mailer | null;
  /** The person's own address, for a test. */
  readonly addressOf: (personId: string) => string | null;
  readonly clockOffset: () => NodeHealth["clock"];
  readonly whole: () => NodeHealth["whole"];
  readonly releases: () => NodeHealth["releases"];
  /** Asks that feed of releases from now on; "": nobody. */
  readonly chooseReleaseFeed: (url: string, byId: string) => Refusal<"not-an-address"> | undefined;
};

/** Adds `/node/health` with its acts. */
export function registerNodeHealth(app: FastifyInstance, house: NodeHouse): void {
  const { db, keeper, mailer } = house;
  let lastTest: NodeHealth["mail"]["lastTest"] = null;
  const addressOf = (request: FastifyRequest) => house.addressOf(request.visitor!.personId);
  const show = (request: FastifyRequest, reply: FastifyReply, state?: FormState) => {
    const mail = { isSet: mailer !== null, to: addressOf(request), lastTest };
    const health = {
      ...readMachine(house),
      backup: keeper.state(),
      clock: house.clockOffset(),
      whole: house.whole(),
      releases: house.releases(),
      mail,
    };
    return sendPage(request, reply, nodeHealthPage(pageContext(request, reply), health, state));
  };
  app.get(HEALTH_PATH, NODE, (request, reply) => show(request, reply));
  registerNights(app, keeper, show);
  registerReleases(app, house, show);
  app.post(`${HEALTH_PATH}/backup`, NODE, (request, reply) => {
    const refusal = keeper.save();
    if (!refusal) note(request, db, "backup-made");
    return refusal ? sendRefusal(request, reply, refusal) : reply.redirect(HEALTH_PATH, 303);
  });
  app.post(`${HEALTH_PATH}/mail`, MAIL, async (request, reply) => {
    const to = addressOf(request);
    if (!mailer || !to) return sendRefusal(request, reply, { refused: "no-mail" });
    const say = words(pageContext(request, reply).language);
    const error = await tryMail(mailer, to, say, app.web.origin);
    lastTest = { at: app.web.clock.now(), error };
    return reply.redirect(HEALTH_PATH, 303);
  });
  app.post(`${HEALTH_PATH}/export`, NODE, async (request, reply) => {
    const signedInAt = request.visitor?.signedInAt ?? 0;
    if (app.web.clock.now() - signedInAt >= FRESH_MS)
      return sendRefusal(request, reply, { refused: "fresh-sign-in", next: HEALTH_PATH });
    const opened = await keeper.openExport();
    if (isRefusal(opened)) return sendRefusal(request, reply, opened);
    note(request, db, "node-data");
    return nameFile(reply, { name: opened.name, type: "application/x-tar", how: "attachment" }).send(opened.stream);
  });
  app.addHook("onClose", () => keeper.settled());

  function readMachine({ dataFolder, version }: NodeHouse) {
    const { bavail, blocks, bsize } = statfsSync(dataFolder);
    const pragma = (name: string) => Number(db.raw.pragma(name, { simple: true }));
    return {
      ...{ version, runtime: process.versions.node },
      sqlite: String(db.raw.prepare("SELECT sqlite_version()").pluck().get()),
      disk: { freeBytes: bavail * bsize, totalBytes: blocks * bsize },
      databaseBytes: pragma("page_count") * pragma("page_size"),
    };
  }
}

/** The hour at which the node saves itself, or none. */
function registerNights(
  app: FastifyInstance,
  keeper: BackupKeeper,
  show: (request: FastifyRequest, reply: FastifyReply, state: FormState) => FastifyReply,
): void {
  app.post(`${HEALTH_PATH}/nights`, NODE, (request, reply) => {
    const form = readForm(NightForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const time = "value" in form ? form.value.time.trim().padStart(5, "0").replace(".", ":") : "";
    const refusal = keeper.chooseTime(time, request.visitor!.personId);
    if (refusal) return show(request, reply, { typed: form.typed, errors: { time: refusal.refused } });
    return reply.redirect(`${HEALTH_PATH}#nights`, 303);
  });
  app.post(`${HEALTH_PATH}/nights/off`, NODE, (request, reply) => {
    keeper.chooseTime(null, request.visitor!.personId);
    return reply.redirect(`${HEALTH_PATH}#nights`, 303);
  });
}

/** Where the node asks whether a newer version is out. */
function registerReleases(
  app: FastifyInstance,
  { chooseReleaseFeed }: NodeHouse,
  show: (request: FastifyRequest, reply: FastifyReply, state: FormState) => FastifyReply,
): void {
  app.post(`${HEALTH_PATH}/releases`, NODE, (request, reply) => {
    const form = readForm(FeedForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const refusal = chooseReleaseFeed(form.value.feed ?? "", request.visitor!.personId);
    if (refusal) return show(request, reply, { typed: form.typed, errors: { feed: refusal.refused } });
    return reply.redirect(`${HEALTH_PATH}#releases`, 303);
  });
}

function note(request: FastifyRequest, db: Db, what: AuditWhat): void {
  const at = request.server.web.clock.now();
  const entry = { actorId: null, byId: request.visitor!.personId, aboutId: null, detail: "", at };
  transact(db, (tx) => recordAudit(tx, { what, ...entry }));
}
