// What people elsewhere read of a piece of news.
import t from "tap";
import { writeContent } from "../../../src/gatherings/news/announcement.ts";
import { words } from "../../../src/web/words.ts";

const NEWS = {
  ...{ id: "n", actorId: "https://g.example/fano", title: "Mulino & forno <aperti>", endsAt: 0 },
  ...{ text: "Sabato alle 9.\nSi entra dal retro.\n\n<script>1</script>", createdAt: 0, updatedAt: 0 },
};

t.test("B34 title, paragraphs and lines are as typed, a link leads back, and nothing typed is markup", (t) => {
  const url = "https://g.example/fano/news/x";
  const content = writeContent(NEWS, words("it"), url, "https://g.example/tags/gas");
  t.match(
    content,
    /^<p><strong>Mulino &amp; forno &lt;aperti&gt;<\/strong><\/p><p>Sabato alle 9\.<br>Si entra dal retro/,
  );
  t.match(content, `<p>&lt;script&gt;1&lt;/script&gt;</p><p><a href="${url}">`);
  t.notMatch(content, "<script");
  t.match(writeContent(NEWS, words("en"), url, ""), /Read it where it was written/);
  t.end();
});
