// The last minute before a closing, as busy as the last ten of 300 households with 15 changes each, while strangers mean harm: 200 letters
// a second without a signature, nested 5,000 deep, 50 a second with a wrong one, 400 connections that send a byte now and then. How
// long from the tap to the disk, in ms at the 95th percentile ("value"), and how long the loop was held up ("lagP99Ms").
import { fork } from "node:child_process";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { readConfig } from "../../../src/config.ts";
import { buildNode } from "../../../src/node.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { sure } from "../../orders/group.ts";
import { findFreePort } from "../benchNode.ts";
import { openCrowd } from "../crowd.ts";
import { watchLag } from "../lag.ts";
import { makeDraw } from "../offers.ts";

const HOUSEHOLDS = 300;
const PRODUCTS = 200;
const CHANGES = 15;
const WITHIN_MS = 10 * 60_000;
const MEASURED_MS = 60_000;
const UNSIGNED_PER_SECOND = 200;
const BAD_PER_SECOND = 50;
const SLOW = 400;
const DEPTH = 5000;

if (process.argv[2] === "--attack") await attack(Number(process.argv[3]));
else await measure();

async function measure(): Promise<void> {
  const crowd = openCrowd(HOUSEHOLDS, PRODUCTS);
  const order = crowd.group.open();
  const port = await findFreePort();
  const flags = [
    "--origin",
    "https://g.example",
    "--port",
    String(port),
    "--data",
    crowd.folder,
    "--backup-time",
    "off",
  ];
  const node = await buildNode(readConfig(flags, {}).config, { clock: crowd.group.clock });
  await node.start();
  const attackers = fork(new URL(import.meta.url), ["--attack", String(port)]);
  await new Promise((resolve) => attackers.once("message", resolve));
  const stopLag = watchLag();
  const taps = Math.round((HOUSEHOLDS * CHANGES * MEASURED_MS) / WITHIN_MS);
  const draw = makeDraw(2026);
  const moments = Array.from({ length: taps }, () => draw() * MEASURED_MS).sort((one, other) => one - other);
  const changes = new Map<number, number>();
  const waitsMs: number[] = [];
  const started = performance.now();
  for (const [i, moment] of moments.entries()) {
    // A turn of the loop at least: what has come in meanwhile is before it, as it would be before a person's request.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, started + moment - performance.now())));
    const household = i % HOUSEHOLDS;
    const change = (changes.get(household) ?? 0) + 1;
    changes.set(household, change);
    const wishes = Array.from({ length: change }, (_, n) => ({
      lineNumber: order.lines[(household * 7 + n * 13) % order.lines.length]!.number,
      ...{ friendId: null, quantityThousandths: 2000, toleranceThousandths: 0, note: "" },
    }));
    const who = crowd.people[household]!;
    sure(saveBasket(crowd.group.buying, { ...who, orderId: order.id, seenVersion: change - 1, wishes }));
    waitsMs.push(performance.now() - started - moment);
  }
  const lagP99Ms = stopLag();
  const sent = await new Promise((resolve) => {
    attackers.once("message", resolve);
    attackers.send("how many");
  });
  attackers.kill("SIGKILL");
  await node.stop();
  // The orders must add up.
  await crowd.close();
  waitsMs.sort((one, other) => one - other);
  const at = (share: number) => waitsMs[Math.ceil(waitsMs.length * share) - 1];
  console.log(JSON.stringify({ value: at(0.95), p50Ms: at(0.5), slowestMs: at(1), lagP99Ms, sent }));
  process.exit(0);
}

/** In a process of its own, so that the strangers' work is not measured. Says when it has begun, and in the end what was answered. */
async function attack(port: number): Promise<void> {
  process.once("disconnect", () => process.exit());
  const answers: Record<string, number> = {};
  const nested = `${'{"object":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`;
  const signed = {
    "signature-input": 'sig1=("@method" "@target-uri" "content-digest");created=1;keyid="https://nobody.invalid/p#key"',
    signature: "sig1=:AAAA:",
    "content-digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
  };
  const agents = Array.from(
    { length: 250 },
    (_, i) => new Agent({ keepAlive: true, localAddress: `127.0.5.${i + 1}` }),
  );
  let number = 0;
  const post = (kind: string, body: string, more: Record<string, string>) => {
    const agent = agents[number++ % agents.length]!;
    const headers = { host: "g.example", "content-type": "application/activity+json", ...more };
    const asked = request({ port, host: "127.0.0.1", path: "/inbox", method: "POST", headers, agent }, (answer) => {
      answer.resume();
      const key = `${kind} ${answer.statusCode}`;
      answers[key] = (answers[key] ?? 0) + 1;
    });
    asked.on("error", () => {}).end(body);
  };
  const like =
    '{"@context":"https://www.w3.org/ns/activitystreams","type":"Like","id":"https://nobody.invalid/1","actor":"https://nobody.invalid/p"}';
  setInterval(() => post("unsigned", nested, {}), 1000 / UNSIGNED_PER_SECOND);
  setInterval(() => post("bad", like, signed), 1000 / BAD_PER_SECOND);
  for (let i = 0; i < SLOW; i++) dripFor(port, `127.0.6.${1 + (i % 250)}`);
  process.on("message", () => process.send?.(answers));
  setTimeout(() => process.send?.("begun"), 1000);
}

/** A connection that begins a letter and goes on by a byte every half a second; closed, it begins again. */
function dripFor(port: number, localAddress: string): void {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  const drip = setInterval(() => socket.writable && socket.write("a"), 500);
  socket
    .on("error", () => {})
    .on("close", () => {
      clearInterval(drip);
      setTimeout(() => dripFor(port, localAddress), 1000);
    });
  socket.resume();
  socket.write(
    "POST /inbox HTTP/1.1\r\nhost: g.example\r\ncontent-type: application/activity+json\r\ncontent-length: 5000\r\n\r\n{",
  );
}
