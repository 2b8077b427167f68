// Where who looks after the node chooses how long it keeps things.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadPeriods } from "../../db/periods.ts";
import { limitsOf, PERIODS, type Periods } from "../../kernel/retention.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import type { MembersHouse } from "../actions.ts";
import { changePeriods, weighPeriods } from "./retentionActions.ts";
import { RETENTION_PATH, retentionPage, shortenPage } from "./retentionPages.ts";

/** Where the home of who looks after the node leads. */
export const RETENTION_NODE_ENTRY = { href: RETENTION_PATH, label: "retention.nav" } as const;

const NODE = { config: { policy: { nodeAdmin: true as const } } };
const SavedQuery = Type.Object({ saved: Type.Optional(Type.Literal("1")) });
const DAYS = Object.fromEntries(
  PERIODS.map((period) => {
    const { least: minimum, most: maximum } = limitsOf(period);
    return [period, Type.Integer({ minimum, maximum })];
  }),
);
const PeriodsForm = Type.Object({
  ...DAYS,
  seen: Type.Optional(Type.String({ maxLength: 40 })),
  sure: Type.Optional(Type.Literal("on")),
});

/** Adds `/node/retention`. */
export function addRetentionRoutes(app: FastifyInstance, house: Pick<MembersHouse, "db" | "clock">): void {
  const saved = () => typedOf(loadPeriods(house.db.orm));
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const query = readForm(SavedQuery, request.method === "GET" ? request.query : {});
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const view = { isSaved: query.value.saved !== undefined };
    return sendPage(request, reply, retentionPage(pageContext(request, reply), state, view));
  };
  app.get(RETENTION_PATH, NODE, (request, reply) => show(request, reply, savedForm(saved())));
  app.post(RETENTION_PATH, NODE, (request, reply) => {
    const form = readForm(PeriodsForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const { seen: _, sure, ...days } = form.value;
    const wish = days as Periods;
    if (wish.idle > wish.session) return show(request, reply, { typed: form.typed, errors: { idle: "too-big" } });
    const clash = clashWith(saved(), form.typed);
    if (clash) return show(request, reply, clash);
    const shortened = weighPeriods(house, wish);
    if (shortened.length > 0 && !sure)
      return sendPage(request, reply, shortenPage(pageContext(request, reply), formOf(form.typed), shortened));
    changePeriods(house, wish, request.visitor!.personId);
    return reply.redirect(`${RETENTION_PATH}?saved=1`, 303);
  });
}

function typedOf(periods: Periods): Record<string, string> {
  return Object.fromEntries(PERIODS.map((period) => [period, String(periods[period])]));
}
