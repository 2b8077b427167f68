// One seed decides everything: what people do, what the network does, where power fails, and every random id.
import crypto, { type KeyObject } from "node:crypto";
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

/**
 * Makes the ids and keys of the process follow the seed, so that a failing seed replays itself. Gives the way back. RSA keys cannot be
 * made from a seed: they come from a pool, and no decision hangs on them. Signing happens on the spot, not in the thread pool, which
 * gives the answers back in whatever order.
 */
export function seedProcess(seed: number): () => void {
  const { randomBytes, generateKeyPairSync, sign } = crypto;
  const dice = makeDice(seed ^ 0x5eed1d5);
  const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => dice.below(256)));
  let rsaKeys = 0;
  const makePair = (kind: "rsa" | "ed25519") => (kind === "rsa" ? takeRsaPair(rsaKeys++) : makeEd25519Pair(bytes(32)));
  const signNow = (
    algorithm: string,
    data: Buffer,
    key: KeyObject,
    tell?: (error: null, signature: Buffer) => void,
  ) => {
    const signature = sign(algorithm as "sha256", data, key);
    if (tell) setImmediate(tell, null, signature);
    return signature;
  };
  Object.assign(crypto, { randomBytes: bytes, generateKeyPairSync: makePair, sign: signNow });
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, { randomBytes, generateKeyPairSync, sign });
    syncBuiltinESMExports();
  };
}

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

const makeRsaPair = crypto.generateKeyPairSync;
const rsaPool: Pair[] = [];

/** The n-th pair of the process: each is made once, because making one takes longer than all else a node does at its first start. */
function takeRsaPair(n: number): Pair {
  rsaPool[n] ??= makeRsaPair("rsa", { modulusLength: 2048, publicExponent: 0x10001 });
  return rsaPool[n];
}

/** RFC 8410: the 32 bytes of an Ed25519 private key behind their fixed header. */
function makeEd25519Pair(secret: Buffer): Pair {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), secret]);
  const privateKey = crypto.createPrivateKey({ key: der, type: "pkcs8", format: "der" });
  return { publicKey: crypto.createPublicKey(privateKey), privateKey };
}
