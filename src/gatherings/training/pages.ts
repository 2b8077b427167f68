// Training as who learns sees it: an actor's paths, one path, a module, how to begin, one's own, and the check of a certificate. Pure.
import { timeTag } from "../../web/format.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  radioField,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, notice, progressLine, statusBadge } from "../../web/parts.ts";
import type { Gathering } from "../gathering.ts";
import { type Certificate, initialsOf } from "./certificate.ts";
import type { TrainingPath } from "./store.ts";
import type { PathModule, Progress } from "./training.ts";

/** An actor as these pages name it. */
type Teacher = { readonly handle: string; readonly name: string };

/** How far the one who looks is on a path; `doneNumbers` are the modules behind them. */
export type OwnProgress = {
  readonly progress: Progress;
  readonly doneNumbers: readonly number[];
  readonly certificate: Certificate | null;
};

export const pathUrl = (handle: string, slug: string) => `/${handle}/training/${slug}`;

function paragraphs(text: string): Html {
  return html`${text
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== "")
    .map((part) => html`<p class="kept-lines">${part}</p>`)}`;
}

function factsOf({ say, format }: PageContext, { hoursThousandths, forWhom }: TrainingPath): string {
  const hours = hoursThousandths > 0 ? [say("training.hours", { hours: format.quantity(hoursThousandths) })] : [];
  return [...hours, say(`training.forWhom.${forWhom}`)].join(" · ");
}

/** The rows of an actor's paths. */
export function pathRows(c: PageContext, handle: string, paths: readonly TrainingPath[]): Html {
  return html`<ul class="rows">${paths.map(
    (path) =>
      html`<li class="row"><div><a href="${pathUrl(handle, path.slug)}">${path.name}</a><small>${factsOf(c, path)}</small></div>${path.state === "closed" ? statusBadge("plain", c.say("training.state.closed")) : ""}</li>`,
  )}</ul>`;
}

/** All paths of one actor. */
export function pathsPage(c: PageContext, actor: Teacher, paths: readonly TrainingPath[]): View {
  const { say } = c;
  return {
    title: say("training.title", { name: actor.name }),
    description: say("training.lead"),
    alternate: `${c.origin}/${actor.handle}/training`,
    body: html`<p class="lead">${say("training.lead")}</p>
      ${paths.length > 0 ? pathRows(c, actor.handle, paths) : emptyState({ text: say("training.none") })}
      <p><a href="/${actor.handle}">${actor.name}</a></p>`,
  };
}

/** One path. `own` null: the one who looks does not learn on it. */
export function pathPage(
  c: PageContext,
  actor: Teacher,
  path: TrainingPath,
  view: { readonly modules: readonly PathModule[]; readonly own: OwnProgress | null; readonly refused: string | null },
): View {
  const { say } = c;
  const base = pathUrl(actor.handle, path.slug);
  const { own, modules } = view;
  return {
    title: path.name,
    description: path.summary.slice(0, 300),
    alternate: `${c.origin}${base}`,
    body: html`${view.refused ? html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${view.refused}</p></div>` : ""}
      <p class="kind"><a href="/${actor.handle}">${actor.name}</a> · ${factsOf(c, path)}</p>
      ${paragraphs(path.summary)}
      ${own ? ownPart(c, actor, path, own) : beginPart(c, base, path)}
      <h2>${say("training.modules")}</h2>
      <ol class="rows">${modules.map((module) => moduleRow(c, base, module, own))}</ol>`,
  };
}

function beginPart({ say }: PageContext, base: string, { state }: TrainingPath): Html {
  if (state === "closed") return notice(say("training.isClosed"));
  return html`<p><a role="button" href="${base}/join">${say("training.begin")}</a></p>`;
}

function ownPart(c: PageContext, actor: Teacher, path: TrainingPath, { progress, certificate }: OwnProgress): Html {
  const { say } = c;
  const base = pathUrl(actor.handle, path.slug);
  const { done, total } = progress;
  const line = progressLine(say("training.progress", { done, total }), { value: done, max: total });
  const told = certificate ? certificatePart(c, actor, certificate) : "";
  if (certificate?.revokedAt === null || certificate?.isBarring) return html`${line}${told}`;
  if (progress.isFinished)
    return html`${line}${told}<h2>${say("training.certify.title")}</h2><p>${say("training.certify.lead")}</p>
      ${postForm(
        c,
        { action: `${base}/certificate` },
        html`${textField(c, { typed: { name: c.visitor?.name ?? "" }, errors: {} }, { name: "name", label: say("training.certify.name"), hint: say("training.certify.nameHint"), required: true, maxLength: 80, autocomplete: "name" })}
        <button type="submit">${say("training.certify.submit")}</button>`,
      )}`;
  const lessons =
    progress.lessonsLeft > 0
      ? html`<p>${say("training.lessonsLeft", { count: progress.lessonsLeft, percent: path.requiredPercent })}</p>`
      : "";
  return html`${line}${told}${lessons}`;
}

function certificatePart(c: PageContext, { name }: Teacher, certificate: Certificate): Html {
  const { say, format } = c;
  const { code, revokedAt, revokedReason, isBarring, issuedAt } = certificate;
  if (revokedAt !== null) {
    const what = say("training.certificate.revoked", { date: format.date(revokedAt) });
    const why = revokedReason === null ? "" : ` ${say("training.certificate.why", { name, reason: revokedReason })}`;
    return notice(`${what}${why} ${say(`training.certificate.${isBarring ? "barred" : "anew"}`, { name })}`);
  }
  return notice(
    html`${say("training.certificate.have", { date: c.format.date(issuedAt) })}
      <a href="/account/learning/${code}.pdf">${say("training.certificate.pdf")}</a> ·
      <a href="/certificate/${code}">${say("training.certificate.check")}</a>`,
  );
}

function moduleRow(c: PageContext, base: string, module: PathModule, own: OwnProgress | null): Html {
  const { say } = c;
  const { number, name, kind } = module;
  const title = own ? html`<a href="${base}/${number}">${name}</a>` : name;
  const badge = own
    ? own.doneNumbers.includes(number)
      ? statusBadge("good", say("training.done"))
      : statusBadge("wait", say("training.open"))
    : "";
  return html`<li class="row"><div>${title}<small>${say(`training.kind.${kind}`)}</small></div>${badge}</li>`;
}

/** One module of somebody who learns. `score`: of their last answers; null: none yet. */
export function modulePage(
  c: PageContext,
  state: FormState,
  view: {
    readonly actor: Teacher;
    readonly path: TrainingPath;
    readonly module: PathModule;
    readonly gathering: Gathering | null;
    readonly isDone: boolean;
    readonly score: number | null;
    readonly next: number | null;
  },
): View {
  const { say } = c;
  const { actor, path, module, isDone, score, next } = view;
  const base = pathUrl(actor.handle, path.slug);
  const told =
    isDone || score === null
      ? ""
      : html`<div class="problems"><p>${say("training.question.again", { score })}</p></div>`;
  return {
    title: module.name,
    body: html`<p class="kind"><a href="${base}">${path.name}</a> · ${say(`training.kind.${module.kind}`)}</p>
      ${isDone ? html`<p>${statusBadge("good", say("training.done"))}</p>` : told}
      ${paragraphs(module.content)}
      ${module.kind === "lesson" ? lessonPart(c, actor, view.gathering, isDone) : isDone ? "" : doPart(c, state, module)}
      ${isDone && next !== null ? html`<p><a role="button" href="${base}/${next}">${say("training.next")}</a></p>` : ""}
      <p><a href="${base}">${say("training.backToPath")}</a></p>`,
  };
}

function lessonPart(c: PageContext, actor: Teacher, gathering: Gathering | null, isDone: boolean): Html {
  const { say, format } = c;
  if (isDone && (!gathering || gathering.removedAt !== null)) return html``;
  if (!gathering || gathering.publishedAt === null || gathering.removedAt !== null)
    return html`<p>${say("training.lesson.notYet")}</p>`;
  if (gathering.state === "cancelled")
    return html`<p>${say("training.lesson.cancelled", { date: format.date(gathering.startsAt), reason: gathering.cancelReason })}</p>`;
  return html`<p><a href="/${actor.handle}/events/${gathering.id}">${gathering.name}</a>, ${format.dateTime(gathering.startsAt)}</p>
    ${isDone ? "" : html`<p>${say("training.lesson.tick")}</p>`}`;
}

function doPart(c: PageContext, state: FormState, { kind, questions }: PathModule): Html {
  const { say } = c;
  if (kind === "reading") return actionButton(c, { action: c.path, label: say("training.reading.done") });
  const fields = questions.map(({ ask, choices }, i) =>
    radioField(c, state, {
      name: `answer.${i}`,
      label: ask,
      required: true,
      choices: choices.map((label, place) => ({ value: String(place), label })),
    }),
  );
  return postForm(
    c,
    { action: c.path },
    html`${fields}<button type="submit">${say("training.question.submit")}</button>`,
  );
}

/** How one begins: who is signed in says where they belong; others leave an address. `hasMail` false: a stranger cannot. */
export function joinTrainingPage(
  c: PageContext,
  state: FormState,
  view: { readonly actor: Teacher; readonly path: TrainingPath; readonly hasMail: boolean },
): View {
  const { say, visitor } = c;
  const { actor, path } = view;
  const label = (name: string) => say(`training.join.${name}`);
  const labels = Object.fromEntries(["name", "email", "organisation", "consent"].map((name) => [name, label(name)]));
  const stranger = visitor
    ? ""
    : html`${textField(c, state, { name: "name", label: label("name"), required: true, maxLength: 80, autocomplete: "name" })}
      ${textField(c, state, { name: "email", label: label("email"), hint: label("emailHint"), type: "email", required: true, maxLength: 254, autocomplete: "email" })}`;
  const form = postForm(
    c,
    { action: c.path },
    html`${stranger}
      ${textField(c, state, { name: "organisation", label: label("organisation"), hint: label("organisationHint"), maxLength: 120, autocomplete: "organization" })}
      ${checkboxField(c, state, { name: "consent", label: say("training.join.consent", { name: actor.name }), required: true })}
      <button type="submit">${label("submit")}</button>`,
  );
  const isLost = !visitor && !view.hasMail;
  return {
    title: path.name,
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${visitor ? say("training.join.asYourself", { name: visitor.name }) : label("lead")}</p>
      ${errorSummary(c, state, labels)}${isLost ? notice(say("training.join.noMail", { name: actor.name })) : form}
      ${visitor ? "" : html`<p><a href="/sign-in?${new URLSearchParams({ next: c.path })}">${label("signIn")}</a></p>`}`,
  };
}

/** The same for every address. */
export function learnSentPage(c: PageContext, path: TrainingPath): View {
  const { say } = c;
  return {
    title: path.name,
    body: html`<p class="lead">${say("training.join.sent")}</p><p>${say("training.join.sentHint")}</p>`,
  };
}

/** The link was opened; a press of the button spends it. */
export function enterTrainingPage(c: PageContext, path: TrainingPath): View {
  const { say } = c;
  return {
    title: path.name,
    body: html`<p class="lead">${say("training.enter.lead")}</p>${actionButton(c, { action: c.path, label: say("training.enter.submit") })}`,
  };
}

/** A path as one's own page lists it. */
export type OwnPath = { readonly path: TrainingPath; readonly actor: Teacher } & OwnProgress;

/** What a person learns and has learnt. */
export function learningPage(c: PageContext, paths: readonly OwnPath[]): View {
  const { say } = c;
  const rows = paths.map(
    ({ path, actor, progress, certificate }) => html`<li class="card"><p class="kind">${actor.name}</p>
      <h2><a href="${pathUrl(actor.handle, path.slug)}">${path.name}</a></h2>
      ${progressLine(say("training.progress", { done: progress.done, total: progress.total }), { value: progress.done, max: progress.total })}
      ${certificate ? certificatePart(c, actor, certificate) : ""}</li>`,
  );
  return {
    title: say("training.own"),
    body: paths.length > 0 ? html`<ul class="cards">${rows}</ul>` : emptyState({ text: say("training.ownNone") }),
  };
}

/**
 * What everybody who has a code learns: what was learnt, where, when, and whether it still counts; the name only who knows it, and the
 * digest too, against which names could be tried elsewhere.
 */
export function certificatePage(
  c: PageContext,
  certificate: Certificate,
  view: {
    readonly issuer: { readonly name: string; readonly address: string; readonly id: string };
    readonly isSigned: boolean;
    /** What was typed to compare, and whether it is the name; null: nothing was. */
    readonly asked: { readonly name: string; readonly isName: boolean } | null;
  },
): View {
  const { say, format, language, now } = c;
  const { pathName, hoursThousandths, issuedAt, revokedAt, nameWritten, digest, keyId, code } = certificate;
  const { asked, issuer } = view;
  const standing =
    revokedAt === null
      ? statusBadge("good", say("training.check.valid"))
      : statusBadge("stop", say("training.check.revoked"));
  const who = nameWritten === "" ? say("training.check.gone") : asked?.isName ? nameWritten : initialsOf(certificate);
  const answer = asked
    ? notice(say(asked.isName ? "training.check.isName" : "training.check.isNot", { name: asked.name }))
    : "";
  const compare =
    nameWritten === ""
      ? ""
      : html`<form method="get" action="/certificate/${code}" class="stack" novalidate>
        ${textField(c, { typed: { name: asked?.name ?? "" }, errors: {} }, { name: "name", label: say("training.check.name"), hint: say("training.check.nameHint"), maxLength: 80 })}
        <button type="submit" class="quiet">${say("training.check.compare")}</button></form>`;
  return {
    title: say("training.check.title"),
    body: html`<p>${standing}${revokedAt === null ? "" : html` ${timeTag(language, revokedAt, now)}`}</p>${answer}
      <dl class="facts stacked">
        <dt>${say("training.check.who")}</dt><dd>${who}</dd>
        <dt>${say("training.check.path")}</dt><dd>${pathName}</dd>
        ${hoursThousandths > 0 ? html`<dt>${say("training.check.hours")}</dt><dd>${format.quantity(hoursThousandths)}</dd>` : ""}
        <dt>${say("training.check.issuer")}</dt><dd><a href="${issuer.id}">${issuer.name}</a> <small>${issuer.address}</small></dd>
        <dt>${say("training.check.issued")}</dt><dd>${format.date(issuedAt)}</dd>
        <dt>${say("training.check.signature")}</dt><dd>${nameWritten === "" ? say("training.check.signedThen") : view.isSigned ? statusBadge("good", say("training.check.holds")) : statusBadge("stop", say("training.check.broken"))}<br><small><code>${keyId}</code></small></dd>
        ${asked?.isName ? html`<dt>${say("training.check.digest")}</dt><dd><code>${digest}</code></dd>` : ""}
      </dl>${compare}`,
  };
}
