// What arrives: one transaction writes the log row, the effect and what is owed in answer; then we say 202. A repeated
// delivery changes nothing, for ever. PROTOCOL 6.6 and 13, SAFETY 4.
import type { CommitTogether } from "../db/groupCommit.ts";
import { isStorageTrouble } from "../db/storageTrouble.ts";
import type { Db, Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { readIris, readType } from "./activityShape.ts";
import type { LocalActor, RemoteActor } from "./actor.ts";
import type { Keyring } from "./actors.ts";
import type { TellBug } from "./bugs.ts";
import { createInboxStore, type InboxStore, type LoggedArrival } from "./inboxStore.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { digestOf, type ReceiptWord, writeReceipt } from "./proof.ts";
import { loadActor, loadRemoteActor, recordSecurityEvent } from "./store.ts";

/** An activity that passed the gate and whose sender is proven by HTTP signature. Times are epoch ms. */
export type Arrival = {
  readonly activity: JsonObject;
  readonly sender: RemoteActor;
  /** Whose inbox it came to; null for the shared inbox. */
  readonly receiver: LocalActor | null;
  readonly bytes: Buffer;
  /** PROTOCOL 6.3.5. */
  readonly digest: string;
  readonly receivedAt: number;
  readonly profile: "strict" | "lenient";
  /** Not delivered, but read again among the sender's own signed copies: keys that were pinned once still prove it. */
  readonly isReread?: true;
  /** Read again together with our own signed answer to it, which a restore forgot too. */
  readonly isAnswered?: boolean;
};

/**
 * Done; not for this rule; refused with a reason; kept until the activity or object with that IRI has come; or not to be decided yet:
 * nothing of it is kept, and the sender comes again with it.
 */
export type Outcome = "applied" | "not-mine" | Refusal | { readonly parkedFor: string } | { readonly later: string };

/** One kind of activity and what it does to us. `receive` is synchronous and only writes rows. */
export type InboxRule = {
  readonly channel: "order" | "social";
  readonly types: readonly string[];
  /** Types of the object; null stands for a bare IRI. Absent: any. */
  readonly objectTypes?: readonly (string | null)[];
  readonly receive: (tx: Tx, arrival: Arrival) => Outcome;
  /**
   * Looks on, and lets every other rule look too: what it writes stands unless the arrival is refused, its "applied" counts where no other
   * rule says anything, whatever else it says counts for nothing. An arrival that waits is seen again: it must not mind.
   */
  readonly isWitness?: true;
  /** What stays of a `conflict`, although nothing of the arrival does: the mark that makes a person look. SAFETY I4. */
  readonly alarm?: (tx: Tx, arrival: Arrival) => void;
};

/** What the sender hears. */
export type InboxAnswer = {
  readonly status: number;
  readonly receipt: string | null;
  readonly outcome: LoggedArrival["outcome"] | "conflict" | "later";
  /** Why not, where it is our fault and none of the sender's. */
  readonly fault: string | null;
};

const PARKED_PER_SENDER = 200;
/** How often a rule may fail on one activity before the sender is told that it will not be taken (SAFETY A32). */
const FAILURES_PER_ACTIVITY = 5;
/** Of how many activities that is counted, so that no stranger fills the memory. */
const FAILING_ACTIVITIES = 1000;
/** The refusal of what our own fault keeps us from taking: another process, perhaps a newer version, tries it again. */
const OUR_FAULT = "cannot-be-taken";

type Parts = {
  readonly db: Db;
  readonly rules: readonly InboxRule[];
  readonly keyring: Keyring;
  readonly commitTogether: CommitTogether;
  readonly tellBug: TellBug;
};

/** The inbox log and the rules behind it. */
export class Inbox {
  readonly #parts: Parts;
  readonly #store: InboxStore;
  readonly #failures = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = createInboxStore(parts.db);
  }

  /**
   * Applies a proven arrival, or finds its first answer again. Resolves after the commit. Rejects with storage trouble, and with the bug
   * of a rule: nothing of the arrival is kept then, until it has failed too often and is refused without asking the rule.
   */
  async apply(arrival: Arrival): Promise<InboxAnswer> {
    try {
      return await this.#applyOnce(arrival, this.#countFailures(arrival) >= FAILURES_PER_ACTIVITY);
    } catch (error) {
      if (isStorageTrouble(error)) throw error;
      this.#parts.tellBug("an arrival cannot be taken", String(arrival.activity.id), error);
      if (this.#noteFailure(arrival) < FAILURES_PER_ACTIVITY) throw error;
      return this.#applyOnce(arrival, true);
    }
  }

  #applyOnce(arrival: Arrival, isHopeless: boolean): Promise<InboxAnswer> {
    return this.#parts.commitTogether(() => {
      const activityId = String(arrival.activity.id);
      const earlier = this.#store.find(arrival.sender.id, activityId);
      if (!earlier) return this.#applyNew(arrival, activityId, isHopeless);
      if (earlier.refusal === OUR_FAULT && earlier.digest === arrival.digest && !isHopeless) {
        this.#store.forget(earlier);
        return this.#applyNew(arrival, activityId, false);
      }
      if (earlier.digest === arrival.digest) return this.#repeat(arrival, earlier);
      this.#note(arrival, "equivocation");
      for (const rule of rulesFor(this.#parts.rules, arrival)) rule.alarm?.(this.#parts.db.orm, arrival);
      // Others may send an activity again in other words: harmless, and worth no retry. An order may not.
      const status = arrival.profile === "strict" ? 409 : 202;
      return { status, receipt: this.#writeReceipt(arrival, "conflict"), outcome: "conflict", fault: null };
    });
  }

  #countFailures({ sender, digest }: Arrival): number {
    return this.#failures.get(`${sender.id} ${digest}`) ?? 0;
  }

  #noteFailure(arrival: Arrival): number {
    const failures = this.#countFailures(arrival) + 1;
    const name = `${arrival.sender.id} ${arrival.digest}`;
    if (failures === 1 && this.#failures.size >= FAILING_ACTIVITIES)
      this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(name, failures);
    return failures;
  }

  #applyNew(arrival: Arrival, activityId: string, isHopeless: boolean): InboxAnswer {
    const { sender, receiver, digest, receivedAt, profile } = arrival;
    const outcome = isHopeless ? { refused: OUR_FAULT } : this.#decideOrUndo(arrival);
    if (typeof outcome === "object" && "later" in outcome)
      return { status: 503, receipt: null, outcome: "later", fault: String(outcome.later) };
    const parkedFor = typeof outcome === "object" && "parkedFor" in outcome ? String(outcome.parkedFor) : null;
    const refusal = isRefusal(outcome) ? outcome.refused : null;
    const word = parkedFor ? "parked" : refusal ? "refused" : (outcome as "applied" | "ignored");
    const type = readType(arrival.activity) ?? "";
    const channel = profile === "strict" ? "order" : "social";
    const row = {
      sender: sender.id,
      activityId,
      receiver: receiver?.id ?? "",
      type,
      digest,
      channel,
      outcome: word,
      refusal,
      receivedAt,
    } as const;
    this.#store.insert(row, arrival.bytes, parkedFor, refusal ? refusedThread(arrival) : null);
    this.#store.noteHeard(new URL(sender.id).host, receivedAt);
    if (refusal) this.#note(arrival, refusal);
    if (word === "applied") this.applyParked(arrival.activity);
    return this.#answer(arrival, word, refusal);
  }

  /** A refusal leaves no trace of what its rule had begun. */
  #decideOrUndo(arrival: Arrival): Exclude<Outcome, "not-mine"> | "ignored" {
    this.#store.markDecision();
    const { outcome, rule } = this.#decide(arrival);
    if (isRefusal(outcome)) this.#store.undoDecision();
    this.#store.endDecision();
    if (isRefusal(outcome) && outcome.refused === "conflict") rule?.alarm?.(this.#parts.db.orm, arrival);
    const isFull =
      typeof outcome === "object" &&
      "parkedFor" in outcome &&
      this.#store.countParked(arrival.sender.id) >= PARKED_PER_SENDER;
    return isFull ? { refused: "too-many-parked" } : outcome;
  }

  #decide(arrival: Arrival): { outcome: Exclude<Outcome, "not-mine"> | "ignored"; rule: InboxRule | null } {
    const { orm } = this.#parts.db;
    const [witnesses, deciders] = splitWitnesses(rulesFor(this.#parts.rules, arrival));
    const seen = witnesses.filter((rule) => rule.receive(orm, arrival) === "applied");
    for (const rule of deciders) {
      const outcome = rule.receive(orm, arrival);
      if (outcome !== "not-mine") return { outcome, rule };
    }
    if (arrival.profile === "strict") return { outcome: { refused: "unknown-message" }, rule: null };
    return { outcome: seen.length > 0 ? "applied" : "ignored", rule: null };
  }

  /**
   * Applies what was waiting for this activity, oldest first, each with its own outcome, and what waited for that in turn: the
   * news of an Accept that came before its own Offer was found again. Inside the caller's transaction.
   */
  applyParked({ id, object, result }: JsonObject): void {
    if (!this.#store.hasParked()) return;
    const { orm } = this.#parts.db;
    const iris = new Set([String(id), ...readIris(object), ...readIris(result)]);
    for (const row of [...iris].flatMap((iri) => this.#store.listParked(iri))) {
      const sender = loadRemoteActor(orm, row.sender);
      if (!sender) continue;
      const { bytes, digest, receivedAt } = row;
      const activity: JsonObject = JSON.parse(bytes.toString("utf8"));
      const receiver = loadActor(orm, row.receiver) ?? null;
      const profile = row.channel === "order" ? "strict" : "lenient";
      const outcome = this.#decideParked({ activity, sender, receiver, bytes, digest, receivedAt, profile });
      if (isRefusal(outcome))
        this.#store.settleParked(row, "refused", outcome.refused, refusedThread({ activity, profile }));
      else if (typeof outcome === "string") this.#store.settleParked(row, outcome, null, null);
      if (outcome === "applied") this.applyParked(activity);
    }
  }

  /** A bug that a parked arrival meets is no fault of the one that woke it. */
  #decideParked(arrival: Arrival): Exclude<Outcome, "not-mine"> | "ignored" {
    try {
      return this.#decideOrUndo(arrival);
    } catch (error) {
      if (isStorageTrouble(error)) throw error;
      this.#parts.tellBug("a parked arrival cannot be taken", String(arrival.activity.id), error);
      this.#store.undoDecision();
      this.#store.endDecision();
      this.#note(arrival, OUR_FAULT);
      return { refused: OUR_FAULT };
    }
  }

  #answer(arrival: Arrival, word: LoggedArrival["outcome"], refusal: string | null): InboxAnswer {
    const say = (status: number, receipt: ReceiptWord) => ({
      status,
      receipt: this.#writeReceipt(arrival, receipt),
      outcome: word,
      fault: refusal === OUR_FAULT ? refusal : null,
    });
    if (word !== "refused") return say(202, "stored");
    if (refusal === "stale") return say(200, "stale");
    if (refusal === "conflict") return say(409, "conflict");
    return say(arrival.profile === "strict" ? 422 : 403, "refused");
  }

  /** The stored answer again: 200 instead of 202, nothing else changes. */
  #repeat(arrival: Arrival, earlier: LoggedArrival): InboxAnswer {
    const again = this.#answer(arrival, earlier.outcome, earlier.refusal);
    return again.status === 202 && arrival.profile === "strict" ? { ...again, status: 200 } : again;
  }

  #writeReceipt(arrival: Arrival, word: ReceiptWord): string | null {
    const { keyring, db } = this.#parts;
    if (arrival.profile !== "strict" || !arrival.receiver) return null;
    const key = keyring.open(db.orm, arrival.receiver.id, "ed25519", arrival.sender.id);
    return writeReceipt(word, arrival.digest, key.privateKey);
  }

  #note(arrival: Arrival, code: string): void {
    const { host } = new URL(arrival.sender.id);
    const detail = String(arrival.activity.id).slice(0, 200);
    recordSecurityEvent(this.#parts.db.orm, { at: arrival.receivedAt, code, host, detail });
  }
}

/** The arrival of an activity between two actors of this node: every rule but HTTP's holds. */
export function localArrival(
  activity: JsonObject,
  bytes: Buffer,
  sender: RemoteActor,
  receiver: LocalActor | null,
  lane: "order" | "social",
  now: number,
): Arrival {
  return {
    activity,
    sender,
    receiver,
    bytes,
    digest: digestOf(activity),
    receivedAt: now,
    profile: lane === "order" ? "strict" : "lenient",
  };
}

/** Where people are shown that it was refused: the thread it names, if it is of the order channel. */
function refusedThread({ activity: { context }, profile }: Pick<Arrival, "activity" | "profile">): string | null {
  return profile === "strict" && typeof context === "string" ? context.slice(0, 2048) : null;
}

function splitWitnesses(rules: readonly InboxRule[]): [InboxRule[], InboxRule[]] {
  return [rules.filter(({ isWitness }) => isWitness), rules.filter(({ isWitness }) => !isWitness)];
}

function rulesFor(rules: readonly InboxRule[], { activity, profile }: Arrival): InboxRule[] {
  const type = readType(activity);
  const object = activity.object;
  const objectType = isJsonObject(object) ? readType(object) : null;
  return rules.filter(
    (rule) =>
      type !== null &&
      rule.types.includes(type) &&
      (rule.channel === "order") === (profile === "strict") &&
      (rule.objectTypes === undefined || rule.objectTypes.includes(objectType)),
  );
}
