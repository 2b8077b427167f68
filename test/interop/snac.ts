// snac as a peer: driven by its own command line, read from its own files.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandOptions, run } from "./command.ts";
import { HOSTS, onHost, peerEnvironment, start, startFront } from "./lan.ts";
import type { Programs } from "./packages.ts";
import { type Peer, until } from "./peer.ts";

const PORT = 8001;
const USER = "ortica";

/** Makes the data of a snac with one user and starts its server. */
export async function startSnac(folder: string, { program, version }: Programs["snac"]): Promise<Peer> {
  const data = join(folder, "snac-data");
  const env = peerEnvironment(folder);
  const snac = (verb: string, args: readonly string[] = [], options: CommandOptions = {}) =>
    run(...onHost("snac", program, [verb, data, ...args]), { env, ...options });
  await snac("init", [], { input: `127.0.0.1\n${PORT}\n${HOSTS.snac}\n\n\n` });
  await snac("adduser", [USER], { input: "Ortica\n" });
  start("snac", program, ["httpd", data], { env, stdio: "ignore" });
  startFront(folder, "snac", PORT);

  const ofUser = (list: string, iri: string) => join(data, "user", USER, list, `${nameOf(iri)}.json`);
  const stored = (iri: string) => join(data, "object", nameOf(iri).slice(0, 2), `${nameOf(iri)}.json`);
  return {
    name: "snac",
    version,
    handle: `${USER}@${HOSTS.snac}`,
    actorUri: `https://${HOSTS.snac}/${USER}`,
    lookUp: async (handle) => /^actor: (\S+)$/m.exec(await snac("webfinger", [handle]))?.[1] ?? "",
    follow: async (actorUri) => void (await snac("follow", [USER, actorUri])),
    unfollow: async (actorUri) => void (await snac("unfollow", [USER, actorUri])),
    isFollowing: async (actorUri) => readWhole(ofUser("following", actorUri))?.type === "Accept",
    hasFollower: async (actorUri) => existsSync(ofUser("followers", actorUri)),
    publish: async (text) => {
      const before = readIndex(join(data, "user", USER, "public.idx"));
      await snac("note", [USER, text]);
      const name = await until("snac stores its own post", () =>
        readIndex(join(data, "user", USER, "public.idx")).find((line) => !before.includes(line)),
      );
      return String(readWhole(join(data, "object", name.slice(0, 2), `${name}.json`))?.id);
    },
    readStored: async (iri) => {
      // What is half there is neither the old text nor nothing.
      const file = readWhole(stored(iri));
      if (file === undefined) return "";
      const content = file?.content;
      return typeof content === "string" ? content : null;
    },
  };
}

/** snac names what it stores by the MD5 of the IRI. */
function nameOf(iri: string): string {
  return createHash("md5").update(iri).digest("hex");
}

/** A file of snac, which empties it before it writes: null where there is none, undefined while it is half there. */
function readWhole(path: string): Record<string, unknown> | null | undefined {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, "utf8").trimEnd();
  return text.endsWith("}") ? JSON.parse(text) : undefined;
}

/** An index of snac: one MD5 a line. */
function readIndex(path: string): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
}
