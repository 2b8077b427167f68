// Who asks, where a proxy stands in front: only the listed one is believed, and only about the address nearest to it.
import t from "tap";
import { buildHouse, type House } from "./house.ts";

const PURSE = 3;
const STRANGER = "203.0.113.9";
const PROXY = "127.0.0.1";

/** How often somebody at `from` is answered before the address is asked to wait, saying something else each time. */
async function countAnswers({ app }: House, from: string, says: (n: number) => Record<string, string>) {
  for (let n = 1; n <= 2 * PURSE; n++) {
    const { statusCode } = await app.inject({ url: "/try/x", remoteAddress: from, headers: says(n) });
    if (statusCode === 429) return n - 1;
  }
  return 2 * PURSE;
}

const SPOOFS: readonly [string, (n: number) => Record<string, string>][] = [
  ["X-Forwarded-For", (n) => ({ "x-forwarded-for": `198.51.100.${n}` })],
  ["a list in it", (n) => ({ "x-forwarded-for": `198.51.100.${n}, 10.0.0.${n}, 127.0.0.1` })],
  ["Forwarded", (n) => ({ forwarded: `for=198.51.100.${n};proto=https;host=evil.example` })],
  ["X-Real-IP", (n) => ({ "x-real-ip": `198.51.100.${n}` })],
  ["Client-IP", (n) => ({ "client-ip": `198.51.100.${n}`, "x-client-ip": `198.51.100.${n}` })],
];

for (const [name, says] of SPOOFS)
  t.test(`B49 without a proxy ${name} buys a stranger no second purse`, async (t) => {
    const house = await buildHouse(t, { requestsPerMinute: PURSE });
    t.equal(await countAnswers(house, STRANGER, says), PURSE);
  });

t.test("B49 beside a listed proxy whoever comes past it is not believed", async (t) => {
  const house = await buildHouse(t, { requestsPerMinute: PURSE, trustProxy: [PROXY] });
  for (const [name, says] of SPOOFS.slice(0, 1)) t.equal(await countAnswers(house, STRANGER, says), PURSE, name);
});

t.test(
  "B49 behind the listed proxy each client has a purse of its own, however it lies before the proxy",
  async (t) => {
    const house = await buildHouse(t, { requestsPerMinute: PURSE, trustProxy: [PROXY] });
    const honest = (n: number) => ({ "x-forwarded-for": `198.51.100.${n}` });
    t.equal(await countAnswers(house, PROXY, honest), 2 * PURSE, "one each");
    // A proxy that adds to what it was sent: only the last address is its own word.
    const liar = (n: number) => ({ "x-forwarded-for": `192.0.2.${n}, 198.51.100.77` });
    t.equal(await countAnswers(house, PROXY, liar), PURSE);
    const viaAnother = (n: number) => ({ "x-forwarded-for": `192.0.2.${n}, ${PROXY}, 198.51.100.78` });
    t.equal(await countAnswers(house, PROXY, viaAnother), PURSE, "not even past its own name");
  },
);

t.test("B49 no forwarded host or protocol reaches an address that we write", async (t) => {
  const house = await buildHouse(t, { trustProxy: [PROXY] });
  const headers = {
    accept: "text/html",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "gopher",
    "x-forwarded-port": "666",
    "x-forwarded-prefix": "/evil.example",
    "x-original-url": "/node",
    "x-rewrite-url": "/node",
  };
  for (const url of ["/try/x", "/account", "/node", "/absent"]) {
    const { body, headers: said, statusCode } = await house.app.inject({ url, remoteAddress: PROXY, headers });
    t.notMatch(body + JSON.stringify(said), /evil\.example|gopher|:666/, url);
    t.equal(statusCode, { "/try/x": 200, "/account": 303, "/node": 303, "/absent": 404 }[url], url);
  }
});
