// The instants at which a power cut would hurt most have names, so that a test can die exactly there (SAFETY 6, A1).

let trap: ((name: string) => void) | null = null;

/** Does nothing, unless a test has set a trap. */
export function crashPoint(name: string): void {
  trap?.(name);
}

/** For tests alone: what happens at each crash point from now on. */
export function setCrashTrap(next: ((name: string) => void) | null): void {
  trap = next;
}
