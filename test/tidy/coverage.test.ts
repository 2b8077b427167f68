// What counts as reached: a line, unless the innermost block around it never ran; a function, once it was called anywhere.
import t from "tap";
import { joinReached, readReached } from "../../scripts/reach/lines.ts";

const TEXT = "const loaves = 3;\nfunction bake() {\n  if (loaves > 3)\n    return 4;\n  return 3;\n}\nbake();\n";
const at = (words: string) => TEXT.indexOf(words);
const module = { functionName: "", ranges: [{ startOffset: 0, endOffset: TEXT.length, count: 1 }] };
const end = at("}\n") + 1;

t.test("a line in a block that never ran is not reached, the lines around it are", async (t) => {
  const bake = {
    functionName: "bake",
    ranges: [
      { startOffset: at("function"), endOffset: end, count: 2 },
      { startOffset: at("    return 4;"), endOffset: at("\n  return 3;"), count: 0 },
    ],
  };
  t.same(readReached(TEXT, [module, bake]), { lines: "11101111", functions: { [`bake@${at("function")}`]: true } });
});

t.test("what one process did not reach another may", async (t) => {
  const asleep = { functionName: "bake", ranges: [{ startOffset: at("function"), endOffset: end, count: 0 }] };
  const awake = { functionName: "bake", ranges: [{ startOffset: at("function"), endOffset: end, count: 1 }] };
  const [no, yes] = [readReached(TEXT, [module, asleep]), readReached(TEXT, [module, awake])];
  t.equal(no.lines, "10000011");
  t.same(joinReached(no, yes), yes);
  t.same(joinReached(yes, no), yes);
});
