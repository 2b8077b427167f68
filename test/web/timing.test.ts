// What a stranger could learn by a stopwatch: two questions that must be told the same are told it in the same time. Measured in
// turns on one machine, so that what loads it loads both; `TIMING_SAMPLES=10000` for the whole of SAFETY's B51.
import { createHash, randomBytes } from "node:crypto";
import t from "tap";
import { verifyProof } from "../../src/activitypub/proof.ts";
import { askSignIn, invite } from "../../src/members/actions.ts";
import { OFFER } from "../fixtures/orderSamples.ts";
import { buildMembers, FANO, ORIGIN, pathOf, setUpFano } from "../members/house.ts";
import { buildHouse } from "./house.ts";

const SAMPLES = Number(process.env.TIMING_SAMPLES ?? 300);
/** Below this the difference is one that a stopwatch across a network does not see in ten thousand tries. */
const LEAST_SHARE = 0.12;
const P_MAX = 0.01;

type Question = (n: number) => unknown;

/** Microseconds of each question, asked in turns and in either order. */
async function measure(one: Question, other: Question): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let n = -20; n < SAMPLES; n++)
    for (const which of n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const started = performance.now();
      await (which === 0 ? one : other)(n);
      const took = performance.now() - started;
      if (n >= 0) times[which].push(took);
    }
  return times;
}

/** Mann-Whitney: how often a time of the first is above one of the second (0.5: alike), and how likely that is by chance. */
function compare([first, second]: [number[], number[]]): { share: number; p: number } {
  const all = [...first.map((ms) => ({ ms, one: 1 })), ...second.map((ms) => ({ ms, one: 0 }))].sort(
    (a, b) => a.ms - b.ms,
  );
  let sum = 0;
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (end < all.length && all[end]!.ms === all[i]!.ms) end++;
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) sum += all[i]!.one * rank;
  }
  const [n, m] = [first.length, second.length];
  const u = sum - (n * (n + 1)) / 2;
  const z = Math.abs(u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  return { share: u / (n * m), p: Math.exp(-0.717 * z - 0.416 * z * z) };
}

/** Three tries: chance and a busy machine do not tell on the same side three times, a leak does. */
async function tellsNothing(one: Question, other: Question): Promise<string | null> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const { share, p } = compare(await measure(one, other));
    if (p > P_MAX || Math.abs(share - 0.5) < LEAST_SHARE) return null;
    seen.push(`${(share * 100).toFixed(0)} % above, p ${p.toExponential(1)}`);
  }
  return seen.join("; ");
}

t.test("B51 the stopwatch of this test sees a comparison that stops at the first difference", async (t) => {
  const secret = "a".repeat(4000);
  const compares = (guess: string) => [...secret].every((letter, i) => letter === guess[i]);
  t.ok(
    await tellsNothing(
      () => compares("b".repeat(4000)),
      () => compares(`${"a".repeat(3999)}b`),
    ),
  );
});

t.test("B51 a proof that is almost right takes as long as one that is wrong everywhere", async (t) => {
  const multibase = "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
  const proof = OFFER.proof as { proofValue: string };
  const near = { ...OFFER, proof: { ...proof, proofValue: `${proof.proofValue.slice(0, -1)}K` } };
  const far = {
    ...OFFER,
    proof: {
      ...proof,
      proofValue: `${proof.proofValue.slice(0, 40)}${proof.proofValue.slice(40).split("").reverse().join("")}`,
    },
  };
  t.equal(
    await tellsNothing(
      () => verifyProof(near, multibase),
      () => verifyProof(far, multibase),
    ),
    null,
  );
});

t.test("B51 another's desk is refused as fast as one that is not there", async (t) => {
  const house = await buildHouse(t, { requestsPerMinute: 10_000_000 });
  const marta = await house.signedIn("marta");
  const ask = (path: string) => marta.get(path, { accept: "application/json" });
  t.equal(
    await tellsNothing(
      () => ask("/desk/gas-urbino/people"),
      () => ask("/desk/gas-nessuno/people"),
    ),
    null,
  );
});

t.test("B51 C13 a near guess at an invitation takes as long as any", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const { url } = invite(house, { actorId: `${ORIGIN}/gas-fano`, role: "member", email: null });
  const token = pathOf(url).split("/").at(-1)!;
  const near = (n: number) =>
    token.slice(0, -2) + createHash("sha256").update(String(n)).digest("base64url").slice(0, 2);
  const inject = async (path: string) =>
    house.app.inject({ url: path, remoteAddress: `10.${randomBytes(3).join(".")}` });
  const tokens = await tellsNothing(
    (n) => inject(`/invitation/${near(n)}`),
    () => inject(`/invitation/${randomBytes(16).toString("base64url")}`),
  );
  t.equal(tokens, null);
});

t.test("B51 C13 an address that somebody signs in with is asked after as long as any", async (t) => {
  // Nobody takes the mail: what is measured is how long whoever asks waits.
  const house = await buildMembers(t, { smtpUrl: "smtp://127.0.0.1:1" });
  await setUpFano(house);
  const ask = (email: string) => {
    house.clock.at += 2 * 3_600_000;
    const { delivery } = askSignIn(house, { email, address: "192.0.2.1", next: "/" });
    delivery.catch(() => {});
  };
  t.equal(
    await tellsNothing(
      () => ask(FANO.email),
      () => ask("nessuno@posta.example"),
    ),
    null,
  );
});
