// The district of the demo: groups and farms join it, and what they offer is found there, read at their own nodes.
import { CAST, HOME_KEYS } from "./cast.ts";
import type { Stage } from "./story.ts";

const DISTRICT = "des";
/** Members, each with the product by which it is found there; groups offer none. */
const MEMBERS = ["fattoria", "forno", "apiario", "gas-valle", "gas-costa"] as const;
const SOUGHT = "farina ottofile";

export async function joinDistrict({ part, teller }: Stage): Promise<void> {
  const { say, see, format } = teller;
  const district = part(DISTRICT);
  const keeper = CAST.district.people[0]!.email;
  for (const handle of MEMBERS) {
    const member = part(handle);
    const [someone] = CAST[HOME_KEYS.find((key) => CAST[key].actors.some((one) => one.handle === handle))!].people;
    await member.home.ask("joinNetwork", { handle, network: district.typed, by: someone!.email });
    const asked = { handle: DISTRICT, peer: member.iri };
    await see(say.asksToJoin(member.name, district.name), async () =>
      ["asked", "member"].includes(String(await district.home.ask("showMembership", asked))),
    );
    if ((await district.home.ask("showMembership", asked)) === "asked")
      await district.home.ask("admit", { ...asked, by: keeper });
  }
  const producers = MEMBERS.filter((handle) => part(handle).kind === "producer");
  const counts = await Promise.all(producers.map((handle) => part(handle).home.ask("countProducts", { handle })));
  const products = counts.reduce((sum, { count }) => sum + count, 0);
  await see(say.districtShows(district.name, format.count(MEMBERS.length), format.count(products)), async () => {
    const shown = await district.home.ask("askNetwork", { handle: DISTRICT, find: null });
    return shown.groups + shown.producers === MEMBERS.length && shown.products === products;
  });
  await see(say.districtFinds(district.name, SOUGHT), async () => {
    const { makers } = await district.home.ask("askNetwork", { handle: DISTRICT, find: SOUGHT });
    return makers.length === 1;
  });
}
