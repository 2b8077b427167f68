// Attacks on the web server's own ground: paths, bodies, tokens, logs, floods.
import { createHmac, createSign, generateKeyPairSync, hkdfSync } from "node:crypto";
import { Writable } from "node:stream";
import { SignJWT } from "jose";
import { pino } from "pino";
import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { readLink, signLink } from "../../src/web/linkTokens.ts";
import { buildHouse } from "./house.ts";

t.test("C10 C16 the log names the route, never the token in its address, nor a body, cookie or header", async (t) => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const house = await buildHouse(t, { logger: pino({ level: "trace" }, sink) });
  const marta = await house.signedIn("marta");
  const secrets = ["very-secret-token", marta.cookies.get("filiera-8000")!, marta.cookies.get("filiera-visit-8000")!];
  await marta.get("/try/very-secret-token");
  await marta.submit(await marta.get("/try/x"), "/try/x", { quantity: "1", note: "very-secret-token" });
  await marta.get("/broken?token=very-secret-token");
  await marta.get("/absent/very-secret-token");
  const log = lines.join("");
  t.match(log, "/try/:person");
  t.match(log, "secret detail of the bug", "the bug is there for whoever looks after the node");
  for (const secret of secrets) t.notOk(log.includes(secret));
});

t.test("C20 no path leads out of the static files", async (t) => {
  const house = await buildHouse(t);
  const paths = [
    "/static/../app.ts",
    "/static/%2e%2e/app.ts",
    "/static/..%2fapp.ts",
    "/static/..%5capp.ts",
    "/static/app.css%00.ts",
    "/static//etc/passwd",
    "/static/CON",
    "/static/",
    "/static/app.css/",
  ];
  for (const path of paths) {
    const { status, body } = await house.browser().get(path);
    t.ok([400, 404].includes(status), `${path}: ${status}`);
    t.notMatch(body, /buildWeb|root:/);
  }
});

t.test("C33 C34 bodies no form sends are refused, whatever they call themselves", async (t) => {
  const house = await buildHouse(t);
  const post = async (type: string, body: string) =>
    (await house.browser().post("/try/x", body, { "content-type": type })).status;
  t.equal(await post("application/json", '{"__proto__": {"admin": true}}'), 400);
  t.equal(await post("application/json", '{"constructor": {"prototype": {}}}'), 400);
  t.equal(await post("application/json", "{"), 400);
  for (const type of ["text/plain", "text/html", "application/xml", "application/json\tx", " application/json"]) {
    t.ok([400, 403, 415].includes(await post(type, '{"quantity": 1}')), type);
  }
  t.equal(
    await post("Application/X-WWW-Form-Urlencoded; charset=utf-8", "quantity=1"),
    403,
    "read as a form, and without our token",
  );
});

t.test("C36 a link signed otherwise, for another use or another node is refused", async (t) => {
  const signer = { origin: "https://nodo.example", secret: Buffer.alloc(32, 1) };
  const now = Date.UTC(2026, 10, 24, 9);
  const wish = { subject: "marta", next: "/", now, lifeMs: 900_000 };
  const sound = await signLink(signer, "sign-in", wish);
  t.match(await readLink(signer, "sign-in", sound, now), { subject: "marta", issuedAt: now });
  const refused = async (token: string, reader = signer) => isRefusal(await readLink(reader, "sign-in", token, now));
  t.ok(await refused(sound, { ...signer, origin: "https://altro.example" }), "another node");
  t.ok(await refused(sound, { ...signer, secret: Buffer.alloc(32, 2) }), "another secret");
  const forge = (typ: string, claims: Record<string, unknown>, key: Uint8Array) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ }).sign(key);
  const claims = {
    iss: signer.origin,
    aud: `${signer.origin}/sign-in`,
    sub: "marta",
    jti: "x",
    at: now,
    iat: now / 1000,
    exp: now / 1000 + 60,
  };
  t.ok(await refused(await forge("sign-in+jwt", claims, signer.secret)), "the node's secret itself is no key of links");
  const body = (header: object) =>
    [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  t.ok(await refused(`${body({ alg: "none", typ: "sign-in+jwt" })}.`), "unsigned");
  const confused = body({ alg: "HS512", typ: "sign-in+jwt" });
  t.ok(
    await refused(`${confused}.${createHmac("sha512", signer.secret).update(confused).digest("base64url")}`),
    "another algorithm",
  );
  t.equal(isRefusal(await readLink(signer, "sign-in", sound, now + 900_000)), true, "expired");
  t.ok(await refused("a".repeat(900)));
});

t.test(
  "C36 a key goes with the node's secret alone: no name in a header picks another, and the old ones end with it",
  async (t) => {
    const old = { origin: "https://nodo.example", secret: Buffer.alloc(32, 1) };
    const fresh = { ...old, secret: Buffer.alloc(32, 2) };
    const now = Date.UTC(2026, 10, 24, 9);
    const wish = { subject: "marta", next: "/", now, lifeMs: 900_000 };
    const [before, after] = [await signLink(old, "sign-in", wish), await signLink(fresh, "sign-in", wish)];
    const refused = async (token: string, at = now) => isRefusal(await readLink(fresh, "sign-in", token, at));
    t.ok(await refused(before), "signed before the secret was changed");
    t.notOk(await refused(after));
    const seconds = now / 1000;
    const claims = { iss: fresh.origin, aud: `${fresh.origin}/sign-in`, sub: "marta", jti: "x", at: now };
    const keyOf = (secret: Buffer) => new Uint8Array(hkdfSync("sha256", secret, "", "filiera link sign-in", 32));
    const forge = (kid: string | undefined, secret: Buffer, times: object = { iat: seconds, exp: seconds + 60 }) =>
      new SignJWT({ ...claims, ...times })
        .setProtectedHeader({ alg: "HS256", typ: "sign-in+jwt", ...(kid === undefined ? {} : { kid }) })
        .sign(keyOf(secret));
    for (const kid of ["old", "0", "../../dev/null", "", undefined])
      t.ok(await refused(await forge(kid, old.secret)), `the old key, named ${kid}`);
    t.notOk(await refused(await forge("whatever", fresh.secret)), "and ours needs no name");
    const early = { iat: seconds, exp: seconds + 60, nbf: seconds + 61 };
    t.ok(await refused(await forge(undefined, fresh.secret, early)), "not valid yet");
    t.notOk(await refused(after, now + 899_000), "to its last second");
    t.ok(await refused(after, now + 900_000), "and no longer: one clock signs and reads, so there is no leeway");
  },
);

t.test("B61 C36 a link in the manner of other signatures is none, even where our own key made it", async (t) => {
  const signer = { origin: "https://nodo.example", secret: Buffer.alloc(32, 1) };
  const now = Date.UTC(2026, 10, 24, 9);
  const sound = await signLink(signer, "sign-in", { subject: "marta", next: "/", now, lifeMs: 900_000 });
  const refused = async (token: string) => isRefusal(await readLink(signer, "sign-in", token, now));
  const seconds = now / 1000;
  const times = { at: now, iat: seconds, exp: seconds + 60 };
  const claims = { iss: signer.origin, aud: `${signer.origin}/sign-in`, sub: "marta", jti: "x", ...times };
  const write = (...parts: object[]) =>
    parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const body = (header: object) => write(header, claims);
  const [head, payload, mac] = sound.split(".") as [string, string, string];
  const header = { alg: "HS256", typ: "sign-in+jwt" };
  const secret = new Uint8Array(hkdfSync("sha256", signer.secret, "", "filiera link sign-in", 32));
  const sign = (text: string) => `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  t.notOk(await refused(sign(body(header))), "so would our own key sign it");
  t.ok(await refused(sign(body({ ...header, crit: ["x"], x: 1 }))), "a header that must be understood");
  t.ok(await refused(sign(body({ ...header, b64: false, crit: ["b64"] }))), "b64=false");
  t.ok(await refused(sign(body({ ...header, typ: "JWT" }))), "another typ");
  t.ok(await refused(sign(body({ ...header, alg: "RS256" }))), "RS256 over our own key");
  const others: Record<string, unknown>[] = [
    { iss: "https://e.example" },
    { aud: `${signer.origin}/stop-notices` },
    { exp: undefined },
  ];
  for (const other of others) {
    t.ok(await refused(sign(write(header, { ...claims, ...other }))), JSON.stringify(other));
  }
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = publicKey.export({ format: "jwk" });
  for (const more of [
    { jwk },
    { jku: "https://e.example/jwks" },
    { x5u: "https://e.example/x" },
    { kid: "../../etc/passwd' --" },
  ]) {
    const text = body({ ...header, alg: "RS256", ...more });
    const signature = createSign("sha256").update(text).sign(privateKey, "base64url");
    t.ok(await refused(`${text}.${signature}`), Object.keys(more).join());
  }
  for (const token of [
    ` ${sound}`,
    `${sound} `,
    `${head}.${payload}\n.${mac}`,
    `${sound}.${sound}`,
    `${head}.${payload}.${mac}.${mac}`,
  ])
    t.ok(await refused(token), "packed in spaces, twice, or with two signatures");
  t.ok(await refused(sign(`${head}.${Buffer.from(sound).toString("base64url")}`)), "one inside another");
});

t.test("C40 nothing is served that nobody asked us to serve", async (t) => {
  const house = await buildHouse(t);
  for (const path of [
    "/.git/config",
    "/metrics",
    "/debug",
    "/package.json",
    "/data/db.sqlite",
    "/openapi.json",
    "/static/app.css.map",
    "/.env",
  ]) {
    t.equal((await house.browser().get(path)).status, 404, path);
  }
});

t.test("C38 pages say that nobody may frame them, and links out leave no handle on the window", async (t) => {
  const house = await buildHouse(t);
  const { headers } = await house.browser().get("/try/x");
  t.equal(headers["x-frame-options"], "DENY");
  t.match(headers["content-security-policy"], /frame-ancestors 'none'/);
  t.equal(headers["cross-origin-opener-policy"], "same-origin");
});

t.test("C18 no page may be read from another origin", async (t) => {
  const house = await buildHouse(t);
  for (const origin of ["https://evil.example", "null"]) {
    const { headers } = await house.browser().get("/try/x", { origin });
    t.equal(headers["access-control-allow-origin"], undefined);
    t.equal(headers["access-control-allow-credentials"], undefined);
  }
});
