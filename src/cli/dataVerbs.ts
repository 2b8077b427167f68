// The verbs for the data as a whole: a copy, a copy put back, a node made again from the file that was taken home.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { restoreBackup, writeBackup } from "../db/backup.ts";
import { noteBackup } from "../db/backupKeeper.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { importExport } from "../nodeData.ts";
import { noteByHand } from "./auditVerb.ts";
import { type Desk, VerbError } from "./desk.ts";
import { tellExamined } from "./doctorVerb.ts";

/** `backup`, `restore`, `import`. */
export function addDataVerbs(program: Command, desk: Desk): void {
  const { say, tell, config } = desk;
  program
    .command("backup")
    .description(say("cli.backup.about"))
    .argument("[folder]", say("cli.backup.folder"))
    .action((folder?: string) => {
      const stamp = new Date(Date.now()).toISOString().slice(0, 19).replaceAll(":", "-");
      const target = resolve(folder ?? `${config.dataFolder}/backups/${stamp}`);
      if (existsSync(target)) throw new VerbError(say("cli.backup.exists", { folder: target }));
      const report = writeBackup(desk.db(), config.dataFolder, target);
      noteByHand(desk, "backup-made", null, "");
      noteBackup(desk.db(), { at: Date.now(), name: target, files: report.files, bytes: report.bytes });
      tell(say("cli.backup.made", { ...report, kilobytes: Math.ceil(report.bytes / 1024) }));
    });
  program
    .command("restore")
    .description(say("cli.restore.about"))
    .argument("<folder>")
    .action((folder: string) => {
      const restored = restoreBackup(resolve(folder), config.dataFolder, config.origin, Date.now());
      if (isRefusal(restored)) throw new VerbError(say(`cli.restore.${restored.refused}`, restored));
      tell(say("cli.restore.done", { folder, epoch: restored.epoch }));
      if (restored.aside) tell(say("cli.restore.aside", { folder: restored.aside }));
    });
  program
    .command("import")
    .description(say("cli.import.about"))
    .argument("<file>")
    .option("--keys <file>", say("cli.import.keys"))
    .action((file: string, { keys }: { keys?: string }) => {
      const { dataFolder, origin } = config;
      const secret = keys === undefined ? config.secret : readSecret(desk, keys);
      const keepsSecret = keys !== undefined || existsSync(resolve(dataFolder, "secrets", "secret"));
      if (!existsSync(file)) throw new VerbError(say("cli.import.no-file", { file }));
      const made = importExport({ file, dataFolder, origin, secret, keepsSecret, now: Date.now() });
      if (isRefusal(made)) throw new VerbError(say(`cli.import.${made.refused}`, made));
      tell(say("cli.import.done", { file, epoch: made.epoch }));
      if (made.aside) tell(say("cli.restore.aside", { folder: made.aside }));
      tellExamined(desk, { ...config, secret });
    });
}

/** The secret of the node as its file has it, or stops the verb. */
function readSecret({ say }: Desk, file: string): Buffer {
  const secret = existsSync(file) ? Buffer.from(readFileSync(file, "utf8").trim(), "base64url") : Buffer.alloc(0);
  if (secret.length < 32) throw new VerbError(say("cli.import.bad-keys", { file }));
  return secret;
}
