// The one door to undici, and only to its client: the package's index also loads fetch, WebSocket, caches and mocks, which
// cost 45 ms and 8 MB at each start. Through require, as db/drizzle.ts, so that the release bundles it; and with the first request,
// since a node that speaks with nobody yet would pay 30 ms and some 5 MB for it.
import { createRequire } from "node:module";
import type { Agent as AgentType, buildConnector, Dispatcher } from "undici";

const require = createRequire(import.meta.url);
type Request = (this: Dispatcher, options: Dispatcher.RequestOptions) => Promise<Dispatcher.ResponseData>;
let request: Request | null = null;

/** `new Agent(options)` of undici. */
export function openAgent(options: AgentType.Options): AgentType {
  const Agent: typeof import("undici").Agent = require("undici/lib/dispatcher/agent.js");
  return new Agent(options);
}

/** `buildConnector(options)` of undici. */
export function makeConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const build: typeof import("undici").buildConnector = require("undici/lib/core/connect.js");
  return build(options);
}

/** `agent.request(options)`, which only the index of undici gives its dispatchers. */
export function sendRequest(agent: AgentType, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
  request ??= require("undici/lib/api/api-request.js") as Request;
  return request.call(agent, options);
}
