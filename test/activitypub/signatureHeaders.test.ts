import { createHash } from "node:crypto";
import t from "tap";
import { type Delivery, inspectDelivery } from "../../src/activitypub/gate.ts";
import { readSignature } from "../../src/activitypub/signatureHeaders.ts";
import { verifySignature } from "../../src/activitypub/verifySignature.ts";
import { type Changes, deliver, ED25519, FOLLOW, NOW, RSA, SETTINGS } from "./signedDelivery.ts";

const SPECS = ["draft-cavage", "rfc9421"] as const;
const MINUTE = 60_000;
const answerTo = (changes: Changes) => inspectDelivery(deliver(FOLLOW, changes), SETTINGS);
const sent = (spec: (typeof SPECS)[number], name: string): string => {
  const { rawHeaders } = deliver(FOLLOW, { spec });
  return rawHeaders[rawHeaders.indexOf(name) + 1]!;
};

t.test("each way of signing that the fediverse uses is read and verified", async (t) => {
  const ways: Changes[] = [
    {},
    { algorithm: null },
    { algorithm: "hs2019" },
    { algorithm: "rsa-sha512", hash: "sha512" },
    { algorithm: "ed25519", key: ED25519.privateKey },
    { algorithm: null, key: ED25519.privateKey },
    { covered: ["(request-target)", "host", "date", "digest", "content-type"] },
    { parameters: `,created=${NOW / 1000},expires=${NOW / 1000 + 60}` },
    { spec: "rfc9421" },
    { spec: "rfc9421", algorithm: null },
    { spec: "rfc9421", algorithm: "rsa-v1_5-sha512", hash: "sha512" },
    { spec: "rfc9421", algorithm: "ed25519", key: ED25519.privateKey },
    { spec: "rfc9421", covered: ["@method", "@path", "@authority", "content-digest", "date"] },
    { spec: "rfc9421", covered: ["@method", "@path", "host", "content-type", "content-digest"] },
    { spec: "rfc9421", parameters: `;created=${NOW / 1000};expires=${NOW / 1000 + 1};nonce="n\\"1";tag="t"` },
  ];
  for (const way of ways) {
    const answer = answerTo(way);
    if ("refused" in answer) return t.fail(`${JSON.stringify(way)}: ${answer.refused}`);
    const key = way.key === undefined ? RSA.publicKey : ED25519.publicKey;
    t.ok(verifySignature(answer.pass, key), JSON.stringify(way));
  }
});

t.test("a SHA-512 digest counts as well", async (t) => {
  const sha512 = createHash("sha512").update(JSON.stringify(FOLLOW)).digest("base64");
  const digest = { headers: { digest: `sha-512=${sha512}`, "content-digest": `sha-512=:${sha512}:` } };
  // Set after signing: the gate reads it all the same, the signature over it is another matter.
  for (const spec of SPECS) t.notOk("refused" in answerTo({ ...digest, spec }), spec);
});

t.test(
  "B3 an unsigned body, or one whose digest is missing, weak, doubled or of other bytes, is refused",
  async (t) => {
    const body = JSON.stringify(FOLLOW);
    const hash = (name: string) => createHash(name).update(body).digest("base64");
    for (const signature of [null, "", "x", "Signature", 'keyId="https://p.test/p#main-key"']) {
      t.match(answerTo({ headers: { signature } }), { status: 401 }, `${signature}`);
      t.match(answerTo({ spec: "rfc9421", headers: { signature } }), { status: 401 }, `${signature}`);
    }
    const cavage = [
      null,
      "",
      hash("sha256"),
      `SHA-256=${hash("sha512")}`,
      `SHA-256=${createHash("sha256").update("").digest("base64")}`,
      `SHA-256=${hash("sha256").replace("=", "")}`,
      `SHA-256=${hash("sha256")},SHA-512=${hash("sha512")}`,
      `SHA=${hash("sha1")}`,
      `SHA-1=${hash("sha1")}`,
      `MD5=${hash("md5")}`,
      [`SHA-256=${hash("sha256")}`, `SHA-256=${hash("sha256")}`],
    ];
    for (const digest of cavage) t.match(answerTo({ headers: { digest } }), { status: 401 }, `${digest}`);
    const rfc9421 = [
      null,
      "",
      `sha-256=${hash("sha256")}`,
      `sha-256=:${hash("sha512")}:`,
      `sha-256=:${hash("sha256")}:, sha-512=:${hash("sha512")}:`,
      `sha=:${hash("sha1")}:`,
      `md5=:${hash("md5")}:`,
      [`sha-256=:${hash("sha256")}:`, `sha-256=:${hash("sha256")}:`],
    ];
    for (const digest of rfc9421) {
      t.match(answerTo({ spec: "rfc9421", headers: { "content-digest": digest } }), { status: 401 }, `${digest}`);
    }
    for (const spec of SPECS) {
      const changed = { ...deliver(FOLLOW, { spec }), body: Buffer.from(body.replace("banco", "altro")) };
      t.match(inspectDelivery(changed, SETTINGS), { refused: "digest-wrong", status: 401 });
      t.match(inspectDelivery({ ...changed, body: Buffer.from(`${body} `) }, SETTINGS), { refused: "digest-wrong" });
    }
  },
);

t.test("B3 a signature over less than method, path, host, date and digest is refused", async (t) => {
  const cavage = ["(request-target)", "host", "date", "digest"];
  for (const left of cavage) {
    const covered = cavage.filter((name) => name !== left);
    t.match(answerTo({ covered }), { refused: "signature-covers-too-little", status: 401 }, left);
  }
  t.match(answerTo({ covered: ["date"] }), { status: 401 });
  const rfc9421 = ["@method", "@path", "host", "content-digest"];
  for (const left of rfc9421) {
    const covered = rfc9421.filter((name) => name !== left);
    t.match(answerTo({ spec: "rfc9421", covered }), { refused: "signature-covers-too-little", status: 401 }, left);
  }
  t.match(answerTo({ spec: "rfc9421", covered: [] }), { status: 401 });
  for (const name of ["@query", "@request-target", "@status", "@query-param", "@unknown", "x-absent"]) {
    const covered = ["@method", "@target-uri", "content-digest", name];
    t.match(answerTo({ spec: "rfc9421", covered }), { refused: "signature-unreadable", status: 401 }, name);
  }
});

t.test("B4 two signatures, two keys, a parameter twice or a giant header are refused", async (t) => {
  const cavage = sent("draft-cavage", "signature");
  const input = sent("rfc9421", "signature-input");
  const signature = sent("rfc9421", "signature");
  const labels = (member: string) => Array.from({ length: 100 }, (_, i) => `sig${i}=${member}`).join(", ");
  const headers: Record<string, string | string[]>[] = [
    { signature: [cavage, cavage] },
    { signature: `${cavage},keyId="https://p.test/p#main-key"` },
    { signature: `keyId="https://e.test/e#main-key",${cavage}` },
    { signature: `${cavage},headers="date"` },
    { signature: cavage.replace('headers="', 'headers="date ') },
    { signature: cavage.replace('headers="', 'headers=" ') },
    { signature: `${cavage},` },
    { signature: `${cavage},x` },
    { signature: cavage.replace("#main-key", "#main,key") },
    { signature: "x".repeat(5_000) },
    { signature: Array(12).fill(cavage).join(",") },
    { date: [sent("draft-cavage", "date"), sent("draft-cavage", "date")] },
    { "signature-input": [input, input], signature },
    { "signature-input": labels('("@method");keyid="k"'), signature: labels(":eA==:") },
    { "signature-input": `${input}, sig2=("date")`, signature },
    { "signature-input": input, signature: `${signature}, sig2=:eA==:` },
    { "signature-input": input, signature: signature.replace("sig1", "sig2") },
    { "signature-input": `${input};keyid="https://p.test/p#main-key"`, signature },
    { "signature-input": input.replace("sig1=(", 'sig1=("@method" '), signature },
    { "signature-input": input.replace("sig1=(", "sig1=( "), signature },
    { "signature-input": input.replace('"@method"', '"@method";req'), signature },
    { "signature-input": input.replace('"@method"', "method"), signature },
    { "signature-input": `${input};x=1`, signature },
    { "signature-input": `${input};alg="none"`, signature },
    { "signature-input": "sig1=1", signature: "sig1=:eA==:" },
    { "signature-input": "", signature },
    { "signature-input": "(", signature },
    { "signature-input": input, signature: "sig1=1" },
    { "signature-input": input, signature: cavage },
  ];
  for (const change of headers) {
    const label = JSON.stringify(change).slice(0, 120);
    t.match(inspectDelivery(withHeaders(change), SETTINGS), { status: 401, refused: /^signature-/ }, label);
  }
});

t.test("B5 an algorithm that is weak, unknown or not the key's own is refused", async (t) => {
  for (const algorithm of ["rsa-sha1", "none", "hmac-sha256", "ecdsa-sha256", "RSA-SHA256", "", "constructor"]) {
    t.match(answerTo({ algorithm }), { refused: "signature-unreadable", status: 401 }, algorithm);
  }
  for (const algorithm of ["none", "hmac-sha256", "ecdsa-p256-sha256", "hs2019", "rsa-sha256", ""]) {
    t.match(answerTo({ spec: "rfc9421", algorithm }), { refused: "signature-unreadable", status: 401 }, algorithm);
  }
  const mismatched: [Changes, "RSA" | "Ed25519"][] = [
    [{ algorithm: "ed25519" }, "RSA"],
    [{ algorithm: "rsa-sha512" }, "RSA"],
    [{ algorithm: "rsa-sha256", key: ED25519.privateKey }, "Ed25519"],
    [{ algorithm: "hs2019", key: ED25519.privateKey }, "RSA"],
    [{ algorithm: "hs2019" }, "Ed25519"],
    [{ algorithm: "hs2019", hash: "sha512" }, "RSA"],
    [{ spec: "rfc9421", algorithm: "rsa-pss-sha512" }, "RSA"],
    [{ spec: "rfc9421", algorithm: "ed25519" }, "RSA"],
    [{ spec: "rfc9421", algorithm: "rsa-v1_5-sha256", key: ED25519.privateKey }, "Ed25519"],
  ];
  for (const [changes, kind] of mismatched) {
    const answer = answerTo(changes);
    if ("refused" in answer) return t.fail(answer.refused);
    const key = kind === "RSA" ? RSA.publicKey : ED25519.publicKey;
    t.notOk(verifySignature(answer.pass, key), `${changes.algorithm} with ${kind}`);
  }
});

t.test("B8 a date more than an hour away, malformed, missing or doubled is refused with our own date", async (t) => {
  const stale = { refused: "signature-stale", status: 401, date: new Date(NOW).toUTCString() };
  for (const spec of SPECS) {
    t.match(answerTo({ spec, signedAt: NOW - 61 * MINUTE }), stale);
    t.match(answerTo({ spec, signedAt: NOW + 61 * MINUTE }), stale);
    t.notOk("refused" in answerTo({ spec, signedAt: NOW - 60 * MINUTE }));
    t.notOk("refused" in answerTo({ spec, signedAt: NOW + 60 * MINUTE }));
  }
  const date = new Date(NOW).toUTCString();
  const dates = [
    null,
    "",
    "now",
    new Date(NOW).toISOString(),
    `${NOW}`,
    date.replace("Sun", "Mon"),
    `${date}, ${date}`,
  ];
  for (const wrong of [
    ...dates,
    [date, date],
    date.replace("GMT", "UTC"),
    date.replace("GMT", "+0000"),
    date.toLowerCase(),
  ]) {
    t.match(answerTo({ headers: { date: wrong } }), { status: 401 }, `${wrong}`);
  }
  const seconds = NOW / 1000;
  for (const parameters of [
    `,expires=${seconds - 1}`,
    ",created=1",
    `,created=${seconds + 3_661}`,
    ',expires="soon"',
    ',created="-1"',
  ]) {
    t.match(answerTo({ parameters }), stale, parameters);
  }
  const inputs = [
    "",
    ";created=1",
    `;created=${seconds + 3_661}`,
    `;created="${seconds}"`,
    `;created=${seconds};expires=${seconds - 1}`,
  ];
  for (const parameters of [...inputs, `;created=${seconds};expires="x"`, `;created=${seconds}.5`]) {
    t.match(answerTo({ spec: "rfc9421", parameters }), { status: 401 }, parameters);
  }
});

t.test("B7 a signature made for another path or host does not fit this one", async (t) => {
  for (const spec of SPECS) {
    const elsewhere = { ...deliver(FOLLOW, { spec, path: "/altri/inbox" }), path: "/inbox" };
    const answer = inspectDelivery(elsewhere, SETTINGS);
    t.ok("refused" in answer || !verifySignature(answer.pass, RSA.publicKey), `${spec} path`);
    const other = inspectDelivery(
      deliver(FOLLOW, { spec, origin: "https://v.test", headers: { host: "gas.test" } }),
      SETTINGS,
    );
    t.ok("refused" in other || !verifySignature(other.pass, RSA.publicKey), `${spec} host`);
    t.match(inspectDelivery(deliver(FOLLOW, { spec, origin: "https://v.test" }), SETTINGS), { status: 421 });
  }
});

t.test("(created) and (expires) may be covered where they are given", async (t) => {
  const parameters = `,created=${NOW / 1000},expires=${NOW / 1000 + 1}`;
  const covered = ["(request-target)", "(created)", "(expires)", "host", "date", "digest"];
  const headers = { "(created)": `${NOW / 1000}`, "(expires)": `${NOW / 1000 + 1}` };
  const answer = answerTo({ covered, parameters, headers });
  t.notOk("refused" in answer);
  t.match(answerTo({ covered }), { refused: "signature-unreadable", status: 401 });
});

t.test("a reader's signature needs no digest, and never serves as a delivery's", async (t) => {
  for (const spec of SPECS) {
    const signed = deliver("", {
      spec,
      covered: spec === "rfc9421" ? ["@method", "@target-uri"] : ["(request-target)", "host", "date"],
    });
    const headers = new Map<string, string[]>();
    for (let i = 0; i < signed.rawHeaders.length; i += 2)
      headers.set(signed.rawHeaders[i]!, [signed.rawHeaders[i + 1]!]);
    const { path, body, now } = signed;
    const read = (method: string) => readSignature({ method, path, body, now, headers, origin: SETTINGS.origin });
    const asGet = read("GET");
    if ("refused" in asGet) return t.fail(asGet.refused);
    t.notOk(verifySignature({ signature: asGet }, RSA.publicKey), "it was made for a POST");
    t.match(asGet.base, spec === "rfc9421" ? '"@method": GET' : "(request-target): get /banco/inbox");
    t.match(read("POST"), { refused: "signature-covers-too-little" });
  }
});

function withHeaders(headers: Record<string, string | string[]>): Delivery {
  const spec = "signature-input" in headers ? "rfc9421" : "draft-cavage";
  return deliver(FOLLOW, { spec, headers });
}
