// A network with a handful of groups, producers and their goods in its index, as if it had read them.
import type { Entry, NetworkIndex } from "../../../src/network/index/networkIndex.ts";
import { findPlace } from "../../../src/network/places/places.ts";
import { entryOf } from "../index/entries.ts";

const DAY = 86_400_000;
const MILL = "https://mulino.example/mulino";
const ORCHARD = "https://frutteto.example/frutteto";
const OLD_FARM = "https://vecchia.example/podere";

/** Fills the index for that network; `now` is the moment of the last reading. */
export async function fillValley(index: NetworkIndex, networkId: string, now: number): Promise<void> {
  const at = (place: string, sourceId: string) => ({ place: findPlace(place), sourceId, url: sourceId, readAt: now });
  const gas = (name: string, place: string, joining: Entry["joining"] = null) => {
    const id = `https://${name.toLowerCase().replaceAll(/\W/g, "")}.example/gas`;
    const way = { joining, joinUrl: joining === null ? null : `${id}/join` };
    return entryOf("gas", name, {
      id,
      ...at(place, id),
      ...way,
      text: "Trenta famiglie, ci troviamo il giovedì sera.",
    });
  };
  const producer = (name: string, place: string, id: string, text: string) =>
    entryOf("producer", name, { id, ...at(place, id), text });
  const product = (name: string, category: string, of: readonly [string, string], some = {}) =>
    entryOf("product", name, { category, certifications: ["organic"], ...at(...of), ...some });
  const kilogram = { quantityThousandths: 1000, unitCode: "KGM", unitText: "" };
  const old = { ...at("Urbino", OLD_FARM), readAt: now - 9 * DAY };
  const producers = [
    producer("Mulino della Valle", "Fossombrone", MILL, "Farine di grani antichi macinate a pietra."),
    producer("Frutteto Bianchi", "Fano", ORCHARD, "Mele e pere senza trattamenti."),
  ];
  await index.put([
    gas("GAS Fano", "Fano", "waiting"),
    gas("GAS Urbino", "Urbino", "open"),
    gas("GAS Macerata", "Macerata", "closed"),
    gas("Gasolina", "Fano"),
    entryOf("producer", "Podere Vecchio", { id: OLD_FARM, ...old }),
    entryOf("district", "DES Metauro", {
      id: "https://des.example/metauro",
      ...at("Fano", "https://des.example/metauro"),
    }),
    product("Farina di farro", "Farine", ["Fossombrone", MILL], { pack: kilogram, packagePriceCents: 320 }),
    product("Mele Perché no", "Frutta", ["Fano", ORCHARD], { pack: kilogram, months: [9, 10, 11] }),
    product("Pere Abate", "Frutta", ["Fano", ORCHARD], { months: [9, 10] }),
    entryOf("cycle", "Farine di novembre", { ...at("Fossombrone", MILL), startsAt: now - DAY, endsAt: now + 2 * DAY }),
    entryOf("cycle", "Mele d'autunno", { ...at("Fano", ORCHARD), startsAt: now - DAY, endsAt: now + DAY }),
    entryOf("cycle", "Ordine chiuso", { ...at("Fano", ORCHARD), startsAt: now - 9 * DAY, endsAt: now - DAY }),
  ]);
  // As the reader does: what a producer's products are, its own entry says.
  for (const entry of producers) {
    const { certifications, months } = await index.goodsOf(entry.id);
    await index.put([{ ...entry, certifications, months }]);
  }
  const sources = ["gasfano", "gasurbino", "gasmacerata", "gasolina"].map((name) => `https://${name}.example/gas`);
  const all = [...sources, MILL, ORCHARD, OLD_FARM, "https://des.example/metauro"];
  await index.scope(networkId, all, new Map([[ORCHARD, "DES Metauro"]]));
}
