// Those who look for a group, found one or let one become two, as the network of the town and its group see them.
import { insertFounding, insertSeeker } from "../../src/network/founding/store.ts";
import type { TestNode } from "../tools/nodes.ts";
import { link, minor, outside } from "./byways.ts";
import type { Visit } from "./table.ts";

const NETWORK = "metauro";
const FANO = { istat: "041013", comune: "Fano" } as const;

/** Somebody looks for a group near Fano, others would found one there and wait for the network's answer. */
export function addNewcomers({ node, origin }: TestNode): void {
  const { db, clock } = node.wire;
  const at = clock.now();
  const here = { ...FANO, actorId: `${origin}/${NETWORK}`, language: "it" as const, createdAt: at };
  const seeker = { id: "seeker", name: "Pia Marini", email: "pia@posta.example", wantsToFound: true };
  insertSeeker(db.orm, { ...here, ...seeker, askedAt: at, provenAt: null, toldAt: null });
  const by = { byName: "Remo Conti", byEmail: "remo@posta.example", steps: [1, 2] };
  const open = { state: "asked" as const, madeUri: null, decidedAt: null, decidedBy: null };
  insertFounding(db.orm, { ...here, ...by, ...open, id: "founding", name: "GAS San Lazzaro", wish: "hosted" });
}

const at =
  (path: string): Visit["url"] =>
  ({ lived }) =>
    `${lived.origin}${path}`;

export const NEWCOMER_PAGES: readonly Visit[] = [
  { name: "near", url: at("/rete/near?comune=Fano"), ...outside },
  { name: "near-nobody", url: at("/rete/near?comune=Arquata+del+Tronto"), ...outside },
  { name: "near-link", url: link(`/${NETWORK}/near`, "seek", "seeker"), ...outside },
  { name: "start", url: at("/rete/start?comune=Fano"), ...outside },
  { name: "start-progress", url: link(`/${NETWORK}/start`, "found", "founding"), ...outside },
  { name: "desk-founding", url: at(`/desk/${NETWORK}/network/founding`), ...minor },
  { name: "node-hosting", url: at("/node/hosting"), ...minor },
  { name: "node-actors", url: at("/node/actors"), ...minor },
  { name: "desk-budding", url: at("/desk/gas-fano/budding"), ...minor },
];
