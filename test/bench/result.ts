// A figure measured, and how one line says it.
import type { Figure } from "./figures.ts";

/** `limit` is the value it is held against, `ratio` its share of it; null for a limit itself, and for what failed. */
export type Result = {
  readonly value: number | null;
  readonly unit: string;
  readonly limit: number | null;
  readonly ratio: number | null;
  /** The same against the figure's `harderLimit`. */
  readonly harder?: { readonly limit: number | null; readonly ratio: number | null };
};

/** The line of one figure on the screen. */
export function writeLine(figure: Figure, result: Result): string {
  const shares = writeShares(figure, result).join(", ");
  return `${figure.name.padEnd(22)} ${writeValue(result).padStart(10)} ${shares.padEnd(60)} ${figure.says}`.trimEnd();
}

/** The value with its unit. */
export function writeValue({ value, unit }: Pick<Result, "value" | "unit">): string {
  if (value === null) return "none";
  const digits = unit === "1/s" || value >= 100 ? 0 : 1;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${unit.replace("1/s", "/s")}`;
}

/** Its share of each limit: a percentage of rates, a multiple of times and sizes. */
export function writeShares({ limit, harderLimit, unit }: Figure, { ratio, harder }: Result): string[] {
  const say = (share: number | null, name: string | null | undefined) => {
    if (share === null || !name) return [];
    return [unit === "1/s" ? `${(100 * share).toFixed(0)} % of ${name}` : `${share.toPrecision(2)} × ${name}`];
  };
  return [...say(ratio, limit), ...say(harder?.ratio ?? null, harderLimit)];
}

/** Whether the figure is what we want; null where we want nothing of it or where it was not measured. */
export function meetsTarget({ unit, target }: Figure, { value, ratio }: Result): boolean | null {
  if (target === undefined || value === null) return null;
  const isEnough = unit === "1/s" ? value >= target.value : value <= target.value;
  return isEnough && (target.ratio === undefined || (ratio ?? 0) >= target.ratio);
}
