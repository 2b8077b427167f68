// The loop that keeps copies of what others say fresh: it works off what is due, one round after the other, once at a time.

/** `wake` asks for it from inside a transaction, `refreshDue` waits until nothing is due, `stop` for what is under way. */
export type Keeper = {
  readonly wake: () => void;
  readonly refreshDue: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** `workRound` works off some of what is due and says whether there was any. */
export function createKeeper(workRound: () => Promise<boolean>): Keeper {
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isStopped = false;

  const drain = async () => {
    // Not before `running` is set; and it is unset in the same turn that finds nothing more wanted, so no call is lost.
    await null;
    try {
      while (isWanted && !isStopped) {
        isWanted = false;
        if (await workRound()) isWanted = true;
      }
    } finally {
      running = null;
    }
  };
  const refreshDue = (): Promise<void> => {
    isWanted = true;
    running ??= drain();
    return running;
  };
  return {
    // After the transaction that marked what is due: it ends before the next turn of the event loop.
    // What fails here fails again in the clock's task, which reports it.
    wake: () =>
      setImmediate(() => {
        if (!isStopped) refreshDue().catch(() => {});
      }),
    refreshDue,
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}
