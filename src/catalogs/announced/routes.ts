// Where a group reads the offers of the producers it follows: the dated copies, never the producers' nodes themselves.
import type { FastifyInstance } from "fastify";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { offerPage, offersPage, readOfferName } from "./pages.ts";
import { type AnnouncedCycle, listOpenOffers, listOtherOffers, loadAnnounced } from "./store.ts";

const BUYERS = { config: { policy: { seat: ["admin", "referente"] as const } } };
const SHOWN = 100;
const SHOWN_OTHERS = 20;

/** Where a group's desk leads to this room. */
export const OFFERS_DESK: readonly DeskEntry[] = [
  { path: "offers", label: "offers.nav", kinds: ["gas"], roles: ["admin", "referente"] },
];

export function registerOffers(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const nameOf = (id: string) => loadRemoteActor(orm, id)?.name ?? loadActor(orm, id)?.name ?? new URL(id).host;
  const withName = (announced: AnnouncedCycle) => ({ announced, producerName: nameOf(announced.producerId) });
  app.get("/desk/:handle/offers", BUYERS, (request, reply) => {
    const actorId = request.seat?.actorId ?? "";
    const now = wire.clock.now();
    const open = listOpenOffers(orm, actorId, now, SHOWN).map(withName);
    const others = listOtherOffers(orm, actorId, now, SHOWN_OTHERS).map(withName);
    return sendPage(request, reply, offersPage(pageContext(request, reply), { open, others }));
  });
  app.get<{ Params: { offer: string } }>("/desk/:handle/offers/:offer", BUYERS, (request, reply) => {
    const key = { actorId: request.seat?.actorId ?? "", ...readOfferName(request.params.offer) };
    const announced = loadAnnounced(orm, key);
    if (!announced?.copy) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(request, reply, offerPage(pageContext(request, reply), withName(announced), announced.copy));
  });
}
