// The letters to who founds a group: owed until the mail server has taken them or has been asked often enough.
import { loadActor } from "../../activitypub/store.ts";
import { transact } from "../../db/transact.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { MailFailure } from "../../web/mail.ts";
import { signWay, writeMail } from "./mailActions.ts";
import { type Founding, listOwedLetters, loadFounding, updateFounding } from "./store.ts";

/** Once an hour for two days. */
const MOST_TRIES = 48;
/** A letter on its way is over by then, whatever the server does. */
const UNDER_WAY_MS = 10 * 60_000;

/** What a row says of a letter that begins to be owed now; nothing on a node that sends none. */
export function oweLetter({ mailer, clock }: Pick<MembersHouse, "mailer" | "clock">) {
  return { writtenAt: clock.now(), owedTries: mailer ? 0 : null };
}

/** Writes what is owed to who founds; rejects with a MailFailure, and where the server may take it later it stays owed. */
export async function writeOwed(house: MembersHouse, id: string): Promise<void> {
  const owed = transact(house.db, (tx) => {
    const founding = loadFounding(tx, id);
    if (!founding || founding.owedTries === null) return null;
    const owedTries = founding.owedTries + 1;
    updateFounding(tx, id, { owedTries, writtenAt: house.clock.now() });
    return { ...founding, owedTries };
  });
  if (!owed) return;
  const settle = () =>
    transact(house.db, (tx) => {
      // A word said meanwhile is another letter.
      if (loadFounding(tx, id)?.state === owed.state) updateFounding(tx, id, { owedTries: null });
    });
  try {
    await write(house, owed);
    settle();
  } catch (error) {
    const mayLater = error instanceof MailFailure && error.end === "not-now";
    if (!mayLater || owed.owedTries >= MOST_TRIES) settle();
    throw error;
  }
}

async function write(house: MembersHouse, founding: Founding): Promise<void> {
  const { id, state, wish, byEmail: email, language, byName: name, name: group, actorId } = founding;
  const network = loadActor(house.db.orm, actorId);
  // Of a group that is made its own invitation was written.
  if (state === "made" || !network) return;
  const agreed = wish === "hosted" ? "agreed" : "agreedOwn";
  const what = state === "asked" ? "progress" : state === "agreed" ? agreed : "refused";
  const url = await signWay(house, "found", { id, handle: network.handle });
  await writeMail(house, { email, language }, what, { name, group, network: network.name, url });
}

/** Tries again what the mail server has not taken. */
export async function writeOwedLetters(house: MembersHouse): Promise<void> {
  if (!house.mailer) return;
  for (const id of listOwedLetters(house.db.orm, house.clock.now() - UNDER_WAY_MS))
    await writeOwed(house, id).catch((error: unknown) => {
      if (!(error instanceof MailFailure)) throw error;
    });
}
