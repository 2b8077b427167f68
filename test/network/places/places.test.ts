// Comuni by name and distance, and the map drawn of them.
import t from "tap";
import { drawComuni, drawProvinces } from "../../../src/network/places/mapPages.ts";
import {
  COMUNI,
  comuneOf,
  distanceKm,
  findComune,
  findPlace,
  nearestComuni,
  PROVINCES,
  provinceOf,
} from "../../../src/network/places/places.ts";

t.test("a comune is found however its name is written, and an unknown place keeps its name", async (t) => {
  for (const name of ["Fano", "fano", " FANO ", "Fano (PU)", "Fano PU", "Fano, Marche"])
    t.equal(findComune(name)?.istat, "041013", name);
  t.equal(findComune("Sant'Elpidio a Mare")?.name, findComune("santelpidio a mare")?.name ?? "Sant'Elpidio a Mare");
  t.match(findPlace("Atlantide"), { istat: null, name: "Atlantide", latitude: null });
  t.match(findPlace("Urbino"), { istat: "041067", name: "Urbino", latitude: 43.72621 });
  t.equal(findPlace("  "), null);
});

t.test("beyond the region a place is the seat of its province, or about there, and keeps its name", async (t) => {
  for (const name of ["Rimini", "RIMINI (RN)"]) t.match(findPlace(name), { istat: "099014", latitude: 44.05755 }, name);
  for (const name of ["Bolzano", "Bozen", "Reggio Emilia", "reggio nell'emilia", "Forli"]) t.ok(findComune(name), name);
  const near = { istat: null, name: "Santarcangelo di Romagna (RN)", latitude: 44.05755, longitude: 12.56528 };
  t.same(findPlace("Santarcangelo di Romagna (RN)"), near);
  t.match(findPlace("Santarcangelo di Romagna"), { istat: null, latitude: null });
  t.match(findPlace("Frazione (PU)"), { latitude: null }, "of our provinces we know every comune");
  t.match(findPlace("Altrove (XX)"), { latitude: null });
  t.equal(Math.round(distanceKm(findComune("Rimini")!, findComune("Fano")!)), 43);
});

t.test("every comune is of one of the five provinces, near the others of it", async (t) => {
  t.equal(COMUNI.length, 225);
  t.same(
    PROVINCES.map(({ code }) => COMUNI.filter(({ istat }) => istat.startsWith(code)).length),
    [50, 47, 55, 40, 33],
  );
  t.ok(COMUNI.every(({ istat }) => provinceOf(istat.slice(0, 3)) && comuneOf(istat)));
  t.equal(new Set(COMUNI.map(({ name }) => name)).size, 225, "no two have one name");
});

t.test("what is near comes first, at its distance", async (t) => {
  const fano = findComune("Fano")!;
  t.equal(nearestComuni(fano, 3)[0]?.name, "Fano");
  t.equal(Math.round(distanceKm(fano, findComune("Pesaro")!)), 11);
  t.equal(Math.round(distanceKm(fano, findComune("Ascoli Piceno")!)), 119);
});

t.test("the map shows land where the province is, and what leads on has a name and room for a finger", async (t) => {
  const marks = [{ code: "041", label: "Pesaro e Urbino: 3 GAS", href: "/d/map?province=041", count: 3 }];
  const region = String(drawProvinces(PROVINCES, marks, "Le Marche"));
  t.equal(region.match(/<path /g)?.length, 5);
  t.match(region, /<a href="\/d\/map\?province=041" aria-label="Pesaro e Urbino: 3 GAS">/);
  t.equal(region.match(/<a /g)?.length, 1, "an empty province leads nowhere");
  // A ring drawn the wrong way round would be everything but the province.
  for (const path of region.matchAll(/ d="([^"]*)"/g))
    for (const [, x, y] of path[1]!.matchAll(/([\d.-]+),([\d.-]+)/g))
      t.ok(Number(x) >= 0 && Number(x) <= 360 && Number(y) >= 0 && Number(y) <= 420);
  const pesaro = provinceOf("041")!;
  const points = [
    { code: "041013", label: "Fano: 3 GAS", href: "/d/directory?comune=Fano", count: 3 },
    { code: "041067", label: "Urbino: 1 GAS", href: "/d/directory?comune=Urbino", count: 1 },
    { code: "999999", label: "?", href: "/", count: 1 },
  ];
  const province = String(drawComuni([pesaro], points, "Pesaro e Urbino"));
  t.equal(province.match(/<a /g)?.length, 2);
  t.match(province, /aria-label="Fano: 3 GAS"><circle cx="[\d.]+" cy="[\d.]+" r="13"/);
  t.notMatch(province, /map-here/);
  const [cx, cy] = /aria-label="Fano[^>]*><circle cx="([\d.]+)" cy="([\d.]+)"/.exec(province)!.slice(1);
  const ringed = String(drawComuni([pesaro], points, "Pesaro e Urbino", findComune("Fano")));
  t.match(ringed, `<circle cx="${cx}" cy="${cy}" r="16" class="map-here" aria-hidden="true">`, "where one asked from");
});
