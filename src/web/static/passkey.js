// Passkeys in the browser (members/credentials/passkeyPages.ts): asks the device for one and sends what it gives with the form of the page.
//
// `[data-passkey]` is "create" or "get" and carries the platform's own options as JSON (WebAuthn Level 3). Browsers that do not
// read those keep the sentence of `[data-passkey-else]`, which is also all that is seen without script.

/** The challenge on the page lives five minutes. */
const GOOD_MS = 4 * 60_000;

const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-passkey]"));
const other = /** @type {HTMLElement | null} */ (document.querySelector("[data-passkey-else]"));
const keys = /** @type {typeof PublicKeyCredential | undefined} */ (window.PublicKeyCredential);
const isAble = keys !== undefined && "parseCreationOptionsFromJSON" in keys && "toJSON" in keys.prototype;
const form = box?.querySelector("form");

if (box && form && other && isAble) start(box, form, other);

/** @param {HTMLElement} box @param {HTMLFormElement} form @param {HTMLElement} other */
function start(box, form, other) {
  const { passkey, options = "", again = "/", already = "", cancelled = "" } = box.dataset;
  const said = /** @type {HTMLOutputElement} */ (box.querySelector("output"));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
  const shownAt = performance.now();
  let isAsking = false;

  const ask = async () => {
    if (performance.now() - shownAt > GOOD_MS) return location.replace(again);
    const json = JSON.parse(options);
    const given =
      passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) });
    field.value = JSON.stringify(given);
    form.submit();
  };

  /** @param {string} words what is said when nothing came of it */
  const press = async (words) => {
    if (isAsking) return;
    isAsking = true;
    said.textContent = "";
    try {
      await ask();
    } catch (error) {
      said.textContent = error instanceof DOMException && error.name === "InvalidStateError" ? already : words;
    }
    isAsking = false;
  };

  other.hidden = true;
  box.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(cancelled);
  });
  // Some browsers want a touch first: then the button is there, and nothing went wrong.
  if ("now" in box.dataset) press("");
}
