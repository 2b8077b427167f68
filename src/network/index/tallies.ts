// How the counts of sources move while entries come and go: gathered first, then written at once. Pure.
import type { Entry, EntryKind } from "./networkIndex.ts";

/** By how much a source's entries of a kind that have a fact became more or fewer; never by nothing. */
export type Move = {
  readonly sourceNo: number;
  readonly fact: string;
  readonly value: string;
  readonly kind: EntryKind;
  readonly by: number;
};

/** An entry as it is counted. */
type Counted = { readonly counted: readonly (readonly [string, string])[]; readonly kind: EntryKind };

/** What no group is asked about: it is counted of each source and summed up nowhere. */
const UNSUMMED = "month";

export function makeTallies() {
  const moves = new Map<string, { sourceNo: number; fact: string; value: string; kind: EntryKind; by: number }>();
  return {
    /** Counts an entry in or out. */
    add: (sourceNo: number, { counted, kind }: Counted, sign: 1 | -1) => {
      for (const [fact, value] of counted) {
        // Neither facts nor kinds have a blank in them.
        const key = `${sourceNo} ${fact} ${kind} ${value}`;
        const move = moves.get(key);
        if (move) move.by += sign;
        else moves.set(key, { sourceNo, fact, value, kind, by: sign });
      }
    },
    list: (): readonly Move[] => [...moves.values()].filter(({ by }) => by !== 0),
    clear: () => moves.clear(),
  };
}

export type Tallies = ReturnType<typeof makeTallies>;

export function isSummed({ fact }: Pick<Move, "fact">): boolean {
  return fact !== UNSUMMED;
}

/** The sources of some entries, and when each answered last. */
export function contactsOf(entries: readonly Pick<Entry, "sourceId" | "readAt">[]): Map<string, number> {
  const contacts = new Map<string, number>();
  for (const { sourceId, readAt } of entries) contacts.set(sourceId, Math.max(contacts.get(sourceId) ?? 0, readAt));
  return contacts;
}
