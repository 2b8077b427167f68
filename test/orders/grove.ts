// The grove's letters as its own node would send them: written, signed with the pinned key, taken through the real inbox.

import type { RemoteActor } from "../../src/activitypub/actor.ts";
import { Inbox, type InboxAnswer } from "../../src/activitypub/inbox.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { addProof, digestOf } from "../../src/activitypub/proof.ts";
import { createGroupCommit } from "../../src/db/groupCommit.ts";
import { ordersListener } from "../../src/orders/activities.ts";
import { listSentOffers, type SentOffer } from "../../src/orders/dealingStore.ts";
import type {
  AgreedLine,
  MessageOf,
  OrderStatus,
  ReasonCode,
  ThreadMessage,
} from "../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../src/partners/threads/agreementDocument.ts";
import { onThreadChannel } from "../../src/partners/threads/threadActivities.ts";
import { CYCLE, DAY, GROVE, GROVE_KEY, type Group } from "./group.ts";

const SENDER: RemoteActor = {
  id: GROVE,
  inbox: `${GROVE}/inbox`,
  sharedInbox: null,
  handle: null,
  name: "Il Frutteto",
  summary: "",
  kind: "producer",
  level: null,
  type: "Organization",
  document: {},
  publicKeys: [],
  ed25519Keys: [{ id: GROVE_KEY.keyId, multibase: GROVE_KEY.multibase }],
  isFiliera: true,
  fetchedAt: 0,
};

/** So many kilograms of oranges, in whole crates of 10 kg at 17.50. */
export function crates(kilograms: number): AgreedLine {
  const amountCents = (kilograms / 10) * 1750;
  return { lineIri: `${CYCLE}/1`, unit: "kilogram", quantityThousandths: kilograms * 1000, amountCents };
}

/** The group's inbox, and how the grove signs. */
function makePost(group: Group) {
  const { db, clock, buying } = group;
  const rules = [onThreadChannel(ordersListener(buying))];
  const inbox = new Inbox({
    db,
    rules,
    keyring: buying.keyring,
    commitTogether: createGroupCommit(db),
    tellBug: () => {},
  });
  const deliver = (document: JsonObject): Promise<InboxAnswer> => {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = digestOf(document);
    const receiver = group.gas;
    return inbox.apply({
      ...{ activity: document, sender: SENDER, receiver, bytes, digest },
      ...{ receivedAt: clock.now(), profile: "strict" },
    });
  };
  const sign = (message: ThreadMessage): JsonObject =>
    addProof(writeThreadMessage(message, { id: GROVE }, group.gas.id), GROVE_KEY, clock.now());
  const send = (message: ThreadMessage) => deliver(sign(message));
  return { deliver, sign, send };
}

/** The grove's desk. Each function sends one letter and gives what its node would hear back. */
export function makeGrove(group: Group) {
  const { db, clock } = group;
  const { deliver, sign, send } = makePost(group);
  let letters = 0;
  let sequence = 0;
  const name = () => `${GROVE}/activities/${++letters}`;
  const agreementIri = (offer: SentOffer) => `${GROVE}/agreements/${offer.agreementIri.split("/").at(-2)}`;
  const threadOf = (offer: SentOffer): string =>
    String(db.raw.prepare("SELECT thread FROM thread_messages WHERE activity_iri = ?").pluck().get(offer.offerIri));

  const lastOffer = (orderId: string): SentOffer => listSentOffers(db.orm, orderId)[0]!;
  const about = (offer: SentOffer) => ({
    ...{ offerIri: offer.offerIri, offerDigest: offer.offerDigest, thread: threadOf(offer), epoch: 1 },
    revision: offer.revision,
  });

  return {
    deliver,
    sign,
    send,
    lastOffer,
    acceptance: (offer: SentOffer, change: Partial<MessageOf<"accepted">> = {}): MessageOf<"accepted"> => ({
      ...{ kind: "accepted", acceptIri: name(), ...about(offer), agreementIri: agreementIri(offer) },
      ...{ sequence: ++sequence, status: "accepted", lines: offer.lines, note: null, ...change },
    }),
    accept: (orderId: string) => {
      const offer = lastOffer(orderId);
      return send({
        ...{ kind: "accepted", acceptIri: name(), ...about(offer), agreementIri: agreementIri(offer) },
        ...{ sequence: ++sequence, status: "accepted", lines: offer.lines, note: null },
      });
    },
    counter: (orderId: string, lines: AgreedLine[], answerBy = clock.now() + DAY) =>
      send({
        ...{ kind: "countered", answerIri: name(), ...about(lastOffer(orderId)) },
        ...{ answerBy, reason: "not-available", lines, note: null },
      }),
    reject: (orderId: string, reason: ReasonCode, objectIri?: string, objectDigest?: string) => {
      const offer = lastOffer(orderId);
      const object = { objectIri: objectIri ?? offer.offerIri, objectDigest: objectDigest ?? offer.offerDigest };
      return send({ kind: "rejected", answerIri: name(), ...object, thread: threadOf(offer), reason, note: null });
    },
    status: (orderId: string, status: OrderStatus, change: Partial<MessageOf<"status">> = {}) => {
      const offer = lastOffer(orderId);
      return send({
        ...{ kind: "status", updateIri: name(), agreementIri: agreementIri(offer), thread: threadOf(offer), epoch: 1 },
        ...{ revision: offer.revision, sequence: ++sequence, status, note: null, paymentUrl: null, ...change },
      });
    },
    note: (orderId: string, fulfilments: AgreedLine[], sequenceOfNote = 1) => {
      const offer = lastOffer(orderId);
      return send({
        ...{ kind: "delivery-note", activityIri: name(), documentIri: `${GROVE}/notes/${orderId}` },
        ...{ agreementIri: agreementIri(offer), thread: threadOf(offer), epoch: 1, sequence: sequenceOfNote },
        ...{ url: null, fulfilments, charges: [] },
      });
    },
  };
}
