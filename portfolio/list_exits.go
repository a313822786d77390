package portfolio

import (
	"context"
	"slices"
	"time"

	"jalon/internal/civil"
	"jalon/internal/database"
)

// presence is one full list: its day and who was on it.
type presence struct {
	on        civil.Date
	members   map[ProjectID]bool
	uncertain bool // who is missing may be a row that was rejected
}

// listExits works out the stretches during which a project was missing from the full lists, oldest
// list first. A list from before the project was known says nothing about it, nor does one of a day on which it had left and
// came back by the word of a person.
func listExits(known civil.Date, id ProjectID, lists []presence, said []exitRow) []exitRow {
	var out []exitRow
	for _, l := range lists {
		if known.IsZero() || l.on.Before(known) {
			continue
		}
		if slices.ContainsFunc(said, func(e exitRow) bool {
			return e.Source == SourcePerson && !e.Returned.IsZero() && !e.Left.After(l.on) && e.Returned.After(l.on)
		}) {
			continue
		}
		open := len(out) > 0 && out[len(out)-1].Returned.IsZero()
		switch {
		case !l.members[id] && !open && !l.uncertain:
			out = append(out, exitRow{ProjectID: id, Left: l.on, Source: SourceList})
		case l.members[id] && open:
			out[len(out)-1].Returned = l.on
		}
	}
	return out
}

// bookExits holds the exits in the books against those that follow from the full lists, and mends
// the difference: a list that comes late may show that a project left earlier, or had not left.
func bookExits(ctx context.Context, tx database.Conn, r Roadmap, lists []listRow, members map[int64][]ProjectID, now time.Time) (int, error) {
	f := &facts{roadmap: r}
	if err := f.loadProjects(ctx, tx); err != nil {
		return 0, err
	}
	full := presences(lists, members)
	var add []exitRow
	var withdraw []int64
	for _, p := range f.projects {
		var known civil.Date
		if es := f.estimates[p.ID]; len(es) > 0 {
			known = es[0].AsOf
		}
		want := slices.DeleteFunc(listExits(known, p.ID, full, f.exits[p.ID]), func(w exitRow) bool {
			// somebody had said so before the list did
			return slices.ContainsFunc(f.exits[p.ID], func(e exitRow) bool {
				return e.Source == SourcePerson && !e.Left.After(w.Left) && (e.Returned.IsZero() || e.Returned.After(w.Left))
			})
		})
		for _, held := range f.exits[p.ID] {
			if held.Source != SourceList {
				continue
			}
			i := slices.IndexFunc(want, func(w exitRow) bool { return w.Left == held.Left && w.Returned == held.Returned })
			if i >= 0 {
				want = slices.Delete(want, i, i+1)
			} else {
				withdraw = append(withdraw, held.ID)
			}
		}
		for _, w := range want {
			w.OrganisationID, w.RecordedAt = r.OrganisationID, database.Instant(now)
			add = append(add, w)
		}
	}
	if len(withdraw) > 0 {
		_, err := tx.ExecContext(ctx, "UPDATE project_exit SET withdrawn_at = ? WHERE organisation_id = ? AND id IN (?)", database.Instant(now), r.OrganisationID, database.In(withdraw))
		if err != nil {
			return 0, err
		}
	}
	left := 0
	for _, a := range add {
		if a.Returned.IsZero() {
			left++
		}
	}
	return left, database.Bulk(ctx, tx, add)
}

// deriveExits is bookExits after a person's word about who is away ended: lists of the days that it no longer covers count again.
func deriveExits(ctx context.Context, tx database.Conn, r Roadmap, now time.Time) error {
	lists, members, err := findLists(ctx, tx, r)
	if err != nil {
		return err
	}
	_, err = bookExits(ctx, tx, r, lists, members, now)
	return err
}

// presences orders the full lists by day; of two lists of one day the later one holds.
func presences(lists []listRow, members map[int64][]ProjectID) []presence {
	last := map[civil.Date]listRow{}
	for _, l := range lists {
		if !l.Series && l.ID > last[l.AsOf].ID {
			last[l.AsOf] = l
		}
	}
	out := make([]presence, 0, len(last))
	for on, l := range last {
		p := presence{on: on, uncertain: l.Uncertain, members: make(map[ProjectID]bool, len(members[l.ID]))}
		for _, m := range members[l.ID] {
			p.members[m] = true
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b presence) int { return a.on.Compare(b.on) })
	return out
}
