// Which files of pictures something of this node still names: a copy in use, a product of any version, an actor's portrait.

import { actors } from "../../activitypub/tables.ts";
import { and, asc, eq, gt, inArray, isNotNull, or } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { certificateFiles, pictureCopies, pictures, productVersions } from "../tables.ts";

const READ_AT_ONCE = 1000;
const HASH = /[0-9a-f]{64}/g;

/** The hashes that are named. Every version of every product is read, a thousand at a time: an old order shows what it was. */
export function listNamedHashes(tx: Tx): ReadonlySet<string> {
  const copies = tx
    .selectDistinct({ hash: pictureCopies.hash })
    .from(pictureCopies)
    .where(isNotNull(pictureCopies.hash))
    .all();
  const documents = tx.selectDistinct({ hash: certificateFiles.hash }).from(certificateFiles).all();
  const portraits = tx.select({ icon: actors.icon }).from(actors).where(isNotNull(actors.icon)).all();
  const named = new Set([...copies, ...documents].map(({ hash }) => hash ?? ""));
  for (const { icon } of portraits) for (const [hash] of (icon ?? "").matchAll(HASH)) named.add(hash);
  let last = { productId: "", version: 0 };
  for (;;) {
    const rows = tx
      .select({ productId: productVersions.productId, version: productVersions.version, facts: productVersions.facts })
      .from(productVersions)
      .where(
        or(
          gt(productVersions.productId, last.productId),
          and(eq(productVersions.productId, last.productId), gt(productVersions.version, last.version)),
        ),
      )
      .orderBy(asc(productVersions.productId), asc(productVersions.version))
      .limit(READ_AT_ONCE)
      .all();
    for (const { facts } of rows) for (const [hash] of facts.matchAll(HASH)) named.add(hash);
    if (rows.length < READ_AT_ONCE) return named;
    last = rows.at(-1)!;
  }
}

/** Forgets these pictures: their files are gone. */
export function deletePictures(tx: Tx, hashes: readonly string[]): void {
  for (let at = 0; at < hashes.length; at += 500)
    tx.delete(pictures)
      .where(inArray(pictures.hash, hashes.slice(at, at + 500)))
      .run();
}
