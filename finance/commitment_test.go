package finance

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// engaged is a line of a list of commitments.
type engaged struct {
	number, item string
	year         int // 0: 2026
	on           string
	initial      money.Amount // 0: the list does not say
	amount       money.Amount
	operation    string
	settled      bool
}

// engagements writes commitments as a finance suite does.
func engagements(lines ...engaged) []byte {
	var b bytes.Buffer
	b.WriteString("exercice;budget;n°engagement;poste;date engagement;montant engagé initial;montant engagé actuel;opération;nature;tiers;SIRET;statut;objet\r\n")
	decimal := func(a money.Amount) string { return a.Decimal(money.EUR) }
	for _, l := range lines {
		if l.year == 0 {
			l.year = 2026
		}
		if l.on == "" {
			l.on = fmt.Sprintf("15/01/%d", l.year)
		}
		initial, status := "", ""
		if l.initial != 0 {
			initial = decimal(l.initial)
		}
		if l.settled {
			status = "soldé"
		}
		fmt.Fprintf(&b, "%d;00;%s;%s;%s;%s;%s;%s;6156;Atelier;44306184100047;%s;Maintenance\r\n", l.year, l.number, l.item, l.on, initial, decimal(l.amount), l.operation, status)
	}
	return b.Bytes()
}

// commits takes a file of commitments by a profile, as the operator.
func (d *desk) commits(profile, name string, data []byte, coverage *ledgerfile.Coverage) ImportReport {
	d.Helper()
	rep, err := d.tryCommits(profile, name, data, coverage, true)
	if err != nil {
		d.Fatal(err)
	}
	if rep.Lines != rep.New+rep.Unchanged+rep.Superseded+rep.Rejected+rep.OutOfScope+rep.Other || rep.Sum != rep.SumBooked+rep.SumRejected {
		d.Errorf("the report does not add up: %+v", rep)
	}
	d.commitmentsHold()
	return rep
}

func (d *desk) tryCommits(profile, name string, data []byte, coverage *ledgerfile.Coverage, confirm bool) (ImportReport, error) {
	d.Helper()
	p, ok := ledgerfile.BuiltIn(profile)
	if !ok {
		d.Fatalf("no profile %s", profile)
	}
	return d.service.ImportCommitments(context.Background(), operator, ImportInput{Organisation: d.org, Source: bytesSource{name, data}, Profile: p, Coverage: coverage, ConfirmWithdrawals: confirm})
}

// engagedNow takes a list of commitments of a finance suite.
func (d *desk) engagedNow(name string, lines ...engaged) ImportReport {
	d.Helper()
	return d.commits("generic-fr-commitments", name, engagements(lines...), nil)
}

// commitmentsHold compares what is kept of commitments with events and entries.
func (d *desk) commitmentsHold() {
	d.Helper()
	for _, rule := range balanceRules {
		if rule.code != "balance_commitment" {
			continue
		}
		for _, query := range rule.breaks {
			var broken []string
			if err := d.db.Read().NewRaw(query, d.org.ID).Scan(context.Background(), &broken); err != nil {
				d.Fatal(err)
			}
			if len(broken) > 0 {
				d.Errorf("sums of commitments: %v", broken)
			}
		}
	}
}

// commitment gives the detail of one by its number.
func (d *desk) commitment(number string) CommitmentDetail {
	d.Helper()
	var id int64
	if err := d.db.Read().NewRaw("SELECT id FROM commitment WHERE organisation_id = ? AND number = ? ORDER BY id LIMIT 1", d.org.ID, number).Scan(context.Background(), &id); err != nil {
		d.Fatalf("commitment %s: %v", number, err)
	}
	c, err := d.service.Commitment(context.Background(), operator, d.org.ID, id)
	if err != nil {
		d.Fatal(err)
	}
	return c
}

// expectCommitment compares what is committed, mandated and left, and the types of the events.
func (d *desk) expectCommitment(number, want string) {
	d.Helper()
	c := d.commitment(number)
	got := fmt.Sprintf("%s %s %s %s", c.Committed.Decimal(money.EUR), c.Mandated.Decimal(money.EUR), c.Left.Decimal(money.EUR), c.State)
	for _, e := range c.Events {
		got += fmt.Sprintf(" %s/%s:%s", e.Type, e.Cause, e.Amount.Decimal(money.EUR))
	}
	if got != want {
		d.Errorf("commitment %s is\n%s, want\n%s", number, got, want)
	}
}

// A commitment grows by an amendment, is mandated on, and is settled by the finance system: E3.
func TestCommitmentLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		first := engaged{number: "E1", initial: euros(120_000), amount: euros(120_000)}
		d.engagedNow("january.csv", first)
		d.expectCommitment("E1", "120000.00 0.00 120000.00 open ORIGINAL/NEW:120000.00")
		grown := first
		grown.amount = euros(138_000)
		if rep := d.engagedNow("june.csv", grown); rep.Superseded != 1 || rep.New != 0 {
			t.Errorf("the amendment was %+v", rep)
		}
		d.imports("mandats.csv", export(mandat{no: "101", commitment: "E1", amount: euros(96_000)}, mandat{no: "102", commitment: "E1", amount: 50_040}), nil)
		d.commitmentsHold()
		d.expectCommitment("E1", "138000.00 96500.40 41499.60 open ORIGINAL/NEW:120000.00 MODIFY/NEW:18000.00")
		settled := grown
		settled.amount, settled.settled = 9_650_040, true
		d.engagedNow("december.csv", settled)
		d.expectCommitment("E1", "96500.40 96500.40 0.00 closed ORIGINAL/NEW:120000.00 MODIFY/NEW:18000.00 CLOSE/NEW:-41499.60")
		if rep := d.engagedNow("december again.csv", settled); rep.New+rep.Superseded != 0 {
			t.Errorf("the same line again was %+v", rep)
		}
		d.engagedNow("reopened.csv", grown)
		d.expectCommitment("E1", "138000.00 96500.40 41499.60 open ORIGINAL/NEW:120000.00 MODIFY/NEW:18000.00 CLOSE/NEW:-41499.60 MODIFY/NEW:41499.60")
		asItIs := settled
		asItIs.amount = euros(138_000) // settled, and the list keeps the old amount
		d.engagedNow("settled.csv", asItIs)
		if c := d.commitment("E1"); c.State != StateClosed || c.Left != 0 || c.Committed != euros(138_000) {
			t.Errorf("settled without a withdrawal: %+v", c.Commitment)
		}
		d.verified()
	})
}

// An over-mandated commitment does not hide what another one still calls for: E3b.
func TestOverMandated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.engagedNow("e.csv", engaged{number: "A", amount: euros(100_000)}, engaged{number: "B", amount: euros(50_000)})
		d.imports("m.csv", export(mandat{no: "1", commitment: "A", amount: euros(110_000)}, mandat{no: "2", commitment: "b", amount: euros(10_000)}), nil)
		page, err := d.service.Commitments(context.Background(), operator, d.org.ID, CommitmentFilter{})
		if err != nil || page.Left != euros(40_000) || page.Count != 2 || page.Committed != euros(150_000) || page.Mandated != euros(120_000) {
			t.Fatalf("commitments are %+v, %v", page, err)
		}
		page, err = d.service.Commitments(context.Background(), operator, d.org.ID, CommitmentFilter{Anomaly: CommitmentOver})
		if err != nil || len(page.Lines) != 1 || page.Lines[0].Number != "A" || !page.Lines[0].OverMandated() {
			t.Errorf("over-mandated are %+v, %v", page, err)
		}
		d.clock.set(d.clock.now().AddDate(1, 0, 0))
		page, err = d.service.Commitments(context.Background(), operator, d.org.ID, CommitmentFilter{Anomaly: CommitmentDormant, Limit: 1})
		if err != nil || len(page.Lines) != 1 || page.Lines[0].Number != "B" || !page.Lines[0].Dormant || page.Next.ID != 0 {
			t.Errorf("dormant are %+v, %v", page, err)
		}
	})
}

// Several lines of one item of a commitment are all money: E20.
func TestLinesOfOneItemAddUp(t *testing.T) {
	chorus := func(year int, lines ...string) []byte {
		var b bytes.Buffer
		fmt.Fprintf(&b, ",,,,Exercice comptable,%d\n", year)
		b.WriteString("Programme,N° EJ,N° poste EJ,Date de dernière modif. de l'EJ,Compte général,EUR\n")
		for _, l := range lines {
			b.WriteString(l + "\n")
		}
		return b.Bytes()
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		lines := []string{`354,2900000001,1,10.01.2026,PCE/6156000000,"62456,15"`, `354,2900000001,1,12.01.2026,PCE/6156000000,"6820,70"`,
			`354,2900000002,1,12.01.2026,PCE/6156000000,"-2225,07"`, `354,2900000002,1,12.01.2026,PCE/6156000000,"2394,18"`}
		d.commits("chorus-ae", "ae.csv", chorus(2026, lines...), nil)
		if c := d.commitment("2900000001"); c.Committed != 6_927_685 || len(c.Events) != 2 {
			t.Errorf("the item stands at %d by %d events", c.Committed, len(c.Events))
		}
		d.expectCommitment("2900000002", "169.11 0.00 169.11 open WITHDRAW/NEW:-2225.07 ORIGINAL/NEW:2394.18")
		// The restitution of the next year speaks of its own year.
		d.commits("chorus-ae", "ae 2027.csv", chorus(2027, `354,2900000001,1,20.12.2026,PCE/6156000000,"1000,00"`), nil)
		if c := d.commitment("2900000001"); c.Committed != 7_027_685 {
			t.Errorf("with the next year the item stands at %d", c.Committed)
		}
		// A snapshot that lost a line withdraws it, once somebody said so.
		_, err := d.tryCommits("chorus-ae", "ae short.csv", chorus(2026, lines[1:]...), during(ledgerfile.CoverageSnapshot, "2026-01-01", "2026-01-31"), false)
		d.expectFault(err, fault.KindConflict, "import.withdrawals")
		rep := d.commits("chorus-ae", "ae short.csv", chorus(2026, lines[1:]...), during(ledgerfile.CoverageSnapshot, "2026-01-01", "2026-01-31"))
		if c := d.commitment("2900000001"); rep.Withdrawn != 1 || c.Committed != 782_070 {
			t.Errorf("%d withdrawn, the item stands at %d", rep.Withdrawn, c.Committed)
		}
		rep = d.commits("chorus-ae", "ae whole.csv", chorus(2026, lines...), during(ledgerfile.CoverageSnapshot, "2026-01-01", "2026-01-31"))
		if c := d.commitment("2900000001"); rep.New != 1 || c.Committed != 7_027_685 {
			t.Errorf("%+v: the item stands at %d", rep, c.Committed)
		}
		d.verified()
	})
}

// However a list is ordered and cut into files, what is committed is what its lines say.
func TestCommittedIsTheSumOfEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		rng := rand.New(rand.NewPCG(7, 11))
		for round := range 4 {
			d := newDesk(t, db, fmt.Sprintf("r%d", round), "P1")
			want := map[string]money.Amount{}
			for file := range 6 {
				var lines []engaged
				for n := range 8 {
					if rng.IntN(3) == 0 {
						continue
					}
					number := fmt.Sprintf("E%d", n)
					amount := money.Amount(rng.IntN(5_000_000))
					lines = append(lines, engaged{number: number, amount: amount, initial: money.Amount(rng.IntN(3)) * euros(100), settled: rng.IntN(5) == 0})
					want[number] = amount
				}
				rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
				cut := rng.IntN(len(lines) + 1)
				for part, some := range [][]engaged{lines[:cut], lines[cut:]} {
					if len(some) > 0 {
						d.engagedNow(fmt.Sprintf("%d-%d.csv", file, part), some...)
					}
				}
			}
			for number, amount := range want {
				if c := d.commitment(number); c.Committed != amount || sumLive(eventsOf(c)) != amount {
					t.Errorf("round %d: %s stands at %d, its events sum to %d, the last line says %d", round, number, c.Committed, sumLive(eventsOf(c)), amount)
				}
			}
		}
	})
}

func eventsOf(c CommitmentDetail) []CommitmentEvent {
	out := make([]CommitmentEvent, len(c.Events))
	for i, e := range c.Events {
		out[i] = e.CommitmentEvent
	}
	return out
}

// Lines that share a key which is to name one line add up, in any order and as often as the file comes.
func TestRepeatedKeysAddUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		a, b := engaged{number: "E1", amount: euros(100)}, engaged{number: "E1", amount: euros(30), on: "20/01/2026"}
		other := engaged{number: "E2", amount: euros(1)}
		rep := d.engagedNow("a.csv", a, b)
		if len(rep.Findings) != 3 || rep.Findings[1].Code != findingRepeated || rep.Findings[2].Code != findingRepeated {
			t.Errorf("findings are %+v", rep.Findings)
		}
		if rep := d.engagedNow("b.csv", b, other, a); rep.Unchanged != 2 || rep.New != 1 {
			t.Errorf("in another order %+v", rep)
		}
		if c := d.commitment("E1"); c.Committed != euros(130) {
			t.Errorf("the lines add up to %d", c.Committed)
		}
	})
}

// A preview books nothing, and a file that is refused neither.
func TestCommitmentsDryRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		p, _ := ledgerfile.BuiltIn("generic-fr-commitments")
		rep, err := d.service.ImportCommitments(context.Background(), operator, ImportInput{Organisation: d.org, Source: bytesSource{"e.csv", engagements(engaged{number: "E1", amount: 1})}, Profile: p, DryRun: true})
		if err != nil || rep.New != 1 {
			t.Fatalf("%+v, %v", rep, err)
		}
		id, err := d.service.StageFile(context.Background(), operator, d.org.ID, StageInput{Name: "e.csv", Purpose: ledgerfile.PurposeCommitments, Body: bytes.NewReader(engagements(engaged{number: "E1", amount: 1}))})
		if err != nil {
			t.Fatal(err)
		}
		row, err := findFileRow(context.Background(), db.Read(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.service.SetProfile(context.Background(), operator, id, row.Version, p, nil); err != nil {
			t.Fatal(err)
		}
		file, err := d.service.Preview(context.Background(), operator, id)
		if err != nil || len(file.Report.Preview.Periods) != 1 || file.Report.Preview.Periods[0].Sum != 1 {
			t.Errorf("the preview is %+v, %v", file.Report.Preview, err)
		}
		var n int
		if err := db.Read().NewRaw("SELECT (SELECT count(*) FROM commitment) + (SELECT count(*) FROM commitment_event)").Scan(context.Background(), &n); err != nil || n != 0 {
			t.Errorf("%d rows after a preview, %v", n, err)
		}
	})
}
