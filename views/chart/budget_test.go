package chart

import (
	"slices"
	"strings"
	"testing"

	"jalon/internal/money"
)

// points is a canvas that keeps the inks of its triangles.
type points struct {
	witness
	inks []Ink
}

func (p *points) Polygon(_ []Point, s Style) { p.inks = append(p.inks, s.Fill) }

// TestLandingBeyondTheVote is red there and nowhere else.
func TestLandingBeyondTheVote(t *testing.T) {
	voted := amountOf(1000)
	for _, tc := range []struct {
		name           string
		voted, landing *money.Amount
		want           []Ink
	}{
		{"below", voted, amountOf(999), []Ink{Text}}, {"at the cent", voted, amountOf(1000), []Ink{Text}}, {"beyond", voted, amountOf(1001), []Ink{Red}},
		{"no vote", nil, amountOf(5000), []Ink{Text}}, {"no landing", voted, nil, nil}, {"a vote of nothing", amountOf(0), amountOf(1), []Ink{Red}},
	} {
		b := NewBudgetBars(Budget{Currency: "EUR", Rows: []BudgetRow{{Label: "2026", Voted: tc.voted, Landing: tc.landing}}}, english{})
		p := &points{witness: witness{width: 900, height: b.Height(900, 10), em: 10}}
		b.Draw(p)
		if got := p.inks[1:]; !slices.Equal(got, tc.want) { // the first is the legend's
			t.Errorf("%s: triangles %v, want %v", tc.name, got, tc.want)
		}
	}
}

// TestBudgetRows draws only the figures that there are.
func TestBudgetRows(t *testing.T) {
	bars := func(r BudgetRow) int {
		r.Label = "2026"
		legend := 3 // voted, committed, mandated
		return len(seen(NewBudgetBars(Budget{Currency: "EUR", Rows: []BudgetRow{r}}, english{}), 900, 10).bars) - legend
	}
	for _, tc := range []struct {
		name string
		row  BudgetRow
		want int
	}{
		{"nothing", BudgetRow{}, 0}, {"zeros", BudgetRow{Voted: amountOf(0), Committed: amountOf(0), Mandated: amountOf(0)}, 0},
		{"all", BudgetRow{Voted: amountOf(300), Allotted: amountOf(250), Committed: amountOf(200), Mandated: amountOf(100), Landing: amountOf(280)}, 3},
		{"credit notes", BudgetRow{Voted: amountOf(300), Mandated: amountOf(-100)}, 2},
	} {
		if got := bars(tc.row); got != tc.want {
			t.Errorf("%s: %d bars, want %d", tc.name, got, tc.want)
		}
	}
}

func TestBudgetTells(t *testing.T) {
	b := NewBudgetBars(Budget{Name: "Feuille", Currency: "EUR", Rows: []BudgetRow{{Label: "Usagers", Href: "/projects/1", Voted: amountOf(300), Mandated: amountOf(100)}, {Label: "Sans vote"}}}, long{})
	if tip := b.Rows[0].Tip; !strings.Contains(tip, "Usagers") || !strings.Contains(tip, "3.00") || !strings.Contains(tip, "1.00") || !strings.Contains(tip, "–") {
		t.Errorf("tip %q lacks a figure", tip)
	}
	svg := string(SVG("b", 900, b.Height(900, 10), 10, b.Title, b.Desc, b.Draw))
	if strings.Count(svg, "<a ") != 1 || !strings.Contains(svg, `href="/projects/1"`) || !strings.Contains(svg, `role="group"`) {
		t.Errorf("the row with a page behind it is no link: %s", svg)
	}
	if strings.Contains(b.Rows[1].Of, "chart.budget.of ") || b.Rows[1].Text != "–" {
		t.Errorf("a row without figures says %q %q", b.Rows[1].Text, b.Rows[1].Of)
	}
}
