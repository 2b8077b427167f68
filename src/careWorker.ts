// The thread on which whole databases are read: a big one must not hold up the people whom the node serves.
import { parentPort, workerData } from "node:worker_threads";
import { type ProofWork, proveBackup } from "./nodeData.ts";

parentPort?.postMessage(proveBackup(workerData as ProofWork));
