// Reads a text of the web as any visitor would: unsigned, whole or not at all. What it says is somebody else's.
import { readMediaType } from "./fetchDocument.ts";
import type { Fetcher } from "./guardedFetch.ts";
import type { ActorFailure } from "./senders.ts";

const PAGE = ["text/html", "application/xhtml+xml"];

/** The text at an address and where it was in the end, after redirects; at most 1 MiB. Never throws for what the world does. */
export async function fetchPage(
  fetcher: Fetcher,
  url: string,
  types: readonly string[] = PAGE,
): Promise<{ readonly text: string; readonly url: string } | ActorFailure> {
  const answer = await fetcher.get(url, { accept: types.join(", ") });
  if (!answer.ok) return { failed: "unreachable", detail: `${answer.failure}: ${answer.detail}` };
  if (answer.status === 410 || answer.status === 404) return { failed: "gone", detail: `HTTP ${answer.status}` };
  if (answer.status !== 200) return { failed: "unreachable", detail: `HTTP ${answer.status}` };
  const type = readMediaType(answer.headers);
  if (!types.includes(type)) return { failed: "refused", detail: `another kind of text: ${type}` };
  return { text: answer.body.toString("utf8"), url: answer.url };
}
