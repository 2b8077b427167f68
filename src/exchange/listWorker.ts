// The thread on which uploaded lists are read, with a heap of its own: what a hostile file breaks, it breaks here.
import { parentPort, workerData } from "node:worker_threads";
import { type ReadOptions, readListBytes } from "./readListBytes.ts";

const { bytes, options } = workerData as { bytes: Uint8Array; options: ReadOptions };
parentPort?.postMessage(readListBytes(bytes, options));
