// Mail to people who have no account here: who seeks, who founds, who waits. Each carries the one link by which they see and end it.
import type { MembersHouse } from "../../members/actions.ts";
import { type LinkKind, signLink } from "../../web/linkTokens.ts";
import { MailFailure } from "../../web/mail.ts";
import { type Language, words } from "../../web/words.ts";

const DAY = 86_400_000;
/** As long as what it leads to is kept. */
const LINK_LIFE_MS = 400 * DAY;

/** What happened, each with its two sentences: `founding.mail.<what>Subject` and `...Text`. */
type What = "seek" | "near" | "progress" | "agreed" | "agreedOwn" | "refused" | "hosted" | "budWaiting";

/** Writes; rejects with a MailFailure. Nothing on a node that sends no mail. */
export async function writeMail(
  house: Pick<MembersHouse, "mailer">,
  to: { readonly email: string; readonly language: Language },
  what: What,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const say = words(to.language);
  const [subject, text] = [say(`founding.mail.${what}Subject`, facts), say(`founding.mail.${what}Text`, facts)];
  await house.mailer?.send({ to: to.email, subject, text });
}

/**
 * Writes once for ever: `undo` where the server surely did not take it and may later. A letter whose fate nobody knows is not written
 * again.
 */
export async function writeOnce(write: () => Promise<void>, undo: () => void): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error;
    if (error.end === "not-now") undo();
  }
}

/** The address under which somebody without an account finds what they asked for. */
export async function signWay(
  house: Pick<MembersHouse, "origin" | "secret" | "clock">,
  kind: LinkKind & ("seek" | "found"),
  { id, handle }: { readonly id: string; readonly handle: string },
): Promise<string> {
  const way = kind === "seek" ? "near" : "start";
  const link = { subject: id, next: `/${handle}/${way}`, now: house.clock.now(), lifeMs: LINK_LIFE_MS };
  return `${house.origin}/${handle}/${way}/${await signLink(house, kind, link)}`;
}
