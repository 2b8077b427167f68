// Who asks for what is not for everybody: the actor whose node signed the request.
import type { FastifyRequest } from "fastify";
import type { Wire } from "../activitypub/wire.ts";

/** The actor who signed this GET; null for an unsigned one. */
export async function signerOf(wire: Wire, request: FastifyRequest): Promise<string | null> {
  const { method = "GET", url = "", rawHeaders } = request.raw;
  return (await wire.identifyReader({ method, path: url, rawHeaders }))?.id ?? null;
}
