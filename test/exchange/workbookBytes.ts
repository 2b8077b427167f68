// Workbooks for tests: honest ones by SheetJS, and zips put together by hand that say what they like of themselves.
import { crc32, deflateRawSync } from "node:zlib";
import * as Sheets from "@e965/xlsx";
import type { Cell } from "../../src/exchange/grid.ts";

/** A workbook of one or more sheets as a spreadsheet program saves it. */
export function workbookBytes(format: "xlsx" | "ods" | "xls", sheets: Record<string, Cell[][]>): Buffer {
  const book = Sheets.utils.book_new();
  for (const [name, rows] of Object.entries(sheets))
    Sheets.utils.book_append_sheet(book, Sheets.utils.aoa_to_sheet(rows), name);
  return Sheets.write(book, { type: "buffer", bookType: format === "xls" ? "biff8" : format, compression: true });
}

/** An entry of a zip; the sizes default to the truth. */
export type ZipEntry = {
  name: string;
  text: string;
  size?: number;
  packedSize?: number;
  flags?: number;
  method?: number;
};

/** A zip of deflated entries. `count` is how many entries the end record claims. */
export function zipBytes(entries: readonly ZipEntry[], count = entries.length): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.text);
    const packed = entry.method === 0 ? data : deflateRawSync(data);
    const name = Buffer.from(entry.name);
    const facts = Buffer.alloc(24);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(entry.flags ?? 0, 2);
    facts.writeUInt16LE(entry.method ?? 8, 4);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(entry.packedSize ?? packed.length, 14);
    facts.writeUInt32LE(entry.size ?? data.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), facts, Buffer.alloc(2), name, packed]);
    const place = Buffer.alloc(16);
    place.writeUInt32LE(offset, 12);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), facts, place, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The parts of a minimal XLSX whose only sheet has this XML inside its `worksheet` element. */
export function xlsxParts(sheet: string, more: readonly ZipEntry[] = []): ZipEntry[] {
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packages = "http://schemas.openxmlformats.org/package/2006";
  return [
    {
      name: "[Content_Types].xml",
      text: `${head}<Types xmlns="${packages}/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    },
    {
      name: "_rels/.rels",
      text: `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      text: `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Listino" sheetId="1" r:id="r1"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      text: `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    { name: "xl/worksheets/sheet1.xml", text: `${head}<worksheet xmlns="${main}">${sheet}</worksheet>` },
    ...more,
  ];
}

/** A row of inline texts for `xlsxParts`. */
export function xlsxRow(number: number, texts: readonly string[]): string {
  const cells = texts.map((text, column) => {
    const at = `${String.fromCharCode(65 + column)}${number}`;
    return `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
  });
  return `<row r="${number}">${cells.join("")}</row>`;
}

/** A minimal ODS whose only table has these rows. */
export function odsBytes(rows: string): Buffer {
  const names = ["office", "table", "text"].map(
    (name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  );
  const table = `<table:table table:name="Listino">${rows}</table:table>`;
  const body = `<office:body><office:spreadsheet>${table}</office:spreadsheet></office:body>`;
  return zipBytes([
    { name: "mimetype", text: "application/vnd.oasis.opendocument.spreadsheet", method: 0 },
    { name: "content.xml", text: `<office:document-content ${names.join(" ")}>${body}</office:document-content>` },
    { name: "styles.xml", text: "<office:document-styles/>" },
    { name: "META-INF/manifest.xml", text: "<manifest/>" },
  ]);
}
