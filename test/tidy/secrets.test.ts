// No secret lies in the repository, neither in a file as it is now nor in one as it once was; and none can be left by a crash.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "./source.ts";

/** What a secret looks like, and where the like of it may stand: keys that only tests trust, addresses that nobody has. */
const SECRETS: readonly { shape: RegExp; but?: RegExp; says: string }[] = [
  { shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[\w+/=]{16}/, but: /^test\//, says: "a private key" },
  { shape: /AGE-SECRET-KEY-1[0-9A-Z]{50}/, says: "a private key of age" },
  { shape: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, says: "a key of a cloud" },
  { shape: /\bgh[pousr]_\w{30}|\bgithub_pat_\w{30}|\bglpat-[\w-]{20}|\bnpm_\w{36}\b/, says: "a token of a forge" },
  {
    shape: /\bxox[abprs]-\w{10}|\bsk_live_\w{16}|\bAIza[\w-]{35}\b|\bSG\.[\w-]{22}\.[\w-]{43}\b/,
    says: "a token of a service",
  },
  { shape: /_authToken\s*=\s*[^\s$]{8}|_password\s*=\s*[^\s$]{8}/, says: "a sign-in to a package host" },
  { shape: /FILIERA_SECRET=[\w-]{43}\b/, but: /^test\//, says: "the secret of a node" },
  {
    shape:
      /\b(?:smtps?|https?|postgres(?:ql)?):\/\/[\w.%-]+:(?!(?:password|secret|pass|p|x|y|z)@)[^\s:/@"'`$<{\\]{3,}@(?![\w.-]*(?:example|test|invalid|localhost|127\.0\.0\.1))[\w-]+\./,
    but: /^test\//,
    says: "an address with a password",
  },
];

/** The secrets in a text. */
function judge(path: string, text: string): string[] {
  return SECRETS.filter(({ shape, but }) => !but?.test(path) && shape.test(text)).map(({ says }) => `${path}: ${says}`);
}

const git = (...args: string[]) =>
  execFileSync("git", args, { cwd: ROOT, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });

/** Every file of every commit, by its path and content. */
function readHistory(): { path: string; text: string }[] {
  const named = new Map<string, string>();
  for (const line of git("rev-list", "--objects", "HEAD").toString().split("\n")) {
    const [, id, path] = /^([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
    if (id && path) named.set(id, path);
  }
  const asked = { cwd: ROOT, maxBuffer: 1 << 30, input: [...named.keys()].join("\n") };
  const bytes = execFileSync("git", ["cat-file", "--batch"], asked);
  const files: { path: string; text: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const [id = "", kind, size] = bytes.toString("latin1", at, end).split(" ");
    const from = end + 1;
    at = from + Number(size) + 1;
    if (kind === "blob") files.push({ path: named.get(id) ?? "", text: bytes.toString("latin1", from, at - 1) });
  }
  return files;
}

t.test("C50 no file of the repository carries a secret, and none ever did", async (t) => {
  if (!existsSync(join(ROOT, ".git")))
    return t.pass("an unpacked archive has no history: releases are read by C50 of theirs");
  const files = readHistory();
  t.ok(files.length > 100, `${files.length} files`);
  t.same([...new Set(files.flatMap(({ path, text }) => judge(path, text)))], []);
});

t.test("C50 a secret of each kind is seen", async (t) => {
  const planted = [
    `-----BEGIN ${"PRIVATE"} KEY-----\nMC4CAQAwBQYDK2VwBCIEIGZp`,
    `AGE-SECRET-KEY-1${"Q".repeat(58)}`,
    `AKIA${"ABCDEFGH23456789"}`,
    `ghp_${"a1".repeat(18)}`,
    `npm_${"a1".repeat(18)}`,
    `//host.example/:_authToken=${"abcd1234"}`,
    `FILIERA_SECRET=${"a".repeat(43)}`,
    `smtps://gas:${"forte-e-lungo"}@smtp.posta.it:465`,
  ];
  for (const text of planted) t.equal(judge("deploy/a", text).length, 1, text.slice(0, 20));
  for (const text of [
    "smtps://user:password@host",
    "https://a:b@127.0.0.1/",
    "FILIERA_SECRET=",
    "https://gas.example/a:b@c",
  ])
    t.same(judge("README.md", text), [], text);
});

t.test("C50 a node that crashes leaves no picture of its memory behind", async (t) => {
  t.match(readFileSync(join(ROOT, "deploy/filiera.service"), "utf8"), /^LimitCORE=0$/m);
  t.match(readFileSync(join(ROOT, "deploy/compose.yaml"), "utf8"), /^ {4}ulimits:\n {6}core: 0$/m);
});
