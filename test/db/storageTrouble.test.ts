import t from "tap";
import { createStorageNews } from "../../src/db/storageTrouble.ts";

t.test("of a disk that stays full for three minutes the log hears once a minute, and once that it is over", (t) => {
  let now = 0;
  const said: unknown[] = [];
  const news = createStorageNews(
    () => now,
    (error) => said.push(error),
  );
  news.worked();
  t.same(said, [], "nothing while all is well");
  for (; now < 180_000; now += 1000) news.failed("full");
  news.worked();
  news.worked();
  t.same(said, ["full", "full", "full", null]);
  now -= 86_400_000;
  news.failed("full");
  t.equal(said.length, 5, "also when the clock went back a day");
  t.end();
});
