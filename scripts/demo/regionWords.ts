// What the demo says of the region, Italian first. English has every sentence too: the compiler holds it.
const it = {
  region: "La regione",
  others: (first: string, count: string) => `${first} e altri ${count}`,
  settledToo: (names: string) => `Sullo stesso nodo: ${names}.`,
  takesIn: (network: string, names: string) => `${network} accoglie ${names}.`,
  regionShows: (network: string, groups: string, producers: string, products: string) =>
    `${network}: ${groups} GAS, ${producers} produttori e ${products} prodotti, letti ai loro nodi.`,
  regionFinds: (network: string, words: string, maker: string) =>
    `Chi cerca «${words}» da ${network} trova ${maker}, tre reti più sotto.`,
  regionNear: (network: string, comune: string, km: string, count: string) =>
    `Entro ${km} km da ${comune}, ${network} conosce ${count} realtà.`,
  lettersToo: (count: string) => `${count} lettere firmate per questo, tutte arrivate.`,
  tooMuch: (what: string) => `i nodi chiedono troppo a questa macchina: ${what}`,
  memory: (sum: string, limit: string) => `I nodi tengono in memoria ${sum} in tutto: meno di ${limit}.`,
  work: (used: string, limit: string) => `Fin qui ${used} s di processore in tutto: meno di ${limit}.`,
  network: {
    directory: "chi c'è nella regione",
    map: "la regione sulla mappa",
    search: "i prodotti della regione",
    offers: "gli ordini aperti della regione",
  },
};

export type RegionSentences = typeof it;

const en: RegionSentences = {
  region: "The region",
  others: (first, count) => `${first} and ${count} others`,
  settledToo: (names) => `On the same node: ${names}.`,
  takesIn: (network, names) => `${network} takes in ${names}.`,
  regionShows: (network, groups, producers, products) =>
    `${network}: ${groups} groups, ${producers} producers and ${products} products, read at their nodes.`,
  regionFinds: (network, words, maker) =>
    `Who looks for "${words}" at ${network} finds ${maker}, three networks further down.`,
  regionNear: (network, comune, km, count) => `Within ${km} km of ${comune}, ${network} knows ${count} of them.`,
  lettersToo: (count) => `${count} signed letters for that, and all have come.`,
  tooMuch: (what) => `the nodes ask too much of this machine: ${what}`,
  memory: (sum, limit) => `All nodes together hold ${sum} in memory: less than ${limit}.`,
  work: (used, limit) => `${used} s of processor time so far in all: less than ${limit}.`,
  network: {
    directory: "who is in the region",
    map: "the region on the map",
    search: "the products of the region",
    offers: "the open orders of the region",
  },
};

export const REGION_WORDS = { it, en } as const;
