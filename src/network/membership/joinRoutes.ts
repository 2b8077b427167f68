// Where a group, a farm or a smaller network joins networks: it pastes a handle, reads the charter, asks; it sees the answer, and leaves.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { actorUrls, type RemoteActor } from "../../activitypub/actor.ts";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { reasonOf } from "../../partners/deskRoutes.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { joinNetwork, leaveNetwork } from "./actions.ts";
import { readCharter, type ShownCharter } from "./charter.ts";
import { loadCharter } from "./listStore.ts";
import { MEMBERSHIP_STATES, MOST_NETWORKS } from "./membership.ts";
import { askPage, networksPage } from "./membershipPages.ts";
import { listMembershipRows } from "./store.ts";

const READERS = ["admin", "referente", "producer", "district"] as const;
const SEE = { policy: { seat: READERS } } as const;
const DECIDERS = ["admin", "producer", "district"] as const;
const DECIDE = { config: { policy: { seat: DECIDERS } } } as const;
// Each look-up makes this node ask another.
const LOOK_UP = { config: { policy: { seat: DECIDERS }, rateLimit: { max: 30, timeWindow: 60_000 } } } as const;

/** Where every desk leads to its networks. */
export const NETWORKS_ENTRY: DeskEntry = {
  ...{ path: "networks", label: "membership.networks.title", kinds: ["gas", "producer", "district"], roles: READERS },
};

type Desk = { Params: { handle: string } };

const JoinForm = Type.Object({
  peer: Type.String({ maxLength: 2048 }),
  digest: Type.Optional(Type.String({ maxLength: 64 })),
  accepted: Type.Boolean(),
});
const PeerForm = Type.Object({ peer: Type.String({ maxLength: 2048 }) });

/** Adds `/desk/{handle}/networks` and everything below it. */
export function registerJoining(app: FastifyInstance, wire: Wire): void {
  const path = "/desk/:handle/networks";
  app.get<Desk>(path, { config: SEE }, (request, reply) => showNetworks(wire, request, reply, FRESH));
  app.get<Desk & { Querystring: { who?: unknown } }>(`${path}/find`, LOOK_UP, async (request, reply) => {
    const who = typeof request.query.who === "string" ? request.query.who.trim().slice(0, 500) : "";
    if (who === "") return showNetworks(wire, request, reply, FRESH);
    const again = (reason: string) => showNetworks(wire, request, reply, { typed: { who }, errors: { who: reason } });
    const network = await wire.discover(who);
    if ("failed" in network) return again(reasonOf(network));
    if (network.kind !== "district") return again("not-a-network");
    const charter = await findCharter(wire, network);
    if (isRefusal(charter)) return sendRefusal(request, reply, charter);
    return sendPage(request, reply, askPage(pageContext(request, reply), { network, charter }, FRESH));
  });
  app.post<Desk>(`${path}/join`, LOOK_UP, (request, reply) => join(wire, request, reply));
  app.post<Desk>(`${path}/leave`, DECIDE, (request, reply) => {
    const form = readForm(PeerForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    return back(request, reply, leaveNetwork(wire, { ...byOf(request), peer: form.value.peer }));
  });
}

function showNetworks(wire: Wire, request: FastifyRequest, reply: FastifyReply, state: FormState): FastifyReply {
  const { actorId } = request.seat!;
  const { orm } = wire.db;
  const rows = listMembershipRows(orm, actorId, "member", MEMBERSHIP_STATES, MOST_NETWORKS * 2);
  const networks = rows.map((half) => ({ half, peer: loadPeerName(orm, half.peer) }));
  const seats = request.visitor?.seats ?? [];
  const mayDecide = seats.some((seat) => seat.actorId === actorId && DECIDERS.some((role) => role === seat.role));
  return sendPage(request, reply, networksPage(pageContext(request, reply), networks, state, mayDecide));
}

/** The person accepts the text they have seen: where the network shows another one by now, they read that first. */
async function join(wire: Wire, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = readForm(JoinForm, request.body);
  if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
  const { peer, digest = null, accepted } = form.value;
  const network = await wire.senders.findActor(peer);
  if ("failed" in network) return sendRefusal(request, reply, { refused: `peer-${reasonOf(network)}` });
  const charter = await findCharter(wire, network);
  if (isRefusal(charter)) return sendRefusal(request, reply, charter);
  const again = (errors: Record<string, string>) =>
    sendPage(request, reply, askPage(pageContext(request, reply), { network, charter }, { typed: {}, errors }));
  if (digest !== (charter?.digest ?? null)) return again({ digest: "charter-changed" });
  if (charter && !accepted) return again({ accepted: "required" });
  return back(request, reply, joinNetwork(wire, byOf(request), network, charter));
}

/** The charter that a network shows now; null where it has none. Refuses `bad-charter`, `peer-unreachable`. */
async function findCharter(wire: Wire, network: RemoteActor): Promise<ShownCharter | null | Refusal> {
  const own = loadActor(wire.db.orm, network.id);
  if (own) {
    const charter = loadCharter(wire.db.orm, own.id);
    return charter ? { ...charter, iri: `${actorUrls(own.id).charter}/${charter.version}` } : null;
  }
  const address = network.document["filiera:charter"];
  if (typeof address !== "string") return null;
  const found = await wire.fetchDocument(address);
  if (!("failed" in found)) return readCharter(found.document, network.id);
  return found.detail === "HTTP 404" ? null : { refused: "peer-unreachable" };
}

function byOf(request: FastifyRequest) {
  return { actorId: request.seat!.actorId, byId: request.visitor!.personId };
}

function back(request: FastifyRequest, reply: FastifyReply, done: object): FastifyReply {
  return isRefusal(done)
    ? sendRefusal(request, reply, done)
    : reply.redirect(`/desk/${request.seat!.handle}/networks`, 303);
}
