// Read a calendar on standard input as Thunderbird does, and write [uid, start, end, summary] of every
// occurrence whose slot is before the argument, in seconds since 1970, and whole days as "2026-03-14".
"use strict";

const ICAL = require("ical.js");

const before = Number(process.argv[2]);
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));

for (const timezone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(timezone));
}

const told = (time) => (time.isDate ? time.toString() : time.toUnixTime());

const shown = [];
const events = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
const overrides = events.filter((event) => event.isRecurrenceException());

for (const event of events.filter((one) => !one.isRecurrenceException())) {
  overrides.filter((override) => override.uid === event.uid).forEach((one) => event.relateException(one));
  const slots = event.iterator();
  for (let slot = slots.next(); slot && slot.toUnixTime() < before; slot = slots.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(slot);
    shown.push([item.uid, told(startDate), told(endDate), item.summary]);
  }
}

process.stdout.write(JSON.stringify(shown));
