// The desk of who teaches: their paths, the modules of one, who learns on it, and the forms for both. Pure: view -> HTML.
import {
  actionButton,
  errorSummary,
  type FormState,
  postForm,
  radioField,
  selectField,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, statusBadge } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import type { Gathering } from "../gathering.ts";
import type { Certificate } from "./certificate.ts";
import type { Learner, TrainingPath } from "./store.ts";
import { LEARNERS, MODULE_KINDS, type PathModule, type Progress } from "./training.ts";

const deskUrl = (c: PageContext) => `/desk/${c.seat?.handle ?? ""}/training`;

/** All paths of the desk, each with how many learn. */
export function trainingDeskPage(
  c: PageContext,
  paths: readonly { readonly path: TrainingPath; readonly learners: number }[],
): View {
  const { say } = c;
  const rows = paths.map(
    ({ path, learners }) =>
      html`<li class="row"><div><a href="${deskUrl(c)}/${path.id}">${path.name}</a><small>${say("training.desk.learners", { count: learners })}</small></div>${stateBadge(c, path)}</li>`,
  );
  return {
    title: say("training.nav"),
    body: html`<p class="lead">${say("training.desk.lead")}</p>
      ${paths.length > 0 ? html`<ul class="rows">${rows}</ul>` : emptyState({ text: say("training.desk.none") })}
      <p><a role="button" href="${deskUrl(c)}/new">${say("training.desk.new")}</a></p>`,
  };
}

function stateBadge({ say }: PageContext, { state }: TrainingPath): Html {
  return statusBadge(
    state === "published" ? "good" : state === "draft" ? "wait" : "plain",
    say(`training.state.${state}`),
  );
}

/** The form of a path; `path` null: a new one. */
export function pathFormPage(c: PageContext, state: FormState, path: TrainingPath | null): View {
  const { say } = c;
  const label = (name: string) => say(`training.form.${name}`);
  const names = ["name", "summary", "forWhom", "hours", "requiredPercent"];
  const labels = Object.fromEntries(names.map((name) => [name, label(name)]));
  const tell = (name: string, value: string) => (name === "forWhom" ? say(`training.forWhom.${value}`) : undefined);
  const learners = LEARNERS.map((value) => ({ value, label: say(`training.forWhom.${value}`) }));
  return {
    title: path?.name ?? say("training.desk.new"),
    ...formStatus(state),
    body: html`${tellsNote(c, path)}${clashBox(c, state, labels, tell)}${errorSummary(c, state, labels)}${postForm(
      c,
      { action: c.path },
      html`${path ? seenField(state) : ""}${textField(c, state, { name: "name", label: label("name"), hint: label("nameHint"), required: true, maxLength: 120 })}
        ${textArea(c, state, { name: "summary", label: label("summary"), hint: label("summaryHint"), rows: 6, maxLength: 5000 })}
        ${radioField(c, state, { name: "forWhom", label: label("forWhom"), required: true, choices: learners })}
        ${textField(c, state, { name: "hours", label: label("hours"), hint: label("hoursHint"), short: true, inputmode: "decimal", maxLength: 8 })}
        ${textField(c, state, { name: "requiredPercent", label: label("requiredPercent"), hint: label("requiredPercentHint"), required: true, short: true, inputmode: "numeric", maxLength: 3 })}
        <button type="submit">${label("save")}</button>`,
    )}<p><a href="${deskUrl(c)}${path ? `/${path.id}` : ""}">${say("training.desk.back")}</a></p>`,
  };
}

/** What others know of already, they are told anew. */
function tellsNote({ say }: PageContext, path: TrainingPath | null): Html | "" {
  return path && path.state !== "draft" ? html`<p>${say("training.desk.tells.again")}</p>` : "";
}

/** Somebody who learns, as the desk sees them. */
export type LearnerLine = {
  readonly learner: Learner & { readonly name: string };
  readonly progress: Progress;
  readonly certificate: Certificate | null;
};

/** One path at the desk. */
export function pathDeskPage(
  c: PageContext,
  path: TrainingPath,
  view: { readonly modules: readonly PathModule[]; readonly learners: readonly LearnerLine[] },
): View {
  const { say } = c;
  const base = `${deskUrl(c)}/${path.id}`;
  const move = (state: "published" | "closed") =>
    actionButton(c, {
      action: `${base}/state`,
      label: say(`training.desk.to.${state}`),
      fields: { state },
      ...(state === "closed" ? { kind: "quiet" } : {}),
    });
  const isShown = path.state !== "draft";
  return {
    title: path.name,
    body: html`<p>${stateBadge(c, path)} ${isShown ? html`<a href="/${c.seat?.handle ?? ""}/training/${path.slug}">${say("training.desk.public")}</a> · ` : ""}<a href="${base}/edit">${say("training.desk.edit")}</a></p>
      ${path.state === "published" ? move("closed") : view.modules.length > 0 ? html`<p>${say(`training.desk.tells.${path.state}`)}</p>${move("published")}` : ""}
      <h2>${say("training.modules")}</h2>
      ${view.modules.length > 0 ? html`<ol class="rows">${view.modules.map((module) => moduleLine(c, base, module))}</ol>` : emptyState({ text: say("training.desk.noModules") })}
      <p><a role="button" href="${base}/modules/new">${say("training.desk.newModule")}</a></p>
      <h2>${say("training.desk.who")}</h2>
      ${view.learners.length > 0 ? html`<ul class="rows">${view.learners.map((line) => learnerLine(c, base, line))}</ul>` : html`<p>${say("training.desk.nobody")}</p>`}
      ${view.learners.length > 0 ? "" : actionButton(c, { action: `${base}/remove`, label: say("training.desk.removePath"), describe: path.name, kind: "danger" })}
      <p><a href="${deskUrl(c)}">${say("training.nav")}</a></p>`,
  };
}

function moduleLine({ say }: PageContext, base: string, { number, name, kind, gatheringId }: PathModule): Html {
  const isLoose = kind === "lesson" && gatheringId === null;
  return html`<li class="row"><div><a href="${base}/modules/${number}">${name}</a><small>${say(`training.kind.${kind}`)}</small></div>${isLoose ? statusBadge("wait", say("training.desk.noDate")) : ""}</li>`;
}

function learnerLine(c: PageContext, base: string, { learner, progress, certificate }: LearnerLine): Html {
  const { done, total } = progress;
  return html`<li class="row"><div>${learner.name}${learner.organisation ? html` <small>${learner.organisation}</small>` : ""}<small>${c.say("training.progress", { done, total })}</small>
      ${certificate?.revokedReason ? html`<small>${c.say("training.desk.why", { reason: certificate.revokedReason })}</small>` : ""}</div>${certificate ? standingOf(c, base, learner, certificate) : ""}</li>`;
}

function standingOf(
  c: PageContext,
  base: string,
  { name }: LearnerLine["learner"],
  { code, revokedAt, isBarring }: Certificate,
): Html {
  const { say } = c;
  if (revokedAt === null)
    return html`${statusBadge("good", say("training.desk.certified"))} <a href="${base}/revoke/${code}" aria-label="${say("training.desk.revoke")}: ${name}">${say("training.desk.revoke")}</a>`;
  if (!isBarring) return statusBadge("stop", say("training.check.revoked"));
  const allow = { action: `${base}/allow/${code}`, label: say("training.desk.allow"), describe: name } as const;
  return html`${statusBadge("stop", say("training.desk.barred"))} ${actionButton(c, { ...allow, kind: "quiet" })}`;
}

/** A certificate is taken back: for good or not, and why. */
export function revokePage(c: PageContext, state: FormState, path: TrainingPath, certificate: Certificate): View {
  const { say } = c;
  const label = (name: string) => say(`training.revoke.${name}`, { name: certificate.nameWritten });
  const choices = ["yes", "no"].map((value) => ({ value, label: label(value), hint: label(`${value}Hint`) }));
  return {
    title: say("training.revoke.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${label("lead")}</p>
      ${errorSummary(c, state, { again: label("again"), reason: label("reason") })}
      ${postForm(
        c,
        { action: c.path },
        html`${radioField(c, state, { name: "again", label: label("again"), required: true, choices })}
        ${textField(c, state, { name: "reason", label: label("reason"), hint: label("reasonHint"), required: true, maxLength: 300 })}
        <button type="submit" class="danger">${say("training.revoke.title")}</button>`,
      )}
      <p><a href="${deskUrl(c)}/${path.id}">${path.name}</a></p>`,
  };
}

/** The form of a module; `module` null: a new one, whose kind is chosen. */
export function moduleFormPage(
  c: PageContext,
  state: FormState,
  view: { readonly path: TrainingPath; readonly module: PathModule | null; readonly gatherings: readonly Gathering[] },
): View {
  const { say } = c;
  const { path, module, gatherings } = view;
  const label = (name: string) => say(`training.form.${name}`);
  const base = `${deskUrl(c)}/${path.id}`;
  const kinds = MODULE_KINDS.map((value) => ({
    value,
    label: say(`training.kind.${value}`),
    hint: say(`training.kindHint.${value}`),
  }));
  const dates = [
    { value: "", label: say("training.desk.noDate") },
    ...gatherings.map(({ id, name, startsAt }) => ({ value: id, label: `${name}, ${c.format.date(startsAt)}` })),
  ];
  const has = (kind: string) => module === null || module.kind === kind;
  const names = ["kind", "content", "gathering", "questions"];
  const labels = { ...Object.fromEntries(names.map((name) => [name, label(name)])), name: label("moduleName") };
  const tell = (name: string, value: string) =>
    name === "gathering" ? dates.find((date) => date.value === value)?.label : undefined;
  const remove = module
    ? actionButton(c, {
        action: `${base}/modules/${module.number}/remove`,
        label: say("training.desk.remove"),
        describe: module.name,
        kind: "danger",
      })
    : "";
  return {
    title: module?.name ?? say("training.desk.newModule"),
    ...formStatus(state),
    body: html`${tellsNote(c, path)}${clashBox(c, state, labels, tell)}${errorSummary(c, state, labels)}${postForm(
      c,
      { action: c.path },
      html`${module ? html`${seenField(state)}<input type="hidden" name="kind" value="${module.kind}">` : radioField(c, state, { name: "kind", label: label("kind"), required: true, choices: kinds })}
        ${textField(c, state, { name: "name", label: label("moduleName"), required: true, maxLength: 120 })}
        ${textArea(c, state, { name: "content", label: label("content"), hint: label("contentHint"), rows: 10, maxLength: 20_000 })}
        ${has("lesson") ? selectField(c, state, { name: "gathering", label: label("gathering"), hint: label("gatheringHint"), choices: dates }) : ""}
        ${has("question") ? textArea(c, state, { name: "questions", label: label("questions"), hint: label("questionsHint"), rows: 10, maxLength: 8000 }) : ""}
        <button type="submit">${label("save")}</button>`,
    )}${remove}<p><a href="${base}">${path.name}</a></p>`,
  };
}
