// "Fondare un GAS": the guide, the request, and the page of a founding under the link that its founder was sent.
import type { FastifyInstance, FastifyReply } from "fastify";
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
import { enterHosted, type FoundingParts, mayEnterHosted } from "./hostActions.ts";
import { forgottenPage } from "./nearPages.ts";
import { foundAskedPage, guidePage, progressPage } from "./startPages.ts";
import type { Founding } from "./store.ts";
import {
  askedComune,
  atNetwork,
  COMUNE_MOST,
  FEW,
  type LinkVisit,
  type NetworkVisit,
  onButton,
  PUBLIC,
  SLOW,
  sendSpent,
} from "./visitRoutes.ts";

const NEAR_PRODUCERS_KM = 50;
const PRODUCERS_SHOWN = 6;

const FoundForm = Type.Object({
  groupName: Type.String({ minLength: 2, maxLength: 100 }),
  comune: Type.String({ minLength: 1, maxLength: COMUNE_MOST }),
  wish: Type.Union(FOUNDING_WISHES.map((wish) => Type.Literal(wish))),
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  consent: Type.Literal("on"),
});
const StepsForm = Type.Object({ steps: Type.Optional(Type.Array(Type.String({ maxLength: 2 }))) });

/** Adds `/{handle}/start`. */
export function registerStart(app: FastifyInstance, parts: FoundingParts): void {
  const path = "/:handle/start";
  app.get(
    path,
    PUBLIC,
    atNetwork(parts, (visit) => {
      const comune = askedComune(visit.request);
      return showGuide(parts, visit, comune, formOf({ wish: "hosted", comune }));
    }),
  );
  app.post(
    path,
    FEW,
    atNetwork(parts, (visit) => takeFounding(parts, visit)),
  );
  registerProgress(app, parts);
}

async function takeFounding(parts: FoundingParts, visit: NetworkVisit): Promise<FastifyReply> {
  const { request, reply, network } = visit;
  const form = readForm(FoundForm, request.body);
  if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
  const again = (state: FormState) => showGuide(parts, visit, String(form.typed.comune ?? ""), state);
  if ("refused" in form) return again(form);
  const { typed } = form;
  const { comune, email, ...rest } = form.value;
  const place = findComune(comune);
  if (!place) return again({ typed, errors: { comune: "unknown-place" } });
  if (!isMailAddress(plainAddress(email))) return again({ typed, errors: { email: "bad-address" } });
  const c = pageContext(request, reply);
  const { consent: _, ...wish } = rest;
  const from = { email, place, address: request.ip, language: c.language };
  const asked = await askFounding(parts.house, network.id, { ...wish, ...from });
  if (isRefusal(asked)) return sendRefusal(request, reply, asked);
  if (asked.isFull) request.log.warn({ network: network.id }, "no more foundings are kept until some are answered");
  return sendPage(request, reply, foundAskedPage(c, network, asked.url));
}

function registerProgress(app: FastifyInstance, parts: FoundingParts): void {
  const { house } = parts;
  const path = "/:handle/start/:token";
  /** Does something with the founding of the link, if it is one. */
  const withFounding =
    (answer: (visit: LinkVisit, founding: Founding) => FastifyReply | Promise<FastifyReply>) =>
    async (visit: LinkVisit): Promise<FastifyReply> => {
      const founding = await readFounding(house, visit.network.id, visit.request.params.token);
      return isRefusal(founding) ? sendSpent(visit, founding, "start") : answer(visit, founding);
    };
  const show = withFounding(({ request, reply, network }, founding) => {
    const { saved } = request.query as { saved?: unknown };
    const mayEnter = mayEnterHosted(house.db.orm, founding);
    const view = { founding, isSaved: saved === "1", mayEnter, isMailed: house.mailer !== null };
    return sendPage(request, reply, progressPage(pageContext(request, reply), network, view));
  });
  app.get(path, SLOW, atNetwork(parts, show));
  const save = withFounding(({ request, reply, network }, founding) => {
    const form = readForm(StepsForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    saveSteps(house, founding.id, form.value.steps ?? []);
    return reply.redirect(`/${network.handle}/start/${request.params.token}?saved=1`, 303);
  });
  app.post(path, SLOW, atNetwork(parts, save));
  const enter = withFounding(({ request, reply }, { id }) => {
    const entered = enterHosted(house, id);
    return isRefusal(entered) ? sendRefusal(request, reply, entered) : reply.redirect(entered.path, 303);
  });
  app.post(`${path}/enter`, SLOW, onButton(parts, enter));
  const forget = withFounding(({ request, reply, network }, { id }) => {
    const gone = forgetFounding(house, id);
    if (isRefusal(gone)) return sendRefusal(request, reply, gone);
    return sendPage(request, reply, forgottenPage(pageContext(request, reply), network));
  });
  app.post(`${path}/forget`, SLOW, onButton(parts, forget));
}

async function showGuide(
  parts: FoundingParts,
  { request, reply, network }: NetworkVisit,
  comune: string,
  state: FormState,
): Promise<FastifyReply> {
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
