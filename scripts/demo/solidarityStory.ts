// "Spesa sospesa" in the demo: bread that members left goes to families whom the group knows by a tree, and the fund is shared by points.
import { type BreadTold, LEFT } from "./breadStory.ts";
import { CAST } from "./cast.ts";
import { GROUPS } from "./groups.ts";
import { findProduct, nameOf } from "./orderStory.ts";
import type { Stage } from "./story.ts";

const [GROUP] = GROUPS;
const AT_THE_COUNTER = "ivana@gas-valle.example";
/** What each family weighs, and the most of a month. */
const NEEDS = [
  { points: 3, capCents: 3000 },
  { points: 2, capCents: 3000 },
];
const RULES = { perOrderCents: 100, roundsUp: true, monthlyPercent: 50 };

export async function shareWithOthers(stage: Stage, { counterId: orderId }: BreadTold): Promise<void> {
  const { part, teller } = stage;
  const { say, fact, see, format } = teller;
  const { home, handle, name } = part(GROUP!.handle);
  const [keeper] = CAST.valley.people;
  await home.ask("chooseFund", { handle, by: keeper!.email, rules: RULES });
  fact(say.fundChosen(name, format.money(RULES.perOrderCents), format.count(RULES.monthlyPercent)));
  const families = NEEDS.map((need) => ({ ...need, service: say.service }));
  const named = await home.ask("nameFamilies", { handle, by: keeper!.email, families });
  fact(say.familiesNamed(keeper!.name, format.list(named.map((family) => family.name))));
  const { iri: productIri, name: goods } = await findProduct(part("forno"), LEFT.sku);
  const acting = { handle, orderId, email: AT_THE_COUNTER };
  const { familyName } = await home.ask("giveLeft", { ...acting, productIri });
  const waiting = LEFT.by.length - 1;
  await see(say.given(nameOf(AT_THE_COUNTER), goods, familyName, format.count(waiting)), async () => {
    const isTheirs = named.some((family) => family.name === familyName);
    return isTheirs && (await home.ask("countLeft", { orderId })) === waiting;
  });
  await shareFund(stage);
  await see(say.nobodyKnows(name), async () => {
    const letters = await home.ask("listLetters", { after: 0 });
    const said = named.flatMap((family) => [family.name, family.code]);
    return letters.length > 0 && !letters.some(({ json }) => said.some((one) => json.includes(one)));
  });
}

/** Whoever keeps the accounts shares out what the rules say; fund and families add up to what was there. */
async function shareFund({ part, teller }: Stage): Promise<void> {
  const { say, see, format } = teller;
  const { home, handle } = part(GROUP!.handle);
  const before = await home.ask("showFund", { handle });
  const { cents } = await home.ask("shareFund", { handle, by: GROUP!.treasurer });
  const after = await home.ask("showFund", { handle });
  const byShare = after.families.toSorted((one, other) => other.cents - one.cents);
  const shares = byShare.map((family) => `${family.name} ${format.money(family.cents)}`);
  const told = say.fundShared(nameOf(GROUP!.treasurer), format.money(cents), format.money(before.cents));
  await see(`${told} ${format.list(shares)}.`, async () => {
    const granted = after.families.reduce((sum, family) => sum + family.cents, 0);
    const { broken, sumCents } = await home.ask("proveLedger", {});
    return granted === cents && before.cents - after.cents === cents && broken.length === 0 && sumCents === 0;
  });
}
