// What a reply says of a file that is for the one who asks and nobody else: how it is called, and that no cache may keep it.
import type { FastifyReply } from "fastify";

/** Names the file that the reply carries. `how`: saved, or shown by the browser. No cache between keeps it. */
export function nameFile(
  reply: FastifyReply,
  file: { readonly name: string; readonly type: string; readonly how: "attachment" | "inline" },
): FastifyReply {
  const name = file.name.replaceAll(/[^\w.-]/g, "-");
  return reply
    .type(file.type)
    .header("content-disposition", `${file.how}; filename="${name}"`)
    .header("cache-control", "private, no-store");
}
