package views

import (
	"fmt"
	"strings"
	"testing"

	"jalon/internal/money"
	"jalon/portfolio"
)

// TestGaugesAreFoldedByWhatTheyComeTo: the band says in short what the gauges say at length, and a limit that there is not is never within.
func TestGaugesAreFoldedByWhatTheyComeTo(t *testing.T) {
	limit := int64(100_00)
	share := money.BasisPoints(11_000)
	r := portfolio.WorkbenchReport{Currency: money.EUR, Gauges: []portfolio.Gauge{
		{Key: "2027/I", Kind: portfolio.GaugeCredit, Year: 2027, Section: portfolio.SectionInvestment, Used: 110_00, Limit: &limit, Share: &share, State: portfolio.GaugeOver},
		{Key: "2028/F", Kind: portfolio.GaugeCredit, Year: 2028, Section: portfolio.SectionOperations, Used: 50_00, State: portfolio.GaugeNeutral},
	}}
	states := []portfolio.GaugeState{portfolio.GaugeOver, portfolio.GaugeFull, portfolio.GaugeFull, portfolio.GaugeNeutral}
	for i := range mostGauges + 2 {
		g := portfolio.Gauge{Key: fmt.Sprintf("dev/2027-Q%d", i%4+1), Kind: portfolio.GaugeSkill, Used: 120_00, Limit: &limit, State: portfolio.GaugeWithin}
		if i < len(states) {
			g.State = states[i]
		}
		r.Gauges = append(r.Gauges, g)
	}
	p := ScenarioPage{Base: Base{Printer: For("en")}, Report: &r}
	band := p.Band()
	if len(band) != 3 {
		t.Fatalf("band: %+v", band)
	}
	for i, want := range []string{"Cap. 2027|110.0%|over by €10|100", "Op. 2028|no limit|€50 used|", "Skills|1 exceeded, 2 nearly full|of 13 limited quarters|"} {
		if got := strings.Join([]string{band[i].Name, band[i].Value, band[i].Note, band[i].Width}, "|"); got != want {
			t.Errorf("gauge %d of the band: %s, want %s", i, got, want)
		}
	}
	drawn := p.Gauges()
	if len(drawn) != 2 || drawn[0].Summary != "" || !strings.HasSuffix(drawn[1].Summary, "1 exceeded, 2 nearly full") || drawn[1].Over == "" {
		t.Errorf("gauges: %q, %q, %q", drawn[0].Summary, drawn[1].Summary, drawn[1].Over)
	}
	if none := (ScenarioPage{Base: p.Base, Report: &portfolio.WorkbenchReport{}}); len(none.Band()) != 0 || none.Alerts() != "" {
		t.Errorf("without gauges: %+v, %q", none.Band(), none.Alerts())
	}
}

// TestCandidatesComeFirst: what is to be decided stands above what goes on anyway, the most valuable first.
func TestCandidatesComeFirst(t *testing.T) {
	line := func(project portfolio.ProjectID, request portfolio.RequestID, code string, points int64) portfolio.SubjectLine {
		l := portfolio.SubjectLine{Subject: portfolio.Subject{Project: project, Request: request}, Kind: portfolio.KindProject, Code: code, Points: points}
		if request != 0 {
			l.Kind = portfolio.KindRequest
		}
		return l
	}
	p := ScenarioPage{Base: Base{Printer: For("en")}, Report: &portfolio.WorkbenchReport{CostHidden: true, Subjects: []portfolio.SubjectLine{line(1, 0, "P1", 900), line(0, 1, "R1", 100), line(0, 2, "R2", 800)}}}
	var got []string
	for _, g := range p.Groups() {
		for _, r := range g.Rows {
			got = append(got, g.Title+" "+r.Code)
		}
	}
	if text := strings.Join(got, ", "); text != "Candidates R2, Candidates R1, Running projects P1" {
		t.Errorf("rows: %s", text)
	}
}

// TestForcedPricesThatCostNothingAreCounted: the table holds what is given up something for, or may be.
func TestForcedPricesThatCostNothingAreCounted(t *testing.T) {
	all := []portfolio.ForcedPrice{{Head: portfolio.Head{Code: "A"}, Proven: true}, {Head: portfolio.Head{Code: "B"}, Value: 3, ValueLow: 3, ValueHigh: 3, Proven: true}, {Head: portfolio.Head{Code: "C"}, ValueHigh: 9}}
	p := For("en")
	if n := len(p.forcedTable(all).Groups[0].Rows); n != 2 {
		t.Errorf("%d rows", n)
	}
	if text := strings.Join(p.priceTexts(all), " "); !strings.HasSuffix(text, "1 forced choice costs the selection nothing: this is proven.") {
		t.Errorf("it says %q", text)
	}
}
