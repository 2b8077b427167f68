// A list of suppliers as volunteers keep it: formats, headings, and what each unreadable row says.
import t from "tap";
import { readSupplierBytes } from "../../src/exchange/supplierSheet.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { workbookBytes } from "./workbookBytes.ts";

const HEAD = ["Fornitore", "Mail", "Tel", "Sito web", "Località", "Partita IVA", "Handle", "Referente", "Note"];
const MILL = [
  ...["Mulino della Valle", "mailto:mulino@posta.example", "0733 123", "www.mulino.example"],
  ...["Sarnano", "IT 00743110157", "@mulino@valle.example", "Anna", "solo d'inverno"],
];
const TEXT = (...rows: string[]) => Buffer.from(rows.join("\n"));

for (const format of ["xlsx", "ods"] as const)
  t.test(`suppliers in a sheet of ${format} are read with every way to reach them`, async (t) => {
    t.match(readSupplierBytes(workbookBytes(format, { Fornitori: [["GAS Fano"], [], HEAD, MILL] }), {}), {
      rows: [
        {
          ...{ row: 4, name: "Mulino della Valle", email: "mulino@posta.example", phone: "0733 123" },
          ...{ website: "https://www.mulino.example/", place: "Sarnano", vatNumber: "00743110157" },
          ...{ address: "@mulino@valle.example", referent: "Anna", note: "solo d'inverno" },
        },
      ],
      badRows: [],
    });
  });

t.test("a CSV of Excel in Italy is read, blank rows and columns that are missing are nothing", async (t) => {
  const bytes = Buffer.from("Produttore;Comune\r\nCaff\xe8 Nicol\xf2;Urbino\r\n;\r\n", "latin1");
  t.match(readSupplierBytes(bytes, {}), {
    rows: [{ row: 2, name: "Caffè Nicolò", place: "Urbino", email: "", website: "", vatNumber: "", address: "" }],
  });
});

t.test("each row that cannot be read says which cell and why, and the others stay", async (t) => {
  const read = readSupplierBytes(
    TEXT(
      "Nome;E-mail;Sito;P.IVA;Indirizzo nel fediverso",
      ";chi@posta.example;;;",
      "Forno;forno chiocciola posta;;;",
      "Orto;;non un sito;;",
      "Vigna;;;123;",
      "Stalla;;;;da qualche parte",
      `${"x".repeat(101)};;;;`,
      "Frutteto;;http://frutteto.example;;https://frutteto.example/frutteto",
    ),
    {},
  );
  if (isRefusal(read)) throw new Error(read.refused);
  t.same(
    read.badRows.map(({ row, field, problem }) => [row, field, problem]),
    [
      [2, "name", "missing"],
      [3, "email", "unreadable"],
      [4, "website", "unreadable"],
      [5, "vatNumber", "unreadable"],
      [6, "address", "unreadable"],
      [7, "name", "too-long"],
    ],
  );
  t.match(read.rows, [{ row: 8, name: "Frutteto", website: "http://frutteto.example/" }]);
});

t.test("what is no list, or one without a row, is refused", async (t) => {
  t.match(readSupplierBytes(TEXT("Nome;Comune", ""), {}), { refused: "empty-list" });
  t.ok(isRefusal(readSupplierBytes(TEXT("una lettera", "che non è una lista"), {})));
  t.ok(isRefusal(readSupplierBytes(Buffer.from([0, 1, 2, 3, 0xff]), {})));
});
