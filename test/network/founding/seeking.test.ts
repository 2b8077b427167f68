// Counting who seeks: what is told of how many, and what is not.
import fc from "fast-check";
import t from "tap";
import { mayBud, refuseFew } from "../../../src/network/founding/budding.ts";
import { stepFounding, tickSteps } from "../../../src/network/founding/guide.ts";
import {
  drawCircles,
  FEWEST_COUNTED,
  isFlood,
  MOST_SEEKERS,
  mailboxOf,
  NEAR_KM,
  networkOf,
} from "../../../src/network/founding/seeking.ts";
import { COMUNI, findComune } from "../../../src/network/places/places.ts";

const istatOf = (name: string) => findComune(name)!.istat;

t.test("B38 seekers are counted from five on, those of the next village with them, those far away apart", async (t) => {
  const [fano, cartoceto, ascoli] = ["Fano", "Cartoceto", "Ascoli Piceno"].map(istatOf) as [string, string, string];
  const drawn = (...counts: [string, number][]) =>
    drawCircles(
      counts.map(([istat, count]) => ({ istat, count })),
      NEAR_KM,
    ).map(({ comune, count }) => [comune, count]);
  t.same(drawn([fano, 4]), [["Fano", null]]);
  t.same(drawn([fano, 5]), [["Fano", 5]]);
  t.same(drawn([fano, 4], [cartoceto, 3]), [["Fano", 7]]);
  t.same(drawn([fano, 4], [ascoli, 40]), [
    ["Ascoli Piceno", 40],
    ["Fano", null],
  ]);
});

t.test("B38 no seeker stands in two figures of the desk, and no figure is under five", async () => {
  const place = fc.record({
    istat: fc.constantFrom(...COMUNI.map(({ istat }) => istat)),
    count: fc.integer({ min: 1, max: 9 }),
  });
  const places = fc.uniqueArray(place, { selector: ({ istat }) => istat, maxLength: 12 });
  fc.assert(
    fc.property(places, (counts) => {
      const circles = drawCircles(counts, NEAR_KM);
      const told = circles.reduce((sum, { count }) => sum + (count ?? 0), 0);
      const all = counts.reduce((sum, { count }) => sum + count, 0);
      const hidden = circles.filter(({ count }) => count === null).length;
      return (
        circles.every(({ count }) => count === null || count >= FEWEST_COUNTED) &&
        told <= all &&
        all - told <= hidden * (FEWEST_COUNTED - 1)
      );
    }),
    { numRuns: 100 },
  );
});

t.test("a network answers a founding once; ticked steps are those of the guide, each once", async (t) => {
  t.equal(stepFounding("asked", "agreed"), "agreed");
  t.same(stepFounding("agreed", "refused"), { refused: "founding-decided" });
  t.same(stepFounding("made", "agreed"), { refused: "founding-decided" });
  t.same(tickSteps(["3", "1", "3", "11", "x"]), [1, 3]);
});

t.test("a group is full from forty households or ten who wait, and a new one begins with five", async (t) => {
  t.notOk(mayBud({ households: 39, waiting: 9 }));
  t.ok(mayBud({ households: 40, waiting: 0 }));
  t.ok(mayBud({ households: 6, waiting: 10 }));
  t.match(refuseFew(4), { refused: "too-few", count: 4 });
  t.equal(refuseFew(5), null);
});

t.test("C31 a list is full at so many, sooner from one network and for one mailbox", async (t) => {
  const few = { proven: 0, unproven: 0, fromThere: 0, ofMailbox: 0 };
  t.notOk(isFlood(few, MOST_SEEKERS));
  t.notOk(isFlood({ proven: 2999, unproven: 999, fromThere: 19, ofMailbox: 2 }, MOST_SEEKERS));
  for (const much of [{ proven: 3000 }, { unproven: 1000 }, { fromThere: 20 }, { ofMailbox: 3 }])
    t.ok(isFlood({ ...few, ...much }, MOST_SEEKERS));
  t.same(mailboxOf("anna+gas+2@posta.example"), { local: "anna", domain: "posta.example" });
  t.same(mailboxOf("anna@posta.example"), { local: "anna", domain: "posta.example" });
  t.equal(networkOf("192.0.2.7"), "192.0.2.7");
  t.equal(networkOf("::ffff:192.0.2.7"), "192.0.2.7");
  const home = networkOf("2001:db8:0:12:aaaa::1");
  for (const same of ["2001:db8:0:12::", "2001:0db8:0000:0012:1:2:3:4", "2001:db8::12:0:0:0:9"])
    t.equal(networkOf(same), home, same);
  t.not(networkOf("2001:db8:0:13::1"), home);
});
