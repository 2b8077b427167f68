// The thread on which whole databases are read: a big one must not hold up the people whom the node serves.
import { parentPort, workerData } from "node:worker_threads";
import { examineFile, type ProofWork, proveBackup } from "./nodeData.ts";

const work = workerData as ProofWork | { readonly file: string };
parentPort?.postMessage("file" in work ? examineFile(work.file) : proveBackup(work));
