// What people read about a cycle, on Mastodon as in a reader of ours: what, until when, where and when, and a link. Pure.
import { html } from "hono/html";
import type { ProductFacts, ProductImage } from "../catalogs/product.ts";
import { activeLines, type Cycle, type Delivery } from "./cycle.ts";

/** One language's sentences and formats, as `web` has them. Times are epoch ms. */
export type Voice = {
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
  readonly date: (at: number) => string;
  readonly time: (at: number) => string;
  readonly money: (cents: number) => string;
};

/** Products named in the text; the rest are counted. */
const NAMED = 6;

/** Pictures beside the text; Mastodon shows no more. */
const SHOWN = 4;

/** The text as HTML for the wire: paragraphs, one link, one hashtag. Everything typed by a person is escaped. */
export function writeContent(cycle: Cycle, voice: Voice, url: string, tagUrl: string): string {
  const paragraphs = tellCycle(cycle, voice).map((text) => html`<p>${text}</p>`);
  const link = html`<p><a href="${url}">${voice.say("sales.note.link")}</a> <a href="${tagUrl}" class="mention hashtag" rel="tag">#<span>GAS</span></a></p>`;
  return [...paragraphs, link].map(String).join("");
}

/** The same as sentences, one a paragraph. */
export function tellCycle(cycle: Cycle, voice: Voice): string[] {
  const { say } = voice;
  const sentences = [tellState(cycle, voice)];
  if (cycle.state === "cancelled") return sentences;
  if (cycle.state === "open") {
    if (cycle.note) sentences.push(cycle.note);
    sentences.push(tellGoods(cycle, voice));
  }
  for (const delivery of cycle.deliveries)
    sentences.push(say("sales.note.delivery", { when: tellDelivery(delivery, voice), place: delivery.place }));
  if (cycle.deliveries.length === 0) sentences.push(say("sales.note.noDelivery"));
  if (cycle.state === "open" && cycle.minimumOrderCents)
    sentences.push(say("sales.note.minimum", { amount: voice.money(cycle.minimumOrderCents) }));
  return sentences;
}

/** "sabato 12 dicembre 2026, 09:30-11:30"; with both days where it ends on another. */
export function tellDelivery({ startAt, endAt }: Delivery, voice: Voice): string {
  const facts = { date: voice.date(startAt), from: voice.time(startAt), to: voice.time(endAt) };
  if (voice.date(startAt) === voice.date(endAt)) return voice.say("sales.note.oneDay", facts);
  return voice.say("sales.note.twoDays", { ...facts, lastDate: voice.date(endAt) });
}

function tellState(cycle: Cycle, { say, date, time }: Voice): string {
  const { name, state } = cycle;
  if (state === "open") return say("sales.note.open", { name, date: date(cycle.closesAt), time: time(cycle.closesAt) });
  if (state === "cancelled") return say("sales.note.cancelled", { name, reason: cycle.cancelReason });
  return say(state === "confirmed" ? "sales.note.confirmed" : "sales.note.closed", { name });
}

/** The first picture of each of the first products that have one. */
export function choosePictures(cycle: Cycle): ProductImage[] {
  const first = goodsByName(cycle).flatMap(({ images }) => images.slice(0, 1));
  return [...new Map(first.map((picture) => [picture.hash, picture])).values()].slice(0, SHOWN);
}

// By name, so that a corrected line, which comes last, does not change what is said.
function goodsByName(cycle: Cycle): ProductFacts[] {
  const { compare } = new Intl.Collator("it");
  const goods = activeLines(cycle).map((line) => line.goods.facts);
  return goods.sort((one, other) => compare(one.name, other.name));
}

function tellGoods(cycle: Cycle, { say }: Voice): string {
  const names = goodsByName(cycle).map(({ name }) => name);
  const list = names.slice(0, NAMED).join("; ");
  const rest = names.length - NAMED;
  return rest > 0 ? say("sales.note.goodsAndMore", { list, count: rest }) : say("sales.note.goods", { list });
}
