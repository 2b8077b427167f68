// The script of pages where photographs are chosen: a telephone's photograph is made smaller before it is sent, so that it goes out
// of a field too. Without it the form sends the file as it is, and the server draws it anew in either case.

/** Longest side and quality of what is sent: what the node keeps, and a little more. */
const SIDE = 1600;
const QUALITY = 0.86;
/** Smaller files go as they are. */
const SMALL_BYTES = 600_000;

/** @param {File} file @returns {Promise<File>} The smaller photograph; the same file where it cannot be read here. */
async function shrink(file) {
  try {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(whole.width, whole.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(whole.width * scale);
    canvas.height = Math.round(whole.height * scale);
    const context = canvas.getContext("2d");
    if (!context) return file;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ done) =>
      canvas.toBlob(done, "image/jpeg", QUALITY),
    );
    return blob && blob.size < file.size ? new File([blob], "foto.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

document.addEventListener("change", async ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.matches("input[data-shrink]")) return;
  const [file] = target.files ?? [];
  const form = target.form;
  if (!file || !form) return;
  const said = form.querySelector("[data-shrunk]");
  const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("button[type=submit]"));
  const tell = (/** @type {File} */ ready) => {
    const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    if (said) said.textContent = `${target.dataset.shrink}: ${size.format(Math.max(0.1, ready.size / 1e6))} MB`;
  };
  if (file.size <= SMALL_BYTES) return tell(file);
  if (button) button.disabled = true;
  const smaller = await shrink(file);
  // Another may have been chosen meanwhile.
  if (target.files?.[0] === file) {
    const box = new DataTransfer();
    box.items.add(smaller);
    target.files = box.files;
    tell(smaller);
  }
  if (button) button.disabled = false;
});
