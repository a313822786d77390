package finance

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"jalon/internal/audit"
	"jalon/internal/database"
)

// movementActions are the entries of the trail that tell of movements, whole ones, under their keys.
var movementActions = []string{"envelope.act", "envelope.transfer", "envelope.reverse"}

// holdMovements holds what is voted against what the trail, which is sealed, says that was voted: a movement never changes, none is
// taken away, and none came without an act. Where the values of an entry were erased with a person, nothing tells any more that a
// movement came without one.
func holdMovements(ctx context.Context, db database.Conn, b *books) ([]Check, error) {
	movements, err := findMovements(ctx, db, movementFilter{organisation: b.Organisation.ID})
	if err != nil {
		return nil, err
	}
	stand := make(map[MovementID]Movement, len(movements))
	for _, m := range movements {
		stand[m.ID] = m.asBooked()
	}
	check := Check{Code: "movement_trail", Checked: int64(len(movements))}
	alone, erased := maps.Clone(stand), false
	for _, action := range movementActions {
		err := eachTold(ctx, db, audit.Filter{Organisation: b.Organisation.ID, Action: action}, func(e audit.Entry) error {
			var told []Movement
			erased = json.Unmarshal([]byte(e.Details), &told) != nil || erased
			for _, m := range told {
				if stand[m.ID] != m.asBooked() {
					check.breaks(fmt.Sprintf("movement:%d", m.ID))
				}
				delete(alone, m.ID)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if !erased {
		for _, id := range slices.SortedFunc(maps.Keys(alone), cmp.Compare[MovementID]) {
			check.breaks(fmt.Sprintf("movement:%d", id))
		}
	}
	return []Check{check}, nil
}

// asBooked is a movement as it was booked, before any other one could reverse it.
func (m Movement) asBooked() Movement {
	m.ReversedBy, m.RecordedAt = 0, database.Instant(m.RecordedAt)
	return m
}

// eachTold goes through the entries of a trail that a filter keeps, the latest first.
func eachTold(ctx context.Context, db database.Conn, search audit.Filter, tell func(audit.Entry) error) error {
	for search.Limit = 500; ; {
		entries, err := audit.Search(ctx, db, search)
		if err != nil {
			return err
		}
		for _, e := range entries {
			search.Before = e.ID
			if err := tell(e); err != nil {
				return err
			}
		}
		if len(entries) < search.Limit {
			return nil
		}
	}
}

// holdCalendar holds fiscal years against each other, and their periods against the years: entries stand in them by number, so that a
// period of other days would move money in time.
func holdCalendar(_ context.Context, _ database.Conn, b *books) ([]Check, error) {
	check := Check{Code: "calendar", Checked: int64(len(b.Years))}
	for i, y := range b.Years {
		sound := slices.EqualFunc(y.Periods, periodsOf(y), func(is, should Period) bool {
			return is.Number == should.Number && is.Start == should.Start && is.End == should.End
		})
		if !sound || i > 0 && !y.Start.After(b.Years[i-1].End) {
			check.breaks(fmt.Sprintf("fiscal_year:%d", y.ID))
		}
	}
	return []Check{check}, nil
}
