// Forms on what others may change too: who saves second is shown the first one's change, and only a real one.
import t from "tap";
import { clashWith, savedForm } from "../../src/web/seen.ts";

const saved = { name: "GAS Fano", isOpen: "on", note: "", "place.1": "Porta Maggiore" };

t.test("C46 a form made from what is still stored is saved, whatever was typed", async (t) => {
  const { seen = "" } = savedForm(saved);
  t.equal(clashWith(saved, { name: "Altro", seen }), null);
  t.equal(savedForm({ ...saved }).seen, seen, "the same values have the same stamp");
});

t.test(
  "C46 what was changed meanwhile is told where what was typed says otherwise, and the stamp is the new one",
  async (t) => {
    const { seen = "" } = savedForm({ ...saved, name: "GAS vecchio" });
    const typed = { name: "GAS Piero", note: "", "place.1": "Porta Maggiore", "place.2": "Colli", seen };
    t.match(clashWith(saved, typed), {
      theirs: { name: "GAS Fano", isOpen: "on", "place.2": "" },
      seen: savedForm(saved).seen,
      typed,
    });
  },
);

t.test("C46 who typed just what somebody else saved is not stopped", async (t) => {
  t.equal(clashWith(saved, { ...saved, seen: "old" }), null);
});

t.test("C46 a form without its stamp is treated as an old one", async (t) => {
  t.match(clashWith(saved, { name: "Altro", isOpen: "on" }), { theirs: { name: "GAS Fano" } });
});

t.test("a field that the form did not have, and an empty row of it, are nobody's change", async (t) => {
  const typed = { name: "GAS Fano", isOpen: "on", "kind.2": "cost", "modName.2": "", seen: "old" };
  t.equal(clashWith({ ...saved, opensAt: "2026-01-01" }, typed, undefined, "modName"), null);
  t.match(clashWith(saved, { ...typed, "modName.2": "Trasporto" }, 7, "modName"), {
    theirs: { "kind.2": "" },
    seen: "7",
  });
});
