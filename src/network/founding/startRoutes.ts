// "Fondare un GAS": the guide, the request, and the page of a founding under the link that its founder was sent.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { plainAddress } from "../../members/signIn.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { isMailAddress } from "../../web/mail.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import type { FoundEntry } from "../index/networkIndex.ts";
import { loadCharter } from "../membership/listStore.ts";
import { type Comune, findComune } from "../places/places.ts";
import { askFounding, forgetFounding, readFounding, saveSteps } from "./foundActions.ts";
import { FOUNDING_WISHES } from "./guide.ts";
import type { FoundingParts } from "./hostActions.ts";
import { forgottenPage } from "./nearPages.ts";
import { askedComune, networkAt, watch } from "./nearRoutes.ts";
import { foundAskedPage, guidePage, progressPage } from "./startPages.ts";

const PUBLIC = { config: { policy: { public: true } } } as const;
const FEW = { config: { policy: { public: true }, rateLimit: { max: 6, timeWindow: 10 * 60_000 } } } as const;
const SLOW = { config: { policy: { public: true }, rateLimit: { max: 20, timeWindow: 60_000 } } } as const;
const NEAR_PRODUCERS_KM = 50;
const PRODUCERS_SHOWN = 6;

const FoundForm = Type.Object({
  groupName: Type.String({ minLength: 2, maxLength: 100 }),
  comune: Type.String({ minLength: 1, maxLength: 80 }),
  wish: Type.Union(FOUNDING_WISHES.map((wish) => Type.Literal(wish))),
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  consent: Type.Literal("on"),
});
const Nothing = Type.Object({});
const StepsForm = Type.Object({ steps: Type.Optional(Type.Array(Type.String({ maxLength: 2 }))) });

type StartRequest = FastifyRequest<{ Params: { handle: string } }>;
type TokenRequest = FastifyRequest<{ Params: { handle: string; token: string } }>;

/** Adds `/{handle}/start`. */
export function registerStart(app: FastifyInstance, parts: FoundingParts): void {
  app.get("/:handle/start", PUBLIC, (request: StartRequest, reply) => {
    const comune = askedComune(request);
    return showGuide(parts, request, reply, comune, formOf({ wish: "hosted", comune }));
  });
  app.post("/:handle/start", FEW, async (request: StartRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(FoundForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const again = (state: FormState) => showGuide(parts, request, reply, String(form.typed.comune ?? ""), state);
    if ("refused" in form) return again(form);
    const { typed } = form;
    const { comune, email, ...rest } = form.value;
    const place = findComune(comune);
    if (!place) return again({ typed, errors: { comune: "unknown-place" } });
    if (!isMailAddress(plainAddress(email))) return again({ typed, errors: { email: "bad-address" } });
    const c = pageContext(request, reply);
    const { consent: _, ...wish } = rest;
    const asked = await askFounding(parts.house, network.id, { ...wish, email, place, language: c.language });
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    if (asked.isFull) request.log.warn({ network: network.id }, "no more foundings are kept until some are answered");
    watch(request, asked.delivery);
    return sendPage(request, reply, foundAskedPage(c, network, asked.url));
  });
  registerProgress(app, parts);
}

function registerProgress(app: FastifyInstance, parts: FoundingParts): void {
  const { house } = parts;
  const path = "/:handle/start/:token";
  app.get(path, SLOW, async (request: TokenRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const founding = await readFounding(house, network.id, request.params.token);
    if (isRefusal(founding)) return sendRefusal(request, reply, founding);
    const { saved } = request.query as { saved?: unknown };
    return sendPage(request, reply, progressPage(pageContext(request, reply), network, founding, saved === "1"));
  });
  app.post(path, SLOW, async (request: TokenRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(StepsForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const founding = await readFounding(house, network.id, request.params.token);
    if (isRefusal(founding)) return sendRefusal(request, reply, founding);
    saveSteps(house, founding.id, form.value.steps ?? []);
    return reply.redirect(`/${network.handle}/start/${request.params.token}?saved=1`, 303);
  });
  app.post(`${path}/forget`, SLOW, async (request: TokenRequest, reply) => {
    const network = networkAt(parts, request);
    if (!network) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in readForm(Nothing, request.body)) return sendRefusal(request, reply, { refused: "bad-request" });
    const founding = await readFounding(house, network.id, request.params.token);
    const gone = isRefusal(founding) ? founding : forgetFounding(house, founding.id);
    if (isRefusal(gone)) return sendRefusal(request, reply, gone);
    return sendPage(request, reply, forgottenPage(pageContext(request, reply), network));
  });
}

async function showGuide(
  parts: FoundingParts,
  request: StartRequest,
  reply: FastifyReply,
  comune: string,
  state: FormState,
): Promise<FastifyReply> {
  const network = networkAt(parts, request);
  if (!network) return sendRefusal(request, reply, { refused: "not-found" });
  const c = pageContext(request, reply);
  const place = findComune(comune) ?? null;
  const month = new Date(c.now).getUTCMonth() + 1;
  // The guide is there also while the index is not.
  const producers = place
    ? await listProducers(parts, network, place, month).catch((error: unknown) => {
        request.log.error({ err: error }, "the index did not answer");
        return null;
      })
    : null;
  const hasCharter = loadCharter(parts.wire.db.orm, network.id) !== undefined;
  return sendPage(request, reply, guidePage(c, state, { network, comune, place, producers, month, hasCharter }));
}

async function listProducers(
  { wire, index }: FoundingParts,
  network: LocalActor,
  { latitude, longitude }: Comune,
  month: number,
): Promise<readonly FoundEntry[]> {
  const near = { latitude, longitude, km: NEAR_PRODUCERS_KM };
  const query = { groupId: network.id, now: wire.clock.now(), kinds: ["producer"] as const, month, near };
  return (await (await index.open()).search({ ...query, limit: PRODUCERS_SHOWN })).entries;
}
