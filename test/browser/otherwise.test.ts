// The pages by night, in English, and without script.
import t from "tap";
import { lookAtAll } from "./looks.ts";

t.setTimeout(20 * 60_000);

t.test("every page is in order in the dark, in English and without script", (t) =>
  lookAtAll(t, ["dark", "english", "scriptless"]),
);
