// Simulated districts: people act, the network loses, repeats, delays and cuts, machines die at every named point or are put
// back from old backups; once all is healed every promise must hold. `npm run torture` plays thousands more.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";

const SEEDS = 4;
const player = fileURLToPath(new URL("play.ts", import.meta.url));
const play = (from: number, seeds: number) =>
  spawnSync(process.execPath, [player, "--from", String(from), "--seeds", String(seeds), "--verbose"], {
    encoding: "utf8",
  });

t.test(
  `A53 ${SEEDS} stories of small districts, some put back from old backups, end with every promise kept`,
  async (t) => {
    const { status, stdout, stderr } = play(1, SEEDS);
    t.equal(stderr, "");
    t.equal(status, 0);
    t.match(stdout, `${SEEDS} stories from seed 1: 0 broken`);
  },
);

t.test("a story told twice from one seed is the same story", async (t) => {
  const [once, again] = [play(7, 1).stdout, play(7, 1).stdout];
  t.match(once, /^seed 7 ends as [0-9a-f]{12}$/m);
  t.equal(again, once);
});
