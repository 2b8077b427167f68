// What the demo says of orders, Italian first. English has every sentence too: the compiler holds it.

const it = {
  passed: (days: string, at: string) => `Il calendario va avanti (giorni: ${days}). Adesso è ${at}, per tutti i nodi.`,
  died: (who: string, pid: number) => `Il nodo di ${who} (processo ${pid}) muore di SIGKILL.`,
  wokeUp: (who: string, count: string) => `Il nodo di ${who} riparte dai suoi dati; lettere che aspettano: ${count}.`,
  cameOnce: (from: string) => `Ogni lettera di ${from} è arrivata una volta sola.`,
  purses: "Il conto dei soci",
  transferMemo: "Bonifico",
  paidIn: (who: string, money: string, treasurer: string, gas: string) =>
    `${who} versa ${money}: ${treasurer}, che tiene la cassa di ${gas}, lo registra.`,
  orders: "Due gruppi aprono l'ordine",
  orderName: "Spesa d'autunno",
  orderOpened: (who: string, gas: string, until: string) => `${who} apre l'ordine di ${gas}, fino a ${until}.`,
  takesShort: (percent: string) =>
    `La regola del gruppo: se c'è di meno, va bene da sé quando di ogni riga resta almeno il ${percent} %.`,
  takesWhole: "La regola del gruppo: se c'è di meno, decide una persona.",
  bookings: "I soci prenotano",
  booksFor: (who: string, friend: string) => `${who} prenota anche per ${friend}.`,
  tooLittle: (who: string, money: string) => `A ${who} mancano ${money} per quel che ha scelto: non è prenotato nulla.`,
  booked: (who: string, money: string) => `${who} prenota: al più ${money}, tenuti da parte sul suo conto.`,
  closing: "Scocca l'ora",
  closedByClock: (gas: string) => `L'ordine di ${gas} si è chiuso al minuto, da solo, ed è partito firmato.`,
  offerCame: (farm: string, gas: string, money: string) =>
    `${farm} ha l'ordine di ${gas}: le stesse righe nei due archivi, ${money}.`,
  noNames: (gas: string) => `In quel che è uscito da ${gas} non c'è il nome di nessuno: solo i totali.`,
  answers: "Olio ce n'è di meno",
  pressedLess: (farm: string, count: string, product: string) =>
    `${farm} ha finito di frangere: in tutto ${count} pezzi di «${product}».`,
  shortNote: "La frangitura ha reso meno del previsto.",
  proposes: (farm: string, gas: string, count: string, of: string) =>
    `${farm} a ${gas}: di ${of} latte te ne posso dare ${count}, il resto c'è tutto.`,
  waitsForPerson: (gas: string, who: string) => `A ${gas} la proposta aspetta ${who}: è meno di quel che passa da sé.`,
  decides: (who: string, product: string) => `${who} guarda che cosa manca (${product}), e dice di sì.`,
  agreedByPolicy: (gas: string, farm: string) =>
    `${gas} ha detto di sì da sé, per la sua regola: stesso testo, seconda revisione, nei due archivi (${farm}).`,
  agreedByHand: (gas: string, farm: string) =>
    `${gas} ha detto di sì a mano: stesso testo, seconda revisione, nei due archivi (${farm}).`,
  shared: (shares: string) => `Latte d'olio, divise in proporzione: ${shares}. La somma torna.`,
  contracts: "Il contratto",
  contract: (gas: string, farm: string, count: string) =>
    `${gas} e ${farm}: ${count} messaggi firmati, verificati da ognuno sul suo disco. Gli stessi.`,
  textInForce: (revision: string, money: string) => `in vigore: revisione ${revision}, ${money}`,
  signedBy: (who: string) => `firma di ${who}`,
  oneHash: "impronta del testo, per tutti e due",
  confirming: "Il ciclo chiude",
  cycleConfirmed: (farm: string) => `Il ciclo di ${farm} si è chiuso da solo, e gli ordini sono confermati.`,
  heardConfirmed: (gas: string) => `${gas} ha la conferma firmata.`,
  delivery: "Si consegna e si pesa",
  noteCame: (gas: string, farm: string) => `La merce è in viaggio, e ${gas} ha la bolla di ${farm}.`,
  weighed: (who: string, product: string, pieces: string) => `Sulla bilancia per ${who}, ${product}: ${pieces}.`,
  charged: (gas: string, money: string) => `${gas} chiude la consegna: ai soci si addebitano ${money}.`,
  left: (who: string, money: string) => `Sul conto di ${who} restano ${money}.`,
  noteAccepted: (farm: string, gas: string) =>
    `${farm} ha il sì di ${gas} alla bolla: l'ordine è concluso dai due lati.`,
  again: "E si ricomincia",
  nextCycleName: "Dispensa d'inverno",
  nextOrderName: "Spesa d'inverno",
  closedEarly: (who: string, gas: string, farm: string) =>
    `${who} chiude prima l'ordine di ${gas}: a ${farm} aspetta una risposta.`,
  ledgers: "I conti",
  noMoney: (who: string) => `${who}: nessun movimento, nulla da far tornare.`,
  addsUp: (who: string, count: string, household: string, producer: string, bank: string) =>
    `${who}: ${count} movimenti. Ai soci ${household}, al produttore ${producer}, in banca ${bank} (col segno della partita doppia): insieme zero.`,
};

export type OrderSentences = typeof it;

const en: OrderSentences = {
  passed: (days, at) => `The calendar moves on (days: ${days}). It is now ${at}, for all nodes.`,
  died: (who, pid) => `The node of ${who} (process ${pid}) dies of SIGKILL.`,
  wokeUp: (who, count) => `The node of ${who} starts again on its data; letters that wait: ${count}.`,
  cameOnce: (from) => `Each letter of ${from} has come once.`,
  purses: "The members' accounts",
  transferMemo: "Bank transfer",
  paidIn: (who, money, treasurer, gas) => `${who} pays in ${money}: ${treasurer}, treasurer of ${gas}, enters it.`,
  orders: "Two groups open their orders",
  orderName: "Autumn shopping",
  orderOpened: (who, gas, until) => `${who} opens the order of ${gas}, until ${until}.`,
  takesShort: (percent) =>
    `The group's rule: if there is less, it is fine by itself when at least ${percent} % of each line is left.`,
  takesWhole: "The group's rule: if there is less, a person decides.",
  bookings: "Members book",
  booksFor: (who, friend) => `${who} books for ${friend} too.`,
  tooLittle: (who, money) => `${who} misses ${money} for what was chosen: nothing is booked.`,
  booked: (who, money) => `${who} books: ${money} at most, put aside on the account.`,
  closing: "The hour strikes",
  closedByClock: (gas) => `The order of ${gas} has closed to the minute, by itself, and left signed.`,
  offerCame: (farm, gas, money) => `${farm} has the order of ${gas}: the same lines in both databases, ${money}.`,
  noNames: (gas) => `In what left ${gas} there is nobody's name: totals alone.`,
  answers: "There is less oil",
  pressedLess: (farm, count, product) => `${farm} has done pressing: ${count} pieces of "${product}" in all.`,
  shortNote: "The pressing gave less than we thought.",
  proposes: (farm, gas, count, of) =>
    `${farm} to ${gas}: of ${of} tins I can give you ${count}, the rest is all there.`,
  waitsForPerson: (gas, who) => `At ${gas} the proposal waits for ${who}: it is less than what passes by itself.`,
  decides: (who, product) => `${who} looks at what is missing (${product}), and says yes.`,
  agreedByPolicy: (gas, farm) =>
    `${gas} said yes by itself, by its rule: the same text, second revision, in both databases (${farm}).`,
  agreedByHand: (gas, farm) => `${gas} said yes by hand: the same text, second revision, in both databases (${farm}).`,
  shared: (shares) => `Tins of oil, shared in proportion: ${shares}. It adds up.`,
  contracts: "The contract",
  contract: (gas, farm, count) =>
    `${gas} and ${farm}: ${count} signed messages, verified by each on its own disk. The same ones.`,
  textInForce: (revision, money) => `in force: revision ${revision}, ${money}`,
  signedBy: (who) => `signed by ${who}`,
  oneHash: "fingerprint of the text, for both",
  confirming: "The cycle closes",
  cycleConfirmed: (farm) => `The cycle of ${farm} has closed by itself, and its orders are confirmed.`,
  heardConfirmed: (gas) => `${gas} has the signed confirmation.`,
  delivery: "Delivered and weighed",
  noteCame: (gas, farm) => `The goods are on their way, and ${gas} has the delivery note of ${farm}.`,
  weighed: (who, product, pieces) => `On the scales for ${who}, ${product}: ${pieces}.`,
  charged: (gas, money) => `${gas} closes the delivery: members are charged ${money}.`,
  left: (who, money) => `${money} are left on the account of ${who}.`,
  noteAccepted: (farm, gas) => `${farm} has the yes of ${gas} to its note: the order is done on both sides.`,
  again: "And it begins anew",
  nextCycleName: "Dispensa d'inverno",
  nextOrderName: "Winter shopping",
  closedEarly: (who, gas, farm) => `${who} closes the order of ${gas} early: at ${farm} it waits for an answer.`,
  ledgers: "The accounts",
  noMoney: (who) => `${who}: no movements, nothing to add up.`,
  addsUp: (who, count, household, producer, bank) =>
    `${who}: ${count} movements. Members ${household}, producer ${producer}, bank ${bank} (signs of double entry): zero together.`,
};

export const ORDER_WORDS = { it, en } as const;
