// Gatherings for the tests of this room.
import type { Gathering } from "../../src/gatherings/gathering.ts";

/** An evening of a GAS in Fano, published on 23 November 2026, on Saturday 5 December from 18:00 to 20:00. */
export function evening(changes: Partial<Gathering> = {}): Gathering {
  return {
    id: "aaaaaaaaaaaaaaaaaaaaaaaaaa",
    actorId: "https://g.example/fano",
    kind: "evening",
    audience: "people",
    name: "Come nasce un GAS",
    summary: "Una sera per chi vuole cominciare.",
    content: "Portate una sedia.\n\nSi finisce con una zuppa <calda>.",
    startsAt: Date.UTC(2026, 11, 5, 17),
    endsAt: Date.UTC(2026, 11, 5, 19),
    venue: "Sala della Pace",
    street: "Via Roma 1",
    comune: "Fano",
    latitude: 43.8427,
    longitude: 13.0196,
    onlineUrl: null,
    takesBookings: true,
    capacity: 6,
    closesAt: null,
    picture: null,
    pictureAlt: null,
    state: "published",
    cancelReason: null,
    pathId: null,
    moduleNumber: null,
    sequence: 1,
    createdBy: "gino",
    createdAt: Date.UTC(2026, 10, 22, 9),
    publishedAt: Date.UTC(2026, 10, 23, 9),
    updatedAt: Date.UTC(2026, 10, 23, 9),
    removedAt: null,
    ...changes,
  };
}
