// Tells the story: chapters, facts, and sights that must come true before the story goes on.
import { setTimeout as wait } from "node:timers/promises";
import { type Format, formats } from "../../src/web/format.ts";
import type { Language } from "../../src/web/words.ts";
import { SENTENCES, type Sentences } from "./words.ts";

/** Something did not happen: the sentence for whoever watches. */
export class StoryError extends Error {}

export type Teller = {
  readonly language: Language;
  readonly say: Sentences;
  readonly format: Format;
  readonly line: (text?: string) => void;
  readonly chapter: (title: string) => void;
  readonly fact: (text: string) => void;
  /** Looks until `look` is true, then says so with a tick. Throws StoryError after a minute. */
  readonly see: (text: string, look: () => Promise<boolean>) => Promise<void>;
  /** Sights that came true so far. */
  readonly countSeen: () => number;
};

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 25;

export function createTeller(language: Language): Teller {
  const say = SENTENCES[language];
  let seen = 0;
  const line = (text = "") => console.log(text);
  return {
    language,
    say,
    format: formats(language),
    line,
    chapter: (title) => line(`\n${title}`),
    fact: (text) => line(`  · ${text}`),
    see: async (text, look) => {
      const until = performance.now() + PATIENCE_MS;
      while (!(await look())) {
        if (performance.now() > until) throw new StoryError(say.notSeen(text));
        await wait(LOOK_EVERY_MS);
      }
      seen++;
      line(`  ✓ ${text}`);
    },
    countSeen: () => seen,
  };
}
