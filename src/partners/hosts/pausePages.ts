// Beside what runs with a paused node: that it is paused, what waits, and what runs out meanwhile. Pure.
import { timeTag } from "../../web/format.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { domain } from "../pages.ts";
import type { Pause } from "./pauseActions.ts";

/** What does not wait for anybody: `cycle`, the producer takes orders until then; `counter`, theirs, and `proposal`, ours, hold until then; `pickup`. */
export type Deadline = { readonly what: "cycle" | "counter" | "proposal" | "pickup"; readonly at: number };

/** Nothing where there is no pause. Deadlines that are over are told too: they ran out unheard. */
export function pausePart(c: PageContext, pause: Pause | null, deadlines: readonly Deadline[]): Html | "" {
  if (!pause) return "";
  const { say, language, now } = c;
  const rows = deadlines
    .toSorted((a, b) => a.at - b.at)
    .map(
      ({ what, at }) =>
        html`<li class="row"><span>${say(`partners.pause.deadline.${what}`)}</span><span>${timeTag(language, at, now)}</span></li>`,
    );
  return html`<section class="problems"><h2>${say("partners.pause.title")}</h2>
    <p>${domain(pause.host)}: ${say("partners.pause.since")} ${timeTag(language, pause.since, now)}. ${say("partners.pause.what")}</p>
    <p>${say("partners.pause.letters", { count: pause.letters })}${pause.oldestAt === null ? "" : html` ${say("partners.pause.oldest")} ${timeTag(language, pause.oldestAt, now)}.`}</p>
    ${rows.length === 0 ? "" : html`<p>${say("partners.pause.runsOut")}</p><ul class="rows">${rows}</ul>`}</section>`;
}
