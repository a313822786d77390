package views

import (
	"strconv"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
)

// GridsPage lists the versions of a roadmap's grid.
type GridsPage struct {
	Base
	Organisation identity.Organisation
	Roadmap      portfolio.Roadmap
	Grids        []portfolio.Grid
}

// Page puts the page together, the newest version first.
func (p GridsPage) Page() SectionsPage {
	t := Table{Caption: p.T("grids.title"), None: p.T("grids.none"), Columns: []Heading{{p.T("grids.version"), ""}, {p.T("grids.name"), ""}, {p.T("grids.state"), ""}, {p.T("grids.activated"), ""}, {p.T("grids.retired"), ""}}}
	var rows [][]Cell
	for _, g := range p.Grids {
		rows = append(rows, []Cell{{Text: p.T("grids.number", g.Number), URL: GridURL(g.ID)}, {Text: g.Name}, {Text: p.T("grids.state." + string(g.State)), Strong: g.State == portfolio.GridActive},
			{Text: p.Date(dayOf(g.ActivatedAt, p.Organisation))}, {Text: p.Date(dayOf(g.RetiredAt, p.Organisation))}})
	}
	t.Groups = []Group{{Rows: rows}}
	s := Section{ID: "grids", Tables: []Table{t}}
	if p.May(identity.PermEditPortfolio, p.Roadmap.Place()) {
		s.Links = []Tool{{Text: p.T("grids.new"), URL: Under(p.Roadmap.ID, PartGrids) + "/new", Key: "n", Main: true}}
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("grids.lead")}, Sections: []Section{s}}
}

// GridFields are the fields of a new grid.
func (p Printer) GridFields() []Field {
	return []Field{{Name: "template", Type: "radio", Label: p.T("grids.template"), Value: portfolio.TemplatePublicValue, Options: p.choices("grids.template.", "", portfolio.GridTemplates...), Required: true},
		{Name: "name", Label: p.T("grids.name"), Help: p.T("grids.name.help"), MaxSize: 300}}
}

// GridPage shows a version of a grid.
type GridPage struct {
	Base
	Organisation identity.Organisation
	Roadmap      portfolio.Roadmap
	Grid         portfolio.Grid
}

// Page puts the page together.
func (p GridPage) Page() SectionsPage {
	g := p.Grid
	s := Section{ID: "grid", Facts: []Fact{{p.T("grids.state"), p.T("grids.state." + string(g.State))}, {p.T("grids.weighting"), p.T("grids.weighting." + string(g.Weighting))}}}
	if g.State != portfolio.GridDraft {
		s.Facts = append(s.Facts, Fact{p.T("grids.activated"), p.Date(dayOf(g.ActivatedAt, p.Organisation))})
	}
	if g.State == portfolio.GridRetired {
		s.Facts = append(s.Facts, Fact{p.T("grids.retired"), p.Date(dayOf(g.RetiredAt, p.Organisation))})
	}
	if g.Weighting == portfolio.WeightingPairwise {
		if pr, err := g.Priorities(); err == nil {
			s.Facts = append(s.Facts, Fact{p.T("grids.ratio"), p.ratioText(pr)})
			s.Text = p.worstText(g, pr)
		}
	}
	p.tools(&s)
	criteria := Section{ID: "criteria", Title: p.T("grids.criteria"), Tables: []Table{p.weights(), p.levels()}}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("grids.text")}, Sections: []Section{s, criteria}}
}

// tools adds what the reader may do with the grid.
func (p GridPage) tools(s *Section) {
	g := p.Grid
	if !p.May(identity.PermEditPortfolio, p.Roadmap.Place()) {
		return
	}
	switch g.State {
	case portfolio.GridDraft:
		s.Links = []Tool{{Text: p.T("grids.criterion.new"), URL: GridURL(g.ID, "criteria", "new"), Key: "n", Main: true}, {Text: p.T("grids.weigh"), URL: GridURL(g.ID, "weights")},
			{Text: p.T("grids.compare"), URL: GridURL(g.ID, "comparisons")}, {Text: p.T("grids.rename"), URL: GridURL(g.ID, "edit"), Key: "e"}}
		if g.Engine().Validate() == nil {
			s.Acts = append(s.Acts, p.Act(GridURL(g.ID, "activate"), p.T("grids.activate"), "", g.Version))
			s.Text = append(s.Text, p.T("grids.activate.text"))
		} else {
			s.Alert = p.T("grids.incomplete")
		}
		s.Acts = append(s.Acts, p.Act(GridURL(g.ID, "remove"), p.T("grids.remove"), "", g.Version))
	case portfolio.GridActive:
		s.Acts = []Form{p.Act(GridURL(g.ID, "copy"), p.T("grids.copy"), "", 0), p.Act(GridURL(g.ID, "retire"), p.T("grids.retire"), "", g.Version)}
	case portfolio.GridRetired:
		s.Acts = []Form{p.Act(GridURL(g.ID, "copy"), p.T("grids.copy"), "", 0)}
	}
}

// weights lists the criteria with what they are for.
func (p GridPage) weights() Table {
	t := Table{Caption: p.T("grids.criteria"), None: p.T("grids.criteria.none"), Columns: []Heading{{p.T("scoring.criterion"), ""}, {p.T("grids.weight"), numeric}, {p.T("grids.gate"), ""}}}
	edits := p.Grid.State == portfolio.GridDraft && p.May(identity.PermEditPortfolio, p.Roadmap.Place())
	for _, kind := range []scoring.Kind{scoring.KindValue, scoring.KindCapability} {
		g := Group{Title: p.T("scoring.kind." + string(kind))}
		for _, c := range p.Grid.Of(kind) {
			name := Cell{Text: criterionName(c), Note: c.Description}
			if edits {
				name.URL = CriterionURL(p.Grid.ID, c.ID, "edit")
			}
			weight, gate := Cell{Text: Dash}, Cell{Text: Dash}
			if kind == scoring.KindValue {
				weight.Text = p.Share(c.Weight)
			}
			if c.Gate > 0 {
				gate.Text = p.T("scoring.role.gate", c.Label(c.Gate))
			}
			g.Rows = append(g.Rows, []Cell{name, weight, gate})
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	return t
}

// levels lists what must be seen to give each level, the best one first.
func (p GridPage) levels() Table {
	t := Table{Caption: p.T("grids.levels"), Shown: true, None: p.T("grids.criteria.none"), Columns: []Heading{{p.T("scoring.level"), ""}, {p.T("scoring.statement"), written}}}
	for _, c := range p.Grid.Criteria {
		g := Group{Title: criterionName(c)}
		for n := len(c.Levels) - 1; n >= 0; n-- {
			g.Rows = append(g.Rows, cells(c.Levels[n].Label, c.Levels[n].Statement))
		}
		t.Groups = append(t.Groups, g)
	}
	return t
}

// ratioText writes a consistency ratio with what it means.
func (p Printer) ratioText(pr scoring.Priorities) string {
	if pr.Consistent() {
		return p.T("grids.ratio.good", p.Share(pr.Ratio), p.Share(scoring.AcceptedRatio))
	}
	return p.T("grids.ratio.bad", p.Share(pr.Ratio), p.Share(scoring.AcceptedRatio))
}

// worstText names the judgment that fits the others least; nothing where the judgments agree well enough.
func (p Printer) worstText(g portfolio.Grid, pr scoring.Priorities) []string {
	w := pr.Worst
	if w == nil || pr.Consistent() {
		return nil
	}
	of := g.Of(scoring.KindValue)
	return []string{p.T("grids.worst", p.judgmentText(of[w.First], of[w.Second], w.Scale), p.judgmentText(of[w.First], of[w.Second], w.Suggested))}
}

// judgmentText writes a comparison of two criteria.
func (p Printer) judgmentText(first, second portfolio.Criterion, scale int) string {
	switch {
	case scale > 0:
		return p.T("grids.judgment.more", first.Name, scale+1, second.Name)
	case scale < 0:
		return p.T("grids.judgment.more", second.Name, 1-scale, first.Name)
	}
	return p.T("grids.judgment.same", first.Name, second.Name)
}

// Outcome tells what would come of judgments: the weights, and how far they agree.
func (p Printer) Outcome(g portfolio.Grid, pr scoring.Priorities) []string {
	out := []string{p.T("grids.ratio") + p.T("list.colon") + p.ratioText(pr)}
	out = append(out, p.worstText(g, pr)...)
	for i, c := range g.Of(scoring.KindValue) {
		out = append(out, criterionName(c)+p.T("list.colon")+p.Share(pr.Weights[i]))
	}
	return out
}

// MostLevels is how many levels the form of a criterion offers.
const MostLevels = scoring.MaxTop + 1

// CriterionFields are the fields of a criterion. Levels without a name and a statement are none.
func (p Printer) CriterionFields(c portfolio.Criterion) []Field {
	kind := c.Kind
	if kind == "" {
		kind = scoring.KindValue
	}
	fields := []Field{{Name: "code", Label: p.T("grids.code"), Help: p.T("grids.code.help"), Value: c.Code, Required: true, MaxSize: 64}, {Name: "name", Label: p.T("grids.name"), Value: c.Name, Required: true, MaxSize: 300},
		{Name: "description", Type: "textarea", Label: p.T("grids.description"), Value: c.Description, Rows: 2},
		{Name: "kind", Type: "radio", Label: p.T("grids.kind"), Value: string(kind), Required: true, Options: p.choices("grids.kind.", "", string(scoring.KindValue), string(scoring.KindCapability))},
		{Name: "position", Type: "number", Label: p.T("strand.order"), Help: p.T("strand.order.help"), Value: IntValue(int64(c.Position)), InputMode: "numeric"},
		{Name: "heading_levels", Type: "heading", Label: p.T("grids.levels"), Help: p.T("grids.levels.help")}}
	offered := min(max(len(c.Levels)+1, 5), MostLevels)
	gates := []Choice{{Value: "", Text: p.T("grids.gate.none")}}
	for n := range offered {
		var l portfolio.GridLevel
		if n < len(c.Levels) {
			l = c.Levels[n]
		}
		row := "_" + strconv.Itoa(n)
		fields = append(fields, Field{Name: "label" + row, Label: p.T("grids.level.label", n), Value: l.Label, MaxSize: 30, Required: n < 2}, Field{Name: "statement" + row, Type: "textarea", Label: p.T("grids.level.statement", n), Value: l.Statement, Rows: 2, MaxSize: 2000, Required: n < 2})
		if n > 0 {
			gates = append(gates, Choice{Value: strconv.Itoa(n), Text: p.T("grids.gate.level", n)})
		}
	}
	return append(fields, Field{Name: "gate", Type: "select", Label: p.T("grids.gate"), Help: p.T("grids.gate.help"), Value: IntValue(c.Gate), Options: gates})
}

// WeightFields are the weights of a draft's criteria of value.
func (p Printer) WeightFields(g portfolio.Grid) []Field {
	var fields []Field
	for _, c := range g.Of(scoring.KindValue) {
		fields = append(fields, Field{Name: portfolio.ScoreField("weight", c.ID), Label: criterionName(c), Value: p.PercentValue(c.Weight), InputMode: "decimal", Unit: "%", Required: true, MaxSize: 12})
	}
	return fields
}

// JudgmentName names the field that compares two criteria.
func JudgmentName(first, second portfolio.Criterion) string {
	return portfolio.ScoreField("compare", first.ID) + "_" + strconv.FormatInt(int64(second.ID), 10)
}

// JudgmentFields compare the criteria of value of a draft two by two.
func (p Printer) JudgmentFields(g portfolio.Grid) []Field {
	of := g.Of(scoring.KindValue)
	held := map[[2]portfolio.CriterionID]int{}
	for _, j := range g.Judgments {
		held[[2]portfolio.CriterionID{j.First, j.Second}] = j.Scale
		held[[2]portfolio.CriterionID{j.Second, j.First}] = -j.Scale
	}
	var fields []Field
	for i, first := range of {
		for _, second := range of[i+1:] {
			f := Field{Name: JudgmentName(first, second), Type: "select", Label: p.T("grids.compare.pair", first.Name, second.Name), Value: strconv.Itoa(held[[2]portfolio.CriterionID{first.ID, second.ID}])}
			for scale := scoring.MaxScale; scale >= -scoring.MaxScale; scale-- {
				f.Options = append(f.Options, Choice{Value: strconv.Itoa(scale), Text: p.judgmentText(first, second, scale)})
			}
			fields = append(fields, f)
		}
	}
	return fields
}
