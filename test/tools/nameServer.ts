// A name server on 127.0.0.1:53 that answers, refuses, errs or keeps silent as a test tells it. Needs a network of its own.
import { createSocket } from "node:dgram";
import { isIP } from "node:net";

/** What is said of a name: addresses with the seconds they may be kept, another name, an error, or nothing at all. */
export type NameAnswer =
  | { readonly addresses: readonly string[]; readonly ttlSeconds: number }
  | { readonly alias: string }
  | "no-such-name"
  | "server-failure"
  | "silence";

const TYPES = { A: 1, CNAME: 5, AAAA: 28 } as const;
const RESPONSE_CODES = { "no-such-name": 3, "server-failure": 2 } as const;

/** Starts it. `names` may be changed at any time; a name that is not there does not exist. */
export async function startNameServer(names: Map<string, NameAnswer>): Promise<void> {
  const socket = createSocket("udp4", (query, from) => {
    const { name, type, end } = readQuestion(query);
    const said = names.get(name) ?? "no-such-name";
    if (said === "silence") return;
    const isError = typeof said === "string";
    const records = isError ? [] : listRecords(names, name, type);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // A response, recursion desired and available.
    header.writeUInt16BE(0x8180 | (isError ? RESPONSE_CODES[said] : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(53, "127.0.0.1", resolve));
}

/** The name and the type asked for, and where the question ends. RFC 1035 section 4.1.2. */
function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The chain of aliases, as far as it leads without coming back, and the addresses of that type at its end. */
function listRecords(names: Map<string, NameAnswer>, asked: string, type: number): Buffer[] {
  const records: Buffer[] = [];
  const seen = new Set<string>();
  for (let name = asked; !seen.has(name); ) {
    seen.add(name);
    const said = names.get(name);
    if (said === undefined || typeof said === "string") return records;
    if ("addresses" in said) {
      const family = type === TYPES.A ? 4 : type === TYPES.AAAA ? 6 : 0;
      const fitting = said.addresses.filter((address) => isIP(address) === family);
      return [...records, ...fitting.map((address) => writeRecord(name, type, said.ttlSeconds, writeAddress(address)))];
    }
    records.push(writeRecord(name, TYPES.CNAME, 60, writeName(said.alias)));
    name = said.alias;
  }
  return records;
}

function writeRecord(name: string, type: number, ttlSeconds: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([writeName(name), fixed, data]);
}

function writeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label, "latin1")]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** IPv4 in four bytes; of IPv6 what the tests need: groups in full or one "::" in front. */
function writeAddress(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const groups = address
    .replace(/^::/, "")
    .split(":")
    .map((group) => Number.parseInt(group, 16));
  const bytes = Buffer.alloc(16);
  for (const [i, group] of groups.entries()) bytes.writeUInt16BE(group, 16 - 2 * (groups.length - i));
  return bytes;
}
