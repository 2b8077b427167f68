// The region of the demo: seventeen actors beside those of the story, their lists, and the way from a farm up to the region.
import { isDeepStrictEqual } from "node:util";
import type { FirstActor } from "../../src/members/actions.ts";
import { actorsAt, CAST, HOME_KEYS } from "./cast.ts";
import type { Homes } from "./homes.ts";
import { BUYERS, JOINS, listOf } from "./region.ts";
import type { Part, Stage } from "./story.ts";
import { readJson } from "./visit.ts";

export const REGION = "marche";
const SOUGHT = "farina ottofile";
const NEAR = { comune: "Jesi", km: 25 } as const;

/** Gives every home its other actors, and their lists to those who sell. */
export async function settleOthers({ homes, teller }: Stage): Promise<void> {
  const { say, format, fact } = teller;
  await Promise.all(
    HOME_KEYS.map((key) => {
      const { people, quiet } = CAST[key];
      const others = quiet.map(({ goods, vatNumber = null, ...actor }) => ({
        ...{ actor, vatNumber, list: goods ? listOf({ ...actor, goods }) : null },
        households: BUYERS.find(({ handle }) => handle === actor.handle)?.households ?? [],
      }));
      return homes[key].ask("settleMany", { keeper: people[0]!.email, others });
    }),
  );
  for (const key of HOME_KEYS) fact(say.settledToo(format.list(CAST[key].quiet.map(({ name }) => name))));
}

/** From below: districts take in groups and farms, provinces take in districts, the region takes in provinces. */
export async function joinRegion(stage: Stage): Promise<void> {
  const { teller, part } = stage;
  const { say, see, format } = teller;
  for (const { network, members } of JOINS) {
    const to = part(network);
    const from = members.map(part);
    await Promise.all(from.map((member) => askIn(member, to)));
    await see(say.takesIn(to.name, format.list(from.map(({ name }) => name))), async () =>
      (await Promise.all(from.map((member) => takeIn(to, member)))).every((isIn) => isIn),
    );
  }
  await lookAround(stage);
}

async function askIn({ home, handle }: Part, network: Part): Promise<void> {
  const by = CAST[home.key].people[0]!.email;
  await home.ask("joinNetwork", { handle, network: network.typed, by });
}

/** Takes the member in once its letter has come. Gives whether it is in. */
async function takeIn({ home, handle }: Part, member: Part): Promise<boolean> {
  const asked = { handle, peer: member.iri };
  const state = await home.ask("showMembership", asked);
  if (state === "asked") await home.ask("admit", { ...asked, by: CAST[home.key].people[0]!.email });
  return state === "asked" || state === "member";
}

/** What groups published is summed up at the region, and what they held back is in no sum. */
export async function sumUp({ teller, part }: Stage): Promise<void> {
  const { say, see, format } = teller;
  const region = part(REGION);
  const families = BUYERS.reduce((sum, { households }) => sum + households.length, 0);
  await see(say.regionSums(region.name, format.count(BUYERS.length), format.count(families)), async () => {
    const sums = await region.home.ask("sumFigures", { handle: REGION });
    const [of, alone] = ["ortaggi", "conserve"].map((name) => sums.find(({ key }) => key === name));
    return of?.families === families && of.sources === BUYERS.length && alone?.sources === 1;
  });
}

function castOf(homes: Homes, kind: FirstActor["kind"]) {
  const all = HOME_KEYS.flatMap((key) => actorsAt(key).map((actor) => ({ ...actor, home: homes[key] })));
  return all.filter((actor) => actor.kind === kind);
}

/** Every group of the cast. */
export function groupsOf(homes: Homes) {
  return castOf(homes, "gas");
}

/** What the region's own index knows of everybody. */
async function lookAround({ homes, teller, part }: Stage): Promise<void> {
  const { say, see, format } = teller;
  const region = part(REGION);
  const sellers = castOf(homes, "producer");
  const groups = groupsOf(homes).length;
  const counts = await Promise.all(sellers.map(({ home, handle }) => home.ask("countProducts", { handle })));
  const products = counts.reduce((sum, { count }) => sum + count, 0);
  const [g, p, goods] = [groups, sellers.length, products].map(format.count) as [string, string, string];
  await see(say.regionShows(region.name, g, p, goods), async () => {
    const shown = await region.home.ask("askNetwork", { handle: REGION, find: null });
    return shown.groups === groups && shown.producers === sellers.length && shown.products === products;
  });
  await see(say.regionFinds(region.name, SOUGHT, part("fattoria").name), async () => {
    const { makers } = await region.home.ask("askNetwork", { handle: REGION, find: SOUGHT });
    return makers.length === 1 && makers[0] === part("fattoria").iri;
  });
  const shown = HOME_KEYS.flatMap((key) => CAST[key].quiet).filter(({ vatNumber }) => vatNumber !== undefined);
  const names = shown.map(({ name }) => name).sort((one, other) => one.localeCompare(other, "it"));
  await see(say.hubLists(region.name, format.list(names)), async () => {
    const hub = await readJson<{ results: { name: string }[] }>(`${region.home.origin}/api/list`);
    return isDeepStrictEqual(
      hub.results.map(({ name }) => name),
      names,
    );
  });
  const { near } = await region.home.ask("askNetwork", { handle: REGION, find: null, near: NEAR });
  await see(say.regionNear(region.name, NEAR.comune, format.count(NEAR.km), format.count(near)), async () => near > 2);
}
