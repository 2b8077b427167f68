// The producer's certificates: how each stands, on which products, and the form that renews it. Pure: view -> HTML.
import { instantOfRome } from "../kernel/time.ts";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, type Mood, notice, statusBadge } from "../web/parts.ts";
import { type Certificate, type CertificateState, certificateState, documentUrl } from "./certificate.ts";

const MOODS: Readonly<Record<CertificateState, Mood>> = {
  valid: "good",
  soon: "wait",
  expired: "stop",
  undated: "plain",
};

export type CertificatesView = {
  readonly base: string;
  readonly today: string;
  readonly certificates: readonly Certificate[];
  /** What was typed for the certificate of that key, and did not hold. */
  readonly wrong: { readonly key: string; readonly state: FormState } | null;
  /** How many products were renewed just now. */
  readonly renewed: number | null;
};

export function certificatesPage(c: PageContext, view: CertificatesView): View {
  const { say } = c;
  const { base, certificates, wrong, renewed } = view;
  const catalog = base.replace(/\/certificates$/, "");
  const labels = { until: say("catalogs.field.certUntil") };
  return {
    title: say("catalogs.certificate.title"),
    ...(wrong ? { status: 422 } : {}),
    body: html`<p><a href="${catalog}">${say("catalogs.editor.back")}</a></p>
      <p class="lead">${say("catalogs.certificate.lead")}</p>
      ${renewed === null ? "" : notice(say("catalogs.certificate.done", { count: renewed }))}
      ${wrong ? errorSummary(c, wrong.state, labels) : ""}
      ${
        certificates.length === 0
          ? emptyState({
              text: say("catalogs.certificate.empty"),
              action: { href: catalog, label: say("catalogs.editor.back") },
            })
          : html`<ul class="cards wide">${certificates.map((one) => card(c, view, one))}</ul>`
      }`,
  };
}

function card(c: PageContext, { base, today, wrong }: CertificatesView, one: Certificate): Html {
  const { say } = c;
  const state = certificateState(one.validUntil, today);
  const typed = { body: one.body ?? "", code: one.operatorCode ?? "", until: one.validUntil ?? "" };
  const isHere = wrong?.key === one.key;
  const shown = isHere ? wrong.state : { typed, errors: {} };
  const names = one.products.map(({ facts }) => facts.name);
  return html`<li class="card"><h2>${say(`catalogs.kind.${one.kind}`)} ${statusBadge(MOODS[state], say(`catalogs.certificate.state.${state}`))}</h2>
      <dl class="facts">${one.body ? html`<dt>${say("catalogs.field.certBody")}</dt><dd>${one.body}</dd>` : ""}
        ${one.operatorCode ? html`<dt>${say("catalogs.field.certCode")}</dt><dd>${one.operatorCode}</dd>` : ""}
        ${one.validUntil ? html`<dt>${say("catalogs.field.certUntil")}</dt><dd>${dayText(c, one.validUntil)}</dd>` : ""}</dl>
      <details><summary>${say("catalogs.certificate.products", { count: names.length })}</summary><p>${c.format.list(names)}</p></details>
      ${documentPart(c, base, one)}
      <details${isHere ? html` open` : ""}><summary>${say("catalogs.certificate.renew")}</summary>
      ${postForm(
        c,
        { action: base },
        html`<input type="hidden" name="key" value="${one.key}">${fields(c, shown, isHere ? "" : one.key)}<button type="submit">${say("catalogs.certificate.save", { count: names.length })}</button>`,
      )}</details></li>`;
}

/** The certificate as its body issued it: what is there, and the forms that bring another or take it off. */
function documentPart(c: PageContext, base: string, { key, document }: Certificate): Html {
  const { say } = c;
  const id = `document-${key.slice(-12)}`;
  const hidden = html`<input type="hidden" name="key" value="${key}">`;
  const shown = document
    ? html`<p><a href="${documentUrl(document)}">${say("catalogs.certificate.document.see", { type: document.type.toUpperCase() })}</a></p>${actionButton(c, { action: `${base}/document/remove`, label: say("catalogs.certificate.document.remove"), fields: { key }, kind: "quiet" })}`
    : html`<p>${say("catalogs.certificate.document.none")}</p>`;
  return html`<details><summary>${say(document ? "catalogs.certificate.document.title" : "catalogs.certificate.document.add")}</summary>${shown}
      ${postForm(c, { action: `${base}/document`, upload: true }, html`${hidden}<div class="field"><label for="${id}">${say("catalogs.certificate.document.file")}</label><small class="hint" id="${id}-hint">${say("catalogs.certificate.document.hint")}</small><input id="${id}" name="document" type="file" accept="application/pdf,image/jpeg,image/png,image/webp" required aria-describedby="${id}-hint"></div><button type="submit">${say("catalogs.certificate.document.submit")}</button>`)}</details>`;
}

/** What everybody may read of a producer's certificates: kind, body, code, last day, and the document. */
export function publicCertificates(c: PageContext, certificates: readonly Certificate[], today: string): Html | "" {
  if (certificates.length === 0) return "";
  const { say } = c;
  const rows = certificates.map(({ kind, body, operatorCode, validUntil, document, products }) => {
    const isOver = certificateState(validUntil, today) === "expired";
    const until = validUntil && say(isOver ? "catalogs.expired" : "catalogs.until", { date: dayText(c, validUntil) });
    const told = [body, operatorCode, until, say("catalogs.certificate.products", { count: products.length })];
    return html`<li class="row"><div class="grow"><strong>${say(`catalogs.kind.${kind}`)}</strong>${isOver ? html` ${statusBadge("stop", say("catalogs.certificate.state.expired"))}` : ""}
      <small>${told.filter(Boolean).join(" · ")}</small></div>${document ? html`<a href="${documentUrl(document)}">${say("catalogs.certificate.document.see", { type: document.type.toUpperCase() })}</a>` : ""}</li>`;
  });
  return html`<h2>${say("catalogs.certificate.title")}</h2><ul class="rows">${rows}</ul>`;
}

// Each card has the same fields: only the one with a mistake has the ids that its summary names.
function fields(c: PageContext, state: FormState, key: string): Html {
  const { say } = c;
  if (key !== "") {
    const plain = (name: "body" | "code" | "until", label: string, type: string) =>
      html`<div class="field"><label for="${name}-${key}">${label}</label><input id="${name}-${key}" name="${name}" type="${type}"${type === "date" ? "" : html` maxlength="100"`} autocomplete="off" value="${String(state.typed[name] ?? "")}"></div>`;
    return html`${plain("body", say("catalogs.field.certBody"), "text")}${plain("code", say("catalogs.field.certCode"), "text")}${plain("until", say("catalogs.field.certUntil"), "date")}`;
  }
  return html`${textField(c, state, { name: "body", label: say("catalogs.field.certBody"), maxLength: 100 })}
    ${textField(c, state, { name: "code", label: say("catalogs.field.certCode"), maxLength: 100 })}
    ${textField(c, state, { name: "until", label: say("catalogs.field.certUntil"), type: "date" })}`;
}

function dayText(c: PageContext, date: string): string {
  const noon = instantOfRome({ date, time: "12:00" });
  return noon === null ? date : c.format.date(noon);
}
