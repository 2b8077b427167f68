// The frame of every page, and what a page may know: skip link, one h1, five entries at most, help in its place.
import { randomBytes, randomInt } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Format, formats } from "./format.ts";
import { makeFormToken, TOKEN_FIELD } from "./formToken.ts";
import { dataBlock, type Html, html } from "./html.ts";
import { KEEP_HEADER, netPanel } from "./offline.ts";
import { assetUrl } from "./staticFiles.ts";
import type { ActorKind, Role, Seat, Visitor } from "./visitor.ts";
import { chooseLanguage, isLanguage, LANGUAGES, type Language, type Say, words } from "./words.ts";

/** What a page may know of the one who asks. Pages are pure functions of this and their own data. */
export type PageContext = {
  readonly say: Say;
  readonly language: Language;
  readonly format: Format;
  /** Epoch ms. */
  readonly now: number;
  readonly origin: string;
  /** The path of this page, without query. */
  readonly path: string;
  readonly visitor: Visitor | null;
  /** The seat that let the visitor in; null outside a desk. */
  readonly seat: Seat | null;
  /** Names of comuni, offered where one says where one is; any other place may be written. */
  readonly placeNames: readonly string[];
  /** The token that `postForm` puts in each form. */
  readonly formToken: () => string;
};

/** A page to be framed. `title` is the h1 too. */
export type View = {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** One sentence for search engines and link previews, on public pages. */
  readonly description?: string;
  /** The path of a picture of it on this node, for previews. */
  readonly picture?: string;
  /** The same thing as ActivityPub JSON. */
  readonly alternate?: string;
  /** The same list for other software. */
  readonly alternates?: readonly { readonly type: string; readonly href: string; readonly title: string }[];
  /** What it is about in schema.org's words, for search engines, on public pages. */
  readonly data?: object;
  /** Tables and matrices take the whole width. */
  readonly wide?: boolean;
  /** Brings htmx. The page works without it. */
  readonly enhanced?: boolean;
  /** A script of ours that this page alone needs, by its name under static/. */
  readonly script?: "passkey.js" | "photos.js" | "live.js";
  /** Kept by the person's own browser, to be shown there while there is no network (offline.ts). */
  readonly kept?: boolean;
};

/** An entry of a desk's navigation: `path` under `/desk/{handle}/`, `label` a words key. */
export type DeskEntry = {
  readonly path: string;
  readonly label: string;
  /** Other places that belong under it, as `path`. */
  readonly also?: readonly string[];
  readonly kinds: readonly ActorKind[];
  readonly roles: readonly Role[];
  /** Who sits at one such desk alone, with none but these roles, begins here. */
  readonly landing?: readonly Role[];
};

const MAX_ENTRIES = 5;

/** What a page may know, from a request. */
export function pageContext(request: FastifyRequest, reply: FastifyReply): PageContext {
  const { web } = request.server;
  const language = languageOf(request);
  return {
    say: words(language),
    language,
    format: formats(language),
    now: web.clock.now(),
    origin: web.origin,
    path: request.url.split("?", 1)[0] ?? "/",
    visitor: request.visitor,
    seat: request.seat,
    placeNames: web.placeNames ?? [],
    formToken: () => makeFormToken(request, reply),
  };
}

function languageOf(request: FastifyRequest): Language {
  const { cookies, language } = request.server.web;
  // The choice made in this browser is the newest; the account's goes with the person to other devices.
  const chosen = request.cookies?.[cookies.language] ?? request.visitor?.language;
  return isLanguage(chosen) ? chosen : chooseLanguage(request.headers["accept-language"], language);
}

/** Frames a page and sends it. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, view: View): FastifyReply {
  const c = pageContext(request, reply);
  const all = c.seat ? deskEntriesFor(request.server.web.deskEntries, c, c.seat) : [];
  const entries = c.seat ? entriesOfFrame(c, c.seat, all) : [];
  if (view.kept && c.visitor) reply.header(KEEP_HEADER, c.visitor.personId);
  const others = c.seat ? otherDesks(c, c.seat, request.server.web.deskEntries) : [];
  return sendText(request, reply.code(view.status ?? 200), c, String(frame(c, view, { entries, all }, others)));
}

/**
 * Whether the one who asks wants only what its press changed: htmx, on a page of ours. Everybody else is sent to the page (303).
 */
export function wantsParts(request: FastifyRequest): boolean {
  return request.headers["hx-request-type"] === "partial";
}

/** Makes htmx put this answer's main part in place of the page's: for a press that leads to another page, or to a refusal. */
export function replaceMain(reply: FastifyReply): FastifyReply {
  return reply.header("hx-retarget", "#main").header("hx-reselect", "#main").header("hx-reswap", "outerHTML");
}

/** Answers a press with the pieces it changed: each takes the place of the element of its id (`isWhole`), or of what is inside. */
export function sendParts(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: readonly { readonly id: string; readonly body: Html | ""; readonly isWhole?: boolean }[],
  status = 200,
): FastifyReply {
  const text = parts.map(
    ({ id, body, isWhole }) =>
      html`<hx-partial hx-target="#${id}" hx-swap="${isWhole ? "outerMorph" : "innerMorph"}">${body}</hx-partial>`,
  );
  return sendText(request, reply.code(status), pageContext(request, reply), text.join(""));
}

const PADDING_BYTES_MAX = 32;

/**
 * Sends HTML, compressed where lengths can tell nobody anything (SAFETY B63, ADR 0016): pages without a secret, and pages with one
 * when the browser says that the visit comes from a page of ours or from the person's own hand. Whoever would learn from lengths
 * must make this browser ask again and again from elsewhere, and gets the plain bytes. A pinch of random length goes on top.
 */
function sendText(request: FastifyRequest, reply: FastifyReply, c: PageContext, text: string): FastifyReply {
  reply.type("text/html; charset=utf-8").header("content-language", c.language);
  const hasSecret = c.visitor !== null || text.includes(`name="${TOKEN_FIELD}"`);
  const isOwnVisit = ["same-origin", "none"].includes(String(request.headers["sec-fetch-site"]));
  // A refusal may come before the route's own hooks, and with them compression, have run.
  if ((hasSecret && !isOwnVisit) || reply.statusCode >= 500 || typeof reply.compress !== "function")
    return reply.send(text);
  const padding = hasSecret ? `<!--${randomBytes(randomInt(PADDING_BYTES_MAX)).toString("base64url")}-->` : "";
  reply.compress(text + padding);
  return reply;
}

type Entry = { href: string; label: string; also?: string[] };
/** What the frame shows of a desk's entries, and all there are. */
type Menu = { readonly entries: Entry[]; readonly all: Entry[] };

/** All entries of a desk that fit its kind and the visitor's roles there. */
export function deskEntriesFor(
  all: readonly DeskEntry[],
  c: PageContext,
  { actorId, actorKind, handle }: Seat,
): Entry[] {
  const roles = (c.visitor?.seats ?? []).filter((seat) => seat.actorId === actorId).map(({ role }) => role);
  return all
    .filter(({ kinds, roles: wanted }) => kinds.includes(actorKind) && wanted.some((role) => roles.includes(role)))
    .map(({ path, label, also = [] }) => ({
      href: `/desk/${handle}/${path}`,
      label: c.say(label),
      also: also.map((other) => `/desk/${handle}/${other}`),
    }));
}

/** What stands on a page of its own where five entries do not hold all; where they do, all of them once more. */
export function entriesAfterFrame(entries: Entry[]): Entry[] {
  return entries.length <= MAX_ENTRIES ? entries : entries.slice(MAX_ENTRIES - 1);
}

/** Five at most: what comes after the fourth stands on a page of its own. */
export function entriesOfFrame(c: PageContext, { handle }: Pick<Seat, "handle">, entries: Entry[]): Entry[] {
  if (entries.length <= MAX_ENTRIES) return entries;
  return [...entries.slice(0, MAX_ENTRIES - 1), { href: `/desk/${handle}/more`, label: c.say("web.nav.more") }];
}

/** The desks of the other actors a person acts for, each at its first page, in the order of their names. */
function otherDesks(c: PageContext, here: Seat, all: readonly DeskEntry[]): Entry[] {
  const seats = (c.visitor?.seats ?? []).filter(({ actorId }) => actorId !== here.actorId);
  const own = [...new Map(seats.map((seat) => [seat.actorId, seat])).values()].map((seat) => ({
    href: deskEntriesFor(all, c, seat)[0]?.href ?? `/${seat.handle}`,
    label: seat.actorName,
  }));
  return [...own, ...keptLists(c).filter(({ href }) => href !== listAddress(here.handle))];
}

/** The lists of producers that a person keeps without a seat there, each by its producer's name. */
export function keptLists({ visitor }: PageContext): Entry[] {
  const isSeated = ({ actorId }: Seat) => (visitor?.seats ?? []).some((seat) => seat.actorId === actorId);
  const kept = (visitor?.keeps ?? []).filter((seat) => !isSeated(seat));
  return kept.map(({ handle, actorName }) => ({ href: listAddress(handle), label: actorName }));
}

function listAddress(handle: string): string {
  return `/desk/${handle}/catalog`;
}

function frame(c: PageContext, view: View, menu: Menu, others: Entry[]): Html {
  const { say } = c;
  return html`<!doctype html>
<html lang="${c.language}">
  <head>
    <meta charset="utf-8">
    <title>${view.title} · Filiera</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    ${view.description ? preview(c, view, view.description) : ""}
    <link rel="icon" href="${assetUrl("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assetUrl("pico.css")}">
    <link rel="stylesheet" href="${assetUrl("app.css")}">
    ${view.alternate ? html`<link rel="alternate" type="application/activity+json" href="${view.alternate}">` : ""}
    ${(view.alternates ?? []).map(({ type, href, title }) => html`<link rel="alternate" type="${type}" href="${href}" title="${title}">`)}
    ${view.data ? dataBlock(view.data) : ""}
    ${view.enhanced ? html`<meta name="htmx-config" content='{"includeIndicatorCSS":false}'><script src="${assetUrl("htmx.js")}" defer></script>` : ""}
    ${c.visitor ? html`<script type="module" src="${assetUrl("app.js")}"></script>` : ""}
    ${view.script ? html`<script type="module" src="${assetUrl(view.script)}"></script>` : ""}
  </head>
  <body>
    <a class="skip" href="#main">${say("web.skip")}</a>
    ${header(c, menu)}
    <main id="main" class="${view.wide ? "page page-wide" : "page"}" tabindex="-1">
      ${c.seat ? deskName(c, c.seat, others) : ""}
      <h1>${view.title}</h1>
      ${netPanel(c)}
      ${view.body}
    </main>
    ${footer(c)}
  </body>
</html>`;
}

/** What search engines and other services show of the page; whose it is as Mastodon asks for it (`fediverse:creator`). */
function preview({ origin }: PageContext, { title, alternate, picture }: View, description: string): Html {
  const handle = alternate?.startsWith(`${origin}/`) ? new URL(alternate).pathname.split("/")[1] : undefined;
  const creator = handle ? html`<meta name="fediverse:creator" content="@${handle}@${new URL(origin).host}">` : "";
  const image = picture ? html`<meta property="og:image" content="${origin}${picture}">` : "";
  return html`<meta name="description" content="${description}"><meta property="og:title" content="${title}"><meta property="og:description" content="${description}">${alternate ? html`<meta property="og:url" content="${alternate}">` : ""}${image}${creator}`;
}

/** For whom one acts here; who acts for several finds the others beside it. */
function deskName({ say }: PageContext, { handle, actorName }: Seat, others: Entry[]): Html {
  const name = html`<a href="/${handle}">${actorName}</a>`;
  if (others.length === 0) return html`<p class="desk-name">${name}</p>`;
  return html`<div class="desk-name">${name}
        <details class="desk-switch no-print"><summary>${say("web.nav.switch")}</summary>
          <ul class="links">${others.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`)}</ul></details></div>`;
}

function header(c: PageContext, { entries, all }: Menu): Html {
  const { say } = c;
  const mine = c.visitor
    ? { href: "/account", label: say("web.nav.account") }
    : { href: "/sign-in", label: say("web.nav.signIn") };
  // A page whose entry stands behind the last one, "more", is not its neighbour's because their addresses begin alike.
  const under = currentOf(c, all);
  const isBehind = under !== undefined && !entries.some(({ href }) => href === under);
  const current = (isBehind ? entries.at(-1)?.href : currentOf(c, entries)) ?? "";
  return html`<header class="top">
      <div class="top-row">
        <a class="brand" href="/"><img src="${assetUrl("icon.svg")}" alt="" width="28" height="28"> Filiera</a>
        <ul class="top-links">
          <li>${link(c, mine)}</li>
          <li>${link(c, { href: "/help", label: say("web.nav.help") })}</li>
        </ul>
      </div>
      ${
        entries.length > 0
          ? html`<nav class="desk-nav" aria-label="${say("web.nav.desk")}"><ul>${entries.map((entry) => html`<li>${link(c, entry, current)}</li>`)}</ul></nav>`
          : ""
      }
    </header>`;
}

/** The entry under which a page stands: of those whose address begins its own, the longest. */
function currentOf(c: PageContext, entries: readonly Entry[]): string | undefined {
  const isUnder = (path: string) => c.path === path || c.path.startsWith(`${path}/`);
  return entries
    .filter(({ href, also = [] }) => [href, ...also].some(isUnder))
    .map(({ href }) => href)
    .sort((a, b) => b.length - a.length)[0];
}

function link(c: PageContext, { href, label }: Entry, current = currentOf(c, [{ href, label }])): Html {
  return href === current
    ? html`<a href="${href}" aria-current="${c.path === href ? "page" : "true"}">${label}</a>`
    : html`<a href="${href}">${label}</a>`;
}

// The language form carries no token: it harms nobody, and public pages stay free of cookies.
function footer(c: PageContext): Html {
  const { say } = c;
  const other = LANGUAGES.filter((language) => language !== c.language);
  return html`<footer class="bottom">
      <p>${say("web.footer", { host: new URL(c.origin).host })} <a href="/privacy">${say("privacy.link")}</a> · <a href="/accessibility">${say("access.link")}</a></p>
      <form method="post" action="/language">
        <input type="hidden" name="back" value="${c.path}">
        ${other.map((language) => html`<button type="submit" class="quiet" name="language" value="${language}" lang="${language}">${words(language)("web.languageName")}</button>`)}
      </form>
    </footer>`;
}
