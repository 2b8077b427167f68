// The thread on which uploaded lists are read, with a heap of its own: what a hostile file breaks, it breaks here.
import { parentPort, workerData } from "node:worker_threads";
import { type MemberOptions, readMemberBytes } from "./memberSheet.ts";
import { type ReadOptions, readListBytes } from "./readListBytes.ts";

type Asked = { readonly bytes: Uint8Array } & (
  | { readonly what: "goods"; readonly options: ReadOptions }
  | { readonly what: "members"; readonly options: MemberOptions }
);

const asked = workerData as Asked;
parentPort?.postMessage(
  asked.what === "goods" ? readListBytes(asked.bytes, asked.options) : readMemberBytes(asked.bytes, asked.options),
);
