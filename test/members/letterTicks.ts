// Lets letters to people without an account leave a house without a node: each call is an hour of the test's clock.
import { letterClockTasks } from "../../src/members/letters/letterActions.ts";
import { listLetterWriters } from "../../src/nodeRooms.ts";
import type { TestHouse } from "./house.ts";

export function letterTicks(house: TestHouse): () => Promise<void> {
  const [send] = letterClockTasks(house, listLetterWriters(house), () => 0.5);
  return async () => {
    await send!.run(house.clock.at);
    house.clock.at += 3_600_000;
  };
}
