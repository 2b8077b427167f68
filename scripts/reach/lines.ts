// What V8 counted, as lines and functions of a file: a line is reached unless the innermost block around it never ran.

/** As the inspector tells it: blocks from the outer to the inner, `functionName` empty for those without a name. */
export type Counted = {
  readonly functionName: string;
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
};

/** Of one file: "1" or "0" for each line, and for each named function, by name and offset, whether it was called. */
export type Reached = { readonly lines: string; readonly functions: Readonly<Record<string, boolean>> };

/** Types are stripped to blanks before V8 sees a file, so that its offsets are those of `text`. */
export function readReached(text: string, counted: readonly Counted[]): Reached {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lines = starts.map((from, i) => ({ from, until: (starts[i + 1] ?? text.length + 1) - 1, isReached: true }));
  for (const { ranges } of counted)
    for (const { startOffset, endOffset, count } of ranges)
      for (const line of lines) if (startOffset <= line.from && line.until <= endOffset) line.isReached = count > 0;
  const named = counted.filter(({ functionName }) => functionName !== "");
  return {
    lines: lines.map(({ isReached }) => (isReached ? "1" : "0")).join(""),
    functions: Object.fromEntries(
      named.map(({ functionName, ranges: [whole] }) => [
        `${functionName}@${whole?.startOffset}`,
        (whole?.count ?? 0) > 0,
      ]),
    ),
  };
}

/** What either reached. */
export function joinReached(one: Reached, other: Reached): Reached {
  const functions = { ...one.functions };
  for (const [name, isCalled] of Object.entries(other.functions))
    functions[name] = functions[name] === true || isCalled;
  return {
    lines: [...one.lines].map((line, i) => (line === "1" ? line : (other.lines[i] ?? line))).join(""),
    functions,
  };
}
