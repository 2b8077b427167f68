// Runs what time owes: each task at once at the start, then whenever its time has passed.
import type { Clock, ClockTask } from "../kernel/clock.ts";

/** What runs. */
export type Schedule = {
  /** Runs what is due now and waits for it and for what is under way; the timer does the same each second. */
  readonly runDue: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts the tasks: each at once, then whenever its time has passed. `onError` hears of a throw; the others go on. */
export function startSchedule(
  tasks: readonly ClockTask[],
  clock: Clock,
  onError: (task: string, error: unknown) => void,
  isHandDriven: boolean,
): Schedule {
  const nextAt = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const start = (task: ClockTask, now: number): void => {
    nextAt.set(task.name, now + task.everyMs);
    const run = (async () => task.run(now))()
      .catch((error: unknown) => onError(task.name, error))
      .finally(() => running.delete(task.name));
    running.set(task.name, run);
  };
  const runDue = async () => {
    const now = clock.now();
    const due = tasks.filter(({ name }) => !running.has(name) && (nextAt.get(name) ?? 0) <= now);
    for (const task of due) start(task, now);
    await Promise.all(running.values());
  };
  const timer = isHandDriven ? undefined : setInterval(() => void runDue(), 1000);
  timer?.unref();
  return {
    runDue,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
