// Comparing what is seen: screenshots of two renders by the same browser on the same machine, so that fonts and versions are the
// same for both, and outlines, which are kept, since they do not hang on either (ADR 0021).
import type { Page } from "playwright-core";
import sharp from "sharp";

/** So much may a channel of a pixel differ: what smoothing of an edge makes. */
const SAME_WITHIN = 24;

/** How much of what two pages show now looks otherwise on the one than on the other: 0 to 1. Both viewports have one size. */
export async function shareOfDifference(one: Page, other: Page): Promise<number> {
  const [a, b] = await Promise.all([shoot(one), shoot(other)]);
  if (a.equals(b)) return 0;
  const [left, right] = await Promise.all([pixelsOf(a), pixelsOf(b)]);
  if (left.length !== right.length) return 1;
  let different = 0;
  for (let at = 0; at < left.length; at += 3) {
    const far = (channel: number) => Math.abs(left[at + channel]! - right[at + channel]!) > SAME_WITHIN;
    if (far(0) || far(1) || far(2)) different += 1;
  }
  return different / (left.length / 3);
}

/** Three bytes a pixel, row after row. */
function pixelsOf(png: Buffer): Promise<Buffer> {
  return sharp(png).removeAlpha().raw().toBuffer();
}

/** What stands on the screen, without a caret or a movement half done, from the top. */
async function shoot(page: Page): Promise<Buffer> {
  await page.evaluate(() => window.scrollTo(0, 0));
  // Addresses, codes and the grain of photographs are other ones at each node.
  const mask = [page.locator(".copy, .qr, code, main img, footer.bottom p")];
  const take = () => page.screenshot({ animations: "disabled", caret: "hide", scale: "css", mask, timeout: 20_000 });
  // A browser under load may miss the one frame that a picture waits for: then it is taken once more.
  return take().catch(take);
}

/** So many CSS pixels may an edge lie elsewhere: more is another layout. */
const NEAR = 8;

/** Where the landmarks, headings and blocks of a page stand, in their order: "h1 16 358" is its left edge and its width. */
export function outlineOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const blocks = "header.top, nav, main, footer.bottom, h1, h2, form.stack, .card, .bar, .facts, .rows, .notice";
    return [...document.querySelectorAll(blocks)]
      .filter((one) => one.checkVisibility() && one.getClientRects().length > 0)
      .map((one) => {
        const { left, width } = one.getBoundingClientRect();
        return `${one.tagName.toLowerCase()} ${Math.round(left)} ${Math.round(width)}`;
      });
  });
}

/** What of an outline is not as it was: a block more, less or elsewhere. Heights are left out, since they hang on the fonts there are. */
export function unlike(before: readonly string[], now: readonly string[]): string[] {
  const length = Math.max(before.length, now.length);
  return Array.from({ length }, (_, i) => [before[i] ?? "nothing", now[i] ?? "nothing"] as const)
    .filter(([was, is]) => !isNear(was, is))
    .map(([was, is]) => `${was} is ${is}`);
}

function isNear(was: string, is: string): boolean {
  const [[a = "", ...before], [b = "", ...now]] = [was.split(" "), is.split(" ")];
  return a === b && before.every((edge, i) => Math.abs(Number(edge) - Number(now[i])) <= NEAR);
}
