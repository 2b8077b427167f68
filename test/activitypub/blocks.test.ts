import t from "tap";
import { isBlockedHost, normalizeHost, readBlocks } from "../../src/activitypub/blocks.ts";

t.test("B43 a blocked domain stays blocked in every spelling and in its subdomains", async (t) => {
  const blocks = readBlocks(["evil.example", "xn--mnchen-3ya.example", "[2606:4700::6810:84e5]", "9.9.9.9"]);
  for (const host of [
    "evil.example",
    "EVIL.Example",
    "evil.example.",
    "evil.example:8443",
    "a.b.evil.example",
    "München.example",
    "shop.MÜNCHEN.example",
    "xn--mnchen-3ya.example",
    "2606:4700:0:0:0:0:6810:84e5",
    "[2606:4700::6810:84E5]:443",
    "9.9.9.9",
    "151587081",
    "0x09.9.9.9",
    "ｅｖｉｌ．example",
  ]) {
    t.ok(isBlockedHost(host, blocks), host);
  }
});

t.test("B43 a block reaches neither a neighbour nor a name that merely ends alike", async (t) => {
  const blocks = readBlocks(["evil.example"]);
  for (const host of ["example", "notevil.example", "evil.example.org", "evil-example", "2606:4700::1"]) {
    t.notOk(isBlockedHost(host, blocks), host);
  }
});

t.test("B43 a block may be written in any spelling too", async (t) => {
  for (const block of ["EVIL.example.", "*.evil.example", "evil.example:443", " evil.example "]) {
    t.ok(isBlockedHost("sub.evil.example", readBlocks([block])), block);
  }
  t.notOk(isBlockedHost("good.example", readBlocks(["", "not a host", "."])), "an unreadable block blocks nobody");
});

t.test("a host nobody can read counts as blocked", async (t) => {
  for (const host of ["", ".", "a b", "evil/../x", "user@host.example", "exa\u0000mple"])
    t.ok(isBlockedHost(host, new Set()), host);
});

t.test("a host has one spelling", async (t) => {
  t.equal(normalizeHost("Bücher.Example."), "xn--bcher-kva.example");
  t.equal(normalizeHost("0x7f.1"), "127.0.0.1");
  t.equal(normalizeHost("::FFFF:1.2.3.4"), "::ffff:102:304");
  t.equal(normalizeHost("two words"), null);
});
