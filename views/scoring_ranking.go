package views

import (
	"strconv"

	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
	"jalon/views/chart"
)

// RankingPage is the ranking of a roadmap's candidates.
type RankingPage struct {
	Base
	Roadmap portfolio.Roadmap
	Ranking portfolio.Ranking
}

// Page puts the page together.
func (p RankingPage) Page() SectionsPage {
	r := p.Ranking
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("scoring.ranking.lead")}}
	if r.Grid.ID == 0 {
		out.Sections = []Section{p.noGrid(p.Roadmap.ID, p.Roadmap.Place())}
		return out
	}
	here := Under(p.Roadmap.ID, PartRanking)
	keep := Form{Name: "keep", Fields: []Field{{Name: "keep", Type: "number", Label: p.T("scoring.keep"), Help: p.T("scoring.keep.help"), InputMode: "numeric"}}}
	query := "" // of the exports, which ask the same
	if r.Cut != portfolio.CutCredits {
		keep.Fields[0].Value = IntValue(int64(r.Keep))
		query = "?keep=" + strconv.Itoa(r.Keep)
	}
	out.Filter = &FilterForm{Action: here, Label: p.T("scoring.keep.form"), Fields: keep.Items(), Submit: p.T("scoring.keep.submit")}
	s := Section{ID: "ranking", Facts: []Fact{{p.T("scoring.grid"), p.T("scoring.grid.version", r.Grid.Name, r.Grid.Number)}, {p.T("scoring.ranked"), p.T("scoring.of", r.Ranked, len(r.Lines))},
		{p.T("scoring.ready.count"), p.T("scoring.of", r.Ready, r.Ranked)}}, Tables: []Table{p.table()}, Note: p.T("scoring.ranking.note") + " " + p.robustness(r)}
	if len(r.Lines) > 0 {
		s.Links = []Tool{{Text: p.T("scoring.csv"), URL: here + ".csv" + query}, {Text: p.T("scoring.xlsx"), URL: here + ".xlsx" + query}}
	}
	if p.May(identity.PermScore, p.Roadmap.Place()) {
		s.Links = append(s.Links, Tool{Text: p.T("scoring.tab.own"), URL: Under(p.Roadmap.ID, PartScoring), Key: "n", Main: true})
	}
	out.Sections = []Section{s}
	return out
}

// robustness says how the shares of draws came about, and by what candidates were kept.
func (p Printer) robustness(r portfolio.Ranking) string {
	args := []any{r.Variation.Draws, p.Share(r.Variation.Spread), r.Keep}
	switch {
	case r.Cut == portfolio.CutCredits && r.Uncosted > 0:
		return p.T("scoring.robust.credits", args...) + " " + p.T("scoring.robust.uncosted", r.Uncosted)
	case r.Cut == portfolio.CutCredits:
		return p.T("scoring.robust.credits", args...)
	case r.Uncosted > 0:
		return p.T("scoring.robust.first", args...) + " " + p.T("scoring.robust.no_cost")
	}
	return p.T("scoring.robust.first", args...)
}

func (p RankingPage) table() Table {
	t := Table{Caption: p.T("scoring.ranking"), Class: "words", None: p.T("scoring.ranking.none"), Columns: []Heading{{p.T("scoring.candidate"), ""}, {p.T("scoring.rank"), numeric}, {p.T("scoring.points"), numeric},
		{p.T("scoring.readiness"), written}, {p.T("scoring.robustness"), ""}}}
	var ranked, waiting [][]Cell
	for _, l := range p.Ranking.Lines {
		if l.Rank > 0 {
			ranked = append(ranked, p.row(l))
		} else {
			waiting = append(waiting, p.row(l))
		}
	}
	if len(ranked) > 0 {
		t.Groups = append(t.Groups, Group{Rows: ranked})
	}
	if len(waiting) > 0 {
		t.Groups = append(t.Groups, Group{Title: p.T("scoring.waiting"), Rows: waiting})
	}
	return t
}

func (p RankingPage) row(l portfolio.RankingLine) []Cell {
	name := Cell{Text: ProjectTitle(l.Code, l.Name), URL: RankedURL(p.Roadmap.ID, l.Subject), Note: joinedBy(pickerGap, l.Theme, p.tie(l))}
	var known string // said where something is missing
	if all := len(p.Ranking.Grid.Criteria); l.Known < all {
		known = p.T("scoring.known.of", l.Known, all)
	}
	if l.Rank == 0 {
		return []Cell{name, {Text: Dash}, {Text: Dash}, {Text: Dash, Note: known}, {Text: Dash}}
	}
	state, which := p.gateTexts(l)
	ready := Cell{Text: state, Strong: len(which) > 0, Note: joinedBy(p.T("list.semicolon"), append(which, known)...)}
	kept := Cell{Text: p.keptText(l)}
	if l.Kept != nil {
		kept.Strong, kept.Note = l.Stability == scoring.StabilityFragile, p.T("scoring.stability."+string(l.Stability))
	}
	return []Cell{name, {Text: p.Int(int64(l.Rank))}, {Text: p.Int(l.Points), Strong: true}, ready, kept}
}

// tie says what sets a candidate behind one of the same value; "" where its value does.
func (p Printer) tie(l portfolio.RankingLine) string {
	switch l.Tie {
	case scoring.TieCriterion:
		return p.T("scoring.tie.criterion", l.TieBy)
	case scoring.TieEarlier:
		return p.T("scoring.tie.earlier")
	case scoring.TieCode:
		return p.T("scoring.tie.code")
	}
	return ""
}

// Head is the first row of the exported ranking, Rows are the others.
func (p RankingPage) Head() []string {
	out := []string{p.T("scoring.code"), p.T("scoring.candidate"), p.T("scoring.theme"), p.T("scoring.rank"), p.T("scoring.points"), p.T("scoring.tie"), p.T("scoring.readiness"), p.T("scoring.gates"), p.T("scoring.robustness"), p.T("scoring.stability")}
	for _, c := range p.Ranking.Grid.Criteria {
		out = append(out, criterionName(c))
	}
	return out
}

// Rows are the candidates, one row each. Cells are string, int, int64, money.BasisPoints or nil.
func (p RankingPage) Rows() [][]any {
	var out [][]any
	for _, l := range p.Ranking.Lines {
		row := []any{l.Code, l.Name, l.Theme, nil, nil, nil, nil, nil, nil, nil}
		if l.Rank > 0 {
			state, which := p.gateTexts(l)
			row[3], row[4], row[5], row[6], row[7] = l.Rank, l.Points, p.tie(l), state, joinedBy(p.T("list.semicolon"), which...)
		}
		if l.Kept != nil {
			row[8], row[9] = *l.Kept, p.T("scoring.stability."+string(l.Stability))
		}
		for i, c := range p.Ranking.Grid.Criteria {
			var level any // empty where nothing is known
			if l.Levels[i].Known() {
				level = p.LevelText(c, l.Levels[i])
			}
			row = append(row, level)
		}
		out = append(out, row)
	}
	return out
}

// RankedPage is one candidate with what it was given.
type RankedPage struct {
	Base
	Roadmap portfolio.Roadmap
	Scores  portfolio.CandidateScores
}

// Page puts the page together.
func (p RankedPage) Page() SectionsPage {
	l := p.Scores.Line
	out := SectionsPage{Base: p.Base}
	subject := Tool{Text: p.T("scoring.subject"), URL: SubjectPageURL(l.Subject)}
	if p.Scores.Grid.ID == 0 {
		s := p.noGrid(p.Roadmap.ID, p.Roadmap.Place())
		s.Links = append(s.Links, subject)
		out.Sections = []Section{s}
		return out
	}
	s := Section{ID: "place", Facts: []Fact{{p.T("scoring.rank"), Dash}, {p.T("scoring.points"), Dash}}, Links: []Tool{subject}}
	if l.Rank > 0 {
		state, which := p.gateTexts(l)
		s.Facts = []Fact{{p.T("scoring.rank"), p.Int(int64(l.Rank))}, {p.T("scoring.points"), p.T("scoring.points.of", l.Points, scoring.MostPoints)}, {p.T("scoring.readiness"), state}}
		if l.Kept != nil {
			s.Facts = append(s.Facts, Fact{p.T("scoring.robustness"), p.keptText(l) + pickerGap + p.T("scoring.stability."+string(l.Stability))})
			s.Note = p.robustness(p.Scores.Ranking)
		}
		s.Text = which
		if tie := p.tie(l); tie != "" {
			s.Text = append(s.Text, tie)
		}
	} else {
		s.Text = []string{p.T("scoring.not_ranked")}
	}
	if p.May(identity.PermScore, p.Roadmap.Place()) {
		s.Links = append(s.Links, Tool{Text: p.T("scoring.sheet.open"), URL: ScoreSheetURL(p.Roadmap.ID, l.Subject), Key: "n", Main: true})
	}
	levels := Section{ID: "levels", Title: p.T("scoring.levels"), Tables: []Table{p.table()}, Note: p.T("scoring.levels.note", portfolio.Scorers)}
	if radar := p.Radar(); len(radar.Axes) >= 3 {
		levels.Pictures = []Picture{{Title: radar.Title, SVG: chart.SVG("radar", chartWidth, radar.Height(chartWidth, chartEm), chartEm, radar.Title, radar.Desc, radar.Draw)}}
	}
	out.Sections = []Section{s, levels}
	return out
}

// Radar is the picture of the candidate: what its scores come to, and each scorer as far as the reader may see them.
func (p RankedPage) Radar() chart.Radar {
	l := p.Scores.Line
	r := chart.Radar{Title: p.T("scoring.radar", ProjectTitle(l.Code, l.Name)), Desc: p.T("scoring.radar.desc"), Empty: p.T("scoring.radar.empty"), Note: p.T("scoring.radar.note")}
	all := chart.RadarSeries{Label: p.T("scoring.radar.held"), Ink: chart.Accent}
	scorers := make([]chart.RadarSeries, portfolio.Scorers)
	shown := false
	for _, line := range p.Scores.Lines {
		c := line.Criterion
		if c.Kind != scoring.KindValue {
			continue
		}
		axis := chart.RadarAxis{Label: c.Name, Note: p.Share(c.Weight)}
		for _, level := range c.Levels {
			axis.Steps = append(axis.Steps, level.Label)
		}
		r.Axes = append(r.Axes, axis)
		all.Values = append(all.Values, shareOf(c, line.Level))
		for i := range scorers {
			var share *money.BasisPoints
			if i < len(line.Scores) {
				share, shown = shareOf(c, scoring.Settled(line.Scores[i].Level)), true
			}
			scorers[i].Values = append(scorers[i].Values, share)
		}
	}
	all.Tip = all.Label
	if shown {
		for i, dash := range []chart.Dash{chart.Dashed, chart.Dotted} {
			scorers[i].Label, scorers[i].Ink, scorers[i].Dash = p.T("scoring.scorer", i+1), chart.Second, dash
			scorers[i].Tip = scorers[i].Label
			r.Series = append(r.Series, scorers[i])
		}
	}
	r.Series = append(r.Series, all)
	return r
}

func (p RankedPage) table() Table {
	t := Table{Caption: p.T("scoring.levels"), Class: "words", Columns: []Heading{{p.T("scoring.criterion"), ""}, {p.T("scoring.level"), ""}, {p.T("scoring.statement"), written}}}
	names := false
	for _, line := range p.Scores.Lines {
		names = names || len(line.Scores) > 0
	}
	if names {
		for i := range portfolio.Scorers {
			t.Columns = append(t.Columns, Heading{p.T("scoring.scorer", i+1), written})
		}
		t.Columns = append(t.Columns, Heading{p.T("scoring.settled"), written})
	}
	for _, kind := range []scoring.Kind{scoring.KindValue, scoring.KindCapability} {
		g := Group{Title: p.T("scoring.kind." + string(kind))}
		for _, line := range p.Scores.Lines {
			if line.Criterion.Kind == kind {
				g.Rows = append(g.Rows, p.row(line, names))
			}
		}
		if len(g.Rows) > 0 {
			t.Groups = append(t.Groups, g)
		}
	}
	return t
}

func (p RankedPage) row(line portfolio.ScoreLine, names bool) []Cell {
	c := line.Criterion
	level := Cell{Text: p.LevelText(c, line.Level), Strong: line.Level.Known()}
	statement := Cell{Text: Dash}
	switch {
	case line.Level.Known() && line.Level.Sum%line.Level.N == 0:
		statement.Text = c.Levels[line.Level.Sum/line.Level.N].Statement
	case line.Level.Known():
		statement.Text = p.T("scoring.mean")
	default:
		level.Note = p.T("scoring.given.count", line.Given, portfolio.Scorers)
	}
	row := []Cell{{Text: criterionName(c), Note: p.criterionRole(c)}, level, statement}
	if !names {
		return row
	}
	for i := range portfolio.Scorers {
		cell := Cell{Text: Dash}
		if i < len(line.Scores) {
			cell = Cell{Text: p.scoreText(c, line.Scores[i]), Note: line.Scores[i].Evidence}
		}
		row = append(row, cell)
	}
	settled := Cell{Text: Dash}
	if line.Settled != nil {
		settled = Cell{Text: p.T("scoring.given", c.Label(line.Settled.Level), line.Settled.By), Note: line.Settled.Reason}
	}
	return append(row, settled)
}
