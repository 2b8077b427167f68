// Pictures of strangers: what is kept of them, and what is refused before anything decodes it.
import { existsSync, readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import t from "tap";
import { picturePath, storePicture } from "../../../src/catalogs/pictures/actions.ts";
import { openFarm } from "../farm.ts";

const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#cc8800" } });

t.test(
  "B35 a photograph is drawn anew: smaller, without the place where it was taken, named by its content",
  async (t) => {
    const farm = openFarm(t);
    const folder = t.testdir();
    const bytes = await photo(2400, 1800)
      .withExif({ IFD0: { Copyright: "Casa di Lucia" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "43/1 18/1 0/1" } })
      .jpeg()
      .toBuffer();
    t.ok(bytes.includes("Casa di Lucia"));
    const kept = await storePicture(farm.wire, folder, farm.actor, bytes);
    if ("refused" in kept) throw new Error(kept.refused);
    t.match(kept, { width: 1200, height: 900, hash: /^[0-9a-f]{64}$/ });
    const file = readFileSync(picturePath(folder, kept.hash));
    t.notOk(file.includes("Casa di Lucia"));
    t.equal((await sharp(file).metadata()).exif, undefined);
    t.same(await storePicture(farm.wire, folder, farm.actor, bytes), kept, "the same picture is the same file");
  },
);

t.test("a drawing with transparent ground gets a white one", async (t) => {
  const farm = openFarm(t);
  const bytes = await sharp({ create: { width: 20, height: 20, channels: 4, background: "#00000000" } })
    .png()
    .toBuffer();
  const kept = await storePicture(farm.wire, t.testdir(), farm.actor, bytes);
  t.match(kept, { width: 20, height: 20 });
});

/** A PNG that says it is 50,000 by 50,000 and holds a line. */
function hugePng(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([length, body, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(50_000, 0);
  header.writeUInt32BE(50_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

t.test(
  "B35 SVG with script, HTML called .jpg, a picture of 50,000 pixels a side, half a file: refused, nothing kept",
  async (t) => {
    const farm = openFarm(t);
    const folder = t.testdir();
    const whole = await photo(600, 600).jpeg().toBuffer();
    const gif = await photo(10, 10).gif().toBuffer();
    const files = {
      svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      html: Buffer.from("<!doctype html><script>alert(1)</script>"),
      huge: hugePng(),
      half: whole.subarray(0, whole.length / 3),
      gif,
      nothing: Buffer.alloc(0),
    };
    for (const [name, bytes] of Object.entries(files))
      t.match(await storePicture(farm.wire, folder, farm.actor, bytes), { refused: "unreadable-picture" }, name);
    t.notOk(existsSync(`${folder}/media`));
  },
);
