// Time as something that is handed over: the process gives the real clock, a test one that it moves.

/** Epoch milliseconds. */
export type Clock = { readonly now: () => number };

/** Work that time brings: run at start, then every `everyMs`. A throw is logged and does not stop the others. */
export type ClockTask = {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (now: number) => void | Promise<void>;
};
