// What an account did in a period, and what a year came to: the shapes that stores read and pages show. Pure.
import type { AccountKind, MovementKind, Posting } from "./movement.ts";

/** One movement as its account saw it, in cents. `reversedBy`: the movement that undid it. */
export type StatementLine = {
  readonly id: number;
  readonly at: number;
  readonly valuedOn: string;
  readonly kind: MovementKind;
  readonly memo: string;
  readonly orderId: string | null;
  readonly cents: number;
  readonly balanceCents: number;
  readonly reverses: number | null;
  readonly reversedBy: number | null;
};

/** What an account held before a period's first movement and after its last, in cents. */
export type StatementEnds = { readonly openingCents: number; readonly closingCents: number };

/** A period of an account: balances at its ends and its lines, newest first. `next`: the id to go on before, if there is more. */
export type Statement = StatementEnds & {
  readonly lines: readonly StatementLine[];
  readonly next: number | null;
};

/** From `fromAt` (included) to `untilAt` (not included), epoch ms; null is open. */
export type Period = { readonly fromAt: number | null; readonly untilAt: number | null };

/** What one kind of movement did to one kind of account in a year, in cents. */
export type YearPart = { readonly account: AccountKind; readonly kind: MovementKind; readonly cents: number };

/** A year by the days movements count for: balances at its ends by kind of account, and what happened in between. */
export type Year = {
  readonly openingByAccount: ReadonlyMap<AccountKind, number>;
  readonly closingByAccount: ReadonlyMap<AccountKind, number>;
  readonly parts: readonly YearPart[];
};

/** A movement with all its sides, as an export writes it. */
export type ExportedMovement = {
  readonly id: number;
  readonly at: number;
  readonly valuedOn: string;
  readonly kind: MovementKind;
  readonly memo: string;
  readonly businessKey: string;
  readonly orderId: string | null;
  readonly reverses: number | null;
  readonly postings: readonly Posting[];
};

/** A statement as it is handed on: whose group, whose account, and which days, in words. */
export type StatementHead = {
  readonly groupName: string;
  readonly accountName: string;
  readonly period: string;
};
