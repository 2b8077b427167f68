// The life of a group in the demo beside its orders: who it is, where it hands out, who helps, who would like to join; and a
// baker's certificate that lapses soon. So that every page of every role has something on it.
import { addDays, romeTime } from "../../src/kernel/time.ts";
import type { BreadTold } from "./breadStory.ts";
import { CAST, FRIEND } from "./cast.ts";
import { nameOf } from "./orderStory.ts";
import type { Stage } from "./story.ts";
import { settle } from "./time.ts";

const HANDLE = "gas-valle";
const BAKER = "forno";
/** So many days ahead a certificate is near its end: reminders go out at 60, 30 and 7. */
const LAPSES_IN_DAYS = 25;

export async function liveTogether(stage: Stage, { tonightId }: BreadTold): Promise<void> {
  const { part, clock, teller } = stage;
  const { say, fact, see, format } = teller;
  const { home, name } = part(HANDLE);
  await home.ask("describe", { handle: HANDLE, summary: say.lifeSummary, contact: "ordini@gas-valle.example" });
  const weekly = { weekday: 5, fromTime: "17:30", untilTime: "19:00" };
  await home.ask("addPlace", { handle: HANDLE, place: { name: say.placeValley, address: say.lifeAddress, ...weekly } });
  const other = { weekday: null, fromTime: null, untilTime: null };
  await home.ask("addPlace", { handle: HANDLE, place: { name: say.lifeOtherPlace, address: "", ...other } });
  fact(say.lifePlaces(name));
  await narrow(stage);
  const joining = { isOpen: true, places: 3, about: say.lifeAbout, how: say.lifeHow, showsProducers: true };
  await home.ask("openJoining", { handle: HANDLE, joining });
  await see(say.lifeAsks(name), async () => {
    const wish = { ...say.lifeGuest, email: "sara@posta.example", language: "it" as const };
    return (await home.ask("askToJoin", { handle: HANDLE, wish })) === 1;
  });
  const comers = [FRIEND.email, "ivana@gas-valle.example"];
  await see(say.lifeHelp(format.list(comers.map(nameOf)), say.lifeTask), async () => {
    const help = { handle: HANDLE, orderId: tonightId, task: say.lifeTask, needed: 3, comers };
    return (await home.ask("planHelp", help)) === comers.length;
  });
  const cash = {
    handle: HANDLE,
    by: "beppe@gas-valle.example",
    from: FRIEND.email,
    cents: 4000,
    giftCents: 1000,
    memo: say.lifeCash,
  };
  await home.ask("takeCash", cash);
  fact(say.lifeCashPaid(nameOf(FRIEND.email), format.money(cash.cents), nameOf(cash.by), format.money(cash.giftCents)));
  const baker = part(BAKER);
  const validUntil = addDays(romeTime(clock.now()).date, LAPSES_IN_DAYS);
  await baker.home.ask("dateCertificate", { handle: BAKER, validUntil });
  fact(say.lifeLapses(baker.name, format.count(LAPSES_IN_DAYS)));
  await report(stage);
}

/** A doubt about a baker's list goes from a member to who looks after the group's node, and from there on without a name. */
async function report({ part, homes, teller }: Stage): Promise<void> {
  const { say, fact, see } = teller;
  const baker = part(BAKER);
  const [keeper] = CAST.valley.people;
  const [theirs] = CAST.makers.people;
  const from = "chiara@gas-valle.example";
  const words = { content: say.lifeDoubt, passedOn: say.lifeDoubtPassedOn };
  const wish = { handle: HANDLE, from, by: keeper!.email, about: baker.iri, ...words };
  await part(HANDLE).home.ask("reportOn", wish);
  fact(say.lifeReported(nameOf(from), keeper!.name, baker.name));
  await settle(homes, teller);
  await see(say.lifeReportSettled(theirs!.name), async () => {
    const settled = await baker.home.ask("settleReports", { by: theirs!.email });
    return settled.length === 1 && settled[0] === say.lifeDoubtPassedOn;
  });
}

/** Whoever is a referente of named producers sees their orders alone. */
async function narrow({ part, teller }: Stage): Promise<void> {
  const { say, see } = teller;
  const [admin] = CAST.valley.people;
  for (const { name, email, handle, producers } of CAST.valley.people) {
    if (!producers) continue;
    const iris = producers.map((one) => part(one).iri);
    const wish = { handle, email, by: admin!.email, producers: iris };
    await see(say.lifeNarrow(name, producers.map((one) => part(one).name).join(", ")), async () => {
      const [seat] = await part(handle).home.ask("narrowReferente", wish);
      return seat?.producers?.length === iris.length;
    });
  }
}
