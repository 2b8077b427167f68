// The one door to undici, and only to its client: the package's index also loads fetch, WebSocket, caches and mocks, which
// cost 45 ms and 8 MB at each start. Through require, as db/drizzle.ts, so that the release bundles it.
import { createRequire } from "node:module";
import type { Agent as AgentType, Dispatcher } from "undici";

const require = createRequire(import.meta.url);
const request: (this: Dispatcher, options: Dispatcher.RequestOptions) => Promise<Dispatcher.ResponseData> =
  require("undici/lib/api/api-request.js");

export const Agent: typeof import("undici").Agent = require("undici/lib/dispatcher/agent.js");
export const buildConnector: typeof import("undici").buildConnector = require("undici/lib/core/connect.js");

/** `agent.request(options)`, which only the index of undici gives its dispatchers. */
export function sendRequest(agent: AgentType, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
  return request.call(agent, options);
}
