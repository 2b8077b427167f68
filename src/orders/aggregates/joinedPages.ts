// The word on an order's own page that it is run with others. Pure.
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";

/** A link to the aggregate it is in. */
export function joinedPart(c: PageContext, aggregateId: string | undefined): Html | "" {
  if (aggregateId === undefined) return "";
  return html`<p><a href="/desk/${c.seat?.handle ?? ""}/aggregates/${aggregateId}">${c.say("aggregates.partOf")}</a></p>`;
}
