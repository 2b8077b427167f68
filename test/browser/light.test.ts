// The pages by day, in Italian, at four widths, with and without script.
import t from "tap";
import { lookAtAll } from "./looks.ts";

t.setTimeout(20 * 60_000);

t.test("every page is in order for everybody at every width, and looks the same without script", (t) =>
  lookAtAll(t, "day"),
);
