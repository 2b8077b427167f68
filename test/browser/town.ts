// What the browser looks at: a real node on loopback with a group in it, and the sessions of those who visit.
import { createServer } from "node:net";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import type { Test } from "tap";
import { issueSetupLink, type MembersHouse, signInLink } from "../../src/members/actions.ts";
import { buildMembers, FANO } from "../members/house.ts";

/** Who looks: nobody signed in, or one of the people of this town. */
export type Who = "nobody" | "admin";

/** Two nodes: one that was just installed, and one where a group lives. */
export type Town = {
  readonly origin: string;
  readonly freshOrigin: string;
  /** The set-up link of the fresh node. */
  readonly setupUrl: string;
  /** A new sign-in link of the administrator. */
  signInUrl(): Promise<string>;
  /** A browser context of theirs: signed in where they have an account. */
  open(browser: Browser, who: Who, options: BrowserContextOptions): Promise<BrowserContext>;
};

/** Starts the town, and stops it with the test. */
export async function buildTown(t: Test): Promise<Town> {
  const fresh = await startNode(t);
  const lived = await startNode(t);
  const setup = issueSetupLink(fresh);
  const first = issueSetupLink(lived);
  if ("refused" in setup || "refused" in first) throw new Error("a new node has a set-up link");
  const signInUrl = async () => {
    const made = await signInLink(lived, FANO.email);
    if ("refused" in made) throw new Error("the administrator has an address");
    return made.url;
  };
  let isSetUp = false;
  return {
    origin: lived.origin,
    freshOrigin: fresh.origin,
    setupUrl: setup.url,
    signInUrl,
    open: async (browser, who, options) => {
      const context = await browser.newContext(options);
      if (who === "nobody") return context;
      const page = await context.newPage();
      if (isSetUp) {
        await page.goto(await signInUrl());
        await page.click("main button");
      } else {
        await page.goto(first.url);
        for (const [name, value] of Object.entries(FANO).filter(([name]) => name !== "kind"))
          await page.fill(`[name="${name}"]`, value);
        await page.click("main button");
        isSetUp = true;
      }
      await page.waitForURL(`${lived.origin}/`);
      await page.close();
      return context;
    },
  };
}

async function startNode(t: Test): Promise<MembersHouse> {
  const port = await freePort();
  const house = await buildMembers(t, { origin: `http://localhost:${port}`, smtpUrl: "smtp://127.0.0.1:1" });
  await house.app.listen({ host: "localhost", port });
  return house;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
