// Pictures: served to everybody by their content's name, and the producer's forms for those of a product.
import { createReadStream, existsSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { saveProduct } from "../actions.ts";
import { certificatePath } from "../certificateFileActions.ts";
import { loadCertificateFile } from "../certificateFileStore.ts";
import { MAX_IMAGES } from "../check.ts";
import { changeImages, type Product, type ProductFacts } from "../product.ts";
import { picturePath, smallPicturePath, storePicture } from "./actions.ts";
import { readPictureName } from "./addresses.ts";
import { ALT_LENGTH, PHOTO_MEGABYTES, PICTURE_ACTS } from "./pages.ts";
import { loadPicture } from "./store.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const, keeper: true as const } } };
const UPLOAD = { config: { ...SELLERS.config, upload: true as const, uploadMegabytes: PHOTO_MEGABYTES } };

const Version = Type.Integer({ minimum: 1 });
const Alt = Type.String({ minLength: 1, maxLength: ALT_LENGTH, pattern: "\\S" });
const AddForm = Type.Object({ version: Version, alt: Alt });
const ChangeForm = Type.Object({
  version: Version,
  hash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  alt: Alt,
  act: Type.Optional(Type.Union(PICTURE_ACTS.map((act) => Type.Literal(act)))),
});

type DeskRequest = FastifyRequest<{ Params: { handle: string; slug: string } }>;
type Found = { readonly actor: LocalActor; readonly product: Product };

/** What pictures need of the catalog around them: `findProduct` is the desk's own product, or why not. */
export type PicturesHouse = {
  readonly wire: Wire;
  readonly dataFolder: string;
  readonly findProduct: (request: DeskRequest) => Found | Refusal;
};

/** Serves `/media/{name}`: as something to save, which can do nothing, whoever links to it. SAFETY section 8, C30. */
export function registerPictureFiles(app: FastifyInstance, { wire, dataFolder }: Omit<PicturesHouse, "findProduct">) {
  app.get<{ Params: { name: string } }>("/media/:name", PUBLIC, async (request, reply) => {
    const { name } = request.params;
    const [, pdf] = /^([0-9a-f]{64})\.pdf$/.exec(name) ?? [];
    if (pdf && loadCertificateFile(wire.db.orm, pdf))
      return asAttachment(reply, "application/pdf").send(createReadStream(certificatePath(dataFolder, pdf)));
    const asked = readPictureName(name);
    const picture = asked && loadPicture(wire.db.orm, asked.hash);
    if (!asked || !picture) return reply.callNotFound();
    const small = smallPicturePath(dataFolder, picture.hash);
    const isSmall = asked.isSmall && existsSync(small);
    const path = isSmall ? small : picturePath(dataFolder, picture.hash);
    return asAttachment(reply, isSmall ? "image/webp" : "image/jpeg").send(createReadStream(path));
  });
}

function asAttachment(reply: FastifyReply, type: string): FastifyReply {
  return reply
    .type(type)
    .header("cache-control", "public, max-age=31536000, immutable")
    .header("content-disposition", "attachment")
    .header("content-security-policy", "default-src 'none'; sandbox")
    .header("cross-origin-resource-policy", "cross-origin");
}

/** Adds the forms: one more picture, and what one picture's card does. */
export function registerPictureForms(app: FastifyInstance, house: PicturesHouse): void {
  const { wire, dataFolder, findProduct } = house;
  app.post("/desk/:handle/catalog/product/:slug/pictures", UPLOAD, async (request: DeskRequest, reply) => {
    const found = findProduct(request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const upload = await takeUpload(request.body, "picture");
    const form = readForm(AddForm, request.body);
    if (isRefusal(upload)) return sendRefusal(request, reply, upload);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "picture-without-words" });
    const { images } = found.product.facts;
    if (images.length >= MAX_IMAGES) return sendRefusal(request, reply, { refused: "too-many-pictures" });
    const picture = await storePicture(wire, dataFolder, found.actor, upload.bytes);
    if ("refused" in picture) return sendRefusal(request, reply, picture);
    const others = images.filter(({ hash }) => hash !== picture.hash);
    const more = [...others, { hash: picture.hash, alt: form.value.alt }];
    return saveImages(wire, request, reply, found, form.value.version, more);
  });
  app.post("/desk/:handle/catalog/product/:slug/pictures/change", SELLERS, (request: DeskRequest, reply) => {
    const found = findProduct(request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const form = readForm(ChangeForm, request.body);
    if ("refused" in form) {
      const isMute = "errors" in form && "alt" in form.errors;
      return sendRefusal(request, reply, { refused: isMute ? "picture-without-words" : "bad-request" });
    }
    const { version, hash, alt, act = "save" } = form.value;
    const images = changeImages(found.product.facts.images, { hash, alt }, act);
    return saveImages(wire, request, reply, found, version, images);
  });
}

function saveImages(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  { actor, product }: Found,
  version: number,
  images: ProductFacts["images"],
): FastifyReply {
  const facts = { ...product.facts, images };
  const saved = saveProduct(wire, actor, { productId: product.id, expectedVersion: version, facts });
  if ("refused" in saved) return sendRefusal(request, reply, saved);
  return reply.redirect(`/desk/${actor.handle}/catalog/product/${product.slug}?done=saved#pictures`, 303);
}
