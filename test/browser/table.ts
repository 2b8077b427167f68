// Every page a browser must find in order. A slice adds its pages here, one line each.
import type { Page } from "playwright-core";
import type { Town, Who } from "./town.ts";

/** A page: where it is, who looks, and what to do there before looking (a form that shows its errors, say). */
export type Visit = {
  readonly name: string;
  readonly url: (town: Town) => string | Promise<string>;
  readonly as: Who;
  readonly act?: (page: Page) => Promise<void>;
  /** What the page answers when it is not 200. */
  readonly status?: number;
};

const press = (page: Page) => page.click("main form button");

export const PAGES: readonly Visit[] = [
  { name: "home-empty", url: (town) => `${town.fresh.origin}/`, as: "nobody" },
  { name: "home-public", url: (town) => `${town.lived.origin}/`, as: "nobody" },
  { name: "home", url: (town) => `${town.lived.origin}/`, as: "admin" },
  { name: "help", url: (town) => `${town.lived.origin}/help`, as: "nobody" },
  { name: "not-found", url: (town) => `${town.lived.origin}/nothing/here`, as: "nobody", status: 404 },
  { name: "setup", url: (town) => town.setupUrl, as: "nobody" },
  { name: "setup-mistakes", url: (town) => town.setupUrl, as: "nobody", act: press, status: 422 },
  { name: "setup-spent", url: (town) => `${town.lived.origin}/setup/x`, as: "nobody", status: 410 },
  { name: "sign-in", url: (town) => `${town.lived.origin}/sign-in`, as: "nobody" },
  {
    name: "sign-in-sent",
    url: (town) => `${town.lived.origin}/sign-in`,
    as: "nobody",
    act: async (page) => {
      await page.fill("[name=email]", "qualcuno@posta.example");
      await press(page);
    },
  },
  { name: "enter", url: (town) => town.signInUrl(), as: "nobody" },
  { name: "account", url: (town) => `${town.lived.origin}/account`, as: "admin" },
  { name: "people", url: (town) => `${town.lived.origin}/desk/gas-fano/people`, as: "admin" },
  { name: "people-invited", url: (town) => `${town.lived.origin}/desk/gas-fano/people`, as: "admin", act: press },
];
