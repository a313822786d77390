package audit_test

import (
	"context"
	"slices"
	"testing"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// erase erases what matches, writes the entry that says so if it is to be said, and gives the ids.
func erase(t tb, db *database.DB, org int64, match audit.Match, say bool) (ids []int64) {
	t.Helper()
	err := db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) (err error) {
		if ids, err = audit.Erase(ctx, tx, org, match, now); err != nil || !say {
			return err
		}
		return audit.Record(ctx, tx, org, "user:1", audit.ActionErase, "user", match.SubjectID, audit.Erasure{Entries: ids}, now)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestErase(t *testing.T) {
	details := []any{ // entry by entry, about user 1, user 2, project 1 and so on
		map[string]any{"before": map[string]any{"email": "anne@lille.fr"}, "after": nil},
		map[string]any{"name": "E\u0301mile ROUX"},
		map[string]any{"comment": `from "Anne" <anne@lille.fr> & others`},
		map[string]any{"members": map[string]int{"Anne Petit": 2}},
		map[string]any{"phone": 320123456, "entries": 3},
		nil,
	}
	subjects := []struct {
		subject string
		id      int64
	}{{"user", 1}, {"user", 2}, {"project", 1}, {"committee", 3}, {"project", 2}, {"project", 2}}
	tests := []struct {
		name  string
		match audit.Match
		want  []int // of the entries above
	}{
		{"about a subject", audit.Match{Subject: "user", SubjectID: 1}, []int{0}},
		{"an address in other words", audit.Match{Texts: []string{"Anne@Lille.FR"}}, []int{0, 2}},
		{"quotes and brackets", audit.Match{Texts: []string{`"Anne" <anne@lille.fr> & `}}, []int{2}},
		{"capitals and accents in two parts", audit.Match{Texts: []string{" Émile roux "}}, []int{1}},
		{"a name as a key", audit.Match{Texts: []string{"anne petit"}}, []int{3}},
		{"a number", audit.Match{Texts: []string{"320123456"}}, []int{4}},
		{"subject or text", audit.Match{Subject: "user", SubjectID: 2, Texts: []string{"Anne Petit"}}, []int{1, 3}},
		{"the id alone says nothing", audit.Match{SubjectID: 1}, nil},
		{"nothing", audit.Match{}, nil},
		{"a name as a whole value", audit.Match{Names: []string{" Émile Roux"}}, []int{1}},
		{"a name within a value", audit.Match{Names: []string{`"Anne" <anne@lille.fr>`, "anne", "from"}}, nil},
		{"the end of an address", audit.Match{Texts: []string{"e@lille.fr"}}, nil},
		{"the beginning of an address", audit.Match{Texts: []string{"anne@lille"}}, nil},
		{"blank names", audit.Match{Names: []string{"", " \t"}}, nil},
		{"blanks are in no value", audit.Match{Texts: []string{"", " \t"}}, nil},
		{"wildcards are plain", audit.Match{Texts: []string{"%", "_nne"}}, nil},
		{"of the JSON, not of a value", audit.Match{Texts: []string{`":"`, "null", "{"}}, nil},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for _, tc := range tests {
			org, other := newOrganisation(t, db, "lille"), newOrganisation(t, db, "roubaix")
			var ids []int64
			for i, d := range details {
				for _, o := range []int64{org, other} {
					record(t, db, o, "user:1", "x.update", subjects[i].subject, subjects[i].id, d, now)
				}
				found := search(t, db, audit.Filter{Organisation: org, Limit: 1})
				ids = append(ids, found[0].ID)
			}
			var want []int64
			for _, i := range tc.want {
				want = append(want, ids[i])
			}
			sealNow(t, db, now)
			if got := erase(t, db, org, tc.match, true); !slices.Equal(got, want) {
				t.Errorf("%s: erased %v, want %v", tc.name, got, want)
			}
			if again := erase(t, db, org, tc.match, false); len(again) != 0 {
				t.Errorf("%s: erased again: %v", tc.name, again)
			}
			for _, e := range search(t, db, audit.Filter{Organisation: org})[1:] {
				if gone := slices.Contains(want, e.ID); e.Erased != gone || (e.Details == "") != gone {
					t.Errorf("%s: entry %d: erased %v, details %q, want erased: %v", tc.name, e.ID, e.Erased, e.Details, gone)
				}
			}
			for _, o := range []int64{org, other} {
				if breaks, _ := check(t, db, o); len(breaks) != 0 {
					t.Errorf("%s: organisation %d: breaks %+v", tc.name, o, breaks)
				}
				forget(t, db, o)
			}
		}
	})
}

// TestEraseLeavesNothing: neither the values nor the salt with which they could be guessed stay in the row.
func TestEraseLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		record(t, db, org, "user:1", "user.create", "user", 1, "anne", now)
		run(t, db, `INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) VALUES (?, ?, 'cli:x', 'user.create', 'user', 1, '"anne"')`, org, now)
		if ids := erase(t, db, org, audit.Match{Texts: []string{"Anne"}}, true); len(ids) != 2 {
			t.Fatalf("erased %v, want both", ids)
		}
		var rows []struct {
			Details, Salt string
			DetailsHash   string
		}
		if err := db.Read().NewRaw("SELECT details, salt, details_hash FROM audit_entry WHERE id <= 2").Scan(context.Background(), &rows); err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			if r.Details != "" || r.Salt != "" || len(r.DetailsHash) != 64 {
				t.Errorf("entry %d: %+v, want the hash alone", i+1, r)
			}
		}
		sealNow(t, db, now)
		if breaks, _ := check(t, db, org); len(breaks) != 0 {
			t.Errorf("breaks %+v", breaks)
		}
	})
}

// TestEraseGoesThroughAllPages: a person's traces may be anywhere in a long trail.
func TestEraseGoesThroughAllPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		const n = 1100
		err := db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error {
			for i := range n {
				name := "somebody"
				if i%50 == 0 {
					name = "anne"
				}
				if err := audit.Record(ctx, tx, org, "user:1", "user.update", "user", int64(i), name, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if ids := erase(t, db, org, audit.Match{Texts: []string{"anne"}}, true); len(ids) != n/50 || ids[len(ids)-1] != n-49 {
			t.Errorf("erased %v", ids)
		}
		sealNow(t, db, now)
		if breaks, _ := check(t, db, org); len(breaks) != 0 {
			t.Errorf("breaks %+v", breaks)
		}
	})
}
