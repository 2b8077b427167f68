// Reads a picture of another node, so that it is shown from here: people's browsers ask no stranger (SAFETY B36).
import { readMediaType, sameOrigin } from "./fetchDocument.ts";
import type { Fetcher } from "./guardedFetch.ts";
import type { ActorFailure } from "./senders.ts";

const TYPES = ["image/jpeg", "image/png", "image/webp"];

/**
 * The bytes at this address, unsigned, at most 1 MiB, from that origin alone, as what says it is a picture: whether it is one, the
 * decoder says. Never throws for what the world does.
 */
export async function fetchPicture(fetcher: Fetcher, url: string): Promise<{ readonly bytes: Buffer } | ActorFailure> {
  const answer = await fetcher.get(url, { accept: TYPES.join(", ") });
  if (!answer.ok) return { failed: "unreachable", detail: `${answer.failure}: ${answer.detail}` };
  if (answer.status === 410 || answer.status === 404) return { failed: "gone", detail: `HTTP ${answer.status}` };
  if (answer.status !== 200) return { failed: "unreachable", detail: `HTTP ${answer.status}` };
  if (!sameOrigin(answer.url, url)) return { failed: "refused", detail: "redirected to another origin" };
  const type = readMediaType(answer.headers);
  return TYPES.includes(type) ? { bytes: answer.body } : { failed: "refused", detail: `no picture: ${type}` };
}
