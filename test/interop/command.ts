// Runs other people's programs with a time limit, and says in one sentence why something cannot be had.
import { execFile } from "node:child_process";

/** Something the run needs cannot be had on this machine: the message is one sentence for whoever reads the log. */
export class Unavailable extends Error {}

export type CommandOptions = {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly seconds?: number;
  /** What the program reads from its standard input. */
  readonly input?: string;
};

/** Runs a program to its end and gives what it printed. Rejects with Unavailable when it is absent, fails or is too slow. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { env = process.env, cwd, seconds = 20, input = "" } = options;
  return new Promise((resolve, reject) => {
    const limits = { timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 16 << 20 } as const;
    const child = execFile(program, args, { env, cwd, ...limits }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const why = error.killed ? `took more than ${seconds} s` : lastLine(stderr) || lastLine(stdout) || error.message;
      reject(new Unavailable(`${program} ${args[0] ?? ""}: ${why}`));
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
