// A list of members against those who are here: who is new, who is here already, which rows cannot be taken. Pure.

import type { MemberRow } from "../../exchange/memberSheet.ts";
import { foldText } from "../../kernel/foldText.ts";
import { plainAddress } from "../signIn.ts";

/** Who sits in the GAS. `email` in the form `plainAddress` gives. */
type KnownPerson = {
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
  readonly householdId: string | null;
};
type KnownHousehold = { readonly id: string; readonly name: string; readonly hasOpening: boolean };

/** The GAS as it is. `mayAdd`: who brings the list may make people; else it carries balances alone. */
export type Roll = {
  readonly people: readonly KnownPerson[];
  readonly households: readonly KnownHousehold[];
  readonly mayAdd: boolean;
};

/** A household that is here (`id`), or one to be made (`key` tells it apart within the list). */
type ToHousehold = { readonly id: string; readonly name: string } | { readonly key: string; readonly name: string };

/** A row that can be taken. `openingCents` null: the row says none, or (`isOpened`) the household has one already. */
export type RollLine = {
  readonly row: MemberRow;
  readonly personId: string | null;
  /** Null for somebody who is here and in no household. */
  readonly household: ToHousehold | null;
  readonly openingCents: number | null;
  readonly isOpened: boolean;
};

type RollProblem =
  | "email-twice"
  | "person-twice"
  | "balance-twice"
  | "household-ambiguous"
  | "no-household"
  | "only-admin";
export type RefusedRow = {
  readonly row: number;
  readonly name: string;
  readonly problem: RollProblem;
  readonly first: number | null;
};

/** What a list would do; nothing of who is here changes but a balance they do not have yet. */
export type Comparison = {
  readonly added: readonly RollLine[];
  readonly here: readonly RollLine[];
  readonly refused: readonly RefusedRow[];
};

/**
 * Compares, row by row in the order of the list. A person is known by their address, else by their name within the household the row
 * names; who is not here yet joins a household only where the row names one.
 */
export function compareRoll(roll: Roll, rows: readonly MemberRow[]): Comparison {
  const seen: Seen = { emails: new Map(), people: new Map(), openings: new Map() };
  const known = indexRoll(roll);
  const done = rows.map((row) => judgeRow(roll.mayAdd, known, seen, row));
  const lines = done.filter((line) => "household" in line);
  return {
    added: lines.filter(({ personId }) => personId === null),
    here: lines.filter(({ personId }) => personId !== null),
    refused: done.filter((line) => "problem" in line),
  };
}

type Known = ReturnType<typeof indexRoll>;
type Seen = {
  readonly emails: Map<string, number>;
  readonly people: Map<string, number>;
  readonly openings: Map<string, number>;
};

function indexRoll({ people, households }: Roll) {
  return {
    byEmail: new Map(people.flatMap((person) => (person.email === null ? [] : [[person.email, person] as const]))),
    byName: Map.groupBy(people, ({ name }) => foldText(name)),
    byId: new Map(households.map((household) => [household.id, household])),
    households: Map.groupBy(households, ({ name }) => foldText(name)),
  };
}

function judgeRow(mayAdd: boolean, known: Known, seen: Seen, row: MemberRow): RollLine | RefusedRow {
  const refuse = (problem: RollProblem, first: number | null = null): RefusedRow => ({
    row: row.row,
    name: row.name,
    problem,
    first,
  });
  const email = row.email === null ? null : plainAddress(row.email);
  const twice = email === null ? undefined : seen.emails.get(email);
  if (twice !== undefined) return refuse("email-twice", twice);
  const wanted = row.household === null ? [] : (known.households.get(foldText(row.household)) ?? []);
  const person = findPerson(known, row, email, wanted);
  if (person === "ambiguous") return refuse("household-ambiguous");
  if (!person && !mayAdd) return refuse("only-admin");
  if (!person && wanted.length > 1) return refuse("household-ambiguous");
  const household = person ? (known.byId.get(person.householdId ?? "") ?? null) : toHousehold(row, wanted);
  if (!household && row.balanceCents) return refuse("no-household");
  const place = placeOf(household);
  const who = person ? person.personId : `${place} ${foldText(row.name)}`;
  const again = seen.people.get(who);
  if (again !== undefined) return refuse("person-twice", again);
  const opened = known.byId.get(place)?.hasOpening === true;
  const cents = row.balanceCents === 0 ? null : row.balanceCents;
  const before = cents === null ? undefined : seen.openings.get(place);
  if (before !== undefined) return refuse("balance-twice", before);
  if (email !== null) seen.emails.set(email, row.row);
  seen.people.set(who, row.row);
  if (cents !== null) seen.openings.set(place, row.row);
  const isOpened = opened && cents !== null;
  return { row, personId: person?.personId ?? null, household, openingCents: isOpened ? null : cents, isOpened };
}

/** By address; without one, or with one nobody here has, by name: within the household that the row names, else all over. */
function findPerson(
  known: Known,
  row: MemberRow,
  email: string | null,
  wanted: readonly KnownHousehold[],
): KnownPerson | "ambiguous" | undefined {
  const byEmail = email === null ? undefined : known.byEmail.get(email);
  if (byEmail) return byEmail;
  const alike = (known.byName.get(foldText(row.name)) ?? []).filter(
    // Another address is another person; one that somebody lacks may have been written down since.
    (person) => email === null || person.email === null,
  );
  const ids = wanted.map(({ id }) => id);
  const fitting = row.household === null ? alike : alike.filter(({ householdId }) => ids.includes(householdId ?? ""));
  return fitting.length > 1 ? "ambiguous" : fitting[0];
}

function placeOf(household: ToHousehold | null): string {
  if (household === null) return "";
  return "id" in household ? household.id : household.key;
}

function toHousehold(row: MemberRow, wanted: readonly KnownHousehold[]): ToHousehold {
  const [one] = wanted;
  if (one) return { id: one.id, name: one.name };
  if (row.household === null) return { key: `row ${row.row}`, name: row.name };
  return { key: `household ${foldText(row.household)}`, name: row.household };
}
