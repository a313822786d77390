package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func (d *desk) queue(f QueueFilter) QueuePage {
	d.Helper()
	page, err := d.service.Queue(context.Background(), operator, d.org.ID, f)
	if err != nil {
		d.Fatal(err)
	}
	return page
}

// code gives a project the finance code under which the finance system knows it.
func (d *desk) code(project, code string) {
	d.Helper()
	_, err := d.db.Write().ExecContext(context.Background(), "INSERT INTO finance_code (organisation_id, project_id, code, assigned_at) VALUES (?, ?, ?, ?)", d.org.ID, d.projects[project], code, d.clock.now())
	if err != nil {
		d.Fatal(err)
	}
	d.touch()
}

// touch raises the version of the books, as every use case that changes them does.
func (d *desk) touch() {
	d.Helper()
	err := d.service.change(context.Background(), operator, d.org.ID, act{name: "test", permission: identity.PermReconcile}, func(context.Context, database.Conn, *books) (trace, error) {
		return trace{details: "x"}, nil
	})
	if err != nil {
		d.Fatal(err)
	}
}

// engage books a commitment that belongs to projects.
func (d *desk) engage(number, item, supplier, contract string, committed money.Amount, shares map[string]int64) {
	d.Helper()
	ctx := context.Background()
	var id int64
	err := d.db.Write().NewRaw(`INSERT INTO commitment (organisation_id, number, item, supplier, contract, section, state, committed) VALUES (?, ?, ?, ?, ?, '', 'open', ?) RETURNING id`,
		d.org.ID, number, item, supplier, contract, committed).Scan(ctx, &id)
	if err != nil {
		d.Fatal(err)
	}
	for project, bp := range shares {
		if _, err := d.db.Write().ExecContext(ctx, `INSERT INTO commitment_share (organisation_id, commitment_id, project_id, share_bp, method, recorded_by, recorded_at) VALUES (?, ?, ?, ?, 'manual', 'test', ?)`,
			d.org.ID, id, d.projects[project], bp, d.clock.now()); err != nil {
			d.Fatal(err)
		}
	}
	d.touch()
}

func TestQueuePages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		rng := rand.New(rand.NewPCG(1, 2))
		var sum, gross money.Amount
		var oldest int64
		for i := range 23 {
			amount := money.Amount(100 * (1 + rng.IntN(8)))
			if rng.IntN(3) == 0 {
				amount = -amount
			}
			sum, gross = sum+amount, gross+amount.Abs()
			d.newPosting(func(p *Posting) {
				p.Amount, p.DocOn = amount, day("2026-03-02").AddDays(rng.IntN(5))
				if p.DocOn == day("2026-03-02") {
					oldest++
				}
				p.Label = fmt.Sprintf("Prestation %d", i)
				if i%2 == 0 {
					p.SupplierName = "Société Générale d’Écoles"
				}
			})
		}
		for _, order := range []QueueOrder{OrderBySize, OrderByAge} {
			for _, text := range []string{"", "PRESTATION"} {
				f := QueueFilter{Order: order, Text: text, Limit: 5}
				var seen []QueueLine
				for {
					page := d.queue(f)
					if page.Count != 23 || page.Sum != sum || page.Gross != gross {
						t.Fatalf("%s: %d lines, %d, %d; want 23, %d, %d", order, page.Count, page.Sum, page.Gross, sum, gross)
					}
					seen = append(seen, page.Lines...)
					if f.After = page.Next; f.After == "" {
						break
					}
				}
				ids := map[PostingID]bool{}
				for i, l := range seen {
					ids[l.Posting.ID] = true
					if i == 0 {
						continue
					}
					if a, b := seen[i-1], l; order == OrderBySize && a.Residual.Abs() < b.Residual.Abs() || order == OrderByAge && a.Since.After(b.Since) {
						t.Errorf("%s: line %d of %d stands before %d of %d", order, a.Posting.ID, a.Residual, b.Posting.ID, b.Residual)
					}
				}
				if len(seen) != 23 || len(ids) != 23 {
					t.Errorf("%s: %d lines on all pages, %d different ones", order, len(seen), len(ids))
				}
				for i, l := range seen { // the keyboard goes the same way
					detail, err := d.service.QueueLine(context.Background(), operator, d.org.ID, l.Posting.ID, QueueFilter{Order: order, Text: text})
					if err != nil {
						t.Fatal(err)
					}
					var before, after PostingID
					if i > 0 {
						before = seen[i-1].Posting.ID
					}
					if i < len(seen)-1 {
						after = seen[i+1].Posting.ID
					}
					if detail.Previous != before || detail.Next != after {
						t.Errorf("%s: neighbours of %d are %d and %d, want %d and %d", order, l.Posting.ID, detail.Previous, detail.Next, before, after)
					}
				}
			}
		}
		for text, want := range map[string]int64{"societe ecoles": 12, "PRESTATION 22": 1, "rien de tel": 0, "44306184100047": 23, "…": 23} {
			if got := d.queue(QueueFilter{Text: text}).Count; got != want {
				t.Errorf("%q leaves %d lines, want %d", text, got, want)
			}
		}
		for days, want := range map[int]int64{1: 23, 241: 23, 245: oldest, 246: 0} { // 2 November is 245 days after 2 March
			if got := d.queue(QueueFilter{Age: days}).Count; got != want {
				t.Errorf("%d lines are older than %d days, want %d", got, days, want)
			}
		}
		_, err := d.service.Queue(context.Background(), operator, d.org.ID, QueueFilter{After: "x.1", State: "gone", Order: "luck", Age: -1})
		if f := fault.As(err); f == nil || len(f.Fields) != 4 {
			t.Errorf("a filter of nonsense: %v", err)
		}
	})
}

func TestQueueTellsWhatALineMayBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		d.code("P1", "NUM035")
		d.engage("2026000123", "", "44306184100047", "2024-15018", euros(5_000), map[string]int64{"P1": 6000, "P2": 4000})
		d.engage("2026000999", "", "98765432100011", "", euros(700), map[string]int64{"P2": 10000})
		tests := []struct {
			name   string
			change func(*Posting)
			want   string
			doubt  string
		}{
			{"a slip in the finance code", func(p *Posting) { p.Analytic = "NUM036" }, "P1=12000.00 near analytic NUM036~NUM035", ""},
			{"a slip in the commitment", func(p *Posting) { p.Commitment = "2026000132" }, "P1=7200.00 P2=4800.00 near commitment 2026000132~2026000123", ""},
			{"the contract of a commitment", func(p *Posting) { p.Contract = "2024-15018" }, "P1=7200.00 P2=4800.00 agreed contract", ""},
			{"supplier and amount that are waited for", func(p *Posting) { p.Supplier, p.Amount = "98765432100011", euros(700) }, "P2=700.00 agreed supplier_id amount", ""},
			{"nothing", func(p *Posting) { p.Supplier, p.SupplierName = "1", "Nobody" }, "", ""},
		}
		for _, tc := range tests {
			t.Run(tc.name, func(t *testing.T) {
				p := d.newPosting(tc.change)
				line, err := d.service.QueueLine(context.Background(), operator, d.org.ID, p.ID, QueueFilter{})
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				if len(line.Suggestions) > 0 {
					got = told(line.Suggestions[0])
				}
				if got != tc.want || line.Doubt != tc.doubt {
					t.Errorf("suggested %q, doubt %q; want %q, %q", got, line.Doubt, tc.want, tc.doubt)
				}
			})
		}
	})
}

// told is a suggestion in words.
func told(s Suggestion) string {
	out := ""
	for _, share := range s.Shares {
		out += fmt.Sprintf("%s=%s ", share.Project.Code, share.Amount.Decimal(money.EUR))
	}
	if s.Exclude {
		out = "excluded "
	}
	if len(s.Agreed) > 0 {
		out += "agreed"
		for _, f := range s.Agreed {
			out += " " + string(f)
		}
	}
	for _, n := range s.Near {
		out += fmt.Sprintf("near %s %s~%s", n.Field, n.Found, n.Known)
	}
	return out
}

func TestSuggestionOfACorrection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		p := d.newPosting(func(p *Posting) { p.Amount = euros(1_000) })
		less := d.newPosting(func(q *Posting) { q.Amount, q.Origin = -euros(400), p.ID })
		if err := d.allocate(p.ID, p.Amount, PartInput{Project: d.projects["P1"], ShareBP: 7500}, PartInput{Project: d.projects["P2"], ShareBP: 2500}); err != nil {
			t.Fatal(err)
		}
		line, err := d.service.QueueLine(ctx, operator, d.org.ID, less.ID, QueueFilter{})
		if err != nil || len(line.Suggestions) == 0 || told(line.Suggestions[0]) != "P1=-300.00 P2=-100.00 agreed origin" || line.Corrects == nil || line.Corrects.ID != p.ID {
			t.Fatalf("suggested %+v, %v", line.Suggestions, err)
		}
		take := TakeInput{Organisation: d.org.ID, Posting: less.ID, Residual: -euros(400), Suggestion: line.Suggestions[0].Key}
		wrong := take
		wrong.Suggestion = "2.0.1:1=5"
		d.expectFault(d.service.TakeSuggestion(ctx, operator, wrong), fault.KindStale, "suggestion.stale")
		if err := d.service.TakeSuggestion(ctx, operator, take); err != nil {
			t.Fatal(err)
		}
		d.expectStanding(less.ID, "P1=-300.00 P2=-100.00")
		// A second reduction shares what is left of both: 450 and 150.
		again := d.newPosting(func(q *Posting) { q.Amount, q.Origin = -euros(600), p.ID })
		if line, err = d.service.QueueLine(ctx, operator, d.org.ID, again.ID, QueueFilter{}); err != nil || told(line.Suggestions[0]) != "P1=-450.00 P2=-150.00 agreed origin" {
			t.Errorf("suggested %+v, %v", line.Suggestions, err)
		}
		detail, err := d.service.QueueLine(ctx, operator, d.org.ID, p.ID, QueueFilter{})
		if err != nil || len(detail.Corrections) != 2 || len(detail.History) != 2 || detail.History[0].Batch.Kind != BatchManual || detail.History[0].Batch.ByName != "test" || len(detail.Shares) != 2 {
			t.Errorf("the corrected entry tells %d corrections and %+v, %v", len(detail.Corrections), detail.History, err)
		}
	})
}

func TestScopeLineAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		// E19: 1 234 567.89 = 1 100 000.00 + 100 000.00 + 34 567.89.
		d.newPosting(func(p *Posting) { p.Amount = 123456789 }, Allocation{ProjectID: d.projects["P1"], Amount: euros(1_100_000), Method: MethodRule}, Allocation{Amount: 3456789, Method: MethodRule})
		d.newPosting(func(p *Posting) { p.Amount, p.Flow, p.CostSign = euros(50), ledgerfile.FlowRevenue, 0 })
		want := []ScopeLine{{Flow: ledgerfile.FlowExpenditure, Total: 123456789, Allocated: euros(1_100_000), Unallocated: euros(100_000), Excluded: 3456789}, {Flow: ledgerfile.FlowRevenue, Total: euros(50), Unallocated: euros(50)}}
		if got := d.queue(QueueFilter{}).Scope; !slices.Equal(got, want) || got[0].Delta() != 0 {
			t.Errorf("scope %+v, want %+v", got, want)
		}
		if got := d.queue(QueueFilter{Year: 999_999}).Scope; len(got) != 0 {
			t.Errorf("scope of an unknown year %+v", got)
		}
		// A line that fell out of the queue shows as a difference.
		if _, err := d.db.Write().ExecContext(context.Background(), "DELETE FROM open_posting WHERE organisation_id = ? AND residual = ?", d.org.ID, euros(100_000)); err != nil {
			t.Fatal(err)
		}
		if got := d.queue(QueueFilter{}).Scope[0].Delta(); got != euros(100_000) {
			t.Errorf("difference %d, want %d", got, euros(100_000))
		}
	})
}

func TestSuggestProjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "NUM-035", "NUM-0351", "ECOLE", "PORTAIL")
		d.code("ECOLE", "NUM035X")
		for text, want := range map[string][]string{
			"num 035": {"NUM-035", "ECOLE", "NUM-0351"}, "ecol": {"ECOLE"}, "NUM035X": {"ECOLE"}, "projet port": {"PORTAIL"}, "zzz": nil,
		} {
			found, err := d.service.SuggestProjects(ctx, d.as(identity.RoleFinance, "anne"), d.org.ID, text, 0)
			var codes []string
			for _, p := range found {
				codes = append(codes, p.Code)
			}
			slices.Sort(codes[min(1, len(codes)):])
			slices.Sort(want[min(1, len(want)):])
			if err != nil || !slices.Equal(codes, want) {
				t.Errorf("%q finds %v, %v; want %v", text, codes, err, want)
			}
		}
		if found, err := d.service.SuggestProjects(ctx, operator, d.org.ID, "", 2); err != nil || len(found) != 2 {
			t.Errorf("two of all: %v, %v", found, err)
		}
	})
}

func TestQueueAsksAFixedNumberOfQueries(t *testing.T) {
	db := dbtest.SQLite(t)
	d := newDesk(t, db, "aube", "P1")
	p := d.newPosting(nil)
	d.newPosting(func(q *Posting) { q.Origin = p.ID })
	watch := dbtest.WatchQueries(db)
	d.queue(QueueFilter{})
	few := len(watch.Taken())
	for range 30 {
		d.newPosting(func(q *Posting) { q.Origin = p.ID })
	}
	watch.Taken()
	d.queue(QueueFilter{})
	if many := len(watch.Taken()); many != few {
		t.Errorf("two lines take %d queries, 32 take %d", few, many)
	}
}

// FuzzQueueCursor holds that a place that can be read is written the same way again, whatever a visitor makes of the address.
func FuzzQueueCursor(f *testing.F) {
	for _, s := range []string{"", "1200.5", "2026-03-02.7", "-1.5", "1.-5", "9223372036854775807.9223372036854775807", "9223372036854775808.1", "2026-02-30.1", "..", "1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []QueueOrder{OrderBySize, OrderByAge} {
			place, ok := QueueFilter{After: s, Order: order}.cursor()
			if !ok || s == "" {
				continue
			}
			again, ok := QueueFilter{After: place.in(order), Order: order}.cursor()
			if !ok || again != place {
				t.Errorf("%q is read as %+v, written as %q and read as %+v, %v", s, place, place.in(order), again, ok)
			}
		}
	})
}
