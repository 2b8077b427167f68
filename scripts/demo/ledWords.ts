// What the demo says of an order that a group leads for others, Italian first. English has every sentence too.
const it = {
  led: "Un ordine per tre gruppi",
  ledName: "Miele in compagnia",
  ledNote: "Si ritira a Fano dal furgone dell'apiario; il trasporto si divide per valore.",
  ledTransport: "Trasporto",
  ledJoins: (group: string, lead: string) => `${group} fa un patto con ${lead}: ordinerà per suo mezzo.`,
  ledShared: (lead: string, maker: string, until: string) =>
    `${lead} apre agli altri il suo ordine da ${maker}: possono mandare i totali fino a ${until}.`,
  ledSeen: (group: string, lead: string) => `${group} vede l'ordine che guida ${lead}, con i prezzi, e apre il suo.`,
  ledBooked: (group: string, families: string, money: string) =>
    `${group}: ${families} famiglie prenotano ${money}, a casa loro.`,
  ledHeld: (lead: string, group: string, money: string) =>
    `${lead} tiene ${money} per ${group}: un totale, come il cesto di una famiglia.`,
  ledSum: (maker: string, lead: string, cases: string) =>
    `${maker} riceve un ordine solo, da ${lead}: ${cases} scatole intere, che nessun gruppo riempiva da sé.`,
  ledShort: (maker: string, product: string) =>
    `${maker} ha metà del ${product}: poche arnie. ${product}, una scatola.`,
  ledShortNote: "Della lupinella ne ho una scatola sola.",
  ledDivided: (lead: string, parts: string) => `${lead} divide quello che c'è con le regole delle famiglie: ${parts}.`,
  ledPart: (group: string, money: string) => `${group} ${money}`,
  ledTaken: (group: string) => `${group} ha detto di sì a quello che c'è per lei: i due archivi hanno lo stesso testo.`,
  ledNote2: (group: string, money: string) =>
    `${group} ha la sua bolla: ${money}, trasporto compreso, quanto le addebitano i conti di chi guida. Al centesimo.`,
  ledOver: (group: string) =>
    `${group} divide tra le sue famiglie e dice di sì alla bolla: da tutte e due le parti è chiuso.`,
  ledNoNames: (group: string) => `Di ${group} sono uscite quantità e somme: nessun nome.`,
};

export type LedSentences = typeof it;

const en: LedSentences = {
  led: "One order for three groups",
  ledName: "Miele in compagnia",
  ledNote: "Collected in Fano from the apiary's van; transport is shared by value.",
  ledTransport: "Transport",
  ledJoins: (group, lead) => `${group} makes a pact with ${lead}: it will order through it.`,
  ledShared: (lead, maker, until) =>
    `${lead} opens its order from ${maker} to the others: they may send their totals until ${until}.`,
  ledSeen: (group, lead) => `${group} sees the order that ${lead} leads, with prices, and opens its own.`,
  ledBooked: (group, families, money) => `${group}: ${families} households book ${money}, at home.`,
  ledHeld: (lead, group, money) => `${lead} holds ${money} for ${group}: a total, like the basket of a household.`,
  ledSum: (maker, lead, cases) =>
    `${maker} receives one order, from ${lead}: ${cases} whole cases, which no group filled by itself.`,
  ledShort: (maker, product) => `${maker} has half of the ${product}: few hives. ${product}, one case.`,
  ledShortNote: "Of the sainfoin honey I have one case.",
  ledDivided: (lead, parts) => `${lead} shares what there is by the rules of households: ${parts}.`,
  ledPart: (group, money) => `${group} ${money}`,
  ledTaken: (group) => `${group} said yes to what there is for it: both databases have the same text.`,
  ledNote2: (group, money) =>
    `${group} has its note: ${money}, transport included, what the books of the lead charge it. To the cent.`,
  ledOver: (group) => `${group} hands out to its households and says yes to the note: on both sides it is closed.`,
  ledNoNames: (group) => `Of ${group} quantities and sums went out: no name.`,
};

export const LED_WORDS = { it, en } as const;
