import { join } from "node:path";
import t from "tap";
import { ROOT } from "../tidy/source.ts";
import { startProcess } from "./startProcess.ts";

t.test(
  "npm start in a clean folder prints the set-up link, gets ready, and a stop signal reaches the node",
  async (t) => {
    const data = join(t.testdir(), "data");
    const first = await startProcess(["npm", "start"], ROOT, data);
    t.match(first.said(), new RegExp(`${first.origin}/setup/`));
    t.equal(await first.stop(), 0);
  },
);

t.test("a changed origin on existing data refuses to start and says what to do", async (t) => {
  const data = join(t.testdir(), "data");
  const first = await startProcess(["npm", "start"], ROOT, data);
  t.equal(await first.stop(), 0);
  // The next one gets another free port, hence another origin.
  await t.rejects(startProcess(["npm", "start"], ROOT, data), { message: /FILIERA_ORIGIN|origin/i });
});
