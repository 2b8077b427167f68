// Where a page may send the browser back to.
import t from "tap";
import { safePath } from "../../src/web/safePath.ts";

t.test("C21 only a path of this node is followed", async (t) => {
  const evil = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/..//evil.example",
    "/.//evil.example",
    "/\t/evil.example",
    "/\n//evil.example",
    " //evil.example",
    "user@evil.example",
    "",
    `/${"a".repeat(2000)}`,
  ];
  for (const path of evil) t.equal(safePath(path), "/", JSON.stringify(path));
  t.equal(safePath(undefined), "/");
  t.equal(safePath("/desk/gas-fano/cycles?page=2"), "/desk/gas-fano/cycles?page=2");
  t.equal(safePath("/%2F%2Fevil.example"), "/%2F%2Fevil.example", "still a path of this node");
});
