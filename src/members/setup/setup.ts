// The first run of a node, step by step: what each step asks, what is known so far, where to go on. Pure. EXPERIENCE.md 2.11.
import type { NetworkLevel } from "../../activitypub/actor.ts";

/** Before anybody is here, behind the set-up link; the last one makes the first person and the first actor. */
export const SETUP_STEPS = ["language", "address", "kind", "who", "you"] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

/** After that, signed in, at the desk of the first actor. */
const BEGIN_STEPS = ["key", "mail", "data", "backup", "done"] as const;
export type BeginStep = (typeof BEGIN_STEPS)[number];

const ALL_STEPS: readonly string[] = [...SETUP_STEPS, ...BEGIN_STEPS];

/**
 * What came back when the node asked for its own address: itself, somebody else, nobody; "unknown" where that cannot be tried from here.
 * `at` is epoch ms.
 */
export type AddressCheck = {
  readonly outcome: "reached" | "elsewhere" | "silent" | "unknown";
  readonly detail: string;
  readonly at: number;
};

/** What was answered so far, kept until the first person is made. No person's name or address is in it. */
export type SetupDraft = {
  readonly language?: "it" | "en";
  /** Null: whoever sets the node up went on without trying it. */
  readonly address?: AddressCheck | null;
  readonly kind?: { readonly kind: "gas" | "producer" | "district"; readonly level: NetworkLevel };
  readonly who?: {
    readonly name: string;
    readonly handle: string;
    readonly place: string;
    /** The mail address of a role, or empty. */
    readonly contact: string;
  };
};

/** Where the set-up link leads now: the first step that nobody answered. */
export function nextSetupStep(draft: SetupDraft): SetupStep {
  return SETUP_STEPS.find((step) => step === "you" || draft[step] === undefined) ?? "you";
}

/** Which of all steps this is, from 1, and how many there are. */
export function placeOf(step: SetupStep | BeginStep): { readonly number: number; readonly total: number } {
  return { number: ALL_STEPS.indexOf(step) + 1, total: ALL_STEPS.length };
}

/** How far the second half is at one actor: what was passed, and how the mail went when it was tried. */
export type FirstRun = {
  readonly passed: readonly BeginStep[];
  readonly mail: { readonly at: number; readonly error: string | null } | null;
};

export const NEW_RUN: FirstRun = { passed: [], mail: null };

/** The steps of a person: mail and copies are the matter of who looks after the node. */
export function beginStepsOf({ nodeAdmin }: { readonly nodeAdmin: boolean }): readonly BeginStep[] {
  return BEGIN_STEPS.filter((step) => nodeAdmin || (step !== "mail" && step !== "backup"));
}

/** Where the second half goes on. */
export function nextBeginStep(steps: readonly BeginStep[], { passed }: Pick<FirstRun, "passed">): BeginStep {
  return steps.find((step) => !passed.includes(step)) ?? "done";
}

/** The step after this one. */
export function stepAfter(steps: readonly BeginStep[], step: BeginStep): BeginStep {
  return steps[steps.indexOf(step) + 1] ?? "done";
}
