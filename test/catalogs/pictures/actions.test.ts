// Pictures of strangers: what is kept of them, and what is refused before anything decodes it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import t from "tap";
import { picturePath, smallPicturePath, storePicture } from "../../../src/catalogs/pictures/actions.ts";
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

t.test("a small square stands beside it, of a few kilobytes whatever the photograph", async (t) => {
  const farm = openFarm(t);
  const folder = t.testdir();
  const noise = await sharp({
    create: {
      width: 1600,
      height: 900,
      channels: 3,
      noise: { type: "gaussian", mean: 120, sigma: 60 },
      background: "#000",
    },
  })
    .jpeg()
    .toBuffer();
  const kept = await storePicture(farm.wire, folder, farm.actor, noise);
  if ("refused" in kept) throw new Error(kept.refused);
  const small = readFileSync(smallPicturePath(folder, kept.hash));
  t.match(await sharp(small).metadata(), { format: "webp", width: 144, height: 144 });
  t.ok(small.length < 8000, `${small.length} bytes`);
});

t.test("C30 a picture and a page of script in one file: what is kept is drawn anew and holds no script", async (t) => {
  const farm = openFarm(t);
  const folder = t.testdir();
  const script = "<script>alert(document.cookie)</script>";
  const bytes = Buffer.concat([await photo(80, 60).jpeg().toBuffer(), Buffer.from(`${script}%PDF-1.7 PK\u0003\u0004`)]);
  const kept = await storePicture(farm.wire, folder, farm.actor, bytes);
  if ("refused" in kept) throw new Error(kept.refused);
  for (const path of [picturePath(folder, kept.hash), smallPicturePath(folder, kept.hash)])
    t.notMatch(readFileSync(path).toString("latin1"), /script|%PDF/);
});

t.test(
  "C30 ten photographs at once: those the node cannot draw soon are refused and nothing of them is kept",
  async (t) => {
    const farm = openFarm(t);
    const folder = t.testdir();
    const files = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        photo(20 + i, 20)
          .jpeg()
          .toBuffer(),
      ),
    );
    const kept = await Promise.all(files.map((bytes) => storePicture(farm.wire, folder, farm.actor, bytes)));
    const refused = kept.filter((one) => "refused" in one);
    t.equal(refused.length, 4);
    t.match(refused[0], { refused: "too-busy" });
    t.equal(readdirSync(`${folder}/media`).length, 12, "six pictures, and six small ones");
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
