// What a node says to whoever looks after it: one line of JSON each, of bounded length, whatever others made it say. Names of
// people, tokens, bodies and headers are kept out by never being handed over (SAFETY 9); what of a failure is written is chosen here.
import { type DestinationStream, type Logger, pino } from "pino";

/** Characters of any one text: a peer may send a name of a megabyte, and the disk is ours. */
const TEXT_MAX = 1000;
const STACK_MAX = 4000;

/** The log of the process, to standard output unless another is given. */
export function openLog(to?: DestinationStream): Logger {
  const options = {
    level: "info",
    base: null,
    formatters: { log: boundFacts },
    serializers: { err: describeFailure },
    hooks: {
      // The message itself, and what goes into it.
      logMethod(words: unknown[], method: (...words: unknown[]) => void) {
        method.apply(this, words.map(bound));
      },
    },
  } as const;
  return to ? pino(options, to) : pino(options);
}

function boundFacts(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, bound(fact)]));
}

function bound(fact: unknown): unknown {
  return typeof fact === "string" ? cut(fact, TEXT_MAX) : fact;
}

/** Of an error only what helps: its other members may be what somebody sent, or a password to a mail server. */
function describeFailure(failure: unknown): Record<string, unknown> {
  if (!(failure instanceof Error)) return { message: cut(String(failure), TEXT_MAX) };
  const { name, message, stack = "", cause } = failure;
  const code = "code" in failure ? { code: cut(String(failure.code), 100) } : {};
  const because = cause instanceof Error ? { cause: cut(`${cause.name}: ${cause.message}`, TEXT_MAX) } : {};
  return { type: name, message: cut(message, TEXT_MAX), ...code, ...because, stack: cut(stack, STACK_MAX) };
}

// JSON spells out what stands below a space; some terminals also obey what stands above, and line readers split there.
const COMMANDS = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function cut(text: string, most: number): string {
  const short = text.length <= most ? text : `${text.slice(0, most)}… (${text.length})`;
  return short.replaceAll(COMMANDS, (one) => `\\u${one.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}
