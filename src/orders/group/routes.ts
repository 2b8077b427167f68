// Where an administrator says who the group is, how its new orders begin and where it hands out.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActor } from "../../activitypub/store.ts";
import { readWebsite } from "../../activitypub/website.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { storePicture } from "../../catalogs/pictures/actions.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { describeAndTell, type Profile } from "../../partners/profileActions.ts";
import { askAboutWebsite } from "../../partners/websiteActions.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { isMailAddress } from "../../web/mail.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { chooseSettings, retirePlace, savePlace } from "./actions.ts";
import { registerMailTexts } from "./mailRoutes.ts";
import {
  PLACE_FORM,
  PROFILE_FORM,
  placeErrors,
  readPlace,
  readSettings,
  SETTINGS_FORM,
  writePlace,
  writeSettings,
} from "./settingsForm.ts";
import { groupOrdersPage, placePage, placesPage, profilePage } from "./settingsPages.ts";
import { listPlaces, loadGroupSettings, loadPlace } from "./store.ts";

const ADMINS = { config: { policy: { seat: ["admin"] as const } } };
/** Each press makes this node ask a site. */
const LOOK = { config: { policy: { seat: ["admin"] as const }, rateLimit: { max: 5, timeWindow: 60_000 } } };
const UPLOAD = { config: { policy: { seat: ["admin"] as const }, upload: true as const } };

const byOf = (request: FastifyRequest) => request.visitor!.personId;

type Desk = FastifyRequest<{ Params: { handle: string } }>;
type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Where a desk leads to its settings. */
export const SETTINGS_DESK: readonly DeskEntry[] = [
  { path: "settings", label: "group.nav", kinds: ["gas", "producer", "district"], roles: ["admin"] },
];

/** Adds `/desk/{handle}/settings` and everything below it. `dataFolder` is where pictures lie. */
export function registerGroup(app: FastifyInstance, wire: Wire, dataFolder: string): void {
  registerProfile(app, wire, dataFolder);
  registerSettings(app, wire);
  registerPlaces(app, wire);
  registerMailTexts(app, wire);
}

function registerProfile(app: FastifyInstance, wire: Wire, dataFolder: string): void {
  const path = "/desk/:handle/settings";
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState | null) => {
    const actor = loadActor(wire.db.orm, request.seat!.actorId);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const fresh = savedForm(profileOf(actor));
    const shown = state ? { ...fresh, ...state, typed: { ...fresh.typed, ...state.typed } } : fresh;
    // After an error the form still says what it was made from.
    const seen = state?.seen ?? state?.typed.seen ?? fresh.seen;
    return sendPage(request, reply, profilePage(pageContext(request, reply), { ...shown, seen: String(seen) }, actor));
  };
  const change = (request: FastifyRequest, reply: FastifyReply, profile: Partial<Profile>) => {
    const done = describeAndTell(wire, request.seat!.actorId, profile, byOf(request));
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.seat!.handle}/settings`, 303);
  };
  app.get(path, ADMINS, (request, reply) => show(request, reply, null));
  app.post(path, ADMINS, (request, reply) => {
    const form = readForm(PROFILE_FORM, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const { name, summary = "", place = "", contact = "", website: site = "" } = form.value;
    if (contact !== "" && !isMailAddress(contact))
      return show(request, reply, { typed: form.typed, errors: { contact: "bad-address" } });
    const website = readWebsite(site, wire);
    if (website === null) return show(request, reply, { typed: form.typed, errors: { website: "not-an-address" } });
    const actor = loadActor(wire.db.orm, request.seat!.actorId);
    const clash = actor && clashWith(profileOf(actor), form.typed);
    if (clash) return show(request, reply, clash);
    return change(request, reply, { name, summary, place, contact, website });
  });
  app.post(`${path}/website`, LOOK, (request, reply) => {
    const { actorId, handle } = request.seat!;
    askAboutWebsite(wire, actorId);
    return reply.redirect(`/desk/${handle}/settings#website`, 303);
  });
  app.post(`${path}/logo`, UPLOAD, async (request: Desk, reply) => {
    const actor = loadActor(wire.db.orm, request.seat!.actorId);
    const upload = await takeUpload(request.body, "logo");
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    if (isRefusal(upload)) return show(request, reply, { typed: {}, errors: { logo: "required" } });
    const picture = await storePicture(wire, dataFolder, actor, upload.bytes);
    if (isRefusal(picture) && picture.refused === "unreadable-picture")
      return show(request, reply, { typed: {}, errors: { logo: picture.refused } });
    if (isRefusal(picture)) return sendRefusal(request, reply, picture);
    return change(request, reply, { icon: picture.hash });
  });
  app.post(`${path}/logo/remove`, ADMINS, (request, reply) => change(request, reply, { icon: null }));
}

/** The profile as its form shows it. */
function profileOf({ name, summary, place, contact, website }: LocalActor) {
  return { name, summary, place, contact, website };
}

function registerSettings(app: FastifyInstance, wire: Wire): void {
  const path = "/desk/:handle/settings/orders";
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) =>
    sendPage(request, reply, groupOrdersPage(pageContext(request, reply), state));
  app.get(path, ADMINS, (request, reply) =>
    show(request, reply, savedForm(writeSettings(loadGroupSettings(wire.db.orm, request.seat!.actorId)))),
  );
  app.post(path, ADMINS, (request, reply) => {
    const form = readForm(SETTINGS_FORM, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const { actorId, handle } = request.seat!;
    const before = loadGroupSettings(wire.db.orm, actorId);
    const read = readSettings(form.value, before);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors });
    const clash = clashWith(writeSettings(before), form.typed, undefined, "modName");
    if (clash) return show(request, reply, clash);
    chooseSettings(wire, actorId, read.settings, byOf(request));
    return reply.redirect(`/desk/${handle}/settings/orders`, 303);
  });
}

function registerPlaces(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/settings/places";
  const back = (request: FastifyRequest, reply: FastifyReply) =>
    reply.redirect(`/desk/${request.seat!.handle}/settings/places`, 303);
  const showAll = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const places = listPlaces(orm, request.seat!.actorId, true);
    return sendPage(request, reply, placesPage(pageContext(request, reply), places, state));
  };
  const showOne = (request: IdRequest, reply: FastifyReply, state: FormState | null) => {
    const place = loadPlace(orm, request.seat!.actorId, request.params.id);
    if (!place) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(
      request,
      reply,
      placePage(pageContext(request, reply), place, state ?? savedForm(writePlace(place))),
    );
  };
  const save = (
    request: FastifyRequest,
    reply: FastifyReply,
    id: string | null,
    show: (state: FormState) => unknown,
  ) => {
    const form = readForm(PLACE_FORM, request.body);
    if ("refused" in form) return "typed" in form ? show(form) : sendRefusal(request, reply, form);
    const before = id === null ? undefined : loadPlace(orm, request.seat!.actorId, id);
    const clash = before && clashWith(writePlace(before), form.typed);
    if (clash) return show(clash);
    const saved = savePlace(wire, request.seat!.actorId, id, readPlace(form.value), byOf(request));
    if (!isRefusal(saved)) return back(request, reply);
    const errors = placeErrors(saved);
    return errors ? show({ typed: form.typed, errors }) : sendRefusal(request, reply, saved);
  };
  app.get(path, ADMINS, (request, reply) => showAll(request, reply, FRESH));
  app.post(path, ADMINS, (request, reply) => save(request, reply, null, (state) => showAll(request, reply, state)));
  app.get(`${path}/:id`, ADMINS, (request: IdRequest, reply) => showOne(request, reply, null));
  app.post(`${path}/:id`, ADMINS, (request: IdRequest, reply) =>
    save(request, reply, request.params.id, (state) => showOne(request, reply, state)),
  );
  const answer = (request: FastifyRequest, reply: FastifyReply, done: object | Refusal) =>
    isRefusal(done) ? sendRefusal(request, reply, done) : back(request, reply);
  app.post(`${path}/:id/retire`, ADMINS, (request: IdRequest, reply) =>
    answer(request, reply, retirePlace(wire, request.seat!.actorId, request.params.id, true, byOf(request))),
  );
  app.post(`${path}/:id/restore`, ADMINS, (request: IdRequest, reply) =>
    answer(request, reply, retirePlace(wire, request.seat!.actorId, request.params.id, false, byOf(request))),
  );
}
