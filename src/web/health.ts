// Whether the process lives and whether it can serve, for a proxy or a supervisor. No versions, no names.
import type { FastifyInstance } from "fastify";

/** `/livez` answers while the process runs; `/readyz` only when `isReady` (a real query) says so. */
export function registerHealth(app: FastifyInstance, isReady: () => boolean): void {
  const options = { config: { policy: { public: true as const }, rateLimit: false as const } };
  app.get("/livez", options, (_request, reply) => reply.header("cache-control", "no-store").send({ status: "alive" }));
  app.get("/readyz", options, (_request, reply) => {
    const ready = isReady();
    return reply
      .header("cache-control", "no-store")
      .code(ready ? 200 : 503)
      .send({ status: ready ? "ready" : "not ready" });
  });
}
