// Which passwords are good enough, and how long somebody who guesses waits. Pure: lists and times are arguments. SAFETY section 8, C11, C12.
import type { Asks } from "../signIn.ts";

const PASSWORD_MIN = 12;
const PASSWORD_MAX = 200;

/** What nobody may have as a password: what everybody has, and what is known of the person. */
export type Known = { readonly common: ReadonlySet<string>; readonly personal: readonly string[] };

/**
 * Why this is no password; null when it is one. Length is counted in characters as written, nothing is cut, any character goes. A common
 * password stays one with digits and signs around it, or said twice.
 */
export function judgePassword(typed: string, known: Known): "too-short" | "too-long" | "too-common" | null {
  const length = [...typed].length;
  if (length < PASSWORD_MIN) return "too-short";
  if (length > PASSWORD_MAX) return "too-long";
  const plain = typed.toLowerCase();
  const core = plain.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  const candidates = [plain, core, withoutRepeat(plain), withoutRepeat(core)];
  if (candidates.some((word) => known.common.has(word) || [...word].length < 5)) return "too-common";
  const own = known.personal.filter((word) => word.length >= 4).map((word) => word.toLowerCase());
  const rest = own.reduce((left, word) => left.replaceAll(word, ""), plain).replaceAll(/[^\p{L}]/gu, "");
  const isPersonal = own.some((word) => plain.includes(word)) && rest.length < 5;
  return isPersonal || isRow(plain) ? "too-common" : null;
}

/** "passwordpassword" -> "password". */
function withoutRepeat(text: string): string {
  return /^(.+?)\1+$/u.exec(text)?.[1] ?? text;
}

/** "abcdefghijkl", "098765432109": each character one after the one before, or one before it. */
function isRow(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, i) => code - codes[i]!);
  return steps.filter((step) => Math.abs(step) <= 1 || Math.abs(step) === 9).length >= steps.length - 1;
}

const FREE_TRIES = 5;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Whether a try is looked at, and what to remember if it fails. After five the wait doubles from 5 s to 15 min; a try inside it is not looked
 * at and does not lengthen it: whoever knows the password gets in once the wait is over, nobody is locked out (SAFETY C12).
 */
export function weighTry(known: Asks | undefined, now: number): { waitMs: number; asks: Asks } {
  if (!known || now - known.lastAt >= 4 * LONGEST_WAIT_MS) return { waitMs: 0, asks: { count: 1, lastAt: now } };
  const over = known.count - FREE_TRIES;
  const wait = over < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** over, LONGEST_WAIT_MS);
  const waitMs = Math.max(0, known.lastAt + wait - now);
  return { waitMs, asks: waitMs > 0 ? known : { count: Math.min(known.count + 1, 30), lastAt: now } };
}
