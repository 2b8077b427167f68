// One attempt to deliver one row: to an actor of this node through its inbox, to others as signed bytes over HTTP.
import { crashPoint } from "../db/crashPoint.ts";
import { isStorageTrouble } from "../db/storageTrouble.ts";
import type { LocalActor } from "./actor.ts";
import type { SigningKey } from "./actors.ts";
import type { Attempt } from "./delivery.ts";
import { type Answer, type Fetcher, type NoAnswer, readRetryAfter } from "./guardedFetch.ts";
import type { Inbox } from "./inbox.ts";
import { localArrival } from "./inbox.ts";
import type { LeasedRow } from "./outboxStore.ts";
import { digestOf, readReceipt } from "./proof.ts";
import type { Send } from "./relay.ts";
import type { Senders } from "./senders.ts";
import { createSigner, type SignatureSpec } from "./signHttp.ts";

type Parts = {
  clock: { now(): number };
  origin: string;
  /** The key that our actor signs requests with now. */
  openRsaKey: (actorId: string) => SigningKey;
  fetcher: Fetcher;
  inbox: Inbox;
  senders: Senders;
  isBlocked: (host: string) => boolean;
  findReceiver: (path: string) => LocalActor | null;
  /** Hears what a host's own clock said (its Date header) when it answered. */
  noteDate: (host: string, date: string) => void;
};

/** Nodes take a signature within an hour of their own clock (SAFETY 4); a little less says that the clock was why. */
const SIGNATURE_SPAN_MS = 59 * 60_000;

/** Builds the relay's sender. */
export function createSend({
  clock,
  origin,
  openRsaKey,
  fetcher,
  inbox,
  senders,
  isBlocked,
  findReceiver,
  noteDate,
}: Parts): Send {
  const toOurselves: (row: LeasedRow) => Promise<Attempt> = async (row) => {
    const sender = await senders.findActor(row.actorId);
    if ("failed" in sender) return { kind: "failure", failure: sender.detail };
    const activity = JSON.parse(row.json);
    const receiver = findReceiver(new URL(row.inbox).pathname);
    const arrival = localArrival(activity, Buffer.from(row.json), sender, receiver, row.lane, clock.now());
    const answer = await inbox.apply(arrival).catch((error: unknown) => {
      if (isStorageTrouble(error)) throw error;
      // A bug of a rule, which the inbox has told: what another node would have answered.
      return { status: 500, receipt: null };
    });
    return readAnswer(
      row,
      { status: answer.status, headers: answer.receipt ? { "filiera-receipt": answer.receipt } : {} },
      clock.now(),
    );
  };

  const overHttp = async (row: LeasedRow, spec: SignatureSpec): Promise<Attempt> => {
    const sign = createSigner(openRsaKey(row.actorId), spec, clock.now);
    const headers = { "content-type": "application/activity+json", accept: "application/activity+json" };
    crashPoint("before-send");
    const answer: Answer | NoAnswer = await fetcher.post(row.inbox, Buffer.from(row.json), { headers, sign });
    crashPoint("after-send");
    if (!answer.ok) return { kind: "failure", failure: `${answer.failure}: ${answer.detail}` };
    if (answer.headers.date) noteDate(new URL(row.inbox).host, answer.headers.date);
    return readAnswer(row, answer, clock.now());
  };

  return async (row, spec) => {
    checkFrozen(row);
    if (isBlocked(new URL(row.inbox).hostname)) return { attempt: { kind: "blocked" }, signatureSpec: null };
    if (new URL(row.inbox).origin === origin) return { attempt: await toOurselves(row), signatureSpec: null };
    const attempt = await overHttp(row, spec);
    // Only these say "I could not read your signature"; a second knock in the other spelling may be understood.
    const mayNotRead =
      attempt.kind === "answer" && (attempt.status === 400 || attempt.status === 401) && !attempt.receipt;
    if (!mayNotRead || attempt.otherVersions !== undefined)
      return { attempt, signatureSpec: isSuccess(attempt) ? spec : null };
    const other = spec === "rfc9421" ? "draft-cavage" : "rfc9421";
    const second = await overHttp(row, other);
    return isSuccess(second) ? { attempt: second, signatureSpec: other } : { attempt, signatureSpec: null };
  };
}

/** Throws when the bytes are not the activity they should be: nothing else may leave under its name. */
function checkFrozen({ json, activityId }: LeasedRow): void {
  const { id } = JSON.parse(json) as { id?: unknown };
  if (id !== activityId) throw new Error("the stored bytes are another activity");
}

function isSuccess(attempt: Attempt): boolean {
  return attempt.kind === "answer" && attempt.status >= 200 && attempt.status < 300;
}

function readAnswer(row: LeasedRow, { status, headers }: Pick<Answer, "status" | "headers">, now: number): Attempt {
  const receipt = headers["filiera-receipt"];
  const isExpected = row.lane === "order" && receipt && row.receiptKey;
  const word = isExpected ? readReceipt(receipt, digestOf(JSON.parse(row.json)), row.receiptKey) : null;
  const retryAfterMs = readRetryAfter(headers, now);
  const otherClock = status === 401 ? Date.parse(headers.date ?? "") : Number.NaN;
  const isOff = Math.abs(otherClock - now) >= SIGNATURE_SPAN_MS;
  const versions = status === 400 && row.lane === "order" ? (headers["filiera-versions"] ?? "") : "";
  const otherVersions = /^\d{1,3}(, \d{1,3}){0,9}$/.test(versions) ? { otherVersions: versions } : {};
  return { kind: "answer", status, receipt: word, retryAfterMs, ...(isOff ? { otherClock } : {}), ...otherVersions };
}
