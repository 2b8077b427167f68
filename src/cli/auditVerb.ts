// The verb that lists what happened, and how other verbs write into the same log what they did.
import type { Command } from "commander";
import { transact } from "../db/transact.ts";
import { listAudit } from "../members/audit/auditListStore.ts";
import { AUDIT_KINDS, type AuditWhat } from "../web/audit.ts";
import { recordAudit } from "../web/auditStore.ts";
import { type Desk, findActor, VerbError } from "./desk.ts";

/** `audit`: the log, the latest first. */
export function addAuditVerb(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  program
    .command("audit")
    .description(say("cli.audit.about"))
    .argument("[handle]", say("cli.audit.handle"))
    .option("--only <kind>", AUDIT_KINDS.join(", "))
    .option("--find <words>", say("cli.audit.find"))
    .option("--page <number>", say("cli.audit.page"), "1")
    .action((handle: string | undefined, options: { only?: string; find?: string; page: string }) => {
      const { only, find } = options;
      if (only !== undefined && !AUDIT_KINDS.some((kind) => kind === only))
        throw new VerbError(say("cli.audit.badKind", { kind: only }));
      if (!/^[1-9]\d{0,3}$/.test(options.page)) throw new VerbError(say("cli.audit.badPage", { page: options.page }));
      const actorId = handle === undefined ? null : findActor(desk, handle).id;
      const query = { page: Number(options.page), ...(only ? { only } : {}), ...(find ? { find } : {}) };
      const { items, page, pages } = listAudit(desk.db().orm, { actorId }, query);
      for (const { at, what, by, about, detail } of items) {
        const whom = about !== null && about !== by ? `→ ${about}` : "";
        const words = [new Date(at).toISOString().slice(0, 19), what.padEnd(20), by ?? "-", whom, detail];
        tell(words.filter(Boolean).join("  "));
      }
      tell(say("cli.audit.pages", { page, pages }));
    });
}

/** Writes down what the command line did: by nobody who is signed in. */
export function noteByHand(desk: Desk, what: AuditWhat, actorId: string | null, detail: string): void {
  const entry = { what, actorId, byId: null, aboutId: null, detail, at: Date.now() };
  transact(desk.db(), (tx) => recordAudit(tx, entry));
}
