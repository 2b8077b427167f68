// The letters between the homes, one line each: out of the writers' outboxes, with what the receivers' logs say of them.
import { actorsAt, CAST, HOME_KEYS, NEW_GROUP } from "./cast.ts";
import type { HomeProcess, Homes } from "./homes.ts";
import { StoryError, type Teller } from "./teller.ts";
import type { LetterRow } from "./verbs.ts";
import type { Sentences } from "./words.ts";

export type LetterBook = {
  /** Waits until nothing is owed any more, then prints every letter not printed before, the oldest first. */
  readonly print: () => Promise<void>;
  /** Waits the same, and only counts them: gives how many. */
  readonly tally: () => Promise<number>;
  /** How many were printed or counted. */
  readonly countSeen: () => number;
};

type Sent = LetterRow & { readonly home: HomeProcess };
type Activity = {
  readonly type: string;
  readonly object: string | { readonly type: string; readonly id: string; readonly revision?: number };
  /** What an answer to an order says. */
  readonly result?: object;
};

const WIDTH = { name: 26, type: 15 } as const;

export function createLetterBook(homes: Homes, teller: Teller): LetterBook {
  const { line, say, format } = teller;
  const all = HOME_KEYS.map((key) => homes[key]);
  const lastRow = new Map<HomeProcess, number>();
  let seen = 0;

  const take = async (): Promise<Sent[]> => {
    const letters = (await Promise.all(all.map((home) => listNew(home, lastRow.get(home) ?? 0)))).flat();
    for (const { home, rowId } of letters) lastRow.set(home, rowId);
    seen += letters.length;
    return letters;
  };
  const tally = async () => {
    const letters = await take();
    for (const letter of letters) await outcomeOf(letter, all, say);
    return letters.length;
  };
  const print = async () => {
    for (const letter of (await take()).sort((a, b) => a.at - b.at)) {
      const activity = JSON.parse(letter.json) as Activity;
      const from = nameOf(letter.from).padEnd(WIDTH.name);
      const to = toWhom(letter, homes, say);
      const outcome = await outcomeOf(letter, all, say);
      const seconds = String(Math.floor(letter.at / 1000) % 60).padStart(2, "0");
      const what = [say.gloss[glossOf(activity)], outcome].filter(Boolean).join(", ");
      line(`    ${format.time(letter.at)}:${seconds}  ${from}→ ${to}  ${activity.type.padEnd(WIDTH.type)} ${what}`);
    }
  };
  return { print, tally, countSeen: () => seen };
}

async function listNew(home: HomeProcess, after: number): Promise<Sent[]> {
  const rows = await home.ask("listLetters", { after });
  return rows.map((row) => ({ ...row, home }));
}

/** What the receiver made of it. An activity of two rows (two inboxes) is logged once at each home. */
async function outcomeOf(letter: LetterRow, all: readonly HomeProcess[], say: Sentences): Promise<string> {
  const home = all.find(({ origin }) => letter.inbox.startsWith(`${origin}/`));
  const [arrival] = (await home?.ask("listArrivals", { activityId: letter.activityId })) ?? [];
  if (arrival?.outcome === "refused")
    throw new StoryError(say.refusedLetter(`${letter.activityId} (${arrival.refusal})`));
  return arrival ? say.outcome[arrival.outcome as keyof Sentences["outcome"]] : letter.state;
}

/** The name of an actor of the cast, by its address. */
function nameOf(iri: string): string {
  const handle = iri.slice(iri.lastIndexOf("/") + 1);
  return [...HOME_KEYS.flatMap(actorsAt), NEW_GROUP.actor].find((actor) => actor.handle === handle)?.name ?? iri;
}

function toWhom({ inbox, recipient }: LetterRow, homes: Homes, say: Sentences): string {
  const isShared = new URL(inbox).pathname === "/inbox";
  const key = HOME_KEYS.find((key) => inbox.startsWith(`${homes[key].origin}/`));
  if (isShared && key) return say.at(CAST[key].actors[0]!.name).padEnd(WIDTH.name + 18);
  return nameOf(recipient ?? inbox.replace(/\/inbox$/, "")).padEnd(WIDTH.name + 18);
}

function glossOf(activity: Activity): keyof Sentences["gloss"] {
  return glossOfOrder(activity) ?? glossOfOther(activity);
}

/** What a letter about an order says; null for any other. */
function glossOfOrder({ type, object, result }: Activity): keyof Sentences["gloss"] | null {
  if (type === "TentativeAccept") return "counter";
  if (typeof object === "string") {
    if (type !== "Accept") return null;
    return result ? "acceptOrder" : object.includes("/delivery-notes/") ? "acceptNote" : null;
  }
  if (object.type === "Document") return "deliveryNote";
  if (object.type !== "Agreement") return null;
  return type === "Offer" ? (object.revision === 1 ? "order" : "orderAgain") : "status";
}

function glossOfOther({ type, object }: Activity): keyof Sentences["gloss"] {
  const [objectType, id] = typeof object === "string" ? ["", object] : [object.type, object.id];
  if (type === "Follow") return "follow";
  if (type === "Offer") return "offer";
  if (type === "Join") return "join";
  if (type === "Add") return "member";
  if (type === "Announce") return "share";
  if (type === "Accept" && objectType === "Join") return "acceptJoin";
  if (type === "Accept") return objectType === "Follow" ? "acceptFollow" : "acceptOffer";
  if (type === "Create") return objectType === "Event" ? "event" : "announce";
  if (type !== "Update") return "other";
  if (objectType === "Note") return "note";
  if (objectType === "Organization" || objectType === "Group") return "profile";
  return id.endsWith("/catalog") ? "catalog" : "cycle";
}
