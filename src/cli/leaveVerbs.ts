// The verb that closes an actor or the whole node: it says what would happen, and does it only where the name is typed.
import type { Command } from "commander";
import { countSince, listUnreached } from "../activitypub/outboxListStore.ts";
import { listActors } from "../activitypub/store.ts";
import { listAffairs } from "../nodeCare.ts";
import { keepActor, keepNode, type Leaving, retireActor, retireNode } from "../partners/leaving/actions.ts";
import { closesBy, type Departure, lettersLeaveAt, phaseOf } from "../partners/leaving/leaving.ts";
import { loadDeparture } from "../partners/leaving/store.ts";
import { countOpenPacts } from "../partners/pacts/pactStore.ts";
import { countFollows } from "../partners/store.ts";
import { type Desk, demand, findActor, VerbError } from "./desk.ts";

type RetireOptions = { readonly yesReally?: string; readonly keep?: true };
type Closing = { readonly id: string; readonly name: string; readonly handle: string };

const MOST_UNREACHED = 1000;

/** `retire`: the running node carries out what is decided here. */
export function addLeaveVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  program
    .command("retire")
    .description(say("cli.retire.about"))
    .argument("[handle]", say("cli.retire.handle"))
    .option("--yes-really <name>", say("cli.retire.yes"))
    .option("--keep", say("cli.retire.keep"))
    .action((handle: string | undefined, { yesReally, keep }: RetireOptions) => {
      const clock = { now: Date.now };
      const leaving: Leaving = {
        wire: { db: desk.db(), clock, origin: desk.config.origin },
        affairsOf: listAffairs,
      };
      const one = handle === undefined ? null : findActor(desk, handle);
      const wish = yesReally === undefined ? null : { typed: yesReally, byId: null };
      if (keep) {
        const { kept } = demand(desk, one ? keepActor(leaving, one.id, null) : keepNode(leaving, null));
        return tell(say("cli.retire.kept", { count: kept.length }));
      }
      const closing = one ? [one] : listActors(desk.db().orm).filter(({ kind }) => kind !== "node");
      const open = closing.flatMap((actor) => tellStanding(desk, actor));
      if (wish === null) return tell(say("cli.retire.dry", { name: one?.handle ?? new URL(desk.config.origin).host }));
      if (open.length > 0) throw new VerbError(say("refusal.affairs-open", { count: open.length }));
      demand(desk, one ? retireActor(leaving, one.id, wish) : retireNode(leaving, wish));
      tell(say("cli.retire.decided", { at: minute(lettersLeaveAt({ decidedAt: clock.now() })) }));
    });
}

/** What an actor has and how far it is; gives what must be finished first. */
function tellStanding(desk: Desk, { id, name, handle }: Closing): string[] {
  const { say, tell, config } = desk;
  const { orm } = desk.db();
  const departure = loadDeparture(orm, id);
  if (departure) {
    tellProgress(desk, name, departure);
    return [];
  }
  const followers = countFollows(orm, id, "in", "accepted");
  const followed = countFollows(orm, id, "out", "accepted");
  tell(`${name}: ${say("leaving.ties", { pacts: countOpenPacts(orm, id), followers, followed })}`);
  const open = listAffairs(orm, id).map(
    ({ what, name, path }) => `${say(`leaving.affair.${what}`, { name })}  ${config.origin}/desk/${handle}/${path}`,
  );
  for (const line of open) tell(`  ${line}`);
  return open;
}

function tellProgress({ say, tell, db }: Desk, name: string, departure: Departure): void {
  const { actorId, lettersAt, goneAt } = departure;
  const phase = phaseOf(departure);
  const at = { waiting: lettersLeaveAt(departure), leaving: closesBy(departure), gone: goneAt ?? 0 }[phase];
  tell(`${name}: ${say(`leaving.phase.${phase}`)}. ${say(`leaving.at.${phase}`)} ${minute(at)}.`);
  if (lettersAt === null) return;
  tell(`  ${say("leaving.letters", countSince(db().orm, actorId, lettersAt))}`);
  for (const { host, recipient, state, lastError } of listUnreached(db().orm, actorId, lettersAt, MOST_UNREACHED)) {
    const word = say(state === "abandoned" || state === "needs-human" ? "leaving.givenUp" : "leaving.stillTried");
    tell(`  ${recipient ?? host}  ${word}  ${lastError ?? ""}`);
  }
}

function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
