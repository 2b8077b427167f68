// "Trova un GAS": the nearest groups and the way to their own pages; being told of one, proven by a link in the mail. No page here shows an address.
import type { FastifyInstance, FastifyReply } from "fastify";
import Type from "typebox";
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

const SHOWN = 10;

const SeekForm = Type.Object({
  comune: Type.String({ maxLength: COMUNE_MOST }),
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  wantsToFound: Type.Boolean(),
  consent: Type.Literal("on"),
});

/** Adds `/{handle}/near`. */
export function registerNear(app: FastifyInstance, parts: FoundingParts): void {
  const path = "/:handle/near";
  app.get(
    path,
    PUBLIC,
    atNetwork(parts, (visit) => showNear(parts, visit, askedComune(visit.request), FRESH)),
  );
  app.post(
    path,
    FEW,
    atNetwork(parts, (visit) => takeSeeker(parts, visit)),
  );
  registerSeeker(app, parts);
}

async function takeSeeker(parts: FoundingParts, visit: NetworkVisit): Promise<FastifyReply> {
  const { request, reply, network } = visit;
  const form = readForm(SeekForm, request.body);
  if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
  const typed = String(form.typed.comune ?? "");
  if ("refused" in form) return showNear(parts, visit, typed, form);
  const { name, email, wantsToFound } = form.value;
  const place = findComune(form.value.comune);
  if (!place) return showNear(parts, visit, typed, FRESH);
  if (!isMailAddress(plainAddress(email)))
    return showNear(parts, visit, typed, { typed: form.typed, errors: { email: "bad-address" } });
  const c = pageContext(request, reply);
  const wish = { name, email, wantsToFound, place, address: request.ip, language: c.language };
  const asked = askNear(parts.house, network.id, wish);
  if (isRefusal(asked)) return sendRefusal(request, reply, asked);
  if (asked.isFull) request.log.warn({ network: network.id }, "no more who seek are kept until some are proven");
  return sendPage(request, reply, seekAskedPage(c, network));
}

/** The page of one who seeks, under the link in their mail: looked at, confirmed, forgotten. */
function registerSeeker(app: FastifyInstance, parts: FoundingParts): void {
  const { house } = parts;
  const path = "/:handle/near/:token";
  app.get(
    path,
    SLOW,
    atNetwork(parts, async (visit: LinkVisit) => {
      const { request, reply, network } = visit;
      const seeker = await readSeeker(house, network.id, request.params.token);
      if (isRefusal(seeker)) return sendSpent(visit, seeker, "near");
      return sendPage(request, reply, seekerPage(pageContext(request, reply), network, seeker));
    }),
  );
  app.post(
    path,
    SLOW,
    onButton(parts, async (visit: LinkVisit) => {
      const { request, reply, network } = visit;
      const seeker = await proveSeeker(house, network.id, request.params.token);
      if (isRefusal(seeker)) return sendSpent(visit, seeker, "near");
      return reply.redirect(`/${network.handle}/near/${request.params.token}`, 303);
    }),
  );
  app.post(
    `${path}/forget`,
    SLOW,
    onButton(parts, async (visit: LinkVisit) => {
      const { request, reply, network } = visit;
      const gone = await forgetSeeker(house, network.id, request.params.token);
      if (isRefusal(gone)) return sendSpent(visit, gone, "near");
      return sendPage(request, reply, forgottenPage(pageContext(request, reply), network));
    }),
  );
}

async function showNear(
  parts: FoundingParts,
  { request, reply, network }: NetworkVisit,
  comune: string,
  state: FormState,
): Promise<FastifyReply> {
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
