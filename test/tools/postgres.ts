// A real PostgreSQL for tests: the one given in FILIERA_TEST_POSTGRES, else a cluster of our own in a folder, gone afterwards.
import { execFileSync, type SpawnSyncOptions } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Postgres = { readonly url: string; readonly stop: () => void };

const PROGRAMS = "/usr/lib/postgresql";
/** The user nobody on Debian: PostgreSQL refuses to run as root. */
const NOBODY = 65534;

/** Why there is none here, or false: for the `skip` of a test. */
export function lacksPostgres(): string | false {
  if (process.env.FILIERA_TEST_POSTGRES || findPrograms()) return false;
  return "no PostgreSQL here: apt-get install postgresql";
}

function findPrograms(): string | null {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort((a, b) => Number(b) - Number(a)) : [];
  return (
    versions.map((version) => join(PROGRAMS, version, "bin")).find((bin) => existsSync(join(bin, "initdb"))) ?? null
  );
}

/** Starts it, on a socket in its own folder; nothing of it outlives `stop`. `isDurable`: with fsync, as in earnest. */
export function startPostgres({ isDurable = false } = {}): Postgres {
  const given = process.env.FILIERA_TEST_POSTGRES;
  if (given) return { url: given, stop: () => undefined };
  const bin = findPrograms();
  if (!bin) throw new Error("no PostgreSQL here");
  const folder = mkdtempSync(join(tmpdir(), "filiera-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const options: SpawnSyncOptions = { stdio: "pipe", cwd: folder, ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) };
  const run = (program: string, ...args: string[]) => execFileSync(join(bin, program), args, options);
  const data = join(folder, "data");
  run("initdb", "-D", data, "-U", "filiera", "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
  const careless = isDurable ? "" : "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";
  run(
    "pg_ctl",
    "-D",
    data,
    "-w",
    "-l",
    join(folder, "log"),
    "-o",
    `-k ${folder} -c listen_addresses= ${careless}`,
    "start",
  );
  return {
    url: `postgres://filiera@${encodeURIComponent(folder)}/postgres`,
    stop: () => {
      run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
