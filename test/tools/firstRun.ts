// Sets a node up through its pages as somebody in a hurry: three answers, and the first person is there.
import type { Browser, Seen } from "../web/browser.ts";

/** What the first half of the first run asks at least. */
export type FirstAnswers = {
  readonly kind: string;
  readonly name: string;
  readonly handle: string;
  readonly place: string;
  readonly personName: string;
  readonly email: string;
};

/** Answers behind the set-up link, by its path. Gives the last page: the first step of who is signed in, or the one that refused. */
export async function walkSetup(browser: Browser, path: string, answers: FirstAnswers): Promise<Seen> {
  const { kind, name, handle, place, personName, email } = answers;
  let seen = await browser.get(`${path}/kind`);
  for (const [step, fields] of [
    ["kind", { kind, level: "des" }],
    ["who", { name, handle, place, contact: "" }],
    ["you", { personName, email }],
  ] as const) {
    if (seen.path !== `${path}/${step}`) return seen;
    seen = await browser.submit(seen, `${path}/${step}`, fields);
  }
  return seen;
}
