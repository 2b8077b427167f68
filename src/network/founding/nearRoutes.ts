// "Trova un GAS": the nearest groups and the way to their own pages; being told of one, proven by a link in the mail. No page here shows an address.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { plainAddress } from "../../members/signIn.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { isMailAddress } from "../../web/mail.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { findComune } from "../places/places.ts";
import type { FoundingParts } from "./hostActions.ts";
import { forgottenPage, type NearGroup, nearPage, seekAskedPage, seekerPage } from "./nearPages.ts";
import { askNear, forgetSeeker, nearestGroups, proveSeeker, readSeeker, takesNear, wayIn } from "./seekActions.ts";

const PUBLIC = { config: { policy: { public: true } } } as const;
// A person writes one; what floods mailboxes writes many.
const FEW = { config: { policy: { public: true }, rateLimit: { max: 6, timeWindow: 10 * 60_000 } } } as const;
const SLOW = { config: { policy: { public: true }, rateLimit: { max: 20, timeWindow: 60_000 } } } as const;
const SHOWN = 10;

const COMUNE_MOST = 80;
const SeekForm = Type.Object({
  comune: Type.String({ maxLength: COMUNE_MOST }),
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  wantsToFound: Type.Boolean(),
  consent: Type.Literal("on"),
});
const Nothing = Type.Object({});

type NearRequest = FastifyRequest<{ Params: { handle: string } }>;
type TokenRequest = FastifyRequest<{ Params: { handle: string; token: string } }>;

/** The network of an address, while it is one. */
export function networkAt(
  { wire }: Pick<FoundingParts, "wire">,
  { params }: FastifyRequest<{ Params: { handle: string } }>,
): LocalActor | null {
  const network = loadActorByHandle(wire.db.orm, params.handle);
  return network?.kind === "district" && network.goneAt === null ? network : null;
}

/** The comune an address asks about, as it was typed. */
export function askedComune(request: FastifyRequest): string {
  const { comune } = request.query as { comune?: unknown };
  return typeof comune === "string" ? comune.trim().slice(0, COMUNE_MOST) : "";
}

/** Adds `/{handle}/near`. */
export function registerNear(app: FastifyInstance, parts: FoundingParts): void {
  const { house } = parts;
  app.get("/:handle/near", PUBLIC, (request: NearRequest, reply) =>
    showNear(parts, request, reply, askedComune(request), FRESH),
  );
  app.post("/:handle/near", FEW, async (request: NearRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(SeekForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const typed = String(form.typed.comune ?? "");
    if ("refused" in form) return showNear(parts, request, reply, typed, form);
    const { name, email, wantsToFound } = form.value;
    const place = findComune(form.value.comune);
    if (!place) return showNear(parts, request, reply, typed, FRESH);
    if (!isMailAddress(plainAddress(email)))
      return showNear(parts, request, reply, typed, { typed: form.typed, errors: { email: "bad-address" } });
    const c = pageContext(request, reply);
    const asked = askNear(house, network.id, { name, email, wantsToFound, place, language: c.language });
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    watch(request, asked.delivery);
    return sendPage(request, reply, seekAskedPage(c, network));
  });
  registerSeeker(app, parts);
}

/** The page of one who seeks, under the link in their mail: looked at, confirmed, forgotten. */
function registerSeeker(app: FastifyInstance, parts: FoundingParts): void {
  const { house } = parts;
  const path = "/:handle/near/:token";
  app.get(path, SLOW, async (request: TokenRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const seeker = await readSeeker(house, network.id, request.params.token);
    if (isRefusal(seeker)) return sendRefusal(request, reply, seeker);
    return sendPage(request, reply, seekerPage(pageContext(request, reply), network, seeker));
  });
  app.post(path, SLOW, async (request: TokenRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in readForm(Nothing, request.body)) return sendRefusal(request, reply, { refused: "bad-request" });
    const seeker = await proveSeeker(house, network.id, request.params.token);
    if (isRefusal(seeker)) return sendRefusal(request, reply, seeker);
    return reply.redirect(`/${network.handle}/near/${request.params.token}`, 303);
  });
  app.post(`${path}/forget`, SLOW, async (request: TokenRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in readForm(Nothing, request.body)) return sendRefusal(request, reply, { refused: "bad-request" });
    const gone = await forgetSeeker(house, network.id, request.params.token);
    if (isRefusal(gone)) return sendRefusal(request, reply, gone);
    return sendPage(request, reply, forgottenPage(pageContext(request, reply), network));
  });
}

async function showNear(
  parts: FoundingParts,
  request: NearRequest,
  reply: FastifyReply,
  comune: string,
  state: FormState,
): Promise<FastifyReply> {
  const network = networkAt(parts, request);
  if (!network) return sendRefusal(request, reply, { refused: "not-found" });
  const place = findComune(comune) ?? null;
  let groups: NearGroup[] = [];
  try {
    const now = parts.wire.clock.now();
    const found = place ? await nearestGroups(await parts.index.open(), network.id, place, now, SHOWN) : [];
    groups = found.map((entry) => ({ entry, way: wayIn(entry, place?.name ?? "") }));
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return sendRefusal(request, reply, { refused: "index-away" });
  }
  const hasRoom = groups.some(({ entry }) => takesNear(entry));
  const view = { network, comune, place, groups, hasRoom, mayAsk: parts.house.mailer !== null };
  return sendPage(request, reply, nearPage(pageContext(request, reply), state, view));
}

/** The page does not wait for the mail server; what it did not take stands in the log. */
export function watch(request: FastifyRequest, delivery: Promise<void>): void {
  delivery.catch((error: unknown) => request.log.error({ err: error }, "a mail about a new group was not taken"));
}
