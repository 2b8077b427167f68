// What everybody may see of a network: who is in it, where, what can be had and by when. Pure: view -> HTML.
import { CERTIFICATION_KINDS } from "../../exchange/priceList.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { chips, emptyState, tabs } from "../../web/parts.ts";
import type { Count, EntryKind, FoundEntry, FoundPage } from "../index/networkIndex.ts";
import { COMUNI, PROVINCES, provinceOf } from "../places/places.ts";
import { type FeedPath, FRAMED, feedAlternates, feedLinks } from "./feedPages.ts";
import { actorCard, type CardPlace, certificationName, monthName, thingCard } from "./itemPages.ts";
import { addressOf, DISTANCES_KM, isNarrowed, type Wish } from "./wish.ts";

/** The network a page is of. */
export type Network = { readonly handle: string; readonly name: string };

/** A list as it was asked and found. `counts` by kind; `nearest` where nothing was found near the place that was asked for. */
export type ListView = {
  readonly network: Network;
  readonly wish: Wish;
  readonly found: FoundPage;
  readonly counts: readonly Count[];
  readonly nearest: readonly FoundEntry[];
};

export const ACTOR_KINDS: readonly EntryKind[] = ["gas", "producer", "district"];
const WAYS = ["directory", "near", "map", "search", "offers", "calendar", "statistics", "open-data", "start"];
const MOST_CHIPS = 12;
const REGION = "Marche";

/** "Trova un GAS vicino a te", and everybody else of the network. */
export function directoryPage(c: PageContext, view: ListView): View {
  const { network, wish } = view;
  const { say } = c;
  const kinds = ACTOR_KINDS.map((kind) => ({
    kind,
    label: say(`directory.kinds.${kind}`),
    count: sumOf(view.counts, kind),
  }));
  const all = { kind: "", label: say("directory.kinds.all"), count: kinds.reduce((sum, { count }) => sum + count, 0) };
  const choices = [all, ...kinds].map(({ kind, label, count }) => ({
    href: addressOf(c.path, wish, { kind }),
    label,
    isCurrent: wish.kind === kind,
    // Of everybody: beside a narrowed list another number would stand than what is in it.
    ...(isNarrowed(wish) ? {} : { count }),
  }));
  return {
    title: say("directory.title", { name: network.name }),
    description: say("directory.description", { name: network.name }),
    alternates: feedAlternates(c, network, "directory"),
    body: html`${ways(c, network, "directory")}
      <p class="lead">${say("directory.lead")}</p>
      ${nearForm(c, wish)}
      ${chips(say("web.list.narrow"), choices)}
      ${problemOf(c, wish)}
      ${listOf(c, view, actorCard)}
      ${feedsNote(c, network, "directory")}
      ${credit(c, wish)}`,
  };
}

/** Products, open orders, meetings and everybody, by words. */
export function searchPage(
  c: PageContext,
  view: ListView & { readonly categories: readonly Count[]; readonly kinds: readonly EntryKind[] },
): View {
  const { network, wish, categories } = view;
  const { say } = c;
  const kinds = ["product", "cycle", "event", "all"].map((kind) => ({
    href: addressOf(c.path, wish, { kind, category: "" }),
    label: say(`directory.searchKinds.${kind}`),
    isCurrent: (wish.kind || "product") === kind,
  }));
  const named = categories.slice(0, MOST_CHIPS).map(({ value, count }) => ({
    href: addressOf(c.path, wish, { category: wish.category === value ? "" : value }),
    label: value,
    isCurrent: wish.category === value,
    count,
  }));
  return {
    title: say("directory.searchTitle", { name: network.name }),
    description: say("directory.description", { name: network.name }),
    body: html`${ways(c, network, "search")}
      <p class="lead">${say("directory.searchLead")}</p>
      ${searchForm(c, wish)}
      ${chips(say("directory.what"), kinds)}
      ${named.length > 1 && (wish.kind || "product") === "product" ? chips(say("directory.category"), named) : ""}
      ${problemOf(c, wish)}
      ${listOf(c, view, cardOf)}
      ${credit(c, wish)}`,
  };
}

/** Open orders by their closing. */
export function offersPage(c: PageContext, view: ListView): View {
  const { network, wish } = view;
  const { say } = c;
  return {
    title: say("directory.offersTitle", { name: network.name }),
    description: say("directory.offersDescription", { name: network.name }),
    alternates: feedAlternates(c, network, "offers"),
    body: html`${ways(c, network, "offers")}
      <p class="lead">${say("directory.offersLead")}</p>
      ${searchForm(c, wish)}
      ${provinceChips(c, wish)}
      ${problemOf(c, wish)}
      ${listOf(c, view, thingCard)}
      ${feedsNote(c, network, "offers")}
      ${credit(c, wish)}`,
  };
}

/** Meetings to come, each where it is and by whom. */
export function calendarPage(c: PageContext, view: ListView): View {
  const { network, wish } = view;
  const { say } = c;
  return {
    title: say("opendata.calendar.title", { name: network.name }),
    description: say("opendata.calendar.description", { name: network.name }),
    alternates: feedAlternates(c, network, "calendar"),
    body: html`${ways(c, network, "calendar")}
      <p class="lead">${say("opendata.calendar.lead")}</p>
      ${placeForm(c, wish)}
      ${provinceChips(c, wish)}
      ${problemOf(c, wish)}
      ${listOf(c, view, thingCard)}
      ${feedsNote(c, network, "calendar")}
      ${credit(c, wish)}`,
  };
}

/** Where the pages about a network lead to: shown above each of them and on the network's own page. */
export function ways(c: PageContext, { handle }: Network, current: string): Html {
  const way = (path: string) => ({
    href: `/${handle}/${path}`,
    label: c.say(`directory.ways.${path}`),
    isCurrent: path === current,
  });
  return tabs(c.say("directory.waysLabel"), WAYS.map(way));
}

function cardOf(c: PageContext, entry: FoundEntry, where: CardPlace): Html {
  return ACTOR_KINDS.includes(entry.kind) ? actorCard(c, entry, where) : thingCard(c, entry, where);
}

function listOf(c: PageContext, view: ListView, card: typeof cardOf): Html {
  const { wish, found, network } = view;
  if (found.entries.length === 0) return emptyOf(c, view);
  return html`<ul class="cards">${found.entries.map((entry) => card(c, entry, { handle: network.handle }))}</ul>
    ${found.next === null ? "" : html`<nav class="pages no-print" aria-label="${c.say("web.list.pages")}"><span></span><a href="${addressOf(c.path, wish, { after: found.next })}" rel="next">${c.say("web.list.after")}</a></nav>`}`;
}

/** What will be here and one thing to do; where nothing is near, who is nearest. */
function emptyOf(c: PageContext, { wish, nearest, network }: ListView): Html {
  const { say } = c;
  const action = { href: c.path, label: say("directory.all") };
  if (nearest.length > 0) {
    const names = nearest.map(({ name, distanceKm }) =>
      say("directory.away", { place: name, km: c.format.count(Math.round(distanceKm ?? 0)) }),
    );
    const facts = { place: wish.place?.name, km: wish.km, nearest: c.format.list(names), count: names.length };
    const wider = { href: addressOf(c.path, wish, { km: 100 }), label: say("directory.wider") };
    return emptyState({ text: say("directory.noneNear", facts), action: wider });
  }
  if (isNarrowed(wish)) return emptyState({ text: say("directory.noneFound"), action });
  return emptyState({ text: say("directory.noneYet", { name: network.name }) });
}

function problemOf(c: PageContext, { comune, place }: Wish): Html | "" {
  return comune !== "" && place === null
    ? html`<p class="found" role="status">${c.say("directory.unknownPlace", { place: comune })}</p>`
    : "";
}

function nearForm(c: PageContext, wish: Wish): Html {
  return html`<form method="get" action="${c.path}" class="search wide-search no-print" role="search">
      ${wish.kind ? html`<input type="hidden" name="kind" value="${wish.kind}">` : ""}
      ${comuneField(c, wish)}${distanceField(c, wish)}
      ${wordsField(c, wish, "directory.wordsHere")}
      ${certificationField(c, wish)}${monthField(c, wish)}
      <button type="submit">${c.say("directory.find")}</button>
    </form>`;
}

function searchForm(c: PageContext, wish: Wish): Html {
  const kept = { kind: wish.kind, category: wish.category, province: wish.province };
  return html`<form method="get" action="${c.path}" class="search wide-search no-print" role="search">
      ${Object.entries(kept).map(([name, value]) => (value ? html`<input type="hidden" name="${name}" value="${value}">` : ""))}
      ${wordsField(c, wish, "directory.words")}
      ${comuneField(c, wish)}${distanceField(c, wish)}
      ${certificationField(c, wish)}${monthField(c, wish)}
      <button type="submit">${c.say("directory.find")}</button>
    </form>`;
}

/** A meeting has a place and words, and neither season nor certificate. */
function placeForm(c: PageContext, wish: Wish): Html {
  return html`<form method="get" action="${c.path}" class="search wide-search no-print" role="search">
      ${wish.province ? html`<input type="hidden" name="province" value="${wish.province}">` : ""}
      ${wordsField(c, wish, "directory.words")}
      ${comuneField(c, wish)}${distanceField(c, wish)}
      <button type="submit">${c.say("directory.find")}</button>
    </form>`;
}

function wordsField(c: PageContext, { find }: Wish, label: string): Html {
  return html`<div><label for="find">${c.say(label)}</label><input id="find" name="find" type="search" value="${find}" maxlength="80" autocomplete="off" enterkeyhint="search"></div>`;
}

/** The names we know are offered; what is typed is read without accents all the same. */
function comuneField(c: PageContext, { comune }: Wish): Html {
  return html`<div><label for="comune">${c.say("directory.comune")}</label><input id="comune" name="comune" type="text" value="${comune}" maxlength="80" autocomplete="off" list="comuni">
      <datalist id="comuni">${COMUNI.map(({ name }) => html`<option value="${name}"></option>`)}</datalist></div>`;
}

function distanceField(c: PageContext, { km }: Wish): Html {
  const choices = [0, ...DISTANCES_KM].map((one) => ({
    value: String(one),
    label: one === 0 ? c.say("directory.hereOnly") : c.say("directory.within", { km: one }),
  }));
  return select("km", c.say("directory.distance"), choices, String(km));
}

function certificationField(c: PageContext, { certification }: Wish): Html {
  const kinds = CERTIFICATION_KINDS.filter((kind) => kind !== "conventional");
  const choices = kinds.map((kind) => ({ value: kind, label: certificationName(c, kind) }));
  return select("certification", c.say("directory.certification"), [any(c), ...choices], certification);
}

function monthField(c: PageContext, { month }: Wish): Html {
  const months = Array.from({ length: 12 }, (_, i) => ({ value: String(i + 1), label: monthName(c, i + 1) }));
  return select("month", c.say("directory.month"), [any(c), ...months], month === null ? "" : String(month));
}

const any = (c: PageContext) => ({ value: "", label: c.say("directory.any") });

function select(
  name: string,
  label: string,
  choices: readonly { value: string; label: string }[],
  value: string,
): Html {
  const option = (choice: (typeof choices)[number]) =>
    html`<option value="${choice.value}"${choice.value === value ? html` selected` : ""}>${choice.label}</option>`;
  return html`<div><label for="${name}">${label}</label><select id="${name}" name="${name}">${choices.map(option)}</select></div>`;
}

function provinceChips(c: PageContext, wish: Wish): Html {
  const all = { code: "", name: REGION };
  const choices = [all, ...PROVINCES].map(({ code, name }) => ({
    href: addressOf(c.path, wish, { province: code }),
    label: name,
    isCurrent: wish.province === code,
  }));
  return chips(c.say("directory.province"), choices);
}

/** The same list for other software, and for other pages. */
function feedsNote(c: PageContext, network: Network, path: FeedPath): Html {
  const isFramed = FRAMED.some((one) => one === path);
  const frame = `<iframe src="${c.origin}/embed/${network.handle}/${path}" title="${c.say(`directory.ways.${path}`)}" width="100%" height="480"></iframe>`;
  return html`<details class="no-print"><summary>${c.say("directory.feeds")}</summary>
      ${feedLinks(c, network, path)}
      ${isFramed ? html`<p>${c.say("directory.embed")}</p><p class="copy">${frame}</p>` : ""}</details>`;
}

function sumOf(counts: readonly Count[], kind: string): number {
  return counts.filter((count) => count.kind === kind).reduce((sum, { count }) => sum + count, 0);
}

/** Where distances and outlines come from, on every page that shows some. */
function credit(c: PageContext, { place, province }: Wish): Html | "" {
  return place || provinceOf(province) ? html`<p><small>${c.say("directory.credit")}</small></p>` : "";
}
