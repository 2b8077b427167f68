// The first run of a node, step by step, as a browser walks it: before anybody is here, and at the desk of the first actor; and signing in.
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";

export const BEGINNING_PAGES: readonly Visit[] = [
  { name: "setup", url: (town) => town.setupUrl, as: "nobody", leadsTo: "/setup/:token/:step" },
  { name: "setup-address", url: (town) => `${town.setupUrl}/address`, as: "nobody", isMinor: true },
  { name: "setup-kind", url: (town) => `${town.setupUrl}/kind`, as: "nobody", isMinor: true },
  { name: "setup-who", url: (town) => `${town.setupUrl}/who`, as: "nobody", isMinor: true },
  ...["key", "mail", "data", "backup", "done"].map((step) => ({
    name: `begin-${step}`,
    url: (town: Town) => `${town.lived.origin}/desk/gas-fano/begin/${step}`,
    as: "admin" as const,
    isMinor: true as const,
  })),
  {
    name: "setup-mistakes",
    url: (town) => `${town.setupUrl}/who`,
    as: "nobody",
    act: (page) => page.click("main form button"),
    status: 422,
  },
  { name: "setup-spent", url: (town) => `${town.lived.origin}/setup/x`, as: "nobody", status: 410 },
  { name: "sign-in", url: (town) => `${town.lived.origin}/sign-in`, as: "nobody" },
  {
    name: "sign-in-sent",
    url: (town) => `${town.lived.origin}/sign-in`,
    as: "nobody",
    act: async (page) => {
      await page.fill("[name=email]", "qualcuno@posta.example");
      await page.click("main form button");
    },
  },
  { name: "enter", url: (town) => town.signInUrl(), as: "nobody" },
];
