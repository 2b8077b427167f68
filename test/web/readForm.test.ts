// What forms send, as typed values or reasons.
import t from "tap";
import Type from "typebox";
import { readForm } from "../../src/web/readForm.ts";

const Product = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 10 }),
  note: Type.Optional(Type.String({ maxLength: 20 })),
  step: Type.Integer({ minimum: 1, maximum: 100 }),
  organic: Type.Boolean(),
  vat: Type.Union([Type.Literal("4"), Type.Literal("10")]),
  tags: Type.Array(Type.String({ maxLength: 5 }), { maxItems: 2 }),
  price: Type.Record(Type.String({ pattern: "^[a-z]{1,5}$" }), Type.String({ pattern: "^\\d+$" })),
});
const sound = { name: "Farro", step: "5", vat: "4" };

t.test("a form becomes values: trimmed text, numbers, checkboxes, lists and records", async (t) => {
  const read = readForm(Product, {
    ...sound,
    name: "  Farro ",
    note: "",
    organic: "on",
    tags: ["a", "b"],
    "price.kg": "12",
  });
  t.match(read, { value: { name: "Farro", step: 5, organic: true, vat: "4", tags: ["a", "b"], price: { kg: "12" } } });
  t.notOk("value" in read && "note" in read.value, "an empty optional field is absent");
  t.match(readForm(Product, sound), { value: { organic: false, tags: [], price: {} } });
});

t.test("what does not hold is said field by field, and what was typed is kept", async (t) => {
  const read = readForm(Product, { name: "x", step: "1,5", vat: "22", tags: ["a", "b", "c"], "price.kg": "12,5o" });
  t.match(read, {
    refused: "invalid-fields",
    errors: {
      name: "too-short",
      step: "not-a-number",
      vat: "not-a-choice",
      tags: "too-long",
      "price.kg": "bad-format",
    },
    typed: { step: "1,5", "price.kg": "12,5o" },
  });
  t.match(readForm(Product, {}), { errors: { name: "required", step: "required", vat: "required" } });
  t.match(readForm(Product, { ...sound, name: "a\u0000b" }), { errors: { name: "bad-format" } });
});

t.test("C4 C5 names outside the schema and scalars given twice are refused", async (t) => {
  const extras: Record<string, unknown>[] = [
    { price: "1" },
    { "price.__proto__": "1" },
    { "price.UPPER": "1" },
    { admin: "1" },
    { step: ["1", "2"] },
  ];
  for (const extra of extras)
    t.match(readForm(Product, { ...sound, ...extra }), { refused: "unexpected-field" }, JSON.stringify(extra));
  t.match(readForm(Product, JSON.parse('{"__proto__": "x"}')), { refused: "unexpected-field" });
  t.match(readForm(Product, { ...sound, name: { a: "1" } }), { refused: "unexpected-field" });
});
