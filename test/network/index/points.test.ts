// Points as texts: those of a circle lie between two of them, so that an engine reads no others.
import fc from "fast-check";
import t from "tap";
import { bandAround, distanceOf, pointAt } from "../../../src/network/index/points.ts";

t.test(
  "every point within a circle lies in its band, wherever on earth, and what is a degree beyond does not",
  async (t) => {
    const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
    fc.assert(
      fc.property(
        degrees(90),
        degrees(180),
        fc.integer({ min: 1, max: 200 }),
        degrees(2),
        degrees(2),
        (latitude, longitude, km, up, right) => {
          const circle = { latitude, longitude, km };
          const place = { latitude: Math.max(-90, Math.min(90, latitude + up)), longitude: longitude + right };
          const point = pointAt(place.latitude, place.longitude);
          const { from, to } = bandAround(circle);
          const isInBand = point >= from && point <= to;
          if (distanceOf(circle, place) !== null) return isInBand;
          return Math.abs(place.latitude - latitude) < km / 111 + 0.1 || !isInBand;
        },
      ),
      { numRuns: 2000 },
    );
    t.pass();
  },
);
