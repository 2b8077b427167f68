import type { LookupAddress } from "node:dns";
import { BlockList, type Socket } from "node:net";
import t from "tap";
import { buildDialler, type DialOptions, resolveHost } from "../../src/activitypub/dial.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";

/** Dials once; gives the address reached or the code of the failure. */
function dial(options: Partial<DialOptions>, hostname: string, port: number): Promise<string> {
  const connect = buildDialler({
    allowPrivate: false,
    connectTimeoutMs: 2000,
    listOwn: () => new BlockList(),
    ...options,
  });
  return new Promise((resolve) => {
    connect(
      { hostname, protocol: "http:", port: String(port) },
      (error: NodeJS.ErrnoException | null, socket: Socket | null) => {
        if (error) resolve(error.code ?? error.message);
        else resolve(`reached ${socket?.remoteAddress}`);
        socket?.destroy();
      },
    );
  });
}

function answering(...addresses: string[]): () => Promise<LookupAddress[]> {
  return async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
}

t.test("B26 dialling loopback by any literal or name sends no packet", async (t) => {
  const peer = await startEvilPeer();
  t.teardown(peer.close);
  t.equal(await dial({ allowPrivate: true }, "127.0.0.1", peer.port), "reached 127.0.0.1", "the counter counts");
  t.equal(peer.connections(), 1);
  for (const literal of [
    "127.0.0.1",
    "127.0.0.2",
    "0.0.0.0",
    "::",
    "::1",
    "[::1]",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
  ]) {
    t.equal(await dial({}, literal, peer.port), "EPRIVATEADDRESS", literal);
  }
  for (const name of ["localhost", "localhost.", "LOCALHOST", "a.localhost"]) {
    t.equal(await dial({}, name, peer.port), "EPRIVATEADDRESS", name);
  }
  for (const address of [
    "127.0.0.1",
    "0.0.0.0",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "10.0.0.1",
    "169.254.169.254",
  ]) {
    t.equal(await dial({ resolve: answering(address) }, "e.example", peer.port), "EPRIVATEADDRESS", address);
  }
  t.equal(peer.connections(), 1, "0 packets");
});

t.test("B26 an own public address is not dialled, by name or literal", async (t) => {
  const own = new BlockList();
  own.addAddress("8.8.4.4", "ipv4");
  const listOwn = () => own;
  t.equal(await dial({ listOwn }, "8.8.4.4", 443), "EPRIVATEADDRESS");
  t.equal(await dial({ listOwn, resolve: answering("8.8.4.4") }, "me.example", 443), "EPRIVATEADDRESS");
});

t.test("B27 a name that is public when checked and private when dialled is refused at the dial", async (t) => {
  const peer = await startEvilPeer();
  t.teardown(peer.close);
  const answers = [["8.8.8.8"], ["127.0.0.1"]];
  const resolve = async () => answering(...(answers.shift() ?? []))();
  await resolve();
  t.equal(await dial({ resolve }, "rebind.example", peer.port), "EPRIVATEADDRESS");
  t.equal(peer.connections(), 0);
});

t.test("B27 of a mixed set only the permitted addresses are dialled", async (t) => {
  const peer = await startEvilPeer();
  t.teardown(peer.close);
  const resolve = answering("10.0.0.1", "::ffff:127.0.0.1", "127.0.0.1", "fe80::1");
  t.equal(await dial({ resolve, allowPrivate: true }, "mixed.example", peer.port), "reached 127.0.0.1");
});

t.test("A28 names without addresses, or with none we may use, fail with their cause", async (t) => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error(code), { code });
  };
  for (const code of ["ENOTFOUND", "ESERVFAIL", "ETIMEOUT", "EBADRESP"]) {
    t.equal(await dial({ resolve: failing(code) }, "gone.example", 443), code);
  }
  t.equal(await dial({ resolve: answering() }, "empty.example", 443), "EPRIVATEADDRESS");
  t.equal(await dial({ resolve: answering("fd00::1") }, "aaaa-only.example", 443), "EPRIVATEADDRESS");
});

t.test("names of the hosts file are found though DNS knows nothing of them", async (t) => {
  const addresses = await resolveHost("localhost");
  t.ok(addresses.some(({ address }) => address === "127.0.0.1" || address === "::1"));
});
