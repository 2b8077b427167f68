// The thread on which documents are drawn: a long one must not hold up the node.
import { parentPort, workerData } from "node:worker_threads";
import type { LabelSheet } from "../kernel/labels.ts";
import type { Sheet } from "../kernel/sheet.ts";
import { drawLabels } from "./labelsPdf.ts";
import { drawSheet } from "./sheetPdf.ts";

type Work = ({ sheet: Sheet } | { labels: LabelSheet }) & { writtenAt: number };

const work = workerData as Work;
const writtenAt = new Date(work.writtenAt);
parentPort?.postMessage(
  await ("labels" in work ? drawLabels(work.labels, writtenAt) : drawSheet(work.sheet, writtenAt)),
);
