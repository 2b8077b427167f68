// The pages by night and in English.
import t from "tap";
import { lookAtAll } from "./looks.ts";

t.setTimeout(20 * 60_000);

t.test("every page is in order in the dark and in English", (t) => lookAtAll(t, "night"));
