// Where what a household owes comes from: the orders and fees since its account was last not below zero. Pure.
import type { MovementKind } from "../movement.ts";
import type { StatementLine } from "../statement.ts";

/** One cause: an order, or (`orderId` null) a kind of movement. In cents, positive. */
type DebtPart = { readonly orderId: string | null; readonly kind: MovementKind; readonly cents: number };

/** What is owed = the parts - `creditCents`: what was there before, or was paid since. The latest part first. */
export type Debt = { readonly owedCents: number; readonly parts: readonly DebtPart[]; readonly creditCents: number };

/** Reads it off an account's lines, newest first, of which the oldest may be missing. `balanceCents` is below zero. */
export function debtOf(balanceCents: number, lines: readonly StatementLine[]): Debt {
  const square = lines.findIndex((line) => line.balanceCents >= 0);
  const since = square === -1 ? lines : lines.slice(0, square);
  const ids = new Set(since.map(({ id }) => id));
  const isUndone = ({ reversedBy, reverses }: StatementLine) => ids.has(reversedBy ?? 0) || ids.has(reverses ?? 0);
  const parts = new Map<string, DebtPart>();
  for (const line of since) {
    const { orderId, kind } = line;
    // Money that came in pays for all of it, not for its own kind.
    if (isUndone(line) || (orderId === null && line.cents > 0)) continue;
    const key = orderId ?? `kind:${kind}`;
    parts.set(key, { orderId, kind, cents: (parts.get(key)?.cents ?? 0) - line.cents });
  }
  const causes = [...parts.values()].filter(({ cents }) => cents > 0);
  const sumCents = causes.reduce((sum, { cents }) => sum + cents, 0);
  return { owedCents: -balanceCents, parts: causes, creditCents: Math.max(0, sumCents + balanceCents) };
}
