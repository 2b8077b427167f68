import { validatePublicUrl } from "@fedify/fedify/runtime";
import fc from "fast-check";
import t from "tap";
import { isPublicAddress, listOwnAddresses, mayDial, readTarget } from "../../src/activitypub/addresses.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";

const PRIVATE_ADDRESSES = [
  ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "169.254.169.254"],
  ...["172.16.0.1", "172.31.255.255", "192.168.1.1", "198.18.0.1", "198.19.255.255", "192.0.2.1", "192.0.0.8"],
  ...["198.51.100.1", "203.0.113.1", "192.88.99.1", "192.31.196.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
  ...["::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1"],
  ...["64:ff9b::192.31.196.1", "64:ff9b:1::1", "64:ff9b:1::808:808", "2002:7f00::", "2002:808:808::1", "2001::1"],
  ...["2001:20::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1"],
  ...["ff02::1", "4000::1", "2620:4f:8000::1"],
];

t.test("B26 no special-purpose address counts as public", async (t) => {
  for (const address of PRIVATE_ADDRESSES) t.notOk(isPublicAddress(address), address);
  for (const text of ["", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "fe80::1%lo", "8.8.8.8:443"]) {
    t.notOk(isPublicAddress(text), `${text} is no address as a resolver spells it`);
  }
});

t.test("public addresses of both families count as public", async (t) => {
  for (const address of [
    "8.8.8.8",
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1",
    "2a01:4f8::1",
  ]) {
    t.ok(isPublicAddress(address), address);
  }
  t.ok(isPublicAddress("64:ff9b::8.8.8.8"), "NAT64 of a public address, on a network with IPv6 only");
});

t.test("B26 the addresses next to each range edge are judged apart", async (t) => {
  const edges = [
    ["9.255.255.255", "10.0.0.0"],
    ["11.0.0.0", "10.255.255.255"],
    ["100.63.255.255", "100.64.0.0"],
    ["192.167.255.255", "192.168.0.0"],
    ["223.255.255.255", "224.0.0.0"],
    ["2001:200::", "2001:1ff:ffff::"],
    ["3ffe:ffff::1", "3fff:0fff::1"],
  ] as const;
  for (const [open, shut] of edges) {
    t.ok(isPublicAddress(open), open);
    t.notOk(isPublicAddress(shut), shut);
  }
});

t.test("B26 whatever Fedify's own filter refuses, ours refuses too", async () => {
  const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  // By chance alone hardly any address would fall near a range that matters.
  const heads = fc.constantFrom(
    [0x2001, 0],
    [0x2001, 0xdb8],
    [0x2002],
    [0x64, 0xff9b, 0, 0, 0, 0],
    [0x2620, 0x4f],
    [0xfc00],
  );
  const near = fc.tuple(heads, groups).map(([head, tail]) => [...head, ...tail].slice(0, 8));
  const addresses = fc.oneof(
    octets.map((all) => all.join(".")),
    fc.oneof(groups, near).map((all) => all.map((group) => group.toString(16)).join(":")),
  );
  const property = fc.asyncProperty(addresses, async (address) => {
    const url = `https://${address.includes(":") ? `[${address}]` : address}/`;
    const refused = await validatePublicUrl(url).then(
      () => false,
      () => true,
    );
    return !(refused && isPublicAddress(address));
  });
  await fc.assert(property, { numRuns: 2000 });
});

t.test("B26 this machine's own addresses are not dialled, though public", async (t) => {
  const own = listOwnAddresses();
  own.addAddress("8.8.4.4", "ipv4");
  own.addAddress("2a01:4f8::7", "ipv6");
  t.notOk(mayDial("8.8.4.4", { allowPrivate: true }, own));
  t.notOk(mayDial("2a01:4f8:0:0::7", { allowPrivate: true }, own));
  t.ok(mayDial("8.8.8.8", { allowPrivate: false }, own));
});

t.test("allowPrivate opens loopback in its own spelling and nothing else", async (t) => {
  const own = listOwnAddresses();
  const open = PRIVATE_ADDRESSES.filter((address) => mayDial(address, { allowPrivate: true }, own));
  t.strictSame(open, ["127.0.0.1", "127.255.255.254", "::1"]);
  t.ok(mayDial("0:0:0:0:0:0:0:1", { allowPrivate: true }, own));
  t.strictSame(
    PRIVATE_ADDRESSES.filter((address) => mayDial(address, { allowPrivate: false }, own)),
    [],
  );
});

t.test("B26 URLs that name a private host in any spelling are refused before a name is looked up", async (t) => {
  for (const host of [
    ...["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1.", "①②⑦.0.0.1", "0", "0.0.0.0"],
    ...["localhost", "LOCALHOST", "localhost.", "foo.localhost", "foo.localhost.", "ⓛocalhost", "intranet", "unix"],
    ...["169.254.169.254", "10.0.0.1", "134744072", "0x08080808", "8.8.2056"],
    ...PRIVATE_ADDRESSES.filter((address) => address.includes(":")).map((address) => `[${address}]`),
  ]) {
    t.match(readTarget(`https://${host}/inbox`, { allowPrivate: false }), { refused: "host-private" }, host);
  }
});

t.test("B29 only https on port 443 without userinfo is a target", async (t) => {
  const refused = [
    ...["http://farm.example/", "https://farm.example:22/", "https://farm.example:25/", "https://farm.example:6379/"],
    ...["https://farm.example:80/", "https://u@farm.example/", "https://u:p@farm.example/", "https://farm.example./"],
    ...["ftp://farm.example/", "file:///etc/passwd", "data:text/plain,x", "gopher://farm.example/", "unix:/run/x"],
    ...["javascript:1", "blob:https://farm.example/1", "http+unix://farm.example/", "//farm.example/", "farm.example"],
    ...["https://farm.exa\nmple/", " https://farm.example/", "https://farm.example\\@127.0.0.1/", "https://"],
    ...[`https://farm.example/${"a".repeat(2048)}`, "https://[::1%25lo]/", "https://farm.example:443443/", ""],
  ];
  for (const text of refused) t.ok(isRefusal(readTarget(text, { allowPrivate: true })), text.slice(0, 60));
  for (const text of [
    "https://farm.example/p",
    "https://FARM.example:443/p",
    "https://bücher.example/",
    "https://1.1.1.1/",
  ]) {
    t.notOk(isRefusal(readTarget(text, { allowPrivate: false })), text);
  }
});

t.test("with allowPrivate loopback may use http and any port, other private hosts still nothing", async (t) => {
  const policy = { allowPrivate: true };
  for (const text of [
    "http://127.0.0.1:8001/a",
    "http://localhost:8000/",
    "http://farm.localhost:1/",
    "http://[::1]:2/",
  ]) {
    t.notOk(isRefusal(readTarget(text, policy)), text);
    t.ok(isRefusal(readTarget(text, { allowPrivate: false })), text);
  }
  for (const text of [
    "http://10.0.0.1/",
    "https://192.168.1.1/",
    "http://[::ffff:127.0.0.1]:80/",
    "http://0.0.0.0:80/",
  ]) {
    t.ok(isRefusal(readTarget(text, policy)), text);
  }
});
