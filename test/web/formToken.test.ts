// The token of our forms: never the same bytes twice, always the same secret.
import t from "tap";
import { buildHouse } from "./house.ts";

const tokensOf = (body: string) => [...body.matchAll(/name="_token" value="([^"]*)"/g)].map(([, token]) => token ?? "");

t.test("B63 a token stands in no two answers with the same bytes, and each of them opens its form", async (t) => {
  const house = await buildHouse(t);
  const browser = await house.signedIn("marta");
  const pages = [await browser.get("/try/marta"), await browser.get("/try/marta")];
  const [first, second] = pages.map(({ body }) => tokensOf(body)[0] ?? "");
  t.not(first, second);
  t.equal(first?.length, 86 + 22 + "marta".length, "the token, and under a seal whose page it is");
  t.not(first?.slice(86, 108), second?.slice(86, 108));
  // The form signs in anew, which ends the session of both pages: one of them is enough.
  t.equal((await browser.submit(pages[0]!, "/try/marta", { quantity: "1" })).status, 200);
});

t.test("C7 a token that is another person's, cut short or mere noise opens nothing", async (t) => {
  const house = await buildHouse(t);
  const [marta, gino] = [await house.signedIn("marta"), await house.signedIn("gino")];
  const page = await marta.get("/try/marta");
  const own = tokensOf(page.body)[0] ?? "";
  const foreign = tokensOf((await gino.get("/try/marta")).body)[0] ?? "";
  for (const token of [foreign, own.slice(0, 43), "", "A".repeat(86), own.replace(/marta$/, "gino"), `${own}AA`]) {
    const seen = await marta.submit(page, "/try/marta", { quantity: "1", _token: token });
    t.equal(seen.status, 403, token.slice(0, 10));
  }
});
