// GDXP files for tests: the published ones, read in place where they are at hand, and small ones made to measure.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GdxpRead, readGdxp } from "../../src/exchange/gdxp.ts";
import { writeGdxp } from "../../src/exchange/gdxpWrite.ts";
import { type ListedProduct, type Party, type PriceList, startProduct } from "../../src/exchange/priceList.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/data/gdxp");

/** Where the published files are, or `null` where there are none. */
export const gdxpFolder = existsSync(FOLDER) ? FOLDER : null;

/** The text of a published file. */
export function readShared(name: string): string {
  return readFileSync(join(FOLDER, name), "utf8");
}

/** A subject of a file that names nobody. */
export const blankParty: Party = {
  name: "",
  vatNumber: null,
  taxCode: null,
  street: "",
  locality: "",
  zipCode: "",
  contacts: [],
  note: "",
};

type Change = { [key: string]: unknown };
/** What to change in a small v1 file. */
export type Parts = { product?: Change; info?: Change; supplier?: Change; block?: Change; root?: Change };

/** A small v1 file; `product`, `supplier` and `root` replace parts of it. */
export function gdxpText({ product = {}, info = {}, supplier = {}, block = {}, root = {} }: Parts = {}): string {
  return JSON.stringify({
    protocolVersion: "1.0",
    creationDate: "2026-11-22",
    applicationSignature: "GASdotto",
    subject: { name: "GAS Esempio" },
    blocks: [
      {
        supplier: {
          name: "Podere dei Sibillini",
          vatNumber: "01234567897",
          products: [{ name: "Ceci", um: "Chili", orderInfo: { umPrice: 3.2, ...info }, ...product }],
          ...supplier,
        },
        ...block,
      },
    ],
    ...root,
  });
}

/** A file's text read, or a failed assertion. */
export function readOk(text: string): GdxpRead {
  const read = readGdxp(text);
  assert(!("refused" in read), JSON.stringify(read));
  return read;
}

/** The first list of a file's text. */
export function readList(text: string): PriceList {
  return readOk(text).lists[0]!;
}

/** The one product of a small v1 file. */
export function readOne(parts: Parts): ListedProduct {
  return readList(gdxpText(parts)).products[0]!;
}

/** The codes of what is doubted. */
export const doubtsOf = ({ doubts }: { doubts: { doubt: string }[] }) => doubts.map(({ doubt }) => doubt);

/** A list of one product as Filiera writes it. */
export function written(change: Partial<ListedProduct> = {}, order: PriceList["order"] = null): string {
  const product = { ...startProduct(1, "Pecorino", 185_000, "KGM"), vatRatePercent: 4 as const, ...change };
  const supplier = { ...blankParty, name: "Podere dei Sibillini", vatNumber: "01234567897" };
  const block = { supplier, products: [product], modifiers: [], order };
  return writeGdxp({ createdOn: "2026-11-22", subject: blankParty, blocks: [block] });
}

/** A v0 file as Gasista Felice writes it, with more in its product's orderInfo. */
export function gasistaFelice(info: string): string {
  return `<!-- written as Gasista Felice does -->
<gdxp protocolVersion = "0.2" creationDate = "20141120183000" applicationSignature = "GasistaFelice"><supplier>
<name>Molino</name><taxCode></taxCode><vatNumber>01234567897</vatNumber>
<address><street>Via del Mulino 3</street><zipcode>62032</zipcode></address><contacts></contacts>
<products><product><sku></sku><name>Farina tipo 2</name><category>Alimenti::Farine</category><um>Kilo</um>
<orderInfo><packageQty>5.0000 </packageQty><minQty>1.00</minQty><umPrice>1.4</umPrice>${info}</orderInfo>
<extraFields><extraField name="units_per_box">4.00</extraField><extraField name="pu">Confezione</extraField>
<extraField name="supplier_category">None</extraField></extraFields></product></products></supplier></gdxp>`;
}

/** A v0 file as GASdotto wrote it, with more in its product and its orderInfo. */
export function plainV0(more: string, info = ""): string {
  const price = info.includes("umPrice") ? "" : "<umPrice>14</umPrice>";
  return `<gdxp protocolVersion="0.2" creationDate="20180412093000" applicationSignature="GASdottoNG"><supplier>
<vatNumber>01234567897</vatNumber><name>Podere</name><contacts/>
<products><product><name>Maglietta</name><category>Abbigliamento</category><um>Pezzi</um>${more}
<orderInfo>${price}${info}</orderInfo></product></products>
<orders><order><openDate>20180415</openDate><closeDate>20180422</closeDate></order></orders></supplier></gdxp>`;
}
