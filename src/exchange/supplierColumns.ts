// The columns of a list of suppliers: how volunteers head them, in Italian and English.
import { type HeadingWords, makeVocabulary } from "./headings.ts";

/** What a column of a list of suppliers can say. */
export type SupplierField =
  | "name"
  | "email"
  | "phone"
  | "website"
  | "place"
  | "vatNumber"
  | "address"
  | "referent"
  | "note";

/** In the order in which we write them. */
export const SUPPLIER_WORDS: Readonly<Record<SupplierField, HeadingWords>> = {
  name: {
    it: "Nome",
    en: "Name",
    also: ["fornitore", "produttore", "azienda", "ragione sociale", "denominazione", "supplier", "producer", "farm"],
  },
  email: {
    it: "E-mail",
    en: "Email",
    also: ["e mail", "mail", "posta elettronica", "indirizzo e mail", "indirizzo mail", "indirizzo email", "posta"],
  },
  phone: { it: "Telefono", en: "Phone", also: ["tel", "cellulare", "cell", "recapito telefonico", "mobile"] },
  website: { it: "Sito", en: "Website", also: ["sito web", "sito internet", "pagina web", "web", "site", "url"] },
  place: { it: "Comune", en: "Town", also: ["città", "citta", "località", "paese", "sede", "place", "city"] },
  vatNumber: {
    it: "P.IVA",
    en: "VAT number",
    also: ["partita iva", "p iva", "piva", "numero partita iva", "vat", "vat id"],
  },
  address: {
    it: "Indirizzo nel fediverso",
    en: "Fediverse address",
    also: ["handle", "indirizzo filiera", "filiera", "fediverso", "activitypub", "account", "profilo"],
  },
  referent: {
    it: "Referente",
    en: "Contact person",
    also: ["contatto", "persona di riferimento", "contact", "referent"],
  },
  note: {
    it: "Note",
    en: "Notes",
    also: ["nota", "annotazioni", "osservazioni", "commenti", "note interne", "remarks"],
  },
};

/** The columns of a list of suppliers: what they are called is all it must have, with one word more to know them by. */
export const SUPPLIERS = makeVocabulary<SupplierField>(
  SUPPLIER_WORDS,
  (fields) => fields.has("name") && fields.size > 1,
);
