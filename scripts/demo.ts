// `npm run demo`: a region in small at work on this machine. Six real nodes, one process and one database each; what passes
// between them is signed HTTP. It tells what happens, prints what to open, and stays up until Ctrl-C.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isLanguage, type Language } from "../src/web/words.ts";
import { sayBurden, weighHomes } from "./demo/burden.ts";
import { CAST, HOME_KEYS } from "./demo/cast.ts";
import { openClock } from "./demo/clock.ts";
import { type Places, printDoors, tryDoors } from "./demo/doors.ts";
import { areFree, choosePorts, type Homes, listHomes } from "./demo/homes.ts";
import { bundleProgram } from "./demo/program.ts";
import { tellStory } from "./demo/story.ts";
import { createTeller, StoryError, type Teller } from "./demo/teller.ts";
import { SENTENCES } from "./demo/words.ts";

type Flags = {
  once: boolean;
  kill: boolean;
  chaos: boolean;
  data: string | null;
  basePort: number;
  language: Language;
};

/** What a folder of `--data` remembers of the demo that was told in it. */
type Kept = Places & { readonly ports: readonly number[] };

const KEPT = "demo.json";
const flags = readFlags(process.argv.slice(2));
process.exitCode = await run(flags, createTeller(flags.language));

async function run({ once, kill, chaos, data, basePort, language }: Flags, teller: Teller): Promise<number> {
  const { say, line } = teller;
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  const whenStopped = new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  const folder = data ?? mkdtempSync(join(tmpdir(), "filiera-demo-"));
  let homes: Homes | null = null;
  let program: Awaited<ReturnType<typeof bundleProgram>> | null = null;
  try {
    const kept = data === null ? null : readKept(data, say.folderTaken(data));
    const ports = kept?.ports ?? (await choosePorts(basePort));
    if (kept && !(await areFree(kept.ports))) throw new StoryError(say.portsTaken(ports.join(", ")));
    program = await bundleProgram();
    homes = listHomes({ program: program.file, folder, language }, ports);
    const shown = show(homes, teller, { kept, folder, once, kill, chaos });
    await Promise.race([shown, whenStopped]);
    if (once || stop.signal.aborted) return stop.signal.aborted ? 130 : 0;
    line(`\n${say.stay}`);
    const again = printAgain(homes, teller, await shown);
    process.stdin.on("data", again);
    await whenStopped;
    return 0;
  } catch (error) {
    console.error(`\n${say.failed(error instanceof Error ? error.message : String(error))}`);
    return 1;
  } finally {
    process.stdin.destroy();
    await close(homes, teller, folder, data !== null);
    if (program) rmSync(program.folder, { recursive: true, force: true });
  }
}

type Showing = { kept: Kept | null; folder: string; once: boolean; kill: boolean; chaos: boolean };

/** Starts the homes, tells the story where it was not told yet, and prints what to open. */
async function show(homes: Homes, teller: Teller, { kept, folder, once, kill, chaos }: Showing): Promise<Kept> {
  const { say, line, see, format, countSeen } = teller;
  line(say.title);
  line(`${say.folder(folder)}\n`);
  const clock = openClock(folder);
  await Promise.all(HOME_KEYS.map((key) => homes[key].start()));
  for (const key of HOME_KEYS) {
    const names = say.others(
      format.list(CAST[key].actors.map(({ name }) => name)),
      format.count(CAST[key].quiet.length),
    );
    line(`  ${names.padEnd(56)} ${homes[key].origin}   ${say.home(homes[key].pid())}`);
  }
  const places = kept ?? (await tellStory(homes, teller, clock, { kills: kill, chaos }));
  const seconds = format.quantity(Math.round(performance.now() / 100) * 100);
  const told = kept ?? { ports: HOME_KEYS.map((key) => Number(new URL(homes[key].origin).port)), ...places };
  writeFileSync(join(folder, KEPT), JSON.stringify(told));
  if (once) {
    const count = await tryDoors(homes, teller, places);
    await weighHomes(homes, teller);
    await see(say.opens(format.count(count)), async () => count > 0);
  }
  await printDoors(homes, teller, places, !once);
  line(`\n${kept ? say.resumed(seconds) : say.ready(seconds)}`);
  const burden = sayBurden(homes, teller);
  if (burden) line(burden);
  if (once) line(say.allHolds(format.count(countSeen())));
  return told;
}

function printAgain(homes: Homes, teller: Teller, places: Places): () => void {
  return () => void printDoors(homes, teller, places, true);
}

async function close(homes: Homes | null, { say, line }: Teller, folder: string, isKept: boolean): Promise<void> {
  if (homes) {
    line(`\n${say.stopping}`);
    await Promise.all(Object.values(homes).map((home) => home.stop()));
    line(say.stopped);
  }
  if (isKept) line(say.kept(folder));
  else rmSync(folder, { recursive: true, force: true });
}

/** What the folder remembers; null for an empty or a new one. Another folder is refused. */
function readKept(folder: string, refusal: string): Kept | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, KEPT);
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : null;
  if (kept?.ports.length === HOME_KEYS.length && kept.founding) return kept;
  // A demo of other homes, or of a shorter story, is as foreign as any other file.
  if (readdirSync(folder).length > 0) throw new StoryError(refusal);
  return null;
}

function readFlags(argv: string[]): Flags {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        once: { type: "boolean", default: false },
        kill: { type: "boolean", default: false },
        chaos: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        data: { type: "string" },
        "base-port": { type: "string", default: "8101" },
        language: { type: "string", default: "it" },
      },
    });
    const { once, kill, chaos, data, language, help } = values;
    const basePort = Number(values["base-port"]);
    if (!isLanguage(language)) throw new TypeError(`--language ${language}`);
    if (!Number.isInteger(basePort) || basePort < 1 || basePort > 65_000)
      throw new TypeError(`--base-port ${values["base-port"]}`);
    if (help) {
      console.log(SENTENCES[language].usage);
      process.exit(0);
    }
    return { once, kill, chaos, data: data === undefined ? null : resolve(data), basePort, language };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${SENTENCES.it.usage}`);
    process.exit(2);
  }
}
