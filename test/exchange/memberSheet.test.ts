// A list of members as volunteers keep it: every format, every heading, and what each unreadable row says.
import t from "tap";
import { readMemberBytes } from "../../src/exchange/memberSheet.ts";
import { readMembers, writeMemberCsv } from "../../src/exchange/readMembers.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { workbookBytes } from "./workbookBytes.ts";

const HEAD = ["Nucleo familiare", "Cognome", "Nome", "Indirizzo e-mail", "Cellulare", "Incarico", "Saldo attuale"];
const ROSSI = ["Rossi", "Rossi", "Anna", "anna@posta.example", "+39 333 123", "tesoriera e gasista", 45.5];
const TEXT = (...rows: string[]) => Buffer.from(rows.join("\n"));

for (const format of ["xlsx", "ods", "xls"] as const)
  t.test(`members in a sheet of ${format} are read with their household, roles and balance`, async (t) => {
    const read = readMemberBytes(workbookBytes(format, { Soci: [["GAS Fano"], [], HEAD, ROSSI] }), {});
    t.match(read, {
      rows: [
        {
          row: 4,
          household: "Rossi",
          name: "Anna Rossi",
          email: "anna@posta.example",
          phone: "+39 333 123",
          roles: ["member", "treasurer"],
          balanceCents: 4550,
        },
      ],
      badRows: [],
      sheet: { headerRow: 3 },
    });
  });

t.test("a CSV of Excel in Italy with commas for decimals is read, debts too", async (t) => {
  const bytes = Buffer.from("Nominativo;E-mail;Saldo\r\nNicol\xf2;;-1.234,50\r\nBea;bea@posta.example;0\r\n", "latin1");
  t.match(readMemberBytes(bytes, {}), {
    rows: [
      { name: "Nicolò", household: null, email: null, roles: ["member"], balanceCents: -123450 },
      { name: "Bea", balanceCents: 0 },
    ],
    sheet: { encoding: "windows-1252", delimiter: ";", decimalMark: "," },
  });
});

t.test("each row that cannot be read says which cell and why, and the others stay", async (t) => {
  const read = readMemberBytes(
    TEXT(
      "Nome;E-mail;Telefono;Ruolo;Saldo",
      ";chi@posta.example;;;",
      "Anna;anna chiocciola posta;;;",
      "Bea;;quando vuoi;;",
      "Cleo;;;capitano;",
      "Dino;;;;12,5o",
      "Ezio;;;;999999999",
      `${"x".repeat(81)};;;;`,
      "Fabio;;;;",
      ";;;;",
    ),
    {},
  );
  if (isRefusal(read)) throw new Error(read.refused);
  t.same(
    read.badRows.map(({ row, column, problem }) => [row, column, problem]),
    [
      [2, "Nome", "missing"],
      [3, "E-mail", "unreadable"],
      [4, "Telefono", "unreadable"],
      [5, "Ruolo", "unreadable"],
      [6, "Saldo", "not-a-number"],
      [7, "Saldo", "too-large"],
      [8, "Nome", "too-long"],
    ],
  );
  t.same(
    read.rows.map(({ row, name }) => [row, name]),
    [[9, "Fabio"]],
  );
});

t.test("columns that a person chose are read so, and a sheet without any is asked about", async (t) => {
  const bytes = TEXT("Chi;Boh;Euro", "Anna;anna@posta.example;3");
  t.match(readMemberBytes(bytes, {}), { refused: "columns-unclear", columns: [{ heading: "Chi" }] });
  const mapping = { hasHeader: true, fields: { chi: "name", boh: "email", euro: "balance" } as const };
  t.match(readMemberBytes(bytes, { mapping }), { rows: [{ name: "Anna", balanceCents: 300 }] });
  t.match(readMemberBytes(TEXT("Nome;E-mail", ";"), {}), { refused: "empty-list" });
});

t.test("C26 the list as we write it reads back unchanged, whatever a name begins with", async (t) => {
  const rows = [
    {
      household: "=CMD()",
      name: "@Anna",
      email: "anna@posta.example",
      phone: "+39 333 1234",
      roles: ["member", "admin"] as const,
      balanceCents: -1250,
    },
    { household: null, name: "Bea; Bò", email: null, phone: null, roles: ["member"] as const, balanceCents: null },
  ];
  for (const language of ["it", "en"] as const) {
    const read = await readMembers(Buffer.from(writeMemberCsv(rows, language)), "soci.csv");
    if (isRefusal(read)) throw new Error(read.refused);
    t.same(
      read.rows.map(({ row: _, ...rest }) => rest),
      rows,
      language,
    );
  }
  t.match(await readMembers(Buffer.alloc(6 * 1024 * 1024), "grande.csv"), { refused: "file-too-large" });
});
