// Two people at one form: whoever saves second sees what the first saved, before it is written over. SAFETY C46.
import { createHash } from "node:crypto";
import { type FormState, idOf } from "./forms.ts";
import { type Html, html } from "./html.ts";
import type { PageContext } from "./page.ts";
import { problemBox } from "./parts.ts";
import type { Typed } from "./readForm.ts";

/** Stored values as their form shows them, by field. */
type Saved = Readonly<Record<string, string>>;

/** How a value of a form is told beside another: the words of a choice instead of its sign. */
export type TellValue = (name: string, value: string) => string | undefined;

/** Values longer than that stand folded below the box. */
const LONG = 120;

/** A form that starts from what is stored and remembers that it did. `stamp`: what the store itself counts changes by, if it does. */
export function savedForm(saved: Saved, stamp: string | number = stampOf(saved)): FormState {
  return { typed: { ...saved }, errors: {}, seen: String(stamp) };
}

/**
 * What to show instead of saving, when what is stored was changed after the form was opened and says otherwise than what was typed; null
 * where nobody was in between. Read, this and the save happen in one go, so nobody comes between them either. `row`: a numbered row
 * that is typed and not stored is told only where its field of this name is filled.
 */
export function clashWith(saved: Saved, typed: Typed, stamp?: string | number, row?: string): FormState | null {
  const seen = String(stamp ?? stampOf(saved));
  if (typed.seen === seen) return null;
  const theirs = theirsOf(saved, typed, row);
  return Object.keys(theirs).length === 0 ? null : { typed, errors: {}, seen, theirs };
}

/** What is stored where what was typed says otherwise, by field. A field that the form did not have is not told. */
function theirsOf(saved: Saved, typed: Typed, row: string | undefined): Record<string, string> {
  const added = Object.keys(typed).filter((name) => {
    const [, number] = /^[^.]+\.(.+)$/.exec(name) ?? [];
    return number !== undefined && saved[name] === undefined && (!row || Boolean(typed[`${row}.${number}`]));
  });
  // A box that is not ticked is not sent.
  const shown = Object.keys(saved).filter((name) => typed[name] !== undefined || saved[name] === "on");
  return Object.fromEntries(
    [...shown, ...added]
      .filter((name) => (saved[name] ?? "") !== String(typed[name] ?? ""))
      .map((name) => [name, saved[name] ?? ""]),
  );
}

/** A short name of what is stored, the same for the same values. */
function stampOf(saved: Saved): string {
  const pairs = Object.entries(saved).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(pairs)).digest("base64url").slice(0, 22);
}

/** The field by which a form says what it was made from. Shown again for an error, it still says the same. */
export function seenField({ seen, typed }: FormState): Html {
  return html`<input type="hidden" name="seen" value="${seen ?? typed.seen ?? ""}">`;
}

/** A page's status by its form: somebody was faster, something does not hold, or all is well. */
export function formStatus({ theirs, errors }: FormState): { status: number } | Record<string, never> {
  return theirs ? { status: 409 } : Object.keys(errors).length > 0 ? { status: 422 } : {};
}

/** Names of fields that a page needs words for: those that do not hold, and those that say otherwise. */
export function namedFields({ errors, theirs = {} }: FormState): string[] {
  return [...Object.keys(errors), ...Object.keys(theirs)];
}

/** Somebody was faster: what they saved beside what was typed, field by field. The form below holds what was typed. */
export function clashBox(
  c: PageContext,
  { typed, theirs }: FormState,
  labels: Readonly<Record<string, string>>,
  tell: TellValue = () => undefined,
): Html | "" {
  if (!theirs) return "";
  const { say } = c;
  const told = (name: string, value: unknown) => {
    const text = typeof value === "string" ? value : "";
    if (text === "") return "—";
    if (text === "on") return say("form.clash.on");
    return tell(name, text) ?? text.replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ");
  };
  const isLong = (name: string) => [theirs[name], typed[name]].some((text) => String(text ?? "").length > LONG);
  const entries = Object.entries(theirs).map(([name, value]) => ({
    href: `#${idOf(name)}`,
    label: labels[name] ?? name,
    reason: isLong(name)
      ? say("form.clash.below")
      : say("form.clash.field", { theirs: told(name, value), mine: told(name, typed[name]) }),
  }));
  const long = Object.entries(theirs).filter(([name]) => isLong(name));
  return html`${problemBox({ title: say("form.clash.title"), text: say("form.clash.what"), entries })}
    ${long.map(([name, value]) => html`<details open><summary>${say("form.clash.theirs", { field: labels[name] ?? name })}</summary><p class="card kept-lines">${told(name, value)}</p></details>`)}`;
}
