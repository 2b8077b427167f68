// A product's pictures as its producer keeps them: each with its words, its place and the way out; and one more. Pure.
import { type FormState, fileField, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { emptyState } from "../../web/parts.ts";
import { MAX_IMAGES } from "../check.ts";
import type { Product, ProductImage } from "../product.ts";
import { pictureUrl, SMALL_SIDE, smallPictureUrl } from "./addresses.ts";

/** How large a photograph may be sent, in MB; where script runs it is made smaller before. */
export const PHOTO_MEGABYTES = 10;
export const ALT_LENGTH = 200;

/** What one picture's form can do besides saving its words. */
export const PICTURE_ACTS = ["save", "sooner", "later", "remove"] as const;
type PictureAct = (typeof PICTURE_ACTS)[number];

/** The part of the editor about pictures. `path` is the product's address at the desk. */
export function picturesPart(c: PageContext, path: string, { facts, version }: Product): Html {
  const { say } = c;
  const { images } = facts;
  const cards = images.map((image, place) => pictureCard(c, path, version, { image, place, count: images.length }));
  return html`<h2 id="pictures">${say("catalogs.pictures.title")}</h2>
      ${images.length > 0 ? html`<p>${say("catalogs.pictures.lead")}</p><ul class="cards">${cards}</ul>` : emptyState({ text: say("catalogs.pictures.empty") })}
      ${images.length < MAX_IMAGES ? addForm(c, path, version) : html`<p>${say("catalogs.pictures.full", { count: MAX_IMAGES })}</p>`}`;
}

function pictureCard(
  c: PageContext,
  path: string,
  version: number,
  { image, place, count }: { image: ProductImage; place: number; count: number },
): Html {
  const { say } = c;
  const { hash, alt } = image;
  const id = `alt-${hash.slice(0, 8)}`;
  const press = (act: PictureAct, kind: string) =>
    html`<button type="submit" class="${kind}" name="act" value="${act}">${say(`catalogs.pictures.${act}`)}<span class="skip"> ${alt}</span></button>`;
  return html`<li class="card photo"><img src="${pictureUrl(hash)}" alt="${alt}" width="480" height="360" loading="lazy">
      ${postForm(
        c,
        { action: `${path}/pictures/change` },
        html`<input type="hidden" name="version" value="${version}"><input type="hidden" name="hash" value="${hash}">
        <div class="field"><label for="${id}">${say("catalogs.pictures.alt")}</label><input id="${id}" name="alt" type="text" maxlength="${ALT_LENGTH}" autocomplete="off" required value="${alt}"></div>
        <div class="actions">${press("save", "plain")}${place > 0 ? press("sooner", "quiet") : ""}${place < count - 1 ? press("later", "quiet") : ""}${press("remove", "danger")}</div>`,
      )}</li>`;
}

const FRESH: FormState = { typed: {}, errors: {} };

function addForm(c: PageContext, path: string, version: number): Html {
  const { say } = c;
  const file = {
    ...{ name: "picture", label: say("catalogs.pictures.file"), accept: "image/jpeg,image/png,image/webp" },
    ...{ hint: say("catalogs.pictures.hint", { megabytes: PHOTO_MEGABYTES }), shrink: say("catalogs.pictures.ready") },
    required: true,
  };
  const alt = { name: "alt", label: say("catalogs.pictures.alt"), hint: say("catalogs.pictures.altHint") };
  return postForm(
    c,
    { action: `${path}/pictures`, upload: true },
    html`<input type="hidden" name="version" value="${version}">${fileField(c, FRESH, file)}
      ${textField(c, FRESH, { ...alt, required: true, maxLength: ALT_LENGTH })}
      <p><button type="submit" class="plain">${say("catalogs.pictures.submit")}</button> <output data-shrunk></output></p>`,
  );
}

/** A picture in a list: small, of a fixed size, fetched when it comes into sight. */
export function smallPicture(hash: string, alt: string): Html {
  return html`<img class="thumb" src="${smallPictureUrl(hash)}" alt="${alt}" width="${SMALL_SIDE}" height="${SMALL_SIDE}" loading="lazy">`;
}
