// The configuration of the bot's server: one bot that does what its parent process asks. Runs in that server's process.

/** What the parent asks, and what it is told. */
export type Wish = { readonly id: number; readonly verb: string; readonly argument: string };
export type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

type Known = { readonly id: string };
type Context = {
  readonly getObject: (iri: string) => Promise<Known>;
  readonly followActor: (actor: Known) => Promise<unknown>;
  readonly unfollowActor: (actor: Known) => Promise<unknown>;
  readonly isFollowing: (actor: Known) => Promise<boolean>;
  readonly isFollower: (actor: Known) => Promise<boolean>;
  readonly sendNote: (text: string, audience: { to: string; cc: string }) => Promise<Known>;
  readonly toActorId: (handle: string) => Promise<string>;
  readonly botActorId: string;
};
type BotClass = new (username: string, options: { fullname: string }) => { readonly _context: Context };

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const { Bot } = (await import(process.env.INTEROP_BOT ?? "")) as { Bot: BotClass };
const bot = new Bot("trifoglio", { fullname: "Trifoglio" });

const verbs: Record<string, (context: Context, argument: string) => Promise<unknown>> = {
  lookUp: (context, handle) => context.toActorId(handle),
  follow: async (context, iri) => void (await context.followActor(await context.getObject(iri))),
  unfollow: async (context, iri) => void (await context.unfollowActor(await context.getObject(iri))),
  isFollowing: async (context, iri) => context.isFollowing(await context.getObject(iri)),
  hasFollower: async (context, iri) => context.isFollower(await context.getObject(iri)),
  publish: async (context, text) =>
    (await context.sendNote(text, { to: PUBLIC, cc: `${context.botActorId}/followers` })).id,
};

process.on("message", async ({ id, verb, argument }: Wish) => {
  const answer = (rest: Omit<Answer, "id">) => process.send?.({ id, ...rest });
  try {
    answer({ value: await verbs[verb]?.(bot._context, argument) });
  } catch (error) {
    answer({ error: String(error) });
  }
});

export default { trifoglio: bot };
