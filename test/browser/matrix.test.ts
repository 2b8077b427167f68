// Who booked what, typed over in a real browser: what is not saved is not left without a question.
import t from "tap";
import { openDesk } from "../scenarios/orderDesk.ts";
import { startChromium } from "./looks.ts";

t.setTimeout(2 * 60_000);

t.test("numbers typed and not saved are asked about before the page is left, and saved ones are not", async (t) => {
  const { origin, makeLink, shopping, addressOf } = await openDesk(t);
  const browser = await startChromium(t);
  const page = await (await browser.newContext({ locale: "it-IT", viewport: { width: 390, height: 800 } })).newPage();
  await page.goto(await makeLink());
  await page.click("main button");
  await page.waitForURL(`${origin}/`);
  const address = `${origin}${addressOf(shopping.open)}/matrix`;
  await page.goto(address);
  await page.waitForFunction(() => document.body.dataset.ready !== undefined);
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  const field = page.locator("main .matrix td:not(.none) input[inputmode=decimal]").first();
  const was = await field.inputValue();
  await field.click();
  await field.fill("4");
  await page.locator("main .tabs a:not([aria-current])").first().click({ noWaitAfter: true });
  await page.waitForTimeout(500);
  t.same(asked, ["beforeunload"]);
  t.equal(page.url(), address, "and who says no stays where they typed");
  t.equal(await field.inputValue(), "4");
  t.not(was, "4");
  if (process.env.FILIERA_SHOTS) await page.screenshot({ path: `${process.env.FILIERA_SHOTS}/matrix-390.png` });
  await page.click("#bar button");
  await page.waitForURL(/saved=1/);
  await page.goto(address);
  t.equal(await field.inputValue(), "4");
  t.equal(asked.length, 1, "what was saved is not asked about");
});
