// The website of an actor: an address that anybody may open, the link that other software verifies, and whether the site links back by
// rel=me. Pure. EXPERIENCE 8; https://microformats.org/wiki/rel-me.
import { html } from "hono/html";
import { tellWebAddress } from "../kernel/webAddress.ts";
import { type AddressPolicy, readTarget } from "./addresses.ts";
import { bareHost } from "./blocks.ts";

const LONGEST = 300;

/** An address as a person writes it ("www.gasfano.it") -> the URL we keep, without fragment; "" is none; null: it is no address we show. */
export function readWebsite(typed: string, policy: AddressPolicy): string | null {
  const text = typed.trim();
  if (text === "") return "";
  const url = readTarget(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`, policy);
  if ("refused" in url) return null;
  url.hash = "";
  return url.href.length <= LONGEST ? url.href : null;
}

/** The value of the field beside the name: with rel=me, by which Mastodon and others verify it themselves. */
export function writeWebsiteField(url: string): string {
  return String(
    html`<a href="${url}" rel="me nofollow noopener noreferrer" target="_blank">${tellWebAddress(url)}</a>`,
  );
}

/** Whether an answer still speaks for the site that was asked: the same host, with or without "www". */
export function isSameSite(asked: string, answered: string): boolean {
  const bare = (address: string) => bareHost(new URL(address)).replace(/^www\./, "");
  return URL.canParse(answered) && bare(asked) === bare(answered);
}

// What no browser would show as a link must not count as one: who may only comment on a page must not speak for it.
const UNSEEN = /<!--[\s\S]*?(?:-->|$)|<(script|style|template|textarea|title|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const ATTRIBUTE = /([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const LONGEST_TAG = 4000;

/** Whether a page links, by rel=me, to that address of ours. `pageUrl` is where it stands, for links without a host. Linear in its length. */
export function linksBack(page: string, pageUrl: string, target: string): boolean {
  const aim = plainUrl(target, pageUrl);
  for (const tag of listLinkTags(page.replace(UNSEEN, " "))) {
    const attributes = readAttributes(tag);
    const rels = (attributes.get("rel") ?? "").toLowerCase().split(/\s+/);
    if (rels.includes("me") && plainUrl(attributes.get("href") ?? "", pageUrl) === aim) return true;
  }
  return false;
}

/** What stands inside each `<a ...>` and `<link ...>`. A tag ends at the first ">" outside quotes, as browsers have it. */
function* listLinkTags(page: string): Generator<string> {
  const start = /<[a-z/!]/gi;
  while (start.exec(page)) {
    const end = endOfTag(page, start.lastIndex);
    if (end === null) return;
    const tag = page.slice(start.lastIndex - 1, end);
    if (tag.length <= LONGEST_TAG && /^(?:a|link)\s/i.test(tag)) yield tag;
    start.lastIndex = end;
  }
}

function endOfTag(page: string, from: number): number | null {
  const mark = /["'>]/g;
  mark.lastIndex = from;
  for (let found = mark.exec(page); found; found = mark.exec(page)) {
    if (found[0] === ">") return found.index;
    const close = page.indexOf(found[0], mark.lastIndex);
    if (close < 0) return null;
    mark.lastIndex = close + 1;
  }
  return null;
}

/** The first of each name, as browsers have it. */
function readAttributes(text: string): Map<string, string> {
  const read = new Map<string, string>();
  for (const [, name = "", double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!read.has(key)) read.set(key, (double ?? single ?? bare ?? "").replaceAll("&amp;", "&").trim());
  }
  return read;
}

/** Without fragment and final slash, so that both ways of writing one address are the same. */
function plainUrl(href: string, base: string): string | null {
  const url = href === "" ? null : URL.parse(href, base);
  if (url === null) return null;
  url.hash = "";
  return url.href.replace(/\/$/, "");
}
