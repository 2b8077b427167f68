// Kills a farm and a GAS at random moments while they talk, then leaves them alone and looks at what they hold.
import { setTimeout as pause } from "node:timers/promises";
import { isAtRest, openTown, waitUntil } from "./town.ts";

/** Kills `kills` times at the moments and in the order of the seed, or until the epoch ms `until`. Throws if they do not come to rest. */
export async function torture(wish: { folder: string; seed: number; kills: number; until: number }) {
  const town = await openTown(wish.folder);
  let state = wish.seed >>> 0;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  try {
    for (const side of ["farm", "gas"] as const) town.start(side, "busy");
    for (let kill = 0; kill < wish.kills && Date.now() < wish.until; kill++) {
      await pause(300 + chance() * 900);
      const sides = (["farm", "gas"] as const).filter(() => chance() < 0.6);
      await Promise.all(sides.map(town.kill));
      for (const side of sides) town.start(side, "busy");
    }
    await Promise.all([town.kill("farm"), town.kill("gas")]);
    for (const side of ["farm", "gas"] as const) town.start(side, "calm");
    await waitUntil(town, () => isAtRest(town, "farm") && isAtRest(town, "gas"), 120_000);
  } finally {
    await Promise.all([town.kill("farm"), town.kill("gas")]);
  }
  return town.end();
}
