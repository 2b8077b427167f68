// What the demo says of what is left for others and of a group that is founded, Italian first. English has every sentence too.
const it = {
  leaves: (who: string, product: string) =>
    `${who} lascia sospeso un pezzo di ${product}: è pagato, e andrà a chi ne ha bisogno.`,
  sharing: "Spesa sospesa",
  service: "Sportello sociale",
  fundChosen: (gas: string, gift: string, percent: string) =>
    `${gas} sceglie come va il suo fondo: chi vuole lascia ${gift} a ordine, ogni mese se ne divide al più il ${percent} %.`,
  familiesNamed: (keeper: string, families: string) =>
    `${keeper} dà un posto a chi uno sportello sociale segue: per il gruppo sono ${families}. Chi siano lo sa lo sportello, col suo codice.`,
  given: (who: string, product: string, family: string, waiting: string) =>
    `${who}, al banco, dà ${product} alla ${family}: tocca a lei, per punti. Sul banco aspetta ancora: ${waiting}.`,
  fundShared: (who: string, money: string, fund: string) =>
    `${who} divide ${money} dei ${fund} del fondo, per punti; i conti tornano al centesimo.`,
  nobodyKnows: (gas: string) => `In nessuna lettera di ${gas} c'è una di quelle famiglie, né un codice.`,
  founding: "Un GAS nuovo",
  seeks: (who: string, comune: string, nearest: string, km: string) =>
    `${who}, di ${comune}, cerca un GAS: il più vicino è ${nearest}, a ${km} km. Troppi.`,
  asksToFound: (who: string, network: string, group: string) =>
    `${who} segue la guida di ${network} per fondarne uno, e chiede di ospitare ${group}.`,
  hosts: (coordinator: string, keeper: string, founder: string, group: string) =>
    `${coordinator} dice di sì, ${keeper} lo fa sul nodo del distretto, ${founder} entra con l'invito: ${group} c'è.`,
  newSummary: "Siamo quattro famiglie, cominciamo dal pane e dai legumi. Ci troviamo il giovedì in biblioteca.",
  regionGrows: (network: string, groups: string, group: string) =>
    `${network} conosce ${groups} GAS: l'ultimo è ${group}.`,
  hubLists: (network: string, names: string) =>
    `I listini che mostrano i prezzi a tutti li leggono anche altri programmi, da ${network}: ${names}.`,
  guideDoor: "fondare un GAS, passo per passo",
  nearDoor: "trovare un GAS",
  hubDoor: "i listini per altri programmi (GDXP)",
  founderDoor: "la sua fondazione",
};

export type SharingSentences = typeof it;

const en: SharingSentences = {
  leaves: (who, product) =>
    `${who} leaves one piece of ${product} for others: it is paid, and goes to whoever needs it.`,
  sharing: "Shopping left for others",
  service: "Social service",
  fundChosen: (gas, gift, percent) =>
    `${gas} chooses how its fund works: who likes leaves ${gift} with an order, at most ${percent} % of it is shared each month.`,
  familiesNamed: (keeper, families) =>
    `${keeper} gives a seat to those whom a social service follows: to the group they are ${families}. Who they are the service knows, by its code.`,
  given: (who, product, family, waiting) =>
    `${who}, at the counter, gives ${product} to ${family}: it is their turn, by points. Still waiting there: ${waiting}.`,
  fundShared: (who, money, fund) =>
    `${who} shares out ${money} of the ${fund} in the fund, by points; the accounts add up to the cent.`,
  nobodyKnows: (gas) => `No letter of ${gas} names one of those families, nor a code.`,
  founding: "A new group",
  seeks: (who, comune, nearest, km) =>
    `${who}, from ${comune}, looks for a group: the nearest is ${nearest}, ${km} km away. Too far.`,
  asksToFound: (who, network, group) =>
    `${who} follows the guide of ${network} to found one, and asks it to host ${group}.`,
  hosts: (coordinator, keeper, founder, group) =>
    `${coordinator} says yes, ${keeper} makes it on the district's node, ${founder} comes in by the invitation: ${group} is there.`,
  newSummary: "We are four households, and begin with bread and pulses. We meet on Thursdays in the library.",
  regionGrows: (network, groups, group) => `${network} knows ${groups} groups: the latest is ${group}.`,
  hubLists: (network, names) =>
    `Lists that show their prices to everybody are read by other programs too, from ${network}: ${names}.`,
  guideDoor: "founding a group, step by step",
  nearDoor: "finding a group",
  hubDoor: "the lists for other programs (GDXP)",
  founderDoor: "her founding",
};

export const SHARING_WORDS = { it, en } as const;
