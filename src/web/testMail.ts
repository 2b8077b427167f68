// Whether the mail server takes a message: one to the person who asks, so that they see it arrive.
import { type Mailer, MailFailure } from "./mail.ts";
import type { Say } from "./words.ts";

/** Writes to `to` in the language of `say`. Null once the server has taken it, else what was wrong, 300 characters at most. */
export async function tryMail(mailer: Mailer, to: string, say: Say, origin: string): Promise<string | null> {
  try {
    await mailer.send({ to, subject: say("node.testSubject"), text: say("node.testText", { origin }) });
    return null;
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error;
    return error.message.slice(0, 300);
  }
}
