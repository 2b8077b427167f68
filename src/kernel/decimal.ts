// Decimal strings to scaled integers and back, without ever passing through a float.

/** Digits before the point that still fit a safe integer with four decimals. */
const MAX_WHOLE_DIGITS = 11;
const STRICT = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;
const WRITTEN = /^([-+]?)(\d+)(?:\.(\d+))?$/;

/**
 * A decimal string of the wire ("17.50", "-3") as an integer scaled by 10^`places`. `null` when it is not one: spaces,
 * commas, exponents, leading zeros, more than 11 whole digits, or digits that `places` cannot hold.
 */
export function parseDecimal(text: string, places: number): number | null {
  const match = STRICT.exec(text);
  if (!match) return null;
  const [, sign, whole, fraction = ""] = match;
  if (whole!.length > MAX_WHOLE_DIGITS || /[1-9]/.test(fraction.slice(places))) return null;
  return withSign(sign!, whole!, fraction.slice(0, places).padEnd(places, "0"));
}

/** The integer scaled by 10^`places` as the shortest decimal string with at least `minPlaces` decimals. */
export function formatDecimal(scaled: number, places: number, minPlaces = 0): string {
  const digits = String(Math.abs(scaled)).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const all = digits.slice(digits.length - places);
  const kept = all.replace(/0+$/, "").padEnd(minPlaces, "0");
  return `${scaled < 0 ? "-" : ""}${whole}${kept === "" ? "" : `.${kept}`}`;
}

/**
 * A number as people write it in a file, with `mark` as its decimal mark ("1.234,50", "€ 12,5", "1 234.5"), rounded
 * half-up (away from zero) to `places`. A dot that cannot part thousands ("12.50" where the mark is a comma) is read as
 * the decimal mark it must be. `null` when it is no number.
 */
export function parseWrittenDecimal(text: string, places: number, mark: "," | "."): number | null {
  const bare = text.replace(/[€\s\u00a0\u202f']|EUR/giu, "").replace(/^−/u, "-");
  const group = mark === "," ? "." : ",";
  const grouped = mark === "," ? /^[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/ : /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
  const plain = grouped.test(bare)
    ? bare.replaceAll(group, "").replace(mark, ".")
    : bare.includes(mark) && bare.includes(group)
      ? ""
      : bare.replace(/[,.]/, ".");
  return roundWritten(plain, places);
}

/** A spreadsheet's number as an integer scaled by 10^`places`, half-up on its shortest decimal form; `null` if too large. */
export function scaleNumber(value: number, places: number): number | null {
  if (!Number.isFinite(value) || Math.abs(value) >= 10 ** MAX_WHOLE_DIGITS) return null;
  const text = String(value);
  return roundWritten(text.includes("e") ? value.toFixed(places + 1) : text, places);
}

function roundWritten(text: string, places: number): number | null {
  const match = WRITTEN.exec(text);
  if (!match) return null;
  const [, sign, padded, fraction = ""] = match;
  const whole = padded!.replace(/^0+(?=\d)/, "");
  if (whole.length > MAX_WHOLE_DIGITS) return null;
  const scaled = withSign("", whole, fraction.slice(0, places).padEnd(places, "0"));
  const rounded = scaled + (Number(fraction[places] ?? "0") >= 5 ? 1 : 0);
  return sign === "-" && rounded !== 0 ? -rounded : rounded;
}

function withSign(sign: string, whole: string, fraction: string): number {
  const scaled = Number(whole + fraction);
  return sign === "-" && scaled !== 0 ? -scaled : scaled;
}
