// The script of pages that stay open while others work: asks now and then whether anything changed, draws that, and nothing else.
// `src/web/live.ts` says what a page and its answer look like.

const EVERY_MS = 45_000;

const place = () => /** @type {HTMLElement | null} */ (document.getElementById("live"));

/** Whether somebody is at work here: what is typed, waits or is under way is not drawn over. */
function isBusy() {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (
    document.querySelectorAll("main input[type=text], textarea")
  );
  const isTyped = [...fields].some((field) => field.value !== field.defaultValue);
  return (
    isTyped || document.getElementById("net")?.hidden === false || document.querySelector(".htmx-request") !== null
  );
}

let isLooking = false;

async function look() {
  const spot = place();
  const { live, mark = "" } = spot?.dataset ?? {};
  if (!live || isLooking || document.visibilityState !== "visible" || !navigator.onLine || isBusy()) return;
  isLooking = true;
  try {
    const headers = { "if-none-match": `"${mark}"`, accept: "text/html" };
    const answer = await fetch(live, { headers, cache: "no-store", signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    // A press meanwhile has drawn something newer.
    if (place()?.dataset.mark !== mark || isBusy()) return;
    if (answer.status === 205) location.reload();
    else if (answer.status === 200) draw(text, answer.headers.get("etag") ?? "");
  } catch {
    // No network is no news.
  } finally {
    isLooking = false;
  }
}

/** @param {string} text @param {string} etag */
function draw(text, etag) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement?.id;
  for (const part of [...fresh.body.children]) document.getElementById(part.id)?.replaceWith(part);
  // Whoever is about to write in a field that was drawn anew goes on there.
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  const spot = place();
  if (spot) spot.dataset.mark = etag.replaceAll('"', "");
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", () => void look());
