// Removes the files of pictures that nothing names any more: copies that were forgotten, uploads nobody used, drafts of a process that died.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Db, type Tx, transact } from "../../db/transact.ts";
import { pictureFolder } from "./actions.ts";
import { deletePictures, listNamedHashes } from "./pruneStore.ts";

/** An upload is joined to its product soon after; until then nothing names it. */
const YOUNG_MS = 86_400_000;
/** Ours alone: a picture, its small square, a document, or a draft of one. What else lies there is somebody's. */
const OWN = /^([0-9a-f]{64})\.(?:jpg|webp|pdf)(?:\.[0-9a-f]{12})?$/;

/** What is not needed: file names, and how much room they take. */
export type UnusedMedia = { readonly files: readonly string[]; readonly bytes: number };

/** The hashes of pictures that rooms this one does not know still show. */
export type NamedElsewhere = (tx: Tx) => readonly string[];

/** The files that nothing names and that are older than a day. `now` is epoch ms. Removes nothing. */
export function findUnusedMedia(
  db: Pick<Db, "orm">,
  dataFolder: string,
  now: number,
  namedElsewhere: NamedElsewhere,
): UnusedMedia {
  const folder = pictureFolder(dataFolder);
  if (!existsSync(folder)) return { files: [], bytes: 0 };
  const named = new Set([...listNamedHashes(db.orm), ...namedElsewhere(db.orm)]);
  const unused = readdirSync(folder).flatMap((name) => {
    const [, hash = ""] = OWN.exec(name) ?? [];
    const isDraft = name.split(".").length > 2;
    if (hash === "" || (named.has(hash) && !isDraft)) return [];
    const { size, mtimeMs } = statSync(join(folder, name));
    return now - mtimeMs < YOUNG_MS ? [] : [{ name, size }];
  });
  return { files: unused.map(({ name }) => name), bytes: unused.reduce((sum, { size }) => sum + size, 0) };
}

/** Removes them, the rows first: a row without its file would show a hole, a file without its row is found next time. */
export function pruneMedia(db: Db, dataFolder: string, now: number, namedElsewhere: NamedElsewhere): UnusedMedia {
  const unused = findUnusedMedia(db, dataFolder, now, namedElsewhere);
  const whole = unused.files.filter((name) => name.split(".").length === 2);
  transact(db, (tx) => deletePictures(tx, [...new Set(whole.map((name) => name.slice(0, 64)))]));
  for (const name of unused.files) rmSync(join(pictureFolder(dataFolder), name), { force: true });
  return unused;
}
