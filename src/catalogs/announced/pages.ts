// A group's desk: the open offers of the producers it follows, each with the age of our copy. Pure: view -> HTML.
import { unitLabel } from "../../kernel/units.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import type { ForeignMeasure } from "../readProposal.ts";
import type { CommonMinimum, CopiedLine, CycleCopy } from "./announced.ts";
import type { AnnouncedCycle } from "./store.ts";

/** An offer with the name of who makes it. */
export type Offer = { readonly announced: AnnouncedCycle; readonly producerName: string };

const STALE_AFTER = 7 * 86_400_000;

/** Open offers, the next to close first; below, what is not open (any more, or yet). */
export function offersPage(c: PageContext, view: { open: readonly Offer[]; others: readonly Offer[] }): View {
  const { say } = c;
  const cards = view.open.map((offer) => offerCard(c, offer));
  const rows = view.others.map((offer) => otherRow(c, offer));
  return {
    title: say("offers.title"),
    body: html`<p class="lead">${say("offers.lead")}</p>
      ${cards.length === 0 ? html`<p class="empty">${say("offers.empty")}</p>` : html`<ul class="cards">${cards}</ul>`}
      ${rows.length === 0 ? "" : html`<h2>${say("offers.others")}</h2><ul class="rows">${rows}</ul>`}`,
  };
}

function offerCard(c: PageContext, { announced, producerName }: Offer): Html {
  const { say } = c;
  const cycle = announced.copy;
  if (!cycle) return html``;
  return html`<li class="card"><p class="kind">${producerName}</p>
      <h3><a href="${c.path}/${offerName(announced)}">${cycle.name}</a></h3>
      <p>${say("offers.until")} ${timeTag(c.language, cycle.endsAt, c.now)}</p>
      <p>${say("offers.lines", { count: cycle.lines.length })}</p>
      ${cycle.commonMinimum ? html`<p>${tellMissing(c, cycle.commonMinimum)}</p>` : ""}
      ${age(c, announced)}${doubtBadge(c, announced)}</li>`;
}

/** Its producer says two things under one number: said wherever the cycle is chosen. */
export function doubtBadge(c: PageContext, { doubtedAt }: Pick<AnnouncedCycle, "doubtedAt">): Html | "" {
  return doubtedAt === null ? "" : html` <span class="badge stop">${c.say("offers.doubtful")}</span>`;
}

/** The same with what to do, wherever it is worked with; nothing where there is no doubt. */
export function doubtNotice(c: PageContext, announced: Pick<AnnouncedCycle, "doubtedAt"> | undefined): Html | "" {
  if (!announced || announced.doubtedAt === null) return "";
  const since = timeTag(c.language, announced.doubtedAt, c.now);
  return html`<div class="problems" role="status"><h2>${c.say("offers.doubtful")}</h2><p>${c.say("offers.doubtfulLead")} ${since}</p></div>`;
}

function otherRow(c: PageContext, { announced, producerName }: Offer): Html {
  const { say } = c;
  const name = announced.copy?.name ?? say("offers.unread");
  const isOver = announced.status === "open";
  return html`<li class="row"><div>${announced.copy ? html`<a href="${c.path}/${offerName(announced)}">${name}</a>` : name}<small>${producerName}</small>${age(c, announced)}${doubtBadge(c, announced)}</div>
      <span class="badge wait">${say(isOver ? "offers.status.closed" : `offers.status.${announced.status}`)}</span></li>`;
}

/** One offer with its lines at this group's prices. */
export function offerPage(c: PageContext, { announced, producerName }: Offer, cycle: CycleCopy): View {
  const { say, language, now } = c;
  const deliveries = cycle.deliveries.map(
    ({ startAt, place }) => html`<dd>${timeTag(language, startAt, now)}<br>${place}</dd>`,
  );
  return {
    title: cycle.name,
    body: html`<p class="place">${producerName} <span class="badge">${say(`offers.status.${cycle.status}`)}</span></p>
      ${cycle.collectsFor ? html`<p class="notice">${say("sharing.led")}</p>` : ""}
      ${cycle.note ? html`<p class="lead">${cycle.note}</p>` : ""}
      ${age(c, announced)}${doubtNotice(c, announced)}
      ${cycle.commonMinimum ? commonMinimumBox(c, cycle.commonMinimum) : ""}
      <dl class="facts"><dt>${say("offers.until")}</dt><dd>${timeTag(language, cycle.endsAt, now)}</dd>
        <dt>${say("offers.delivery")}</dt>${deliveries.length > 0 ? deliveries : html`<dd>${say("offers.noDelivery")}</dd>`}
        ${cycle.minimumOrderCents ? html`<dt>${say("offers.minimum")}</dt><dd>${c.format.money(cycle.minimumOrderCents)}</dd>` : ""}</dl>
      ${lineTable(c, cycle.lines)}
      <p><a href="${safeUrl(cycle.cycleIri)}" rel="noopener">${say("offers.atOrigin")}</a></p>`,
  };
}

/** "Mancano 170 kg": one sentence for every page on which members see the cycle. About, while the producer rounds. */
function tellMissing(c: PageContext, { goal, missing, groupsCount }: CommonMinimum): string {
  if (missing.quantityThousandths === 0) return c.say("offers.minimumReached", { goal: measure(c, goal) });
  const facts = { missing: measure(c, missing), goal: measure(c, goal) };
  return c.say(groupsCount === null ? "offers.missingAbout" : "offers.missing", facts);
}

/** The common minimum as a bar that is also words. */
export function commonMinimumBox(c: PageContext, minimum: CommonMinimum): Html {
  const { goal, collected, groupsCount } = minimum;
  const sentence = tellMissing(c, minimum);
  const value = Math.min(collected.quantityThousandths, goal.quantityThousandths);
  return html`<div class="notice"><p>${sentence}</p>
      <progress max="${goal.quantityThousandths}" value="${value}" aria-label="${sentence}"></progress>
      ${groupsCount === null ? "" : html`<p><small>${c.say("offers.groups", { count: groupsCount })}</small></p>`}</div>`;
}

function lineTable(c: PageContext, lines: readonly CopiedLine[]): Html {
  const { say } = c;
  const isPriced = lines.some((line) => line.packagePriceCents !== null);
  const rows = lines.map(
    (
      line,
    ) => html`<tr><th scope="row">${line.name}</th><td data-label="${say("offers.package")}">${measure(c, line.package)}</td>
        ${isPriced ? html`<td class="number" data-label="${say("offers.price")}">${line.packagePriceCents === null ? "" : c.format.money(line.packagePriceCents)}</td>` : ""}
        <td data-label="${say("offers.available")}">${line.available ? measure(c, line.available) : ""}</td></tr>`,
  );
  return html`${isPriced ? "" : html`<p>${say("offers.noPrices")}</p>`}
    <section class="scroll" tabindex="0" aria-label="${say("offers.goods")}"><table class="stacks">
      <thead><tr><th scope="col">${say("offers.product")}</th><th scope="col">${say("offers.package")}</th>
        ${isPriced ? html`<th scope="col" class="number">${say("offers.price")}</th>` : ""}<th scope="col">${say("offers.available")}</th></tr></thead>
      <tbody>${rows}</tbody></table></section>`;
}

function measure(c: PageContext, { quantityThousandths, unitCode, unitText }: ForeignMeasure): string {
  const unit = unitCode ? unitLabel(unitCode, quantityThousandths, c.language) : unitText;
  return `${c.format.quantity(quantityThousandths)} ${unit}`;
}

/** How old the copy is, and whether its origin answers: a copy is never shown as if it were the thing. */
function age(c: PageContext, { fetchedAt, failures, doubtedAt }: AnnouncedCycle): Html {
  const { say, now } = c;
  if (fetchedAt === null) return html`<p><small>${say("offers.notRead")}</small></p>`;
  const isStale = (failures > 0 && doubtedAt === null) || now - fetchedAt > STALE_AFTER;
  return html`<p><small>${say(isStale ? "offers.stale" : "offers.copied", { when: c.format.relative(fetchedAt, now) })}</small></p>`;
}

/** What an offer is called in an address of ours: who makes it and where it is. */
function offerName({ producerId, cycleIri }: Pick<AnnouncedCycle, "producerId" | "cycleIri">): string {
  return Buffer.from(`${producerId} ${cycleIri}`).toString("base64url");
}

/** What that name says, whoever wrote it. */
export function readOfferName(name: string): { producerId: string; cycleIri: string } {
  const [producerId = "", cycleIri = ""] = Buffer.from(name, "base64url").toString("utf8").split(" ");
  return { producerId, cycleIri };
}
