// The demo as a person runs it: six real processes, the whole story, every effect looked up on the other side.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { freePort } from "./tools/nodes.ts";

const ROOT = join(import.meta.dirname, "..");
t.setTimeout(900_000);

type Told = { readonly status: number; readonly out: string; readonly err: string };

/** Runs `npm run demo -- ...` with nothing of our settings in the environment. */
async function runDemo(...flags: string[]): Promise<Told> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const base = Math.min(await freePort(), 64_000);
  const argv = ["run", "-s", "demo", "--", "--base-port", String(base), ...flags];
  return new Promise((resolve) => {
    execFile("npm", argv, { cwd: ROOT, env, maxBuffer: 2 ** 24 }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

function hold(t: Test, { out }: Told, lines: readonly RegExp[]): void {
  for (const line of lines) t.match(out, line);
}

t.test(
  "a region is told from the first seat to the last letter, every page of it opens, and nothing stays",
  async (t) => {
    const told = await runDemo("--once");
    t.equal(told.status, 0, told.err || told.out);
    hold(t, told, [
      /✓ Fattoria della Collina: letto listino-fattoria\.csv, vista l'anteprima, confermato\. 63 prodotti, 60 in vendita\./,
      /✓ Distretto delle Due Valli segue GAS della Valle: lo sanno tutti e due\./,
      /GAS della Valle\s+→ Fattoria della Collina\s+Follow\s+chiede di seguire, accolta/,
      /chiave di GAS della Valle\s+(?:[0-9a-f]{4} ){7}[0-9a-f]{4}\n/,
      /✓ Il patto tra GAS della Valle e Fattoria della Collina vale: stesse condizioni nei due archivi\./,
      /✓ GAS della Valle ora vede i suoi prezzi: Olio extravergine di oliva, latta a 64,60\s€\./,
      /✓ GAS della Costa ha letto l'annuncio e tiene la copia del ciclo: 7 righe\./,
      /✓ GAS della Valle vede il prezzo nuovo, al suo patto: 68,40\s€\./,
      /✓ Nella copia di GAS della Costa non c'è più, e si sa da quando\./,
      /✓ GAS della Valle ha la data nuova\./,
      /· A Chiara mancano 35,00\s€ per quel che ha scelto: non è prenotato nulla\./,
      /✓ L'ordine di GAS della Valle si è chiuso al minuto, da solo, ed è partito firmato\./,
      /✓ In quel che è uscito da GAS della Costa non c'è il nome di nessuno: solo i totali\./,
      /✓ GAS della Valle ha detto di sì da sé, per la sua regola: .* nei due archivi/,
      /✓ GAS della Costa ha detto di sì a mano: .* nei due archivi/,
      /✓ GAS della Costa e Fattoria della Collina: 4 messaggi firmati, verificati da ognuno sul suo disco\. Gli stessi\./,
      /✓ Sulla bilancia per Bruno, Pecorino stagionato: 1,18 kg e 1,19 kg\./,
      /✓ GAS della Valle e altri 3: 12 movimenti\. .* insieme zero\./,
      /✓ GAS della Costa e altri 3: 10 movimenti\. .* insieme zero\./,
      /✓ Apiario del Monte riceve un ordine solo, da GAS della Costa: 4 scatole intere/,
      /✓ GAS Senigallia ha la sua bolla: \d+,\d\d\s€, trasporto compreso, .* Al centesimo\./,
      /✓ A GAS Recanati quattro famiglie sole hanno preso la passata: quella riga non esce\./,
      /✓ Rete delle Marche somma i mesi di 2 GAS: 12 famiglie hanno preso ortaggi\./,
      /✓ GAS della Valle invita a «Farine di una volta», .*: cinque posti presi, Marta aspetta/,
      /✓ Il calendario di Rete delle Marche mostra «Farine di una volta»\./,
      /✓ Rete delle Marche: 8 GAS, 10 produttori e \d+ prodotti, letti ai loro nodi\./,
      /✓ Chi cerca «farina ottofile» da Rete delle Marche trova Fattoria della Collina, tre reti più sotto\./,
      /✓ \d+ lettere firmate tra 6 nodi, nessuna persa\./,
      /✓ Ivana, al banco, dà Pane di grano tenero alla Famiglia \S+: .* Sul banco aspetta ancora: 1\./,
      /✓ Nadia divide 5,00\s€ dei 10,00\s€ del fondo, per punti; .* Famiglia \S+ 3,00\s€ e Famiglia \S+ 2,00\s€\./,
      /✓ In nessuna lettera di GAS della Valle c'è una di quelle famiglie, né un codice\./,
      /✓ Rete delle Marche conosce 9 GAS: l'ultimo è GAS del Potenza\./,
      /✓ I listini che mostrano i prezzi a tutti li leggono anche altri programmi, .*: Cantina del Verdicchio e Frantoio delle Colline\./,
      /✓ I nodi tengono in memoria meno di 1,5\d* GB in tutto\./,
      /Memoria dei sei nodi: [\d,]+ GB, .* \([\d,]+ GB sommati uno a uno\)\. Processore: \d+ s\./,
      /✓ Tutte le \d+ pagine elencate si aprono\./,
      /entra\s+http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S{20,}/,
      /Pronto in [\d,]+ s\./,
      /Tutto come doveva: \d+ controlli\./,
    ]);
    const folder = /Dati in (\S+)/.exec(told.out)?.[1] ?? "";
    t.ok(folder && !existsSync(folder), "the temporary folder is gone");
  },
);

t.test(
  "the farm's node dies with a letter written and not sent, as orders close and as it answers, a group's as it agrees, and all adds up",
  async (t) => {
    const told = await runDemo("--once", "--kill", "--chaos", "--language", "en");
    t.equal(told.status, 0, told.err || told.out);
    t.equal(told.out.match(/dies of SIGKILL/g)?.length, 4);
    hold(t, told, [
      /✓ Price written, letter not yet on its way: .* dies of SIGKILL\./,
      /✓ The node of Fattoria della Collina starts again on its data: 3 letters wait in its outbox\./,
      /✓ Each of the 3 nodes has received that letter once\./,
      /✓ Each letter of Fattoria della Collina has come once\./,
      /✓ GAS della Valle said yes by itself, by its rule: .* in both databases/,
      /✓ GAS della Costa said yes by hand: .* in both databases/,
      /✓ GAS della Costa and Fattoria della Collina: 4 signed messages, verified by each on its own disk\./,
      /✓ GAS della Valle and 3 others: 12 movements\. .* zero together\./,
      /✓ GAS della Costa and 3 others: 10 movements\. .* zero together\./,
      /All as it should be: \d+ checks\./,
    ]);
  },
);

t.test(
  "a folder with other files, or a flag that is none, is refused with a sentence and left as it was",
  async (t) => {
    const folder = t.testdir({ "spesa.txt": "pane" });
    const refused = await runDemo("--once", "--data", folder);
    t.equal(refused.status, 1);
    t.match(refused.err, /ci sono altri file/);
    t.ok(existsSync(join(folder, "spesa.txt")));
    t.match(await runDemo("--twice"), { status: 2, err: /npm run demo/ });
  },
);
