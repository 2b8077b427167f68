// The rest of the region: actors who fill its directory and map beside those of the story, what they sell, and who joined what.
import type { FirstActor } from "../../src/members/actions.ts";
import type { Player } from "./cast.ts";

/** `goods`: a producer's, each "code;name;category;unit;content;price;season". */
export type QuietActor = FirstActor & {
  readonly goods?: readonly string[];
  /** A number that no firm has: of who shows its prices to everybody. */
  readonly vatNumber?: string;
};

const HEAD = "Codice;Prodotto;Categoria;Unità;Contenuto;Prezzo;Stagione";

/** A price list as a farm's own table gives it. */
export function listOf({ goods = [] }: QuietActor): string {
  return [HEAD, ...goods].join("\n");
}

const producer = (
  handle: string,
  name: string,
  place: string,
  goods: readonly string[],
  vatNumber?: string,
): QuietActor => ({
  ...{ kind: "producer", handle, name, place, goods },
  ...(vatNumber === undefined ? {} : { vatNumber }),
});
const gas = (handle: string, name: string, place: string): QuietActor => ({ kind: "gas", handle, name, place });
const district = (handle: string, name: string, place: string, level: "des" | "province"): QuietActor => ({
  ...{ kind: "district", handle, name, place, level },
});

/** At the farm's node. */
export const NEIGHBOURS: readonly QuietActor[] = [
  producer("orto", "Orto del Chienti", "Urbisaglia", [
    "VER-01;Cavolo nero;Ortaggi;mazzo;500 g;2,20;ottobre-marzo",
    "VER-02;Finocchi;Ortaggi;kg;1 kg;2,60;ottobre-aprile",
    "VER-03;Zucca delica;Zucche;kg;1 kg;2,10;settembre-febbraio",
    "VER-04;Pomodori da salsa;Ortaggi;cassa;10 kg;14,00;luglio-settembre",
    "VER-05;Passata di pomodoro;Conserve;bottiglia;700 g;3,20;",
  ]),
  producer("caseificio", "Caseificio dei Monti Azzurri", "San Ginesio", [
    "LAT-01;Ricotta di pecora;Formaggi;pezzo;400 g;4,20;",
    "LAT-02;Pecorino giovane;Formaggi;kg;1 kg;16,50;",
    "LAT-03;Yogurt bianco;Yogurt e latte;vasetto;500 g;2,80;",
  ]),
  producer("frutteto", "Frutteto della Marca", "Monte Giberto", [
    "FRU-01;Mele rosa dei Sibillini;Frutta;cassa;8 kg;15,00;ottobre-marzo",
    "FRU-02;Pesche della Valdaso;Frutta;cassa;5 kg;13,50;luglio-settembre",
  ]),
];

/** At the makers' node. */
export const ARTISANS: readonly QuietActor[] = [
  producer(
    "frantoio",
    "Frantoio delle Colline",
    "Cingoli",
    [
      "EVO-01;Olio extravergine di Mignola;Olio;bottiglia;750 ml;14,50;",
      "EVO-02;Olive da tavola;Conserve;vasetto;550 g;5,40;",
    ],
    "99999910427",
  ),
  producer(
    "cantina",
    "Cantina del Verdicchio",
    "Cupramontana",
    [
      "VIN-01;Verdicchio dei Castelli di Jesi;Vino;bottiglia;750 ml;8,90;",
      "VIN-02;Vino e visciole;Vino;bottiglia;500 ml;12,00;",
    ],
    "99999920426",
  ),
  producer("pastificio", "Pastificio della Misa", "Arcevia", [
    "PAS-01;Spaghetti di grano duro;Pasta;confezione;500 g;2,30;",
    "PAS-02;Maccheroncini di farro;Pasta;confezione;500 g;3,10;",
  ]),
  producer("birrificio", "Birrificio dell'Esino", "Matelica", [
    "BIR-01;Birra chiara d'orzo nostro;Birra;bottiglia;500 ml;4,40;",
    "BIR-02;Birra ambrata;Birra;bottiglia;500 ml;4,80;",
  ]),
];

/** At the valley's node. */
export const VALLEY_GROUPS: readonly QuietActor[] = [
  gas("gas-recanati", "GAS Recanati", "Recanati"),
  gas("gas-jesi", "GAS Jesi", "Jesi"),
  gas("gas-fabriano", "GAS Fabriano", "Fabriano"),
];

/** At the coast's node. */
export const COAST_GROUPS: readonly QuietActor[] = [
  gas("gas-senigallia", "GAS Senigallia", "Senigallia"),
  gas("gas-ancona", "GAS Ancona", "Ancona"),
  gas("gas-ascoli", "GAS Ascoli", "Ascoli Piceno"),
];

/** At the district's node. */
export const DISTRICTS: readonly QuietActor[] = [
  district("des-esino", "Distretto dell'Esino e della Misa", "Jesi", "des"),
  district("des-piceno", "Distretto Piceno", "Offida", "des"),
];

/** At the region's node. */
export const PROVINCES: readonly QuietActor[] = [
  district("rete-macerata", "Rete della provincia di Macerata", "Macerata", "province"),
  district("rete-ancona", "Rete della provincia di Ancona", "Ancona", "province"),
];

/** A group that bought last season: its households, and how many of them took each thing there was. */
export type Buyer = {
  readonly handle: string;
  readonly households: readonly Player[];
  readonly takers: readonly number[];
};

const households = (handle: string, ...names: readonly string[]): readonly Player[] =>
  names.map((name) => ({ name, email: `${name.toLowerCase()}@${handle}.example`, handle, roles: ["member"] }));

export const GROWER = "orto";
/** Four households alone took of the last thing in Recanati: no figure tells of them. */
export const BUYERS: readonly Buyer[] = [
  {
    ...{ handle: "gas-recanati", takers: [6, 5, 4] },
    households: households("gas-recanati", "Adele", "Bianca", "Carlo", "Dora", "Ettore", "Flavia"),
  },
  {
    ...{ handle: "gas-senigallia", takers: [6, 6, 6] },
    households: households("gas-senigallia", "Gino", "Ida", "Lino", "Mirella", "Nino", "Olga"),
  },
];

/** Which network takes in whom, from below: what a network shows is there when another reads it. */
export const JOINS: readonly { readonly network: string; readonly members: readonly string[] }[] = [
  { network: "des", members: ["orto", "caseificio", "frantoio", "gas-recanati"] },
  {
    network: "des-esino",
    members: ["cantina", "pastificio", "birrificio", "gas-jesi", "gas-fabriano", "gas-senigallia", "gas-ancona"],
  },
  { network: "des-piceno", members: ["frutteto", "gas-ascoli"] },
  { network: "rete-macerata", members: ["des"] },
  { network: "rete-ancona", members: ["des-esino"] },
  { network: "marche", members: ["rete-macerata", "rete-ancona", "des-piceno"] },
];
