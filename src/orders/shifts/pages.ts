// The days of delivery ahead with what is to be done, who does it and who is missing. Pure.
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, selectField, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, statusBadge } from "../../web/parts.ts";
import { missingOf, type Shift, type Turn } from "./shift.ts";

/** `mayPlan`: whether the visitor says what is needed at the deliveries of that producer. */
export function shiftsPage(
  c: PageContext,
  turns: readonly Turn[],
  mayPlan: (producerId: string) => boolean,
  state: FormState,
): View {
  const { say } = c;
  const shown = turns.filter(({ shifts }) => shifts.length > 0);
  const cards = shown.map(
    (turn) => html`<li class="card"><p class="kind">${turn.orderName}</p>
      <h2>${timeTag(c.language, turn.startAt, c.now)}</h2><p class="place">${turn.place}</p>
      <ul class="rows">${turn.shifts.map((shift) => shiftRow(c, turn, shift))}</ul>
      </li>`,
  );
  const planned = turns.filter(({ producerId }) => mayPlan(producerId));
  const labels = { turn: say("shifts.turn"), task: say("shifts.task"), needed: say("shifts.needed") };
  return {
    title: say("shifts.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("shifts.lead")}</p>
      ${cards.length === 0 ? emptyState({ text: say("shifts.empty") }) : html`<ul class="cards wide">${cards}</ul>`}
      ${errorSummary(c, state, labels)}${planned.length > 0 ? planPart(c, planned, state) : ""}`,
  };
}

function shiftRow(c: PageContext, { startAt }: Turn, shift: Shift): Html {
  const { say, format } = c;
  const missing = missingOf(shift);
  const badge =
    missing === 0
      ? statusBadge("good", say("shifts.full"))
      : statusBadge("wait", say("shifts.missing", { count: missing }));
  const names = shift.people.map(({ name }) => name);
  const isIn = shift.people.some(({ personId }) => personId === c.visitor?.personId);
  const act = (path: string, kind: "plain" | "quiet") =>
    actionButton(c, {
      action: `${c.path}/${shift.id}/${path}`,
      label: say(`shifts.${path}`),
      kind,
      describe: shift.task,
    });
  const press = startAt <= c.now ? "" : isIn ? act("leave", "quiet") : missing > 0 ? act("join", "plain") : "";
  return html`<li class="row"><div><strong>${shift.task}</strong> ${badge}<small>${names.length === 0 ? say("shifts.nobody") : format.list(names)}</small></div>${press}</li>`;
}

/** One form for all deliveries: `turn` names the order and its pickup. */
function planPart(c: PageContext, turns: readonly Turn[], state: FormState): Html {
  const { say, format } = c;
  const choices = turns.map(({ orderId, pickupId, orderName, startAt, place }) => ({
    value: `${orderId}.${pickupId}`,
    label: `${format.moment(startAt, c.now)}, ${place}: ${orderName}`,
  }));
  return html`<h2>${say("shifts.plan")}</h2>${postForm(
    c,
    { action: c.path },
    html`${selectField(c, state, { name: "turn", label: say("shifts.turn"), required: true, choices })}
      ${textField(c, state, { name: "task", label: say("shifts.task"), hint: say("shifts.taskHint"), required: true, maxLength: 80 })}
      ${textField(c, state, { name: "needed", label: say("shifts.needed"), hint: say("shifts.neededHint"), inputmode: "numeric", short: true, required: true, maxLength: 2 })}
      <button type="submit">${say("shifts.save")}</button>`,
  )}`;
}
