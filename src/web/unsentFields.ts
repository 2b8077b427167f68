// What of a form may wait for who must sign in again, and how it stands in the form's own page afterwards. Pure.
import { TOKEN_FIELD } from "./formToken.ts";
import { html } from "./html.ts";

/** A form that was not sent. `page` is where it stood, "" where nobody knows; `leftOut`: files or passwords were in it. */
export type Unsent = {
  readonly action: string;
  readonly page: string;
  readonly fields: readonly Pair[];
  readonly leftOut: boolean;
};
type Pair = readonly [name: string, value: string];

/** More fields than the longest page of ours sends. */
export const FIELDS_MAX = 2000;

/** Never kept, whatever form they stand in. What else is secret says its route (`secret`). */
const SECRET = /^(?:password|credential)$/;

/** The fields of a parsed body that may be kept; a file, a password or what is no text is left out. */
export function fieldsToKeep(body: unknown): Pick<Unsent, "fields" | "leftOut"> {
  const fields: Pair[] = [];
  let leftOut = false;
  for (const [name, sent] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    if (name === TOKEN_FIELD) continue;
    for (const one of [sent].flat()) {
      const text = SECRET.test(name) ? undefined : textOf(one);
      if (text !== undefined) fields.push([name, text]);
      else leftOut ||= (one as { filename?: unknown }).filename !== "";
    }
  }
  return { fields, leftOut };
}

// A multipart field stands in an envelope.
function textOf(sent: unknown): string | undefined {
  if (typeof sent === "string") return sent;
  const { type, value } = (sent ?? {}) as { type?: unknown; value?: unknown };
  return type === "field" && typeof value === "string" ? value : undefined;
}

const TAG = /<(input|textarea|select|option|button)\b([^>]*)>/g;
const escaped = (text: string) => String(html`${text}`);

/**
 * The page with what was written in the form it came from, and `notice` before that form; undefined where the page has no such form,
 * or not all that was written has its place there. Our pages quote and escape every attribute: none has a `>` in it.
 */
export function fillForm(page: string, { action, fields }: Unsent, notice: string): string | undefined {
  const wanted = fields.map(([name, value]) => [escaped(name), escaped(value)] as const);
  const [best] = formsTo(page, escaped(action))
    .map((form) => ({ ...form, likeness: likeness(form.text, wanted) }))
    .sort((a, b) => b.likeness - a.likeness);
  const filled = best && fill(best.text, wanted);
  return filled && page.slice(0, best.start) + notice + filled + page.slice(best.start + best.text.length);
}

function formsTo(page: string, action: string): { start: number; text: string }[] {
  return [...page.matchAll(/<form\b[^>]*>/g)]
    .filter(([tag]) => read(tag, "method") === "post" && read(tag, "action") === action)
    .map(({ index }) => ({ start: index, text: page.slice(index, page.indexOf("</form>", index)) }));
}

/** Of several forms to one address, each for its own row, it is the one that says the same of itself. */
function likeness(form: string, fields: readonly Pair[]): number {
  const said = [...form.matchAll(/<input type="hidden"[^>]*>/g)].map(([tag]) => tag);
  const isSaid = ([name, value]: Pair) =>
    said.some((tag) => read(tag, "name") === name && read(tag, "value") === value);
  return fields.filter(isSaid).length;
}

function fill(form: string, fields: readonly Pair[]): string | undefined {
  const left = new Map<string, string[]>();
  for (const [name, value] of fields) left.set(name, [...(left.get(name) ?? []), value]);
  const next = (name: string) => left.get(name)?.shift();
  const take = (name: string, value: string) => {
    const values = left.get(name) ?? [];
    const at = values.indexOf(value);
    if (at >= 0) values.splice(at, 1);
    return at >= 0;
  };
  let select = "";
  let filled = "";
  let from = 0;
  for (const { 0: tag, 1: kind, index } of form.matchAll(TAG)) {
    if (index < from) continue;
    const [name, type] = [read(tag, "name") ?? "", read(tag, "type") ?? "text"];
    const value = read(tag, "value");
    const put = (text: string, length = tag.length) => {
      filled += form.slice(from, index) + text;
      from = index + length;
    };
    if (kind === "select") select = name;
    else if (kind === "button") take(name, value ?? "");
    else if (kind === "option") put(mark(tag, "selected", take(select, value ?? "")));
    else if (kind === "textarea") {
      const typed = next(name);
      // Browsers leave out the first line end behind the tag.
      if (typed !== undefined) put(`${tag}\n${typed}`, form.indexOf("</textarea>", index) - index);
    } else if (type === "checkbox" || type === "radio") put(mark(tag, "checked", take(name, value ?? "on")));
    else if (type !== "file" && type !== "password" && name !== TOKEN_FIELD) {
      const typed = next(name);
      if (typed !== undefined) put(write(tag, typed));
    }
  }
  const isPlaced = [...left.values()].flat().every((value) => value === "");
  return isPlaced ? filled + form.slice(from) : undefined;
}

function read(tag: string, attribute: string): string | undefined {
  return new RegExp(`\\s${attribute}="([^"]*)"`).exec(tag)?.[1];
}

function write(tag: string, value: string): string {
  const bare = tag.replace(/\svalue="[^"]*"/, "");
  return `${bare.slice(0, -1)} value="${value}">`;
}

function mark(tag: string, word: "checked" | "selected", isOn: boolean): string {
  const bare = tag.replace(new RegExp(`\\s${word}(?:="[^"]*")?(?=[\\s>])`), "");
  return isOn ? `${bare.slice(0, -1)} ${word}>` : bare;
}
