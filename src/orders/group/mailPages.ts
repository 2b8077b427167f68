// A group's own words for its mails: which there are, and one to write with its preview. Pure.
import { actionButton, errorSummary, type FormState, postForm, textArea, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { chips, emptyState, statusBadge } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import type { Mail } from "../notices/noticeText.ts";
import { BODY_MAX, FACT_NAMES, MAIL_KINDS, type MailKind, SUBJECT_MAX } from "./mailTexts.ts";
import { settingsPath, settingsTabs } from "./settingsPages.ts";

const LANGUAGES = ["it", "en"] as const;
type Language = (typeof LANGUAGES)[number];

/** Every kind of mail, and whose words it says in each language. */
export function mailsPage(
  c: PageContext,
  own: readonly { readonly kind: MailKind; readonly language: Language }[],
): View {
  const { say } = c;
  const rows = MAIL_KINDS.map((kind) => {
    const changed = own.filter((one) => one.kind === kind).map(({ language }) => say(`group.mail.in.${language}`));
    return html`<li class="row"><div><a href="${c.path}/${kind}">${say(`group.mail.kind.${kind}`)}</a><small>${say(`group.mail.when.${kind}`)}</small></div>
      ${changed.length === 0 ? statusBadge("plain", say("group.mail.ours")) : statusBadge("good", say("group.mail.yours", { languages: c.format.list(changed) }))}</li>`;
  });
  return {
    title: say("group.mail.title"),
    body: html`${settingsTabs(c, "mail")}<p class="lead">${say("group.mail.lead")}</p><ul class="rows">${rows}</ul>`,
  };
}

/** One mail's words in one language. `preview` null: the group has no order yet whose facts could be shown. */
export function mailPage(
  c: PageContext,
  state: FormState,
  view: {
    readonly kind: MailKind;
    readonly language: Language;
    readonly isOwn: boolean;
    readonly preview: Mail | null;
  },
): View {
  const { say } = c;
  const { kind, language, isOwn, preview } = view;
  const label = (name: string) => say(`group.mail.${name}`);
  const labels = { subject: label("subject"), body: label("body") };
  const ways = LANGUAGES.map((one) => ({
    href: `${c.path}?language=${one}`,
    label: say(`group.mail.in.${one}`),
    isCurrent: one === language,
  }));
  const fields = html`${seenField(state)}<input type="hidden" name="language" value="${language}">
    ${textField(c, state, { name: "subject", label: label("subject"), hint: label("subjectHint"), required: true, maxLength: SUBJECT_MAX })}
    ${textArea(c, state, { name: "body", label: label("body"), hint: label("bodyHint"), required: true, rows: 12, maxLength: BODY_MAX })}
    <button type="submit" name="act" value="save">${label("save")}</button>
    <button type="submit" name="act" value="preview" class="quiet">${label("look")}</button>`;
  return {
    title: say(`group.mail.kind.${kind}`),
    ...formStatus(state),
    body: html`${settingsTabs(c, "mail")}<p class="lead">${say(`group.mail.when.${kind}`)} ${label(isOwn ? "isYours" : "isOurs")}</p>
      ${chips(label("language"), ways)}
      ${clashBox(c, state, labels)}${errorSummary(c, state, labels)}
      ${postForm(c, { action: c.path }, fields)}
      ${factList(c, language)}
      <h2>${label("preview")}</h2>${preview ? previewPart(c, preview) : emptyState({ text: label("noOrder") })}
      ${isOwn ? actionButton(c, { action: `${c.path}/reset`, label: label("reset"), fields: { language }, kind: "danger" }) : ""}
      <p><a href="${settingsPath(c.seat?.handle ?? "", "mail")}">${label("back")}</a></p>`,
  };
}

function factList(c: PageContext, language: Language): Html {
  const rows = Object.entries(FACT_NAMES[language]).map(
    ([fact, name]) => html`<div><dt><code>{${name}}</code></dt><dd>${c.say(`group.mail.fact.${fact}`)}</dd></div>`,
  );
  return html`<details><summary>${c.say("group.mail.facts")}</summary><dl class="facts">${rows}</dl></details>`;
}

function previewPart(c: PageContext, { subject, text }: Mail): Html {
  return html`<div class="card letter"><p><strong>${subject}</strong></p><p class="kept-lines">${text}</p></div><p>${c.say("group.mail.previewNote")}</p>`;
}
