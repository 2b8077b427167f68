// A sheet and the meaning of its columns to a price list: every row becomes a product or says why it cannot.
import { divideHalfUp } from "../kernel/money.ts";
import { readUnit } from "../kernel/units.ts";
import {
  type Mark,
  readCertification,
  readContentCell,
  readDateCell,
  readDecimal,
  readSeason,
  readVariants,
  readVat,
  readYesNo,
} from "./cellValues.ts";
import type { ColumnGuess } from "./columns.ts";
import type { Field } from "./columnWords.ts";
import { guessContent, readUnitCell, splitPriceCell } from "./content.ts";
import { type Cell, type Grid, isBlank } from "./grid.ts";
import { columnName } from "./headings.ts";
import { cleanLine, cleanText } from "./plainText.ts";
import {
  type BadRow,
  CASE_MODES,
  type Certification,
  type Content,
  LIST_LIMITS,
  type ListedProduct,
  type PriceList,
  settleProducts,
  startProduct,
} from "./priceList.ts";

/** A sheet understood: `headerRow` is 0-based, -1 where there is none; the decimals are written with `mark`. */
export type Sheet = { grid: Grid; headerRow: number; columns: readonly ColumnGuess[]; mark: Mark };

/** The list a sheet holds. Rows with a single cell name the category of those below, where no column does. */
export function readSheet({ grid, headerRow, columns, mark }: Sheet): PriceList {
  const at = new Map(columns.flatMap((guess) => (guess.field ? [[guess.field, guess] as const] : [])));
  const products: ListedProduct[] = [];
  const badRows: BadRow[] = [];
  let section = "";
  for (const [index, cells] of grid.entries()) {
    const filled = cells.filter((cell) => !isBlank(cell));
    if (index <= headerRow || filled.length === 0) continue;
    if (filled.length === 1 && isHeadingRow(cells, at)) {
      if (!at.has("category")) section = cleanLine(filled[0], 200);
      continue;
    }
    const read = new RowReader(index + 1, cells, at, mark).read(section);
    if ("refused" in read) badRows.push(read);
    else products.push(read);
  }
  const rest = { supplier: null, order: null, modifiers: [], attachmentNames: [], doubts: [] };
  return { ...rest, products: settleProducts(products), badRows };
}

const QUANTITY_FIELDS = {
  step: "stepThousandths",
  min: "minThousandths",
  advisedMax: "advisedMaxThousandths",
  max: "maxThousandths",
  case: "caseThousandths",
  supplierMin: "supplierMinThousandths",
  supplierStep: "supplierStepThousandths",
  globalMin: "globalMinThousandths",
  available: "availableThousandths",
  alertAt: "alertAtThousandths",
  booked: "bookedThousandths",
} as const satisfies Partial<Record<Field, keyof ListedProduct>>;
const PRICE_FIELDS = ["price", "pricePerKg", "pricePerLitre", "netPrice"] as const;
/** The fields whose cells tell how decimals are written. */
export const NUMBER_FIELDS: ReadonlySet<Field> = new Set<Field>([
  ...(Object.keys(QUANTITY_FIELDS) as Field[]),
  ...PRICE_FIELDS,
  ...(["content", "deposit", "transport", "weight", "weightKg"] as const),
]);

// A lone name with a category column beside it is a product that lost its price, not a heading.
function isHeadingRow(cells: readonly Cell[], at: ReadonlyMap<Field, ColumnGuess>): boolean {
  const nameColumn = at.get("name")?.column ?? -1;
  return !at.has("category") || isBlank(cells[nameColumn]);
}

class BadCell extends Error {
  readonly field: Field;
  readonly problem: BadRow["problem"];
  constructor(field: Field, problem: BadRow["problem"]) {
    super(problem);
    this.field = field;
    this.problem = problem;
  }
}

class RowReader {
  readonly row: number;
  readonly cells: readonly Cell[];
  readonly at: ReadonlyMap<Field, ColumnGuess>;
  readonly mark: Mark;

  constructor(row: number, cells: readonly Cell[], at: ReadonlyMap<Field, ColumnGuess>, mark: Mark) {
    this.row = row;
    this.cells = cells;
    this.at = at;
    this.mark = mark;
  }

  /** The product of the row, or its first unreadable cell. */
  read(section: string): ListedProduct | BadRow {
    try {
      return this.readProduct(section);
    } catch (error) {
      if (!(error instanceof BadCell)) throw error;
      const { field, problem } = error;
      const guess = this.at.get(field);
      const value = cleanLine(String(this.cell(field) ?? ""), 100);
      const column = guess ? columnName(guess) : field;
      return { refused: "bad-row", row: this.row, column, field, value, problem };
    }
  }

  readProduct(section: string): ListedProduct {
    const name = this.line("name", 200);
    if (name === "") throw new BadCell("name", "missing");
    const vat = this.vat();
    const price = this.price(vat.rate);
    const unit = this.unit(price.unitCode);
    const content = this.content();
    const product: ListedProduct = {
      ...startProduct(this.row, name, price.tenThousandths, unit.unitCode),
      ...this.texts(),
      ...this.quantities(),
      ...this.dates(),
      category: this.line("category", 200) || section,
      content: content.content ?? unit.content,
      isVariableWeight: this.flag("variableWeight", false) || content.isApproximate || unit.isApproximate,
      hasSeparateWeights: this.flag("separateWeights", false),
      priceUnitCode: price.unitCode ?? unit.unitCode,
      vatRatePercent: vat.rate,
      certifications: this.certifications(),
      isActive: this.flag("active", true),
      doubts: [...unit.doubts, ...content.doubts, ...price.doubts, ...vat.doubts, ...this.doubtCertification()],
    };
    return this.at.has("content") ? product : guessContent(product);
  }

  cell(field: Field): Cell {
    const guess = this.at.get(field);
    const cell = guess ? this.cells[guess.column] : null;
    return cell === undefined || isBlank(cell) ? null : cell;
  }

  text(field: Field, maxLength: number): string {
    const text = String(this.cell(field) ?? "");
    if (text.length > LIST_LIMITS.cellLength) throw new BadCell(field, "too-long");
    return cleanText(text, maxLength);
  }

  line(field: Field, maxLength: number): string {
    return this.text(field, maxLength).replace(/\s+/g, " ");
  }

  decimal(field: Field, places: number): number | null {
    const cell = this.cell(field);
    if (cell === null) return null;
    const scaled = readDecimal(cell, places, this.mark);
    if (scaled === null) throw new BadCell(field, "not-a-number");
    if (scaled < 0) throw new BadCell(field, "negative");
    if (scaled > LIST_LIMITS.quantityThousandths) throw new BadCell(field, "too-large");
    return scaled;
  }

  texts() {
    const sku = this.line("sku", 100);
    return {
      sku: sku === "" ? null : sku,
      description: this.text("description", 5000),
      ingredients: this.text("ingredients", 5000),
      origin: this.text("origin", 5000),
      storage: this.text("storage", 5000),
      variants: readVariants(this.line("variants", 5000)),
    };
  }

  quantities(): Partial<ListedProduct> {
    const read = Object.entries(QUANTITY_FIELDS).map(([word, field]) => {
      const quantity = this.decimal(word as Field, 3);
      // A rule of zero is no rule; a stock of zero is an empty store.
      return [field, quantity === 0 && word !== "available" && word !== "booked" ? null : quantity];
    });
    const kilograms = this.decimal("weightKg", 3);
    return {
      ...Object.fromEntries(read),
      caseMode: this.caseMode(),
      depositCents: this.decimal("deposit", 2),
      transportTenThousandths: this.decimal("transport", 4),
      weightGrams: this.decimal("weight", 0) ?? kilograms,
    };
  }

  caseMode(): ListedProduct["caseMode"] {
    const text = this.line("caseMode", 60).toLowerCase();
    if (text === "") return null;
    const index = CASE_MODE_LABELS.findIndex((labels) => (labels as readonly string[]).includes(text));
    if (index < 0) throw new BadCell("caseMode", "unreadable");
    return CASE_MODES[index]!;
  }

  dates(): Pick<ListedProduct, "seasonMonths" | "availableFrom" | "availableTo"> {
    const season = this.cell("season");
    const seasonMonths = season === null ? [] : readSeason(season);
    if (!seasonMonths) throw new BadCell("season", "unreadable");
    return { seasonMonths, availableFrom: this.date("availableFrom"), availableTo: this.date("availableTo") };
  }

  date(field: Field): string | null {
    const cell = this.cell(field);
    const date = cell === null ? null : readDateCell(cell);
    if (cell !== null && date === null) throw new BadCell(field, "not-a-date");
    return date;
  }

  flag(field: Field, otherwise: boolean): boolean {
    const cell = this.cell(field);
    const flag = cell === null ? otherwise : readYesNo(cell);
    if (flag === null) throw new BadCell(field, "unreadable");
    return flag;
  }

  vat(): { rate: ListedProduct["vatRatePercent"]; doubts: ListedProduct["doubts"] } {
    const cell = this.cell("vat");
    const rate = cell === null ? null : readVat(cell);
    if (rate !== undefined) return { rate, doubts: [] };
    return { rate: null, doubts: [{ doubt: "vat-unknown", value: cleanLine(String(cell), 40) }] };
  }

  // The price of a sale unit; failing that one per kilogram or litre; failing that one to which VAT is added.
  price(vatRate: number | null): { tenThousandths: number; unitCode: string | null; doubts: ListedProduct["doubts"] } {
    const field = PRICE_FIELDS.find((one) => this.cell(one) !== null);
    if (!field) throw new BadCell(PRICE_FIELDS.find((one) => this.at.has(one)) ?? "price", "missing");
    const cell = this.cell(field);
    const split = typeof cell === "string" ? splitPriceCell(cell) : { number: cell, unitCode: null };
    const scaled = readDecimal(split.number, 4, this.mark);
    if (scaled === null) throw new BadCell(field, "not-a-number");
    if (scaled < 0) throw new BadCell(field, "negative");
    if (scaled > LIST_LIMITS.priceTenThousandths) throw new BadCell(field, "too-large");
    const said = this.line("priceUnit", 60);
    const saidCode = said === "" ? null : readUnit(said);
    if (said !== "" && saidCode === null) throw new BadCell("priceUnit", "unreadable");
    const perBase = field === "pricePerKg" ? "KGM" : field === "pricePerLitre" ? "LTR" : null;
    const unitCode = perBase ?? saidCode ?? split.unitCode;
    if (field !== "netPrice") return { tenThousandths: scaled, unitCode, doubts: [] };
    if (vatRate === null) throw new BadCell("vat", "missing");
    const tenThousandths = divideHalfUp(BigInt(scaled) * BigInt(100 + vatRate), 100n);
    return { tenThousandths, unitCode, doubts: [{ doubt: "vat-added", value: String(cell) }] };
  }

  unit(priceUnitCode: string | null) {
    const text = this.line("unit", 100);
    const unit = text === "" ? null : readUnitCell(text, this.mark);
    if (unit) return { ...unit, doubts: [] };
    const otherwise = { unitCode: priceUnitCode ?? "H87", content: null, isApproximate: false };
    if (text !== "") return { ...otherwise, doubts: [{ doubt: "unit-unknown" as const, value: text }] };
    return { ...otherwise, doubts: priceUnitCode ? [] : [{ doubt: "unit-missing" as const }] };
  }

  content(): { content: Content | null; isApproximate: boolean; doubts: ListedProduct["doubts"] } {
    const cell = this.cell("content");
    if (cell === null) return { content: null, isApproximate: false, doubts: [] };
    const quantityThousandths = readDecimal(cell, 3, this.mark);
    if (quantityThousandths === null) {
      const found = readContentCell(cell, this.mark);
      if (!found) throw new BadCell("content", "unreadable");
      return { ...found, doubts: [] };
    }
    // A bare number is in the unit its heading names ("Peso netto (g)"), else nobody knows.
    const words = this.at.get("content")!.key.split(" ");
    const unitCode = words.map(readUnit).find((code) => code !== null && code !== "H87");
    if (!unitCode || quantityThousandths <= 0)
      return { content: null, isApproximate: false, doubts: [{ doubt: "content-unclear", value: String(cell) }] };
    return { content: { quantityThousandths, unitCode }, isApproximate: false, doubts: [] };
  }

  certifications(): Certification[] {
    const kinds = this.parts("certification").map(readCertification);
    const bodies = this.parts("certificationBody");
    const codes = this.parts("certificationCode");
    const dates = this.cell("certificationUntil") === null ? [] : this.parts("certificationUntil");
    return kinds.flatMap((kind, index) => {
      if (!kind) return [];
      const until = dates[index] ?? "";
      const validUntil = until === "" ? null : readDateCell(until);
      if (until !== "" && validUntil === null) throw new BadCell("certificationUntil", "not-a-date");
      return [{ kind, body: bodies[index] || null, operatorCode: codes[index] || null, validUntil }];
    });
  }

  parts(field: Field): string[] {
    const line = this.line(field, 1000);
    return line === "" ? [] : line.split("|").map((part) => part.trim());
  }

  doubtCertification(): ListedProduct["doubts"] {
    const unknown = this.parts("certification").filter((part) => readCertification(part) === undefined);
    return unknown.map((value) => ({ doubt: "certification-unknown" as const, value }));
  }
}

/** In the order of CASE_MODES: the Italian label we write, then English. */
export const CASE_MODE_LABELS = [
  ["nessuna", "none"],
  ["avvisa", "warn"],
  ["da completare", "complete"],
  ["solo multipli", "multiple"],
] as const;
