// The list of suppliers as a person reads it: what became of each, and where to go on with who is not on Filiera.
import t from "tap";
import { suppliersPage } from "../../../src/orders/suppliers/pages.ts";
import { LETTER_FAILED } from "../../../src/orders/suppliers/plan.ts";
import type { Contact } from "../../../src/orders/suppliers/store.ts";
import { formats } from "../../../src/web/format.ts";
import type { PageContext } from "../../../src/web/page.ts";
import { words } from "../../../src/web/words.ts";

const told = { say: words("it"), language: "it", format: formats("it"), formToken: () => "x" };
const c = { ...told, path: "/p", now: 0 } as unknown as PageContext;
const NOWHERE = { website: "", place: "", vatNumber: "", address: "", referent: "", note: "", phone: "" };

function bodyOf(change: Partial<Contact>): string {
  const contact = { id: "c1", name: "Forno", email: "forno@posta.example", state: "kept", peer: null, ...NOWHERE };
  const contacts = [{ contact: { ...contact, problem: null, ...change } as Contact, hasPact: false, isOwed: false }];
  const view = { base: "/desk/gas/partners/suppliers", problem: null, done: null, contacts, last: null, hasMail: true };
  return String(suppliersPage(c, view).body);
}

t.test("who has no list here leads on: hosted by this node, or ordered elsewhere meanwhile", async (t) => {
  const kept = bodyOf({});
  t.match(kept, /E chi non è ancora su Filiera\?[\s\S]*Gruppi e aziende del nodo[\s\S]*href="\/desk\/gas\/outside"/);
  t.notMatch(bodyOf({ state: "followed" }), /ancora su Filiera\?/);
});

t.test("a letter that did not arrive says so, and may be written again", async (t) => {
  const failed = bodyOf({ problem: LETTER_FAILED, invitedAt: Date.UTC(2026, 10, 3, 9) });
  t.match(failed, /La lettera del [^<]*3 novembre[^<]* a forno@posta\.example non è arrivata[\s\S]*suppliers\/invite/);
  t.notMatch(bodyOf({ state: "invited", invitedAt: Date.UTC(2026, 10, 3, 9) }), /suppliers\/invite/);
});
