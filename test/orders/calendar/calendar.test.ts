// What stands in a member's calendar, and the file that calendars read.
import t from "tap";
import { datesOf, shiftDatesOf } from "../../../src/orders/calendar/calendar.ts";
import { writeCalendar } from "../../../src/orders/calendar/calendarPages.ts";
import { words } from "../../../src/web/words.ts";
import { order } from "../oranges.ts";

const PICKUPS = [
  { id: "a", place: "Cortile della scuola", startAt: Date.UTC(2026, 11, 12, 16), endAt: null },
  { id: "b", place: "Casa di Rita", startAt: Date.UTC(2026, 11, 13, 9), endAt: Date.UTC(2026, 11, 13, 11) },
];
const made = order({ name: "Arance", pickups: PICKUPS, updatedAt: Date.UTC(2026, 10, 20) });
const uids = (booked: [string, string | null][]) =>
  datesOf([made], new Map(booked), "gas.example").map(({ uid }) => uid);

t.test("everybody sees when an order closes, and who booked where to collect it", async (t) => {
  t.ok(uids([]).every((uid) => !uid.includes("pickup")));
  t.ok(uids([]).includes(`${made.id}-closing@gas.example`));
  t.same(
    uids([[made.id, "b"]]).filter((uid) => uid.includes("pickup")),
    [`${made.id}-pickup-b@gas.example`],
  );
  t.equal(uids([[made.id, null]]).filter((uid) => uid.includes("pickup")).length, 2, "none chosen yet");
  t.same(datesOf([{ ...made, state: "draft" }], new Map(), "gas.example"), [], "a draft is nobody's matter");
});

t.test("a date that moves keeps its name and grows its sequence; one called off is crossed out", async (t) => {
  const moved = { ...made, closesAt: made.closesAt + 3_600_000, updatedAt: made.updatedAt + 60_000 };
  const [before, after] = [made, moved].map((one) =>
    datesOf([one], new Map(), "h").find(({ kind }) => kind === "closing"),
  );
  t.equal(after?.uid, before?.uid);
  t.ok((after?.sequence ?? 0) > (before?.sequence ?? 0));
  t.equal(datesOf([{ ...made, state: "cancelled" }], new Map(), "h")[0]?.isCancelled, true);
});

t.test("the file is iCalendar that a phone can read", async (t) => {
  const dates = datesOf([{ ...made, state: "cancelled" }], new Map([[made.id, "a"]]), "gas.example");
  const view = { name: "GAS Fano", deskUrl: "https://gas.example/desk/gas-fano", stampAt: 0, nameOf: () => "Mulino" };
  const text = writeCalendar(words("it"), dates, view);
  t.match(text, /^BEGIN:VCALENDAR\r\n/);
  t.match(text, `UID:${made.id}-pickup-a@gas.example`);
  t.match(text, "DTSTART:20261212T160000Z");
  t.match(text, "LOCATION:Cortile della scuola");
  t.match(text, "STATUS:CANCELLED");
  t.match(text, /SEQUENCE:\d+/);
  t.match(text, "SUMMARY:Ritiro: Arance (Mulino)");
});

t.test("who signed up for a shift has it in the calendar, under one name for ever, and nobody else has", async (t) => {
  const shift = { id: "s1", orderId: made.id, pickupId: "a", task: "Scarico", needed: 2 };
  const people = [{ personId: "marta", name: "Marta" }];
  const [pickup] = PICKUPS;
  const turn = {
    ...{
      orderId: made.id,
      orderName: made.name,
      producerId: made.producerId,
      pickupId: "a",
      updatedAt: made.updatedAt,
    },
    ...{ place: pickup!.place, startAt: pickup!.startAt, endAt: null, shifts: [{ ...shift, people }] },
  };
  t.same(shiftDatesOf([turn], "piero", "gas.example"), []);
  const dates = shiftDatesOf([turn], "marta", "gas.example");
  t.match(dates, [{ uid: "s1-shift@gas.example", startAt: pickup!.startAt, endAt: pickup!.startAt + 3_600_000 }]);
  const [moved] = shiftDatesOf([{ ...turn, updatedAt: turn.updatedAt + 60_000 }], "marta", "gas.example");
  t.ok(moved!.sequence > dates[0]!.sequence);
  const view = { name: "GAS", deskUrl: "https://gas.example/desk/gas", stampAt: 0, nameOf: () => "Mulino" };
  const text = writeCalendar(words("it"), dates, view);
  t.match(text, "SUMMARY:Turno: Scarico\\, Arance (Mulino)");
  t.match(text.replaceAll("\r\n ", ""), "https://gas.example/desk/gas/shifts");
});
