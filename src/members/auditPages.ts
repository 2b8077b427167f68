// The audit log for those who administer: who did what when, searched, narrowed and paged. Pure: view -> HTML.
import { AUDIT_KINDS } from "../web/audit.ts";
import { timeTag } from "../web/format.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, listPages, listTools } from "../web/parts.ts";
import type { NamedEntry } from "./auditListStore.ts";

/** `isNode`: the log of the whole node, for who looks after it. */
export function auditPage(c: PageContext, entries: Sifted<NamedEntry>, isNode: boolean): View {
  const { say } = c;
  const chips = AUDIT_KINDS.filter((kind) => (entries.counts.get(kind) ?? 0) > 0);
  const tools = {
    label: say("audit.search"),
    chips: chips.map((name) => ({ name, label: say(`audit.kind.${name}`) })),
  };
  return {
    title: say("audit.title"),
    body: html`<p class="lead">${say(isNode ? "audit.leadNode" : "audit.lead")}</p>
      ${listTools(c, entries, tools)}
      ${entries.total === 0 ? emptyState({ text: say("audit.empty") }) : html`<ul class="rows">${entries.items.map((entry) => auditRow(c, entry))}</ul>`}
      ${listPages(c, entries)}`,
  };
}

function auditRow(c: PageContext, { what, kind, by, about, detail, at }: NamedEntry): Html {
  const { say } = c;
  const nobody = say(kind === "sign-in-failed" ? "audit.somebody" : "audit.byNode");
  const whom = about !== null && about !== by ? html` → ${about}` : "";
  return html`<li class="row"><div><strong>${say(`audit.what.${what}`)}</strong> ${by ?? nobody}${whom}
      ${detail ? html`<small>${tellDetail(c, detail)}</small> ` : ""}<small>${timeTag(c.language, at, c.now)}</small></div></li>`;
}

/** Rows keep short facts; how often an order was charged reads as people say it. */
function tellDetail(c: PageContext, detail: string): string {
  const version = /^v(\d{1,4})$/.exec(detail)?.[1];
  return version === undefined ? detail : c.say("audit.version", { number: version });
}
