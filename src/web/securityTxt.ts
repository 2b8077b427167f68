// Where somebody who found a hole writes: /.well-known/security.txt (RFC 9116). SAFETY C61.
import type { FastifyInstance } from "fastify";

/** It is made anew for each reader, so it holds for half a year from then and never lapses while the node runs. */
const HOLDS_MS = 180 * 86_400_000;

/** Adds `/.well-known/security.txt`. `contact`: an address of mail or of the web; null leads to the page about the node's people. */
export function addSecurityTxt(app: FastifyInstance, contact: string | null): void {
  app.get("/.well-known/security.txt", { config: { policy: { public: true } } }, (_request, reply) => {
    const { origin, clock } = app.web;
    const expires = new Date(clock.now() + HOLDS_MS).toISOString().replace(/\.\d+Z$/, "Z");
    const lines = [
      `Contact: ${contact === null ? `${origin}/privacy` : uriOf(contact)}`,
      `Expires: ${expires}`,
      "Preferred-Languages: it, en",
      `Canonical: ${origin}/.well-known/security.txt`,
    ];
    return reply.type("text/plain; charset=utf-8").send(`${lines.join("\n")}\n`);
  });
}

function uriOf(contact: string): string {
  return contact.includes("@") && !contact.startsWith("https:") ? `mailto:${contact}` : contact;
}
