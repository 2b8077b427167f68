// A sheet as PDF: A4, real text in a font that knows every European name, tagged, heads again on every page, no row split.
import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import { encode } from "uqr";
import { cellText, headOf, type Sheet, type SheetTable } from "../kernel/sheet.ts";

const MARGIN = 42;
const SIZE = 11;
const SMALL = 9;
const PAD = 3;
/** Points: a code of 37 squares is 4 cm wide. */
const QR_SQUARE = 3;
/** The fonts of every document: one that knows every European name. */
export const PDF_FONTS = {
  text: createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf"),
  bold: createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf"),
};

type Doc = PDFKit.PDFDocument;
type Setting = { readonly doc: Doc; readonly sheet: Sheet; readonly width: number; readonly bottom: number };

/** Draws the sheet. Resolves with the bytes of the PDF (1.7, tagged, `lang` set). */
export function drawSheet(sheet: Sheet, writtenAt: Date): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: "A4",
    layout: sheet.isWide ? "landscape" : "portrait",
    margin: MARGIN,
    lang: sheet.language,
    tagged: true,
    pdfVersion: "1.7",
    displayTitle: true,
    bufferPages: true,
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
  const setting = { doc, sheet, width: doc.page.width - 2 * MARGIN, bottom: doc.page.height - MARGIN - 2 * SMALL };
  drawHead(setting);
  for (const table of sheet.tables) drawTable(setting, table);
  numberPages(setting);
  doc.end();
  return done;
}

function drawHead({ doc, sheet, width }: Setting): void {
  say(doc, "H1", () => doc.font("bold").fontSize(17).text(sheet.title, MARGIN, MARGIN, { width }));
  for (const line of sheet.lines) say(doc, "P", () => doc.font("text").fontSize(SIZE).text(line, { width }));
  for (const warning of sheet.warnings) {
    doc.moveDown(0.3);
    say(doc, "P", () => doc.font("bold").fontSize(SIZE).text(`! ${warning}`, { width }));
  }
  if (sheet.qr) drawCode(doc, sheet.qr, width);
  doc.moveDown(0.8);
}

/** Square by square, in ink: a picture of it would blur where a phone reads. */
function drawCode(doc: Doc, { url, label }: NonNullable<Sheet["qr"]>, width: number): void {
  const { data, size } = encode(url, { border: 0 });
  doc.moveDown(0.5);
  const top = doc.y;
  const squares = () => {
    for (const [y, row] of data.entries())
      for (const [x, isInk] of row.entries())
        if (isInk) doc.rect(MARGIN + x * QR_SQUARE, top + y * QR_SQUARE, QR_SQUARE, QR_SQUARE);
    doc.fill("black");
  };
  doc.addStructure(doc.struct("Figure", { alt: url }, squares));
  doc.y = top + size * QR_SQUARE + PAD;
  for (const text of [label, url])
    say(doc, "P", () => doc.font("text").fontSize(SMALL).text(text, MARGIN, doc.y, { width }));
}

/** One table; its heading stays with its first rows, and its columns' names stand on every page. */
function drawTable(setting: Setting, table: SheetTable): void {
  const { doc, width, bottom } = setting;
  const widths = columnWidths(setting, table);
  const firstRows = 5 * SIZE + 6 * PAD;
  if (doc.y + firstRows > bottom) doc.addPage();
  if (table.heading !== "") {
    rule(doc, width, 1.5);
    say(doc, "H2", () =>
      doc
        .font("bold")
        .fontSize(SIZE + 1)
        .text(table.heading, MARGIN, doc.y + PAD, { width }),
    );
  }
  if (table.note !== "")
    say(doc, "P", () => doc.font("text").fontSize(SIZE).text(table.note, MARGIN, doc.y, { width }));
  drawColumnHeads(setting, table, widths);
  for (const row of table.rows) drawRow(setting, table, widths, row, "text");
  if (table.total) drawRow(setting, table, widths, table.total, "bold");
  doc.moveDown(0.9);
}

function drawColumnHeads(setting: Setting, table: SheetTable, widths: readonly number[]): void {
  const labels = table.columns.map((_, i) => headOf(table, i));
  drawCells(setting, table, widths, labels, "bold", SMALL);
  rule(setting.doc, setting.width, 0.75);
}

type Row = SheetTable["rows"][number];

function drawRow(
  setting: Setting,
  table: SheetTable,
  widths: readonly number[],
  row: Row,
  font: "text" | "bold",
): void {
  const { doc, sheet, width, bottom } = setting;
  const texts = row.map((cell) => cellText(cell, sheet.language));
  doc.font(font).fontSize(SIZE);
  const height = Math.max(...texts.map((text, i) => doc.heightOfString(text || " ", { width: widths[i]! - 2 * PAD })));
  if (doc.y + height + 2 * PAD > bottom) {
    doc.addPage();
    drawColumnHeads(setting, table, widths);
  }
  drawCells(setting, table, widths, texts, font, SIZE);
  rule(doc, width, font === "bold" ? 0.75 : 0.25);
}

/** Writes one line of cells and moves below the highest of them. */
function drawCells(
  { doc }: Setting,
  table: SheetTable,
  widths: readonly number[],
  texts: readonly string[],
  font: "text" | "bold",
  size: number,
): void {
  const top = doc.y + PAD;
  let x = MARGIN;
  let lowest = top;
  for (const [i, text] of texts.entries()) {
    const align = table.columns[i]?.kind === "number" ? "right" : "left";
    const width = widths[i]! - 2 * PAD;
    say(doc, "P", () =>
      doc
        .font(font)
        .fontSize(size)
        .text(text || " ", x + PAD, top, { width, align }),
    );
    lowest = Math.max(lowest, doc.y);
    x += widths[i]!;
  }
  doc.x = MARGIN;
  doc.y = lowest + PAD;
}

/** Numbers get what they need, texts share the rest by their longest words. */
function columnWidths({ doc, sheet, width }: Setting, table: SheetTable): number[] {
  const { columns, rows, total } = table;
  doc.font("bold").fontSize(SIZE);
  const all = total ? [...rows, total] : rows;
  const wants = columns.map((_, i) => {
    const texts = [headOf(table, i), ...all.map((row) => cellText(row[i] ?? null, sheet.language))];
    const longest = texts.reduce((most, text) => Math.max(most, doc.widthOfString(text)), 0);
    return Math.min(longest, width * 0.6) + 2 * PAD + 4;
  });
  const sum = wants.reduce((one, other) => one + other, 0);
  return wants.map((want) => (want * width) / sum);
}

function rule(doc: Doc, width: number, weight: number): void {
  doc
    .lineWidth(weight)
    .moveTo(MARGIN, doc.y)
    .lineTo(MARGIN + width, doc.y)
    .stroke();
}

/** Adds a piece of the document's structure, so that a screen reader finds titles and paragraphs. */
function say(doc: Doc, tag: "H1" | "H2" | "P", draw: () => unknown): void {
  doc.addStructure(doc.struct(tag, {}, () => void draw()));
}

function numberPages({ doc, sheet, width }: Setting): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page);
    const text = `${sheet.title} · ${page + 1}/${count}`;
    doc.font("text").fontSize(SMALL);
    doc.page.margins.bottom = 0;
    doc.text(text, MARGIN, doc.page.height - MARGIN + PAD, { width, align: "right", lineBreak: false });
    doc.page.margins.bottom = MARGIN;
  }
}
