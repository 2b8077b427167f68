// What the browser looks at: real nodes on loopback with a group in one, and the sessions of those who visit.
import assert from "node:assert/strict";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import type { Test } from "tap";
import { issueSetupLink, type MembersHouse, signInLink } from "../../src/members/actions.ts";
import { membersHouse } from "../../src/node.ts";
import { FANO } from "../members/house.ts";
import { fillValley } from "../network/directory/valley.ts";
import { walkSetup } from "../tools/firstRun.ts";
import { startNodes, type TestClock, type TestNode } from "../tools/nodes.ts";
import { openBrowser } from "../web/browser.ts";
import { addByways, type Byways, FARMER, HALF } from "./byways.ts";
import { addDealings, type Dealings } from "./dealings.ts";
import { addElsewhere } from "./elsewhere.ts";
import { addFigures } from "./figures.ts";
import { addGroupLife, type GroupLife } from "./groupLife.ts";
import { addMeetings, type Meetings } from "./meetings.ts";
import { addSeason, type Season } from "./season.ts";
import { addShopping, type Shopping } from "./shopping.ts";
import { addTraining, type Training } from "./training.ts";
import { addTreasury, type Treasury } from "./treasury.ts";

/** Who looks: nobody signed in, one of the people of this town, or somebody whose second factor is still to come. */
export type Who = "nobody" | "half" | "farmer" | "admin";

const EMAILS = { half: HALF, farmer: FARMER, admin: FANO.email } as const;

/** Two nodes: one that was just installed, and one where a group lives. */
export type Town = {
  readonly fresh: TestNode;
  readonly lived: TestNode;
  readonly clock: TestClock;
  /** The set-up link of the fresh node. */
  readonly setupUrl: string;
  /** A farm beside the group, with its order cycles. */
  readonly season: Season;
  /** What the group buys there, order by order. */
  readonly shopping: Shopping;
  /** What the group sent to the farm, and what the farm answered. */
  readonly dealings: Dealings;
  /** The group's money. */
  readonly treasury: Treasury;
  /** What the group decided for itself. */
  readonly life: GroupLife;
  /** What lies off the great ways. */
  readonly byways: Byways;
  /** An evening of the group. */
  readonly meetings: Meetings;
  /** What the group teaches. */
  readonly training: Training;
  /** A new sign-in link of the administrator. */
  signInUrl(): Promise<string>;
  /** A browser context of theirs: signed in where they have an account. */
  open(browser: Browser, who: Who, options: BrowserContextOptions): Promise<BrowserContext>;
};

/** Starts the town, sets the lived-in node up as a person would, and stops it all with the test. */
export async function buildTown(t: Test): Promise<Town> {
  // No mail server answers there: what is asked for is said to be on its way all the same.
  const flags = ["--smtp-url", "smtp://127.0.0.1:1", "--mail-from", "nodo@gas.example"];
  const { nodes, clock } = await startNodes(t, ["fresh", "lived"], {}, flags);
  const people = houseOf(nodes.lived);
  await setUp(nodes.lived, setupLinkOf(people));
  const season = await addSeason(nodes.lived, FANO.handle, FANO.email);
  const shopping = await addShopping(nodes.lived, FANO.handle, FANO.email, season);
  const dealings = await addDealings(nodes.lived, FANO.handle, FANO.email, season);
  const treasury = addTreasury(nodes.lived, FANO.handle, FANO.email, season.farm);
  const life = addGroupLife(nodes.lived, FANO.handle);
  addElsewhere(nodes.lived, FANO.handle, FANO.email);
  const byways = await addByways(nodes.lived, people, FANO.handle, FANO.email, season.farm);
  addFigures(nodes.lived, FANO.handle);
  const meetings = addMeetings(nodes.lived, FANO.handle, FANO.email);
  await addNetwork(nodes.lived);
  const training = addTraining(nodes.lived, FANO.handle, FANO.email);
  const signInUrl = async (email: string = FANO.email) => {
    const made = await signInLink(people, email);
    if ("refused" in made) throw new Error("the administrator has an address");
    return made.url;
  };
  return {
    ...nodes,
    clock,
    season,
    shopping,
    dealings,
    treasury,
    life,
    byways,
    meetings,
    training,
    setupUrl: setupLinkOf(houseOf(nodes.fresh)),
    signInUrl,
    open: async (browser, who, options) => {
      const context = await browser.newContext(options);
      if (who === "nobody") return context;
      const page = await context.newPage();
      await page.goto(await signInUrl(EMAILS[who]));
      await page.click("main button");
      // Who administers a farm and nothing else is let in at its first page, not at the node's.
      await page.waitForURL(({ pathname }) => (who === "half" ? pathname === "/sign-in/second" : !isEntry(pathname)));
      await page.close();
      return context;
    },
  };
}

const isEntry = (pathname: string) => /^\/(sign-in|enter)/.test(pathname);

/** A region whose index knows a few groups, producers and their goods. */
async function addNetwork({ node, addActor }: TestNode): Promise<void> {
  const network = addActor({
    kind: "district",
    level: "region",
    handle: "rete",
    name: "Rete delle Marche",
    place: "Ancona",
  });
  // The network finds once that it has no members of its own; what stands in its index after that stays.
  for (let round = 0; round < 3; round++) await node.runDue();
  await fillValley(await node.index.open(), network.id, node.wire.clock.now());
}

function houseOf({ config, node }: TestNode): MembersHouse {
  return membersHouse(config, node.db, node.wire.clock);
}

function setupLinkOf(house: MembersHouse): string {
  const made = issueSetupLink(house);
  if ("refused" in made) throw new Error("a new node has a set-up link");
  return made.url;
}

async function setUp({ node, origin }: TestNode, url: string): Promise<void> {
  const person = openBrowser(node.app, origin);
  let seen = await walkSetup(person, new URL(url).pathname, FANO);
  // The rest of the first run is behind them.
  for (let step = 0; step < 5; step++) seen = await person.submit(seen, `${seen.path}/next`);
  assert.equal(seen.path, "/", "the node stands");
}
