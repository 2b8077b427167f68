// What the demo says, Italian first. English has every sentence too: the compiler holds it.
import { ORDER_WORDS, type OrderSentences } from "./orderWords.ts";

const it = {
  title: "Un piccolo distretto su questa macchina: cinque nodi, cinque processi, cinque archivi.",
  home: (pid: number) => `processo ${pid}`,
  folder: (path: string) => `Dati in ${path}`,
  people: "Persone e posti",
  settled: (person: string, actors: string) =>
    `${person} ha aperto il nodo col collegamento del primo avvio: ${actors}.`,
  seated: (person: string, actor: string) => `${person} entra con un invito: ${actor}.`,
  lists: "Listini",
  imported: (actor: string, file: string, added: string, offered: string) =>
    `${actor}: letto ${file}, vista l'anteprima, confermato. ${added} prodotti, ${offered} in vendita.`,
  follows: "Chi segue chi",
  followed: (from: string, to: string) => `${from} segue ${to}: lo sanno tutti e due.`,
  mirrored: (from: string, of: string, count: string) =>
    `${from} ha la sua copia datata del listino di ${of}: ${count} prodotti, ancora senza prezzi.`,
  pacts: "Patti di solidarietà",
  terms: (from: string, to: string, terms: string) => `${from} propone a ${to}: ${terms}.`,
  delta: (percent: string) => `prezzi ${percent} %`,
  asListed: "prezzi di listino",
  minimum: (money: string) => `ordine minimo ${money}`,
  noMinimum: "nessun minimo",
  key: (whose: string) => `chiave di ${whose}`,
  compared: "Le impronte lette dalle due parti sono le stesse, parola per parola.",
  agreed: (a: string, b: string) => `Il patto tra ${a} e ${b} vale: stesse condizioni nei due archivi.`,
  priced: (who: string, product: string, price: string) => `${who} ora vede i suoi prezzi: ${product} a ${price}.`,
  cycle: "Un ciclo d'ordine",
  cycleName: "Dispensa d'autunno",
  cycleNote: "Farine, legumi, olio e formaggi. Si consegna a Macerata e si passa da Fano.",
  placeValley: "Macerata, cortile della scuola",
  placeCoast: "Fano, piazzale del mercato",
  opened: (who: string, name: string, until: string) => `${who} apre «${name}» fino a ${until}.`,
  announced: (who: string, lines: string) => `${who} ha letto l'annuncio e tiene la copia del ciclo: ${lines} righe.`,
  price: "Cambia un prezzo",
  raised: (who: string, product: string, from: string, to: string) => `${who}: ${product} passa da ${from} a ${to}.`,
  repriced: (who: string, price: string) =>
    `${who} vede il prezzo nuovo, al suo patto: ${price}. Il vecchio resta come versione.`,
  killed: (who: string, pid: number) =>
    `Prezzo scritto, lettera non ancora partita: il nodo di ${who} (processo ${pid}) muore di SIGKILL.`,
  woken: (who: string, count: string) =>
    `Il nodo di ${who} riparte dai suoi dati: nella posta in uscita aspettano ${count} lettere.`,
  once: (count: string) => `Ognuno dei ${count} nodi ha ricevuto quella lettera una volta sola.`,
  withdrawn: "Un prodotto se ne va",
  removed: (who: string, product: string) => `${who} toglie ${product} dal listino: è finita la raccolta.`,
  gone: (who: string) => `Nella copia di ${who} non c'è più, e si sa da quando.`,
  edit: "Il ciclo si allunga",
  prolonged: (who: string, until: string) => `${who} sposta la chiusura a ${until}.`,
  reread: (who: string) => `${who} ha la data nuova.`,
  letters: "Le attività, come stanno nella posta in uscita di chi scrive e nel registro di chi riceve:",
  letterCount: (letters: string, nodes: string) => `${letters} lettere firmate tra ${nodes} nodi, nessuna persa.`,
  gloss: {
    follow: "chiede di seguire",
    acceptFollow: "dice di sì",
    offer: "propone il patto",
    acceptOffer: "accetta il patto",
    announce: "annuncia il ciclo",
    catalog: "il listino è cambiato",
    cycle: "il ciclo è cambiato",
    note: "l'annuncio è corretto",
    order: "ordina",
    orderAgain: "ordina quel che c'è",
    counter: "propone di meno",
    acceptOrder: "accetta l'ordine",
    status: "l'ordine va avanti",
    deliveryNote: "manda la bolla",
    acceptNote: "dice di sì alla bolla",
    other: "",
  },
  outcome: { applied: "accolta", ignored: "ricevuta", refused: "rifiutata", parked: "in attesa" },
  at: (home: string) => `tutti al nodo di ${home}`,
  ready: (seconds: string) => `Pronto in ${seconds} s.`,
  resumed: (seconds: string) => `I nodi della volta scorsa sono di nuovo in piedi in ${seconds} s.`,
  look: "Da guardare, senza entrare:",
  publicCycle: "il ciclo, come lo vede chiunque",
  enter: "Per entrare (ogni collegamento vale una volta sola, per un quarto d'ora; con Invio ne scrivo di nuovi):",
  enterOnce: "Per entrare:",
  doors: {
    signIn: "entra",
    catalog: "listino",
    cycles: "cicli d'ordine",
    partners: "chi conosce, e i patti",
    mirrors: "listini seguiti",
    offers: "offerte aperte",
    people: "persone e posti",
    outbox: "posta in uscita",
  },
  opens: (count: string) => `Tutte le ${count} pagine elencate si aprono.`,
  stay: "Restano accesi finché non premi Ctrl-C.",
  stopping: "Chiudo i cinque nodi…",
  stopped: "Chiusi.",
  kept: (path: string) => `I dati restano in ${path}: lo stesso comando li riapre.`,
  allHolds: (count: string) => `Tutto come doveva: ${count} controlli.`,
  failed: (what: string) => `Non è andata: ${what}`,
  notSeen: (what: string) => `non si è avverato entro 20 secondi: «${what}»`,
  refusedLetter: (what: string) => `una lettera è stata rifiutata: ${what}`,
  ended: (home: string, how: string) => `il nodo ${home} si è fermato da solo (${how})`,
  notStarted: (home: string) => `il nodo ${home} non è partito`,
  closedDoor: (url: string, status: number) => `${url} ha risposto ${status}`,
  folderTaken: (path: string) =>
    `In ${path} ci sono altri file, o una demo rimasta a metà. Scegli una cartella vuota; non ho toccato nulla.`,
  portsTaken: (ports: string) =>
    `Le porte ${ports} servono a questi dati e sono occupate: gli indirizzi dei nodi non cambiano. Liberale e riprova.`,
  usage: `npm run demo -- [--once] [--kill] [--chaos] [--data CARTELLA] [--base-port 8101] [--language it|en]

  --once       racconta tutto, controlla ogni effetto e finisce: esce con 0, o dice che cosa non è andato
  --kill       abbatte il nodo della fattoria a metà, e mostra che la lettera arriva una volta sola
  --chaos      abbatte il nodo della fattoria, poi quello di un gruppo, a metà degli ordini: i conti tornano lo stesso
  --data       tiene i dati in questa cartella; la volta dopo riparte da lì
  --base-port  prima delle cinque porte; quelle occupate si sostituiscono
  --language   it o en`,
};

type OtherSentences = typeof it;
export type Sentences = OtherSentences & OrderSentences;

const en: OtherSentences = {
  title: "A small district on this machine: five nodes, five processes, five databases.",
  home: (pid) => `process ${pid}`,
  folder: (path) => `Data in ${path}`,
  people: "People and seats",
  settled: (person, actors) => `${person} opened the node by its set-up link: ${actors}.`,
  seated: (person, actor) => `${person} comes in by invitation: ${actor}.`,
  lists: "Price lists",
  imported: (actor, file, added, offered) =>
    `${actor}: ${file} read, preview seen, confirmed. ${added} products, ${offered} on sale.`,
  follows: "Who follows whom",
  followed: (from, to) => `${from} follows ${to}: both know it.`,
  mirrored: (from, of, count) =>
    `${from} has its own dated copy of the list of ${of}: ${count} products, without prices yet.`,
  pacts: "Solidarity pacts",
  terms: (from, to, terms) => `${from} proposes to ${to}: ${terms}.`,
  delta: (percent) => `prices ${percent} %`,
  asListed: "prices as listed",
  minimum: (money) => `minimum order ${money}`,
  noMinimum: "no minimum",
  key: (whose) => `key of ${whose}`,
  compared: "The fingerprints that both sides read are the same, word for word.",
  agreed: (a, b) => `The pact between ${a} and ${b} holds: the same terms in both databases.`,
  priced: (who, product, price) => `${who} now sees its own prices: ${product} at ${price}.`,
  cycle: "An order cycle",
  cycleName: "Dispensa d'autunno",
  cycleNote: "Flour, pulses, oil and cheese. Delivered in Macerata, and by Fano on the way.",
  placeValley: "Macerata, school yard",
  placeCoast: "Fano, market square",
  opened: (who, name, until) => `${who} opens "${name}" until ${until}.`,
  announced: (who, lines) => `${who} read the announcement and keeps a copy of the cycle: ${lines} lines.`,
  price: "A price changes",
  raised: (who, product, from, to) => `${who}: ${product} goes from ${from} to ${to}.`,
  repriced: (who, price) => `${who} sees the new price, by its pact: ${price}. The old one stays as a version.`,
  killed: (who, pid) =>
    `Price written, letter not yet on its way: the node of ${who} (process ${pid}) dies of SIGKILL.`,
  woken: (who, count) => `The node of ${who} starts again on its data: ${count} letters wait in its outbox.`,
  once: (count) => `Each of the ${count} nodes has received that letter once.`,
  withdrawn: "A product goes",
  removed: (who, product) => `${who} takes ${product} off the list: the harvest is over.`,
  gone: (who) => `In the copy of ${who} it is no more, and one knows since when.`,
  edit: "The cycle gets longer",
  prolonged: (who, until) => `${who} moves the closing to ${until}.`,
  reread: (who) => `${who} has the new date.`,
  letters: "The activities, as they stand in the writer's outbox and in the receiver's log:",
  letterCount: (letters, nodes) => `${letters} signed letters between ${nodes} nodes, none lost.`,
  gloss: {
    follow: "asks to follow",
    acceptFollow: "says yes",
    offer: "proposes the pact",
    acceptOffer: "accepts the pact",
    announce: "announces the cycle",
    catalog: "the list has changed",
    cycle: "the cycle has changed",
    note: "the announcement is corrected",
    order: "orders",
    orderAgain: "orders what there is",
    counter: "proposes less",
    acceptOrder: "accepts the order",
    status: "the order moves on",
    deliveryNote: "sends the delivery note",
    acceptNote: "says yes to the note",
    other: "",
  },
  outcome: { applied: "taken in", ignored: "received", refused: "refused", parked: "waiting" },
  at: (home) => `all at the node of ${home}`,
  ready: (seconds) => `Ready in ${seconds} s.`,
  resumed: (seconds) => `The nodes of last time are up again in ${seconds} s.`,
  look: "To look at, without signing in:",
  publicCycle: "the cycle, as anybody sees it",
  enter: "To sign in (each link works once, for a quarter of an hour; press Enter for new ones):",
  enterOnce: "To sign in:",
  doors: {
    signIn: "sign in",
    catalog: "price list",
    cycles: "order cycles",
    partners: "whom it knows, and pacts",
    mirrors: "lists it follows",
    offers: "open offers",
    people: "people and seats",
    outbox: "outbox",
  },
  opens: (count) => `All ${count} pages of the list open.`,
  stay: "They stay up until you press Ctrl-C.",
  stopping: "Stopping the five nodes…",
  stopped: "Stopped.",
  kept: (path) => `The data stay in ${path}: the same command opens them again.`,
  allHolds: (count) => `All as it should be: ${count} checks.`,
  failed: (what) => `It did not work: ${what}`,
  notSeen: (what) => `this did not come true within 20 seconds: "${what}"`,
  refusedLetter: (what) => `a letter was refused: ${what}`,
  ended: (home, how) => `the node ${home} ended by itself (${how})`,
  notStarted: (home) => `the node ${home} did not start`,
  closedDoor: (url, status) => `${url} answered ${status}`,
  folderTaken: (path) =>
    `In ${path} there are other files, or a demo left half-way. Choose an empty folder; nothing was touched.`,
  portsTaken: (ports) =>
    `These data need the ports ${ports}, which are taken: addresses of nodes do not change. Free them and try again.`,
  usage: `npm run demo -- [--once] [--kill] [--chaos] [--data FOLDER] [--base-port 8101] [--language it|en]

  --once       tells it all, checks every effect and ends: exit status 0, or says what went wrong
  --kill       kills the farm's node half-way, and shows that the letter arrives once
  --chaos      kills the farm's node, and then a group's, in the midst of the orders: all adds up just the same
  --data       keeps the data in this folder; next time it goes on from there
  --base-port  first of the five ports; those taken are replaced
  --language   it or en`,
};

export const SENTENCES: Readonly<Record<"it" | "en", Sentences>> = {
  it: { ...it, ...ORDER_WORDS.it },
  en: { ...en, ...ORDER_WORDS.en },
};
