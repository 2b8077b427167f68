// The way in over HTTP: limits, gate, key of the sender at its own origin, signature, then the inbox. PROTOCOL 13.

import { isStorageTrouble, type StorageNews } from "../db/storageTrouble.ts";
import { type Db, transact } from "../db/transact.ts";
import type { LocalActor } from "./actor.ts";
import { READS } from "./context.ts";
import { type Delivery, type GateSettings, inspectDelivery, type Pass } from "./gate.ts";
import type { Arrival, Inbox } from "./inbox.ts";
import type { Knock } from "./inboxLimits.ts";
import type { KeyFailure, Senders } from "./senders.ts";
import { recordSecurityEvent } from "./store.ts";
import { verifySignature } from "./verifySignature.ts";

/** What the HTTP layer sends back. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { refused: string } | null;
};

type Parts = {
  readonly db: Db;
  readonly gate: Omit<GateSettings, "findInbox">;
  readonly senders: Senders;
  readonly inbox: Inbox;
  readonly knock: Knock;
  /** How many may be in process, and how many waiting for a place or for their commit; beyond, 503. */
  readonly limits: { readonly inProcess: number; readonly waiting: number; readonly retryAfterSeconds: number };
  /** Whose personal inbox is at this path. */
  readonly findReceiver: (path: string) => LocalActor | null;
  readonly news: StorageNews;
};

/** The way in. What it answers is only ever said after the commit. */
export class Receiver {
  readonly #parts: Parts;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #committing = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes one delivery from that network address. Throws only for bugs. */
  async receive(delivery: Delivery, address: string): Promise<HttpAnswer> {
    const { knock, limits } = this.#parts;
    const wait = knock.admitAddress(address, delivery.now);
    if (wait !== null) return refuse(429, "too-many", { "retry-after": String(wait) });
    try {
      const proven = await this.#proveInTurn(delivery, address);
      return "status" in proven ? proven : await this.#commit(proven);
    } catch (error) {
      if (!isStorageTrouble(error)) throw error;
      this.#parts.news.failed(error);
      return refuse(503, "no-space", { "retry-after": String(limits.retryAfterSeconds) });
    }
  }

  /** A place is held while the delivery is read and its sender asked for, not while many await one commit together. */
  async #proveInTurn(delivery: Delivery, address: string): Promise<Arrival | HttpAnswer> {
    const entered = this.#enter();
    // Without an await where there is room: deliveries that came together then commit together.
    if (entered !== true && !(await entered)) return this.#refuseBusy();
    try {
      return await this.#take(delivery, address);
    } finally {
      this.#leave();
    }
  }

  async #commit(arrival: Arrival): Promise<HttpAnswer> {
    if (this.#committing >= this.#parts.limits.waiting) return this.#refuseBusy();
    this.#committing += 1;
    try {
      const answer = await this.#parts.inbox.apply(arrival);
      this.#parts.news.worked();
      const retryAfter: Record<string, string> =
        answer.status === 503 ? { "retry-after": String(this.#parts.limits.retryAfterSeconds) } : {};
      return {
        status: answer.status,
        headers: { ...(answer.receipt ? { "filiera-receipt": answer.receipt } : {}), ...retryAfter },
        body: answer.fault === null ? null : { refused: answer.fault },
      };
    } finally {
      this.#committing -= 1;
    }
  }

  /** Says which versions we read, to whom proves to be who it says, and without a receipt: the sender keeps its letter. */
  async #refuseVersion(pass: Pass, now: number): Promise<HttpAnswer> {
    const { limits } = this.#parts;
    const found = await this.#prove(pass);
    if ("failed" in found) return refuseSender(found, limits.retryAfterSeconds);
    this.#note("other-version", now, new URL(pass.actor).host, pass.id);
    return refuse(400, "other-version", { "filiera-versions": READS.join(", ") });
  }

  #refuseBusy(): HttpAnswer {
    return refuse(503, "busy", { "retry-after": String(this.#parts.limits.retryAfterSeconds) });
  }

  async #take(delivery: Delivery, address: string): Promise<Arrival | HttpAnswer> {
    const { gate, knock, limits, findReceiver } = this.#parts;
    const receiver = delivery.path === "/inbox" ? null : findReceiver(delivery.path);
    const findInbox = () => (delivery.path === "/inbox" ? null : receiver?.id);
    const checked = inspectDelivery(delivery, { ...gate, findInbox });
    if ("refused" in checked) {
      if (checked.toProve) return this.#refuseVersion(checked.toProve, delivery.now);
      this.#note(checked.refused, delivery.now, address, delivery.path);
      return refuse(checked.status, checked.refused, checked.date ? { date: checked.date } : {});
    }
    const { pass } = checked;
    // Who closed hears of orders that were agreed before, for as long as there are papers to keep; of nothing else.
    if (receiver && receiver.goneAt !== null && pass.profile === "lenient") return refuse(410, "gone");
    const found = await this.#prove(pass);
    if ("failed" in found) {
      // A server says farewell for its actor, whose key nobody can fetch any more: nothing to do, nothing to retry.
      const isFarewell = found.failed === "gone" && pass.type === "Delete" && pass.profile === "lenient";
      if (isFarewell) return { status: 202, headers: {}, body: null };
      this.#note(found.failed, delivery.now, new URL(pass.actor).host, pass.id);
      return refuseSender(found, limits.retryAfterSeconds);
    }
    const wait = knock.admitPartner(pass.actor, address, delivery.now);
    if (wait !== null) return refuse(429, "too-many", { "retry-after": String(wait) });
    const { activity, digest, profile } = pass;
    return {
      activity,
      sender: found.actor,
      receiver,
      bytes: delivery.body,
      digest,
      receivedAt: delivery.now,
      profile,
    };
  }

  /** The sender, once its own origin lists a key that verifies; a key that changed is asked for once more. */
  async #prove(pass: Pass) {
    const { senders } = this.#parts;
    const found = await senders.findKey(pass.actor, pass.keyId);
    if ("failed" in found || verifySignature(pass, found.key)) return found;
    const again = await senders.findKey(pass.actor, pass.keyId, { afterRefusal: true });
    if ("failed" in again || verifySignature(pass, again.key)) return again;
    return { failed: "bad-signature", detail: "the signature does not hold" } as const;
  }

  #enter(): Promise<boolean> | boolean {
    const { limits } = this.#parts;
    if (this.#running < limits.inProcess) {
      this.#running += 1;
      return true;
    }
    if (this.#waiting.length >= limits.waiting) return false;
    return new Promise((resolve) => this.#waiting.push(() => resolve(true)));
  }

  /** Hands the place to the next in line, or frees it. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }

  #note(code: string, at: number, host: string, detail: string): void {
    transact(this.#parts.db, (tx) => recordSecurityEvent(tx, { at, code, host, detail: detail.slice(0, 200) }));
  }
}

function refuse(status: number, refused: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, body: { refused } };
}

/** Silence of the sender's node is no proof against it: 503 and again later, never 401 (mastodon#37221). */
function refuseSender({ failed }: KeyFailure | { failed: "bad-signature" }, retryAfterSeconds: number): HttpAnswer {
  if (failed === "unreachable") return refuse(503, "sender-unreachable", { "retry-after": String(retryAfterSeconds) });
  return refuse(401, failed);
}
