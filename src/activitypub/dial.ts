// Opens connections for the outbound client. The address is judged here, at the moment of dialling, so that a name which
// answers differently the second time (DNS rebinding) or with a mixed set gains nothing.
import type { LookupAddress } from "node:dns";
import { lookup as lookupBySystem, Resolver } from "node:dns/promises";
import { type BlockList, isIP, type LookupFunction } from "node:net";
import type { buildConnector as Connectors } from "undici";
import { type AddressPolicy, isLocalhostName, listOwnAddresses, mayDial } from "./addresses.ts";
import { makeConnector } from "./undici.ts";

/** Finds the addresses of a host name; rejects with an error whose `code` says why. */
type ResolveHost = (hostname: string) => Promise<readonly LookupAddress[]>;

/** What a dialler needs. `resolve` and `listOwn` are the world; tests put a lying one in their place. */
export type DialOptions = AddressPolicy & {
  readonly connectTimeoutMs: number;
  readonly resolve?: ResolveHost;
  readonly listOwn?: () => BlockList;
};

/** The name resolves, but to nothing we may talk to. */
class PrivateAddressError extends Error {
  readonly code = "EPRIVATEADDRESS";
}

/** A connector for undici that connects only to addresses `mayDial` allows, whether named or literal. */
export function buildDialler(options: DialOptions): Connectors.connector {
  const { resolve = resolveHost, listOwn = listOwnAddresses, connectTimeoutMs, ...policy } = options;

  const lookup: LookupFunction = (hostname, { all }, callback) => {
    findPermitted(hostname).then(
      (addresses) => {
        if (all) callback(null, addresses);
        else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  async function findPermitted(hostname: string): Promise<LookupAddress[]> {
    const name = hostname.toLowerCase().replace(/\.+$/, "");
    // RFC 6761: never ask the network where localhost is.
    const found = isLocalhostName(name) ? [{ address: "127.0.0.1", family: 4 }] : await resolve(hostname);
    const own = listOwn();
    const permitted = found.filter(({ address }) => mayDial(address, policy, own));
    if (permitted.length === 0) throw new PrivateAddressError("resolves to no public address");
    return permitted;
  }

  const connect = makeConnector({ lookup, timeout: connectTimeoutMs, maxCachedSessions: 500 });
  return (target, callback) => {
    // Node calls no lookup for a literal, so it is judged here.
    const literal = target.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !mayDial(literal, policy, listOwn())) {
      queueMicrotask(() => callback(new PrivateAddressError("is no public address"), null));
      return;
    }
    connect(target, callback);
  };
}

const resolver = new Resolver({ timeout: 2000, tries: 2 });
// What DNS answers when it does not know the name, or when there is no DNS: the system may know more (hosts file, mDNS).
const UNKNOWN_TO_DNS = new Set(["ENOTFOUND", "ENODATA", "ECONNREFUSED"]);

/**
 * Addresses of a name, IPv4 first. Asks DNS by c-ares, which waits without a thread: the system's resolver has four, and
 * some dead names would keep the living waiting. No answer is kept, so none outlives its TTL.
 */
export async function resolveHost(hostname: string): Promise<readonly LookupAddress[]> {
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length > 0) return addresses.map((address) => ({ address, family: isIP(address) }));
  for (const answer of answers) {
    if (answer.status === "rejected" && !UNKNOWN_TO_DNS.has(answer.reason.code)) throw answer.reason;
  }
  return lookupBySystem(hostname, { all: true });
}
