// What mail a person wants: the choice on their own page, and the link at the foot of every notice.
import type { FastifyInstance } from "fastify";

import Type from "typebox";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { actionButton, checkboxField, postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage, type View } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import type { Person } from "../../web/visitor.ts";
import type { MembersHouse } from "../actions.ts";
import { NOTICE_KINDS, type NoticeKind } from "./notice.ts";
import { chooseNotices, readStopLink, stopNotices } from "./noticeActions.ts";

type Token = { Params: { token: string } };

const ChoiceForm = Type.Object(
  Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, Type.Optional(Type.Literal("yes"))])) as Record<
    NoticeKind,
    ReturnType<typeof optionalYes>
  >,
);
function optionalYes() {
  return Type.Optional(Type.Literal("yes"));
}

/** Adds the routes about notices. */
export function addNoticeRoutes(app: FastifyInstance, house: MembersHouse): void {
  app.post("/account/notices", { config: { policy: { signedIn: true } } }, (request, reply) => {
    const form = readForm(ChoiceForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const offered = kindsFor(request.visitor);
    const wanted = new Set(offered.filter((kind) => form.value[kind] === "yes"));
    chooseNotices(house, request.visitor!.personId, offered, wanted);
    return reply.redirect("/account", 303);
  });
  const open = { policy: { public: true }, rateLimit: { max: 20, timeWindow: 60_000 } } as const;
  // The page only asks: what scans mail opens links, and must not switch anything off.
  app.get<Token>("/notices/stop/:token", { config: open }, async (request, reply) => {
    const stop = await readStopLink(house, request.params.token);
    if (isRefusal(stop)) return sendRefusal(request, reply, stop);
    return sendPage(request, reply, stopPage(pageContext(request, reply), stop.kind, request.url));
  });
  // A mail program sends this by itself at one tap, without page, cookie or Origin: the signed address is the proof (RFC 8058).
  const oneClick = { ...open, formToken: "in-address" } as const;
  app.post<Token>("/notices/stop/:token", { config: oneClick }, async (request, reply) => {
    const stopped = await stopNotices(house, request.params.token);
    if (isRefusal(stopped)) return sendRefusal(request, reply, stopped);
    return sendPage(request, reply, stoppedPage(pageContext(request, reply), stopped.kind));
  });
}

type Kind = (typeof NOTICE_KINDS)[number];

/** What may ever reach this person: some kinds are the matter of those alone who administer, who sell, who look after the node. */
function kindsFor(visitor: Person | null): readonly Kind[] {
  const administers = visitor?.seats.some(({ role }) => role === "admin" || role === "district");
  const sells = visitor?.seats.some(({ actorKind }) => actorKind === "producer");
  const keepsBooks = visitor?.seats.some(({ role }) => role === "treasurer");
  const cares = visitor?.nodeAdmin ?? false;
  const few: Partial<Record<Kind, boolean | undefined>> = {
    "join-asked": administers,
    certificate: sells,
    "order-received": sells,
    backup: cares,
    report: cares,
    fund: keepsBooks,
  };
  return NOTICE_KINDS.filter((kind) => !(kind in few) || few[kind]);
}

/** The choice as a part of the person's own page. `muted` are the kinds switched off. */
export function noticeChoice(c: PageContext, muted: readonly string[]): Html {
  const { say } = c;
  const kinds = kindsFor(c.visitor);
  const typed = Object.fromEntries(kinds.map((kind) => [kind, muted.includes(kind) ? "" : "yes"]));
  const boxes = kinds.map((kind) =>
    checkboxField(c, { typed, errors: {} }, { name: kind, label: say(`members.notices.${kind}`) }),
  );
  return html`<h2 id="notices">${say("members.notices.title")}</h2>
    <p>${say("members.notices.lead")}</p>
    ${postForm(c, { action: "/account/notices" }, html`${boxes}<button type="submit">${say("members.notices.save")}</button>`)}`;
}

function stopPage(c: PageContext, kind: NoticeKind, action: string): View {
  const { say } = c;
  const what = say(`members.notices.${kind}`);
  return {
    title: say("members.notices.stopTitle"),
    body: html`<p>${say("members.notices.stopLead", { what })}</p>
      ${actionButton(c, { action, label: say("members.notices.stop") })}`,
  };
}

function stoppedPage(c: PageContext, kind: NoticeKind): View {
  const { say } = c;
  return {
    title: say("members.notices.stoppedTitle"),
    body: html`<p>${say("members.notices.stopped", { what: say(`members.notices.${kind}`) })}</p>
      <p><a href="/account#notices">${say("members.notices.change")}</a></p>`,
  };
}
