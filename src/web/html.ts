// The one door to hono/html: templates that escape, as plain strings. `raw` stays in this file.
import assert from "node:assert/strict";
import { raw, html as template } from "hono/html";

/** Text that is already HTML: made by `html` only, so that everything else is escaped where it is placed. */
export type Html = Exclude<ReturnType<typeof template>, Promise<unknown>>;

/**
 * A template that escapes every value placed in text or in a quoted attribute. Arrays are joined; null, undefined and
 * booleans vanish. Quote every attribute. Values are plain: a promise is a bug.
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const made = template(strings, ...values);
  assert(!(made instanceof Promise), "a page waits for its data before it is drawn");
  return made;
}

/** What search engines read beside a page (JSON-LD): a script that is none. Nothing in it ends it or begins another (SAFETY C16). */
export function dataBlock(data: object): Html {
  const text = JSON.stringify(data).replaceAll("<", "\\u003c");
  return html`<script type="application/ld+json">${raw(text)}</script>`;
}

/** An address from outside that may stand in href or src: http, https, or a path of this node; else "#". */
export function safeUrl(address: string): string {
  if (/^\/(?![/\\])/.test(address)) return address;
  if (!URL.canParse(address)) return "#";
  const { protocol, href } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? href : "#";
}
