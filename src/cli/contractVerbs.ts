// `filiera contract`: the signed contracts of orders, checked and carried away.
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  type ContractFile,
  readContractFile,
  verifyContract,
  writeContractFile,
} from "../partners/threads/contract.ts";
import { loadContract } from "../partners/threads/contractActions.ts";
import { contractLines } from "../partners/threads/contractPages.ts";
import { type Desk, findActor, VerbError } from "./desk.ts";

/** `verify [file]` (also `show`) and `export`; a contract that does not hold ends with status 1. */
export function addContractVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  type Which = { thread?: string; actor?: string };
  const contract = program.command("contract").description(say("cli.contract.about"));
  const add = (name: string) =>
    contract
      .command(name)
      .description(say(`cli.contract.${name}`))
      .option("--thread <iri>", say("cli.contract.thread"))
      .option("--actor <handle>", say("cli.contract.actor"));
  const find = ({ thread, actor: handle }: Which): ContractFile => {
    if (!thread || !handle) throw new VerbError(say("cli.contract.which"));
    const found = loadContract(desk.db().orm, findActor(desk, handle).id, thread);
    if (!found) throw new VerbError(say("cli.contract.unknown", { handle, thread }));
    return found;
  };
  const check = (file: ContractFile) => {
    const report = verifyContract(file);
    for (const line of contractLines(report, say, desk.config.language)) tell(line);
    if (!report.holds) throw new VerbError(say("cli.contract.no"));
  };
  add("verify")
    .alias("show")
    .argument("[file]")
    .action((file: string | undefined, which: Which) => {
      if (file === undefined) return check(find(which));
      const read = existsSync(file) ? readContractFile(readFileSync(file, "utf8")) : null;
      if (!read) throw new VerbError(say("cli.contract.unreadable", { file }));
      check(read);
    });
  add("export").action((which: Which) => void process.stdout.write(writeContractFile(find(which))));
}
