// A form that comes back: what is kept of a body, and the page's own form with it.
import fc from "fast-check";
import t from "tap";
import { html } from "../../src/web/html.ts";
import { fieldsToKeep, fillForm } from "../../src/web/unsentFields.ts";

const unsent = (action: string, fields: [string, string][]) => ({ action, page: "/x", fields, leftOut: false });
const form = (inside: unknown, action = "/a?b=1&c=2") =>
  String(
    html`<main><form method="post" action="${action}"><input type="hidden" name="_token" value="neu">${inside}</form><p>Fine</p></main>`,
  );

t.test("of a body stay the texts, repeated ones in their order; tokens, passwords and files do not", async (t) => {
  const file = { type: "file", filename: "a.csv", value: undefined };
  t.same(fieldsToKeep({ _token: "x", who: ["b", "a"], note: "", part: { type: "field", value: "è" } }), {
    fields: [
      ["who", "b"],
      ["who", "a"],
      ["note", ""],
      ["part", "è"],
    ],
    leftOut: false,
  });
  t.same(fieldsToKeep({ password: "x" }), { fields: [], leftOut: true });
  t.same(fieldsToKeep({ file }), { fields: [], leftOut: true });
  t.same(fieldsToKeep({ file: { ...file, filename: "" } }), { fields: [], leftOut: false }, "none was chosen");
  t.same(fieldsToKeep({ part: { type: "field", value: { deep: 1 } } }), { fields: [], leftOut: true });
  t.same(fieldsToKeep(undefined), { fields: [], leftOut: false });
});

t.test("whatever was typed stands in its field, whole and as text, and the rest of the page as it was", async (t) => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, (one, two, long) => {
      const page = form(
        html`<input name="n" value="alt"><input name="n" type="text"><textarea name="t">alt</textarea>`,
      );
      const typed: [string, string][] = [
        ["n", one],
        ["n", two],
        ["t", long],
      ];
      const wanted =
        form(html`<input name="n" value="${one}"><input name="n" type="text" value="${two}"><textarea name="t">
${long}</textarea>`);
      t.equal(fillForm(page, unsent("/a?b=1&c=2", typed), ""), wanted);
    }),
  );
});

t.test("choices are those that were sent, and none of the page's own", async (t) => {
  const page =
    form(html`<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2"><input
    type="checkbox" name="on" checked><input type="radio" name="r" value="a" checked><input type="radio" name="r" value="b">
    <select name="s"><option value="1" selected>uno</option><option value="2">due</option></select>`);
  const filled =
    fillForm(
      page,
      unsent("/a?b=1&c=2", [
        ["c", "2"],
        ["r", "b"],
        ["s", "2"],
      ]),
      "",
    ) ?? "";
  t.same(
    [...filled.matchAll(/<[^>]* (?:checked|selected)>/g)].map(([tag]) => tag),
    [
      '<input type="checkbox" name="c" value="2" checked>',
      '<input type="radio" name="r" value="b" checked>',
      '<option value="2" selected>',
    ],
  );
});

t.test(
  "a pressed button needs no place, a hidden field keeps what its person saw, the token is the page's",
  async (t) => {
    const page = form(html`<input type="hidden" name="was.3" value="5"><button name="more" value="3">+</button>`);
    const filled = fillForm(
      page,
      unsent("/a?b=1&c=2", [
        ["was.3", "2"],
        ["more", "3"],
        ["_token", "alt"],
      ]),
      "<p>Ecco</p>",
    );
    t.equal(filled, undefined, "a token that came along has no place");
    const right =
      fillForm(
        page,
        unsent("/a?b=1&c=2", [
          ["was.3", "2"],
          ["more", "3"],
        ]),
        "<p>Ecco</p>",
      ) ?? "";
    t.match(right, '<main><p>Ecco</p><form method="post"');
    t.match(right, '<input type="hidden" name="was.3" value="2">');
    t.match(right, 'value="neu"');
  },
);

t.test("a page without that form, or without a place for all that was typed, is left alone", async (t) => {
  const page = form(html`<input name="n"><input type="file" name="f"><input type="password" name="p">`);
  t.equal(fillForm(page, unsent("/other", [["n", "1"]]), ""), undefined);
  for (const name of ["gone", "f", "p"])
    t.equal(fillForm(page, unsent("/a?b=1&c=2", [[name, "1"]]), ""), undefined, name);
  t.equal(
    fillForm(
      page,
      unsent("/a?b=1&c=2", [
        ["n", "1"],
        ["n", "2"],
      ]),
      "",
    ),
    undefined,
    "a row too many",
  );
  t.ok(
    fillForm(
      page,
      unsent("/a?b=1&c=2", [
        ["n", "1"],
        ["gone", ""],
      ]),
      "",
    ),
    "an empty one is no loss",
  );
});

t.test("of two forms to one address it is the one for the same row", async (t) => {
  const row = (id: string) =>
    html`<form method="post" action="/row"><input type="hidden" name="id" value="${id}"><input name="n"></form>`;
  const filled =
    fillForm(
      String(html`${row("1")}${row("2")}`),
      unsent("/row", [
        ["n", "x"],
        ["id", "2"],
      ]),
      "[]",
    ) ?? "";
  t.equal(
    filled,
    String(
      html`${row("1")}[]<form method="post" action="/row"><input type="hidden" name="id" value="2"><input name="n" value="x"></form>`,
    ),
  );
});
