// What opens something of a node (its secret, sessions, codes, signed addresses): where it is never found, and when it opens no more.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import t from "tap";
import { signInLink } from "../../src/members/actions.ts";
import { membersHouse } from "../../src/node.ts";
import { signLink } from "../../src/web/linkTokens.ts";
import { openLog } from "../../src/web/log.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import type { Browser } from "./browser.ts";
import { deskBrowser } from "./deskBrowser.ts";

const CALENDAR = "/desk/gas-fano/pickups";
const DAY = 86_400_000;

/** The private address of a person's calendar, as their page shows it after a press. */
async function makeCalendar(browser: Browser): Promise<string> {
  const { body } = await browser.submit(await browser.get(CALENDAR), `${CALENDAR}/calendar`);
  return new URL(/<p class="copy">(http[^<]*\/calendar\/[^<]*)/.exec(body)?.[1] ?? "").pathname;
}

const cookieOf = (browser: Browser) => [...browser.cookies.entries()].find(([name]) => /^filiera-\d+$/.test(name))![1];

/** Every byte that the node keeps, as latin1. */
function readKept({ config, node }: TestNode): string {
  node.db.raw.pragma("wal_checkpoint(TRUNCATE)");
  const files = readdirSync(config.dataFolder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && !file.parentPath.endsWith("secrets"))
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
    .join("\n");
}

t.test("C50 what opens something stands in no line of the log and in no file but its own", async (t) => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const canary = "canarino-della-posta-8471";
  const flags = ["--smtp-url", `smtp://posta:${canary}@127.0.0.1:1`, "--mail-from", "nodo@gas.example"];
  const { nodes, settle } = await startNodes(t, ["one"], { logger: openLog(sink) }, flags);
  const { node, config, origin } = nodes.one;
  nodes.one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
  const browser = await deskBrowser(nodes.one, ["gas-fano"]);
  const house = membersHouse(config, node.db, node.wire.clock);
  const made = await signInLink(house, "gino@posta.example");
  if ("refused" in made) throw new Error(made.refused);
  const calendar = await makeCalendar(browser);
  const password = "mandorla trave ottobre 7";
  await browser.submit(await browser.get("/account/password"), "/account/password", { password });
  const second = await browser.get("/account/second-factor");
  const secret = (/<p class="copy">([A-Z2-7 ]+)<\/p>/.exec(second.body)?.[1] ?? "none").replaceAll(" ", "");
  // Things that go wrong: a mail server that is not there, wrong tokens, a wrong password, letters nobody signed.
  await browser.submit(await browser.get("/sign-in?again=1"), "/sign-in", { email: "gino@posta.example" });
  for (const path of [`${new URL(made.url).pathname}x`, `${calendar}x`, `/account?token=${canary}`])
    await browser.get(path);
  await browser.submit(await browser.get("/sign-in/password"), "/sign-in/password", {
    ...{ email: "gino@posta.example", password: `${password}!` },
  });
  await node.app.inject({
    ...{ method: "POST", url: "/gas-fano/inbox", payload: `{"id":"${canary}"` },
    headers: { "content-type": "application/activity+json", authorization: `Bearer ${canary}` },
  });
  await settle();
  const said = lines.join("");
  t.match(said, /mail/, "the log did tell that the mail server is not there");
  const secrets = {
    "the node's secret": config.secret.toString("base64url"),
    "the node's secret in hex": config.secret.toString("hex"),
    "the mail server's password": canary,
    "a session": cookieOf(browser),
    "a sign-in link": new URL(made.url).pathname.split("/").at(-1)!,
    "a calendar's address": calendar.split("/").at(-1)!,
    "a password": password,
    "the secret of codes": secret,
  };
  t.ok(secret.length >= 16);
  const kept = readKept(nodes.one);
  t.ok(kept.includes("GAS Fano"), "the file was read");
  for (const [what, text] of Object.entries(secrets)) {
    t.notOk(said.includes(text), `${what} in the log`);
    t.notOk(kept.includes(text), `${what} in a file`);
  }
  t.notOk(kept.includes(config.secret.toString("latin1")), "nor the bare bytes of the secret");
  t.notOk(said.includes(`${origin}/sign-in/`) || said.includes("gino@posta.example"), "nor whose mail it was");
});

t.test("C35 there are no API tokens; what has a signed address opens that alone, and at a word no more", async (t) => {
  const { nodes, clock } = await startNodes(t, ["one"]);
  const { node, origin, config } = nodes.one;
  nodes.one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
  const gino = await deskBrowser(nodes.one, ["gas-fano"]);
  const marta = await deskBrowser(nodes.one, ["gas-fano"], "marta");
  const status = async (url: string, headers: Record<string, string> = {}) =>
    (await node.app.inject({ url, headers: { accept: "application/json", ...headers } })).statusCode;
  const calendar = await makeCalendar(gino);
  const token = calendar.split("/").at(-1)!;
  t.equal(await status(calendar), 200);
  for (const authorization of [`Bearer ${token}`, `Bearer ${cookieOf(gino)}`, `Basic ${btoa(`gino:${token}`)}`])
    t.equal(await status("/account", { authorization }), 401, "a header opens nothing");
  t.equal(await status("/account", { cookie: `filiera-${new URL(origin).port}=${token}` }), 401, "nor as a session");
  for (const other of [`/sign-in/${token}`, `/notices/stop/${token}`, `/invitation/${token}`, `/setup/${token}`])
    t.equal(await status(other), 410, `${other.split("/")[1]} with the calendar's token`);
  const link = { subject: "gino", next: "order-opened", now: clock.now(), lifeMs: DAY };
  const stop = await signLink({ origin, secret: config.secret }, "stop-notices", link);
  t.equal(await status(`/notices/stop/${stop}`), 200);
  t.equal(await status(`/calendar/${stop}`), 410, "the way out of a mail shows no calendar");
  const passkey = await signLink({ origin, secret: config.secret }, "passkey", link);
  t.equal(await status(`/sign-in/${passkey}`), 410, "nor does a passkey's challenge sign in");
  clock.advance({ days: 2 });
  t.equal(await status(`/notices/stop/${stop}`), 410, "and it ends");
  const theirs = await makeCalendar(marta);
  const renewed = await makeCalendar(gino);
  t.same([await status(calendar), await status(renewed)], [410, 200], "a new address ends the old one at once");
  const session = cookieOf(marta);
  node.db.raw.exec("UPDATE people SET disabled_at = 1 WHERE id = 'marta'");
  t.equal(await status(theirs), 410, "shut out: at the next request");
  t.equal(
    await status("/account", { cookie: `filiera-${new URL(origin).port}=${session}` }),
    401,
    "and the session too",
  );
  node.db.raw.exec("DELETE FROM household_people WHERE person_id = 'gino'");
  t.equal(await status(renewed), 410, "who left the group");
});
