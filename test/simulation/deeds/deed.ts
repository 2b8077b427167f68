// What a deed of a story is.
import type { Node } from "../../../src/node.ts";
import type { Place, World } from "../world.ts";

/** One thing that may happen. What it gives is kept in the story's record: a refusal is an answer like another. */
export type Deed = {
  readonly name: string;
  readonly who: "producer" | "gas" | "both";
  readonly run: (node: Node, place: Place, world: World) => unknown;
};
