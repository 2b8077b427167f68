// One seed decides everything: what people do, what the network does, where power fails, and every random id.
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** Random numbers that a seed repeats. */
export type Dice = {
  /** In [0, 1). */
  readonly chance: () => number;
  /** An integer from 0 to below `n`. */
  readonly below: (n: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  /** True once in so many times, on average. */
  readonly oneIn: (n: number) => boolean;
};

/** Mulberry32: small, quick, and the same on every machine. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const chance = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(chance() * n);
  return { chance, below, pick: (from) => from[below(from.length)]!, oneIn: (n) => chance() * n < 1 };
}

/** Makes the ids of the process follow the seed, so that a failing seed replays itself. Gives the way back. */
export function seedIds(seed: number): () => void {
  const { randomBytes } = crypto;
  const dice = makeDice(seed ^ 0x5eed1d5);
  const seeded = (size: number) => Buffer.from(Array.from({ length: size }, () => dice.below(256)));
  Object.assign(crypto, { randomBytes: seeded });
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, { randomBytes });
    syncBuiltinESMExports();
  };
}
