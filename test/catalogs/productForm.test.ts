// A product through its form and back, as a person in Italy and one in England type it.
import t from "tap";
import { Check } from "typebox/schema";
import { startFacts } from "../../src/catalogs/product.ts";
import {
  fieldOfFact,
  ProductForm,
  type ProductFormValue,
  readProductForm,
  typedOf,
} from "../../src/catalogs/productForm.ts";

const rich = {
  ...startFacts("Pecorino della valle", 145_000, "H87"),
  sku: "PEC",
  description: "Latte crudo.\nDue mesi.",
  priceUnitCode: "KGM",
  portionThousandths: 1200,
  content: { quantityThousandths: 1200, unitCode: "KGM" },
  isVariableWeight: true,
  vatRatePercent: 4 as const,
  stepThousandths: 500,
  minThousandths: 1000,
  caseThousandths: 6000,
  caseMode: "warn" as const,
  availableThousandths: 40_000,
  depositCents: 30,
  weightGrams: 1250,
  seasonMonths: [3, 4, 5],
  availableFrom: "2026-03-01",
  certifications: [{ kind: "organic" as const, body: "IT-BIO-000", operatorCode: "12", validUntil: "2027-12-31" }],
  variants: [
    {
      code: "S",
      name: "stagionato",
      priceOffsetTenThousandths: 15_000,
      weightOffsetGrams: -100,
      availableThousandths: null,
      isActive: false,
    },
  ],
  priceBreakdown: [
    { label: "latte", amount: { cents: 800 } },
    { label: "lavoro", amount: { hundredthsPercent: 3550 } },
  ],
};

/** What the web makes of the fields: groups of numbered names become records, empty fields are absent. */
function asForm(typed: Record<string, string | string[]>): ProductFormValue {
  const form: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(typed)) {
    const [group = "", row] = name.split(".");
    if (row !== undefined) form[group] = { ...(form[group] as object), [row]: text };
    else if (text === "on") form[name] = true;
    else if (name === "version") form[name] = Number(text);
    else if (text !== "") form[name] = text;
  }
  return form as ProductFormValue;
}

t.test("every fact comes back through the form, with a comma or with a point", async (t) => {
  for (const mark of [",", "."] as const) {
    const form = asForm(typedOf(rich, 3, mark));
    t.ok(Check(ProductForm, form));
    t.same(readProductForm(form, { ...rich, images: [] }, mark), { facts: rich });
  }
  t.match(typedOf(rich, 3, ","), { priceTenThousandths: "14,50", depositCents: "0,30", "partAmount.1": "35,5%" });
});

t.test("what is no number is named by its field, and a missing price is missing", async (t) => {
  const typed = { ...typedOf(rich, 3, ","), priceTenThousandths: "", stepThousandths: "mezzo", "variantPrice.0": "x" };
  t.same(readProductForm(asForm(typed), rich, ","), {
    errors: { priceTenThousandths: "required", stepThousandths: "not-a-number", "variantPrice.0": "not-a-number" },
  });
});

t.test("a certificate with a body and without a kind asks for the kind", async (t) => {
  const typed = { ...typedOf(rich, 3, ","), "certKind.0": "" };
  t.same(readProductForm(asForm(typed), rich, ","), { errors: { "certKind.0": "required" } });
});

t.test("a problem of a fact is shown at the first of its fields", async (t) => {
  t.equal(fieldOfFact("content"), "contentQuantity");
  t.equal(fieldOfFact("name"), "name");
});
