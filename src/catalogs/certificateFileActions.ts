// A certificate's document: a PDF kept as it came, or a photograph drawn anew; joined to the certificate in all its products.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LocalActor } from "../activitypub/actor.ts";
import type { Wire } from "../activitypub/wire.ts";
import { transact } from "../db/transact.ts";
import type { CertificateDocument } from "../exchange/priceList.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { changeCatalog } from "./actions.ts";
import { gatherCertificates, withDocument } from "./certificate.ts";
import { countCertificateFiles, saveCertificateFile } from "./certificateFileStore.ts";
import { keepFile, pictureFolder, storePicture } from "./pictures/actions.ts";
import { listCurrentProducts } from "./store.ts";

const PRODUCTS_MAX = 5000;
const FILES_MAX = 200;
const BYTES_MAX = 5 * 1024 * 1024;
/** A PDF ends within so many bytes of its end mark. */
const TAIL = 2048;

/** Where the PDF with this hash lies. `hash` is 64 hex digits, checked by the caller. */
export function certificatePath(dataFolder: string, hash: string): string {
  return join(pictureFolder(dataFolder), `${hash}.pdf`);
}

/**
 * Keeps a document: by its bytes a PDF of at most 5 MB, or a picture. Refuses `unreadable-document`, `too-many-documents`,
 * `too-large`, `too-busy`, `too-many-pictures`.
 */
export async function storeDocument(
  wire: Wire,
  dataFolder: string,
  actor: LocalActor,
  bytes: Buffer,
): Promise<CertificateDocument | Refusal> {
  if (!isPdf(bytes)) {
    const picture = await storePicture(wire, dataFolder, actor, bytes);
    if (!("refused" in picture)) return { hash: picture.hash, type: "jpg" };
    return picture.refused === "unreadable-picture" ? { refused: "unreadable-document" } : picture;
  }
  if (bytes.length > BYTES_MAX) return { refused: "too-large", limit: BYTES_MAX / 1024 / 1024 };
  if (countCertificateFiles(wire.db.orm, actor.id) >= FILES_MAX) return { refused: "too-many-documents" };
  const hash = createHash("sha256").update(bytes).digest("hex");
  await keepFile(certificatePath(dataFolder, hash), pictureFolder(dataFolder), bytes);
  const file = { actorId: actor.id, hash, byteCount: bytes.length, createdAt: wire.clock.now() };
  transact(wire.db, (tx) => saveCertificateFile(tx, file));
  return { hash, type: "pdf" };
}

/** Whether bytes are a PDF from the first to the last: nothing can stand before it and be taken for something else. */
export function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString("latin1") === "%PDF-" && bytes.subarray(-TAIL).includes("%%EOF");
}

/**
 * Joins a document to a certificate, or takes it off (null), in all products that carry it: one moment of the catalog. Refuses
 * `no-such-certificate`.
 */
export function joinDocument(
  wire: Wire,
  actor: LocalActor,
  key: string,
  document: CertificateDocument | null,
): { readonly count: number } | Refusal<"no-such-certificate"> {
  return transact(wire.db, (tx) => {
    const all = gatherCertificates(listCurrentProducts(tx, actor.id, { limit: PRODUCTS_MAX }));
    const found = all.find((one) => one.key === key);
    if (!found) return { refused: "no-such-certificate" };
    const changes = found.products.map((product) => ({
      ...{ kind: "revise" as const, product, facts: withDocument(product.facts, key, document) },
    }));
    return { count: changeCatalog(wire, tx, actor, changes, "edit").length };
  });
}
