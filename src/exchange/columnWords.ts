// The columns a price list may have, as we write them in both languages and as others head them.

/** What a column may hold. Some are only read (a price per kilogram beside the price), never written. */
export type Field =
  | "sku"
  | "name"
  | "description"
  | "category"
  | "unit"
  | "content"
  | "variableWeight"
  | "separateWeights"
  | "price"
  | "priceUnit"
  | "pricePerKg"
  | "pricePerLitre"
  | "netPrice"
  | "vat"
  | "case"
  | "caseMode"
  | "step"
  | "min"
  | "advisedMax"
  | "max"
  | "supplierMin"
  | "supplierStep"
  | "globalMin"
  | "available"
  | "alertAt"
  | "booked"
  | "deposit"
  | "transport"
  | "weight"
  | "weightKg"
  | "season"
  | "availableFrom"
  | "availableTo"
  | "certification"
  | "certificationBody"
  | "certificationCode"
  | "certificationUntil"
  | "origin"
  | "ingredients"
  | "storage"
  | "variants"
  | "active";

type Words = { it: string; en: string; also: readonly string[] };

/** In the order in which we write them. */
export const FIELD_WORDS: Readonly<Record<Field, Words>> = {
  sku: {
    it: "Codice",
    en: "Code",
    also: [
      "codice articolo",
      "codice prodotto",
      "cod",
      "cod art",
      "cod articolo",
      "sku",
      "rif",
      "riferimento",
      "item code",
      "product code",
      "supplier code",
      "ean",
    ],
  },
  name: {
    it: "Prodotto",
    en: "Product",
    also: [
      "nome",
      "nome prodotto",
      "nome del prodotto",
      "prodotti",
      "denominazione",
      "articolo",
      "articoli",
      "descrizione prodotto",
      "descrizione articolo",
      "name",
      "product name",
      "item",
    ],
  },
  category: {
    it: "Categoria",
    en: "Category",
    also: ["categorie", "tipologia", "reparto", "gruppo merceologico", "famiglia", "settore", "type", "department"],
  },
  description: {
    it: "Descrizione",
    en: "Description",
    also: ["note", "dettagli", "descrizione estesa", "annotazioni", "notes", "details"],
  },
  unit: {
    it: "Unità",
    en: "Unit",
    also: [
      "unità di misura",
      "um",
      "u m",
      "udm",
      "u d m",
      "un mis",
      "misura",
      "confezione",
      "unità di vendita",
      "measure",
      "uom",
      "sold by",
    ],
  },
  content: {
    it: "Contenuto",
    en: "Content",
    also: [
      "contenuto netto",
      "peso netto",
      "formato",
      "grammatura",
      "pezzatura",
      "peso confezione",
      "net weight",
      "size",
      "net content",
      "quantità netta",
    ],
  },
  variableWeight: { it: "Peso variabile", en: "Variable weight", also: ["variabile", "catch weight"] },
  separateWeights: { it: "Pesi separati", en: "Separate weights", also: [] },
  price: {
    it: "Prezzo",
    en: "Price",
    also: [
      "prezzo unitario",
      "prezzo iva inclusa",
      "prezzo iva compresa",
      "prezzo ivato",
      "prezzo con iva",
      "prezzo al pubblico",
      "prezzo gas",
      "prezzo euro",
      "costo",
      "costo unitario",
      "euro",
      "importo",
      "unit price",
      "price incl vat",
      "eur",
    ],
  },
  priceUnit: {
    it: "Prezzo per",
    en: "Price per",
    also: ["unità di prezzo", "unità del prezzo", "prezzo riferito a", "price unit"],
  },
  pricePerKg: {
    it: "Prezzo al kg",
    en: "Price per kg",
    also: ["euro kg", "euro al kg", "prezzo kg", "prezzo euro kg", "al kg", "prezzo al chilo", "eur kg", "price kg"],
  },
  pricePerLitre: {
    it: "Prezzo al litro",
    en: "Price per litre",
    also: ["euro l", "euro lt", "euro al litro", "euro litro", "prezzo lt", "al litro", "price per liter"],
  },
  netPrice: {
    it: "Prezzo IVA esclusa",
    en: "Price without VAT",
    also: [
      "prezzo senza iva",
      "prezzo netto",
      "prezzo netto iva",
      "imponibile",
      "prezzo al netto iva",
      "prezzo escluso iva",
      "prezzo iva escl",
      "prezzo più iva",
      "price excl vat",
      "net price",
      "iva esclusa",
      "senza iva",
    ],
  },
  vat: {
    it: "IVA",
    en: "VAT",
    also: ["iva %", "% iva", "aliquota", "aliquota iva", "al iva", "vat rate", "vat %", "tax"],
  },
  case: {
    it: "Collo",
    en: "Case",
    also: [
      "pezzi per collo",
      "pz per collo",
      "pz collo",
      "pezzi collo",
      "quantità per collo",
      "quantità collo",
      "unità per collo",
      "pezzi per cartone",
      "pz cartone",
      "pezzi per cassa",
      "pezzi confezione",
      "imballo",
      "imballaggio",
      "case quantity",
      "units per case",
      "package size",
      "pack size",
    ],
  },
  caseMode: { it: "Regola del collo", en: "Case rule", also: [] },
  step: { it: "Multiplo", en: "Step", also: ["multipli", "multipli di", "a multipli di", "multiple", "multiples"] },
  min: {
    it: "Minimo",
    en: "Minimum",
    also: [
      "minimo ordinabile",
      "minimo ordine",
      "quantità minima",
      "ordine minimo",
      "min",
      "min quantity",
      "minimum quantity",
    ],
  },
  advisedMax: { it: "Massimo consigliato", en: "Advised maximum", also: ["max consigliato"] },
  max: { it: "Massimo", en: "Maximum", also: ["massimo ordinabile", "quantità massima", "max", "max quantity"] },
  supplierMin: { it: "Minimo del gruppo", en: "Group minimum", also: ["minimo per gas", "minimo gas"] },
  supplierStep: { it: "Multiplo del gruppo", en: "Group step", also: ["multiplo per gas"] },
  globalMin: { it: "Minimo complessivo", en: "Overall minimum", also: [] },
  available: {
    it: "Disponibile",
    en: "Available",
    also: [
      "disponibilità",
      "quantità disponibile",
      "qta disponibile",
      "giacenza",
      "scorta",
      "stock",
      "available quantity",
    ],
  },
  alertAt: { it: "Avviso a", en: "Alert at", also: [] },
  booked: { it: "Prenotato", en: "Booked", also: ["totale prenotato", "quantità prenotata"] },
  deposit: { it: "Vuoto a rendere", en: "Deposit", also: ["cauzione", "cauzione vuoto", "vuoto"] },
  transport: { it: "Trasporto", en: "Transport", also: ["spese di trasporto", "costo trasporto", "shipping cost"] },
  weight: { it: "Peso in grammi", en: "Weight in grams", also: ["peso g", "peso gr", "weight g"] },
  weightKg: { it: "Peso in kg", en: "Weight in kg", also: ["peso", "peso kg", "weight", "weight kg"] },
  season: { it: "Stagione", en: "Season", also: ["stagionalità", "mesi", "periodo", "months"] },
  availableFrom: { it: "Disponibile dal", en: "Available from", also: ["dal"] },
  availableTo: { it: "Disponibile fino al", en: "Available until", also: ["disponibile al", "fino al"] },
  certification: {
    it: "Certificazione",
    en: "Certification",
    also: [
      "bio",
      "biologico",
      "metodo",
      "metodo di coltivazione",
      "metodo di produzione",
      "certificazioni",
      "organic",
      "certified",
    ],
  },
  certificationBody: {
    it: "Organismo di controllo",
    en: "Control body",
    also: ["ente certificatore", "organismo", "certificatore", "certification body"],
  },
  certificationCode: {
    it: "Codice operatore",
    en: "Operator code",
    also: ["codice certificazione", "numero operatore"],
  },
  certificationUntil: {
    it: "Certificato fino al",
    en: "Certified until",
    also: ["scadenza certificato", "scadenza certificazione", "validità certificato", "valido fino al"],
  },
  origin: { it: "Provenienza", en: "Origin", also: ["origine", "luogo di produzione", "produttore", "zona"] },
  ingredients: { it: "Ingredienti", en: "Ingredients", also: ["composizione"] },
  storage: { it: "Conservazione", en: "Storage", also: ["modalità di conservazione"] },
  variants: { it: "Varianti", en: "Variants", also: ["variante", "taglie", "gusti"] },
  active: { it: "Attivo", en: "Active", also: ["ordinabile", "in vendita", "orderable"] },
};
