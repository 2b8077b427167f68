// Goes before everything else in each file of the program that `npm start` runs, its threads among them.
import { nameSources } from "./stacks.ts";

nameSources();
