// What is looked at on every page: accessibility, markup, boxes, sideways scroll, and what the browser complains of.
import { AxeBuilder } from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import type { BrowserContext, Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Violations of WCAG 2.2 AA, each as "rule: selector, selector". */
export async function findBarriers(page: Page): Promise<string[]> {
  // Legacy mode judges in the page itself: there are no frames, and a new tab for each look costs a second.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"], preload: false })
    .withTags(TAGS)
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // A group of checkboxes is one list of values.
    "form-dup-name": ["error", { shared: ["radio", "button", "reset", "submit", "checkbox"] }],
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "doctype-style": ["error", { style: "lowercase" }],
    "long-title": "off",
    // A link that looks like a button stays a link.
    "prefer-native-element": ["error", { exclude: ["button"] }],
    "no-trailing-whitespace": "off",
    "void-style": ["error", { style: "omit" }],
  },
});

/** What is wrong in the markup, as "rule line: message". */
export async function findMarkupErrors(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, line, message }) => `${ruleId} ${line}: ${message}`),
  );
}

/** Boxes that break the page: sideways scroll, text squeezed to a column, targets under 44 px, more than one h1. */
export function findBadBoxes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const bad: string[] = [];
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.className} "${(element.textContent ?? "").trim().slice(0, 30)}"`;
    const isShown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width)
      bad.push(`scrolls sideways to ${document.documentElement.scrollWidth}`);
    for (const element of document.querySelectorAll("main *")) {
      if (element.closest(".scroll, .skip") || !isShown(element)) continue;
      const box = element.getBoundingClientRect();
      if (box.right > width + 1) bad.push(`sticks out by ${Math.round(box.right - width)}: ${name(element)}`);
      const hasOwnText = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === 3 && (textContent ?? "").trim().length > 20,
      );
      if (hasOwnText && box.left < 12) bad.push(`touches the edge: ${name(element)}`);
      if (hasOwnText && box.width < 70) bad.push(`squeezed to ${Math.round(box.width)}: ${name(element)}`);
    }
    const targets =
      "button, [role=button], input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, .top-links a, .desk-nav a, .chips a, summary";
    for (const element of document.querySelectorAll(targets)) {
      const { height } = element.getBoundingClientRect();
      if (isShown(element) && height < 43.5) bad.push(`only ${height} high: ${name(element)}`);
    }
    const headings = document.querySelectorAll("h1").length;
    if (headings !== 1) bad.push(`${headings} h1`);
    const missing =
      /\b(?:web|form|refusal|members|catalogs|partners|sales|orders|ledger|directory|membership|sources|gatherings|training|statistics|opendata|founding|solidarity|imports|begin)\.[a-zA-Z]+(?:\.[a-zA-Z-]+)*/.exec(
        document.body.innerText,
      );
    if (missing) bad.push(`a key without words: ${missing[0]}`);
    const unfilled = /\{\{.{0,30}/.exec(document.body.innerText);
    if (unfilled) bad.push(`a sentence without its fact: ${unfilled[0]}`);
    return bad;
  });
}

/** Collects what the browser complains of in a context: console errors, CSP violations, requests that leave `origins`. */
export function listen(context: BrowserContext, origins: readonly string[]): string[] {
  const complaints: string[] = [];
  context.on("console", (message) => {
    // A page that answers 4xx on purpose is named so in the table.
    const isStatus = /the server responded with a status of 4\d\d/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isStatus) complaints.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`script: ${error.error().message}`));
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!origins.includes(origin) && protocol !== "data:") complaints.push(`left the node: ${request.url()}`);
  });
  return complaints;
}
