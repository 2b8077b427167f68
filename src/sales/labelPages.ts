// Labels on the screen: how they are made, and how they will look; printed by the browser they fall on the same places as the
// PDF's. Pure: view -> HTML.
import type { LabelSheet } from "../kernel/labels.ts";
import { LABELS_PER_SHEET } from "../kernel/labels.ts";
import { errorSummary, type FormState, radioField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState } from "../web/parts.ts";
import { LABEL_WAYS } from "./labels.ts";

export type LabelsView = {
  readonly sheet: LabelSheet;
  readonly state: FormState;
  /** What the address says of whose labels: it goes on with the form. */
  readonly whose: Readonly<Record<string, string>>;
  /** The products by the name of their lot's field; none where there are too many to ask for each. */
  readonly lots: readonly { readonly key: string; readonly name: string }[];
  readonly pdfHref: string;
  readonly backHref: string;
};

export function labelsPage(c: PageContext, view: LabelsView): View {
  const { say } = c;
  const { sheet, state, pdfHref, backHref } = view;
  const isWrong = Object.keys(state.errors).length > 0;
  const labels = { skip: say("sales.labels.skip"), lot: say("sales.labels.lot") };
  return {
    title: sheet.title,
    ...(isWrong ? { status: 422 } : {}),
    body: html`<p class="no-print actions"><a href="${backHref}">${say("sales.sheet.title")}</a>${sheet.labels.length > 0 && !isWrong ? html`<a role="button" href="${pdfHref}">${say("web.sheet.pdf")}</a>` : ""}</p>
      ${errorSummary(c, state, labels)}
      ${sheet.labels.length === 0 && !isWrong ? emptyState({ text: say("sales.labels.none") }) : html`${settings(c, view)}${preview(c, sheet)}`}`,
  };
}

function settings(c: PageContext, { state, whose, lots }: LabelsView): Html {
  const { say } = c;
  const ways = LABEL_WAYS.map((value) => ({ value, label: say(`sales.labels.way.${value}`) }));
  const hidden = Object.entries(whose).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const each = lots.map(({ key, name }) =>
    textField(c, state, { name: `lot.${key}`, label: name, short: true, maxLength: 30 }),
  );
  return html`<form method="get" action="${c.path}" class="stack no-print" novalidate>${hidden}
      ${radioField(c, state, { name: "way", label: say("sales.labels.ways"), required: true, choices: ways })}
      ${textField(c, state, { name: "skip", label: say("sales.labels.skip"), hint: say("sales.labels.skipHint", { most: LABELS_PER_SHEET - 1 }), inputmode: "numeric", short: true, maxLength: 2 })}
      ${textField(c, state, { name: "all", label: say("sales.labels.lot"), hint: say("sales.labels.lotHint"), short: true, maxLength: 30 })}
      ${each.length > 1 ? html`<details><summary>${say("sales.labels.lots")}</summary>${each}</details>` : ""}
      <button type="submit" class="quiet">${say("sales.labels.show")}</button></form>`;
}

/** So many are shown on a telephone (app.css). */
const FEW = 6;

function preview(c: PageContext, { labels, skip }: LabelSheet): Html {
  const { say } = c;
  const blank = Array.from({ length: skip }, () => html`<li class="label blank"></li>`);
  const items = labels.map(
    ({
      product,
      group,
      pickup,
      weight,
      lot,
      count,
    }) => html`<li class="label"><strong>${product}</strong><span>${group}</span><small>${pickup}</small>
      <span class="label-foot"><strong>${weight}</strong><small>${[lot, count].filter((text) => text !== "").join(" ")}</small></span></li>`,
  );
  if (labels.length === 0) return html``;
  const sheets = Math.ceil((skip + labels.length) / LABELS_PER_SHEET);
  return html`<p class="no-print">${say("sales.labels.count", { count: labels.length })} ${say("sales.labels.sheets", { count: sheets })}</p>
    ${labels.length > FEW ? html`<p class="labels-few no-print"><small>${say("sales.labels.few", { count: FEW })}</small></p>` : ""}<ul class="labels" aria-label="${say("sales.labels.title")}">${blank}${items}</ul>`;
}
