// The desks of membership: a network decides about who asks and writes its charter; everybody else joins networks and leaves them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { type LocalActor, NETWORK_LEVELS } from "../../activitypub/actor.ts";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { acceptMember, chooseNetwork, refuseMember, removeMember, saveCharter } from "./actions.ts";
import { countKeptBack } from "./announceStore.ts";
import { MOST_CHARTER } from "./charter.ts";
import { listCharters, loadAdmission, loadCharter, loadClaims } from "./listStore.ts";
import { claimsNetwork, type Membership, type MembershipState, MOST_REASON } from "./membership.ts";
import {
  charterDeskPage,
  memberDeskPage,
  membersDeskPage,
  networkSettingsPage,
  type ShownMember,
} from "./networkPages.ts";
import { countMemberships, listMembershipRows, loadMembership } from "./store.ts";

/** Who works for a network: its coordinators, and who administers it. */
const PEOPLE = { config: { policy: { seat: ["admin", "district"] as const } } };
const SHOWN = 500;
const FORMER_SHOWN = 50;
const WEEK = 7 * 86_400_000;

/** Where a network's desk leads to it. */
export const MEMBERS_ENTRY: DeskEntry = {
  ...{ path: "network", label: "membership.desk.title", kinds: ["district"], roles: ["admin", "district"] },
};

type Desk = { Params: { handle: string } };

const PeerForm = Type.Object({ peer: Type.String({ maxLength: 2048 }) });
const ReasonForm = Type.Object({
  peer: Type.String({ maxLength: 2048 }),
  reason: Type.String({ minLength: 1, maxLength: MOST_REASON }),
});
const CharterForm = Type.Object({
  seen: Type.Optional(Type.String({ maxLength: 40 })),
  text: Type.String({ minLength: 1, maxLength: MOST_CHARTER }),
});
const SettingsForm = Type.Object({
  seen: Type.Optional(Type.String({ maxLength: 40 })),
  level: Type.Union(NETWORK_LEVELS.map((level) => Type.Literal(level))),
  admission: Type.Union([Type.Literal("person"), Type.Literal("automatic")]),
});

/** Adds `/desk/{handle}/network` and everything below it. */
export function registerNetworkDesk(app: FastifyInstance, wire: Wire): void {
  registerMembers(app, wire);
  registerCharter(app, wire);
  registerSettings(app, wire);
}

function registerMembers(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/network";
  app.get<Desk>(path, PEOPLE, (request, reply) => {
    const network = networkOf(orm, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const list = (states: readonly MembershipState[], most: number) =>
      listMembershipRows(orm, network.id, "network", states, most).map((half) => shown(wire, half));
    return sendPage(
      request,
      reply,
      membersDeskPage(pageContext(request, reply), {
        asking: list(["asked"], SHOWN),
        members: list(["member"], SHOWN),
        former: list(["refused", "left", "removed"], FORMER_SHOWN),
        total: countMemberships(orm, network.id, "network", "member"),
        hasCharter: loadCharter(orm, network.id) !== undefined,
      }),
    );
  });
  app.get<Desk & { Querystring: { peer?: unknown } }>(`${path}/member`, PEOPLE, (request, reply) =>
    showMember(wire, request, reply, String(request.query.peer ?? ""), FRESH),
  );
  app.post<Desk>(`${path}/accept`, PEOPLE, (request, reply) => {
    const form = readForm(PeerForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    return back(request, reply, acceptMember(wire, keyOf(request, form.value.peer)));
  });
  const withReason = (name: string, act: typeof refuseMember) =>
    app.post<Desk>(`${path}/${name}`, PEOPLE, (request, reply) => {
      const form = readForm(ReasonForm, request.body);
      if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
      if ("refused" in form) return showMember(wire, request, reply, String(form.typed.peer ?? ""), form);
      return back(request, reply, act(wire, keyOf(request, form.value.peer), form.value.reason));
    });
  withReason("refuse", refuseMember);
  withReason("remove", removeMember);
}

function showMember(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  peer: string,
  state: FormState,
): FastifyReply {
  const network = networkOf(wire.db.orm, request);
  const half = network && loadMembership(wire.db.orm, network.id, "network", peer);
  if (!half) return sendRefusal(request, reply, { refused: "not-found" });
  return sendPage(request, reply, memberDeskPage(pageContext(request, reply), shown(wire, half), state));
}

function shown({ db: { orm }, clock }: Wire, half: Membership): ShownMember {
  const claims = loadClaims(orm, half.peer);
  return {
    ...{ peer: loadPeerName(orm, half.peer), half, claims: claims && claimsNetwork(claims, half.actorId) },
    keptBack: half.state === "member" ? countKeptBack(orm, half.actorId, half.peer, clock.now() - WEEK) : 0,
  };
}

function registerCharter(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/network/charter";
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState | null) => {
    const network = networkOf(orm, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const current = loadCharter(orm, network.id) ?? null;
    const form = state ?? savedForm({ text: current?.text ?? "" });
    const versions = listCharters(orm, network.id);
    return sendPage(request, reply, charterDeskPage(pageContext(request, reply), form, current, versions));
  };
  app.get<Desk>(path, PEOPLE, (request, reply) => show(request, reply, null));
  app.post<Desk>(path, PEOPLE, (request, reply) => {
    const form = readForm(CharterForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const clash = clashWith({ text: loadCharter(orm, request.seat!.actorId)?.text ?? "" }, form.typed);
    if (clash) return show(request, reply, clash);
    const saved = saveCharter(wire, request.seat!.actorId, form.value.text, request.visitor!.personId);
    return isRefusal(saved) ? sendRefusal(request, reply, saved) : reply.redirect(`${deskOf(request)}/charter`, 303);
  });
}

function registerSettings(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/network/settings";
  const storedOf = ({ id, level }: LocalActor) => ({ level: level ?? "des", admission: loadAdmission(orm, id) });
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState | null) => {
    const network = networkOf(orm, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const form = state ?? savedForm(storedOf(network));
    return sendPage(request, reply, networkSettingsPage(pageContext(request, reply), form));
  };
  app.get<Desk>(path, PEOPLE, (request, reply) => show(request, reply, null));
  app.post<Desk>(path, PEOPLE, (request, reply) => {
    const form = readForm(SettingsForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const network = networkOf(orm, request);
    const clash = network && clashWith(storedOf(network), form.typed);
    if (clash) return show(request, reply, clash);
    const { level, admission } = form.value;
    const chosen = chooseNetwork(wire, request.seat!.actorId, { level, admission }, request.visitor!.personId);
    if (isRefusal(chosen)) return sendRefusal(request, reply, chosen);
    return reply.redirect(`${deskOf(request)}/settings`, 303);
  });
}

// The desk of another kind of actor has no such rooms.
function networkOf(tx: Tx, request: FastifyRequest) {
  const actor = loadActor(tx, request.seat!.actorId);
  return actor?.kind === "district" ? actor : null;
}

function keyOf(request: FastifyRequest, peer: string) {
  return { actorId: request.seat!.actorId, peer, byId: request.visitor!.personId };
}

function deskOf(request: FastifyRequest): string {
  return `/desk/${request.seat!.handle}/network`;
}

function back(request: FastifyRequest, reply: FastifyReply, done: object): FastifyReply {
  return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(deskOf(request), 303);
}
