// Every deed with how often it comes up.
import { book, startOrder, steerOrder } from "./buying.ts";
import type { Deed } from "./deed.ts";
import { deliver, replyToCounter } from "./delivering.ts";
import { turnPact } from "./pacts.ts";
import { startCycle, tendOrder } from "./selling.ts";

export const DEEDS: readonly (readonly [number, Deed])[] = [
  [1, turnPact],
  [2, startCycle],
  [8, tendOrder],
  [3, startOrder],
  [12, book],
  [5, steerOrder],
  [3, replyToCounter],
  [6, deliver],
];
