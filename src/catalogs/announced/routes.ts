// Where a group reads the offers of the producers it follows: the dated copies, never the producers' nodes themselves.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { offerPage, offersPage } from "./pages.ts";
import { type AnnouncedCycle, listOpenOffers, listOtherOffers, loadAnnounced } from "./store.ts";

const BUYERS = { config: { policy: { seat: ["admin", "referente"] as const } } };
const SHOWN = 100;
const SHOWN_OTHERS = 20;

/** Where a group's desk leads to this room. */
export const OFFERS_DESK: readonly DeskEntry[] = [
  { path: "offers", label: "offers.nav", kinds: ["gas"], roles: ["admin", "referente"] },
];

const OfferQuery = Type.Object({
  producer: Type.String({ maxLength: 2048 }),
  cycle: Type.String({ maxLength: 2048 }),
});

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
  app.get("/desk/:handle/offers/cycle", BUYERS, (request, reply) => {
    const query = readForm(OfferQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "not-found" });
    const { producer: producerId, cycle: cycleIri } = query.value;
    const announced = loadAnnounced(orm, { actorId: request.seat?.actorId ?? "", producerId, cycleIri });
    if (!announced?.copy) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(request, reply, offerPage(pageContext(request, reply), withName(announced), announced.copy));
  });
}
