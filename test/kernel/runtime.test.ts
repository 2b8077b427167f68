// How it is with the Node.js a node runs on.
import t from "tap";
import { judgeRuntime } from "../../src/kernel/runtime.ts";

t.test(
  "a runtime is known to be repaired until a day, and one of which nothing is known is not called sound",
  async (t) => {
    const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
    t.equal(judgeRuntime("24.21.0", at("2026-11-23")).state, "repaired");
    t.equal(judgeRuntime("v24.0.1", at("2028-03-01")).state, "soon-over");
    t.equal(judgeRuntime("24.21.0", at("2028-05-01")).state, "over");
    t.same(judgeRuntime("41.0.0", 0), { state: "unknown", until: null });
  },
);
