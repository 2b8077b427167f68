// Rows of a group's own mail texts <-> values; the only queries on them.
import { and, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { MailKind, MailText } from "./mailTexts.ts";
import { mailTexts } from "./tables.ts";

type Key = { readonly actorId: string; readonly kind: MailKind; readonly language: "it" | "en" };

const those = ({ actorId, kind, language }: Key) =>
  and(eq(mailTexts.actorId, actorId), eq(mailTexts.kind, kind), eq(mailTexts.language, language));

/** The group's own words, or null where it says ours. */
export function loadMailText(tx: Tx, key: Key): MailText | null {
  const row = tx.select().from(mailTexts).where(those(key)).get();
  return row ? { subject: row.subject, body: row.body } : null;
}

/** Which mails of a group have own words, by kind and language. */
export function listMailTexts(tx: Tx, actorId: string): Pick<Key, "kind" | "language">[] {
  const { kind, language } = mailTexts;
  return tx.select({ kind, language }).from(mailTexts).where(eq(mailTexts.actorId, actorId)).all();
}

export function saveMailText(tx: Tx, key: Key, words: MailText, now: number): void {
  const row = { ...words, updatedAt: now };
  tx.insert(mailTexts)
    .values({ ...key, ...row })
    .onConflictDoUpdate({ target: [mailTexts.actorId, mailTexts.kind, mailTexts.language], set: row })
    .run();
}

/** Back to our words. */
export function dropMailText(tx: Tx, key: Key): void {
  tx.delete(mailTexts).where(those(key)).run();
}
