// Whom a limit counts as one.
import t from "tap";
import { networkOf } from "../../src/web/networkOf.ts";

t.test("all addresses of one home are one, in every spelling; IPv4 stays as it is", (t) => {
  const home = ["2001:db8:0:7::1", "2001:0DB8:0000:0007:a:b:c:d", "2001:db8:0:7:ffff::", "2001:db8:0:7::1%eth0"];
  for (const address of home) t.equal(networkOf(address), "2001:db8:0:7::/64", address);
  t.equal(networkOf("2001:db8::7:0:0:1"), "2001:db8:0:0::/64");
  t.equal(networkOf("::1"), "0:0:0:0::/64");
  t.equal(networkOf("192.0.2.7"), "192.0.2.7");
  t.equal(networkOf("::ffff:192.0.2.7"), "192.0.2.7");
  t.end();
});
