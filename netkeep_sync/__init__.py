"""netkeep-sync: check-ins with the people who matter, booked on your calendar from one YAML file.

The way of the data, once round (a *pass*; read `service/sync_pass.py` first):

    targets ─listen─▶ observations ─hear─▶ facts ─▶ store
    roster file ─read─▶ Roster ──────────────────────┐
    store: facts ─reconcile─▶ histories ─────────────┼─▶ make_plan ─▶ Plan
    store: series as planned before ─────────────────┤                  │
    busy calendars ─read─▶ Busy ─────────────────────┘                  │
                                                   project, diff with the baselines
    store ◀─series, facts, baselines─ push ◀─ Changes ◀─────────────────┘
                                        └─▶ targets: the .ics file, the feed, Google, CalDAV

The rooms, and the only way in which they may know each other (a test walks the imports):

    cli, web ─▶ service ─▶ targets, sources, store, config ─▶ core ─▶ errors

* `core` decides. Values in, values out: no clock, no I/O, no randomness. `plan.py` is what is planned,
  `planner.py` makes it in rounds: `sorting.py` tells what becomes of what stood before, `book.py` knows
  what days and weeks hold, `placement.py` finds the level place, `fitting.py` holds a series against the
  book, `rhythm.py` knows when somebody is due, `trip.py` whom a trip leads to, `busy.py` when the owner is
  booked elsewhere. `series.py` is the recurring event in wall clock time, `hearing.py` tells from what a
  calendar shows what its owner did there (`slot_hearing.py`: to one check-in; `finding.py` which series
  nothing is remembered of; `news.py` gathers it), and `own.py` lets that stand; `reconcile.py` makes
  outcomes of facts, `identity.py` knows people again, `acquaintance.py` who of an address book is new,
  `ledger.py` who gave, asked and promised, and `brief.py` what to know before meeting. `dossier.py` is what
  came of everybody in a period, `review.py` what it proposes, and `review_plan.py` its own place on the
  calendar; `checkin.py` tells how each check-in went, and `statistics.py` counts them. `language.py` is
  what the owner is spoken to in, with its catalogues in `locale/`, `phrase.py` what is said before it has
  words of one; `spelling.py` knows the word that was meant. Asked about a plan, `capacity.py` tells whether
  it fits (what is proven stands in `counting.py`), `relief` what would make it fit, `explain.py` why it
  lies there, and `comeback.py` how to catch up.
* `config` reads the user's file: its text (`yaml_source.py`), its shape (`schema.py`, and `json_schema.py`
  for editors), what stands there (`values.py`, `times.py`, `flex.py`, `timezones.py`, `addresses.py`) and
  what that means (`resolution.py`). It patches the text too (`patch.py`): `edit.py` is what changes,
  `splicing.py` where that is written.
* `sources` reads what others know, `targets` publish, and `store` remembers: `opening.py` finds the roster in
  its database, `sql_store.py` is what may be asked and told of it.
* `service` brings effects into order: the pass, the lease, the clock, the answers of the owner; and `doctor`
  looks at all of it and changes nothing.
* `web` and `cli` are what people see.

Words mean one thing each: a *contact* has a *cadence*; its *series* makes *occurrences*, each named by its
*slot*; what is observed is a *fact*, what is believed an *outcome* with its *evidence*; a *baseline* is what
a target last held.

What may never happen: a duplicate, a lost edit, a check-in that comes back after it was let go, a mail. So
identities are derived and never random (`series_uid`), facts are only ever added, the plan is stored before
it is pushed, what is written to a remote calendar says itself that we wrote it (`targets/held.py`),
and every step can be cut off: the next pass comes to the same end.
"""

__version__ = "0.1.0"
