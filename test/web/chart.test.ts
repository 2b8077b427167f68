// Bars drawn on the server.
import t from "tap";
import { drawBars } from "../../src/web/chart.ts";

t.test("bars begin at nothing and end before their words", async (t) => {
  const svg = String(
    drawBars("x", "Prova", [
      { label: "a".repeat(60), value: 0, text: "0" },
      { label: "b", value: 7, text: "7" },
    ]),
  );
  t.match(svg, /width="0\.0"/);
  t.match(svg, /width="240\.0"/);
  t.match(svg, new RegExp(`${"a".repeat(47)}…`));
});

t.test("a second bar of the same measure stands beneath its first, hatched", async (t) => {
  const svg = String(drawBars("y", "Prova", [{ label: "a", value: 4, text: "4", second: { value: 2, text: "due" } }]));
  t.match(svg, /fill="url\(#y-hatch\)"/);
  t.match(svg, />due</);
  t.match(svg, /viewBox="0 0 360 60"/);
});
