// What the demo says of a group's months and of its life beside the orders, Italian first. English has every sentence too.
const it = {
  bread: "Il pane, un mese dopo l'altro",
  breadPast: "Il pane, primo giro",
  breadCounter: "Il pane, secondo giro",
  breadTonight: "Il pane, terzo giro",
  breadNote: "Si inforna la mattina della consegna.",
  breadAnnounced: (baker: string, gas: string, name: string) => `${baker} apre «${name}», e ${gas} lo sa.`,
  breadConfirmed: (gas: string) => `${gas} ha chiuso all'ora sua, e ha la conferma firmata.`,
  breadShipped: (gas: string) => `${gas} ha la bolla del pane.`,
  breadCame: (name: string, baker: string, gas: string) =>
    `«${name}» di ${baker} è sul banco di ${gas}: si può ritirare.`,
  breadPaid: (who: string, charged: string, paid: string) =>
    `${who} registra la fattura del pane, ${charged}, e per ora ne paga ${paid}.`,
  invoiceNumber: "114/2026",
  life: "La vita del gruppo",
  lifeSummary:
    "Ventidue famiglie che comprano insieme da chi coltiva bene, vicino.\n\nCi troviamo il primo lunedì del mese.",
  lifeAddress: "Via Roma 14, Macerata",
  lifeOtherPlace: "Casa di Rita, Sforzacosta",
  lifePlaces: (gas: string) => `${gas} dice chi è, e dove si ritira.`,
  lifeNarrow: (who: string, producers: string) => `${who} segue solo gli ordini di ${producers}.`,
  lifeAbout: "Pane, olio, legumi e frutta da aziende della valle che conosciamo di persona.",
  lifeHow: "Vieni a una consegna il venerdì: ti raccontiamo come funziona e, se ti va, si comincia.",
  lifeGuest: {
    name: "Sara Bonifazi",
    place: "Macerata, Corneto",
    message: "Siamo in quattro, conosciamo già Luca. Possiamo dare una mano al banco il venerdì.",
  },
  lifeAsks: (gas: string) => `Una famiglia chiede di entrare in ${gas}: aspetta chi lo cura.`,
  lifeTask: "Banco e sistemazione delle cassette",
  lifeHelp: (names: string, task: string) => `Per il turno «${task}» ci sono: ${names}.`,
  lifeCash: "Contanti al ritiro",
  lifeCashPaid: (who: string, money: string, cashier: string, gift: string) =>
    `${who} versa ${money} in contanti: ${cashier} li mette in cassa. ${gift} vanno al fondo del gruppo.`,
  lifeLapses: (baker: string, days: string) => `Il certificato di ${baker} scade tra ${days} giorni: sarà avvisato.`,
  lifeDoubt: "Nel listino c'è «farro», sul sacco c'era scritto grano tenero. L'ho visto venerdì al banco. Chiara",
  lifeDoubtPassedOn: "Nel listino c'è «farro», su un sacco c'era scritto grano tenero.",
  lifeReported: (who: string, keeper: string, baker: string) =>
    `${who} segnala un dubbio su ${baker}: ${keeper}, che cura il nodo, lo inoltra a nome del nodo, senza dire di chi è.`,
  lifeReportSettled: (who: string) =>
    `${who} ha letto la segnalazione e l'ha messa da parte: nessuno è stato bloccato.`,
};

export type LifeSentences = typeof it;

const en: LifeSentences = {
  bread: "Bread, month after month",
  breadPast: "Bread, first round",
  breadCounter: "Bread, second round",
  breadTonight: "Bread, third round",
  breadNote: "Baked on the morning of the delivery.",
  breadAnnounced: (baker, gas, name) => `${baker} opens "${name}", and ${gas} knows.`,
  breadConfirmed: (gas) => `${gas} closed at its hour, and has the signed confirmation.`,
  breadShipped: (gas) => `${gas} has the delivery note of the bread.`,
  breadCame: (name, baker, gas) => `"${name}" of ${baker} is on the counter of ${gas}: it can be collected.`,
  breadPaid: (who, charged, paid) => `${who} enters the invoice of the bread, ${charged}, and pays ${paid} for now.`,
  invoiceNumber: "114/2026",
  life: "The life of the group",
  lifeSummary:
    "Twenty-two households who buy together from those who farm well, nearby.\n\nWe meet on the first Monday of the month.",
  lifeAddress: "Via Roma 14, Macerata",
  lifeOtherPlace: "Rita's home, Sforzacosta",
  lifePlaces: (gas) => `${gas} says who it is, and where one collects.`,
  lifeNarrow: (who, producers) => `${who} runs the orders of ${producers} alone.`,
  lifeAbout: "Bread, oil, pulses and fruit from farms of the valley that we know in person.",
  lifeHow: "Come to a delivery on a Friday: we tell you how it works and, if you like, we begin.",
  lifeGuest: {
    name: "Sara Bonifazi",
    place: "Macerata, Corneto",
    message: "There are four of us, and we know Luca. We can help at the counter on Fridays.",
  },
  lifeAsks: (gas) => `A household asks to join ${gas}: it waits for who looks after it.`,
  lifeTask: "Counter and sorting of crates",
  lifeHelp: (names, task) => `For the shift "${task}" there are: ${names}.`,
  lifeCash: "Cash at the pickup",
  lifeCashPaid: (who, money, cashier, gift) =>
    `${who} pays ${money} in cash: ${cashier} puts it into the box. ${gift} go to the group's fund.`,
  lifeLapses: (baker, days) => `The certificate of ${baker} lapses in ${days} days: they will be reminded.`,
  lifeDoubt: 'The list says "spelt", the sack said soft wheat. I saw it on Friday at the counter. Chiara',
  lifeDoubtPassedOn: 'The list says "spelt", one sack said soft wheat.',
  lifeReported: (who, keeper, baker) =>
    `${who} reports a doubt about ${baker}: ${keeper}, who looks after the node, passes it on in the node's name, without saying whose it is.`,
  lifeReportSettled: (who) => `${who} has read the report and put it aside: nobody was blocked.`,
};

export const LIFE_WORDS = { it, en } as const;
