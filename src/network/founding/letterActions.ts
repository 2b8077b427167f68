// What is written to people who have no account here: who seeks, who founds, who waits. Each letter carries the one link by which they see
// and end it, and says how things stand as it leaves.
import { createHmac } from "node:crypto";
import { loadActor } from "../../activitypub/store.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { loadJoinRequest } from "../../members/joining/joinStore.ts";
import type { LetterWriters } from "../../members/letters/letterActions.ts";
import type { OwedLetter } from "../../members/letters/letterStore.ts";
import { type LinkKind, signLink } from "../../web/linkTokens.ts";
import { type Language, words } from "../../web/words.ts";
import { loadBudding } from "./budStore.ts";
import { mailboxOf, networkOf, type Origin } from "./seeking.ts";
import { type Founding, loadFounding, loadSeeker } from "./store.ts";

const DAY = 86_400_000;
/** As long as what it leads to is kept. */
const LINK_LIFE_MS = 400 * DAY;

/** What happened, each with its two sentences: `founding.mail.<what>Subject` and `...Text`. */
type What = "seek" | "near" | "progress" | "agreed" | "agreedOwn" | "refused" | "hosted" | "budWaiting";

type Facts = Readonly<Record<string, string>>;

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

/** From where somebody asks: what says which network it was leaves nothing of the address itself. */
export function originOf(
  { secret }: Pick<MembersHouse, "secret">,
  { email, address }: { readonly email: string; readonly address: string },
): Origin {
  const fromHash = createHmac("sha256", secret)
    .update(`from:${networkOf(address)}`)
    .digest("hex")
    .slice(0, 32);
  return { fromHash, ...mailboxOf(email) };
}

/** How each of these letters is written. */
export function foundingLetters(
  house: MembersHouse,
): Pick<LetterWriters, "seek" | "near" | "founding" | "bud-waiting"> {
  return {
    seek: { write: (letter) => writeToSeeker(house, letter, "seek") },
    near: { write: (letter) => writeToSeeker(house, letter, "near") },
    founding: { write: (letter) => writeToFounder(house, letter) },
    "bud-waiting": { write: async (letter) => writeToWaiting(house, letter) },
  };
}

function write(email: string, language: Language, what: What, facts: Facts) {
  const say = words(language);
  return {
    to: email,
    subject: say(`founding.mail.${what}Subject`, facts),
    text: say(`founding.mail.${what}Text`, facts),
  };
}

async function writeToSeeker(house: MembersHouse, { subjectId, facts }: OwedLetter, what: "seek" | "near") {
  const seeker = loadSeeker(house.db.orm, subjectId);
  const network = seeker && loadActor(house.db.orm, seeker.actorId);
  if (!seeker || !network) return null;
  const { id, email, language, name, comune } = seeker;
  const url = await signWay(house, "seek", { id, handle: network.handle });
  return write(email, language, what, { ...facts, name, comune, network: network.name, url });
}

async function writeToFounder(house: MembersHouse, { subjectId }: OwedLetter) {
  const founding = loadFounding(house.db.orm, subjectId);
  const network = founding && loadActor(house.db.orm, founding.actorId);
  const what = founding && tellState(founding);
  if (!founding || !network || !what) return null;
  const { id, byEmail, byName: name, language, name: group } = founding;
  const url = await signWay(house, "found", { id, handle: network.handle });
  return write(byEmail, language, what, { name, group, network: network.name, url });
}

/** A group with a node of its own was made by its founders: they need no letter. */
function tellState({ state, wish }: Founding): What | null {
  if (state === "asked") return "progress";
  if (state === "refused") return "refused";
  if (state === "agreed") return wish === "hosted" ? "agreed" : "agreedOwn";
  return wish === "hosted" ? "hosted" : null;
}

function writeToWaiting({ db, origin }: MembersHouse, { actorId, subjectId, facts }: OwedLetter) {
  const request = loadJoinRequest(db.orm, actorId, subjectId);
  const budding = loadBudding(db.orm, facts.budding ?? "");
  const made = budding?.madeId ? loadActor(db.orm, budding.madeId) : undefined;
  if (request?.state !== "waiting" || !budding || !made) return null;
  const { name, place, email, language } = request;
  const url = `${origin}/${made.handle}/join?${new URLSearchParams({ from: place })}`;
  const old = loadActor(db.orm, actorId)?.name ?? "";
  return write(email, language, "budWaiting", { name, group: made.name, old, comune: budding.comune, url });
}
