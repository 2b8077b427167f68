// Whom a node may talk to: hosts and addresses of the public internet, and loopback where a district runs on one machine.
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Refusal } from "../kernel/refusal.ts";
import { bareHost } from "./blocks.ts";

/** What decides about an address. `allowPrivate` opens loopback and nothing else. */
export type AddressPolicy = { readonly allowPrivate: boolean };

/** The longest URL we write or follow, in bytes (SAFETY section 4, step 4). */
const URL_BYTES = 2048;

// IANA special-purpose address registries, and what is multicast, reserved or merely routed to nobody's web server. Fedify's
// validatePublicUrl knows most of these (a test shows that we refuse whatever it refuses), but misses 2001:db8::/32,
// 3fff::/20 and others, cannot tell our own addresses, and takes 120 ms and 20 MB to load.
const PRIVATE_IPV4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"],
  ...["198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
];
// Only these IPv6 ranges hold public unicast hosts, the global one and NAT64. All the rest (loopback, mapped, unique local,
// link and site local, discard, local NAT64, SRv6, multicast, unassigned) stays shut without being named.
const PUBLIC_IPV6 = ["2000::/3", "64:ff9b::/96"];
const PRIVATE_IPV6 = [
  // Protocol assignments with Teredo and ORCHID, documentation, 6to4, AS112.
  ...["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"],
  // NAT64 carries IPv4, and with it every private range.
  ...PRIVATE_IPV4.map(embedInNat64),
];
const LOOPBACK = ["127.0.0.0/8"];

const privateRanges = listRanges([...PRIVATE_IPV4, ...PRIVATE_IPV6]);
const publicIpv6 = listRanges(PUBLIC_IPV6);
const loopback = listRanges(LOOPBACK);

/** Whether an IP literal (as `node:dns` or the URL parser spells it, without brackets) is a public unicast address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateRanges.check(address, "ipv4");
    case 6:
      return publicIpv6.check(address, "ipv6") && !privateRanges.check(address, "ipv6");
    default:
      return false;
  }
}

/** Whether an IP literal is 127.0.0.0/8 or ::1 in its own spelling; an IPv4-mapped one is not. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  // BlockList reads ::ffff:127.0.0.1 as 127.0.0.1: a spelling no resolver gives us and only a trick would use.
  if (family === 6) return address === "::1" || /^(0{1,4}:){7}0{0,3}1$/.test(address);
  return loopback.check(address, "ipv4");
}

/** The addresses of this machine: a peer that names one of them would make us talk to ourselves. */
export function listOwnAddresses(): BlockList {
  const own = new BlockList();
  for (const interfaces of Object.values(networkInterfaces())) {
    for (const { address, family } of interfaces ?? []) own.addAddress(address, family === "IPv6" ? "ipv6" : "ipv4");
  }
  return own;
}

/** Whether we may open a connection to this address. `own` is what {@link listOwnAddresses} gave. */
export function mayDial(address: string, policy: AddressPolicy, own: BlockList): boolean {
  if (isLoopbackAddress(address)) return policy.allowPrivate;
  return isPublicAddress(address) && !own.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Whether a host name means this machine by definition (RFC 6761 section 6.3), in the spelling of `bareHost`. */
export function isLocalhostName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/**
 * Reads the text of a URL we are asked to talk to, or says why we will not: https on port 443, no userinfo, a name with
 * a dot or a public literal in its plain spelling. With `allowPrivate`, loopback may use http and any port.
 * A name may still resolve to a private address: only the dialler knows (dial.ts).
 */
export function readTarget(
  text: string,
  policy: AddressPolicy,
): URL | Refusal<"url-malformed" | "url-forbidden" | "host-private"> {
  // The URL parser drops tabs and newlines and turns backslashes: what we check must be what others read.
  const url = Buffer.byteLength(text) > URL_BYTES || /[^\x21-\x7e\u0080-\uffff]|\\/.test(text) ? null : URL.parse(text);
  if (url === null) return { refused: "url-malformed" };
  if (url.username !== "" || url.password !== "") return { refused: "url-forbidden", because: "userinfo" };
  if (url.protocol !== "https:" && url.protocol !== "http:") return { refused: "url-forbidden", because: "scheme" };
  const host = bareHost(url);
  if (isLoopbackAddress(host) || isLocalhostName(host)) {
    return policy.allowPrivate ? url : { refused: "host-private", host };
  }
  if (url.protocol !== "https:") return { refused: "url-forbidden", because: "scheme" };
  if (url.port !== "") return { refused: "url-forbidden", because: "port" };
  if (isIP(host) !== 0) {
    // 0x08080808 and 134744072 are 8.8.8.8 to the parser: nobody honest writes an address so.
    const plain = text.toLowerCase().startsWith(`https://${url.host}`);
    return plain && isPublicAddress(host) ? url : { refused: "host-private", host };
  }
  // A final dot would make a second origin of the same host.
  if (url.hostname.endsWith(".")) return { refused: "url-forbidden", because: "final-dot" };
  return host.includes(".") ? url : { refused: "host-private", host };
}

function embedInNat64(range: string): string {
  const [address = "", prefix] = range.split("/");
  return `64:ff9b::${address}/${96 + Number(prefix)}`;
}

function listRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
