// Labels as PDF: A4 with 3 x 8 of 70 x 37 mm, every word as text and nothing but text, long names on two lines. SAFETY C28.
import PDFDocument from "pdfkit";
import { LABEL_COLUMNS, LABELS_PER_SHEET, type Label, type LabelSheet } from "../kernel/labels.ts";
import { PDF_FONTS } from "./sheetPdf.ts";

const MM = 72 / 25.4;
const [WIDTH, HEIGHT] = [70 * MM, 37 * MM];
/** Printers leave some millimetres at the edge of the paper white. */
const [PAD_X, PAD_Y] = [5 * MM, 4 * MM];
const FOOT_SIZE = 12;
const ROWS = LABELS_PER_SHEET / LABEL_COLUMNS;

type Doc = PDFKit.PDFDocument;

/** Draws the labels. Resolves with the bytes of the PDF (1.7, tagged, `lang` set). */
export function drawLabels(sheet: LabelSheet, writtenAt: Date): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: "A4",
    margin: 0,
    lang: sheet.language,
    tagged: true,
    pdfVersion: "1.7",
    displayTitle: true,
    info: { Title: sheet.title, Producer: "Filiera", Creator: "Filiera", CreationDate: writtenAt },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    doc.on("error", reject);
  });
  doc.registerFont("text", PDF_FONTS.text);
  doc.registerFont("bold", PDF_FONTS.bold);
  const top = (doc.page.height - ROWS * HEIGHT) / 2;
  for (const [i, label] of sheet.labels.entries()) {
    const place = (sheet.skip + i) % LABELS_PER_SHEET;
    if (i > 0 && place === 0) doc.addPage();
    const x = (place % LABEL_COLUMNS) * WIDTH + PAD_X;
    const y = top + Math.floor(place / LABEL_COLUMNS) * HEIGHT + PAD_Y;
    doc.addStructure(doc.struct("P", {}, () => drawLabel(doc, label, x, y)));
  }
  doc.end();
  return done;
}

function drawLabel(doc: Doc, { product, group, pickup, weight, lot, count }: Label, left: number, top: number): void {
  const width = WIDTH - 2 * PAD_X;
  const foot = top + HEIGHT - 2 * PAD_Y - FOOT_SIZE - 2;
  /** Writes within so many lines, the last one cut with "…"; gives where it ends. */
  const write = (font: "text" | "bold", size: number, text: string, y: number, lines: number, align?: "right") => {
    if (text === "" || lines < 1) return y;
    doc.font(font).fontSize(size);
    const height = doc.currentLineHeight(true) * lines + 0.5;
    doc.text(text, left, y, { width, height, ellipsis: true, ...(align ? { align } : {}) });
    return Math.min(doc.y, y + height);
  };
  const afterProduct = write("bold", 11, product, top, 2);
  const afterGroup = write("text", 9, group, afterProduct + 1, 1);
  doc.font("text").fontSize(8);
  write("text", 8, pickup, afterGroup + 1, Math.floor((foot - afterGroup - 1) / doc.currentLineHeight(true)));
  write("bold", FOOT_SIZE, weight, foot, 1);
  const rest = [lot, count].filter((text) => text !== "").join("  ");
  write("text", 8, rest, foot + 3, 1, "right");
}
