// The thread on which documents are drawn: a long one must not hold up the node.
import { parentPort, workerData } from "node:worker_threads";
import type { Sheet } from "../kernel/sheet.ts";
import { drawSheet } from "./sheetPdf.ts";

const { sheet, writtenAt } = workerData as { sheet: Sheet; writtenAt: number };
parentPort?.postMessage(await drawSheet(sheet, new Date(writtenAt)));
