package views

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"jalon/internal/sample"
	"jalon/portfolio"
)

// words gives all that a section says.
func words(all ...Section) string {
	var out []string
	cell := func(c Cell) { out = append(out, c.Text, c.Note) }
	for _, s := range all {
		out = append(out, s.Title, s.Note)
		out = append(out, s.Text...)
		for _, t := range s.Tables {
			if t.Empty() {
				out = append(out, t.None)
				continue
			}
			for _, c := range t.Columns {
				out = append(out, c.Title)
			}
			for _, g := range t.Groups {
				out = append(out, g.Title)
				for _, row := range g.Rows {
					for _, c := range row {
						cell(c)
					}
				}
			}
		}
	}
	return strings.Join(out, "\n")
}

// nones are the sentences that claim that there is nothing.
var nones = []string{"scenarios.refused.none", "scenarios.price.none", "scenarios.alternatives.none", "chart.frontier.empty"}

// TestUnknownIsNotNone: what is not computed is never told as if there were nothing, and what is computed is never told as if it were not known.
func TestUnknownIsNotNone(t *testing.T) {
	for _, lang := range Languages {
		b := Base{Printer: For(lang), Query: url.Values{}}
		r := sample.Workbench(24)
		found, none := r.Result, portfolio.SelectionResult{Status: "infeasible"}
		known := portfolio.ScenarioInsight{Done: true, Explained: true, Result: found, Frontier: []portfolio.FrontierPoint{}, Forced: []portfolio.ForcedPrice{}, Refused: []portfolio.RefusedLine{}, Alternatives: []portfolio.AlternativeLine{}}
		half := known
		half.Explained = false
		for _, tc := range []struct {
			name    string
			result  portfolio.SelectionResult
			insight *portfolio.ScenarioInsight
			says    string
			none    int
		}{
			{"nothing yet", found, nil, "scenarios.searching", 0},
			{"begun", found, &portfolio.ScenarioInsight{Result: found}, "scenarios.searching", 0},
			{"ended without an answer", found, &portfolio.ScenarioInsight{Result: found, Done: true}, "scenarios.unknown", 0},
			{"no selection at all", none, &portfolio.ScenarioInsight{Result: none, Done: true}, "scenarios.unexplained", 0},
			{"known", found, &known, "", 4},
			{"known but for other selections", found, &half, "scenarios.alternatives.unproven", 3},
		} {
			r.Result = tc.result
			p := ScenarioPage{Base: b, Report: &r, Insight: tc.insight}
			text := words(slices.Concat([]Section{p.Refused(), p.Prices(), p.Further()}, FrontierPage{p}.Page().Sections[:1])...)
			if tc.name == "known" || tc.insight == &half {
				text += b.T("chart.frontier.empty") // it stands in the picture, or in the table's place
			}
			got := 0
			for _, key := range nones {
				if strings.Contains(text, b.T(key)) {
					got++
				}
			}
			if got != tc.none || !strings.Contains(text, b.T(tc.says)) && tc.says != "" {
				t.Errorf("%s, %s: claims %d times that there is nothing, want %d, and %q:\n%s", lang, tc.name, got, tc.none, tc.says, text)
			}
		}
	}
}

// TestWhyNotFitting: who would fit is not told that no swap is enough, nor that others took the room.
func TestWhyNotFitting(t *testing.T) {
	b := Base{Printer: For("fr"), Query: url.Values{}}
	r := sample.Workbench(24)
	line := portfolio.RefusedLine{Head: portfolio.Head{Code: "R-1", Name: "Guichet"}, Force: portfolio.ForceFree, Binding: []string{}, SwapProven: true, Extra: []portfolio.ExtraCredit{}, Fits: true, Swap: []portfolio.Head{}}
	scored := line
	scored.Scored = true
	out := scored
	out.Fits, out.Swap, out.Extra, out.Binding = false, nil, nil, []string{"2027/I"}
	open := out
	open.SwapProven = false
	for _, tc := range []struct {
		name      string
		line      portfolio.RefusedLine
		why, swap string
	}{
		{"unscored", line, "scenarios.why.unscored", "scenarios.swap.fits"},
		{"worth nothing", scored, "scenarios.why.worthless", "scenarios.swap.fits"},
		{"no swap", out, "", "scenarios.swap.none"},
		{"not known", open, "", "scenarios.swap.unknown"},
	} {
		p := ScenarioPage{Base: b, Report: &r, Insight: &portfolio.ScenarioInsight{Done: true, Result: r.Result, Refused: []portfolio.RefusedLine{tc.line}}}
		text := words(p.Refused())
		for _, key := range []string{"scenarios.swap.fits", "scenarios.swap.none", "scenarios.swap.unknown", "scenarios.why.value", "scenarios.why.unscored", "scenarios.why.worthless"} {
			if has, want := strings.Contains(text, b.T(key)), key == tc.swap || key == tc.why; has != want {
				t.Errorf("%s: %s is said: %v, want %v", tc.name, key, has, want)
			}
		}
	}
}

// TestPackSaysWhatIsNotKnown: a pack that was frozen before the explanations were there says so, and one that has them tells who would leave.
func TestPackSaysWhatIsNotKnown(t *testing.T) {
	p := For("fr")
	text := func(change func(*portfolio.ScenarioOption)) string {
		s := sample.Pack(sample.Report(3), "fr")
		s.Arbitration = sample.Arbitration(2, 24)
		change(&s.Arbitration.Options[0])
		a, _ := p.PackArbitration(s)
		return words(a.Sections()...)
	}
	missing := []string{"scenarios.pack.price.unknown", "scenarios.pack.next.unknown", "scenarios.pack.frontier.unknown"}
	for name, tc := range map[string]struct {
		change func(*portfolio.ScenarioOption)
		says   []string
		not    []string
	}{
		"unknown":            {func(o *portfolio.ScenarioOption) { o.Forced, o.Next, o.Frontier = nil, nil, nil }, missing, []string{"scenarios.price.none"}},
		"an empty list":      {func(o *portfolio.ScenarioOption) { o.Forced = []portfolio.ForcedPrice{} }, missing[:1], []string{"scenarios.price.none"}},
		"known":              {func(*portfolio.ScenarioOption) {}, nil, append(missing, "scenarios.price.none")},
		"nothing is imposed": {free, []string{"scenarios.price.none"}, missing},
	} {
		got := text(tc.change)
		for _, key := range tc.says {
			if !strings.Contains(got, p.T(key)) {
				t.Errorf("%s: does not say %s", name, key)
			}
		}
		for _, key := range tc.not {
			if strings.Contains(got, p.T(key)) {
				t.Errorf("%s: says %s", name, key)
			}
		}
	}
	leaving := p.T("scenarios.next.leave", ProjectTitle("R-2026-003", sample.Workbench(24).Subjects[2].Name))
	if got := text(func(*portfolio.ScenarioOption) {}); !strings.Contains(got, leaving) {
		t.Errorf("who would leave for the next credit is not told: want %q in %q", leaving, got)
	}
}

// free takes away all forces of an option.
func free(o *portfolio.ScenarioOption) {
	o.Forced = []portfolio.ForcedPrice{}
	for _, list := range [][]portfolio.OptionLine{o.Enter, o.Stay} {
		for i := range list {
			list[i].Force = portfolio.ForceFree
		}
	}
}

// TestComparisonNamesItsBasis: columns of costs say at which percentile they are.
func TestComparisonNamesItsBasis(t *testing.T) {
	b := Base{Printer: For("fr"), Query: url.Values{}}
	c := sample.Comparison(2, 24)
	c.Scenarios[1].Head.Percentile = 50
	page := ComparePage{b, &c}
	for _, s := range []Section{page.years(), page.themes()} {
		for i, percentile := range []int{80, 50} {
			if title := s.Tables[0].Columns[i+1].Title; !strings.Contains(title, fmt.Sprintf("P%d", percentile)) {
				t.Errorf("%s: column %q does not name P%d", s.ID, title, percentile)
			}
		}
	}
	if desc := string(page.years().Pictures[0].SVG); !strings.Contains(desc, "(P50)") || !strings.Contains(desc, "(P80)") {
		t.Error("the bars do not say at which percentile they are")
	}
	hidden := c.Blind()
	if title := (ComparePage{b, &hidden}).themes().Tables[0].Columns[1].Title; strings.Contains(title, "P80") {
		t.Errorf("who may not read costs sees %q", title)
	}
}
