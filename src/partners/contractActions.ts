// The contract of a thread as our actor keeps it: for its page, for the command line, for a file that is checked elsewhere.
import { loadKeys } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import type { ContractFile } from "./contract.ts";
import { listPinnedKeys } from "./pactStore.ts";
import { listThreadMessages } from "./threadStore.ts";

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
