// How the node is, for who looks after it: disk, data, backups, clock, mail, version. Pure. EXPERIENCE 2.10.

import { judgeRuntime } from "../kernel/runtime.ts";
import { timeTag } from "./format.ts";
import { actionButton, type FormState, formOf, postForm, textField } from "./forms.ts";
import { type Html, html, safeUrl } from "./html.ts";
import type { PageContext, View } from "./page.ts";
import { type Mood, progressLine, statusBadge } from "./parts.ts";

/** Sizes in bytes, times epoch ms; null where there is nothing to say. */
export type NodeHealth = {
  readonly version: string;
  readonly runtime: string;
  readonly sqlite: string;
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  readonly databaseBytes: number;
  /** Whether every page of the file was read since the start, and when that ended. */
  readonly whole: { readonly isRead: boolean; readonly at: number | null };
  readonly backup: {
    readonly running: { readonly startedAt: number; readonly percent: number } | null;
    readonly last: { readonly at: number; readonly name: string; readonly bytes: number } | null;
    readonly proof: { readonly at: number; readonly name: string; readonly problems: readonly string[] } | null;
    readonly trouble: string | null;
    readonly isExporting: boolean;
    readonly proven: { readonly at: number; readonly name: string } | null;
    /** `time` null: the node does not save itself. */
    readonly nights: {
      readonly time: string | null;
      readonly nextAt: number | null;
      readonly missed: number;
      readonly trouble: string | null;
      readonly copies: readonly { readonly at: number }[];
    };
  };
  /** How far our clock is ahead of other nodes' (the one in the middle), in ms, and of how many. */
  readonly clock: { readonly aheadMs: number; readonly hosts: number } | null;
  readonly releases: ReleaseNews;
  /** Where a test would go (null: no mail server, or no address of the visitor's), and how the last one ended. */
  readonly mail: {
    readonly isSet: boolean;
    readonly to: string | null;
    readonly lastTest: { readonly at: number; readonly error: string | null } | null;
  };
};

/** A release that is newer than ours, as the feed tells it. */
type NewRelease = { readonly version: string; readonly title: string; readonly link: string | null };

/** What is known of newer versions. `url` "": nobody is asked; `readAt` is epoch ms. */
export type ReleaseNews = {
  readonly url: string;
  readonly readAt: number | null;
  readonly error: string | null;
  readonly newest: NewRelease | null;
  readonly security: NewRelease | null;
};

export const HEALTH_PATH = "/node/health";

const MEGABYTE = 1024 * 1024;
const LITTLE_SPACE = 500 * MEGABYTE;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Judged = "disk" | "backup" | "proof" | "clock" | "runtime" | "release";
const RUNTIME_MOODS = { repaired: "good", "soon-over": "wait", over: "stop", unknown: "plain" } as const;

/** How each thing stands. Signatures of other nodes are refused a minute and more off; half of that wants a look. */
export function judgeHealth(health: NodeHealth, now: number): Record<Judged, Mood> {
  const { disk, backup, clock, releases, runtime } = health;
  const ahead = Math.abs(clock?.aheadMs ?? 0);
  return {
    disk: disk.freeBytes < LITTLE_SPACE ? "stop" : disk.freeBytes < disk.totalBytes / 10 ? "wait" : "good",
    backup:
      backup.last === null || backup.nights.missed >= 2 ? "stop" : now - backup.last.at > 2 * DAY ? "wait" : "good",
    proof:
      backup.proof === null
        ? "wait"
        : backup.proof.problems.length > 0
          ? "stop"
          : now - backup.proof.at > 40 * DAY
            ? "wait"
            : "good",
    runtime: RUNTIME_MOODS[judgeRuntime(runtime, now).state],
    release: releases.security ? "stop" : releases.newest ? "wait" : releases.readAt === null ? "plain" : "good",
    clock: clock === null ? "plain" : ahead > 60_000 ? "stop" : ahead > 30_000 ? "wait" : "good",
  };
}

/** `state`: what was typed as the hour of the night, where it was none. */
export function nodeHealthPage(c: PageContext, health: NodeHealth, state?: FormState): View {
  const { say, now } = c;
  const moods = judgeHealth(health, now);
  const size = (bytes: number) => tellSize(c, bytes);
  const badge = (what: keyof typeof moods) => statusBadge(moods[what], say(`node.mood.${what}.${moods[what]}`));
  return {
    title: say("node.health.title"),
    ...(state ? { status: 422 } : {}),
    body: html`<p class="lead">${say("node.health.lead")}</p>
      <ul class="cards">
        ${card(say("node.disk"), badge("disk"), html`<p>${say("node.free", { free: size(health.disk.freeBytes), total: size(health.disk.totalBytes) })}</p><p>${say("node.database", { size: size(health.databaseBytes) })}</p><p>${wholeSentence(c, health)}</p>`)}
        ${card(say("node.clock"), badge("clock"), html`<p>${clockSentence(c, health)}</p>`)}
        ${mailCard(c, health)}
        ${versionCard(c, health, html`${badge("release")} ${badge("runtime")}`)}
      </ul>
      ${backupPart(c, health, { backup: badge("backup"), proof: badge("proof") }, size)}
      ${nightsPart(c, health, state?.errors.feed ? undefined : state)}
      ${releasePart(c, health, state?.errors.feed ? state : undefined)}
      ${exportPart(c, health)}`,
  };
}

/** "69,6 GB" from ten gigabytes on, "2 MB" below: as people speak of disks. */
function tellSize({ say, format }: PageContext, bytes: number): string {
  const gigabytes = bytes / (1024 * MEGABYTE);
  return gigabytes < 10
    ? say("node.megabytes", { size: format.count(Math.ceil(bytes / MEGABYTE)) })
    : say("node.gigabytes", { size: format.count(Math.floor(gigabytes * 10) / 10) });
}

function wholeSentence({ say, language, now }: PageContext, { whole }: NodeHealth): Html | string {
  return whole.at === null
    ? say("node.wholeReading")
    : html`${say("node.wholeRead")} ${timeTag(language, whole.at, now)}`;
}

function card(title: string, badge: Html | "", body: Html): Html {
  return html`<li class="card"><h2>${title}</h2>${badge}${body}</li>`;
}

function clockSentence({ say, format }: PageContext, { clock }: NodeHealth): string {
  if (clock === null) return say("node.clockUnknown");
  const seconds = Math.round(Math.abs(clock.aheadMs) / 1000);
  const facts = { seconds: format.count(seconds), hosts: clock.hosts };
  if (seconds <= 2) return say("node.clockRight", facts);
  return say(clock.aheadMs > 0 ? "node.clockAhead" : "node.clockBehind", facts);
}

function mailCard(c: PageContext, { mail }: NodeHealth): Html {
  const { say, language, now } = c;
  const { lastTest } = mail;
  if (!mail.isSet)
    return card(say("node.mail"), statusBadge("wait", say("node.mailNone")), html`<p>${say("node.mailNoneHint")}</p>`);
  const badge =
    lastTest === null
      ? statusBadge("plain", say("node.mailUntried"))
      : lastTest.error === null
        ? statusBadge("good", say("node.mailTaken"))
        : statusBadge("stop", say("node.mailRefused"));
  const tried = lastTest
    ? html`<p>${say("node.mailTried")} ${timeTag(language, lastTest.at, now)}${lastTest.error ? html`<br><code>${lastTest.error}</code>` : ""}</p>`
    : "";
  const test = mail.to
    ? actionButton(c, { action: `${HEALTH_PATH}/mail`, label: say("node.mailTest"), kind: "quiet", describe: mail.to })
    : html`<p>${say("node.mailNoAddress")}</p>`;
  return card(say("node.mail"), badge, html`${tried}${test}`);
}

function backupPart(
  c: PageContext,
  { backup }: NodeHealth,
  badges: { backup: Html; proof: Html },
  size: (bytes: number) => string,
): Html {
  const { say, language, now } = c;
  const { running, last, proof, proven, trouble } = backup;
  const lastText = last
    ? html`${timeTag(language, last.at, now)}, ${size(last.bytes)} <small><code>${last.name}</code></small>`
    : say("node.backupNone");
  const proofText = proof
    ? html`${timeTag(language, proof.at, now)} <small><code>${proof.name}</code></small>`
    : say("node.proofNone");
  return html`<h2>${say("node.backups")}</h2>
    <dl class="facts stacked"><dt>${say("node.backupLast")} ${badges.backup}</dt><dd>${lastText}</dd>
      <dt>${say("node.proofLast")} ${badges.proof}</dt><dd>${proofText}${proof && proof.problems.length > 0 ? html`<ul>${proof.problems.map((line) => html`<li><code>${line}</code></li>`)}</ul>` : ""}</dd></dl>
    ${proof && proof.problems.length > 0 && proven ? html`<p>${say("node.provenLast")} ${timeTag(language, proven.at, now)} <small><code>${proven.name}</code></small></p>` : ""}
    ${trouble ? html`<div class="problems"><h3>${say("node.backupTrouble")}</h3>${troubleText(c, trouble)}<p>${say("node.backupTroubleHint")}</p></div>` : ""}
    ${
      running
        ? html`${progressLine(say(running.percent < 100 ? "node.backupCopying" : "node.backupProving", { percent: running.percent }), { value: running.percent, max: 100 })}<p><a href="${HEALTH_PATH}">${say("node.refresh")}</a></p>`
        : html`<p>${say("node.backupHint")}</p>${actionButton(c, { action: `${HEALTH_PATH}/backup`, label: say("node.backupNow") })}`
    }`;
}

function troubleText({ say }: PageContext, trouble: string): Html {
  return trouble === "no-room" ? html`<p>${say("node.noRoom")}</p>` : html`<p><code>${trouble}</code></p>`;
}

/** When the node saves itself, how the last nights went, which copies stay. */
function nightsPart(c: PageContext, { backup: { nights, trouble } }: NodeHealth, state?: FormState): Html {
  const { say, language, now } = c;
  const { time, nextAt, missed, copies } = nights;
  const oldest = copies.at(-1);
  const shown = state ?? formOf({ time: time ?? "03:30" });
  const field = {
    name: "time",
    label: say("node.nightTime"),
    hint: say("node.nightHint"),
    short: true,
    required: true,
  };
  const form = postForm(
    c,
    { action: `${HEALTH_PATH}/nights` },
    html`${textField(c, shown, { ...field, maxLength: 5 })}<button type="submit" class="quiet">${say("node.nightSave")}</button>`,
  );
  return html`<h2 id="nights">${say("node.nights")}</h2>
    <p>${nextAt === null ? say("node.nightsOff") : html`${say("node.nightNext")} ${timeTag(language, nextAt, now)}`}</p>
    ${missed > 0 ? html`<div class="problems"><p>${say("node.nightsMissed", { count: missed })}</p>${nights.trouble && !trouble ? troubleText(c, nights.trouble) : ""}</div>` : ""}
    <p>${say("node.nightsKept", { count: copies.length })}${oldest ? html` ${say("node.nightsOldest")} ${timeTag(language, oldest.at, now)}` : ""}</p>
    ${form}
    ${time === null ? "" : actionButton(c, { action: `${HEALTH_PATH}/nights/off`, label: say("node.nightOff"), kind: "quiet" })}`;
}

/** What runs, whether it is still repaired, and what is out. */
function versionCard(c: PageContext, { version, runtime, sqlite, releases }: NodeHealth, badges: Html): Html {
  const { say, format, now } = c;
  const { state, until } = judgeRuntime(runtime, now);
  const told = releases.security ?? releases.newest;
  const out = told
    ? html`<p><strong>${say(releases.security ? "node.releaseSecurity" : "node.releaseNewer", { version: told.version })}</strong> ${told.link ? html`<a href="${safeUrl(told.link)}" rel="noopener noreferrer">${told.title}</a>` : told.title}</p>`
    : "";
  return card(
    say("node.version"),
    badges,
    html`<p>Filiera ${version}</p>${out}
      <p>Node.js ${runtime}: ${say(`node.runtime.${state}`, { date: until === null ? "" : format.date(until) })}</p><p><small>SQLite ${sqlite}</small></p>`,
  );
}

/** Whom the node asks whether a newer version is out: nobody, until a person says so. */
function releasePart(c: PageContext, { releases }: NodeHealth, state?: FormState): Html {
  const { say, language, now } = c;
  const field = {
    name: "feed",
    label: say("node.feed"),
    hint: say("node.feedHint"),
    type: "url",
    inputmode: "url",
  } as const;
  const form = postForm(
    c,
    { action: `${HEALTH_PATH}/releases` },
    html`${textField(c, state ?? formOf({ feed: releases.url }), { ...field, maxLength: 500 })}<button type="submit" class="quiet">${say("node.feedSave")}</button>`,
  );
  const asked =
    releases.url === ""
      ? html`<p>${say("node.feedNone")}</p>`
      : html`<p>${releases.readAt === null ? say("node.feedUnread") : html`${say("node.feedRead")} ${timeTag(language, releases.readAt, now)}`}</p>
        ${releases.error === null ? "" : html`<div class="problems"><p>${say("node.feedTrouble")} <code>${releases.error}</code></p></div>`}`;
  return html`<h2 id="releases">${say("node.releases")}</h2>${asked}${form}`;
}

function exportPart(c: PageContext, { backup }: NodeHealth): Html {
  const { say } = c;
  return html`<h2>${say("node.export")}</h2><p>${say("node.exportHint")}</p>
    ${backup.isExporting ? html`<p class="notice">${say("node.exportRunning")}</p>` : actionButton(c, { action: `${HEALTH_PATH}/export`, label: say("node.exportNow"), kind: "quiet" })}`;
}
