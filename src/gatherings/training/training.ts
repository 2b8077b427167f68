// What a training path is: its modules, how far somebody is, and when they have learnt it. Pure.
import type { Refusal } from "../../kernel/refusal.ts";

export const LEARNERS = ["people", "officials"] as const;
export const PATH_STATES = ["draft", "published", "closed"] as const;
export const MODULE_KINDS = ["reading", "lesson", "question"] as const;
export type PathState = (typeof PATH_STATES)[number];
type ModuleKind = (typeof MODULE_KINDS)[number];

/** Of the answers so many in a hundred must be right. */
export const PASSING_SCORE = 60;
const QUESTIONS_MAX = 10;
const CHOICES_MAX = 6;

/** A question with what may be answered; `right` is the place of the right choice, from 0. */
export type Question = { readonly ask: string; readonly choices: readonly string[]; readonly right: number };

/** A module as the path has it. */
export type PathModule = {
  readonly number: number;
  readonly kind: ModuleKind;
  readonly name: string;
  readonly content: string;
  /** Of a lesson: the gathering one has to be at. */
  readonly gatheringId: string | null;
  readonly questions: readonly Question[];
};

/** A module somebody has done; `score` is null but of questions. */
export type Step = { readonly number: number; readonly score: number | null };

/** How far somebody is. `missing`: what is still to be done, in the order of the path; `lessonsLeft`: how many lessons of those are still needed. */
export type Progress = {
  readonly done: number;
  readonly total: number;
  readonly percent: number;
  readonly missing: readonly { readonly number: number; readonly name: string }[];
  readonly lessonsLeft: number;
  readonly isFinished: boolean;
};

/**
 * Counts what was done. Readings and questions are all needed; of the lessons `requiredPercent` in a hundred, rounded up. Who has a lesson more
 * or a module more is never less far.
 */
export function progressOf(
  { requiredPercent }: { readonly requiredPercent: number },
  modules: readonly PathModule[],
  steps: readonly Step[],
): Progress {
  const done = new Set(
    steps.filter(({ score }) => score === null || score >= PASSING_SCORE).map(({ number }) => number),
  );
  const lessons = modules.filter(({ kind }) => kind === "lesson");
  const needed = Math.ceil((lessons.length * requiredPercent) / 100);
  const lessonsLeft = Math.max(0, needed - lessons.filter(({ number }) => done.has(number)).length);
  const open = modules.filter(({ number }) => !done.has(number));
  const missing = open.filter(({ kind }) => kind !== "lesson" || lessonsLeft > 0);
  const doneHere = modules.length - open.length;
  return {
    done: doneHere,
    total: modules.length,
    percent: modules.length === 0 ? 0 : Math.floor((100 * doneHere) / modules.length),
    missing: missing.map(({ number, name }) => ({ number, name })),
    lessonsLeft,
    isFinished: modules.length > 0 && missing.length === 0,
  };
}

/** Whether the path is learnt. Refuses `not-finished` {missing: names}. */
export function mayCertify({ isFinished, missing }: Progress): Refusal<"not-finished"> | null {
  return isFinished ? null : { refused: "not-finished", missing: missing.map(({ name }) => name).join(", ") };
}

/** Right answers in a hundred; `answers` are the places of the choices, null where none was made. */
export function scoreOf({ questions }: Pick<PathModule, "questions">, answers: readonly (number | null)[]): number {
  const right = questions.filter(({ right }, i) => answers[i] === right).length;
  return questions.length === 0 ? 0 : Math.floor((100 * right) / questions.length);
}

/**
 * Reads questions as people write them: a line that asks, below it each choice on a line of its own after "-", the right one after "*"; an
 * empty line between. Refuses `bad-questions` {row: of the question, from 1}.
 */
export function readQuestions(text: string): readonly Question[] | Refusal<"bad-questions"> {
  const blocks = text
    .replaceAll("\r\n", "\n")
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .filter((lines) => lines.length > 0);
  if (blocks.length === 0 || blocks.length > QUESTIONS_MAX) return { refused: "bad-questions", row: blocks.length };
  const questions: Question[] = [];
  for (const [i, [ask = "", ...lines]] of blocks.entries()) {
    const choices = lines.map((line) => line.slice(1).trim());
    const rights = lines.flatMap((line, place) => (line.startsWith("*") ? [place] : []));
    const holds =
      !/^[-*]/.test(ask) &&
      lines.every((line) => /^[-*]\s*\S/.test(line)) &&
      choices.length >= 2 &&
      choices.length <= CHOICES_MAX &&
      rights.length === 1;
    if (!holds) return { refused: "bad-questions", row: i + 1 };
    questions.push({ ask, choices, right: rights[0]! });
  }
  return questions;
}

/** The same, as `readQuestions` reads it. */
export function writeQuestions(questions: readonly Question[]): string {
  return questions
    .map(({ ask, choices, right }) =>
      [ask, ...choices.map((choice, i) => `${i === right ? "*" : "-"} ${choice}`)].join("\n"),
    )
    .join("\n\n");
}

/** A name for the address of a path: small letters, digits, hyphens. Empty where the name has none of these. */
export function slugOf(name: string): string {
  return name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
}

/** What the next state of a path may be. Refuses `no-modules`: an empty path is not shown to anybody. */
export function stepPath(before: PathState, to: PathState, modules: number): PathState | Refusal<"no-modules"> {
  if (to === "published" && modules === 0) return { refused: "no-modules" };
  // What was shown once is closed, not hidden: people are under way.
  return to === "draft" ? before : to;
}
