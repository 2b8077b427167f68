// Everything a network's index has of one group, producer or network, with where and when it was read. Pure: view -> HTML.
import { keeperNote } from "../../catalogs/keeping/pages.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import type { FoundEntry, FoundPage } from "../index/networkIndex.ts";
import { actorFacts, addressOfSource, type CardPlace, provenance, thingCard } from "./itemPages.ts";
import { type Network, ways } from "./pages.ts";

/** `own`: the entry of the actor itself. `products` are a page of them; open orders and meetings to come are all there are. */
export type SourceView = {
  readonly network: Network;
  readonly own: FoundEntry;
  readonly cycles: FoundPage;
  readonly events: FoundPage;
  readonly products: FoundPage;
};

/** Who it is, how to reach it, what can be had and when. */
export function sourcePage(c: PageContext, { network, own, cycles, events, products }: SourceView): View {
  const { say } = c;
  const where: CardPlace = { handle: network.handle };
  const part = (title: string, { entries }: FoundPage): Html | "" =>
    entries.length === 0
      ? ""
      : html`<h2>${title}</h2><ul class="cards">${entries.map((entry) => thingCard(c, entry, { ...where, isHere: true }))}</ul>`;
  const next = products.next === null ? null : addressOfSource(network.handle, own.sourceId, products.next);
  const isEmpty = [cycles, events, products].every(({ entries }) => entries.length === 0);
  return {
    title: own.name,
    description: say("directory.at.description", { name: own.name, network: network.name }),
    body: html`${ways(c, network, "")}
      <p class="kind">${say(`web.kind.${own.kind}`)}</p>
      ${actorFacts(c, own)}
      ${own.text ? html`<p>${own.text}</p>` : ""}
      ${keeperNote(c, own.keeperName)}
      <p><a href="${safeUrl(own.url)}" rel="noopener noreferrer" role="button">${say("directory.at.open")}</a></p>
      ${provenance(c, own, { ...where, isHere: true })}
      ${own.updatedAt === null ? "" : html`<p class="place"><small>${say("directory.at.changed")} ${timeTag(c.language, own.updatedAt, c.now)}</small></p>`}
      ${isEmpty && own.kind === "producer" ? html`<p class="empty">${say("directory.at.nothing")}</p>` : ""}
      ${part(say("directory.at.cycles"), cycles)}
      ${part(say("directory.at.events"), events)}
      ${part(say("directory.at.products"), products)}
      ${next ? html`<nav class="pages no-print" aria-label="${say("web.list.pages")}"><span></span><a href="${next}" rel="next">${say("web.list.after")}</a></nav>` : ""}`,
  };
}
