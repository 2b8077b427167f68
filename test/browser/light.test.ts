// The pages by day, in Italian, at four widths.
import t from "tap";
import { lookAtAll } from "./looks.ts";

t.setTimeout(20 * 60_000);

t.test("every page is in order for everybody at every width", (t) => lookAtAll(t, ["light"]));
