// Times as a person types them, on the clocks of Rome: the hour that spring leaves out is told, not guessed. Pure.
import type { Refusal } from "./refusal.ts";
import { addDays, instantOfRome, romeTime } from "./time.ts";

const LOCAL = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2})[:.](\d{2})(?::00)?$/;

/**
 * "2026-12-12T20:30" on the clocks of Rome as epoch ms. Of the hour that autumn repeats, the first. Refuses `bad-time`,
 * and `hour-not-there` with the time the clocks show instead, for the hour that spring leaves out.
 */
export function readLocalMinute(text: string): { at: number } | Refusal<"bad-time" | "hour-not-there"> {
  const [, date = "", hour = "", minute = ""] = LOCAL.exec(text.trim()) ?? [];
  const time = `${hour.padStart(2, "0")}:${minute}`;
  const at = instantOfRome({ date, time });
  if (at === null) return { refused: "bad-time", text };
  const shown = romeTime(at);
  if (shown.time !== time || shown.date !== date) return { refused: "hour-not-there", text, instead: shown.time };
  return { at };
}

/** Epoch ms as a datetime field holds it. */
export function writeLocalMinute(at: number): string {
  const { date, time } = romeTime(at);
  return `${date}T${time}`;
}

/** The same time of day so many days later, as clocks in Rome show it: an hour more or less in UTC across a change. */
export function moveByDays(at: number, days: number): number {
  const { date, time } = romeTime(at);
  return instantOfRome({ date: addDays(date, days), time }) ?? at;
}
