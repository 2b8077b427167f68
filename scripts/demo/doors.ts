// What there is to open once the story is told: public pages, and for each person a sign-in link and their desks.
import { CAST, HOME_KEYS, type Player } from "./cast.ts";
import type { HomeProcess, Homes } from "./homes.ts";
import { StoryError, type Teller } from "./teller.ts";
import { openAsPerson, openPage } from "./visit.ts";
import type { Sentences } from "./words.ts";

type DoorName = Exclude<keyof Sentences["doors"], "signIn">;

/** What each kind of actor's people want to see first; a referente has no people page. */
const DESKS = {
  producer: ["catalog", "cycles", "partners", "outbox"],
  gas: ["mirrors", "offers", "partners"],
  district: ["partners", "people"],
} as const satisfies Record<string, readonly DoorName[]>;

const WIDTH = 24;

/** Prints every address, with fresh sign-in links. */
export async function printDoors(
  homes: Homes,
  teller: Teller,
  cycleIri: string | null,
  isStaying: boolean,
): Promise<void> {
  const { say, line } = teller;
  line(`\n${say.look}`);
  for (const { url, says } of publicDoors(homes, say, cycleIri)) line(`  ${says.padEnd(WIDTH + 16)} ${url}`);
  line(`\n${isStaying ? say.enter : say.enterOnce}`);
  for (const { home, player, actorName } of listPlayers(homes)) {
    const link = await home.ask("makeSignInLink", { email: player.email });
    line(`\n  ${player.name}, ${actorName}`);
    line(`    ${say.doors.signIn.padEnd(WIDTH)} ${link}`);
    for (const { name, url } of desksOf(home, player)) line(`    ${say.doors[name].padEnd(WIDTH)} ${url}`);
  }
}

/** Opens every page that printDoors names, each desk as the person whose it is. Gives how many. Throws StoryError. */
export async function tryDoors(homes: Homes, { say }: Teller, cycleIri: string | null): Promise<number> {
  let count = 0;
  const hold = (url: string, status: number) => {
    if (status !== 200) throw new StoryError(say.closedDoor(url, status));
    count++;
  };
  for (const { url } of publicDoors(homes, say, cycleIri)) hold(url, await openPage(url));
  for (const { home, player } of listPlayers(homes)) {
    const link = await home.ask("makeSignInLink", { email: player.email });
    const urls = desksOf(home, player).map(({ url }) => url);
    for (const { url, status } of await openAsPerson(link, urls)) hold(url, status);
  }
  return count;
}

function publicDoors(homes: Homes, say: Sentences, cycleIri: string | null): { url: string; says: string }[] {
  const actors = HOME_KEYS.flatMap((key) =>
    CAST[key].actors.map(({ handle, name }) => ({ url: `${homes[key].origin}/${handle}`, says: name })),
  );
  return cycleIri === null ? actors : [...actors, { url: cycleIri, says: say.publicCycle }];
}

type Playing = { readonly home: HomeProcess; readonly player: Player; readonly actorName: string };

function listPlayers(homes: Homes): Playing[] {
  return HOME_KEYS.flatMap((key) =>
    CAST[key].people.map((player) => {
      const actor = CAST[key].actors.find(({ handle }) => handle === player.handle);
      return { home: homes[key], player, actorName: actor?.name ?? player.handle };
    }),
  );
}

function desksOf({ key, origin }: HomeProcess, { handle }: Player): { name: DoorName; url: string }[] {
  const kind = CAST[key].actors.find((actor) => actor.handle === handle)?.kind ?? "gas";
  return DESKS[kind].map((name) => ({ name, url: `${origin}/desk/${handle}/${name}` }));
}
