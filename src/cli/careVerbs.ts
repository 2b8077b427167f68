// The verbs that look after the node's data: the hour of the nightly copy, everything as one file, pictures nobody names, GDXP files.

import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { exportCatalog } from "../catalogs/imports/actions.ts";
import { findUnusedMedia, pruneMedia } from "../catalogs/pictures/pruneActions.ts";
import { readPriceList } from "../exchange/readPriceList.ts";
import { listGatheringPictures } from "../gatherings/store.ts";
import { membersHouse } from "../node.ts";
import { openKeeper } from "../nodeCare.ts";
import { noteByHand } from "./auditVerb.ts";
import { type Desk, demand, findActor, VerbError } from "./desk.ts";

const clock = { now: Date.now };

/** `backup-hour`, `export`, `migrate`, `media prune`, `gdxp check` and `gdxp export`. */
export function addCareVerbs(program: Command, desk: Desk): void {
  addCopyVerbs(program, desk);
  addMediaVerbs(program, desk);
  addGdxpVerbs(program, desk);
}

const keeperOf = (desk: Desk) => openKeeper(desk.config, desk.db(), clock, membersHouse(desk.config, desk.db(), clock));

function addCopyVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  program
    .command("backup-hour")
    .description(say("cli.care.hour"))
    .argument("[time]", say("cli.care.hourTime"))
    .action((time?: string) => {
      const keeper = keeperOf(desk);
      if (time !== undefined && keeper.chooseTime(time === "off" ? null : time))
        throw new VerbError(say("cli.care.badHour", { time }));
      const { nights } = keeper.state();
      tell(nights.time === null ? say("cli.care.noHour") : say("cli.care.atHour", { time: nights.time }));
    });
  program
    .command("export")
    .description(say("cli.care.export"))
    .argument("<file>")
    .action(async (file: string) => {
      const target = resolve(file);
      if (existsSync(target)) throw new VerbError(say("cli.care.exists", { file: target }));
      const { stream } = demand(desk, await keeperOf(desk).openExport());
      noteByHand(desk, "node-data", null, "");
      await pipeline(stream, createWriteStream(target, { flags: "wx", mode: 0o600 }));
      tell(say("cli.care.exported", { file: target }));
    });
  program
    .command("migrate")
    .description(say("cli.care.migrate"))
    .action(() => {
      desk.db();
      tell(say("cli.care.migrated"));
    });
}

function addMediaVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  program
    .command("media")
    .description(say("cli.care.media"))
    .command("prune")
    .description(say("cli.care.prune"))
    .option("--confirm", say("cli.care.pruneConfirm"))
    .action(({ confirm = false }: { confirm?: boolean }) => {
      const { dataFolder } = desk.config;
      const prune = confirm ? pruneMedia : findUnusedMedia;
      const { files, bytes } = prune(desk.db(), dataFolder, clock.now(), listGatheringPictures);
      for (const file of files) tell(file);
      const facts = { count: files.length, kilobytes: Math.ceil(bytes / 1024) };
      tell(say(confirm ? "cli.care.pruned" : "cli.care.wouldPrune", facts));
    });
}

function addGdxpVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const gdxp = program.command("gdxp").description(say("cli.care.gdxp"));
  gdxp
    .command("check")
    .description(say("cli.care.gdxpCheck"))
    .argument("<file>")
    .action(async (file: string) => {
      if (!existsSync(file)) throw new VerbError(say("cli.contract.unreadable", { file }));
      const read = demand(desk, await readPriceList(readFileSync(file), basename(file)));
      for (const { supplier, products, badRows } of read.lists)
        tell(`${supplier?.name ?? "-"}  ${read.format}  ${products.length} + ${badRows.length}`);
    });
  gdxp
    .command("export")
    .description(say("cli.catalog.export"))
    .argument("<handle>")
    .action((handle: string) => {
      const { language } = desk.config;
      const options = { now: clock.now(), language };
      process.stdout.write(exportCatalog(desk.db().orm, findActor(desk, handle), "gdxp", options));
    });
}
