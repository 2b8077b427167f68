// activitypub-bot as a peer: its server with one bot of our configuration, read from its own database.
import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Answer, Wish } from "./botPlot.ts";
import { HOSTS, peerEnvironment, start, startFront } from "./lan.ts";
import type { Programs } from "./packages.ts";
import type { Peer } from "./peer.ts";

const PORT = 9000;
const NAME = "trifoglio";

type Activity = { readonly type?: unknown; readonly object?: unknown };

/** Starts the server with an empty database. */
export function startBot(folder: string, { folder: program, version }: Programs["bot"]): Peer {
  const database = join(folder, "bot.sqlite");
  const own = join(program, "node_modules/@evanp/activitypub-bot");
  const plot = new URL("./botPlot.ts", import.meta.url).pathname;
  const reader = new URL("./botReader.ts", import.meta.url).href;
  const args = [
    "--import",
    reader,
    join(own, "bin/activitypub-bot.js"),
    "--origin",
    `https://${HOSTS.bot}`,
    "--port",
    String(PORT),
  ];
  args.push("--database-url", `sqlite:${database}`, "--bots-config-file", plot, "--log-level", "warn");
  const env = { ...peerEnvironment(folder), INTEROP_BOT: join(own, "lib/index.js"), NODE_ENV: "production" };
  const server = start("bot", process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const log: string[] = [];
  for (const stream of [server.stdout, server.stderr]) stream?.on("data", (bytes) => void log.push(String(bytes)));
  startFront(folder, "bot", PORT);

  const waiting = new Map<number, (answer: Answer) => void>();
  server.on("message", (message) => {
    const answer = message as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  server.on("exit", (_status, signal) => {
    // It ends by our hand; when it does not, its last words say why.
    if (signal === null) console.log(log.join("").slice(-3000).replaceAll(/^/gm, "# "));
  });
  let last = 0;
  const ask = <T>(verb: string, argument: string) =>
    new Promise<T>((resolve, reject) => {
      const wish: Wish = { id: ++last, verb, argument };
      waiting.set(wish.id, ({ value, error }) => (error ? reject(new Error(error)) : resolve(value as T)));
      server.send(wish);
    });

  return {
    name: "activitypub-bot",
    version,
    handle: `${NAME}@${HOSTS.bot}`,
    actorUri: `https://${HOSTS.bot}/user/${NAME}`,
    lookUp: (handle) => ask("lookUp", handle),
    follow: (actorUri) => ask("follow", actorUri),
    unfollow: (actorUri) => ask("unfollow", actorUri),
    isFollowing: (actorUri) => ask("isFollowing", actorUri),
    hasFollower: (actorUri) => ask("hasFollower", actorUri),
    publish: (text) => ask("publish", text),
    readStored: async (iri) => readNewest(database, iri),
  };
}

/** What the newest activity in the bot's inbox says of that post. */
function readNewest(path: string, iri: string): string | null {
  if (!existsSync(path)) return null;
  const db = new Database(path, { readonly: true });
  try {
    const rows = db
      .prepare(
        `SELECT c.data FROM remote_object_cache c JOIN actorcollectionpage i
         ON i.item = c.id AND i.username = c.username AND i.property = 'inbox' WHERE c.username = ? ORDER BY c.rowid DESC`,
      )
      .pluck()
      .all(NAME) as string[];
    const newest = rows.map((row) => JSON.parse(row) as Activity).find(({ object }) => idOf(object) === iri);
    const content = newest && (newest.object as { content?: unknown }).content;
    return typeof content === "string" ? content : null;
  } finally {
    db.close();
  }
}

function idOf(object: unknown): unknown {
  return typeof object === "object" && object !== null ? (object as { id?: unknown }).id : object;
}
