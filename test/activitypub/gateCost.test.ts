// What a stranger can make the gate spend, in CPU time. Apart from the tests of what it decides: measuring coverage slows
// code down several times.
import t from "tap";
import { inspectDelivery } from "../../src/activitypub/gate.ts";
import { readJson } from "../../src/activitypub/jsonScan.ts";
import { deliver, FOLLOW, SETTINGS } from "./signedDelivery.ts";

const LIMIT_MS = 5;

t.test("B20 the worst 256 KiB cost no more than 5 ms", async (t) => {
  const size = 256 * 1024;
  const fill = (unit: string, start = "", end = "") => {
    const count = Math.floor((size - start.length - end.length) / unit.length);
    return Buffer.from(start + unit.repeat(count) + end);
  };
  // 1,000 names, used as often as values are allowed, at a length that fills the body.
  const named = (start: string, perObject: number) => {
    const names = Array.from({ length: 1_000 }, (_, i) => `"${start}${String(i).padStart(36, "k")}":[]`);
    const object = (o: number) =>
      `{${Array.from({ length: perObject }, (_, i) => names[(o * perObject + i) % 1_000]).join(",")}}`;
    return Buffer.from(
      `[${Array.from({ length: Math.floor(4_990 / (perObject + 1)) }, (_, o) => object(o)).join(",")}]`,
    );
  };
  const worst = {
    deep: fill("["),
    deepObjects: fill('{"a":'),
    items: fill("0,", "[", "0]"),
    newNames: Buffer.from(
      `{${Array.from({ length: 5_000 }, (_, i) => `"${String(i).padStart(42, "k")}":0`).join(",")}}`,
    ),
    wideObjects: named("", 250),
    manyObjects: named("", 2),
    escapedNames: named("\\u006b", 250),
    oneString: fill("x", '["', '"]'),
    oneEscapedString: fill("\\u00e8", '["', '"]'),
    backslashes: fill("\\\\", '["', '"]'),
    spaces: fill(" ", "[", "]"),
    openString: fill("x", '"'),
    oneNumber: fill("1", "[", "]"),
    quotes: fill('"'),
  };
  for (const [name, bytes] of Object.entries(worst)) {
    t.ok(bytes.length <= size, `${name} fits a body`);
    const cost = leastMs(() => readJson(bytes));
    t.ok(cost <= LIMIT_MS, `${name} cost ${cost} ms`);
  }
});

t.test("B20 bodies that pass the scan cost the whole gate no more than 5 ms either", async (t) => {
  const chain = Object.fromEntries(
    Array.from({ length: 250 }, (_, i) => [`t${i}`, i ? `t${i - 1}:x` : "https://e.test/"]),
  );
  const small = Object.fromEntries(Object.entries(chain).slice(0, 70));
  const bodies = {
    strings: { ...FOLLOW, tag: Array(4_900).fill("x".repeat(48)) },
    unicode: { ...FOLLOW, content: "è".repeat(120_000) },
    prefixes: { ...FOLLOW, "@context": [FOLLOW["@context"], chain, chain] },
    nestedContexts: { ...FOLLOW, tag: Array(60).fill({ "@context": small }) },
    objects: { ...FOLLOW, tag: Array(1_600).fill({ name: "a".repeat(40), href: "https://p.test/1" }) },
    embedded: { ...FOLLOW, type: "Undo", object: Array(1_200).fill({ type: ["Undo"], object: "https://p.test/1" }) },
  };
  for (const [name, body] of Object.entries(bodies)) {
    const delivery = deliver(body);
    t.notOk("refused" in inspectDelivery(delivery, SETTINGS), `${name} goes all the way`);
    const cost = leastMs(() => inspectDelivery(delivery, SETTINGS));
    t.ok(cost <= LIMIT_MS, `${name} cost ${cost} ms`);
  }
});

t.test("B4 signature headers made to be slow cost no more than 5 ms", async (t) => {
  const labels = (member: string) =>
    Array.from({ length: 200 }, (_, i) => `s${i}=${member}`)
      .join(",")
      .slice(0, 4_096);
  const headers: Record<string, string>[] = [
    { signature: "x".repeat(65_536) },
    { signature: 'a="b",'.repeat(600) },
    { signature: `keyId="${" ".repeat(4_000)}` },
    { signature: labels(":eA==:"), "signature-input": labels('("@method");keyid="k"') },
    { signature: "s=:eA==:", "signature-input": `s=(${'"a" '.repeat(1_000)})` },
    { signature: "s=:eA==:", "signature-input": `s=(${" ".repeat(4_000)}` },
    { signature: "s=:eA==:", "signature-input": `s=("@method")${";a".repeat(2_000)}` },
    { signature: `s=:${"A".repeat(4_000)}:`, "signature-input": `s=("@method");keyid="${"k".repeat(4_000)}"` },
  ];
  for (const change of headers) {
    const delivery = deliver(FOLLOW, { headers: change });
    t.ok("refused" in inspectDelivery(delivery, SETTINGS));
    const cost = leastMs(() => inspectDelivery(delivery, SETTINGS));
    t.ok(cost <= LIMIT_MS, `${JSON.stringify(change).slice(0, 60)} cost ${cost} ms`);
  }
});

// The thread's own time. Its clock ticks in 4 ms, so a sample is twenty rounds, and reads at most 0.2 ms too little. The
// best of five samples: what a neighbour on the same core takes from the caches is not our cost.
function leastMs(act: () => void): number {
  act();
  return Math.min(...Array.from({ length: 5 }, () => measureMs(act, 20)));
}

function measureMs(act: () => void, rounds: number): number {
  const start = process.threadCpuUsage();
  for (let round = 0; round < rounds; round++) act();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000 / rounds;
}
