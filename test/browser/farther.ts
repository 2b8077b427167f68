// The pages that lie beside a group's buying: each file makes what its own pages need. A new one goes here, one line.
import { ASKING_PAGES } from "./asking.ts";
import { BYWAY_PAGES } from "./byways.ts";
import { ELSEWHERE_PAGES } from "./elsewhere.ts";
import { FIGURE_PAGES } from "./figures.ts";
import { FOUNDING_PAGES } from "./foundings.ts";
import { GROUP_PAGES } from "./groupLife.ts";
import { JOINT_PAGES } from "./joint.ts";
import { MEETING_PAGES } from "./meetings.ts";
import type { Visit } from "./table.ts";

export const FARTHER_PAGES: readonly Visit[] = [
  ...GROUP_PAGES,
  ...ELSEWHERE_PAGES,
  ...BYWAY_PAGES,
  ...FIGURE_PAGES,
  ...JOINT_PAGES,
  ...MEETING_PAGES,
  ...FOUNDING_PAGES,
  ...ASKING_PAGES,
];
