package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// suite is what the finance system holds: lines of the first months of a year, some of which change now and then.
type suite struct {
	rng   *rand.Rand
	lines []line
	next  int
}

const suiteMonths = 4

func (s *suite) edit() {
	switch s.rng.IntN(5) {
	case 0:
		if len(s.lines) > 3 {
			i := s.rng.IntN(len(s.lines))
			s.lines = slices.Delete(s.lines, i, i+1)
		}
	case 1, 2:
		if len(s.lines) > 0 {
			l := &s.lines[s.rng.IntN(len(s.lines))]
			l.amount = s.amount()
		}
	default:
		s.next++
		on := day("2026-01-01").AddMonths(s.rng.IntN(suiteMonths)).AddDays(s.rng.IntN(28))
		s.lines = append(s.lines, line{on: on.String(), amount: s.amount(), no: s.next, project: []string{"", "", "P1", "P2"}[s.rng.IntN(4)], kind: []string{"", "", "", "ordre"}[s.rng.IntN(4)],
			flow: []string{"D", "D", "D", "R"}[s.rng.IntN(4)], nature: []string{"6156", "2051"}[s.rng.IntN(2)], operates: []string{"", "2041"}[s.rng.IntN(2)]})
	}
}

func (s *suite) amount() money.Amount { return money.Amount(s.rng.IntN(200_000) - 20_000) }

// month gives the lines of a month in no order, and what a complete file of it speaks for.
func (s *suite) month(n int) ([]line, *ledgerfile.Coverage) {
	from := day("2026-01-01").AddMonths(n)
	c := &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: from, To: from.AddMonths(1).AddDays(-1)}
	out := []line{{on: from.String(), no: 900_000 + n}} // a file of nothing is none
	for _, l := range s.lines {
		if on := day(l.on); !on.Before(c.From) && !on.After(c.To) {
			out = append(out, l)
		}
	}
	s.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, c
}

// keeper does at random what finance officers do.
type keeper struct {
	*desk
	suite *suite
	files int
	anne  identity.Actor // reconciles and opens again
	boris identity.Actor // closes
}

// TestRandomHistoriesStayVerified: whatever is imported, allocated, taken back, closed and opened again, in whatever order, every rule of the books
// holds after each step. In the end the books hold what the finance system holds, by whatever way it came.
func TestRandomHistoriesStayVerified(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		seeds, acts := uint64(4), 45
		if db.Path() == "" {
			seeds, acts = 1, 30
		}
		done := map[string]int{}
		for seed := range seeds {
			d := newDesk(t, db, fmt.Sprintf("d%d", seed), "P1", "P2")
			k := &keeper{desk: d, suite: &suite{rng: rand.New(rand.NewPCG(11, seed))}, anne: d.as(identity.RoleFinance, "anne"), boris: d.as(identity.RoleFinance, "boris")}
			for range 8 {
				k.suite.edit()
			}
			for n := range acts {
				d.clock.set(d.clock.now().Add(time.Duration(k.suite.rng.IntN(100)) * time.Minute))
				name, err := k.act()
				if err == nil {
					done[name]++
				} else if fault.KindOf(err) == fault.KindInternal {
					t.Fatalf("seed %d, act %d (%s): %v", seed, n, name, err)
				}
				if cleanOwn(d); t.Failed() {
					t.Fatalf("seed %d: after act %d (%s)", seed, n, name)
				}
			}
			k.settle(fmt.Sprintf("e%d", seed))
		}
		clean(newDesk(t, db, "last"))
		for _, name := range []string{"snapshot", "delta", "allocate", "split", "exclude", "take back", "undo", "close", "reopen"} {
			if done[name] == 0 && db.Path() != "" {
				t.Errorf("nobody did %q: %v", name, done)
			}
		}
	})
}

func (k *keeper) act() (string, error) {
	ctx, rng := context.Background(), k.suite.rng
	switch rng.IntN(12) {
	case 0, 1:
		for range 3 {
			k.suite.edit()
		}
		return "snapshot", k.snapshot(rng.IntN(suiteMonths))
	case 2, 3:
		k.suite.edit()
		return "delta", k.delta()
	case 4, 5:
		return "allocate", k.allocate(10_000)
	case 6:
		return "split", k.allocate(int64(1+rng.IntN(9_999)), int64(1))
	case 7:
		p, left, ok := k.waiting()
		if !ok {
			return "exclude", fault.Conflict("nothing")
		}
		return "exclude", k.service.Exclude(ctx, k.anne, ExcludeInput{Organisation: k.org.ID, Posting: p, Residual: left, Reason: "outside"})
	case 8:
		return "take back", k.takeSomeBack()
	case 9:
		batch := k.number("SELECT coalesce(max(id), 0) FROM allocation_batch WHERE organisation_id = ? AND kind = 'manual'", k.org.ID)
		_, err := k.service.Undo(ctx, k.anne, k.org.ID, batch)
		return "undo", err
	case 10:
		return "close", k.closeNext()
	}
	return "reopen", k.reopenLast()
}

func (k *keeper) name() string {
	k.files++
	return fmt.Sprintf("%s-%d", k.org.Code, k.files)
}

func (k *keeper) snapshot(month int) error {
	lines, c := k.suite.month(month)
	_, err := k.importFile(k.name(), c, lines...)
	return err
}

// delta tells of some lines, as they are now.
func (k *keeper) delta() error {
	var some []line
	for _, l := range k.suite.lines {
		if k.suite.rng.IntN(3) == 0 {
			some = append(some, l)
		}
	}
	if len(some) == 0 {
		return fault.Conflict("nothing")
	}
	_, err := k.importFile(k.name(), nil, some...)
	return err
}

// waiting gives a line of the queue.
func (k *keeper) waiting() (PostingID, money.Amount, bool) {
	k.Helper()
	var rows []openPostingRow
	if err := k.db.Read().NewSelect().Model(&rows).Where("organisation_id = ?", k.org.ID).OrderExpr("posting_id").Scan(context.Background()); err != nil {
		k.Fatal(err)
	}
	if len(rows) == 0 {
		return 0, 0, false
	}
	r := rows[k.suite.rng.IntN(len(rows))]
	return r.PostingID, r.Residual, true
}

// allocate gives shares of a waiting line to the projects in turn.
func (k *keeper) allocate(shares ...int64) error {
	p, left, ok := k.waiting()
	if !ok {
		return fault.Conflict("nothing")
	}
	in := AllocateInput{Organisation: k.org.ID, Posting: p, Residual: left, Reason: "by hand"}
	for i, bp := range shares {
		in.Parts = append(in.Parts, PartInput{Project: k.projects[[]string{"P1", "P2"}[i]], ShareBP: bp})
	}
	return k.service.Allocate(context.Background(), k.anne, in)
}

// takeSomeBack returns to the queue what a project holds of an entry, or what is excluded of it.
func (k *keeper) takeSomeBack() error {
	k.Helper()
	ctx := context.Background()
	live, err := findPostings(ctx, k.db.Read(), postingFilter{organisation: k.org.ID, liveOnly: true})
	if err != nil {
		k.Fatal(err)
	}
	var ids []PostingID
	for _, p := range live {
		ids = append(ids, p.ID)
	}
	held, err := findAllocations(ctx, k.db.Read(), k.org.ID, ids)
	if err != nil {
		k.Fatal(err)
	}
	k.suite.rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for _, id := range ids {
		if shares := sharesOf(held[id]); len(shares) > 0 {
			return k.service.Deallocate(ctx, k.anne, ReallocateInput{Organisation: k.org.ID, Posting: id, From: shares[0].ProjectID, Held: shares[0].Amount, Reason: "wrong"})
		}
	}
	return fault.Conflict("nothing")
}

// closeNext closes the first open period, once what waits is accepted. Where anne did some of it by hand boris signs, and nobody else.
func (k *keeper) closeNext() error {
	k.Helper()
	ctx := context.Background()
	c, err := k.service.FiscalYears(ctx, operator, k.org.ID)
	if err != nil {
		k.Fatal(err)
	}
	for _, y := range c.Years {
		for _, p := range y.Periods {
			if p.State != StateOpen {
				continue
			}
			k.exec(`UPDATE open_posting SET state = 'accepted', reason = 'known' WHERE organisation_id = ? AND posting_id IN
				(SELECT id FROM posting WHERE organisation_id = ? AND fiscal_year_id = ? AND period <= ?)`, k.org.ID, k.org.ID, y.ID, p.Number)
			seen, err := k.service.PreviewCertificate(ctx, k.boris, k.org.ID, y.ID, p.Number)
			if err != nil {
				return err
			}
			_, err = k.service.SignPeriod(ctx, k.boris, SignInput{Organisation: k.org.ID, Year: y.ID, Period: p.Number, Seen: seen.Seen})
			return err
		}
	}
	return fault.Conflict("nothing")
}

func (k *keeper) reopenLast() error {
	k.Helper()
	all, err := k.service.Certificates(context.Background(), k.anne, k.org.ID)
	if err != nil {
		k.Fatal(err)
	}
	for _, c := range all {
		if c.Holds() {
			return k.service.ReopenPeriod(context.Background(), k.anne, ReopenInput{Organisation: k.org.ID, Year: c.YearID, Period: c.Period, Reason: "again"})
		}
	}
	return fault.Conflict("nothing")
}

// settle imports every month once more, and holds the books against those of an organisation that imported nothing else.
func (k *keeper) settle(code string) {
	k.Helper()
	fresh := &keeper{desk: newDesk(k.T, k.db, code, "P1", "P2"), suite: k.suite}
	for month := range suiteMonths {
		for _, x := range []*keeper{k, fresh} {
			if err := x.snapshot(month); err != nil {
				k.Fatal(err)
			}
		}
	}
	cleanOwn(k.desk)
	type slot struct {
		Flow    string       `bun:"flow"`
		Period  int          `bun:"period"`
		Section string       `bun:"section"`
		Total   money.Amount `bun:"total"`
	}
	var got, want []slot
	for _, x := range []struct {
		of   *desk
		into *[]slot
	}{{k.desk, &got}, {fresh.desk, &want}} {
		err := k.db.Read().NewRaw("SELECT flow, period, section, total FROM scope_total WHERE organisation_id = ? AND total <> 0 ORDER BY flow, period, section", x.of.org.ID).Scan(context.Background(), x.into)
		if err != nil {
			k.Fatal(err)
		}
	}
	if !slices.Equal(got, want) {
		k.Errorf("%s holds\n%v, and on the short way\n%v", k.org.Code, got, want)
	}
}
