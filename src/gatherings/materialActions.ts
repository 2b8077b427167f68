// What is handed out at a gathering: a link, or a PDF kept as it came in the data folder; taken away when nothing names it any more.
import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Wire } from "../activitypub/wire.ts";
import { isPdf } from "../catalogs/certificateFileActions.ts";
import { keepFile, pictureFolder } from "../catalogs/pictures/actions.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { MembersHouse } from "../members/actions.ts";
import {
  deleteMaterial,
  insertMaterial,
  isFileNamed,
  listMaterials,
  loadMaterial,
  type Material,
} from "./materialStore.ts";
import { loadGathering } from "./store.ts";

/** What the pages of gatherings need of the node. */
export type GatheringHouse = { readonly wire: Wire; readonly house: MembersHouse; readonly dataFolder: string };

/** What is said of a thing that is handed out, with who may have it. */
export type MaterialWish = { readonly name: string; readonly forWhom: Material["forWhom"] };
/** A gathering of an actor. */
type OfGathering = { readonly actorId: string; readonly id: string };

const MATERIALS_MAX = 20;
export const MATERIAL_MEGABYTES = 5;
const BYTES_MAX = MATERIAL_MEGABYTES * 1024 * 1024;

/** Where the PDF with this hash lies. `hash` is 64 hex digits, from a row of ours. */
export function materialPath(dataFolder: string, hash: string): string {
  // Beside pictures, where backups find it; under a name of its own, which the sweeping of pictures leaves alone.
  return join(pictureFolder(dataFolder), `material-${hash}.pdf`);
}

/** Hands out a link. Refuses `not-found`, `too-many-materials`. */
export function addLink(
  { wire }: GatheringHouse,
  of: OfGathering,
  wish: MaterialWish & { readonly url: string },
): Material["id"] | Refusal {
  return transact(wire.db, (tx) => add(tx, of, { ...wish, fileHash: null, bytes: 0 }, wire.clock.now()));
}

/** Hands out a PDF of at most 5 MB. Refuses `unreadable-document`, `too-large`, `not-found`, `too-many-materials`. */
export async function addFile(
  { wire, dataFolder }: GatheringHouse,
  of: OfGathering,
  wish: MaterialWish,
  bytes: Buffer,
): Promise<Material["id"] | Refusal> {
  if (bytes.length > BYTES_MAX) return { refused: "too-large", limit: MATERIAL_MEGABYTES };
  if (!isPdf(bytes)) return { refused: "unreadable-document" };
  const refusal = refuseMore(wire.db.orm, of);
  if (refusal) return refusal;
  const fileHash = createHash("sha256").update(bytes).digest("hex");
  await keepFile(materialPath(dataFolder, fileHash), pictureFolder(dataFolder), bytes);
  const file = { ...wish, url: null, fileHash, bytes: bytes.length };
  return transact(wire.db, (tx) => add(tx, of, file, wire.clock.now()));
}

/** Takes it back, with its file where nothing else hands it out. Refuses `not-found`. */
export function removeMaterial({ wire, dataFolder }: GatheringHouse, of: OfGathering, id: string): Refusal | null {
  const removed = transact(wire.db, (tx): Material | Refusal => {
    const material = loadGathering(tx, of.actorId, of.id) && loadMaterial(tx, of.id, id);
    if (!material) return { refused: "not-found" };
    deleteMaterial(tx, id);
    return material;
  });
  if (isRefusal(removed)) return removed;
  dropFiles(wire.db, dataFolder, [removed]);
  return null;
}

/** Removes the files of materials that are no more, but for those that another gathering hands out. */
export function dropFiles({ orm }: Pick<Db, "orm">, dataFolder: string, removed: readonly Material[]): void {
  for (const { fileHash } of removed)
    if (fileHash !== null && !isFileNamed(orm, fileHash)) rmSync(materialPath(dataFolder, fileHash), { force: true });
}

function add(
  tx: Tx,
  of: OfGathering,
  wish: MaterialWish & Pick<Material, "url" | "fileHash" | "bytes">,
  at: number,
): Material["id"] | Refusal {
  const refusal = refuseMore(tx, of);
  if (isRefusal(refusal)) return refusal;
  const id = encodeId(randomBytes(16));
  insertMaterial(tx, { ...wish, id, gatheringId: of.id, actorId: of.actorId, at });
  return id;
}

function refuseMore(tx: Tx, { actorId, id }: OfGathering): Refusal | null {
  const gathering = loadGathering(tx, actorId, id);
  if (!gathering || gathering.removedAt !== null) return { refused: "not-found" };
  return listMaterials(tx, id).length >= MATERIALS_MAX ? { refused: "too-many-materials", limit: MATERIALS_MAX } : null;
}
