// How a person in a browser sets a node up: page after page behind the set-up link, with or without script.
import type { Page } from "playwright-core";
import type { FirstAnswers } from "../tools/firstRun.ts";

/** Answers what cannot be left out, on a page of one's own; ends at the first step of who is signed in. */
export async function walkFirstRun(page: Page, url: string, answers: FirstAnswers): Promise<void> {
  const { name, handle, place, personName, email } = answers;
  await page.goto(`${url}/kind`);
  for (const fields of [{}, { name, handle, place }, { personName, email }]) {
    for (const [field, value] of Object.entries(fields)) await page.fill(`[name="${field}"]`, value);
    const next = page.waitForResponse((answer) => answer.request().isNavigationRequest() && answer.status() !== 303);
    await page.locator("main form button[type=submit]").last().click();
    await (await next).finished();
  }
  await page.waitForURL(/\/begin\/key$/);
}
