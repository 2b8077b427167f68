// The columns of a list of members: how volunteers head them, in Italian and English, and the words for what people do.
import { type ColumnGuess, type HeadingWords, makeVocabulary } from "./headings.ts";

/** What a column of a list of members can say. */
export type MemberField = "household" | "name" | "surname" | "email" | "phone" | "role" | "balance";

/** In the order in which we write them. */
export const MEMBER_WORDS: Readonly<Record<MemberField, HeadingWords>> = {
  household: {
    it: "Famiglia",
    en: "Household",
    also: ["nucleo", "nucleo familiare", "gruppo famiglia", "unità", "family"],
  },
  name: {
    it: "Nome",
    en: "Name",
    also: [
      "nome e cognome",
      "cognome e nome",
      "nominativo",
      "gasista",
      "socio",
      "persona",
      "membro",
      "referente famiglia",
      "first name",
      "full name",
      "member",
    ],
  },
  surname: { it: "Cognome", en: "Surname", also: ["last name", "family name"] },
  email: {
    it: "E-mail",
    en: "Email",
    also: ["e mail", "mail", "posta elettronica", "indirizzo e mail", "indirizzo mail", "indirizzo email", "posta"],
  },
  phone: {
    it: "Telefono",
    en: "Phone",
    also: ["tel", "cellulare", "cell", "numero di telefono", "recapito telefonico", "mobile", "telephone"],
  },
  role: { it: "Ruolo", en: "Role", also: ["ruoli", "incarico", "incarichi", "compito", "roles", "task"] },
  balance: {
    it: "Saldo",
    en: "Balance",
    also: [
      "saldo iniziale",
      "saldo attuale",
      "saldo apertura",
      "credito",
      "conto",
      "saldo cassa",
      "fondo cassa",
      "opening balance",
      "credit",
    ],
  },
};

/** The columns of a list of members: who they are is all it must have. */
export const MEMBERS = makeVocabulary<MemberField>(
  MEMBER_WORDS,
  (fields) =>
    (fields.has("name") || fields.has("household")) &&
    (["surname", "email", "phone", "balance"] as const).some((field) => fields.has(field)),
);

/** The fields whose cells tell how decimals are written. */
export const MEMBER_NUMBERS: ReadonlySet<MemberField> = new Set<MemberField>(["balance"]);

/** One column of a list of members as understood. */
export type MemberColumn = ColumnGuess<MemberField>;

/** What a person can be in a GAS, as a list says it. */
export const LISTED_ROLES = ["member", "referente", "treasurer", "cashier", "delivery", "admin"] as const;
export type ListedRole = (typeof LISTED_ROLES)[number];

/** How we write each role, first Italian, then English, and what else says it; all in small letters. */
export const ROLE_WORDS: Readonly<Record<ListedRole, readonly [it: string, en: string, ...also: string[]]>> = {
  member: ["gasista", "member", "socio", "socia", "membro"],
  referente: ["referente", "referent", "referenti", "product lead", "coordinator"],
  treasurer: ["tesoreria", "treasury", "tesoriere", "tesoriera", "contabile", "treasurer"],
  cashier: ["cassa", "till", "cassiere", "cassiera", "cashier"],
  delivery: ["consegna", "delivery", "consegne", "distribuzione", "banco"],
  admin: ["amministrazione", "administration", "amministratore", "amministratrice", "admin", "administrator"],
};
