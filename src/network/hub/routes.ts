// The hub's three addresses, as GASdotto and PortAlGas know them, and the desk of those who give out the right to send. DOMAIN.md 6.4.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor } from "../../activitypub/store.ts";
import { writeHubList } from "../../exchange/hubList.ts";
import { LIST_LIMITS } from "../../exchange/priceList.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { OPEN_LIMIT, sendCached } from "../../web/cachedAnswer.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { assignVat } from "./claimActions.ts";
import { listDisputes } from "./claimStore.ts";
import { hubPage, NAME_MAX } from "./pages.ts";
import { knowToken, makeHubToken, removeHubList, revokeHubToken, takePush } from "./pushActions.ts";
import { type HubHouse, openHub } from "./shownActions.ts";
import { listHeads, listTokens } from "./store.ts";

/** Where a network's desk leads to the hub. */
export const HUB_DESK: readonly DeskEntry[] = [
  { path: "network/hub", label: "opendata.hub.nav", kinds: ["district"], roles: ["admin", "district"] },
];

const JSON_TYPE = "application/json; charset=utf-8";
/** A program sends its lists once a night, or when a person presses. */
const PUSHES_A_MINUTE = 10;

/** Adds `/api/list`, `/api/get/:vat`, `/api/push/:token` and the desk. */
export function registerHub(app: FastifyInstance, house: HubHouse): void {
  registerReading(app, house);
  registerPushing(app, house);
  registerDesk(app, house);
}

function registerReading(app: FastifyInstance, house: HubHouse): void {
  const hub = openHub(house);
  app.get("/api/list", OPEN_LIMIT, async (request, reply) => {
    try {
      return sendCached(request, reply, { type: JSON_TYPE, text: writeHubList(await hub.list()) });
    } catch (error) {
      return tellAway(request, reply, error);
    }
  });
  app.get<{ Params: { vat: string } }>("/api/get/:vat", OPEN_LIMIT, async (request, reply) => {
    try {
      const text = await hub.get(request.params.vat);
      if (text === null) return sendRefusal(request, reply, { refused: "not-found" });
      return sendCached(request, reply, { type: JSON_TYPE, text });
    } catch (error) {
      return tellAway(request, reply, error);
    }
  });
}

function tellAway(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  request.log.error({ err: error }, "the index did not answer");
  return sendRefusal(request, reply, { refused: "index-away" });
}

type Push = { Params: { token: string } };

/** The token is asked for before the body is read, and the body taken whatever it calls itself: programs call it many things. */
function registerPushing(app: FastifyInstance, { wire }: HubHouse): void {
  const config = {
    policy: { public: true as const },
    // The token in the address is the proof, and who sends is no browser.
    formToken: "in-address" as const,
    upload: true as const,
    rateLimit: {
      ...{ max: PUSHES_A_MINUTE, timeWindow: 60_000 },
      // Each token for itself; who tries tokens is counted by where they come from.
      keyGenerator: (request: FastifyRequest) => {
        const known = knowToken(wire, (request.params as Push["Params"]).token);
        return known ? `hub:${known.id}` : request.ip;
      },
    },
  };
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: LIST_LIMITS.bytes }, (_request, body, done) =>
      done(null, body),
    );
    scope.addHook<Push>("onRequest", async (request, reply) => {
      if (knowToken(wire, request.params.token) === null) return sendRefusal(request, reply, { refused: "hub-token" });
    });
    scope.post<Push>("/api/push/:token", { config }, async (request, reply) => {
      const bytes = await readSent(request);
      const taken = await takePush(wire, request.params.token, bytes);
      if (isRefusal(taken)) return sendRefusal(request, reply, taken);
      return reply.send({ ok: true, lists: taken.lists });
    });
  });
}

/** The file of a form, or the body as it is. A form that cannot be read is an empty file. */
async function readSent({ body, headers }: FastifyRequest): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const type = headers["content-type"] ?? "";
  if (!/^\s*multipart\/form-data/i.test(type)) return bytes;
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
    const parts = [...form.values()];
    const file = parts.find((part) => typeof part !== "string") ?? parts[0] ?? "";
    return typeof file === "string" ? Buffer.from(file) : Buffer.from(await file.arrayBuffer());
  } catch {
    return Buffer.alloc(0);
  }
}

const PEOPLE = { config: { policy: { seat: ["admin", "district"] as const } } };
const TokenForm = Type.Object({ name: Type.String({ minLength: 1, maxLength: NAME_MAX }) });
const RevokeForm = Type.Object({ id: Type.String({ maxLength: 30 }) });
const AssignForm = Type.Object({
  vat: Type.String({ maxLength: 11 }),
  subject: Type.String({ minLength: 1, maxLength: 2048 }),
});
const RemoveForm = Type.Object({ vat: Type.String({ maxLength: 11 }) });

type Desk = { Params: { handle: string } };

function registerDesk(app: FastifyInstance, { wire }: HubHouse): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/network/hub";
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, made: string | null) => {
    const { actorId } = request.seat!;
    if (loadActor(orm, actorId)?.kind !== "district") return sendRefusal(request, reply, { refused: "not-found" });
    const told = { tokens: listTokens(orm, actorId), lists: listHeads(orm, [actorId]) };
    const view = { ...told, disputes: listDisputes(orm, actorId), made, state };
    return sendPage(request, reply, hubPage(pageContext(request, reply), view));
  };
  const back = (request: FastifyRequest, reply: FastifyReply, done: object) =>
    isRefusal(done)
      ? sendRefusal(request, reply, done)
      : reply.redirect(`/desk/${request.seat!.handle}/network/hub`, 303);
  app.get<Desk>(path, PEOPLE, (request, reply) => show(request, reply, FRESH, null));
  app.post<Desk>(`${path}/token`, PEOPLE, (request, reply) => {
    const form = readForm(TokenForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, null) : sendRefusal(request, reply, form);
    const { actorId } = request.seat!;
    if (loadActor(orm, actorId)?.kind !== "district") return sendRefusal(request, reply, { refused: "not-found" });
    const made = makeHubToken(wire, actorId, form.value.name, request.visitor!.personId);
    return isRefusal(made) ? sendRefusal(request, reply, made) : show(request, reply, FRESH, made.token);
  });
  app.post<Desk>(`${path}/revoke`, PEOPLE, (request, reply) => {
    const form = readForm(RevokeForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId } = request.seat!;
    return back(request, reply, revokeHubToken(wire, { actorId, id: form.value.id, byId: request.visitor!.personId }));
  });
  app.post<Desk>(`${path}/remove`, PEOPLE, (request, reply) => {
    const form = readForm(RemoveForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId } = request.seat!;
    const wish = { actorId, vat: form.value.vat, byId: request.visitor!.personId };
    return back(request, reply, removeHubList(wire, wish));
  });
  app.post<Desk>(`${path}/assign`, PEOPLE, (request, reply) => {
    const form = readForm(AssignForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId } = request.seat!;
    return back(request, reply, assignVat(wire, { actorId, ...form.value, byId: request.visitor!.personId }));
  });
}
