// Fields with label, hint and error beside them, which keep what was typed. Every action is a form without script.
import { TOKEN_FIELD } from "./formToken.ts";
import { type Html, html } from "./html.ts";
import type { PageContext } from "./page.ts";
import type { FieldErrors, Typed } from "./readForm.ts";

/**
 * What a form shows again after a no. A fresh form has nothing typed and no errors. `seen` and `theirs` are of forms on what others may
 * change too (seen.ts): what the form was made from, and what somebody saved meanwhile, by field.
 */
export type FormState = {
  readonly typed: Typed;
  readonly errors: FieldErrors;
  readonly seen?: string;
  readonly theirs?: Readonly<Record<string, string>>;
};

export const FRESH: FormState = { typed: {}, errors: {} };

/** A form that starts from what is stored. */
export function formOf(typed: Typed): FormState {
  return { typed, errors: {} };
}

/** When a form is sent by htmx, how presses wait for each other, and what becomes of the answer. */
type Press = { readonly trigger: string; readonly sync: string; readonly swap: string };

/**
 * How a form waits in the browser where there is no network (offline.ts); it must have a once key. `line`: what it writes ("" none);
 * `label`: what it is in words; `stays` keeps its page; `state`: how its line stands, for its look ("saved", "refused").
 */
type Queue = { readonly line: string; readonly label: string; readonly stays?: boolean; readonly state?: string };

/**
 * A POST form with its token. `upload` for files; `press` for one that saves without leaving its page (View.enhanced); `queue` for one
 * that waits for the network.
 */
export function postForm(
  c: PageContext,
  form: { action: string; id?: string; upload?: boolean; class?: string; press?: Press; queue?: Queue },
  body: Html,
): Html {
  const { press, queue } = form;
  const encoding = html`${form.upload ? html` enctype="multipart/form-data"` : ""}${press ? html` hx-post="${form.action}" hx-trigger="${press.trigger}" hx-sync="${press.sync}" hx-swap="${press.swap}"` : ""}`;
  const waits = queue
    ? html` data-queue="${queue.line}" data-label="${queue.label}"${queue.stays ? html` data-stays` : ""}${queue.state ? html` data-state="${queue.state}"` : ""}`
    : "";
  return html`<form${form.id ? html` id="${form.id}"` : ""} method="post" action="${form.action}"${encoding} class="${form.class ?? "stack"}"${waits} novalidate>
      <input type="hidden" name="${TOKEN_FIELD}" value="${c.formToken()}">
      ${body}
    </form>`;
}

/** A form of one button: `fields` are hidden. `kind` "danger" for what destroys; the label names the act. */
export function actionButton(
  c: PageContext,
  act: {
    action: string;
    label: string;
    fields?: Record<string, string>;
    kind?: "plain" | "quiet" | "danger";
    describe?: string;
  },
): Html {
  const hidden = Object.entries(act.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const described = act.describe ? html` aria-label="${act.label}: ${act.describe}"` : "";
  return postForm(
    c,
    { action: act.action, class: "inline" },
    html`${hidden}<button type="submit" class="${act.kind ?? "plain"}"${described}>${act.label}</button>`,
  );
}

/** The focused list of what does not hold, each a link to its field. Nothing where all holds. */
export function errorSummary(c: PageContext, state: FormState, labels: Record<string, string>): Html | "" {
  const names = Object.keys(state.errors);
  if (names.length === 0) return "";
  return html`<div class="problems" role="alert" tabindex="-1" autofocus>
      <h2>${c.say("form.problems", { count: names.length })}</h2>
      <ul>${names.map((name) => html`<li><a href="#${idOf(name)}">${labels[name] ?? name}</a>: ${reason(c, state, name)}</li>`)}</ul>
    </div>`;
}

type Field = { readonly name: string; readonly label: string; readonly hint?: string; readonly required?: boolean };

type TextField = Field & {
  readonly type?: "text" | "password" | "email" | "url" | "search" | "date" | "datetime-local" | "tel";
  readonly inputmode?: "decimal" | "numeric" | "email" | "url";
  readonly autocomplete?: string;
  readonly maxLength?: number;
  /** A short field: a price, a quantity. */
  readonly short?: boolean;
  readonly suggestions?: readonly string[];
};

export function textField(c: PageContext, state: FormState, field: TextField): Html {
  const list = field.suggestions ? `${idOf(field.name)}-list` : "";
  return wrap(
    c,
    state,
    field,
    html`<input id="${idOf(field.name)}" name="${field.name}" type="${field.type ?? "text"}" value="${typedText(state, field.name)}"${field.short ? html` class="short"` : ""} autocomplete="${field.autocomplete ?? "off"}"${bound(field)}${field.inputmode ? html` inputmode="${field.inputmode}"` : ""}${list ? html` list="${list}"` : ""}${marks(state, field)}>${list ? html`<datalist id="${list}">${field.suggestions?.map((text) => html`<option value="${text}"></option>`)}</datalist>` : ""}`,
  );
}

// A date has no length: the attribute is not allowed there.
function bound({ type = "text", maxLength = 300 }: TextField): Html | "" {
  return type.startsWith("date") ? "" : html` maxlength="${maxLength}"`;
}

export function textArea(c: PageContext, state: FormState, field: Field & { rows?: number; maxLength?: number }): Html {
  const typed = typedText(state, field.name);
  return wrap(
    c,
    state,
    field,
    html`<textarea id="${idOf(field.name)}" name="${field.name}" rows="${field.rows ?? 4}" maxlength="${field.maxLength ?? 5000}"${marks(state, field)}>${typed}</textarea>`,
  );
}

type Choice = { readonly value: string; readonly label: string; readonly hint?: string };

export function selectField(c: PageContext, state: FormState, field: Field & { choices: readonly Choice[] }): Html {
  const typed = typedText(state, field.name);
  const options = field.choices.map(({ value, label }) =>
    value === typed
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`,
  );
  return wrap(
    c,
    state,
    field,
    html`<select id="${idOf(field.name)}" name="${field.name}"${marks(state, field)}>${options}</select>`,
  );
}

/** Radio buttons; each choice may carry its consequence in a sentence. */
export function radioField(c: PageContext, state: FormState, field: Field & { choices: readonly Choice[] }): Html {
  const id = idOf(field.name);
  const typed = typedText(state, field.name);
  const choices = field.choices.map(
    ({ value, label, hint }, i) => html`<div class="choice">
        <input type="radio" id="${i === 0 ? id : `${id}-${i}`}" name="${field.name}" value="${value}"${value === typed ? html` checked` : ""}>
        <label for="${i === 0 ? id : `${id}-${i}`}">${label}${hint ? html`<small>${hint}</small>` : ""}</label>
      </div>`,
  );
  return html`<fieldset class="${state.errors[field.name] ? "field bad" : "field"}"${describedBy(state, field)}>
      <legend>${field.label}</legend>
      ${notes(c, state, field)}
      ${choices}
    </fieldset>`;
}

export function checkboxField(c: PageContext, state: FormState, field: Field): Html {
  const id = idOf(field.name);
  const checked = typedText(state, field.name) !== "" ? html` checked` : "";
  return html`<div class="${state.errors[field.name] ? "field bad" : "field"}">
      <div class="choice"><input type="checkbox" id="${id}" name="${field.name}" value="on"${checked}${marks(state, field)}>
      <label for="${id}">${field.label}</label></div>
      ${notes(c, state, field)}
    </div>`;
}

/** A file. `accept` as the attribute: ".csv,.xlsx". `shrink`: a photograph, made smaller where script runs; then says so in this word. */
export function fileField(
  c: PageContext,
  state: FormState,
  field: Field & { readonly accept: string; readonly shrink?: string },
): Html {
  return wrap(
    c,
    state,
    field,
    html`<input id="${idOf(field.name)}" name="${field.name}" type="file" accept="${field.accept}"${field.shrink ? html` data-shrink="${field.shrink}"` : ""}${marks(state, field)}>`,
  );
}

function wrap(c: PageContext, state: FormState, field: Field, control: Html): Html {
  return html`<div class="${state.errors[field.name] ? "field bad" : "field"}">
<label for="${idOf(field.name)}">${field.label}${field.required ? "" : html` <span class="optional">${c.say("form.optional")}</span>`}</label> ${notes(c, state, field)} ${control}
</div>`;
}

// Before the control, so that a screen reader and a thumb-high keyboard both leave them visible.
function notes(c: PageContext, state: FormState, field: Field): Html {
  const id = idOf(field.name);
  return html`${field.hint ? html`<small class="hint" id="${id}-hint">${field.hint}</small>` : ""}${
    state.errors[field.name] ? html`<small class="error" id="${id}-error">${reason(c, state, field.name)}</small>` : ""
  }`;
}

function marks(state: FormState, field: Field): Html {
  const invalid = state.errors[field.name] ? html` aria-invalid="true"` : "";
  return html`${field.required ? html` required` : ""}${invalid}${describedBy(state, field)}`;
}

function describedBy(state: FormState, field: Field): Html | "" {
  const id = idOf(field.name);
  const ids = [field.hint && `${id}-hint`, state.errors[field.name] && `${id}-error`].filter(Boolean).join(" ");
  return ids ? html` aria-describedby="${ids}"` : "";
}

function reason(c: PageContext, state: FormState, name: string): string {
  return c.say(`form.reason.${state.errors[name]}`);
}

function typedText(state: FormState, name: string): string {
  const typed = state.typed[name];
  return (Array.isArray(typed) ? typed[0] : typed) ?? "";
}

/** The id of the element of a field: what a link to it names. */
export function idOf(name: string): string {
  return `f-${name.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`;
}
