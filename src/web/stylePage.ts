// The page /stile: every piece of parts.ts as it looks, in light and in dark. What is not here is not a piece of the house.
import type { FastifyInstance } from "fastify";
import { textField } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { sift } from "./lists.ts";
import { type PageContext, pageContext, sendPage, type View } from "./page.ts";
import {
  chips,
  countdown,
  emptyState,
  listPages,
  listTools,
  notice,
  problemBox,
  progressLine,
  statusBadge,
  stepper,
  stickyBar,
  sums,
  tabs,
} from "./parts.ts";

const DAY = 86_400_000;
const TOKENS = ["ink", "ink-soft", "on-leaf", "leaf-deep", "earth", "straw"] as const;

/** Adds `/stile`. */
export function addStyleRoute(app: FastifyInstance): void {
  app.get("/stile", { config: { policy: { public: true } } }, (request, reply) =>
    sendPage(request, reply, stylePage(pageContext(request, reply))),
  );
}

/** All pieces, twice. */
function stylePage(c: PageContext): View {
  const { say } = c;
  return {
    title: say("web.style.title"),
    description: say("web.style.lead"),
    wide: true,
    body: html`<p class="lead">${say("web.style.lead")}</p>
      ${lists(c)}
      ${(["light", "dark"] as const).map((theme) => html`<section class="theme-${theme}" aria-label="${say(`web.style.${theme}`)}"><h2>${say(`web.style.${theme}`)}</h2>${pieces(c, theme)}</section>`)}`,
  };
}

/** Search and pages stand once: they are one form with one id. */
function lists(c: PageContext): Html {
  const { say } = c;
  const all = ["bread", "cheese", "honey"].map((name) => say(`web.style.sample.${name}`));
  const sifted = sift(all, { page: 2 }, { text: (item) => item, size: 1, chips: { fresh: (item) => item === all[1] } });
  return html`<h2>${say("web.style.lists")}</h2>
    ${listTools(c, sifted, { label: say("web.style.sample.find"), chips: [{ name: "fresh", label: say("web.style.sample.fresh") }] })}
    <ul class="rows">${sifted.items.map((item) => html`<li class="row"><span>${item}</span></li>`)}</ul>
    ${listPages(c, sifted)}`;
}

function pieces(c: PageContext, theme: string): Html {
  const { say } = c;
  const sample = (name: string) => say(`web.style.sample.${name}`);
  const id = (name: string) => `${name}-${theme}`;
  const href = `#${id("stepper")}`;
  const wrong = { typed: { [id("price")]: "12,5o" }, errors: { [id("price")]: "not-a-number" } };
  const price = { name: id("price"), label: sample("price"), required: true, short: true };
  const ways = [
    { href, label: sample("bread"), isCurrent: true, count: 3 },
    { href, label: sample("cheese"), isCurrent: false },
  ];
  return html`<ul class="swatches">${TOKENS.map((token) => html`<li class="${token}">${token}</li>`)}</ul>
    <h3>${say("web.style.stepper")}</h3>
    <ul class="rows"><li class="row line mine"><div class="line-what"><h3>${sample("cheese")}</h3><p class="price">${sample("cheesePrice")}</p>${progressLine(sample("case"), { value: 9, max: 12 })}</div>
      <div class="line-how"><label for="${id("stepper")}">${sample("unit")}</label>${stepper({ id: id("stepper"), name: id("quantity"), value: "1,5", number: 1, less: say("web.style.less"), more: say("web.style.more"), isEmpty: false })}</div></li></ul>
    <h3>${say("web.style.ways")}</h3>
    ${tabs(`${say("web.style.ways")} ${say(`web.style.${theme}`)}`, ways)}
    ${chips(`${sample("find")} ${say(`web.style.${theme}`)}`, ways)}
    <h3>${say("web.style.states")}</h3>
    <p>${(["good", "wait", "stop", "plain"] as const).map((mood) => html`${statusBadge(mood, say(`web.style.mood.${mood}`))} `)}</p>
    <p>${countdown(c, c.now + 2 * DAY)}</p>
    ${sums(c, [
      { label: sample("credit"), cents: 12_450 },
      { label: sample("booked"), cents: -3720 },
    ])}
    ${notice(sample("saved"))}
    <h3>${say("web.style.errors")}</h3>
    ${problemBox({ title: sample("problem"), isOld: true, entries: [{ href: `#f-${id("price")}`, label: price.label, reason: say("form.reason.not-a-number") }] })}
    ${textField(c, wrong, price)}
    <h3>${say("web.style.buttons")}</h3>
    <p class="actions"><button type="button">${sample("save")}</button> <button type="button" class="quiet">${sample("back")}</button> <button type="button" class="danger">${sample("cancel")}</button></p>
    <h3>${say("web.style.empty")}</h3>
    ${emptyState({ title: sample("emptyTitle"), text: sample("emptyText"), action: { href, label: sample("emptyAction") } })}
    ${theme === "light" ? "" : stickyBar(html`<p><strong>${sample("total")}</strong></p><button type="button">${sample("save")}</button>`)}`;
}
