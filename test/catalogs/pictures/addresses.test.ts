// Where pictures are served, and what an address asks for.
import t from "tap";
import {
  hashOfOwn,
  pictureUrl,
  readPictureName,
  smallPictureUrl,
  wholePictureUrl,
} from "../../../src/catalogs/pictures/addresses.ts";

const HASH = "0123456789abcdef".repeat(4);
const nameOf = (url: string) => url.slice("/media/".length);

t.test("others are told the whole name, pages use the short one, and each leads to its own file", async (t) => {
  t.same(readPictureName(nameOf(pictureUrl(HASH))), { hash: HASH, isSmall: false });
  t.same(readPictureName(nameOf(wholePictureUrl(HASH))), { hash: HASH.slice(0, 16), isSmall: false });
  t.same(readPictureName(nameOf(smallPictureUrl(HASH))), { hash: HASH.slice(0, 16), isSmall: true });
  for (const name of ["", "x.jpg", `${HASH}.webp`, `${HASH}.png`, `../${HASH}.jpg`])
    t.equal(readPictureName(name), null, name);
});

t.test("only an address of this node with a whole name says which picture of ours it is", async (t) => {
  const origin = "https://p.example";
  t.equal(hashOfOwn(`${origin}${pictureUrl(HASH)}`, origin), HASH);
  t.equal(hashOfOwn(`${origin}${wholePictureUrl(HASH)}`, origin), null);
  t.equal(hashOfOwn(`https://q.example${pictureUrl(HASH)}`, origin), null);
  t.equal(hashOfOwn(`${origin}/media/x`, origin), null);
});
