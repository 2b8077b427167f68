// A small fuzzer of our own: every route of a real node is asked, and every form it shows is sent back with what no person writes.
import t from "tap";
import { startNodes } from "../tools/nodes.ts";
import type { Browser, Seen } from "./browser.ts";
import { deskBrowser } from "./deskBrowser.ts";

// Hundreds of pages: tap's thirty seconds are for a quiet machine.
t.setTimeout(3 * 60_000);

/** Another seed, another run: `FILIERA_FUZZ_SEED=7`. */
const SEED = Number(process.env.FILIERA_FUZZ_SEED ?? 59);
/** A text that would be markup, the end of an attribute, or a command, where it came out as it went in. */
const PROBE = `zq<i>"'&end`;
/** The probe in a page of ours, not escaped: where its first sign still is one. */
const REFLECTED = /zq<|zq&lt;i&gt;["']|zq(?:<|&lt;)i(?:>|&gt;)["']/;

const VALUES = [
  PROBE,
  `javascript:alert(1)//${PROBE}`,
  `{{7*7}}\${7*7}<%= 7*7 %>${PROBE}`,
  "' OR '1'='1' --",
  "../../../../etc/passwd",
  "\u0000\u202e\u200b\ufeff\ud800",
  "A".repeat(70_000),
  "-1",
  "0",
  "1e309",
  "9007199254740993",
  "99999999999999999999",
  "0,0000001",
  "-0",
  "NaN",
  "2026-02-30",
  "+275760-09-13T00:00:00Z",
  "9999-12-31T23:59",
  "%00%0d%0aSet-Cookie:%20zq=1",
  "a\r\nSet-Cookie: zq=1",
  "__proto__",
  "[object Object]",
  "on",
  "",
];
const NAMES = [
  "q",
  "find",
  "only",
  "page",
  "by",
  "next",
  "again",
  "iri",
  "thread",
  "household",
  "year",
  "back",
  "__proto__",
];

/** What ends the session, or leaves the house for the network. */
const LEFT_OUT = /^\/sign-out$|^\/interact$|\/sessions\/end$/;

/** What a page that only we show says of itself, and one that is made for other pages' frames (it knows nobody and runs nothing). */
const OWN: readonly [string, RegExp][] = [
  ["content-security-policy", /default-src 'self'(?!.*unsafe)/],
  ["x-frame-options", /^DENY$/],
  ["referrer-policy", /^same-origin$/],
  ["cross-origin-opener-policy", /^same-origin$/],
  ["cross-origin-resource-policy", /^same-origin$/],
  ["cache-control", /no-store|no-cache/],
];
const FRAMEABLE: readonly [string, RegExp][] = [
  ["content-security-policy", /^default-src 'none';(?!.*(unsafe|script-src)).*form-action 'none'/],
  ["referrer-policy", /^no-referrer$/],
];
const EMBEDDED = /^GET \/embed\//;

/** Numbers that look random and come again with the same seed (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The forms of a page that post: where to, and the names they send. */
function formsOf({ body }: Seen): { action: string; names: string[] }[] {
  return [...body.matchAll(/<form method="post" action="([^"]*)"[\s\S]*?<\/form>/g)].map(([form, action = ""]) => ({
    action: action.replaceAll("&amp;", "&"),
    names: [...new Set([...form.matchAll(/\bname="([^"]+)"/g)].map(([, name]) => name!))].filter(
      (name) => name !== "_token",
    ),
  }));
}

/** Everything wrong with an answer, in words. */
function judge({ status, body, headers }: Seen, what: string): string[] {
  const faults: string[] = [];
  const says = (name: string, wanted: RegExp) => {
    if (!wanted.test(String(headers[name] ?? ""))) faults.push(`${name}: ${headers[name]} at ${what}`);
  };
  if (status >= 500) faults.push(`${status} at ${what}`);
  for (const name of ["server", "x-powered-by"]) if (headers[name] !== undefined) faults.push(`${name} at ${what}`);
  if (/zq=1/.test(JSON.stringify([headers["set-cookie"] ?? "", headers.location ?? ""])))
    faults.push(`a header split at ${what}`);
  says("x-content-type-options", /^nosniff$/);
  if (!/^text\/html/.test(String(headers["content-type"]))) return faults;
  for (const [name, wanted] of EMBEDDED.test(what) ? FRAMEABLE : OWN) says(name, wanted);
  says("permissions-policy", /camera=\(\)/);
  if (REFLECTED.test(body)) faults.push(`what was sent stands in the page as markup at ${what}`);
  return faults;
}

t.test(
  "C59 no route breaks, gives back markup or forgets a header, whatever its address and its forms are sent",
  async (t) => {
    t.comment(`FILIERA_FUZZ_SEED=${SEED}`);
    const random = makeRandom(SEED);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const { nodes } = await startNodes(t, ["one"]);
    const { node } = nodes.one;
    for (const [kind, handle] of [
      ["gas", "gas-fano"],
      ["producer", "podere"],
      ["district", "des"],
    ] as const)
      nodes.one.addActor({ kind, handle, name: handle });
    const handles = ["gas-fano", "podere", "des"];
    // Each request comes from elsewhere: a limit by address would answer in place of the route.
    let asked = 0;
    const elsewhere = () => `10.0.${asked >> 8}.${asked++ & 255}`;
    const browser: Browser = await deskBrowser(nodes.one, handles, "gino", elsewhere);
    const faults: string[] = [];
    const query = () => new URLSearchParams([...Array(3)].map(() => [pick(NAMES), pick(VALUES).slice(0, 2000)]));
    const forms = new Map<string, string[]>();
    const lines = node.app.routeMatrix.filter(({ policy, url }) => !("peer" in policy) && !LEFT_OUT.test(url));
    for (const { url } of lines.filter(({ method }) => method === "GET")) {
      for (const handle of url.includes(":handle") ? handles : [""]) {
        const path = url
          .replace(":handle", handle)
          .replaceAll(/:\w+|\*/g, () => encodeURIComponent(pick(VALUES).slice(0, 300).toWellFormed()));
        // Each as it stands at every actor, and once with a query.
        for (const target of handle === handles[0] || handle === "" ? [path, `${path}?${query()}`] : [path]) {
          const seen = await browser.get(target);
          if (seen.status === 429) faults.push(`a limit at GET ${url}`);
          faults.push(...judge(seen, `GET ${url} ${target.slice(0, 200)}`));
          for (const { action, names } of formsOf(seen)) forms.set(action, [...(forms.get(action) ?? []), ...names]);
        }
      }
    }
    const token = /name="_token" value="([^"]+)"/.exec((await browser.get("/account")).body)?.[1] ?? "";
    const unseen = lines
      .filter(({ method }) => method === "POST")
      .map(({ url }) => url.replace(":handle", pick(handles)));
    const targets = new Map([...unseen.map((url) => [url, NAMES] as const), ...forms]);
    t.ok(forms.size > 30 && targets.size > 100, `${forms.size} forms, ${targets.size} addresses that take one`);
    for (const [action, names] of targets) {
      if (LEFT_OUT.test(action)) continue;
      const path = action.replaceAll(/:\w+|\*/g, () => encodeURIComponent(pick(VALUES).slice(0, 300).toWellFormed()));
      for (const times of [1, 1, 2]) {
        const form = new URLSearchParams([["_token", token]]);
        for (const name of new Set(names)) for (let n = 0; n < times; n += 1) form.append(name, pick(VALUES));
        const seen = await browser.post(path, form.toString());
        faults.push(...judge(seen, `POST ${action} ${form.toString().slice(90, 400)}`));
      }
    }
    t.same([...new Set(faults)].slice(0, 20), []);
    t.equal((await browser.get("/account")).status, 200, "who sent all this is still signed in");
    t.equal(node.db.raw.pragma("integrity_check", { simple: true }), "ok");
    t.equal(node.db.raw.prepare("PRAGMA foreign_key_check").all().length, 0);
  },
);
