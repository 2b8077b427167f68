// The script of pages for people who are signed in: forms that wait for the network, relative times, Enter moves on.
// Every page works without it. `src/web/offline.ts` says how a form asks for it.

/**
 * What the server may say to a form that stays on its page: `carry` goes into hidden fields (and into what waits behind it),
 * `fields` into those that are typed.
 * @typedef {{ carry?: Record<string, string>, fields?: Record<string, string>, notice?: string, message?: string, refused?: string, at?: number }} Answer
 * @typedef {"waiting" | "refused" | "done"} State
 * @typedef {{ id: number, person: string, action: string, page: string, slot: string, label: string, stays: boolean, fields: [string, string][], state: State, answer: Answer, isTried?: boolean }} Entry
 * @typedef {{ form: HTMLFormElement, pressed: Element | null, body: Iterable<[string, unknown]>, isHtmx?: boolean, isTried?: boolean }} Sent
 */

const panel = /** @type {HTMLElement | null} */ (document.getElementById("net"));
const words = panel?.dataset ?? {};
const person = words.person ?? "";
const FORM = "form[data-queue]";
const FIELD = "input[data-next]";
const BUSY = [429, 502, 503, 504];

/* Relative times: the words after a date, kept true while the page stays open. */

// The server's clock decides, and a page that just came tells it. One kept from before is no clock, but none comes from the future.
const ahead = Number(words.made ?? Date.now()) - Date.now();
const shift = navigator.onLine ? ahead : Math.max(0, ahead);
const now = () => Date.now() + shift;

function tellTimes() {
  const say = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const day = (/** @type {number} */ at) => new Date(at).setHours(12, 0, 0, 0) / 86_400_000;
  for (const far of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("[data-relative]"))) {
    const at = Date.parse(far.dateTime);
    const minutes = Math.trunc((at - now()) / 60_000);
    const days = Math.round(day(at) - day(now()));
    let text = say.format(days, "day");
    if (minutes === 0) text = say.format(0, "second");
    else if (Math.abs(minutes) < 60) text = say.format(minutes, "minute");
    else if (days === 0 || Math.abs(minutes) < 360) text = say.format(Math.trunc(minutes / 60), "hour");
    if (Math.abs(days) < 60) far.textContent = text;
  }
}
tellTimes();
setInterval(tellTimes, 60_000);

/* The box in the browser where forms wait: one store, oldest first. */

/** @type {IDBDatabase | null} */
let box = null;

/** @returns {Promise<IDBDatabase | null>} */
function openBox() {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open("filiera", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "id", autoIncrement: true });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
function inBox(mode, act) {
  return new Promise((resolve, reject) => {
    if (!box) return reject(new Error("no box"));
    const transaction = box.transaction("forms", mode, { durability: "strict" });
    const request = act(transaction.objectStore("forms"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** What this person left here, nobody else's. @returns {Promise<Entry[]>} */
async function entries() {
  const all = /** @type {Entry[]} */ (await inBox("readonly", (store) => store.getAll()));
  return all.filter((entry) => entry.person === person);
}

/** @param {Omit<Entry, "id"> & { id?: number }} entry */
const keep = (entry) => inBox("readwrite", (store) => store.put(entry));
/** @param {Entry} entry */
const drop = (entry) => inBox("readwrite", (store) => store.delete(entry.id));

/** Before the time and a running number: slips are put into the box in the order in which they were written. */
const SLIP = "filiera ";
let slipsWritten = 0;

/** What was written when a page was left before it reached the box. @returns {[string, Omit<Entry, "id">][]} */
function slips() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(SLIP));
  names.sort();
  const all = names.map(
    (name) => /** @type {[string, Entry]} */ ([name, JSON.parse(localStorage.getItem(name) ?? "{}")]),
  );
  return all.filter(([, entry]) => entry.person === person);
}

/** A fresh once key: 26 letters of base 32, as the server's own. */
function makeKey() {
  return [...crypto.getRandomValues(new Uint8Array(26))]
    .map((n) => "abcdefghijklmnopqrstuvwxyz234567"[n & 31])
    .join("");
}

/* From the form into the box, and what the form shows meanwhile. */

/** How many wait, known without asking the box: a form behind them must not overtake. */
let waiting = 0;
/** @type {Set<number>} Entries of this page's forms that leave it once they are through. */
const leaving = new Set();

/**
 * Undoing what no server can have seen is not sending it: the last press of this form goes out of the box.
 * @param {HTMLFormElement} form @returns {Promise<boolean>}
 */
async function takesBack({ action }) {
  const last = (await entries()).filter((one) => one.action === action && one.state === "waiting").pop();
  if (!last || last.isTried) return false;
  await drop(last);
  location.reload();
  return true;
}

/** @param {Sent} sent */
async function enqueue({ form, pressed, body, isHtmx, isTried }) {
  if (!navigator.onLine && pressed?.getAttribute("name") === "undo" && (await alone(() => takesBack(form)))) return;
  /** @type {[string, string][]} */
  const fields = [];
  for (const [name, value] of body) {
    // What htmx may have sent already keeps the key it had.
    if (name === "key" && !isHtmx) fields.push([name, makeKey()]);
    else if (typeof value === "string" && name !== "_token") fields.push([name, value]);
  }
  if (!isHtmx && pressed instanceof HTMLButtonElement && pressed.name) fields.push([pressed.name, pressed.value]);
  const { queue: slot = "", stays } = form.dataset;
  const label = pressed?.getAttribute("aria-label") ?? form.dataset.label ?? "";
  const entry = {
    ...{ person, action: form.action, page: location.pathname + location.search, slot, label, fields },
    ...{ stays: stays !== undefined, state: /** @type {State} */ ("waiting"), answer: {}, isTried },
  };
  waiting += 1;
  show(form, "sending", "");
  showPress(form, fields);
  // A page that is left at once takes its writing into the box with it: this slip is written before anything else can happen.
  slipsWritten += 1;
  const slip = `${SLIP}${Date.now()} ${String(slipsWritten).padStart(6, "0")} ${makeKey()}`;
  localStorage.setItem(slip, JSON.stringify(entry));
  const id = Number(await keep(entry));
  localStorage.removeItem(slip);
  if (!entry.stays && navigator.onLine) leaving.add(id);
  void flush();
}

/** @param {Pick<Entry, "slot" | "action">} entry @returns {HTMLFormElement | undefined} */
function formOf({ slot, action }) {
  const forms = /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll(FORM));
  return [...forms].find((form) => form.dataset.queue === slot && form.action === action);
}

/** @param {Element} form @param {"sending" | "waiting" | "saved" | "refused" | "question"} state @param {string} text */
function show(form, state, text) {
  const output = form.querySelector("[data-said]");
  form.setAttribute("data-state", state);
  if (output) output.textContent = text || (state === "sending" ? "…" : (words[state] ?? ""));
}

/** @param {HTMLFormElement} form @param {Record<string, string>} values @param {boolean} isTyped */
function fill(form, values, isTyped) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) continue;
    // What somebody is writing over just now is theirs.
    if (isTyped && field === document.activeElement && field.value !== field.defaultValue) continue;
    field.value = value;
    field.defaultValue = value;
  }
}

/**
 * What waits, in the fields of an order: the number it will come to, and that it waits. `was` goes with it, so that the next press is
 * a step from there, and a number typed over it no quarrel with oneself. @param {HTMLFormElement} form @param {[string, string][]} fields
 */
function showPress(form, fields) {
  const sent = Object.fromEntries(fields);
  for (const [name, typed] of fields) {
    const [, line] = name.split("quantity.");
    const [field, was] = [form.elements.namedItem(name), form.elements.namedItem(`was.${line}`)];
    if (!(field instanceof HTMLInputElement) || !(was instanceof HTMLInputElement)) continue;
    const stepper = /** @type {HTMLElement} */ (field.parentElement);
    const [step, least] = [Number(stepper.dataset.step), Number(stepper.dataset.least)];
    const [shown = "", ...rest] = was.value.split("~");
    const [before = ""] = String(sent[`was.${line}`]).split("~");
    let to = sumOf(typed);
    if (to === sumOf(before)) to = sumOf(shown);
    if (sent.more === line) to = Math.max(to + step, least);
    if (sent.less === line) to -= step;
    if (sent.less === line && to < least) to = 0;
    if (!(to >= 0) || to === sumOf(shown)) continue;
    const text = String(to / 1000).replace(".", ",");
    fill(form, { [name]: text, [was.name]: [text, ...rest].join("~") }, false);
    showTotal(form, costOf(stepper, to) - costOf(stepper, sumOf(shown)));
    stepper.firstElementChild?.removeAttribute("aria-disabled");
    stepper.dataset.waits = words.waiting;
  }
}

/** What so much of a line costs, in cents, rounded as the server does. @param {HTMLElement} stepper @param {number} thousandths */
function costOf({ dataset }, thousandths) {
  const [cents = 0n, per = 1n] = (dataset.price ?? "0/1").split("/").map(BigInt);
  return Number((2n * BigInt(Math.round(thousandths)) * cents + per) / (2n * per));
}

/** The total in the bar follows what waits. @param {HTMLFormElement} form @param {number} cents */
function showTotal(form, cents) {
  const total = form.querySelector(".bar-total strong");
  if (!total) return;
  const money = new Intl.NumberFormat(document.documentElement.lang, {
    ...{ useGrouping: true, minimumFractionDigits: 2, maximumFractionDigits: 2 },
  });
  total.textContent = (total.textContent ?? "").replace(/\d[\d.,]*/, (shown) =>
    money.format((Number(shown.replace(/\D/g, "")) + cents) / 100),
  );
}

/* Out of the box, in order, one at a time over all tabs. */

/** While this runs nothing leaves the box, in no tab. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
const alone = (act) => (navigator.locks ? navigator.locks.request("filiera-queue", act) : act());

let isFlushing = false;
let mustFlushAgain = false;
let pauseMs = 2000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

async function flush() {
  mustFlushAgain = true;
  if (isFlushing) return;
  isFlushing = true;
  clearTimeout(timer);
  let outcome = "empty";
  while (mustFlushAgain) {
    mustFlushAgain = false;
    outcome = await alone(sendAll);
  }
  isFlushing = false;
  await tell(outcome);
  if (outcome === "empty") pauseMs = 2000;
  if (outcome === "empty" && isOutdated) location.reload();
  if (outcome !== "offline") return;
  pauseMs = Math.min(pauseMs * 2, 30_000);
  timer = setTimeout(flush, pauseMs);
}

async function sendAll() {
  for (;;) {
    const all = await entries();
    const next = all.find(({ state }) => state === "waiting");
    waiting = all.filter(({ state }) => state === "waiting").length;
    if (!next) return "empty";
    const outcome = navigator.onLine === false ? "offline" : await send(next);
    if (outcome !== "sent") return outcome;
  }
}

/** @param {Entry} entry @returns {Promise<"sent" | "offline" | "signed-out">} */
async function send(entry) {
  let response;
  /** @type {Answer} */
  let answer = {};
  if (!entry.isTried) await keep({ ...entry, isTried: true });
  try {
    response = await fetch(entry.action, {
      method: "POST",
      body: new URLSearchParams(entry.fields),
      headers: { accept: "application/json", "x-form-token": words.token ?? "" },
      signal: AbortSignal.timeout(20_000),
    });
    if (BUSY.includes(response.status)) return "offline";
    if (response.headers.get("content-type")?.includes("json")) answer = await response.json();
  } catch {
    return "offline";
  }
  if (response.status === 401 || answer.refused === "form-expired") return "signed-out";
  await (response.ok ? settle(entry, answer, response.url) : refuse(entry, answer));
  return "sent";
}

/** @param {Entry} entry @param {Answer} answer @param {string} address */
async function settle(entry, answer, address) {
  const form = formOf(entry);
  if (form) {
    fill(form, answer.carry ?? {}, false);
    fill(form, answer.fields ?? {}, true);
  }
  const behind = (await entries()).filter((one) => isBeside(one, entry));
  for (const one of behind) {
    if (one.state !== "waiting") await drop(one);
    else await keep({ ...one, fields: one.fields.map(([name, value]) => [name, answer.carry?.[name] ?? value]) });
  }
  if (form && !behind.some(({ state }) => state === "waiting")) show(form, "saved", answer.notice ?? "");
  // A page out of the cache is older than this; it is told again at the next load.
  if (entry.stays && entry.slot !== "") await keep({ ...entry, fields: [], state: "done", answer });
  else await drop(entry);
  if (leaving.delete(entry.id)) location.assign(address);
  // What the server drew is older than what was just saved.
  else if (form && !entry.stays) isOutdated = true;
}

let isOutdated = false;

/** @param {Entry} entry @param {Answer} answer */
async function refuse(entry, answer) {
  leaving.delete(entry.id);
  // Who wrote the same line again has said the last word there.
  const isOutdone = (await entries()).some((one) => isBeside(one, entry) && one.state === "waiting");
  if (isOutdone) return drop(entry);
  await keep({ ...entry, state: "refused", answer });
  const form = formOf(entry);
  if (form) show(form, "refused", answer.message ?? "");
  // It showed a number that it does not come to.
  if (form?.querySelector("[data-waits]")) isOutdated = true;
}

/** @param {Entry} one @param {Entry} other */
function isBeside(one, other) {
  return one.slot !== "" && one.slot === other.slot && one.action === other.action && one.id !== other.id;
}

/* What the page says of it all. */

/** @param {string} tag @param {string} text @param {(Node | string)[]} inside */
function make(tag, text, ...inside) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...inside);
  return element;
}

/** @param {string} text @param {() => Promise<unknown>} act */
function makeButton(text, act) {
  const button = make("button", text);
  button.setAttribute("type", "button");
  button.className = "quiet";
  button.onclick = async () => {
    await act();
    await flush();
  };
  return button;
}

/** @param {Entry} entry */
function typedIn({ fields }) {
  return fields.find(([name]) => name === "amount")?.[1] ?? "";
}

/** @param {Entry} entry */
function conflictItem(entry) {
  const { answer } = entry;
  const what = make("p", "", make("strong", entry.label), make("br", ""), answer.message ?? words.no ?? "");
  const again = async () => {
    const fields = entry.fields.map(([name, value]) => [
      name,
      answer.carry?.[name] ?? (name === "key" ? makeKey() : value),
    ]);
    for (const [name, value] of Object.entries(answer.carry ?? {}))
      if (!fields.some(([one]) => one === name)) fields.push([name, value]);
    const { id: _, ...rest } = entry;
    // Kept before the old one goes: a phone that dies between the two has it twice, never not at all.
    await keep({ ...rest, fields: /** @type {[string, string][]} */ (fields), state: "waiting", answer: {} });
    await drop(entry);
  };
  const leave = async () => {
    const form = formOf(entry);
    if (form && answer.carry) fill(form, { ...answer.carry, ...answer.fields }, false);
    if (form) show(form, "saved", answer.notice ?? "");
    await drop(entry);
  };
  const isChoice = answer.fields !== undefined;
  const buttons = make(
    "div",
    "",
    makeButton((isChoice ? words.theirs : words.drop) ?? "", leave),
    makeButton((isChoice ? words.mine : words.again) ?? "", again),
  );
  buttons.className = "actions";
  return make("li", "", what, buttons);
}

/** @param {string} outcome */
async function tell(outcome) {
  if (!panel) return;
  const all = await entries();
  const late = all.filter(({ state }) => state === "waiting");
  const refused = all.filter(({ state }) => state === "refused");
  waiting = late.length;
  panel.hidden = late.length + refused.length === 0;
  panel.replaceChildren();
  if (late.length > 0) {
    const count = `${words.waiting}: ${late.length}`;
    const names = late.slice(0, 50).map((entry) => make("li", `${entry.label} ${typedIn(entry)}`));
    panel.append(make("details", "", make("summary", count), make("ul", "", ...names)));
    if (outcome === "signed-out") {
      const link = /** @type {HTMLAnchorElement} */ (make("a", words.signin ?? ""));
      link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
      panel.append(make("p", words.signedout ?? "", " ", link));
    }
  }
  if (refused.length > 0)
    panel.append(make("h2", `${words.refused}: ${refused.length}`), make("ul", "", ...refused.map(conflictItem)));
  for (const entry of late) {
    const form = formOf(entry);
    if (form) show(form, "waiting", "");
  }
}

/** @param {Pick<Entry, "fields">} entry */
function keyOf({ fields }) {
  return fields.find(([name]) => name === "key")?.[1];
}

/** A page that came out of the cache, or was loaded again, shows what its forms have said since. */
async function restore() {
  const made = Number(words.made);
  const known = new Set((await entries()).map(keyOf));
  for (const [name, entry] of slips()) {
    // It may have reached the box just before its page was left.
    const key = keyOf(entry);
    if (!key || !known.has(key)) await keep(entry);
    localStorage.removeItem(name);
  }
  for (const entry of await entries()) {
    const { state, answer, slot } = entry;
    const form = formOf(entry);
    const isOld = (answer.at ?? 0) <= made;
    if (state === "done" && ((form && isOld) || (answer.at ?? 0) < made - 86_400_000)) await drop(entry);
    else if (form && state === "done") {
      fill(form, { ...answer.carry, ...answer.fields }, false);
      show(form, "saved", answer.notice ?? "");
    } else if (form && slot !== "" && state !== "done") {
      for (const [name, value] of entry.fields) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement && field.type !== "hidden") field.value = value;
      }
      if (state === "refused") show(form, "refused", answer.message ?? "");
    } else if (form && state === "waiting") showPress(form, entry.fields);
  }
}

/* Numbers that are typed one after the other: sums, a question where one cannot be meant, Enter and Tab move on. */

/** "0,312 + 0,298" in thousandths; NaN when it is no number. @param {string} text */
function sumOf(text) {
  const parts = text.split(/[\s+;]+/).filter((part) => part !== "");
  return parts.reduce((sum, part) => sum + Math.round(Number(part.replace(",", ".")) * 1000), 0);
}

/** @param {HTMLInputElement} field */
function echo(field) {
  const output = field.form?.querySelector("[data-sum]");
  const pieces = field.value.split(/[\s+;]+/).filter((part) => part !== "").length;
  if (!(output instanceof HTMLElement)) return;
  const sum = sumOf(field.value);
  const text = (sum / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 3 });
  output.textContent = pieces > 1 && Number.isFinite(sum) ? `= ${text} (${pieces} ${output.dataset.sum})` : "";
}

/**
 * Asks once where a weight cannot well be meant, and lets nothing go that is no number. True: it may go.
 * @param {HTMLInputElement} field @param {boolean} mustAsk
 */
function isMeant(field, mustAsk) {
  const { low, high, ask, wrong } = field.dataset;
  const sum = sumOf(field.value);
  if (Number.isNaN(sum) && field.form) {
    show(field.form, "question", wrong ?? "");
    return false;
  }
  const isOdd = low !== undefined && sum > 0 && (sum < Number(low) || sum > Number(high));
  const anyway = field.form?.elements.namedItem("anyway");
  if (!isOdd || !field.form || !(anyway instanceof HTMLInputElement)) return true;
  if (anyway.value === field.value) return true;
  anyway.value = field.value;
  if (mustAsk) show(field.form, "question", ask ?? "");
  return !mustAsk;
}

/** @param {HTMLInputElement} field */
function isDirty(field) {
  return field.value !== field.defaultValue && field.value.trim() !== "";
}

/** @param {HTMLInputElement} field */
function moveOn(field) {
  const fields = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll(FIELD)]);
  const next =
    fields.slice(fields.indexOf(field) + 1).find((one) => one.value === "") ?? fields[fields.indexOf(field) + 1];
  next?.focus();
  next?.select();
}

/** @param {HTMLInputElement} field @param {boolean} mustMove @returns {boolean} whether it went */
function save(field, mustMove) {
  if (!field.form) return false;
  if (isDirty(field)) {
    if (!isMeant(field, mustMove)) return false;
    const body = new FormData(field.form);
    field.defaultValue = field.value;
    void enqueue({ form: field.form, pressed: null, body: body.entries() });
  }
  if (mustMove) moveOn(field);
  return true;
}

/* Ears. */

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (new URL(form.action).pathname === "/sign-out") return leave(event, form);
  if (!form.matches(FORM) || !box || event.defaultPrevented || form.matches("[hx-post], [hx-boost]")) return;
  const submitter = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
  if (submitter?.getAttribute("hx-post")) return;
  event.preventDefault();
  const field = form.querySelector(FIELD);
  if (field instanceof HTMLInputElement && !submitter?.name) return void save(field, true);
  void enqueue({ form, pressed: submitter, body: new FormData(form).entries() });
}

/** Signing out clears what is kept here; what still waits is worth a question. @param {Event} event @param {HTMLFormElement} form */
function leave(event, form) {
  if (!box || form.dataset.cleared !== undefined) return;
  event.preventDefault();
  if (waiting > 0 && !confirm(words.leave)) return;
  const clear = async () => {
    for (const entry of await entries()) await drop(entry);
    for (const [name] of slips()) localStorage.removeItem(name);
    form.dataset.cleared = "";
    form.requestSubmit();
  };
  void clear();
}

/**
 * htmx sends its own forms; what it cannot deliver is ours. @param {Event} event
 * @returns {{ ctx: { request: { form?: HTMLFormElement, submitter?: Element | null, body: Iterable<[string, unknown]> }, response?: { status: number } } } | undefined}
 */
function htmxOf(event) {
  const { detail } = /** @type {CustomEvent} */ (event);
  return detail?.ctx?.request?.form?.matches?.(FORM) && box ? detail : undefined;
}

/** @param {Event} event */
function takeOver(event) {
  const { request } = /** @type {NonNullable<ReturnType<typeof htmxOf>>} */ (htmxOf(event)).ctx;
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (request.form);
  const isTried = event.type !== "htmx:before:request";
  void enqueue({ form, pressed: request.submitter ?? null, body: [...request.body], isHtmx: true, isTried });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches(FIELD) || event.shiftKey || !box) return;
  if (event.key !== "Tab" || !isDirty(field)) return;
  event.preventDefault();
  save(field, true);
}

/** @param {FocusEvent} event */
function onLeave(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches(FIELD) || !box) return;
  if (!field.form?.contains(/** @type {Node | null} */ (event.relatedTarget))) save(field, false);
}

/** @param {Event} event */
function onPlus(event) {
  const button = event.target instanceof Element ? event.target.closest("[data-plus]") : null;
  const field = button?.closest("form")?.querySelector(FIELD);
  if (!(field instanceof HTMLInputElement)) return;
  event.preventDefault();
  if (field.value.trim() !== "" && !/\+\s*$/.test(field.value)) field.value = `${field.value.trim()} + `;
  field.focus();
}

/** A list is narrowed while its search is typed, network or not. @param {HTMLInputElement} field */
function narrow(field) {
  const fold = (/** @type {string} */ text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = fold(field.value).split(/\s+/);
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    const text = fold(row.dataset.text ?? "");
    row.hidden = !wanted.every((word) => text.includes(word));
  }
}

/** Pages that will be wanted without network are fetched while there is one, one after the other. */
async function fetchAhead() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-keep] a[href]"))) {
    const known = Number(sessionStorage.getItem(link.href));
    if (Date.now() - known < 600_000) continue;
    try {
      await (await fetch(link.href, { headers: { accept: "text/html" }, priority: "low" })).text();
      sessionStorage.setItem(link.href, String(Date.now()));
    } catch {
      return;
    }
  }
}

/* Steppers. Each press is a form of its own, so that a resent one counts once and five quick ones count five times. */
document.addEventListener("htmx:config:request", (event) => {
  const { body } = /** @type {{ ctx: { request: { body: FormData } } }} */ (/** @type {CustomEvent} */ (event).detail)
    .ctx.request;
  if (body.has("key")) body.set("key", makeKey());
});
// The answer writes the number anew only where nobody is typing: a press ends the typing, also where buttons take no focus.
document.addEventListener("pointerdown", (event) => {
  const isPress = event.target instanceof Element && event.target.closest(".stepper button");
  if (isPress && document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
});

/** Numbers of many fields typed over and not saved are worth a question. @param {HTMLFormElement} form */
function askBeforeLeaving(form) {
  let isSent = false;
  form.addEventListener("submit", () => {
    isSent = true;
  });
  window.addEventListener("pageshow", () => {
    isSent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    const isTyped = [...form.elements].some(
      (field) => field instanceof HTMLInputElement && field.type === "text" && field.value !== field.defaultValue,
    );
    if (isTyped && !isSent) event.preventDefault();
  });
}
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.asks")))
  askBeforeLeaving(form);

async function start() {
  box = await openBox();
  if (!box) return;
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusout", onLeave);
  document.addEventListener("click", onPlus);
  document.addEventListener("pointerdown", (event) => {
    // The field keeps the focus: leaving it would save half a sum.
    if (event.target instanceof Element && event.target.closest("[data-plus]")) event.preventDefault();
  });
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches(FIELD)) echo(target);
    if (target.id === "find") narrow(target);
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (htmxOf(event) && (waiting > 0 || !navigator.onLine)) takeOver(event);
  });
  document.addEventListener("htmx:before:response", (event) => {
    if (BUSY.includes(htmxOf(event)?.ctx.response?.status ?? 0)) takeOver(event);
  });
  document.addEventListener("htmx:error", (event) => {
    if (htmxOf(event)) takeOver(event);
  });
  window.addEventListener("online", () => void flush());
  document.addEventListener("visibilitychange", () => void flush());
  await restore();
  // Whoever drives a browser waits for these two.
  document.body.dataset.ready = "";
  void flush();
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  await fetchAhead();
  document.body.dataset.ahead = "";
}
if (person !== "") void start();
