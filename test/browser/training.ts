// A group that teaches: a path of three kinds of modules that the administrator follows, one they finished, and who asks to begin.
import { beginPath, certify, doModule } from "../../src/gatherings/training/actions.ts";
import { movePath, saveModule, savePath } from "../../src/gatherings/training/pathActions.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import { signLink } from "../../src/web/linkTokens.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";

const HOUR = 3_600_000;
const SUMMARY = "Come nasce un gruppo, come si sceglie chi produce, come si fanno i conti.\n\nUna sera alla settimana.";
const READING = {
  kind: "reading",
  name: "Che cos'è",
  content: "Si compra insieme.\n\nE si sceglie.",
  ...nothing(),
} as const;

function nothing() {
  return { gatheringId: null, questions: [] } as const;
}

/** The path somebody is on, the code of the certificate they have, and the path it is of. */
export type Training = { readonly pathId: string; readonly code: string; readonly codePathId: string };

/** Opens both paths; the person of that address has read one module of the first, and all of the second. */
export function addTraining({ node, origin }: TestNode, handle: string, email: string): Training {
  const { wire, db } = node;
  const actorId = `${origin}/${handle}`;
  const personId = loadPersonByEmail(db.orm, email)?.id ?? "";
  const who = { personId, organisation: "Comune di Fano" };
  const open = (name: string) => {
    const wish = {
      name,
      summary: SUMMARY,
      forWhom: "officials",
      hoursThousandths: 12_500,
      requiredPercent: 80,
    } as const;
    const path = sure(savePath(wire, actorId, null, wish));
    sure(saveModule(wire, path, null, READING));
    return path;
  };
  const first = open("Economia solidale");
  sure(saveModule(wire, first, null, { ...READING, kind: "lesson", name: "Una sera insieme" }));
  const questions = [{ ask: "Chi paga?", choices: ["chi ordina", "nessuno"], right: 0 }];
  sure(saveModule(wire, first, null, { ...READING, kind: "question", name: "Hai capito?", questions }));
  const begun = [first, open("Primi passi")].map((path) => sure(movePath(wire, actorId, path.id, "published")));
  for (const path of begun) {
    beginPath(wire, path, who);
    sure(doModule(wire, path, { personId, number: 1 }, []));
  }
  const { code } = sure(certify(wire, begun[1]!, { personId, nameWritten: "Gino Bravi" }));
  return { pathId: first.id, code, codePathId: begun[1]!.id };
}

const at =
  (path: string | ((training: Training) => string)): Visit["url"] =>
  ({ lived, training }) =>
    `${lived.origin}${typeof path === "string" ? path : path(training)}`;

const shown = "/gas-fano/training";
const desk = "/desk/gas-fano/training";
const outside = { as: "nobody", isMinor: true } as const;
const inside = { as: "admin", isMinor: true } as const;

export const TRAINING_PAGES: readonly Visit[] = [
  { name: "training", url: at(shown), ...outside },
  { name: "training-path", url: at(`${shown}/economia-solidale`), ...outside },
  { name: "training-join", url: at(`${shown}/economia-solidale/join`), ...outside },
  { name: "training-enter", ...outside, url: enterUrl },
  { name: "certificate", url: at(({ code }) => `/certificate/${code}?name=Gino+Bravi`), ...outside },
  { name: "training-own-path", url: at(`${shown}/economia-solidale`), ...inside },
  { name: "training-lesson", url: at(`${shown}/economia-solidale/2`), ...inside },
  { name: "training-questions", url: at(`${shown}/economia-solidale/3`), ...inside },
  { name: "learning", url: at("/account/learning"), ...inside },
  { name: "desk-training", url: at(desk), ...inside },
  { name: "desk-training-new", url: at(`${desk}/new`), ...inside },
  { name: "desk-training-path", url: at(({ pathId }) => `${desk}/${pathId}`), ...inside },
  { name: "desk-training-edit", url: at(({ pathId }) => `${desk}/${pathId}/edit`), ...inside },
  { name: "desk-training-module-new", url: at(({ pathId }) => `${desk}/${pathId}/modules/new`), ...inside },
  { name: "desk-training-module", url: at(({ pathId }) => `${desk}/${pathId}/modules/3`), ...inside },
  {
    name: "desk-training-revoke",
    url: at(({ codePathId, code }) => `${desk}/${codePathId}/revoke/${code}`),
    ...inside,
  },
];

async function enterUrl({ lived, training, byways: { house } }: Town): Promise<string> {
  const next = new URLSearchParams({ path: training.pathId, name: "Marta", organisation: "" }).toString();
  const link = { subject: "marta@comune.example", next, now: house.clock.now(), lifeMs: HOUR };
  return `${lived.origin}${shown}/economia-solidale/enter/${await signLink(house, "learn", link)}`;
}
