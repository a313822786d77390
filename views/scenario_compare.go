package views

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// ComparePage sets scenarios side by side.
type ComparePage struct {
	Base
	Comparison *portfolio.ScenarioComparison
}

// columns are the first column and one a scenario.
func (p ComparePage) columns(first string) []Heading {
	out := []Heading{{p.T(first), ""}}
	for _, s := range p.Comparison.Scenarios {
		out = append(out, Heading{ScenarioTitle(s.Head.Code, s.Head.Name), numeric})
	}
	return out
}

// costColumns are the columns of a table of costs: each says at which percentile its scenario counts them.
func (p ComparePage) costColumns(first string) []Heading {
	out := p.columns(first)
	if p.Comparison.CostHidden {
		return out
	}
	for i, s := range p.Comparison.Scenarios {
		out[i+1].Title += " (" + p.T("scenarios.percentile.short", s.Head.Percentile) + ")"
	}
	return out
}

// line is a row that holds a figure of each scenario.
func (p ComparePage) line(name string, of func(s *portfolio.ComparedScenario) Cell) []Cell {
	row := []Cell{{Text: name}}
	for i := range p.Comparison.Scenarios {
		row = append(row, of(&p.Comparison.Scenarios[i]))
	}
	return row
}

// Page puts the page together.
func (p ComparePage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("scenarios.compare.text")}}
	out.Sections = []Section{p.essentials()}
	if !p.Comparison.CostHidden {
		out.Sections = append(out.Sections, p.years())
	}
	return SectionsPage{Base: out.Base, Lead: out.Lead, Sections: append(out.Sections, p.themes(), p.skills(), p.subjects())}
}

func (p ComparePage) essentials() Section {
	c := p.Comparison.Currency
	rows := [][]Cell{
		p.line(p.T("scenarios.state"), func(s *portfolio.ComparedScenario) Cell {
			text := Cell{Text: p.ScenarioStateName(s.Head.State)}
			if s.Head.Recommended {
				text.Note = p.T("scenarios.recommended")
			}
			return text
		}),
		p.line(p.T("scenarios.value"), func(s *portfolio.ComparedScenario) Cell {
			if !s.Result.Found() {
				return Cell{Text: Dash, Note: p.ProofText(s.Result)}
			}
			proof := p.T("scenarios.proof.short.open", p.gapText(s.Result.GapBP))
			if s.Result.Proven() {
				proof = p.T("scenarios.proof.short.proven")
			}
			return Cell{Text: p.Int(s.Result.Value), Strong: true, Note: proof}
		}),
		p.line(p.T("scenarios.selected"), func(s *portfolio.ComparedScenario) Cell { return Cell{Text: p.Int(int64(s.Result.Selected))} }),
		p.line(p.T("scenarios.ends.count"), func(s *portfolio.ComparedScenario) Cell {
			return Cell{Text: p.Int(int64(s.EndLate)), Strong: s.EndLate > 0, Note: p.delayBasis(s.Delay)}
		}),
	}
	if !p.Comparison.CostHidden {
		rows = append(rows,
			p.line(p.T("scenarios.cost"), func(s *portfolio.ComparedScenario) Cell {
				return Cell{Text: p.MoneyShort(s.Cost, c), Note: p.T("scenarios.percentile.short", s.Head.Percentile)}
			}),
			p.line(p.T("scenarios.cost.p80"), func(s *portfolio.ComparedScenario) Cell { return Cell{Text: p.MoneyShort(s.CostP80, c)} }),
			p.line(p.T("scenarios.drift"), func(s *portfolio.ComparedScenario) Cell {
				text, notes := p.driftText(s.Excess, s.Over80, s.Unvoted, c)
				return Cell{Text: text, Strong: s.Over80 > 0, Note: strings.Join(notes, p.T("list.semicolon"))}
			}))
	}
	t := newTable(p.T("scenarios.compare.essentials"), p.columns("scenarios.compare.figure"), rows)
	t.Class = "words"
	return Section{ID: "essentials", Title: p.T("scenarios.compare.essentials"), Tables: []Table{t}}
}

// years compares the costs of every year and section, in a picture and its table.
func (p ComparePage) years() Section {
	c := p.Comparison.Currency
	s := Section{ID: "years", Title: p.T("scenarios.compare.years")}
	var rows [][]Cell
	for i, year := range p.Comparison.Years {
		for _, section := range portfolio.Sections {
			name := p.T("scenarios.key.credit", strconv.Itoa(year), p.SectionName(string(section)))
			rows = append(rows, p.line(name, func(x *portfolio.ComparedScenario) Cell {
				used, limit := yearOf(x, i, section)
				cell := Cell{Text: p.MoneyShort(used, c), Note: p.T("scenarios.gauge.neutral")}
				if limit != nil {
					cell.Note, cell.Strong = p.T("scenarios.of_limit", p.MoneyShort(limit, c)), used > *limit
				}
				return cell
			}))
		}
	}
	t := newTable(p.T("scenarios.compare.years"), p.costColumns("scenarios.gauge.key"), rows)
	t.None = p.T("chart.credits.empty")
	s.Tables = []Table{t}
	s.Pictures = drawn(p.yearPicture())
	return s
}

// yearOf gives what a scenario uses of a year and a section, and its limit.
func yearOf(x *portfolio.ComparedScenario, at int, section portfolio.Section) (money.Amount, *money.Amount) {
	if at >= len(x.ByYear) {
		return 0, nil
	}
	y := x.ByYear[at]
	if section == portfolio.SectionInvestment {
		return y.Investment, y.LimitInvestment
	}
	return y.Operations, y.LimitOperations
}

// yearPicture draws the costs of each year, one bar a scenario.
func (p ComparePage) yearPicture() Picture {
	mixed := func(x *portfolio.ComparedScenario) string { // bars at different percentiles must not pass for alike
		if !slices.ContainsFunc(p.Comparison.Scenarios, func(o portfolio.ComparedScenario) bool { return o.Head.Percentile != x.Head.Percentile }) {
			return ""
		}
		return fmt.Sprintf(" (P%d)", x.Head.Percentile)
	}
	in := chart.CreditsOf{Title: p.T("scenarios.compare.years_drawn"), Currency: p.Comparison.Currency, Parts: []string{p.SectionName(string(portfolio.SectionInvestment)), p.SectionName(string(portfolio.SectionOperations))}}
	for i, year := range p.Comparison.Years {
		for j := range p.Comparison.Scenarios {
			x := &p.Comparison.Scenarios[j]
			investment, most := yearOf(x, i, portfolio.SectionInvestment)
			operations, more := yearOf(x, i, portfolio.SectionOperations)
			row := chart.CreditRow{Label: p.T("scenarios.compare.row", strconv.Itoa(year), x.Head.Code) + mixed(x), Parts: []money.Amount{investment, operations}}
			if most != nil && more != nil {
				if sum, ok := most.Add(*more); ok {
					row.Credit = &sum
				}
			}
			in.Rows = append(in.Rows, row)
		}
	}
	if len(in.Rows) == 0 {
		return Picture{}
	}
	b := chart.NewCreditBars(in, p.Printer)
	return picture("compare-years", in.Title, b.Desc, b.Height(chartWidth, chartEm), b.Draw)
}

func (p ComparePage) themes() Section {
	rows := make([][]Cell, len(p.Comparison.Themes))
	for i, t := range p.Comparison.Themes {
		rows[i] = p.line(ProjectTitle(t.Code, t.Name), func(x *portfolio.ComparedScenario) Cell {
			if i >= len(x.ByTheme) {
				return Cell{Text: Dash}
			}
			y := x.ByTheme[i]
			cell := Cell{Text: p.T("scenarios.points.n", p.Int(y.Value)), Note: p.N("report.projects.count", y.Projects)}
			if !p.Comparison.CostHidden {
				cell.Note += " · " + p.MoneyShort(y.Cost, p.Comparison.Currency)
			}
			return cell
		})
	}
	t := newTable(p.T("scenarios.by_theme"), p.costColumns("web.theme.theme"), rows)
	t.None = p.T("web.dashboard.themes.none")
	return Section{ID: "themes", Title: p.T("scenarios.by_theme"), Tables: []Table{t}}
}

func (p ComparePage) skills() Section {
	rows := make([][]Cell, len(p.Comparison.Skills))
	for i, k := range p.Comparison.Skills {
		rows[i] = p.line(k.Name, func(x *portfolio.ComparedScenario) Cell {
			if i >= len(x.BySkill) {
				return Cell{Text: Dash}
			}
			y := x.BySkill[i]
			cell := Cell{Text: p.workingDays(y.Used), Note: p.T("scenarios.gauge.neutral")}
			if y.Limit != nil {
				cell.Note = p.T("scenarios.skill.peak", p.workingDays(*y.Limit), p.Share(y.Peak))
			}
			if y.Over > 0 {
				cell.Strong, cell.Note = true, p.N("scenarios.skill.over", y.Over)
			}
			return cell
		})
	}
	t := newTable(p.T("scenarios.by_skill"), p.columns("scenarios.skill"), rows)
	t.None, t.Class = p.T("scenarios.skills.none"), "words"
	return Section{ID: "skills", Title: p.T("scenarios.by_skill"), Tables: []Table{t}}
}

// subjects tells who is in which scenario, those that differ first.
func (p ComparePage) subjects() Section {
	n := len(p.Comparison.Scenarios)
	t := Table{Caption: p.T("scenarios.compare.subjects"), Class: "words", None: p.T("scenarios.none")}
	t.Columns = append(p.columns("scenarios.subject"), Heading{p.T("scenarios.compare.count"), numeric})
	differ, same := Group{Title: p.T("scenarios.compare.differ")}, Group{Title: p.T("scenarios.compare.same")}
	for _, x := range p.Comparison.Subjects {
		row := []Cell{{Text: ProjectTitle(x.Head.Code, x.Head.Name), URL: SubjectPageURL(x.Subject), Note: x.Theme.Name}}
		for i := range n {
			cell := Cell{Text: p.T("scenarios.compare.out")}
			if i < len(x.In) && x.In[i] {
				cell = Cell{Text: p.T("scenarios.compare.in"), Strong: true}
				if i < len(x.Shift) && x.Shift[i] > 0 {
					cell.Note = p.N("scenarios.outcome.shift", int(x.Shift[i]))
				}
			}
			row = append(row, cell)
		}
		row = append(row, Cell{Text: p.T("scenarios.compare.of", x.Count, n)})
		if x.Differs {
			differ.Rows = append(differ.Rows, row)
		} else {
			same.Rows = append(same.Rows, row)
		}
	}
	for _, g := range []Group{differ, same} {
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	return Section{ID: "subjects", Title: p.T("scenarios.compare.subjects"), Tables: []Table{t}}
}

// delayBasis says whose delays the ends of projects are reckoned by.
func (p Printer) delayBasis(d portfolio.DelayQuantiles) string {
	switch {
	case d.Assumed:
		return p.T("scenarios.delay_basis.assumed")
	case d.Roadmap:
		return p.T("scenarios.delay_basis.roadmap", d.N)
	}
	return p.T("scenarios.delay_basis.organisation", d.N)
}
