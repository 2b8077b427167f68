// What lies on the disk and nothing names any more goes, and nothing else.
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { settleCopy, wantCopy } from "../../../src/catalogs/pictures/copyStore.ts";
import { findUnusedMedia, pruneMedia } from "../../../src/catalogs/pictures/pruneActions.ts";
import { savePicture } from "../../../src/catalogs/pictures/store.ts";
import { makeFarm } from "../../sales/farm.ts";

const DAY = 86_400_000;
const hash = (letter: string) => letter.repeat(64);

t.test("forgotten copies, unused uploads and old drafts go; what is named, young or not ours stays", async (t) => {
  const { db, farm, clock } = makeFarm(t);
  const dataFolder = t.testdir();
  const media = join(dataFolder, "media");
  // Shown by another room.
  const elsewhere = hash("e");
  t.same(
    findUnusedMedia(db, dataFolder, clock.now(), () => [elsewhere]),
    { files: [], bytes: 0 },
    "no folder, nothing to do",
  );
  mkdirSync(media);
  const [copied, shown, orphan, young] = [hash("a"), hash("b"), hash("c"), hash("d")];
  const old = [
    `${copied}.jpg`,
    `${copied}.webp`,
    `${shown}.jpg`,
    `${orphan}.jpg`,
    `${orphan}.webp`,
    `${elsewhere}.jpg`,
    "README.txt",
  ];
  for (const name of [...old, `${copied}.jpg.0123456789ab`, `${young}.jpg`]) {
    writeFileSync(join(media, name), "12345");
    const at = new Date(name.startsWith(young) ? clock.now() : clock.now() - 2 * DAY);
    utimesSync(join(media, name), at, at);
  }
  wantCopy(db.orm, { actorId: farm.id, url: "https://altrove.example/p.jpg" }, clock.now());
  settleCopy(db.orm, { actorId: farm.id, url: "https://altrove.example/p.jpg" }, { hash: copied, dueAt: null });
  db.raw.prepare("UPDATE actors SET icon = ? WHERE id = ?").run(`/media/${shown}.jpg`, farm.id);
  const picture = { actorId: farm.id, hash: orphan, width: 1, height: 1, byteCount: 5, createdAt: 0 };
  savePicture(db.orm, picture);
  const gone = [`${copied}.jpg.0123456789ab`, `${orphan}.jpg`, `${orphan}.webp`];
  t.same(
    findUnusedMedia(db, dataFolder, clock.now(), () => [elsewhere]),
    { files: gone, bytes: 15 },
  );
  t.ok(existsSync(join(media, `${orphan}.jpg`)), "looked at, not removed");
  t.same(pruneMedia(db, dataFolder, clock.now(), () => [elsewhere]).files, gone);
  t.same(readdirSync(media).toSorted(), [...old.filter((name) => !gone.includes(name)), `${young}.jpg`].toSorted());
  t.same(db.raw.prepare("SELECT count(*) AS n FROM pictures").get(), { n: 0 });
});
