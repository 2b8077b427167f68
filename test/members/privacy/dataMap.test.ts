// The map of what is known of people, as values: test/tidy/dataMap.test.ts holds it against the real tables.
import t from "tap";
import { mappedColumns, PERSONAL_TABLES } from "../../../src/members/privacy/dataMap.ts";

t.test("a column stands in the map once: taken home, held back, or saying nothing of anybody", async (t) => {
  const mapped = mappedColumns();
  t.ok(PERSONAL_TABLES.every(({ table }) => mapped.has(table)));
  for (const [table, columns] of mapped) t.equal(new Set(columns).size, columns.length, table);
  for (const { table, exported, held, plain } of PERSONAL_TABLES)
    t.same([...(mapped.get(table) ?? [])].sort(), [...exported, ...held, ...plain].sort(), table);
});
