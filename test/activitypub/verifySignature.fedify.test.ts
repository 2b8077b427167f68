// Our signature check against Fedify's, which it replaces on the hot path (docs/adr/0004): whatever a request looks like,
// ours may be stricter and is never laxer.
import { KeyObject } from "node:crypto";
import { signRequest, verifyRequest } from "@fedify/fedify/sig";
import { CryptographicKey } from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import fc from "fast-check";
import t from "tap";
import { readSignature } from "../../src/activitypub/signatureHeaders.ts";
import { verifySignature } from "../../src/activitypub/verifySignature.ts";
import { FOLLOW, NOW, RSA } from "./signedDelivery.ts";

type Sent = {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly now: number;
};
type Change = (sent: Sent) => Sent;

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const KEY_ID = new URL("https://p.test/p#main-key");
const PRIVATE_KEY = RSA.privateKey.toCryptoKey(ALGORITHM, true, ["sign"]) as CryptoKey;
const PUBLIC_KEY = new CryptographicKey({
  id: KEY_ID,
  owner: new URL("https://p.test/p"),
  publicKey: RSA.publicKey.toCryptoKey(ALGORITHM, true, ["verify"]) as CryptoKey,
});
const SPECS = ["draft-cavage-http-signatures-12", "rfc9421"] as const;

for (const spec of SPECS) {
  t.test(`what Fedify signs by ${spec}, both accept`, async (t) => {
    const sent = await sendSigned(spec);
    t.ok(await fedifyAccepts(sent));
    t.ok(weAccept(sent));
  });

  t.test(`whatever is changed in a request signed by ${spec}, we never accept what Fedify refuses`, async (t) => {
    const sent = await sendSigned(spec);
    const seen = { both: 0, neither: 0, fedifyOnly: 0 };
    const changes = fc.array(changeOf(sent), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const changed = list.reduce((one, { change }) => change(one), sent);
        const [fedify, ours] = [await fedifyAccepts(changed), weAccept(changed)];
        seen[fedify && ours ? "both" : fedify ? "fedifyOnly" : "neither"]++;
        return fedify || !ours;
      }),
      { seed: 1, numRuns: 600 },
    );
    t.comment(JSON.stringify(seen));
    t.ok(seen.both > 10, "harmless changes are accepted by both");
    t.ok(seen.neither > 100, "harmful ones by none");
  });
}

async function sendSigned(spec: (typeof SPECS)[number]): Promise<Sent> {
  const body = JSON.stringify(FOLLOW);
  const request = new Request("https://gas.test/banco/inbox", {
    method: "POST",
    headers: { host: "gas.test", "content-type": "application/activity+json", accept: "*/*" },
    body,
  });
  const currentTime = Temporal.Instant.fromEpochMilliseconds(NOW) as never;
  const signed = await signRequest(request, PRIVATE_KEY, KEY_ID, { spec, currentTime });
  return { url: request.url, headers: [...signed.headers], body, now: NOW };
}

async function fedifyAccepts({ url, headers, body, now }: Sent): Promise<boolean> {
  try {
    const request = new Request(url, { method: "POST", headers: headers.map(([name, value]) => [name, value]), body });
    const key = await verifyRequest(request, {
      currentTime: Temporal.Instant.fromEpochMilliseconds(now) as never,
      timeWindow: { hours: 1 },
      keyCache: { get: async () => PUBLIC_KEY, set: async () => {} },
      // Nothing is fetched: where the cached key fails, Fedify asks for a fresh one.
      documentLoader: async () => Promise.reject(new Error("no network")),
    });
    return key !== null;
  } catch {
    return false;
  }
}

function weAccept({ url, headers, body, now }: Sent): boolean {
  const index = new Map<string, string[]>();
  for (const [name, value] of headers) index.set(name, [...(index.get(name) ?? []), value]);
  // The request target as it came, query and all: the gate knows no other path.
  const { origin } = new URL(url);
  const request = {
    method: "POST",
    path: url.slice(origin.length),
    origin,
    headers: index,
    body: Buffer.from(body),
    now,
  };
  const signature = readSignature(request);
  return (
    !("refused" in signature) &&
    verifySignature({ signature }, KeyObject.from(RSA.publicKey.toCryptoKey(ALGORITHM, true, ["verify"])))
  );
}

// One thing that goes wrong on the way, or is made to: described, so that a counterexample can be read.
function changeOf(sent: Sent): fc.Arbitrary<{ says: string; change: Change }> {
  const name = fc.constantFrom(...sent.headers.map(([name]) => name), "signature", "signature", "signature-input");
  const text = fc.constantFrom(
    ..."aA09 \t,;=\"':()-_/?#@",
    "  ",
    "sha",
    '",',
    ',algorithm="rsa-sha1"',
    ";x=1",
    ';alg="ed25519"',
  );
  const inValue =
    (edit: (value: string) => string, which: string): Change =>
    (one) => ({
      ...one,
      headers: one.headers.map(([name, value]) => [name, name === which ? edit(value) : value] as const),
    });
  return fc.oneof(
    fc.record({ which: name, at: fc.nat(700), cut: fc.nat(2), text }).map(({ which, at, cut, text }) => ({
      says: `${which} at ${at}: ${cut} characters become ${JSON.stringify(text)}`,
      change: inValue(
        (value) => value.slice(0, at % (value.length + 1)) + text + value.slice((at % (value.length + 1)) + cut),
        which,
      ),
    })),
    fc.constantFrom(...REPLACEMENTS).map(([from, to]) => ({
      says: `${from} becomes ${to}`,
      change: (one: Sent) => ({
        ...one,
        headers: one.headers.map(([name, value]) => [name, value.replace(from, to)] as const),
      }),
    })),
    name.map((which) => ({
      says: `${which} is left out`,
      change: (one: Sent) => ({ ...one, headers: one.headers.filter(([name]) => name !== which) }),
    })),
    fc.record({ which: name, twin: fc.option(name) }).map(({ which, twin }) => ({
      says: `${which} comes again with the value of ${twin ?? which}`,
      change: (one: Sent) => {
        const value = one.headers.find(([name]) => name === (twin ?? which))?.[1] ?? "";
        return { ...one, headers: [...one.headers, [which, value] as const] };
      },
    })),
    changeOfCourse(),
  );
}

// What happens to the request as a whole: time, way, body, and headers nobody signed.
function changeOfCourse(): fc.Arbitrary<{ says: string; change: Change }> {
  return fc.oneof(
    fc.constantFrom(-3_601, -3_600, -1, 1, 3_600, 3_601).map((seconds) => ({
      says: `it arrives ${seconds} s later`,
      change: (one: Sent) => ({ ...one, now: one.now + seconds * 1000 }),
    })),
    fc.constantFrom("/inbox", "/banco/inboX", "/banco/inbox?a=1").map((path) => ({
      says: `it is delivered to ${path}`,
      change: (one: Sent) => ({ ...one, url: `https://gas.test${path}` }),
    })),
    fc.constantFrom("", " ", "{}").map((tail) => ({
      says: `the body ends in ${JSON.stringify(tail)}`,
      change: (one: Sent) => ({ ...one, body: one.body + tail }),
    })),
    fc.constantFrom(["x-trace", "1"] as const, ["accept", "text/html"] as const).map((header) => ({
      says: `a proxy adds ${header[0]}`,
      change: (one: Sent) => ({ ...one, headers: [...one.headers, header] }),
    })),
  );
}

const REPLACEMENTS: readonly (readonly [string | RegExp, string])[] = [
  ["rsa-sha256", "hs2019"],
  ["rsa-sha256", "rsa-sha1"],
  ["rsa-sha256", "rsa-sha512"],
  ['algorithm="rsa-sha256",', ""],
  [';alg="rsa-v1_5-sha256"', ""],
  ["rsa-v1_5-sha256", "rsa-v1_5-sha512"],
  ["rsa-v1_5-sha256", "RSA-V1_5-SHA256"],
  ["(request-target) ", ""],
  [" date", ""],
  [" digest", ""],
  [' "content-digest"', ""],
  ['"@method" ', ""],
  ['"@target-uri"', '"@path"'],
  ["SHA-256=", "sha-256="],
  ["SHA-256=", "SHA=AAAA,SHA-256="],
  ["SHA-256=", "MD5=AAAA,SHA-256="],
  ["SHA-256=", "SHA-512="],
  ["sha-256=:", "sha-512=:AAAA:, sha-256=:"],
  [/^sig1=/, "sig2="],
  [/$/, " "],
  [/^/, "  "],
  [/;created=\d+/, ""],
  [/;created=\d+/, ";created=1"],
  ["#main-key", "#other-key"],
  ["GMT", "UTC"],
  ["22 Nov", "22 nov"],
];
