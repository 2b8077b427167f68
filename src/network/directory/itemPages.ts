// One found thing as a card, always with who says so and since when: an index shows copies. Pure: view -> HTML.
import { CERTIFICATION_KINDS } from "../../exchange/priceList.ts";
import { unitLabel } from "../../kernel/units.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { statusBadge } from "../../web/parts.ts";
import { type FoundEntry, STALE_AFTER } from "../index/networkIndex.ts";

const EXCERPT = 180;
const KNOWN: readonly string[] = CERTIFICATION_KINDS;

/** Where a card stands: the handle of the network. `isHere`: on the source's own page, which it need not lead to. */
export type CardPlace = { readonly handle: string; readonly isHere?: boolean };

/** A group, a producer, a network. */
export function actorCard(c: PageContext, entry: FoundEntry, where: CardPlace): Html {
  const { kind, text } = entry;
  return html`<li class="card"><p class="kind">${c.say(`web.kind.${kind}`)}</p>
      <h3><a href="${safeUrl(entry.url)}">${entry.name}</a></h3>
      ${text ? html`<p>${excerpt(text)}</p>` : ""}
      ${actorFacts(c, entry)}
      ${provenance(c, entry, where)}</li>`;
}

/** Where it is, what its products are certified as and when there are any, whether it takes people in. */
export function actorFacts(c: PageContext, entry: FoundEntry): Html {
  const { place, certifications, months } = entry;
  const marks = [...certifications.map((one) => certificationName(c, one)), ...seasonOf(c, months)];
  return html`${place ? html`<p class="place">${placeOf(c, entry)}</p>` : ""}
      ${marks.length > 0 ? html`<p>${marks.join(" · ")}</p>` : ""}
      ${joiningLine(c, entry)}`;
}

/** Whether a group takes people in, with the way to ask; nothing where it does not say. */
function joiningLine({ say }: PageContext, { joining, joinUrl }: FoundEntry): Html | "" {
  if (!joining) return "";
  const state = statusBadge(joining === "open" ? "good" : "plain", say(`directory.joining.${joining}`));
  const isAskable = joining !== "closed" && joinUrl;
  return html`<p>${state}${isAskable ? html` <a href="${safeUrl(joinUrl)}">${say("directory.joining.ask")}</a>` : ""}</p>`;
}

/** Any other thing, with the name of who offers it. */
export function thingCard(c: PageContext, entry: FoundEntry, where: CardPlace): Html {
  const { say } = c;
  const { kind, endsAt, startsAt, certifications, months } = entry;
  const marks = [...certifications.map((one) => certificationName(c, one)), ...seasonOf(c, months)];
  return html`<li class="card"><p class="kind">${say(`directory.kind.${kind}`)}${entry.category ? html` · ${entry.category}` : ""}</p>
      <h3><a href="${safeUrl(entry.url)}">${entry.isCancelled ? html`<s>${entry.name}</s>` : entry.name}</a></h3>
      ${entry.isCancelled ? html`<p>${statusBadge("wait", say("directory.cancelled"))}</p>` : ""}
      ${entry.sourceName || entry.place ? html`<p class="place">${[entry.sourceName, placeOf(c, entry)].filter((part) => part !== null).join(" · ")}</p>` : ""}
      ${kind === "cycle" && endsAt !== null ? html`<p>${say("directory.until")} ${timeTag(c.language, endsAt, c.now)}</p>` : ""}
      ${kind === "event" && startsAt !== null ? html`<p>${timeTag(c.language, startsAt, c.now)}</p>` : ""}
      ${entry.audience === "officials" ? html`<p>${say("directory.forOfficials")}</p>` : ""}
      ${priceLine(c, entry)}
      ${marks.length > 0 ? html`<p>${marks.join(" · ")}</p>` : ""}
      ${kind !== "product" && entry.text ? html`<p>${excerpt(entry.text)}</p>` : ""}
      ${provenance(c, entry, where)}</li>`;
}

/** "da mulino.example, letto domenica 22 novembre alle 10:00": what stands here is a copy, and this is its date and the way it came. */
export function provenance(c: PageContext, { sourceId, contactAt, via }: FoundEntry, where: CardPlace): Html {
  const { handle, isHere } = where;
  const host = new URL(sourceId).host;
  const when = html`<time datetime="${new Date(contactAt).toISOString()}">${c.format.moment(contactAt, c.now)}</time>`;
  const isStale = c.now - contactAt > STALE_AFTER;
  const more = addressOfSource(handle, sourceId);
  return html`<p class="place"><small>${c.say("directory.from", { host })} ${when}${via === null ? "" : ` · ${c.say("directory.via", { name: via })}`}${isHere ? "" : html` · <a href="${more}">${c.say("directory.at.link")}</a>`}</small>${isStale ? html` ${statusBadge("wait", c.say("directory.stale"))}` : ""}</p>`;
}

/** The address of the page of one source at a network; `after`: where its page of products before ended. */
export function addressOfSource(handle: string, sourceId: string, after?: string): string {
  return `/${handle}/at?${new URLSearchParams({ source: sourceId, ...(after === undefined ? {} : { after }) })}`;
}

function placeOf(c: PageContext, { place, distanceKm }: FoundEntry): string | null {
  if (!place) return null;
  if (distanceKm === null || distanceKm < 1) return place.name;
  return c.say("directory.away", { place: place.name, km: c.format.count(Math.round(distanceKm)) });
}

function priceLine(c: PageContext, { pack, packagePriceCents }: FoundEntry): Html | "" {
  if (!pack) return "";
  const unit = pack.unitCode ? unitLabel(pack.unitCode, pack.quantityThousandths, c.language) : pack.unitText;
  const amount = `${c.format.quantity(pack.quantityThousandths)} ${unit}`;
  return html`<p>${amount}${packagePriceCents === null ? "" : html` · ${c.format.money(packagePriceCents)}`}</p>`;
}

function excerpt(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT).replace(/\s+\S*$/, "")} …`;
}

/** A certification of ours in words; what a source calls otherwise stays as it is. */
export function certificationName(c: PageContext, certification: string): string {
  return KNOWN.includes(certification) ? c.say(`catalogs.kind.${certification}`) : certification;
}

/** "settembre-novembre" as words; nothing for what there is all year. */
function seasonOf(c: PageContext, months: readonly number[]): string[] {
  if (months.length === 0 || months.length === 12) return [];
  return [c.say("directory.season", { months: c.format.list(months.map((month) => monthName(c, month))) })];
}

export function monthName({ language }: Pick<PageContext, "language">, month: number): string {
  const locale = language === "it" ? "it-IT" : "en-GB";
  return new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" }).format(Date.UTC(2026, month - 1, 15));
}
