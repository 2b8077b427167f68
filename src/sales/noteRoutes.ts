// A delivery note at its address: the Document for the buyer's node, the page, CSV and PDF for the people of both sides, nothing
// for anybody else. PROTOCOL.md sections 3 and 6.1, SAFETY B37.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type LocalActor, sells } from "../activitypub/actor.ts";
import { answerDocument, answerNotFound, wantsActivityJson } from "../activitypub/answer.ts";
import { DOCUMENT } from "../activitypub/context.ts";
import { isJsonObject } from "../activitypub/json.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import type { Sheet } from "../kernel/sheet.ts";
import { listThreadMessages } from "../partners/threads/threadStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type PageContext, pageContext } from "../web/page.ts";
import { sendSheet, splitEnding } from "../web/sheetPage.ts";
import type { Visitor } from "../web/visitor.ts";
import { basisOf, buyerName } from "./basisStore.ts";
import type { DeliveryNote } from "./deliveryNote.ts";
import { orderName } from "./orderPages.ts";

import type { ReceivedOrder } from "./received.ts";
import { loadNoteById, loadReceived } from "./receivedStore.ts";
import { notePaper } from "./sheets.ts";
import { signerOf } from "./signerRoutes.ts";

type NoteRequest = FastifyRequest<{ Params: { handle: string; note: string } }>;
type Found = { readonly actor: LocalActor; readonly note: DeliveryNote; readonly order: ReceivedOrder };

export function registerDeliveryNotes(app: FastifyInstance, wire: Wire): void {
  const policy = { config: { policy: { public: true as const } } };
  app.get("/:handle/delivery-notes/:note", policy, async (request: NoteRequest, reply) => {
    // Asked before anything is looked up, so that both kinds of no take the same time.
    const signer = await signerOf(wire, request);
    const asked = splitEnding(request.params.note);
    const found = asked && findNote(wire, request.params.handle, asked.name);
    const isForMachine = wantsActivityJson(request.headers.accept);
    const { visitor } = pageContext(request, reply);
    if (!found || !mayRead(found, signer, visitor)) {
      if (!isForMachine) return sendRefusal(request, reply, { refused: "not-found" });
      const { status, headers, body } = answerNotFound();
      return reply.code(status).headers(headers).send(body);
    }
    if (isForMachine) return sendDocument(wire, reply, found);
    const c = pageContext(request, reply);
    const wish = {
      ...{ ending: asked?.ending ?? "", name: "delivery-note", headingLabel: c.say("sales.sheet.pickup") },
      ...{ base: `/${found.actor.handle}/delivery-notes/${found.note.id}`, back: wayBack(c, found) },
    } as const;
    return sendSheet(request, reply, paperOf(wire, c, found), wish, SHEET_FILES);
  });
}

function findNote(wire: Wire, handle: string, id: string): Found | null {
  const actor = loadActorByHandle(wire.db.orm, handle);
  const note = actor && sells(actor.kind) ? loadNoteById(wire.db.orm, actor.id, id) : undefined;
  const order = actor && note ? loadReceived(wire.db.orm, actor.id, note.thread) : undefined;
  return actor && note && order ? { actor, note, order } : null;
}

/** The two sides: by their node's signature, or by a seat of theirs on this node. */
function mayRead({ actor, order }: Found, signer: string | null, visitor: Visitor | null): boolean {
  const sides = [actor.id, order.buyer];
  return (
    (signer !== null && sides.includes(signer)) || (visitor?.seats ?? []).some(({ actorId }) => sides.includes(actorId))
  );
}

/** The Document as it was last sent. */
function sendDocument(wire: Wire, reply: FastifyReply, { actor, note }: Found): FastifyReply {
  const kept = listThreadMessages(wire.db.orm, actor.id, note.thread).findLast(({ kind }) => kind === "delivery-note");
  const activity: unknown = kept && JSON.parse(kept.bytes.toString("utf8"));
  const object = isJsonObject(activity) && isJsonObject(activity.object) ? activity.object : null;
  const document = object ? { "@context": DOCUMENT, ...object } : null;
  const { status, headers, body } = document ? answerDocument(document, { restricted: true }) : answerNotFound();
  return reply.code(status).headers(headers).send(body);
}

function paperOf(wire: Wire, c: PageContext, { actor, note, order }: Found): Sheet {
  const { cycle, terms } = basisOf(wire.db.orm, order);
  const delivery = cycle?.deliveries.find(({ number }) => number === order.pickup);
  const lines = [
    c.say("sales.slip.from", { name: actor.name }),
    c.say("sales.slip.to", { name: buyerName(wire.db.orm, order.buyer) }),
    c.say("sales.slip.written", { date: c.format.date(note.updatedAt), sequence: note.sequence }),
    ...(delivery
      ? [c.say("sales.slip.pickup", { place: delivery.place, date: c.format.dateTime(delivery.startAt) })]
      : []),
  ];
  const nameOf = (lineIri: string) => terms.get(lineIri)?.name ?? lineIri;
  const rateOf = (lineIri: string) => terms.get(lineIri)?.vatRatePercent ?? null;
  const title = c.say("sales.slip.title");
  return notePaper(c, { title, lines, note, agreed: order.agreed?.lines ?? [], nameOf, rateOf });
}

function wayBack(c: PageContext, { actor, order }: Found): { href: string; label: string } {
  const isSeller = c.visitor?.seats.some(({ actorId }) => actorId === actor.id);
  if (isSeller)
    return { href: `/desk/${actor.handle}/sales/${orderName(order.thread)}`, label: c.say("sales.slip.back") };
  return { href: "/", label: c.say("web.error.home") };
}
