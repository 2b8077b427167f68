// One product of an order's page, and the bar beneath all of them: what a press draws anew. Pure.

import { wholePictureUrl } from "../../catalogs/pictures/addresses.ts";
import { smallPicture } from "../../catalogs/pictures/pages.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { pricePerBase, unitLabel } from "../../kernel/units.ts";
import type { Credit } from "../../ledger/creditActions.ts";
import { textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import { type LiveMark, liveSpot } from "../../web/live.ts";
import type { PageContext } from "../../web/page.ts";
import { progressLine, statusBadge, stepper } from "../../web/parts.ts";
import { sentenceOf } from "../../web/refusals.ts";
import { canBeHad, type Stars } from "../favourites/favourite.ts";
import { lineStar } from "../favourites/pages.ts";
import { gramsOf } from "../limits.ts";
import { amountOf, type Goods, type Order, type OrderLine } from "../order.ts";
import { tellAmount, tellMuch, tellPackage } from "../wordsPages.ts";
import { bookingStep, type LineProblems, writeLine } from "./bookForm.ts";
import { type Booking, lineMaximum, lineMinimum, missingForCase } from "./booking.ts";
import type { Basket } from "./bookingStore.ts";
import { isToConfirm } from "./confirming.ts";

/** What rows and bar know. `typed`: fields as they were sent, of lines that were not taken. `friendId` null: the household itself. */
export type LinesView = {
  readonly order: Order;
  readonly basket: Basket | undefined;
  readonly saved: readonly Booking[];
  readonly friendId: string | null;
  readonly totals: ReadonlyMap<number, number>;
  readonly credit: Credit;
  readonly problems: LineProblems;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly onceKey: string;
  /** The stars of who books for their own household; null: none are shown. */
  readonly stars: Stars | null;
  /** The save that can be taken back; null: none. */
  readonly undoVersion: number | null;
  /** The pictures this node holds, by the address their producer gave: the hash of each. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Where the page asks whether anything changed, and what it shows now. */
  readonly live: { readonly url: string; readonly mark: LiveMark };
};

/** The row of a line, as a list item of the id `line-{number}`. */
export function lineRow(c: PageContext, view: LinesView, line: OrderLine): Html {
  const { say } = c;
  const { number, goods } = line;
  const { problems, saved, friendId } = view;
  const booked = saved.find((one) => one.lineNumber === number && one.friendId === friendId);
  const problem = problems.get(number);
  const step = tellAmount(c, bookingStep(line), goods);
  const id = `f-quantity-${number}`;
  const typed = problem && typeof view.typed[`quantity.${number}`] === "string";
  const value = typed ? String(view.typed[`quantity.${number}`]) : booked ? writeLine(booked).split("~")[0]! : "";
  const label = say("orders.book.quantity", { unit: unitLabel(goods.unitCode, 2000, c.language) });
  const stars = starsOf(c, view, line);
  const was = html`<input type="hidden" name="was.${number}" value="${writeLine(booked)}">`;
  return html`<li class="row line${problem ? " bad" : booked ? " mine" : ""}" id="line-${number}">${linePicture(view, line)}<div class="line-what"><div class="line-name"><h3>${goods.name}</h3>${stars?.star ?? ""}</div><p class="price">${tellPrice(c, line)}</p>${
    booked ? html`<p><span class="badge">${tellBooked(c, booked, line)}</span></p>` : ""
  }${booked && booked.toleranceThousandths > 0 ? html`<p class="fact">${say("orders.book.tolerance", { quantity: tellAmount(c, booked.quantityThousandths + booked.toleranceThousandths, goods) })}</p>` : ""}${lineFacts(c, view, line)}${stars?.ask ?? ""}${aboutLine(c, view, line)}</div><div class="line-how"><label class="unseen" for="${id}">${label}</label>${problem ? problemNote(c, line, problem, id) : ""}${was}${stepper(
    {
      ...{ id, name: `quantity.${number}`, value, number, isEmpty: !booked, isInvalid: problem !== undefined },
      ...{ step: bookingStep(line), least: line.rules.minThousandths },
      price: `${goods.packagePriceCents}/${goods.packageThousandths}`,
      less: say("orders.book.less", { step, name: goods.name }),
      more: say("orders.book.more", { step, name: goods.name }),
      describedBy: problem ? `${id}-hint ${id}-error` : `${id}-hint`,
    },
  )}<small id="${id}-hint">${tellStep(c, line)}</small>${booked ? lineExtras(c, view, line, booked) : ""}</div></li>`;
}

function starsOf(c: PageContext, { stars, totals }: LinesView, line: OrderLine): ReturnType<typeof lineStar> | null {
  const { number, goods } = line;
  const isLeft = canBeHad(line, totals.get(number) ?? 0);
  return stars && lineStar(c, stars, { number, name: goods.name, productIri: goods.productIri, isLeft });
}

function linePicture({ pictures }: LinesView, { goods: { picture } }: OrderLine): Html | "" {
  const hash = picture && pictures.get(picture.url);
  return hash ? smallPicture(hash, picture.alt) : "";
}

/** What its producer says of it, and its picture whole: fetched by who opens it. */
function aboutLine(c: PageContext, { pictures }: LinesView, { goods }: OrderLine): Html | "" {
  const { picture, text, name } = goods;
  const hash = picture && pictures.get(picture.url);
  if (text === "" && !hash) return "";
  const shown = hash
    ? html`<img class="whole" src="${wholePictureUrl(hash)}" alt="${picture.alt}" width="480" height="360" loading="lazy">`
    : "";
  const about = c.say("orders.book.about");
  return html`<details><summary aria-label="${about}: ${name}">${about}</summary>${shown}${text === "" ? "" : html`<p>${text}</p>`}</details>`;
}

/** Why a line was not taken; where two of a household said two things, both and the choice. */
function problemNote(c: PageContext, line: OrderLine, problem: Refusal, id: string): Html {
  const { number, goods } = line;
  if (problem.refused !== "stale-version")
    return html`<small class="error" id="${id}-error">${tellProblem(c, line, problem)}</small>`;
  const choice = (name: "drop" | "mine", key: string, thousandths: unknown) =>
    html`<button type="submit" class="quiet" name="${name}" value="${number}">${c.say(key, { quantity: tellAmount(c, Number(thousandths), goods) })}</button>`;
  return html`<div class="choose" id="${id}-error"><p>${tellProblem(c, line, problem)}</p><div class="actions">${choice("drop", "orders.book.keepTheirs", problem.storedThousandths)}${choice("mine", "orders.book.keepMine", problem.typedThousandths)}</div></div>`;
}

const KNOWN = [
  "not-a-quantity",
  "bad-quantity",
  "not-a-multiple",
  "below-minimum",
  "above-maximum",
  "not-available",
  "not-offered",
  "only-grows",
  "above-missing",
];

/** Why a line is not taken, in a sentence with its quantities. */
export function tellProblem(c: PageContext, line: OrderLine, { refused, ...facts }: Refusal): string {
  const amounts = Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]): [string, string][] =>
      name.endsWith("Thousandths") && typeof value === "number"
        ? [[name.slice(0, -"Thousandths".length), tellMuch(c, value, line.goods)]]
        : [],
    ),
  );
  if (refused === "stale-version") {
    const { byName, at } = facts;
    const who = typeof byName === "string" && byName !== "" ? byName : c.say("orders.book.someone");
    return c.say("orders.book.clash", { ...amounts, who, time: c.format.time(Number(at ?? c.now)) });
  }
  return KNOWN.includes(refused) ? c.say(`orders.wish.${refused}`, amounts) : sentenceOf({ refused, ...facts }, c.say);
}

/** Whether it is booked by the package, and the package is not simply one of its unit: a basket of 750 g. */
function isPacked(line: Pick<OrderLine, "goods" | "rules">): boolean {
  const { packageThousandths } = line.goods;
  return packageThousandths !== 1000 && bookingStep(line) === packageThousandths;
}

/** How much more a press is: "A multipli di 0,5 kg", "Da 2 kg in su, a multipli di 0,5 kg", "A confezioni da 750 g". */
export function tellStep(c: PageContext, line: Pick<OrderLine, "goods" | "rules">): string {
  const { goods, rules } = line;
  const isFrom = rules.minThousandths > bookingStep(line);
  const key = isPacked(line) ? (isFrom ? "packsFrom" : "packs") : isFrom ? "stepFrom" : "step";
  const step = isPacked(line) ? tellPackage(c, goods) : tellAmount(c, bookingStep(line), goods);
  return c.say(`orders.book.${key}`, { step, minimum: tellAmount(c, rules.minThousandths, goods) });
}

/** "1,5 kg, 22,20 €", "1.500 g (2 confezioni), 8,00 €"; what is weighed later is an estimate and says so. */
export function tellBooked(
  c: PageContext,
  { quantityThousandths }: Pick<Booking, "quantityThousandths">,
  line: Pick<OrderLine, "goods" | "rules">,
): string {
  const { goods } = line;
  const quantity = tellAmount(c, quantityThousandths, goods);
  const count = quantityThousandths / goods.packageThousandths;
  const inPacks = isPacked(line) && Number.isInteger(count);
  const facts = {
    quantity: inPacks ? c.say("orders.book.inPacks", { quantity, count }) : quantity,
    amount: c.format.money(amountOf(quantityThousandths, goods)),
  };
  return c.say(goods.isVariableWeight ? "orders.book.bookedAbout" : "orders.book.booked", facts);
}

/** "17,50 € la cassetta da 10 kg, 1,75 € al kg"; what is weighed later is an estimate. */
export function tellPrice(c: PageContext, { goods }: Pick<OrderLine, "goods">): string {
  const { packagePriceCents, packageThousandths, unitCode } = goods;
  const price = c.format.money(packagePriceCents);
  const perUnit = (money: string, code: string) =>
    c.say("orders.book.perUnit", { price: money, unit: unitLabel(code, 1000, c.language) });
  const isUnit = packageThousandths === 1000;
  const one = isUnit ? perUnit(price, unitCode) : c.say("orders.book.price", { price, package: tellPackage(c, goods) });
  const per = pricePerBase(packagePriceCents * 100, packageThousandths, unitCode);
  const base =
    per && !(isUnit && per.base === unitCode)
      ? perUnit(c.format.money(Math.round(per.priceTenThousandths / 100)), per.base)
      : "";
  return [one, base, tellWeight(c, goods), goods.isVariableWeight ? c.say("orders.book.estimate") : ""]
    .filter(Boolean)
    .join(" · ");
}

/** What a package weighs, where its unit does not say it already. */
function tellWeight(c: PageContext, goods: Goods): string {
  if (goods.gramsPerUnit === null) return "";
  const grams = gramsOf(goods.packageThousandths, goods);
  return grams ? c.say("orders.book.weighs", { weight: tellMuch(c, grams, { unitCode: "KGM" }) }) : "";
}

/** What the group's bookings of a line still miss, and what is left of it: what changes while others book. */
export function lineFacts(c: PageContext, { totals }: Pick<LinesView, "totals">, line: OrderLine): Html {
  const { goods, rules, number } = line;
  const total = totals.get(number) ?? 0;
  const sentence = (key: string, thousandths: number, more: Record<string, string> = {}) =>
    c.say(key, { quantity: tellMuch(c, thousandths, goods), count: thousandths === 1000 ? 1 : 2, ...more });
  const tell = (...facts: Parameters<typeof sentence>) => html`<p class="fact">${sentence(...facts)}</p>`;
  const missing = missingForCase(line, total);
  const caseText = { package: tellPackage(c, goods) };
  const most = lineMaximum(line);
  const short = lineMinimum(line) - total;
  const hasCase = rules.caseMode !== "none" && rules.caseMode !== "multiple" && total > 0;
  const tellLeft = (most: number | null) => {
    if (most === null) return "";
    return most <= total
      ? html`<p class="fact">${c.say("orders.book.noneLeft")}</p>`
      : tell("orders.book.left", most - total);
  };
  return html`<div id="facts-${number}">${
    !hasCase
      ? ""
      : missing > 0
        ? progressLine(sentence("orders.book.caseMissing", missing, caseText), {
            value: goods.packageThousandths - missing,
            max: goods.packageThousandths,
          })
        : tell("orders.book.caseWhole", total, caseText)
  }${total > 0 && short > 0 ? tell("orders.book.lineShort", short) : ""}${tellLeft(most)}${
    rules.maxThousandths === null ? "" : tell("orders.book.atMost", rules.maxThousandths)
  }${rules.advisedMaxThousandths === null ? "" : tell("orders.book.advisedMost", rules.advisedMaxThousandths)}${
    line.isOffered ? "" : html`<p class="fact">${c.say("orders.book.gone")}</p>`
  }</div>`;
}

/** Tolerance and note of what is booked, put away until they are wanted. */
function lineExtras(c: PageContext, { typed, problems }: LinesView, line: OrderLine, booked: Booking): Html {
  const { say } = c;
  const { number, goods, rules } = line;
  const [upTo, remark] = [`upto.${number}`, `remark.${number}`];
  const [, storedUpTo = "", ...rest] = writeLine(booked).split("~");
  const stored = { [upTo]: storedUpTo, [remark]: rest.join("~") };
  const sent = { [upTo]: String(typed[upTo] ?? storedUpTo), [remark]: String(typed[remark] ?? rest.join("~")) };
  const state = { typed: problems.has(number) ? sent : stored, errors: {} };
  const isUsed = state.typed[upTo] !== "" || state.typed[remark] !== "";
  const takesTolerance = rules.caseMode === "warn" || rules.caseMode === "complete";
  const title = say(takesTolerance ? "orders.book.extras" : "orders.book.remark");
  const unit = unitLabel(goods.unitCode, 2000, c.language);
  return html`<details${isUsed ? html` open` : ""}><summary aria-label="${title}: ${goods.name}">${title}</summary>${takesTolerance ? textField(c, state, { name: upTo, label: say("orders.book.upTo", { unit }), hint: say("orders.book.upToHint"), inputmode: "decimal", short: true, maxLength: 20 }) : ""}${textField(c, state, { name: remark, label: say("orders.book.remark"), maxLength: 500 })}</details>`;
}

/** What a set of bookings costs, goods alone, rounded once a booking. */
export function costOf(order: Pick<Order, "lines">, bookings: readonly Booking[]): number {
  const goods = new Map(order.lines.map((line) => [line.number, line.goods]));
  return bookings.reduce((sum, one) => sum + amountOf(one.quantityThousandths, goods.get(one.lineNumber)!), 0);
}

/** What stands in the bar: total and credit, the one button, what is on disk since when, and the way back. */
export function barBody(c: PageContext, view: LinesView): Html {
  const { say } = c;
  const { order, saved, credit, basket, problems, undoVersion } = view;
  const total = c.format.money(costOf(order, saved));
  const free = c.format.money(credit.freeCents);
  const state =
    problems.size > 0
      ? say("orders.book.notAll")
      : basket
        ? say("orders.book.savedAt", { time: c.format.time(basket.updatedAt) })
        : say("orders.book.notYet");
  const undo =
    undoVersion === null
      ? ""
      : html`<button type="submit" class="text" name="undo" value="${undoVersion}">${say("orders.book.undo")}</button>`;
  const asks = isToConfirm(order, basket);
  const badge = asks ? html` ${statusBadge("wait", say("orders.book.toConfirm"))}` : "";
  const button = asks
    ? html`<button type="submit" name="confirm" value="${basket?.version ?? 0}">${say("orders.book.confirm")}</button>`
    : html`<button type="submit">${say("orders.book.saveShort")}</button>`;
  const told = html`<span data-said${problems.size > 0 ? html` class="bad"` : ""}>${state}</span>`;
  return html`<input type="hidden" name="key" value="${view.onceKey}"><p><output class="bar-total" aria-live="polite"><strong>${say("orders.book.totalShort", { total })}</strong></output>${badge}${liveSpot(view.live.url, view.live.mark)}<small>${told} · ${say("orders.book.free", { free })}</small></p>${button}${undo}`;
}
