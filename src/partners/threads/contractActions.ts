// The contract of a thread as our actor keeps it: for its page, for the command line, for a file that is checked elsewhere.
import type { JsonObject } from "../../activitypub/json.ts";
import { digestOf, verifyProof } from "../../activitypub/proof.ts";
import { loadKeys } from "../../activitypub/store.ts";
import type { Tx } from "../../db/transact.ts";
import { listPinnedKeys } from "../pacts/pactStore.ts";
import type { ContractFile } from "./contract.ts";
import { isThreadSealed, type KeptThreadMessage, listMessagesAfter, listThreadMessages } from "./threadStore.ts";

/** The signed messages of a thread with every key of ours and every key ever pinned for the peer; null for no such thread. */
export function loadContract(tx: Tx, actorId: string, thread: string): (ContractFile & { peer: string }) | null {
  const messages = listThreadMessages(tx, actorId, thread);
  const peer = messages[0]?.peer;
  if (peer === undefined) return null;
  const own = loadKeys(tx, actorId)
    .filter(({ algorithm }) => algorithm === "ed25519")
    .map(({ id, publicKey }) => ({ owner: actorId, keyId: id, publicKeyMultibase: publicKey }));
  const theirs = listPinnedKeys(tx, actorId, peer).map(({ keyId, multibase }) => ({
    owner: peer,
    keyId,
    publicKeyMultibase: multibase,
  }));
  return { thread, peer, keys: [...own, ...theirs], messages: messages.map(({ bytes }) => bytes.toString("utf8")) };
}

const ROWS_AT_ONCE = 200;
const MOST_SHOWN = 20;

/** What was said about orders and no longer proves itself, a line each; none when all is well. For doctor and backups. */
export function checkThreads(tx: Tx): string[] {
  const broken = isThreadSealed(tx) ? [] : ["thread_messages: a trigger is missing"];
  for (let id = 0; broken.length < MOST_SHOWN; ) {
    const rows = listMessagesAfter(tx, id, ROWS_AT_ONCE);
    broken.push(...rows.filter((row) => !isSound(row)).map(({ activityIri }) => activityIri));
    const last = rows.at(-1);
    if (!last) break;
    id = last.id;
  }
  return broken.slice(0, MOST_SHOWN);
}

function isSound({ bytes, digest, provenBy, activityIri }: KeptThreadMessage): boolean {
  try {
    const activity: JsonObject = JSON.parse(bytes.toString("utf8"));
    return activity.id === activityIri && digestOf(activity) === digest && verifyProof(activity, provenBy);
  } catch {
    return false;
  }
}
