import fc from "fast-check";
import t from "tap";
import { readJson } from "../../src/activitypub/jsonScan.ts";

const refusalOf = (content: string | Buffer) => {
  const read = readJson(Buffer.from(content as string));
  return "refused" in read ? read.refused : null;
};

t.test("plain JSON is read as JSON.parse reads it", async () => {
  const safe = fc.jsonValue({ maxDepth: 8 }).filter((value) => !/\d{16}|e[+-]|__proto__/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(safe, fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const read = readJson(Buffer.from(text));
      return !("refused" in read) && JSON.stringify(read.json) === JSON.stringify(JSON.parse(text));
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

t.test("whatever bytes come, the answer is what JSON.parse says or a refusal", async () => {
  const token = fc.constantFrom(
    ...'{}[],:"\\ \n\t',
    '"a"',
    '"\\u0061"',
    "1",
    "-0",
    "1e3",
    "true",
    "null",
    "nul",
    "è",
    "/*",
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 24 }), (tokens) => {
      const text = tokens.join("");
      const read = readJson(Buffer.from(text));
      return "refused" in read || JSON.stringify(read.json) === JSON.stringify(JSON.parse(text));
    }),
    { seed: 1, numRuns: 5_000 },
  );
});

t.test("B19 text that two readers may read differently is refused", async (t) => {
  const duplicate = [
    '{"a":1,"a":1}',
    '{"a":1,"b":{"c":1,"c":2}}',
    '{"a":1,"\\u0061":2}',
    '{"\\ud83c\\udf4a":1,"🍊":2}',
    '[{"x":[{"y":0,"z":0,"y":1}]}]',
    '{"a":{},"a":[]}',
    '{"a" : 1 ,\n"a"\t: 2}',
    '{"":1,"":2}',
  ];
  for (const text of duplicate) t.equal(refusalOf(text), "duplicate-key", text);
  for (const key of ["__proto__", "constructor", "prototype", "\\u005f_proto__", "const\\u0072uctor"]) {
    t.equal(refusalOf(`{"a":[{"${key}":{"admin":true}}]}`), "forbidden-key", key);
  }
  t.equal(({} as Record<string, unknown>).admin, undefined);
  const notText: [string, Buffer][] = [
    ["byte order mark", Buffer.from('\ufeff{"a":1}')],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
    ["UTF-16 with mark", Buffer.from('\ufeff{"a":1}', "utf16le")],
    ["half of UTF-8", Buffer.from([0x22, 0xc3, 0x22])],
    ["overlong", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ["UTF-8 surrogate", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["NUL", Buffer.from('"a\u0000b"')],
    ["NUL outside", Buffer.from('{"a":1}\u0000')],
  ];
  for (const [name, bytes] of notText) t.match(refusalOf(bytes), /^not-/, name);
  const notJson = [
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '{"\\ud800":1}',
    '"\\u0000"',
    '"\\x41"',
    '"\\u00"',
    '"a\nb"',
    '"open',
    '"open\\',
    '{"open',
    '{"a":1}//',
    '/* c */{"a":1}',
    '{"a":1,}',
    "{'a':1}",
    "{a:1}",
    "[1,,2]",
    "",
    " ",
    "{}{}",
    "]",
    "undefined",
    "True",
    "01",
    "+1",
    ".5",
    "1.",
    "0x10",
    "1_000",
  ];
  for (const text of notJson) t.equal(refusalOf(text), "not-json", text);
});

t.test("B17 numbers that are not what they say are refused, careful ones pass", async (t) => {
  const unsafe = [
    "1e308",
    "1e400",
    "-1e400",
    "9007199254740992",
    "-9007199254740993",
    "0.30000000000000000001",
    "1.0000000000000000000000000001",
    "123456789012345678901234567890",
    "1e-400",
  ];
  for (const number of unsafe) t.equal(refusalOf(`{"a":${number}}`), "unsafe-number", number);
  for (const number of ["NaN", "Infinity", "-Infinity", "-", "1e", "1".repeat(100_000)]) {
    t.match(refusalOf(`[${number}]`), /^(not-json|unsafe-number)$/, number.slice(0, 20));
  }
  for (const number of [
    "0",
    "-0",
    "-1",
    "44.6471",
    "1e3",
    "1E-7",
    "9007199254740991",
    "0.30000000000000004",
    "0.000",
  ]) {
    t.same(readJson(Buffer.from(`[${number}]`)), { json: [Number(number)] }, number);
  }
});

t.test("B20 sixteen levels and 5,000 values are read, one more is not", async (t) => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  t.equal(refusalOf(nested(16)), null);
  t.equal(refusalOf(nested(17)), "too-deep");
  t.equal(refusalOf(`{"a":${nested(16)}}`), "too-deep");
  t.equal(refusalOf(`[${Array(4_999).fill("0").join(",")}]`), null);
  t.equal(refusalOf(`[${Array(5_000).fill("0").join(",")}]`), "too-many-nodes");
  const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":{}`).join(",")}}`;
  t.equal(refusalOf(keys(256)), null);
  t.equal(refusalOf(keys(257)), "too-many-keys");
  const renamed = (o: number) => keys(200).replaceAll("k", `k${o}_`);
  t.equal(refusalOf(`[${Array.from({ length: 5 }, (_, o) => renamed(o)).join(",")}]`), null);
  t.equal(refusalOf(`[${Array.from({ length: 6 }, (_, o) => renamed(o)).join(",")}]`), "too-many-keys");
  t.equal(refusalOf(`[${Array(20).fill(keys(200)).join(",")}]`), null, "known names may come again");
  t.equal(refusalOf(keys(64).replaceAll("k", "\\u006b")), null);
  t.equal(refusalOf(keys(65).replaceAll("k", "\\u006b")), "too-many-keys");
});
