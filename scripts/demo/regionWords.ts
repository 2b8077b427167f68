// What the demo says of the region, Italian first. English has every sentence too: the compiler holds it.
const it = {
  season: "Una stagione fa",
  seasonName: "Orto d'autunno",
  seasonPlace: "Piazza del mercato",
  pactAsked: (farm: string, gas: string) => `${farm} propone un patto a ${gas}.`,
  pactHolds: (gas: string, farm: string) => `${gas} e ${farm} hanno un patto.`,
  seasonRead: (gas: string) => `${gas} conosce il ciclo e i prezzi.`,
  seasonConfirmed: (gas: string) => `L'ordine di ${gas} è confermato.`,
  seasonShipped: (gas: string) => `${gas} ha la bolla.`,
  seasonPaid: (groups: string, farm: string) => `${groups} hanno ritirato e addebitato la spesa di ${farm}.`,
  monthOut: (gas: string) =>
    `${gas} ha pubblicato il suo mese in cifre, firmato: nessun nome, mai meno di cinque famiglie.`,
  withheld: (gas: string) => `A ${gas} quattro famiglie sole hanno preso la passata: quella riga non esce.`,
  meetings: "Incontri",
  eveningName: "Farine di una volta",
  eveningSummary: "Chi le coltiva e chi le inforna raccontano, e si assaggia.",
  eveningFull: (gas: string, name: string, at: string, last: string) =>
    `${gas} invita a «${name}», ${at}: cinque posti presi, ${last} aspetta il primo che si libera.`,
  inCalendar: (network: string, name: string) => `Il calendario di ${network} mostra «${name}».`,
  eveningDoor: "un incontro, come lo vede chiunque",
  figures: "I numeri",
  regionSums: (network: string, groups: string, families: string) =>
    `${network} somma i mesi di ${groups} GAS: ${families} famiglie hanno preso ortaggi. Quel che è taciuto non è in nessuna somma.`,
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
  memory: (limit: string) => `I nodi tengono in memoria meno di ${limit} in tutto.`,
  work: (limit: string) => `Fin qui meno di ${limit} s di processore in tutto.`,
  burden: (sum: string, summed: string, used: string) =>
    `Memoria dei sei nodi: ${sum}, contando una volta sola quel che condividono (${summed} sommati uno a uno). Processore: ${used} s.`,
  network: {
    directory: "chi c'è nella regione",
    map: "la regione sulla mappa",
    search: "i prodotti della regione",
    offers: "gli ordini aperti della regione",
    calendar: "gli incontri della regione",
    statistics: "i numeri della regione",
  },
};

export type RegionSentences = typeof it;

const en: RegionSentences = {
  season: "A season ago",
  seasonName: "Autumn garden",
  seasonPlace: "Market square",
  pactAsked: (farm, gas) => `${farm} proposes a pact to ${gas}.`,
  pactHolds: (gas, farm) => `${gas} and ${farm} have a pact.`,
  seasonRead: (gas) => `${gas} knows the cycle and its prices.`,
  seasonConfirmed: (gas) => `The order of ${gas} is confirmed.`,
  seasonShipped: (gas) => `${gas} has the delivery note.`,
  seasonPaid: (groups, farm) => `${groups} have handed out and charged what came from ${farm}.`,
  monthOut: (gas) => `${gas} has published its month in figures, signed: no name, never fewer than five households.`,
  withheld: (gas) => `At ${gas} four households alone took the tomato sauce: that row does not leave.`,
  meetings: "Gatherings",
  eveningName: "Flours of old",
  eveningSummary: "Who grows them and who bakes them tell of it, and there is something to taste.",
  eveningFull: (gas, name, at, last) =>
    `${gas} invites to "${name}", ${at}: five places taken, ${last} waits for the first that is free.`,
  inCalendar: (network, name) => `The calendar of ${network} shows "${name}".`,
  eveningDoor: "a gathering, as anybody sees it",
  figures: "The figures",
  regionSums: (network, groups, families) =>
    `${network} sums up the months of ${groups} groups: ${families} households took vegetables. What is held back is in no sum.`,
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
  memory: (limit) => `All nodes together hold less than ${limit} in memory.`,
  work: (limit) => `Less than ${limit} s of processor time so far in all.`,
  burden: (sum, summed, used) =>
    `Memory of the six nodes: ${sum}, what they share counted once (${summed} added one by one). Processor time: ${used} s.`,
  network: {
    directory: "who is in the region",
    map: "the region on the map",
    search: "the products of the region",
    offers: "the open orders of the region",
    calendar: "the gatherings of the region",
    statistics: "the figures of the region",
  },
};

export const REGION_WORDS = { it, en } as const;
