// Kills a farm and a GAS at random moments while they talk, then leaves them alone and looks at what they hold.
import { setTimeout as pause } from "node:timers/promises";
import { type Deeds, isAtRest, openTown, type Town, waitUntil } from "./town.ts";

type Wish = {
  readonly folder: string;
  readonly seed: number;
  readonly kills: number;
  readonly until: number;
  readonly deeds?: Deeds;
};

/** Kills `kills` times at the moments and in the order of the seed, or until the epoch ms `until`. Throws if they do not come to rest. */
export async function torture(wish: Wish) {
  const { deeds = "pacts" } = wish;
  const town = await openTown(wish.folder, deeds);
  let state = wish.seed >>> 0;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  try {
    for (const side of ["farm", "gas"] as const) town.start(side, "busy");
    for (let kill = 0; kill < wish.kills && Date.now() < wish.until; kill++) {
      if (deeds === "pacts") await pause(300 + chance() * 900);
      else await letThemTalk(town, chance, wish.until);
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

/** Until one to five words more were said about orders, however slow the machine is, and a moment on. */
async function letThemTalk(town: Town, chance: () => number, until: number): Promise<void> {
  const said = () => town.count("gas", "SELECT count(*) FROM thread_messages");
  const goal = said() + 1 + Math.floor(chance() * 5);
  await waitUntil(town, () => said() >= goal || Date.now() > until);
  await pause(chance() * 150);
}
