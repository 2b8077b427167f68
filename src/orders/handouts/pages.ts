// The lines of the counter: a number for each portion, each a form of its own; who was faster; the table that comes back. Pure.
import { unitLabel } from "../../kernel/units.ts";
import { FRESH, fileField, postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice, problemBox } from "../../web/parts.ts";
import type { Portion } from "../delivery/deliveryStore.ts";
import { portionField, writeWeights } from "../delivery/weightForm.ts";
import { lineOf, type Order } from "../order.ts";
import { tellAmount } from "../wordsPages.ts";
import { plausibleRange } from "./plausible.ts";
import type { PortionChange, PortionPreview } from "./portionCsv.ts";

/** What a line of the counter shows. `said` is what it says beside its field: who saved it when. */
export type LineFacts = {
  readonly portion: Portion;
  readonly label: string;
  /** In full, for lists apart from the page: "Pecorino, Famiglia Rossi". */
  readonly fullLabel: string;
  readonly version: number;
  readonly said: string;
  readonly onceKey: string;
  /** In the field in the place of what is stored. */
  readonly typed?: string;
  /** After a no: what was typed, why not, and whether the next time it goes. */
  readonly wrong?: { readonly typed: string; readonly text: string; readonly isAsked: boolean };
};

/** Where lines are sent, and the page they stand on: "household/…" or "line/…". */
export type LinePlace = {
  readonly order: Order;
  readonly base: string;
  readonly back: string;
  readonly next: string | null;
};

/** One portion: its field, big enough for wet hands; Enter saves and moves on. */
export function lineForm(c: PageContext, place: LinePlace, line: LineFacts): Html {
  const { say } = c;
  const { portion, label, fullLabel, version, said, onceKey, wrong } = line;
  const { goods } = lineOf(place.order, portion.lineNumber);
  const field = portionField(portion);
  const id = `p-${field}`;
  const expected = tellAmount(c, portion.allocatedThousandths, goods);
  const hint = portion.isAdded
    ? say("orders.counterDesk.added")
    : say("orders.counterDesk.expected", { quantity: expected });
  const eachPiece = goods.hasSeparateWeights ? html`<small>${say("orders.counterDesk.eachPiece")}</small>` : "";
  const range = plausibleRange(portion.allocatedThousandths);
  const asks = range
    ? html` data-low="${range.low}" data-high="${range.high}" data-ask="${say("orders.counterDesk.odd", { quantity: expected })}"`
    : "";
  const isDone = portion.deliveredThousandths !== null;
  // What closing filled in was written by nobody: there is nothing to take back.
  const state = wrong ? "refused" : isDone && version > 0 ? "saved" : "";
  const piece = html`<button type="submit" class="quiet piece" name="act" value="piece" data-plus aria-label="${say("orders.counterDesk.piece", { what: fullLabel })}">+</button>`;
  const undo = html`<button type="submit" class="quiet undo" name="act" value="undo" aria-label="${say("orders.counterDesk.undoOne", { what: fullLabel })}">${say("orders.counterDesk.undo")}</button>`;
  const body = html`<input type="hidden" name="portion" value="${field}"><input type="hidden" name="seen" value="${version}">
      <input type="hidden" name="key" value="${onceKey}"><input type="hidden" name="back" value="${place.back}">
      <input type="hidden" name="anyway" value="${wrong?.isAsked ? wrong.typed : ""}">
      <label for="${id}"><span>${label}</span> <small>${hint}</small> ${eachPiece}</label>
      <div class="weigh-how"><input type="text" id="${id}" name="amount" inputmode="decimal" enterkeyhint="next" autocomplete="off" maxlength="300" data-next
        value="${wrong?.typed ?? line.typed ?? writeWeights(portion)}"${asks} data-wrong="${say("orders.counterDesk.notNumber")}" aria-describedby="${id}-said"${wrong ? html` aria-invalid="true"` : ""}${place.next === field ? html` autofocus` : ""}>
        <span class="unit">${unitLabel(goods.unitCode, 2000, c.language)}</span>
        <button type="submit" class="keep">${say("orders.counterDesk.saveOne")}</button>${piece}</div>
      <div class="weigh-said"><small data-sum="${say("orders.counterDesk.pieces")}"></small>
        <output id="${id}-said" for="${id}" data-said>${wrong?.text ?? said}</output>${undo}</div>`;
  return html`<div class="${isDone ? "weigh done" : "weigh"}" id="w-${field}" data-text="${label}">${postForm(
    c,
    {
      action: `${place.base}/portion`,
      class: "weigh-form",
      queue: { line: field, label: fullLabel, stays: true, state },
    },
    body,
  )}</div>`;
}

/** Somebody was faster: both values, who and when, and a choice. */
export function clashPage(
  c: PageContext,
  place: LinePlace,
  clash: {
    readonly line: LineFacts;
    readonly message: string;
    readonly mine: string;
    readonly theirs: string;
  },
): View {
  const { say } = c;
  const { line, message, mine, theirs } = clash;
  const form = html`<input type="hidden" name="portion" value="${portionField(line.portion)}"><input type="hidden" name="seen" value="${line.version}">
      <input type="hidden" name="key" value="${line.onceKey}"><input type="hidden" name="back" value="${place.back}">
      <input type="hidden" name="anyway" value="${mine}"><input type="hidden" name="amount" value="${mine}">
      <button type="submit">${say("orders.counterDesk.useMine", { value: mine })}</button>`;
  return {
    title: line.fullLabel,
    status: 409,
    body: html`${problemBox({ title: say("orders.counterDesk.clash"), text: message })}
      <div class="actions"><a role="button" class="quiet" href="${place.base}/${place.back}">${say("orders.counterDesk.keepTheirs", { value: theirs })}</a>
      ${postForm(c, { action: `${place.base}/portion`, class: "inline" }, form)}</div>`,
  };
}

/** The table out, and back in. `done`: what the last one changed. */
export function tablePage(
  c: PageContext,
  base: string,
  done: { readonly saved: number; readonly left: number } | null,
): View {
  const { say } = c;
  const told = done
    ? notice(
        `${say("orders.portionCsv.saved", { count: done.saved })}${done.left > 0 ? ` ${say("orders.portionCsv.left", { count: done.left })}` : ""}`,
      )
    : "";
  const upload = html`${fileField(c, FRESH, { name: "file", label: say("orders.portionCsv.file"), accept: ".csv,text/csv", required: true })}
      <button type="submit">${say("orders.portionCsv.preview")}</button>`;
  return {
    title: say("orders.portionCsv.title"),
    body: html`${told}<p>${say("orders.portionCsv.lead")}</p>
      <p><a role="button" class="quiet" href="${base}/portions.csv" download>${say("orders.portionCsv.download")}</a></p>
      ${postForm(c, { action: `${base}/portions`, upload: true }, upload)}
      <p><a href="${base}">${say("orders.counterDesk.back")}</a></p>`,
  };
}

/** What a table would change, before it does. */
export function previewPage(c: PageContext, base: string, { changes, bad, unchangedCount }: PortionPreview): View {
  const { say } = c;
  const plain = changes.filter(({ isClashing }) => !isClashing);
  const clashing = changes.filter(({ isClashing }) => isClashing);
  const wrong = bad.map(
    ({ row, text, reason }) =>
      html`<li>${say(`orders.portionCsv.bad.${reason}`, { row, text: text.slice(0, 40) })}</li>`,
  );
  const fields = plain.map(
    ({ named, text }) =>
      html`<input type="hidden" name="row.${portionField(named.portion)}" value="${named.version} ${text}">`,
  );
  const choices = clashing.map((change) => {
    const { named, text } = change;
    const id = `over-${portionField(named.portion)}`;
    return html`<div class="choice"><input type="checkbox" id="${id}" name="over.${portionField(named.portion)}" value="${named.version} ${text}"><label for="${id}">${changeText(c, change)}</label></div>`;
  });
  const form = html`${fields}
      ${choices.length > 0 ? html`<fieldset class="field"><legend>${say("orders.portionCsv.clashing", { count: choices.length })}</legend>${choices}</fieldset>` : ""}
      <button type="submit">${say("orders.portionCsv.apply", { count: plain.length })}</button>`;
  return {
    title: say("orders.portionCsv.previewTitle"),
    body: html`<p class="lead">${say("orders.portionCsv.sum", { count: changes.length, unchanged: unchangedCount })}</p>
      ${wrong.length > 0 ? html`<div class="problems"><h2>${say("orders.portionCsv.badTitle", { count: wrong.length })}</h2><ul>${wrong}</ul></div>` : ""}
      ${plain.length > 0 ? html`<ul class="rows">${plain.map((change) => html`<li class="row">${changeText(c, change)}</li>`)}</ul>` : ""}
      ${changes.length > 0 ? postForm(c, { action: `${base}/portions/apply` }, form) : ""}
      <p><a href="${base}/portions">${say("orders.portionCsv.other")}</a></p>`,
  };
}

function changeText(c: PageContext, { named, text, isOdd }: PortionChange): Html {
  const before = writeWeights(named.portion);
  const odd = isOdd ? html` <span class="badge wait">${c.say("orders.portionCsv.odd")}</span>` : "";
  const who = [named.family, named.friend].filter(Boolean).join(" · ");
  return html`<span><strong>${named.product}</strong><small>${who}</small></span> <span class="number">${before === "" ? "—" : before} → <strong>${text}</strong> ${named.unit}${odd}</span>`;
}
