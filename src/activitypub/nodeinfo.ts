// What a host says about its software (NodeInfo 2.x): it informs people and decides nothing.
import { isRefusal } from "../kernel/refusal.ts";
import { list, readMediaType, sameOrigin } from "./fetchDocument.ts";
import type { Fetcher } from "./guardedFetch.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { type DiscoverOptions, originOf } from "./webfinger.ts";

/** What could be read; null for what was absent, unreadable, too large or on another host. */
export type HostInfo = {
  readonly software: { readonly name: string; readonly version: string } | null;
  /** The host's instance actor (FEP-2677). */
  readonly applicationUri: string | null;
};

const SCHEMAS = ["2.1", "2.0"].map((version) => `http://nodeinfo.diaspora.software/ns/schema/${version}`);
const APPLICATION = "https://www.w3.org/ns/activitystreams#Application";
const NODEINFO_BYTES = 64 * 1024;

/** Reads a host's NodeInfo. Never fails: a host that says nothing useful is a host we know nothing about. */
export async function readHostInfo(fetcher: Fetcher, host: string, options: DiscoverOptions): Promise<HostInfo> {
  const wellKnown = `${originOf(host, options.allowPrivate)}/.well-known/nodeinfo`;
  const links = list((await fetchJson(fetcher, wellKnown, options))?.links)
    .slice(0, 20)
    .filter(isJsonObject);
  const find = (rel: string): string | null => {
    const href = links.find((link) => link.rel === rel)?.href;
    // A host speaks of itself: a link elsewhere would only make us knock on somebody's door.
    return typeof href === "string" && sameOrigin(href, wellKnown) ? href : null;
  };
  const schemaUrl = SCHEMAS.map(find).find((href) => href !== null);
  const json = schemaUrl ? await fetchJson(fetcher, schemaUrl, options) : null;
  // Fedify takes 400 ms to load: only those wait who look at a host.
  const { parseNodeInfo } = await import("@fedify/fedify/nodeinfo");
  const info = json ? parseNodeInfo(json, { tryBestEffort: true }) : null;
  const software = info ? { name: cut(info.software.name), version: cut(info.software.version) } : null;
  return { software, applicationUri: find(APPLICATION) };
}

async function fetchJson(fetcher: Fetcher, url: string, { parse }: DiscoverOptions): Promise<JsonObject | null> {
  const answer = await fetcher.get(url, { accept: "application/json", maxBytes: NODEINFO_BYTES });
  if (!answer.ok || answer.status !== 200 || !/^application\/([a-z.]+\+)?json$/.test(readMediaType(answer.headers))) {
    return null;
  }
  const json = parse(answer.body);
  return isRefusal(json) ? null : json;
}

function cut(text: string): string {
  return text.slice(0, 100);
}
