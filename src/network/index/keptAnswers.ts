// Answers made of the index and kept for some minutes, so that many who ask cost one look. What was taken out is in none of them.
import type { Clock } from "../../kernel/clock.ts";
import type { IndexChanges } from "./networkIndex.ts";

/** So long an answer holds while nothing is written; so long once something was added. */
const FRESH_MS = 300_000;
const SOON_MS = 30_000;

type Kept<T> = {
  readonly state: string;
  readonly losses: number;
  readonly gains: number;
  readonly at: number;
  readonly answer: Promise<T>;
};

/**
 * Makes an answer for a name, or gives the one that was made. It is made anew at once when `state` is another (whatever it is made of
 * beside the index) or anything was taken out of the index, within half a minute when something was added, else after five. Who ask
 * meanwhile wait for the one that is being made. Rejects as `make` does, which is then tried by the next who asks.
 */
export type AnswerKeeper<T> = (name: string, state: string, make: () => Promise<T>) => Promise<T>;

/** A keeper of answers of one sort. Names are few: networks, and what each tells. */
export function keepAnswers<T>({ changes }: { readonly changes: IndexChanges }, clock: Clock): AnswerKeeper<T> {
  const kept = new Map<string, Kept<T>>();
  return (name, state, make) => {
    const at = clock.now();
    const [losses, gains] = [changes.losses(), changes.gains()];
    const last = kept.get(name);
    if (last?.state === state && last.losses === losses) {
      const age = at - last.at;
      if (age >= 0 && age < (last.gains === gains ? FRESH_MS : SOON_MS)) return last.answer;
    }
    // The counts of before it is made: what is written meanwhile makes it old.
    const fresh = { state, losses, gains, at, answer: make() };
    kept.set(name, fresh);
    fresh.answer.catch(() => {
      if (kept.get(name) === fresh) kept.delete(name);
    });
    return fresh.answer;
  };
}
