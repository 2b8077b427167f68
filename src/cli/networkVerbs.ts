// The verbs about networks: make the index anew, out of what the sources show.
import type { Command } from "commander";
import { readAllAgain } from "../network/reading/actions.ts";
import { countSources } from "../network/reading/store.ts";
import { openNodeWire } from "../node.ts";
import { type Desk, VerbError } from "./desk.ts";

const TELL_EVERY_MS = 2000;

/** `network rebuild`: exit status 1 where no source could be read; that one or another is down is usual in a network, and said. */
export function addNetworkVerbs(program: Command, desk: Desk): void {
  const { say, tell, config } = desk;
  const network = program.command("network").description(say("sources.cli.about"));
  network
    .command("rebuild")
    .description(say("sources.cli.rebuild"))
    .action(async () => {
      const clock = { now: Date.now };
      const db = desk.db();
      const startedAt = clock.now();
      const { reader, index, wire, close } = openNodeWire(config, db, clock);
      const progress = () => {
        const { total, read, entries } = countSources(db.orm, startedAt);
        tell(say("sources.cli.progress", { read, total, entries }));
      };
      const timer = setInterval(progress, TELL_EVERY_MS);
      try {
        await (await index.open()).clear();
        readAllAgain({ wire });
        await reader.readDue();
      } finally {
        clearInterval(timer);
        await close();
      }
      const { total, failing, entries } = countSources(db.orm, startedAt);
      const seconds = Math.round((clock.now() - startedAt) / 1000);
      tell(say("sources.cli.done", { count: total, entries, seconds }));
      const told = say("sources.cli.failing", { count: failing });
      if (failing > 0 && failing >= total) throw new VerbError(told);
      if (failing > 0) tell(told);
    });
}
