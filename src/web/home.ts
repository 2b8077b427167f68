// The node's own pages: the start page, for strangers and for those who have a seat here, and the help.
import type { FastifyInstance } from "fastify";
import { type Html, html } from "./html.ts";
import { morePage } from "./morePage.ts";
import {
  type DeskEntry,
  deskEntriesFor,
  entriesAfterFrame,
  entriesOfFrame,
  keptLists,
  type PageContext,
  pageContext,
  sendPage,
  type View,
} from "./page.ts";
import { type ActorKind, type Person, ROLES, type Seat } from "./visitor.ts";

/** An actor as the start page shows it to everybody. */
export type PublicActor = {
  readonly handle: string;
  readonly name: string;
  readonly kind: ActorKind;
  readonly place: string;
  readonly summary: string;
};

/** A page for those who look after the node: `label` is a words key. */
export type NodeEntry = { readonly href: string; readonly label: string };

/** Adds `/` and `/help`. `listActors` gives the actors that show themselves, by name. */
export function addHomeRoutes(
  app: FastifyInstance,
  house: {
    listActors: () => readonly PublicActor[];
    nodeEntries: readonly NodeEntry[];
    /** Where a person goes on with a first run they left; null where there is none. */
    unfinished: (person: Person) => string | null;
  },
): void {
  const config = { policy: { public: true } } as const;
  app.get("/", { config }, (request, reply) => {
    const c = pageContext(request, reply);
    const landing = landingOf(c, app.web.deskEntries);
    if (landing) return reply.redirect(landing, 303);
    const view = c.visitor ? ownHome(c, app.web.deskEntries, house) : publicHome(c, house.listActors());
    return sendPage(request, reply, view);
  });
  app.get("/desk/:handle/more", { config: { policy: { seat: ROLES } } }, (request, reply) => {
    const c = pageContext(request, reply);
    return sendPage(request, reply, morePage(c, entriesAfterFrame(deskEntriesFor(app.web.deskEntries, c, c.seat!))));
  });
  app.get("/help", { config }, (request, reply) => sendPage(request, reply, helpPage(pageContext(request, reply))));
}

/** Where who sits at one desk alone begins, if that desk has such a page; null for everybody else. */
function landingOf({ visitor }: PageContext, entries: readonly DeskEntry[]): string | null {
  const [seat] = visitor?.seats ?? [];
  if (!visitor || !seat || visitor.nodeAdmin || visitor.seats.some(({ actorId }) => actorId !== seat.actorId))
    return null;
  const entry = entries.find(
    ({ kinds, landing }) =>
      kinds.includes(seat.actorKind) && landing && visitor.seats.every(({ role }) => landing.includes(role)),
  );
  return entry ? `/desk/${seat.handle}/${entry.path}` : null;
}

function publicHome(c: PageContext, actors: readonly PublicActor[]): View {
  const { say } = c;
  const cards = actors.map(
    (actor) => html`<li class="card">
        <p class="kind">${say(`web.kind.${actor.kind}`)}</p>
        <h3><a href="/${actor.handle}">${actor.name}</a></h3>
        ${actor.place ? html`<p class="place">${actor.place}</p>` : ""}
        ${actor.summary ? html`<p>${actor.summary}</p>` : ""}
      </li>`,
  );
  return {
    title: say("web.home.title"),
    description: say("web.home.lead"),
    body: html`<p class="lead">${say("web.home.lead")}</p>
      <h2>${say("web.home.actors")}</h2>
      ${actors.length > 0 ? html`<ul class="cards">${cards}</ul>` : html`<p class="empty">${say("web.home.empty")}</p>`}
      <h2>${say("web.home.promises")}</h2>
      <ul class="promises">
        <li>${say("web.home.promiseNames")}</li>
        <li>${say("web.home.promiseMoney")}</li>
        <li>${say("web.home.promiseSigned")}</li>
        <li>${say("web.home.promiseExport")}</li>
      </ul>`,
  };
}

function ownHome(
  c: PageContext,
  entries: readonly DeskEntry[],
  { nodeEntries, unfinished }: { nodeEntries: readonly NodeEntry[]; unfinished: (person: Person) => string | null },
): View {
  const { say, visitor } = c;
  const goOn = visitor ? unfinished(visitor) : null;
  const seats = visitor?.seats ?? [];
  const actors = [...new Map(seats.map((seat) => [seat.actorId, seat])).values()];
  const node =
    visitor?.nodeAdmin && nodeEntries.length > 0
      ? html`<li class="card"><h2>${say("web.home.node")}</h2><p>${say("web.home.nodeHint")}</p>${links(
          nodeEntries.map(({ href, label }) => ({ href, label: say(label) })),
        )}</li>`
      : "";
  return {
    title: say("web.home.hello", { name: visitor?.name ?? "" }),
    body: html`${goOn ? html`<div class="notice"><p>${say("begin.unfinished")} <a href="${goOn}">${say("begin.goOn")}</a></p></div>` : ""}${secondFactorDue(c)}${actors.length === 0 ? html`<p class="empty">${say("web.home.noSeats")}</p><p><a href="/account/learning">${say("training.own")}</a></p>` : ""}
      <ul class="cards">${actors.map((seat) => ownActor(c, seat, seats, entries))}${keptCard(c)}${node}</ul>`,
  };
}

/** Who must have a second factor and has none yet reads until when. */
function secondFactorDue(c: PageContext): Html | "" {
  const { isOn = true, dueAt = null } = c.visitor?.secondFactor ?? {};
  if (isOn || dueAt === null) return "";
  return html`<div class="notice"><p>${c.say("people.second.grace", { date: c.format.date(dueAt) })}
      <a href="/account/second-factor">${c.say("people.second.make")}</a></p></div>`;
}

function ownActor(c: PageContext, actor: Seat, seats: readonly Seat[], entries: readonly DeskEntry[]): Html {
  const { say, format } = c;
  const roles = seats.filter(({ actorId }) => actorId === actor.actorId).map(({ role }) => say(`web.role.${role}`));
  return html`<li class="card">
      <p class="kind">${say(`web.kind.${actor.actorKind}`)}</p>
      <h2>${actor.actorName}</h2>
      <p>${say("web.home.yourRole", { roles: format.list(roles) })}</p>
      ${links([...entriesOfFrame(c, actor, deskEntriesFor(entries, c, actor)), { href: `/${actor.handle}`, label: say("web.home.publicPage") }])}
    </li>`;
}

/** The lists of others that they keep. */
function keptCard(c: PageContext): Html | "" {
  const kept = keptLists(c);
  return kept.length === 0 ? "" : html`<li class="card"><h2>${c.say("catalogs.keeper.yours")}</h2>${links(kept)}</li>`;
}

function links(entries: readonly { href: string; label: string }[]): Html {
  return html`<ul class="links">${entries.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`)}</ul>`;
}

/** What a person of a group does, in the order in which it comes. */
const HOW = ["book", "change", "collect", "pay", "offline", "enter"] as const;

function helpPage(c: PageContext): View {
  const { say } = c;
  return {
    title: say("web.help.title"),
    body: html`<p class="lead">${say("web.help.lead")}</p>
      <h2>${say("web.help.how")}</h2>
      ${HOW.map((name) => html`<h3>${say(`web.help.${name}Title`)}</h3><p>${say(`web.help.${name}`)}</p>`)}
      <h2>${say("web.help.words")}</h2>
      <ul>
        <li>${say("web.help.gas")}</li>
        <li>${say("web.help.producer")}</li>
        <li>${say("web.help.district")}</li>
        <li>${say("web.help.node")}</li>
      </ul>
      <p>${say("web.help.follow")}</p>
      <h2>${say("web.help.problems")}</h2>
      <p>${say("web.help.problemsText")}</p>
      <p>${say("web.help.who")}</p>`,
  };
}
