// Which of an actor's public words are in its feed.
import t from "tap";
import { pickPosts } from "../../../src/partners/follows/feed.ts";

const A = "https://g.example/g";
const note = (n: number, content: string, more = {}) => ({
  ...{ type: "Note", id: `${A}/notes/${n}`, content, published: `2026-11-0${n}T08:00:00Z`, ...more },
});
const say = (type: string, object: object | string) => ({ type, actor: A, object }) as never;

t.test("each post is there once with its newest words, and nothing that was taken back", (t) => {
  const posts = pickPosts(
    [
      say("Delete", { type: "Tombstone", id: `${A}/notes/3` }),
      say("Delete", `${A}/notes/4`),
      say("Update", note(1, "<p>Nuovo</p>", { updated: "2026-11-05T08:00:00Z" })),
      say("Update", { type: "Collection", id: `${A}/c/1` }),
      say("Announce", "https://p.example/notes/1"),
      say("Create", note(4, "<p>Via</p>")),
      say("Create", note(3, "<p>Via</p>")),
      say("Create", { ...note(2, "<p>x</p>"), type: "Event", name: "Assemblea", url: `${A}/eventi/2` }),
      say("Create", note(1, "<p>Vecchio</p>")),
    ],
    "it",
  );
  t.same(
    posts.map(({ id, title, url, publishedAt, updatedAt }) => [
      id.slice(-1),
      title,
      url.slice(-1),
      updatedAt - publishedAt,
    ]),
    [
      ["2", "Assemblea", "2", 0],
      ["1", "Nuovo", "1", 4 * 86_400_000],
    ],
  );
  t.end();
});

t.test("a post is read in the reader's language where it has it, and begins with its title", (t) => {
  const contentMap = { it: "<p><strong>Pane &amp; olio</strong></p><p>Sabato.</p>", en: "<p>Bread</p>" };
  const titles = (language: string, object: object) =>
    pickPosts([say("Create", object)], language).map(({ title }) => title);
  t.same(titles("it", note(1, "?", { contentMap })), ["Pane & olio"]);
  t.same(titles("en", note(1, "?", { contentMap })), ["Bread"]);
  t.same(titles("de", note(1, "<p>Ohne Karte</p>", { contentMap: null })), ["Ohne Karte"]);
  t.same(titles("it", { ...note(1, ""), content: 7, published: "ieri" }), [""]);
  t.equal(titles("it", note(1, `<p>${"a".repeat(500)}</p>`))[0]?.length, 120);
  t.end();
});

t.test("a feed is no archive: fifty posts, the newest", (t) => {
  const many = Array.from({ length: 80 }, (_, n) =>
    say("Create", { ...note(1, `<p>${n}</p>`), id: `${A}/n/${n}`, published: new Date(n * 1000).toISOString() }),
  );
  const posts = pickPosts(many, "it");
  t.same([posts.length, posts[0]?.title], [50, "79"]);
  t.end();
});
