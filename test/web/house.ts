// A web server with a few routes of the test's own and two people who may be signed in, for what only `web` promises.
import type { FastifyInstance } from "fastify";
import type { Test } from "tap";
import Type from "typebox";
import { buildWeb, type WebOptions } from "../../src/web/app.ts";
import { sendRefusal } from "../../src/web/errors.ts";
import { postForm } from "../../src/web/forms.ts";
import { html } from "../../src/web/html.ts";
import { pageContext, sendPage } from "../../src/web/page.ts";
import { readForm } from "../../src/web/readForm.ts";
import { startSession } from "../../src/web/sessions.ts";
import type { Person, Seat } from "../../src/web/visitor.ts";
import { openMigrated } from "../tools/migrated.ts";
import { type Browser, openBrowser } from "./browser.ts";

const seat = (handle: string, role: Seat["role"]): Seat => ({
  actorId: `http://localhost:8000/${handle}`,
  handle,
  actorName: handle,
  actorKind: "gas",
  role,
  producers: null,
});

export const MARTA: Person = {
  personId: "marta",
  name: "Marta",
  language: "it",
  nodeAdmin: false,
  seats: [seat("gas-fano", "member")],
};
const GINO: Person = { ...MARTA, personId: "gino", name: "Gino", nodeAdmin: true, seats: [seat("gas-fano", "admin")] };

const PUBLIC = { policy: { public: true } } as const;

export type House = {
  app: FastifyInstance;
  people: Map<string, Person>;
  clock: { now(): number; at: number };
  browser: () => Browser;
  /** A browser with a live session. */
  signedIn: (personId: string) => Promise<Browser>;
};

/** Builds it; `addRoutes` adds what a test needs before the server is ready. */
export async function buildHouse(
  t: Test,
  changes: Partial<WebOptions> = {},
  addRoutes: (app: FastifyInstance) => void = () => {},
): Promise<House> {
  const db = openMigrated();
  const people = new Map([MARTA, GINO].map((person) => [person.personId, person]));
  const clock = { at: Date.UTC(2026, 10, 24, 9), now: () => clock.at };
  const origin = changes.origin ?? "http://localhost:8000";
  const app = await buildWeb({
    db,
    origin,
    secret: Buffer.alloc(32, 7),
    clock,
    trustProxy: [],
    language: "it",
    findPerson: (id) => people.get(id),
    deskEntries: [],
    ...changes,
  });
  addTestRoutes(app);
  addRoutes(app);
  await app.ready();
  t.teardown(async () => {
    await app.close();
    db.raw.close();
  });
  const browser = () => openBrowser(app, origin);
  const signedIn = async (personId: string) => {
    const one = browser();
    const page = await one.get(`/try/${personId}`);
    await one.submit(page, `/try/${personId}`, { quantity: "1" });
    return one;
  };
  return { app, people, clock, browser, signedIn };
}

const Wish = Type.Object({
  quantity: Type.Integer({ minimum: 1, maximum: 100 }),
  note: Type.Optional(Type.String({ maxLength: 20 })),
});

function addTestRoutes(app: FastifyInstance): void {
  app.get("/try/:person", { config: PUBLIC }, (request, reply) => {
    const c = pageContext(request, reply);
    return sendPage(request, reply, {
      title: `Ciao ${request.visitor?.name ?? "forestiero"}`,
      body: postForm(
        c,
        { action: c.path },
        html`<input name="quantity" value="1"><button type="submit">Invia</button>`,
      ),
    });
  });
  app.post("/try/:person", { config: PUBLIC }, (request, reply) => {
    const form = readForm(Wish, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const { person } = request.params as { person: string };
    startSession(request, reply, person);
    return reply.redirect("/try/nobody", 303);
  });
  app.get("/desk/:handle/orders", { config: { policy: { seat: ["admin", "member"] } } }, (request, reply) =>
    sendPage(request, reply, { title: "Ordini", body: html`<p>${request.seat?.role}</p>` }),
  );
  app.get("/desk/:handle/people", { config: { policy: { seat: ["admin"] } } }, (request, reply) =>
    sendPage(request, reply, { title: "Persone", body: html`` }),
  );
  app.get("/node", { config: { policy: { nodeAdmin: true } } }, (request, reply) =>
    sendPage(request, reply, { title: "Nodo", body: html`` }),
  );
  app.get("/account", { config: { policy: { signedIn: true } } }, (request, reply) =>
    sendPage(request, reply, { title: "Profilo", body: html`` }),
  );
  app.get("/broken", { config: PUBLIC }, () => {
    throw new Error("secret detail of the bug");
  });
}
