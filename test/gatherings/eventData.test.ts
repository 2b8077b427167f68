// What search engines read of a gathering.
import t from "tap";
import { describeEvent } from "../../src/gatherings/eventData.ts";
import { evening } from "./evenings.ts";

const HOST = { handle: "gas-fano", name: "GAS Fano" };
const describe = (changes: Parameters<typeof evening>[0]) => describeEvent("https://g.example", HOST, evening(changes));

t.test("a gathering is at its place, online or both; where one connects stays for who comes", (t) => {
  const onlineUrl = "https://meet.example/segreto";
  const here = { venue: "Sala", street: "Via Roma 1", comune: "Fano", latitude: 43.8, longitude: 13, onlineUrl: null };
  t.match(describe(here), {
    eventAttendanceMode: "https://schema.org/OfflineEventAttendanceMode",
    location: [
      {
        ...{ "@type": "Place", name: "Sala", geo: { latitude: 43.8, longitude: 13 } },
        address: { streetAddress: "Via Roma 1", addressLocality: "Fano", addressCountry: "IT" },
      },
    ],
  });
  const both = describe({ ...here, onlineUrl });
  t.match(both, { eventAttendanceMode: /MixedEvent/, location: [{}, { "@type": "VirtualLocation" }] });
  const away = { venue: "", street: "", comune: "", latitude: null, longitude: null, onlineUrl };
  t.match(describe(away), { eventAttendanceMode: /OnlineEvent/, location: [{ "@type": "VirtualLocation" }] });
  t.notMatch(JSON.stringify([both, describe(away)]), /segreto/);
  t.end();
});

t.test("picture and places are told where there are any, and one called off is called off", (t) => {
  const bare = describe({ picture: null, capacity: null, summary: "", content: "" });
  t.same(
    ["image", "maximumAttendeeCapacity", "description"].filter((name) => name in bare),
    [],
  );
  t.match(describe({ picture: "ab".repeat(32), capacity: 30, state: "cancelled" }), {
    ...{ image: /^https:\/\/g\.example\/media\//, maximumAttendeeCapacity: 30 },
    eventStatus: "https://schema.org/EventCancelled",
  });
  t.end();
});
