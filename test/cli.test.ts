// The command line as a person types it: a real process on a real folder.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { writeContractFile } from "../src/partners/threads/contract.ts";
import { ACCEPT, OFFER } from "./fixtures/orderSamples.ts";

type Said = { status: number; out: string; err: string };

function shell(t: Test) {
  const data = `${t.testdir()}/data`;
  // What one line compiled the next need not: a file of some ninety lines spends its time there.
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, FILIERA_DATA: data, FILIERA_LANGUAGE: "en" };
  const say = (...argv: string[]): Promise<Said> =>
    new Promise((resolve) => {
      execFile(process.execPath, ["src/cli.ts", ...argv], { env }, (error, out, err) =>
        resolve({ status: error ? Number(error.code) : 0, out, err }),
      );
    });
  return { data, say };
}

t.test("a group is added, listed, invited to, and the doctor finds all well", async (t) => {
  const { data, say } = shell(t);
  t.match(await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano"), {
    status: 0,
    out: /GAS Fano now lives here/,
  });
  t.match((await say("actor", "list")).out, /gas\s+@fano@localhost:8000\s+GAS Fano/);
  t.match((await say("invite", "fano")).out, /http:\/\/localhost:8000\/invitation\/\S{20,}/);
  t.match(await say("sign-in-link", "zoe@posta.example"), { status: 1, out: "" });
  const { out: settings } = await say("config", "check");
  t.match(settings, /origin\s+http:\/\/localhost:8000[\s\S]*secret\s+••••/);
  t.match(await say("doctor"), { status: 0, out: /All well/ });
  t.equal(statSync(`${data}/secrets/secret`).mode & 0o077, 0, "the secret is its owner's alone");
  t.equal(statSync(`${data}/db.sqlite`).mode & 0o077, 0, "so is the database");
});

t.test("a taken or reserved handle is refused with a sentence and nothing changes", async (t) => {
  const { say } = shell(t);
  await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano");
  for (const handle of ["fano", "static", "Con spazi"]) {
    const refused = await say("actor", "add", "--kind", "gas", "--handle", handle, "--name", "Altro");
    t.equal(refused.status, 1);
    t.match(refused.err, /Nothing has changed/);
  }
  t.equal((await say("actor", "list")).out.trim().split("\n").length, 2);
});

t.test("the ledger of a group is checked and written out", async (t) => {
  const { say } = shell(t);
  await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano");
  t.match(await say("ledger", "check"), { status: 0, out: /add up to the cent/ });
  t.match((await say("ledger", "export", "fano", "--year", "2026")).out, /^\uFEFFNumber;Date;Value date/);
  t.match(await say("ledger", "export", "fano", "--year", "x"), { status: 1, err: /no year/ });
});

t.test("a backup made by the command line comes back by the command line", async (t) => {
  const { data, say } = shell(t);
  await say("actor", "add", "--kind", "producer", "--handle", "mulino", "--name", "Mulino");
  t.match(await say("backup", `${data}-copy`), { status: 0 });
  await say("actor", "add", "--kind", "gas", "--handle", "dopo", "--name", "Dopo");
  t.match(await say("restore", `${data}-copy`), { status: 0, out: /epoch 2/ });
  t.match((await say("audit", "--only", "backup")).out, /restored/, "what came back says so in its log");
  const { out } = await say("actor", "list");
  t.match(out, /@mulino@/);
  t.notMatch(out, /@dopo@/);
  t.match(await say("restore", `${data}-nowhere`), { status: 1, err: /no backup/ });
});

t.test("a node is closed by its name alone, and kept while no letter has left", async (t) => {
  const { say } = shell(t);
  await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano");
  t.match(await say("retire"), {
    status: 0,
    out: /GAS Fano: It is in touch with other nodes: pacts 0.*Nothing has changed.*localhost:8000/s,
  });
  t.match(await say("retire", "fano", "--yes-really", "localhost:8000"), { status: 1, err: /not fano/ });
  t.match(await say("retire", "--yes-really", "localhost:8000"), { status: 0, out: /Decided. The letters leave/ });
  t.match((await say("retire")).out, /GAS Fano: closing\. The letters leave/);
  t.match(await say("actor", "add", "--kind", "gas", "--handle", "jesi", "--name", "x"), { status: 1, err: /closing/ });
  t.match(await say("retire", "--keep"), { status: 0, out: /Taken back for 1/ });
});

t.test("a node is made again from nothing but what was taken home", async (t) => {
  const { data, say } = shell(t);
  t.match(await say("import", `${data}/none.tar`), { status: 1, err: /is not there/ });
  mkdirSync(`${data}-in`, { recursive: true });
  writeFileSync(`${data}-in/home.tar`, "no tar");
  t.match(await say("import", `${data}-in/home.tar`, "--keys", `${data}-in/home.tar`), {
    status: 1,
    err: /is not the file/,
  });
  t.match(await say("import", `${data}-in/home.tar`), { status: 1, err: /or it is damaged.*Nothing changed/ });
});

t.test("a new key signs from now on and the old one is kept", async (t) => {
  const { say } = shell(t);
  await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano");
  t.match((await say("keys", "rotate", "fano")).out, /fano#main-key-2/);
  t.match(await say("doctor"), { status: 0 });
});

t.test("blocks are added, listed and removed; what is no domain is refused", async (t) => {
  const { say } = shell(t);
  t.match(await say("block", "add", "Spam.Example.", "--reason", "spam"), { status: 0, out: /spam\.example/ });
  t.match((await say("block", "list")).out, /block\s+spam\.example\s+spam/);
  t.match((await say("audit", "--only", "moderation")).out, /domain-blocked\s+-\s+spam\.example/);
  t.match(await say("block", "add", "not a domain"), { status: 1 });
  t.match(await say("block", "remove", "spam.example"), { status: 0 });
  t.match(await say("block", "remove", "spam.example"), { status: 1 });
});

t.test("C48 a wrong setting stops with one sentence and makes no data", async (t) => {
  const { data, say } = shell(t);
  for (const [flag, value, sentence] of [
    ["--port", "http", /must be a number/],
    ["--origin", "http://nodo.example", /needs https/],
    ["--origin", "https://nodo.example/percorso", /nothing after the name/],
    ["--secret", "short", /at least 32 bytes/],
    ["--language", "de", /must be it or en/],
  ] as const) {
    const refused = await say(flag, value, "actor", "list");
    t.equal(refused.status, 1);
    t.match(refused.err, sentence);
    t.equal(refused.err.trim().split("\n").length, 1);
  }
  t.notOk(existsSync(`${data}/db.sqlite`));
});

t.test("data of one origin refuse another and say what to do", async (t) => {
  const { say } = shell(t);
  await say("actor", "list");
  const refused = await say("--origin", "https://altro.example", "actor", "list");
  t.match(refused, { status: 1, err: /belong to http:\/\/localhost:8000.*Nothing was changed/s });
});

t.test("an actor follows another by its address, and the outbox has nothing left to carry", async (t) => {
  const { say } = shell(t);
  await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano");
  await say("actor", "add", "--kind", "producer", "--handle", "mulino", "--name", "Mulino del Piano");
  t.match(await say("follow", "fano", "@mulino@localhost:8000"), { status: 0, out: /Mulino del Piano/ });
  t.match(await say("outbox", "list"), { status: 0, out: "" });
  t.match(await say("outbox", "retry"), { status: 0, out: /now: 0/ });
  t.match(await say("outbox", "release", "fano"), { status: 0, out: /0/ });
  t.match(await say("outbox", "retry", "99"), { status: 1, err: /no longer waiting/ });
  t.match(await say("follow", "fano", "@nobody@localhost:8000"), { status: 1, err: /leads to nobody/ });
  t.match(await say("keys", "rotate", "fano", "--algorithm", "ed25519"), { status: 0, out: /#ed25519-2/ });
});

t.test("a price list is looked at, confirmed and written out again", async (t) => {
  const { data, say } = shell(t);
  await say("actor", "add", "--kind", "producer", "--handle", "valle", "--name", "Valle");
  const look = await say("catalog", "import", "valle", "examples/listino-fattoria.csv");
  t.match(look, { status: 0, out: /Nothing has changed/ });
  t.match(await say("catalog", "import", "valle", "examples/listino-fattoria.csv", "--confirm"), {
    status: 0,
    out: /Done: \d\d/,
  });
  t.match((await say("catalog", "export", "valle")).out, /^\ufeff?Code;Product;/);
  t.match(JSON.parse((await say("catalog", "export", "valle", "--format", "gdxp")).out), {
    applicationSignature: "Filiera",
  });
  t.match(await say("catalog", "import", "valle", `${data}/none.csv`), { status: 1, err: /Nothing has changed/ });
});

t.test("a group's orders are listed; one that is not there is neither shown nor closed", async (t) => {
  const { say } = shell(t);
  await say("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano");
  t.match(await say("order", "list", "--actor", "fano"), { status: 0, out: "" });
  t.match(await say("order", "show", "x", "--actor", "fano"), { status: 1, err: /has no order x/ });
  t.match(await say("order", "close", "x", "--actor", "fano"), { status: 1, err: /has no order x/ });
  t.match(await say("order", "list", "--actor", "nobody"), { status: 1 });
});

t.test("a signed contract is checked from a file, also one that somebody has changed since", async (t) => {
  const { data, say } = shell(t);
  const [gasKey, farmKey] = [
    "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
    "z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
  ];
  const file = {
    thread: "https://g.example/threads/12",
    keys: [
      { owner: "https://g.example/g", keyId: "https://g.example/g#ed25519-1", publicKeyMultibase: gasKey },
      { owner: "https://p.example/p", keyId: "https://p.example/p#ed25519-1", publicKeyMultibase: farmKey },
    ],
    messages: [JSON.stringify(OFFER), JSON.stringify(ACCEPT)],
  };
  mkdirSync(data, { recursive: true });
  writeFileSync(`${data}/contract.json`, writeContractFile(file));
  t.match(await say("contract", "verify", `${data}/contract.json`), { status: 0, out: /It holds/ });
  writeFileSync(`${data}/contract.json`, writeContractFile(file).replace("175.00", "275.00"));
  t.match(await say("contract", "verify", `${data}/contract.json`), { status: 1, out: /the signature is wrong/ });
  t.match(await say("contract", "verify", `${data}/none.json`), { status: 1, err: /is no contract/ });
  t.match(await say("contract", "export"), { status: 1, err: /--thread and --actor/ });
});
