// The verbs about other nodes: whom we speak with, how it goes, what is tried again; and what people reported.
import type { Command } from "commander";
import { normalizeHost } from "../activitypub/blocks.ts";
import { retryAll } from "../activitypub/outboxListStore.ts";
import { listActors, listDomainRules } from "../activitypub/store.ts";
import { transact } from "../db/transact.ts";
import { chooseAllowlist, dropDomainRule, ruleDomain } from "../partners/hosts/domainActions.ts";
import { healthOf } from "../partners/hosts/health.ts";
import { listHosts } from "../partners/hosts/hostStore.ts";
import { pausePartner, resumePartner } from "../partners/hosts/pauseActions.ts";
import { blockReported, settleReport } from "../partners/reports/reportActions.ts";
import { listOpenReports } from "../partners/reports/reportStore.ts";
import { type Desk, demand, VerbError } from "./desk.ts";

const clock = { now: Date.now };
const LISTED = 500;

/** `block`, `federation` and `reports`. */
export function addFederationVerbs(program: Command, desk: Desk): void {
  addBlockVerbs(program, desk);
  addNodeVerbs(program, desk);
  addReportVerbs(program, desk);
}

const wireOf = (desk: Desk) => ({ db: desk.db(), clock, origin: desk.config.origin });

function rule(desk: Desk, domain: string, what: "block" | "allow", reason: string): void {
  const ruled = demand(desk, ruleDomain(wireOf(desk), { domain, rule: what, reason }, null));
  desk.tell(desk.say(what === "block" ? "cli.block.added" : "cli.federation.allowed", { domain: ruled.domain }));
}

function free(desk: Desk, domain: string): void {
  const host = normalizeHost(domain);
  if (!host || dropDomainRule({ db: desk.db(), clock }, host, null))
    throw new VerbError(desk.say("cli.block.none", { domain }));
  desk.tell(desk.say("cli.block.removed", { domain: host }));
}

function listRules({ db, tell }: Desk): void {
  for (const { domain, rule, reason } of listDomainRules(db().orm)) tell(`${rule.padEnd(6)} ${domain}  ${reason}`);
}

function addBlockVerbs(program: Command, desk: Desk): void {
  const { say } = desk;
  const block = program.command("block").description(say("cli.block.about"));
  block
    .command("add")
    .description(say("cli.block.add"))
    .argument("<domain>")
    .option("--reason <reason>", say("cli.block.reason"), "")
    .action((domain: string, { reason }: { reason: string }) => rule(desk, domain, "block", reason));
  block
    .command("remove")
    .description(say("cli.block.remove"))
    .argument("<domain>")
    .action((domain: string) => free(desk, domain));
  block
    .command("list")
    .description(say("cli.block.list"))
    .action(() => listRules(desk));
}

function addNodeVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const nodes = program.command("federation").description(say("cli.federation.about"));
  nodes
    .command("list")
    .description(say("cli.federation.list"))
    .action(() => {
      for (const facts of listHosts(desk.db().orm, clock.now())) {
        const heard = facts.lastHeardAt === null ? "-" : new Date(facts.lastHeardAt).toISOString().slice(0, 16);
        tell(
          `${healthOf(facts).padEnd(13)} ${facts.host}  ${heard}  ${facts.waiting + facts.toVerify}  ${facts.lastError ?? ""}`,
        );
      }
      listRules(desk);
    });
  for (const what of ["allow", "block"] as const)
    nodes
      .command(what)
      .description(say(`cli.federation.${what}`))
      .argument("<domain>")
      .option("--reason <reason>", say("cli.block.reason"), "")
      .action((domain: string, { reason }: { reason: string }) => rule(desk, domain, what, reason));
  nodes
    .command("free")
    .description(say("cli.federation.free"))
    .argument("<domain>")
    .action((domain: string) => free(desk, domain));
  nodes
    .command("allowlist")
    .description(say("cli.federation.allowlist"))
    .argument("<state>", "on, off")
    .action((state: string) => {
      if (state !== "on" && state !== "off") throw new VerbError(say("cli.federation.badState", { state }));
      chooseAllowlist(wireOf(desk), state === "on", null);
      tell(say(`cli.federation.allowlist${state === "on" ? "On" : "Off"}`));
    });
  for (const [verb, act] of [
    ["pause", pausePartner],
    ["resume", resumePartner],
  ] as const)
    nodes
      .command(verb)
      .description(say(`cli.federation.${verb}`))
      .argument("<host>")
      .action((host: string) => {
        if (act(wireOf(desk), host, null)) throw new VerbError(say("cli.federation.notPossible", { host }));
        tell(say(verb === "pause" ? "cli.federation.paused" : "cli.federation.resumed", { host }));
      });
  nodes
    .command("retry")
    .description(say("cli.federation.retry"))
    .argument("<host>")
    .action((host: string) => {
      const count = transact(desk.db(), (tx) =>
        listActors(tx).reduce((sum, { id }) => sum + retryAll(tx, id, clock.now(), host), 0),
      );
      tell(say("cli.outbox.due", { count }));
    });
}

function addReportVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const reports = program.command("reports").description(say("cli.reports.about"));
  reports
    .command("list")
    .description(say("cli.reports.list"))
    .action(() => {
      for (const { id, at, sender, accused, objects, content } of listOpenReports(desk.db().orm, LISTED)) {
        tell(`${id}  ${new Date(at).toISOString().slice(0, 16)}  ${sender} → ${accused ?? objects.split("\n")[0]}`);
        tell(`    ${content.replaceAll(/\s+/g, " ")}`);
      }
    });
  reports
    .command("settle")
    .description(say("cli.reports.settle"))
    .argument("<id>")
    .option("--block", say("cli.reports.block"))
    .action((id: string, { block = false }: { block?: boolean }) => {
      if (!/^\d{1,15}$/.test(id)) throw new VerbError(say("cli.reports.none", { id }));
      const decider = { id: Number(id), decidedBy: null };
      const no = block ? blockReported(wireOf(desk), decider) : settleReport(wireOf(desk), decider);
      if (no) throw new VerbError(say("cli.reports.none", { id }));
      tell(say(block ? "cli.reports.blocked" : "cli.reports.settled", { id }));
    });
}
