package audit_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// search is Search that must not fail.
func search(t tb, db *database.DB, f audit.Filter) []audit.Entry {
	t.Helper()
	found, err := audit.Search(context.Background(), db.Read(), f)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestSearch(t *testing.T) {
	hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	tests := []struct {
		name   string
		filter audit.Filter
		want   []int64
	}{
		{"everything, newest first", audit.Filter{}, []int64{6, 5, 4, 3, 2, 1}},
		{"who", audit.Filter{Actor: "user:2"}, []int64{6, 4, 2}},
		{"part of a name is another", audit.Filter{Actor: "user:"}, nil},
		{"what", audit.Filter{Action: "project.create"}, []int64{5, 1}},
		{"of what", audit.Filter{Subject: "project", SubjectID: 7}, []int64{5, 2, 1}},
		{"from an instant on", audit.Filter{From: hour(4)}, []int64{6, 5, 4}},
		{"until an instant", audit.Filter{To: hour(4)}, []int64{3, 2, 1}},
		{"an instant in another zone", audit.Filter{To: hour(4).In(time.FixedZone("", -7200))}, []int64{3, 2, 1}},
		{"a text, whatever its capitals", audit.Filter{Text: " ÉCOLE «"}, []int64{5, 1}},
		{"a text with quotes", audit.Filter{Text: `"b" <`}, []int64{3}},
		{"an amount", audit.Filter{Text: "1250"}, []int64{2}},
		{"wildcards are plain", audit.Filter{Text: "%"}, nil},
		{"what no text can be", audit.Filter{Actor: "user:1\x00"}, nil},
		{"what no text can be, again", audit.Filter{Subject: "project\xff", Text: "\x00\xff"}, nil},
		{"page by page", audit.Filter{Limit: 2, Before: 5}, []int64{4, 3}},
		{"a text page by page", audit.Filter{Limit: 1, Text: "école", Before: 5}, []int64{1}},
		{"all together", audit.Filter{Actor: "user:1", Action: "project.create", Subject: "project", SubjectID: 7, From: hour(1), To: hour(2), Text: "école", Before: 6, Limit: 9}, []int64{1}},
		{"another organisation", audit.Filter{Organisation: 2}, []int64{7}},
		{"none", audit.Filter{Organisation: 3}, nil},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org, other := newOrganisation(t, db, "lille"), newOrganisation(t, db, "roubaix")
		record(t, db, org, "user:1", "project.create", "project", 7, "l’école « A »", hour(1))
		record(t, db, org, "user:2", "project.update", "project", 7, map[string]int{"cost": 125000}, hour(2))
		record(t, db, org, "user:1", "user.create", "user", 1, `a "b" <c>`, hour(3))
		record(t, db, org, "user:2", "user.create", "user", 7, nil, hour(4))
		record(t, db, org, "user:1", "project.create", "project", 7, map[string]string{"name": "École « B »"}, hour(5))
		record(t, db, org, "user:2", "list.import", "roadmap", 1, nil, hour(6))
		record(t, db, other, "user:2", "list.import", "roadmap", 1, nil, hour(6))
		for _, tc := range tests {
			if tc.filter.Organisation == 0 {
				tc.filter.Organisation = org
			}
			var got []int64
			for _, e := range search(t, db, tc.filter) {
				got = append(got, e.ID)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
			}
		}
	})
}

func TestSearchGivesAllFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		record(t, db, org, "user:1", "user.create", "user", 7, "anne", now)
		erase(t, db, org, audit.Match{Texts: []string{"anne"}}, true)
		sealNow(t, db, now)
		record(t, db, org, "user:2", "user.update", "user", 8, "bo", now.Add(time.Hour))
		want := []audit.Entry{
			{ID: 3, OrganisationID: org, At: now.Add(time.Hour), Actor: "user:2", Action: "user.update", Subject: "user", SubjectID: 8, Details: `"bo"`},
			{ID: 2, OrganisationID: org, At: now, Actor: "user:1", Action: audit.ActionErase, Subject: "user", Details: `{"entries":[1]}`, Seal: 1},
			{ID: 1, OrganisationID: org, At: now, Actor: "user:1", Action: "user.create", Subject: "user", SubjectID: 7, Erased: true, Seal: 1},
		}
		if got := search(t, db, audit.Filter{Organisation: org}); !slices.Equal(got, want) {
			t.Errorf("Search = %+v, want %+v", got, want)
		}
	})
}

// TestSearchIsBounded: whatever is asked for, a page stays a page, and a text far back in a long trail is found all the same.
func TestSearchIsBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		org := newOrganisation(t, db, "lille")
		err := db.Tx(context.Background(), func(ctx context.Context, tx database.Conn) error {
			for i := range 1203 {
				if err := audit.Record(ctx, tx, org, "user:1", "project.create", "project", 1, fmt.Sprintf("P%04d", i), now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			limit int
			text  string
			want  int
		}{{0, "", 50}, {-1, "", 50}, {1 << 30, "", 500}, {600, "p", 500}, {600, "p000", 10}, {3, "p000", 3}} {
			if found := search(t, db, audit.Filter{Organisation: org, Limit: tc.limit, Text: tc.text}); len(found) != tc.want {
				t.Errorf("limit %d, text %q: %d entries, want %d", tc.limit, tc.text, len(found), tc.want)
			}
		}
	})
}
