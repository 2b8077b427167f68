// What of its list a producer shows to everybody: one form, each choice with what follows from it. Pure: view -> HTML.
import { checkboxField, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";

export function openChoicePage(c: PageContext, handle: string, state: FormState, isSaved: boolean): View {
  const { say } = c;
  const label = say("opendata.choice.vat");
  return {
    title: say("opendata.choice.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${isSaved ? html`<p class="found" role="status">${say("opendata.choice.saved")}</p>` : ""}
      <p class="lead">${say("opendata.choice.lead")}</p>
      ${errorSummary(c, state, { vatNumber: label })}
      ${postForm(
        c,
        { action: `/desk/${handle}/catalog/open` },
        html`${textField(c, state, { name: "vatNumber", label, hint: say("opendata.choice.vatHint"), inputmode: "numeric", short: true, maxLength: 20 })}
        ${checkboxField(c, state, { name: "showsPrices", label: say("opendata.choice.prices"), hint: say("opendata.choice.pricesHint") })}
        <button type="submit">${say("opendata.choice.save")}</button>`,
      )}
      <p><a href="/desk/${handle}/catalog">${say("opendata.choice.back")}</a></p>`,
  };
}
