// The desk of partners: find and follow, followers, the health of each node. Registers every route of this room.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { describeActor } from "../activitypub/actors.ts";
import { holdHost, retryAll } from "../activitypub/outboxListStore.ts";
import { loadActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { DECIDE, type Desk, mayDecide, peersInReach, reasonOf, SEE, seatOf } from "./deskRoutes.ts";
import { approveFollower, followActor, rejectFollower, unfollow } from "./follows/followActions.ts";
import { registerPublicPartners } from "./follows/publicRoutes.ts";
import { registerDomains } from "./hosts/domainRoutes.ts";
import { readHost } from "./hosts/hostStore.ts";
import { HOSTS_PATH } from "./hosts/nodeHostPages.ts";
import { registerNodeHosts } from "./hosts/nodeHostRoutes.ts";
import { registerOutbox } from "./hosts/outboxRoutes.ts";
import { KEYS_PATH } from "./keys/keyPages.ts";
import { registerKeys } from "./keys/keyRoutes.ts";
import { isOpenForOrders, openRevision } from "./pacts/pact.ts";
import { registerPacts } from "./pacts/pactRoutes.ts";
import { listPacts } from "./pacts/pactStore.ts";
import { type PartnersView, partnersPage, previewPage } from "./pages.ts";
import { type PersonName, registerReports } from "./reports/reportRoutes.ts";
import { countFollows, listFollows, loadFollow, loadPeerName } from "./store.ts";
import { type LinesOfThread, registerContracts } from "./threads/contractRoutes.ts";
import { registerThreads } from "./threads/threadRoutes.ts";
import { listNewestRefused } from "./threads/troubleStore.ts";

const MOST_SHOWN = 200;

/** Where desks lead to this room. */
export const PARTNERS_DESK: readonly DeskEntry[] = [
  { path: "partners", label: "partners.nav", kinds: ["gas", "producer", "district"], roles: SEE.policy.seat },
  { path: "outbox", label: "partners.outbox.nav", kinds: ["gas", "producer", "district"], roles: SEE.policy.seat },
];

/** Where those who look after the node find its federation. */
export const PARTNERS_NODE_ENTRIES = [
  { href: HOSTS_PATH, label: "partners.nodeHosts.nav" },
  { href: "/node/federation", label: "partners.domains.nav" },
  { href: KEYS_PATH, label: "partners.keys.nav" },
] as const;

/** What this room asks of others. `mirroredAt`: when our copy of that peer's catalog was last read whole, or null; `linesOf`: what is ordered on a thread. */
export type PartnersHouse = {
  readonly mirroredAt: (tx: Tx, actorId: string, peer: string) => number | null;
  readonly linesOf: LinesOfThread;
  readonly personName: PersonName;
  /** Seals keys. */
  readonly secret: Buffer;
};

/** Adds every route of this room. */
export function registerPartners(app: FastifyInstance, wire: Wire, house: PartnersHouse): void {
  registerOverview(app, wire, house);
  registerFollow(app, wire);
  registerFollowers(app, wire);
  registerHosts(app, wire);
  registerPacts(app, wire);
  registerOutbox(app, wire);
  registerDomains(app, wire, house.personName);
  registerReports(app, wire);
  registerNodeHosts(app, wire);
  registerKeys(app, wire, house.secret);
  registerThreads(app, wire);
  registerContracts(app, wire, house.linesOf);
  registerPublicPartners(app, wire);
}

// Each look-up makes this node ask another.
const LOOK_UP = { ...SEE, rateLimit: { max: 30, timeWindow: 60_000 } } as const;

function registerOverview(app: FastifyInstance, wire: Wire, house: PartnersHouse): void {
  app.get<Desk>("/desk/:handle/partners", { config: SEE }, (request, reply) =>
    showOverview(wire, house, request, reply, FRESH),
  );
  app.get<Desk & { Querystring: { who?: string } }>(
    "/desk/:handle/partners/find",
    { config: LOOK_UP },
    async (request, reply) => {
      // Whoever is there for named producers looks for no others.
      if (peersInReach(request) !== null) return sendRefusal(request, reply, { refused: "not-found" });
      const who = typeof request.query.who === "string" ? request.query.who.trim() : "";
      const again = (reason: string) =>
        showOverview(wire, house, request, reply, { typed: { who }, errors: { who: reason } });
      if (who === "") return showOverview(wire, house, request, reply, FRESH);
      if (who.length > 500) return again("too-long");
      const peer = await wire.discover(who);
      if ("failed" in peer) return again(reasonOf(peer));
      const { actorId, handle, actorName: name } = seatOf(request);
      const state = loadFollow(wire.db.orm, actorId, "out", peer.id)?.state ?? null;
      const hasCatalog = typeof peer.document.catalog === "string";
      return sendPage(
        request,
        reply,
        previewPage(pageContext(request, reply), { peer, hasCatalog, state, asSeats: [{ handle, name }] }),
      );
    },
  );
}

function showOverview(
  wire: Wire,
  house: PartnersHouse,
  request: FastifyRequest,
  reply: FastifyReply,
  state: FormState,
): FastifyReply {
  const { actorId } = seatOf(request);
  const { orm } = wire.db;
  const now = wire.clock.now();
  const reach = peersInReach(request);
  const list = (direction: "in" | "out", state: "accepted" | "requested" | "rejected") =>
    listFollows(orm, actorId, direction, state, MOST_SHOWN, reach);
  const followed = [...list("out", "accepted"), ...list("out", "requested"), ...list("out", "rejected")];
  const pacts = listPacts(orm, actorId, MOST_SHOWN, reach);
  const hosts = new Set([...followed.map(({ host }) => host), ...pacts.map(({ peer }) => new URL(peer).host)]);
  hosts.delete(new URL(wire.origin).host);
  const view: PartnersView = {
    followed: followed.map(({ peer, state }) => ({
      ...loadPeerName(orm, peer),
      state,
      mirroredAt: house.mirroredAt(orm, actorId, peer),
    })),
    asking: list("in", "requested").map(({ peer }) => loadPeerName(orm, peer)),
    followers: list("in", "accepted").map(({ peer }) => loadPeerName(orm, peer)),
    followersTotal: countFollows(orm, actorId, "in", "accepted"),
    approves: loadActor(orm, actorId)?.approvesFollowers ?? false,
    pacts: pacts.map((held) => ({
      iri: held.pact.iri,
      peer: loadPeerName(orm, held.peer),
      state: held.state,
      isOpenForOrders: isOpenForOrders(held.pact),
      awaitsUs: (openRevision(held.pact)?.offeredBy ?? held.party) !== held.party,
    })),
    hosts: [...hosts].sort().map((host) => readHost(orm, actorId, host, now)),
    isWhole: reach === null,
    refused: listNewestRefused(wire.db, actorId, reach),
    mayDecide: mayDecide(request),
    mayBlock: request.visitor?.nodeAdmin ?? false,
  };
  return sendPage(request, reply, partnersPage({ ...pageContext(request, reply), now }, view, state));
}

const PeerForm = Type.Object({ peer: Type.String({ maxLength: 2048 }) });

function registerFollow(app: FastifyInstance, wire: Wire): void {
  app.post<Desk>(
    "/desk/:handle/partners/follow",
    { config: { ...DECIDE, rateLimit: LOOK_UP.rateLimit } },
    async (request, reply) => {
      const form = readForm(PeerForm, request.body);
      if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
      const peer = await wire.senders.findActor(form.value.peer);
      if ("failed" in peer) return sendRefusal(request, reply, { refused: `peer-${reasonOf(peer)}` });
      return backToPartners(request, reply, followActor(wire, seatOf(request).actorId, peer));
    },
  );
  onPeer(app, "unfollow", (actorId, peer) => unfollow(wire, actorId, peer));
}

const ApprovalForm = Type.Object({ approval: Type.Union([Type.Literal("automatic"), Type.Literal("manual")]) });

function registerFollowers(app: FastifyInstance, wire: Wire): void {
  onPeer(app, "followers/approve", (actorId, peer) => approveFollower(wire, actorId, peer));
  onPeer(app, "followers/reject", (actorId, peer) => rejectFollower(wire, actorId, peer));
  app.post<Desk>("/desk/:handle/partners/approval", { config: DECIDE }, (request, reply) => {
    const form = readForm(ApprovalForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const approvesFollowers = form.value.approval === "manual";
    const { actorId } = seatOf(request);
    const done = transact(wire.db, (tx) => describeActor(tx, actorId, { approvesFollowers }, wire.clock.now()));
    return backToPartners(request, reply, done);
  });
}

const HostForm = Type.Object({ host: Type.String({ maxLength: 300 }) });
const DAY = 86_400_000;

function registerHosts(app: FastifyInstance, wire: Wire): void {
  const onHost = (path: string, act: (tx: Tx, actorId: string, host: string, now: number) => unknown) =>
    app.post<Desk>(`/desk/:handle/partners/${path}`, { config: DECIDE }, (request, reply) => {
      const form = readForm(HostForm, request.body);
      if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
      transact(wire.db, (tx) => act(tx, seatOf(request).actorId, form.value.host, wire.clock.now()));
      return backToPartners(request, reply, undefined);
    });
  onHost("retry", (tx, actorId, host, now) => retryAll(tx, actorId, now, host));
  onHost("hold", (tx, actorId, host, now) => holdHost(tx, actorId, host, now + DAY));
}

function onPeer(app: FastifyInstance, path: string, act: (actorId: string, peer: string) => unknown): void {
  app.post<Desk>(`/desk/:handle/partners/${path}`, { config: DECIDE }, (request, reply) => {
    const form = readForm(PeerForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    return backToPartners(request, reply, act(seatOf(request).actorId, form.value.peer));
  });
}

function backToPartners(request: FastifyRequest, reply: FastifyReply, done: unknown): FastifyReply {
  if (isRefusal(done)) return sendRefusal(request, reply, done as Refusal);
  return reply.redirect(`/desk/${seatOf(request).handle}/partners`, 303);
}
