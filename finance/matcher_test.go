package finance

import (
	"context"
	"maps"
	"slices"
	"testing"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

func TestCommitmentParts(t *testing.T) {
	all := func(p int64) []reconcile.Part { return []reconcile.Part{{Project: p, ShareBP: reconcile.Whole}} }
	split := []reconcile.Part{{Project: 1, ShareBP: 6000}, {Project: 2, ShareBP: 4000}}
	either := []reconcile.Part{{Project: 1}, {Project: 2}}
	tests := []struct {
		name    string
		of      []sharedCommitment
		numbers map[string][]reconcile.Part
		items   map[reconcile.Item][]reconcile.Part
	}{
		{"a number", []sharedCommitment{{number: " ej1", parts: split}}, map[string][]reconcile.Part{"EJ1": split}, nil},
		{"in two budgets alike", []sharedCommitment{{number: "EJ1", parts: all(1)}, {number: "ej1", parts: all(1)}}, map[string][]reconcile.Part{"EJ1": all(1)}, nil},
		{"in two budgets otherwise", []sharedCommitment{{number: "EJ1", parts: all(2)}, {number: "EJ1", parts: all(1)}}, map[string][]reconcile.Part{"EJ1": either}, nil},
		{"of one project in two shares", []sharedCommitment{{number: "EJ1", parts: all(1)}, {number: "EJ1", parts: []reconcile.Part{{Project: 1, ShareBP: 5000}}}}, nil, nil},
		{"items alike", []sharedCommitment{{number: "EJ1", item: "1", parts: all(1)}, {number: "EJ1", item: "2", parts: all(1)}}, map[string][]reconcile.Part{"EJ1": all(1)},
			map[reconcile.Item][]reconcile.Part{{Commitment: "EJ1", Number: "1"}: all(1), {Commitment: "EJ1", Number: "2"}: all(1)}},
		{"items of two projects", []sharedCommitment{{number: "EJ1", item: "1", parts: all(1)}, {number: "EJ1", item: "2", parts: all(2)}}, map[string][]reconcile.Part{"EJ1": either},
			map[reconcile.Item][]reconcile.Part{{Commitment: "EJ1", Number: "1"}: all(1), {Commitment: "EJ1", Number: "2"}: all(2)}},
		{"an item beside the whole", []sharedCommitment{{number: "EJ1", parts: all(1)}, {number: "EJ1", item: "2", parts: all(2)}}, map[string][]reconcile.Part{"EJ1": all(1)},
			map[reconcile.Item][]reconcile.Part{{Commitment: "EJ1", Number: "2"}: all(2)}},
	}
	for _, tc := range tests {
		numbers, items := commitmentParts(tc.of)
		if !maps.EqualFunc(numbers, tc.numbers, slices.Equal) || !maps.EqualFunc(items, tc.items, slices.Equal) {
			t.Errorf("%s: %v and %v, want %v and %v", tc.name, numbers, items, tc.numbers, tc.items)
		}
		if _, err := reconcile.Compile(nil, reconcile.Directory{Commitments: numbers, Items: items}); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestMatcherKnowsTheBooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1", "P2"), newDesk(t, db, "marne", "X1")
		d.code("P1", "NUM035")
		other.code("X1", "XX035")
		d.engage("2026000123", "", "", "2024-15018", euros(5_000), map[string]int64{"P1": 6000, "P2": 4000})
		d.engage("2026000777", "2", "", "", euros(5_000), map[string]int64{"P2": 10000})
		other.engage("2026000555", "", "", "", euros(5_000), map[string]int64{"X1": 10000})
		for _, alias := range [][2]string{{"2025000001", "2025000002"}, {"2025000002", "2026000123"}} {
			if _, err := db.Write().ExecContext(ctx, "INSERT INTO commitment_alias (organisation_id, old_number, new_number, reason, recorded_by, recorded_at) VALUES (?, ?, ?, 'x', 'test', ?)",
				d.org.ID, alias[0], alias[1], d.clock.now()); err != nil {
				t.Fatal(err)
			}
		}
		d.rule(reconcile.RankInventory, wholly(d.projects["P2"]), is(reconcile.FieldInventory, "INV-7"))
		b, err := d.service.open(ctx, db.Read(), d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		m, err := matcherFor(ctx, db.Read(), b)
		if err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			name string
			p    Posting
			kind reconcile.VerdictKind
			want []Share
		}{
			{"finance code", Posting{Analytic: "num035 "}, reconcile.Books, []Share{{d.projects["P1"], 100}}},
			{"finance code as the operation", Posting{Operation: "NUM035"}, reconcile.Books, []Share{{d.projects["P1"], 100}}},
			{"commitment", Posting{Commitment: "2026000123"}, reconcile.Books, []Share{{d.projects["P1"], 60}, {d.projects["P2"], 40}}},
			{"replaced commitment", Posting{Commitment: "2025000001"}, reconcile.Books, []Share{{d.projects["P1"], 60}, {d.projects["P2"], 40}}},
			{"item of a commitment", Posting{Commitment: "2026000777", CommitmentItem: "2"}, reconcile.Books, []Share{{d.projects["P2"], 100}}},
			{"a rule", Posting{Inventory: "INV-7"}, reconcile.Books, []Share{{d.projects["P2"], 100}}},
			{"an order", Posting{Analytic: "NUM035", OrderOp: true}, reconcile.Books, []Share{{0, 100}}},
			{"a contract books nothing", Posting{Contract: "2024-15018"}, reconcile.Unknown, nil},
			{"another organisation's code", Posting{Analytic: "XX035"}, reconcile.Unknown, nil},
			{"another organisation's commitment", Posting{Commitment: "2026000555"}, reconcile.Unknown, nil},
		} {
			tc.p.Amount = 100
			v := m.Match(factsOf(&tc.p), nil)
			var got []Share
			if v.Kind == reconcile.Books {
				if got, err = sharesBy(reconcile.Candidate{Parts: v.Parts, Exclude: v.Exclude}, 100, 0); err != nil {
					t.Fatal(err)
				}
			}
			slices.SortFunc(got, func(a, b Share) int { return int(a.ProjectID - b.ProjectID) })
			if v.Kind != tc.kind || !slices.Equal(got, tc.want) {
				t.Errorf("%s: %s %v, want %s %v", tc.name, v.Kind, got, tc.kind, tc.want)
			}
		}
	})
}

func TestSuggesterIsMadeOncePerVersionOfTheBooks(t *testing.T) {
	db := dbtest.SQLite(t)
	ctx := context.Background()
	d := newDesk(t, db, "aube", "P1")
	of := func() *suggester {
		b, err := d.service.open(ctx, db.Read(), d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.service.suggest.of(ctx, db.Read(), b)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := of()
	if of() != first {
		t.Error("it was made twice")
	}
	d.code("P1", "NUM035")
	if of() == first {
		t.Error("it outlived what it was made of")
	}
	// What fails once is tried again.
	gone, cancel := context.WithCancel(ctx)
	cancel()
	d.touch()
	b, err := d.service.open(ctx, db.Read(), d.org.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.service.suggest.of(gone, db.Read(), b); err == nil {
		t.Error("made without a database")
	}
	if _, err := d.service.suggest.of(ctx, db.Read(), b); err != nil {
		t.Error(err)
	}
}

func TestTaken(t *testing.T) {
	held := []Allocation{{ProjectID: 1, Amount: 60, Method: MethodRule, RuleID: 7, RuleVersion: 2}, {ProjectID: 1, Amount: 50, Method: MethodManual}, {ProjectID: 2, Amount: 5, Method: MethodManual},
		{ProjectID: 1, Amount: -10, Method: MethodReverse, RuleID: 7, RuleVersion: 2}}
	for amount, want := range map[money.Amount][]money.Amount{100: {-50, -50}, 30: {-30}, 70: {-50, -20}} {
		var got []money.Amount
		for _, a := range taken(held, 1, amount, MethodReverse, "x") {
			got = append(got, a.Amount)
			if a.ProjectID != 1 || a.Method != MethodReverse || a.Reason != "x" {
				t.Errorf("taking %d: %+v", amount, a)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("taking %d takes %v, want %v", amount, got, want)
		}
	}
}
