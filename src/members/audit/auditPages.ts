// The audit log for those who administer: who did what when, searched, narrowed and paged. Pure: view -> HTML.
import { writeCsvPieces } from "../../exchange/csvOut.ts";
import { romeTime } from "../../kernel/time.ts";
import { AUDIT_KINDS } from "../../web/audit.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html } from "../../web/html.ts";
import { listQuery, type Sifted } from "../../web/lists.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, listPages, listTools } from "../../web/parts.ts";
import { ROLES } from "../../web/visitor.ts";
import type { Say } from "../../web/words.ts";
import { tellDays } from "../privacy/retentionPages.ts";
import type { NamedEntry } from "./auditListStore.ts";

/** Whose log: of a desk, of the whole node for who looks after it, or what was done about the one who reads. */
export type AuditOf = "desk" | "node" | "own";

/** `keptDays`: how long a line stays. */
export function auditPage(c: PageContext, entries: Sifted<NamedEntry>, whose: AuditOf, keptDays: number): View {
  const { say } = c;
  const chips = AUDIT_KINDS.filter((kind) => (entries.counts.get(kind) ?? 0) > 0);
  const tools = {
    label: say("audit.search"),
    chips: chips.map((name) => ({ name, label: say(`audit.kind.${name}`) })),
  };
  return {
    title: say(whose === "own" ? "audit.titleOwn" : "audit.title"),
    body: html`<p class="lead">${say(LEADS[whose], { kept: tellDays(say, keptDays) })}</p>
      ${listTools(c, entries, tools)}
      ${entries.total === 0 ? emptyState({ text: say("audit.empty") }) : html`<ul class="rows">${entries.items.map((entry) => auditRow(c, entry))}</ul>`}
      ${listPages(c, entries)}
      <p class="no-print"><a href="${c.path}.csv${listQuery(entries)}">${say("web.sheet.csv")}</a></p>`,
  };
}

const LEADS: Readonly<Record<AuditOf, string>> = {
  desk: "audit.lead",
  node: "audit.leadNode",
  own: "audit.leadOwn",
};

/** The log as pieces of one CSV file, a row an entry. */
export function writeAuditCsv(c: PageContext, entries: Iterable<NamedEntry>): Generator<string> {
  const { say } = c;
  const head = ["at", "group", "what", "by", "about", "detail"].map((name) => say(`audit.csv.${name}`));
  return writeCsvPieces(head, entries, ({ at, kind, what, by, about, detail }) => {
    const { date, time } = romeTime(at);
    const told = [
      say(`audit.kind.${kind}`),
      say(`audit.what.${what}`),
      by ?? "",
      about ?? "",
      tellDetail(c, what, detail),
    ];
    return [[`${date} ${time}`, ...told]];
  });
}

function auditRow(c: PageContext, { what, kind, by, about, detail, at }: NamedEntry): Html {
  const { say } = c;
  const nobody = say(kind === "sign-in-failed" ? "audit.somebody" : "audit.byNode");
  const whom = about !== null && about !== by ? html` → ${about}` : "";
  return html`<li class="row"><div><strong>${say(`audit.what.${what}`)}</strong> ${by ?? nobody}${whom}
      ${detail ? html`<small>${tellDetail(c, what, detail)}</small> ` : ""}<small>${timeTag(c.language, at, c.now)}</small></div></li>`;
}

/** Rows keep short facts, in the node's own codes; here they read as people say them. What is no code of ours stays as it is. */
function tellDetail({ say }: PageContext, what: string, detail: string): string {
  const version = /^v(\d{1,4})$/.exec(detail)?.[1];
  if (version !== undefined) return say("audit.version", { number: version });
  const codes = CODES.get(what);
  if (!codes) return detail;
  const [, name = "", told = detail] = /^(.*: )(.*)$/s.exec(detail) ?? [];
  return name + told.replace(/[a-z-]+/g, (code) => (codes.known.includes(code) ? codes.tell(say, code) : code));
}

type Codes = { readonly known: readonly string[]; readonly tell: (say: Say, code: string) => string };

const roles: Codes = { known: ROLES, tell: (say, code) => say(`web.role.${code}`) };
const CODES = new Map<string, Codes>([
  ["invited", roles],
  ["joined", roles],
  ["roles", roles],
  [
    "cycle",
    {
      known: ["draft", "scheduled", "open", "frozen", "closed", "confirmed", "cancelled"],
      tell: (say, code) => say(`sales.state.${code}`),
    },
  ],
  ["gathering", { known: ["draft", "published", "cancelled"], tell: (say, code) => say(`gatherings.state.${code}`) }],
  ["news", { known: ["told", "withdrawn", "removed"], tell: (say, code) => say(`news.became.${code}`) }],
  [
    "report-settled",
    { known: ["seen", "blocked", "forwarded"], tell: (say, code) => say(`partners.reports.decision.${code}`) },
  ],
]);
