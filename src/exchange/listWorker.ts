// The thread on which uploaded lists are read, with a heap of its own: what a hostile file breaks, it breaks here.
import { parentPort, workerData } from "node:worker_threads";
import { type MemberOptions, readMemberBytes } from "./memberSheet.ts";
import { type ReadOptions, readListBytes } from "./readListBytes.ts";
import { readSupplierBytes, type SupplierOptions } from "./supplierSheet.ts";

type Asked = { readonly bytes: Uint8Array } & (
  | { readonly what: "goods"; readonly options: ReadOptions }
  | { readonly what: "members"; readonly options: MemberOptions }
  | { readonly what: "suppliers"; readonly options: SupplierOptions }
);

const asked = workerData as Asked;
parentPort?.postMessage(read());

function read() {
  if (asked.what === "goods") return readListBytes(asked.bytes, asked.options);
  if (asked.what === "members") return readMemberBytes(asked.bytes, asked.options);
  return readSupplierBytes(asked.bytes, asked.options);
}
