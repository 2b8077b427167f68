// Whether the process lives and whether it can serve, for a proxy or a supervisor. No versions, no names.
import type { FastifyInstance } from "fastify";

/** `/livez` answers while the process runs; `/readyz` only when `whyNot` finds nothing: else 503 with that word. */
export function registerHealth(app: FastifyInstance, whyNot: () => string | null): void {
  const options = { config: { policy: { public: true as const }, rateLimit: false as const } };
  app.get("/livez", options, (_request, reply) => reply.header("cache-control", "no-store").send({ status: "alive" }));
  app.get("/readyz", options, (_request, reply) => {
    const reason = whyNot();
    return reply
      .header("cache-control", "no-store")
      .code(reason === null ? 200 : 503)
      .send(reason === null ? { status: "ready" } : { status: "not ready", reason });
  });
}
