package demo

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"jalon/finance"
	"jalon/internal/civil"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// TestBooksAreTold: on any day the story has everything that the books of an authority have, in order and within the time of the story.
func TestBooksAreTold(t *testing.T) {
	everyMonth(t, func(t *testing.T, s Story) {
		f := s.Finance
		acts := map[finance.Act]int{}
		for _, a := range f.Acts {
			acts[a.Act]++
		}
		for _, a := range []finance.Act{finance.ActCreate, finance.ActBP, finance.ActReport, finance.ActBS, finance.ActDM, finance.ActRevise} {
			if acts[a] == 0 {
				t.Errorf("no act %s", a)
			}
		}
		accruals, corrected, waiting := 0, 0, 0
		for _, x := range f.Exports {
			text := plainText(t, x)
			accruals += strings.Count(text, ";rattachement;") + strings.Count(text, ";annulation du rattachement;")
			if x.Corrected {
				corrected++
			}
			if x.On.After(s.Day) {
				waiting++
			}
			if x.Lines > 100 {
				t.Errorf("%s has %d lines", x.Name, x.Lines)
			}
			if !bytes.Contains(x.Data, []byte{0xe9}) {
				t.Errorf("%s is not windows-1252", x.Name)
			}
		}
		if accruals < 2 || corrected != 1 || waiting != 2 {
			t.Errorf("%d lines about services of the year before, %d corrected exports, %d that wait", accruals, corrected, waiting)
		}
		if n := len(f.Closes); n < 15 || f.Closes[n-1].On.After(s.Day) {
			t.Errorf("%d periods are signed", n)
		}
		for _, b := range f.Budgets {
			if b.On.After(s.Day) || len(b.Lines) == 0 {
				t.Errorf("budget of %s on %s: %v", b.Project, b.On, b.Lines)
			}
		}
	})
}

// plainText reads an export as whoever opens it sees it.
func plainText(t *testing.T, x Export) string {
	t.Helper()
	text, err := charmap.Windows1252.NewDecoder().Bytes(x.Data)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSuppliersAreNobody: the numbers of the suppliers pass the check of an establishment, and fail that of its enterprise.
func TestSuppliersAreNobody(t *testing.T) {
	for n := range len(firmKinds) * len(firmNames) {
		siret := siretOf(n)
		if len(siret) != 14 || int(siret[13]-'0') != luhn(siret[:13]+"0") || int(siret[8]-'0') == luhn(siret[:8]+"0") {
			t.Errorf("supplier %d has the number %s", n, siret)
		}
	}
}

// TestBooksAreSound loads the story of several days: nothing in the books is broken, the sums tie, and the newest lines wait.
func TestBooksAreSound(t *testing.T) {
	for _, day := range []civil.Date{tellingDays[0], tellingDays[4]} { // one of each side of a new year; TestLoad has another day
		t.Run(day.String(), func(t *testing.T) {
			s, story := told(t, dbtest.SQLite(t), day, stamp{})
			checkBooks(t, s, story)
		})
	}
}

// checkBooks holds the books of a told story against what every book must be, and against the story.
func checkBooks(t *testing.T, s Services, story Story) {
	t.Helper()
	ctx := context.Background()
	org, err := s.Identity.Resolve(ctx, reader, story.Organisation.Code)
	if err != nil {
		t.Fatal(err)
	}
	checks, err := s.Finance.Verify(ctx, reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if c.Faults > 0 {
			t.Errorf("%s: %d faults: %v", c.Code, c.Faults, c.Broken)
		}
	}
	queue, err := s.Finance.Queue(ctx, reader, org.ID, finance.QueueFilter{Limit: 200})
	if err != nil || queue.Count < 9 || queue.Count > 16 {
		t.Errorf("%d lines wait in the queue, %v, want about a dozen", queue.Count, err)
	}
	closed := lastImportedDay(story)
	for _, l := range queue.Lines {
		if l.Since.Before(closed) {
			t.Errorf("mandat %s waits since %s", l.Posting.DocNo, l.Since)
		}
	}
	certificates, err := s.Finance.Certificates(ctx, reader, org.ID)
	if err != nil || len(certificates) != len(story.Finance.Closes) {
		t.Fatalf("%d certificates, %v, want %d", len(certificates), err, len(story.Finance.Closes))
	}
	for _, c := range certificates {
		if !c.Holds() || c.Figures.Delta() != 0 || c.FourEyes {
			t.Errorf("certificate %s·%d: %+v", c.Year, c.Period, c.Figures)
		}
	}
	checkCosts(t, s, story)
	checkCodes(t, s, org.ID, story)
}

// lastImportedDay is the first day of the month that is imported and not signed.
func lastImportedDay(story Story) civil.Date { return story.Day.AddMonths(lastImported) }

// checkCosts: what is mandated for a project agrees with how far it is, at the cost that is known.
func checkCosts(t *testing.T, s Services, story Story) {
	t.Helper()
	ctx := context.Background()
	cards, err := s.Portfolio.Roadmaps(ctx, reader)
	if err != nil {
		t.Fatal(err)
	}
	running := story.Running()
	for _, c := range cards {
		if c.Code != running.Code {
			continue
		}
		report, err := s.Finance.RoadmapFinance(ctx, reader, c.ID, story.Day, finance.ReportFilter{Size: -1})
		if err != nil {
			t.Fatal(err)
		}
		mandated, owed := money.Amount(0), money.Amount(0)
		until := story.Day.AddMonths(lastImported).AddDays(-1)
		for _, p := range running.Projects {
			stop := stopOf(p, story.Day)
			at := until
			if !at.Before(stop) {
				at = stop.AddDays(-1)
			}
			e := p.estimateOn(until.AddDays(1))
			if e == nil {
				continue
			}
			for _, w := range works {
				owed += e.done(w, at)
			}
		}
		for _, p := range report.Projects {
			mandated += p.Mandated
		}
		if mandated < owed.Percent(8_800) || mandated > owed.Percent(10_400) || mandated != report.Totals.Mandated {
			t.Errorf("mandated %s (%s), done %s", mandated.Decimal(money.EUR), report.Totals.Mandated.Decimal(money.EUR), owed.Decimal(money.EUR))
		}
		t.Logf("voted %s budget %s committed %s mandated %s, done %s, EAC %s first %s", report.Voted.Open.Decimal(money.EUR), report.Totals.Budget.Decimal(money.EUR), report.Totals.Committed.Decimal(money.EUR),
			mandated.Decimal(money.EUR), owed.Decimal(money.EUR), report.Totals.EAC().Decimal(money.EUR), report.Totals.First.Decimal(money.EUR))
	}
}

// checkCodes: the codes that the exports write are those that the books give.
func checkCodes(t *testing.T, s Services, organisation int64, story Story) {
	t.Helper()
	lines, err := s.Finance.FinanceCodes(context.Background(), reader, organisation)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, x := range story.Finance.Exports {
		text.WriteString(plainText(t, x))
	}
	for _, l := range lines {
		if l.Roadmap.Code == story.Running().Code && l.FinanceCode == "SEC04" && !strings.Contains(text.String(), ";"+l.FinanceCode+";") {
			t.Errorf("no export names %s", l.FinanceCode)
		}
	}
}
