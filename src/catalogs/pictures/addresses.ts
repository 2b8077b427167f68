// Where this node serves a picture: whole, and small for lists. Pure. Names are of the picture's own content.

/** So much of a hash names a picture: 64 bits, short enough for a page with hundreds of them. */
const NAME_LENGTH = 16;
const HASH_LENGTH = 64;

/** The picture as it is kept, at most 1,200 pixels a side, under its whole name: what others are told. */
export function pictureUrl(hash: string): string {
  return `/media/${hash}.jpg`;
}

/** The same under its short name, for pages. */
export function wholePictureUrl(hash: string): string {
  return `/media/${hash.slice(0, NAME_LENGTH)}.jpg`;
}

/** The picture for a list: a square of 144 pixels, shown at half of that. */
export function smallPictureUrl(hash: string): string {
  return `/media/${hash.slice(0, NAME_LENGTH)}.webp`;
}

/** How wide and high a small picture is shown, in CSS pixels. */
export const SMALL_SIDE = 72;

/** What a name asks for: the beginning of a hash (or all of it) and which of the two files; null for what is no picture of ours. */
export function readPictureName(name: string): { readonly hash: string; readonly isSmall: boolean } | null {
  const [, small, whole] = /^(?:([0-9a-f]{16})\.webp|([0-9a-f]{16}|[0-9a-f]{64})\.jpg)$/.exec(name) ?? [];
  if (small) return { hash: small, isSmall: true };
  return whole ? { hash: whole, isSmall: false } : null;
}

/** The hash of a picture of this node by its address, or null where the address is another's. */
export function hashOfOwn(url: string, origin: string): string | null {
  if (!url.startsWith(`${origin}/media/`)) return null;
  const read = readPictureName(url.slice(`${origin}/media/`.length));
  return read?.hash.length === HASH_LENGTH ? read.hash : null;
}
