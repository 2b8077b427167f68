// Nobody comes in uninvited, and an invitation lets in one: guessed, used again, used by many at once.
import t from "tap";
import { acceptInvitation, invite } from "../../src/members/actions.ts";
import { buildMembers, ORIGIN, pathOf, setUpFano } from "./house.ts";

const FANO_ID = `${ORIGIN}/gas-fano`;
const TRIES = 10_000;
const SQUARE = { balanceCents: 0, reservedCents: 0, depositCents: 0 };

t.test("B54 invitations have 128 random bits, and only their hashes are kept", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const urls = Array.from({ length: 500 }, () => invite(house, { actorId: FANO_ID, role: "member", email: null }).url);
  const tokens = urls.map((url) => new URL(url).pathname.split("/").at(-1)!);
  t.equal(new Set(tokens).size, tokens.length);
  for (const token of tokens) t.equal(Buffer.from(token, "base64url").length, 16);
  const kept = JSON.stringify(house.db.raw.prepare("SELECT * FROM invitations").all());
  t.notOk(tokens.some((token) => kept.includes(token)));
  // Of random bits about half are set, at every place.
  const ones = Array.from({ length: 128 }, (_, bit) =>
    tokens.reduce((sum, token) => sum + ((Buffer.from(token, "base64url")[bit >> 3]! >> (bit & 7)) & 1), 0),
  );
  for (const [bit, set] of ones.entries()) t.ok(set > 150 && set < 350, `bit ${bit} is set in ${set} of 500`);
});

t.test("B54 ten thousand who guess come to nothing, and leave nothing behind", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const { url } = invite(house, { actorId: FANO_ID, role: "member", email: null });
  const token = pathOf(url).split("/").at(-1)!;
  const count = () =>
    house.db.raw.prepare("SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM invitations)").pluck().get();
  const before = count();
  const guesses = Array.from({ length: TRIES }, (_, i) => {
    const bytes = Buffer.from(token, "base64url");
    bytes.writeUInt32BE((bytes.readUInt32BE(0) ^ (i + 1)) >>> 0, 0);
    return bytes.toString("base64url");
  });
  for (const guess of [...guesses, "", token.slice(0, -1), `${token}=`, token.toUpperCase(), `${token} `])
    if (!("refused" in acceptInvitation(house, guess, { name: "E", email: null }, () => SQUARE)))
      t.fail(`${guess} let somebody in`);
  t.equal(count(), before);
  const page = await house.browser().get(`/invitation/${guesses[0]}`);
  t.equal(page.status, 410);
  const [near, far] = [page.body, (await house.browser().get("/invitation/x")).body];
  t.equal(near.replaceAll(guesses[0]!, "x"), far, "a near guess hears the same as a wild one");
  t.equal((await house.browser().get(pathOf(url))).status, 200, "and the invitation still holds");
});

t.test("B54 of ten who use one invitation at once one gets in, and nobody with it afterwards", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const people = () => Number(house.db.raw.prepare("SELECT count(*) FROM people").pluck().get());
  const before = people();
  const path = pathOf(invite(house, { actorId: FANO_ID, role: "member", email: null }).url);
  const browsers = Array.from({ length: 10 }, () => house.browser());
  const pages = await Promise.all(browsers.map((browser) => browser.get(path)));
  const answers = await Promise.all(
    browsers.map((browser, i) => browser.submit(pages[i]!, path, { name: `Marta ${i}`, email: "" })),
  );
  t.same(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 9 }, () => 410)]);
  t.equal(people(), before + 1);
  t.equal((await house.browser().get(path)).status, 410);
  house.clock.at += 15 * 86_400_000;
  const late = invite(house, { actorId: FANO_ID, role: "member", email: null });
  house.clock.at = late.expiresAt;
  t.equal((await house.browser().get(pathOf(late.url))).status, 410, "nor after 14 days");
});
