// "Un GAS nuovo" in the demo: where no group is near, somebody founds one with the district's help, which hosts it; the region sees it.
import { CAST, NEW_GROUP } from "./cast.ts";
import { groupsOf, REGION } from "./regionStory.ts";
import type { Stage } from "./story.ts";
import { settle } from "./time.ts";

/** What the founder has done of the guide's ten steps: people, a name, who farms nearby. */
const STEPS_DONE = [1, 2, 4];
const { actor: GROUP, founder: FOUNDER, network: NETWORK } = NEW_GROUP;

/** Gives the page of the founding, which its founder alone has the way to. */
export async function foundGroup(stage: Stage): Promise<string> {
  const { part, homes, teller } = stage;
  const { say, fact, see, format } = teller;
  const district = part(NETWORK);
  const { home, handle } = district;
  const [keeper, coordinator] = CAST.district.people;
  const nearest = await home.ask("findNearest", { handle, comune: GROUP.place });
  if (nearest) fact(say.seeks(FOUNDER.name, GROUP.place, nearest.name, format.count(nearest.km)));
  const { id, url } = await home.ask("askToFound", { handle, founder: FOUNDER, group: GROUP, steps: STEPS_DONE });
  fact(say.asksToFound(FOUNDER.name, district.name, GROUP.name));
  await home.ask("agreeToFound", { handle, id, by: coordinator!.email });
  await home.ask("hostGroup", { id, handle: GROUP.handle, by: keeper!.email, founder: FOUNDER });
  fact(say.hosts(coordinator!.name, keeper!.name, FOUNDER.name, GROUP.name));
  const about = { handle: GROUP.handle, summary: say.newSummary, contact: "" };
  await home.ask("describe", about);
  await home.ask("joinNetwork", { handle: GROUP.handle, network: district.typed, by: FOUNDER.email });
  const asked = { handle, peer: `${home.origin}/${GROUP.handle}` };
  await see(say.asksToJoin(GROUP.name, district.name), async () =>
    ["asked", "member"].includes(String(await home.ask("showMembership", asked))),
  );
  await home.ask("admit", { ...asked, by: coordinator!.email });
  await settle(homes, teller);
  const groups = groupsOf(homes).length + 1;
  await see(say.regionGrows(part(REGION).name, format.count(groups), GROUP.name), async () => {
    const shown = await part(REGION).home.ask("askNetwork", { handle: REGION, find: null });
    return shown.groups === groups;
  });
  return url;
}
