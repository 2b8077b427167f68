// What can happen to a report: somebody here makes it, who looks after the node hears of it, decides, and may pass it on.
import assert from "node:assert/strict";
import type { RemoteActor } from "../../activitypub/actor.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { loadFact, saveFact } from "../../db/facts.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { writeFlag } from "../follows/followActivities.ts";
import { ruleDomain } from "../hosts/domainActions.ts";
import {
  countOpenReportsOf,
  decideReport,
  findNews,
  insertReport,
  loadReport,
  type ReportDecision,
} from "./reportStore.ts";

const MOST_OPEN_PER_PERSON = 10;
const TOLD = "reports-told";
const TELL_EVERY_MS = 600_000;

/**
 * Somebody here tells who looks after the node about an actor elsewhere. It stays here: nothing is sent. `about`: what exactly, an
 * address of that actor's own node, or empty. Refuses `not-remote`, `not-theirs`, `too-many-requests`.
 */
export function makeReport(
  wire: Wire,
  reporter: { readonly actorId: string; readonly personId: string },
  accused: RemoteActor,
  wish: { readonly about: string; readonly content: string },
): Refusal | null {
  const { host, origin } = new URL(accused.id);
  if (origin === wire.origin) return { refused: "not-remote" };
  const about = wish.about.trim();
  if (about !== "" && (!URL.canParse(about) || new URL(about).origin !== origin))
    return { refused: "not-theirs", host };
  return transact(wire.db, (tx) => {
    if (countOpenReportsOf(tx, reporter.personId) >= MOST_OPEN_PER_PERSON) return { refused: "too-many-requests" };
    const objects = [accused.id, ...(about === "" || about === accused.id ? [] : [about])].join("\n");
    const content = wish.content.trim();
    insertReport(tx, {
      sender: reporter.actorId,
      ...reporter,
      accused: accused.id,
      host,
      objects,
      content,
      at: wire.clock.now(),
    });
    return null;
  });
}

/** Who looked at a report; null: on the command line. */
type Decider = { readonly id: number; readonly decidedBy: string | null };

/** Puts a report aside once a person has read it. Refuses `not-found`. */
export function settleReport(wire: Pick<Wire, "db" | "clock">, { id, decidedBy }: Decider): Refusal | null {
  return transact(wire.db, (tx) => decide(wire, tx, { id, decidedBy }, "seen"));
}

/**
 * Blocks the domain a report is about: of one from elsewhere the domain that sent it is not meant, but that of whom a person here
 * accuses, or, where others accuse one of ours, the sender's own. Refuses `not-found` and what ruleDomain refuses.
 */
export function blockReported(wire: Pick<Wire, "db" | "clock" | "origin">, { id, decidedBy }: Decider): Refusal | null {
  const report = loadReport(wire.db.orm, id);
  if (!report || report.seenAt !== null) return { refused: "not-found" };
  const { hostname } = new URL(report.accused ?? report.sender);
  const ruled = ruleDomain(wire, { domain: hostname, rule: "block", reason: report.content.slice(0, 300) }, decidedBy);
  if ("refused" in ruled) return ruled as Refusal;
  return transact(wire.db, (tx) => decide(wire, tx, { id, decidedBy }, "blocked"));
}

/**
 * Passes a person's report on to the node of whom it is about, as a Flag of the node itself: who made it, and of which group, stays
 * here. `content` is what the decider lets out, `accused` whom it is about as their node describes them now. Refuses `not-found`,
 * `blocked`.
 */
export function forwardReport(
  wire: Wire,
  accused: RemoteActor,
  { id, decidedBy, content }: Decider & { content: string },
): Refusal | null {
  return transact(wire.db, (tx) => {
    const report = loadReport(tx, id);
    const from = loadActorByHandle(tx, "actor");
    if (!report || report.seenAt !== null || report.accused !== accused.id) return { refused: "not-found" };
    if (wire.isBlocked(new URL(accused.id).hostname)) return { refused: "blocked", host: report.host };
    assert(from, "every node has its instance actor");
    const flag = {
      id: mintIri(from, "activities"),
      actor: from.id,
      peer: accused.id,
      objects: report.objects.split("\n"),
      content,
    };
    wire.post(tx, {
      ...{ from, activity: writeFlag(flag), lane: "social", thread: null, isPublic: false, isProven: false },
      recipients: [{ inbox: accused.inbox, actorUri: accused.id }],
      now: wire.clock.now(),
    });
    return decide(wire, tx, { id, decidedBy }, "forwarded");
  });
}

function decide(
  { clock }: Pick<Wire, "clock">,
  tx: Tx,
  { id, decidedBy }: Decider,
  decision: ReportDecision,
): Refusal | null {
  const at = clock.now();
  if (!decideReport(tx, id, { decision, decidedBy, at })) return { refused: "not-found" };
  recordAudit(tx, {
    what: "report-settled",
    actorId: null,
    byId: decidedBy,
    aboutId: null,
    detail: `${id} ${decision}`,
    at,
  });
  return null;
}

/** Who looks after the node hears of new reports, many together, each once. `tell` owes the mail inside the transaction. */
export function reportClockTasks(
  { db }: Pick<Wire, "db">,
  tell: (tx: Tx, news: { readonly total: number; readonly businessKey: string }) => void,
): ClockTask[] {
  const tellNews = () =>
    transact(db, (tx) => {
      const news = findNews(tx, Number(loadFact(tx, TOLD) ?? "0"));
      if (!news) return;
      tell(tx, { total: news.total, businessKey: `reports:${news.lastId}` });
      saveFact(tx, TOLD, String(news.lastId));
    });
  return [{ name: "tell of reports", everyMs: TELL_EVERY_MS, run: tellNews }];
}
