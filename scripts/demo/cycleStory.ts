// An order cycle: opened, announced, read by both groups, then closed a day later than first said.
import type { Plan } from "../../src/sales/cycle.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import type { Stage } from "./story.ts";
import { inDays } from "./time.ts";

/** The cycle in which the groups order. */
export type CycleTold = { readonly cycleId: string; readonly iri: string; readonly closesAt: number };

const FARM = "fattoria";
const READERS = ["gas-valle", "gas-costa"];
const SKUS = ["FAR-02", "LEG-01", "OLI-01", "OLI-02", "FOR-02", "ORT-08", "CON-01"];

/** The farm opens a cycle of that name, and every group reads it. */
export async function tellCycle({ teller, part, clock }: Stage, name: string): Promise<CycleTold> {
  const { say, format, fact, see } = teller;
  const farm = part(FARM);
  const now = clock.now();
  const closesAt = inDays(now, 6, "21:00");
  const place = (number: number, days: number, where: string) => {
    return {
      number,
      startAt: inDays(now, days, "17:30"),
      endAt: inDays(now, days, "19:00"),
      place: where,
      position: null,
    };
  };
  const plan: Plan = {
    name,
    note: say.cycleNote,
    opensAt: null,
    closesAt,
    deliveries: [place(1, 10, say.placeValley), place(2, 11, say.placeCoast)],
    minimumOrderCents: 5000,
    visibility: "public",
    // The farm looks at every order before it says yes; what is agreed when the cycle has closed is confirmed by the clock.
    rules: { ...DEFAULT_RULES, answers: "hand", confirms: "clock" },
  };
  const opened = await farm.home.ask("openCycle", { handle: farm.handle, skus: SKUS, plan });
  fact(say.opened(farm.name, plan.name, format.dateTime(closesAt)));
  for (const gas of READERS.map(part))
    await see(say.announced(gas.name, format.count(SKUS.length)), async () => {
      const wish = { handle: gas.handle, producerIri: farm.iri, cycleIri: opened.iri };
      const copy = await gas.home.ask("showOffer", wish);
      const isWhole = copy?.lineCount === SKUS.length && copy.pricedCount === SKUS.length;
      return isWhole && copy.status === "open" && copy.endsAt === closesAt && copy.name === plan.name;
    });
  return { ...opened, closesAt };
}

export async function prolongCycle({ teller, part, clock }: Stage, { cycleId, iri }: CycleTold): Promise<void> {
  const { say, format, fact, see } = teller;
  const farm = part(FARM);
  const closesAt = inDays(clock.now(), 7, "21:00");
  await farm.home.ask("editCycle", { handle: farm.handle, cycleId, change: { closesAt } });
  fact(say.prolonged(farm.name, format.dateTime(closesAt)));
  for (const gas of READERS.map(part))
    await see(say.reread(gas.name), async () => {
      const copy = await gas.home.ask("showOffer", { handle: gas.handle, producerIri: farm.iri, cycleIri: iri });
      return copy?.endsAt === closesAt;
    });
}
