// A gathering in the words that search engines and calendars read off its page (schema.org). Says nothing that the page does not say. Pure.
import { wholePictureUrl } from "../catalogs/pictures/addresses.ts";
import { formatInstant } from "../kernel/time.ts";
import type { Gathering } from "./gathering.ts";

type Host = { readonly handle: string; readonly name: string };

/** Where one connects stays for who comes: others are led to the page. */
export function describeEvent(origin: string, { handle, name }: Host, gathering: Gathering): object {
  const { startsAt, endsAt, state, summary, content, capacity, picture, onlineUrl } = gathering;
  const url = `${origin}/${handle}/events/${gathering.id}`;
  const place = describePlace(gathering);
  const online = onlineUrl === null ? null : { "@type": "VirtualLocation", url };
  const mode = place === null ? "Online" : online === null ? "Offline" : "Mixed";
  const description = summary || content;
  return {
    "@context": "https://schema.org",
    "@type": "Event",
    "@id": url,
    url,
    name: gathering.name,
    ...(description === "" ? {} : { description }),
    startDate: formatInstant(startsAt),
    endDate: formatInstant(endsAt),
    eventStatus: `https://schema.org/${state === "cancelled" ? "EventCancelled" : "EventScheduled"}`,
    eventAttendanceMode: `https://schema.org/${mode}EventAttendanceMode`,
    location: [place, online].filter((one) => one !== null),
    organizer: { "@type": "Organization", name, url: `${origin}/${handle}` },
    ...(capacity === null ? {} : { maximumAttendeeCapacity: capacity }),
    ...(picture === null ? {} : { image: `${origin}${wholePictureUrl(picture)}` }),
  };
}

/** Null for what is online alone. */
function describePlace({ venue, street, comune, latitude, longitude }: Gathering): object | null {
  if (venue === "" && comune === "") return null;
  const geo = latitude === null ? {} : { geo: { "@type": "GeoCoordinates", latitude, longitude } };
  return {
    "@type": "Place",
    name: venue || comune,
    address: {
      "@type": "PostalAddress",
      ...(street === "" ? {} : { streetAddress: street }),
      ...(comune === "" ? {} : { addressLocality: comune }),
      addressCountry: "IT",
    },
    ...geo,
  };
}
