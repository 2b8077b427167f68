// What happens to a picture: it is judged before it is decoded, drawn anew without what it carried along, kept by its hash.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { OutputInfo } from "sharp";
import type { LocalActor } from "../../activitypub/actor.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { countPictures, type Picture, savePicture } from "./store.ts";

const FORMATS: readonly (string | undefined)[] = ["jpeg", "png", "webp"];
/** Of the file as it came. A photograph of a good telephone has 50 million. */
const MAX_PIXELS = 64_000_000;
const MAX_SIDE = 12_000;
const SHOWN_SIDE = 1200;
const SMALL_SIDE = 144;
const MAX_PICTURES = 10_000;
const DECODE_SECONDS = 10;
/** A photograph of a telephone takes half a second and 60 MB: one at a time, and few that wait. */
const WAITING_MAX = 6;

type Sharp = typeof import("sharp").default;
let opening: Promise<Sharp> | null = null;

/** Loaded with the first picture: the library costs 60 ms and 22 MB, and most nodes see a picture once a season. */
function openSharp(): Promise<Sharp> {
  opening ??= import("sharp").then(({ default: sharp }) => {
    // A decoder that is not loaded cannot be attacked: no SVG, PDF, TIFF, GIF or anything else a renamed file may be (B35).
    sharp.block({ operation: ["VipsForeignLoad"] });
    sharp.unblock({
      operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"],
    });
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return opening;
}

/** The folder of pictures under the data folder. */
export function pictureFolder(dataFolder: string): string {
  return join(dataFolder, "media");
}

/** Where the picture with this hash lies. `hash` is 64 hex digits, checked by the caller's schema. */
export function picturePath(dataFolder: string, hash: string): string {
  return join(pictureFolder(dataFolder), `${hash}.jpg`);
}

/** Where its small square for lists lies. */
export function smallPicturePath(dataFolder: string, hash: string): string {
  return join(pictureFolder(dataFolder), `${hash}.webp`);
}

/**
 * Keeps a JPEG, PNG or WebP as a JPEG of at most `side` pixels a side, without EXIF, place or profile, and a small square of it.
 * Refuses `unreadable-picture` for anything else, `too-many-pictures`, and `too-busy` where too many wait to be drawn.
 */
export async function storePicture(
  wire: Pick<Wire, "db" | "clock">,
  dataFolder: string,
  actor: Pick<LocalActor, "id">,
  bytes: Buffer,
  side = SHOWN_SIDE,
): Promise<Picture | Refusal<"unreadable-picture" | "too-many-pictures" | "too-busy">> {
  if (countPictures(wire.db.orm, actor.id) >= MAX_PICTURES) return { refused: "too-many-pictures" };
  const drawn = await inTurn(() => drawAnew(bytes, side));
  if (drawn === "too-busy") return { refused: "too-busy" };
  if (!drawn) return { refused: "unreadable-picture" };
  const hash = createHash("sha256").update(drawn.data).digest("hex");
  const folder = pictureFolder(dataFolder);
  await keepFile(smallPicturePath(dataFolder, hash), folder, drawn.small);
  await keepFile(picturePath(dataFolder, hash), folder, drawn.data);
  const { width, height } = drawn.info;
  const picture = { actorId: actor.id, hash, width, height, byteCount: drawn.data.length, createdAt: wire.clock.now() };
  transact(wire.db, (tx) => savePicture(tx, picture));
  return picture;
}

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** One after the other, in the order they came; who would wait behind too many is told so. */
async function inTurn<T>(work: () => Promise<T>): Promise<T | "too-busy"> {
  if (waiting >= WAITING_MAX) return "too-busy";
  waiting++;
  const mine = last.then(work);
  last = mine.catch(() => {});
  try {
    return await mine;
  } finally {
    waiting--;
  }
}

type Drawn = { readonly data: Buffer; readonly info: OutputInfo; readonly small: Buffer };

async function drawAnew(bytes: Buffer, side: number): Promise<Drawn | null> {
  const sharp = await openSharp();
  const options = { limitInputPixels: MAX_PIXELS, failOn: "error", sequentialRead: true } as const;
  try {
    const { format, width, height, pages = 1 } = await sharp(bytes, options).metadata();
    const isSound = FORMATS.includes(format) && width <= MAX_SIDE && height <= MAX_SIDE && pages === 1;
    if (!isSound || width * height > MAX_PIXELS) return null;
    const drawn = await sharp(bytes, options)
      .timeout({ seconds: DECODE_SECONDS })
      .autoOrient()
      .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .jpeg({ quality: 82 })
      .toBuffer({ resolveWithObject: true });
    const small = await sharp(drawn.data, options)
      .timeout({ seconds: DECODE_SECONDS })
      .resize({ width: SMALL_SIDE, height: SMALL_SIDE, fit: "cover" })
      .webp({ quality: 50, effort: 5 })
      .toBuffer();
    return { ...drawn, small };
  } catch {
    // Whatever the decoder says of a stranger's file, the person hears one sentence.
    return null;
  }
}

/** On disk and whole before a row names it. */
export async function keepFile(path: string, folder: string, data: Buffer): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
