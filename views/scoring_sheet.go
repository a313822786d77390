package views

import (
	"strconv"

	"jalon/portfolio"
	"jalon/portfolio/scoring"
)

// What the form of a sheet is sent for.
const (
	SheetKeep   = "draft"
	SheetSubmit = "submit"
)

// ScoreDeskPage is what a person has to score.
type ScoreDeskPage struct {
	Base
	Roadmap portfolio.Roadmap
	Desk    portfolio.ScoreDesk
}

// Page puts the page together, what is left first.
func (p ScoreDeskPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("scoring.own.lead", portfolio.Scorers)}}
	if p.Desk.Grid.ID == 0 {
		out.Sections = []Section{p.noGrid(p.Roadmap.ID, p.Roadmap.Place())}
		return out
	}
	t := Table{Caption: p.T("scoring.tab.own"), None: p.T("scoring.ranking.none"), Columns: []Heading{{p.T("scoring.candidate"), ""}, {p.T("scoring.own.open"), numeric}, {p.T("scoring.own.drafts"), numeric},
		{p.T("scoring.own.submitted"), numeric}, {p.T("scoring.own.closed"), numeric}}}
	var rows [][]Cell
	for _, l := range p.Desk.Lines {
		submitted := Cell{Text: p.Int(int64(l.Submitted))}
		if l.Alone > 0 {
			submitted.Note = p.N("scoring.own.alone", l.Alone)
		}
		rows = append(rows, []Cell{{Text: ProjectTitle(l.Code, l.Name), URL: ScoreSheetURL(p.Roadmap.ID, l.Subject), Note: l.Theme}, {Text: p.Int(int64(l.Open)), Strong: l.Open > 0}, {Text: p.Int(int64(l.Drafts)), Strong: l.Drafts > 0},
			submitted, {Text: p.Int(int64(l.Closed))}})
	}
	t.Groups = []Group{{Rows: rows}}
	s := Section{ID: "own", Text: []string{p.N("scoring.own.left", p.Desk.Left)}, Tables: []Table{t}}
	if !p.Desk.MayScore {
		s.Alert = p.T("score.needs_account")
	}
	if p.Desk.Gaps > 0 {
		s.Links = []Tool{{Text: p.N("scoring.gaps.open", p.Desk.Gaps), URL: Under(p.Roadmap.ID, PartGaps)}}
	}
	out.Sections = []Section{s}
	return out
}

// SheetFields are the fields of a sheet: for each criterion its levels with what must be seen to give them, and the evidence. What is closed to the
// reader is told instead.
func (p Printer) SheetFields(sheet portfolio.ScoreSheet) []Field {
	var fields []Field
	for _, line := range sheet.Lines {
		c := line.Criterion
		fields = append(fields, Field{Name: "heading_" + c.Code, Type: "heading", Label: criterionName(c) + pickerGap + p.criterionRole(c), Help: joinedBy(" ", c.Description, p.sheetNote(line))})
		if line.State == portfolio.MarkClosed || line.State == portfolio.MarkSettled {
			continue
		}
		level := Field{Name: portfolio.ScoreField("level", c.ID), Type: "radio", Label: p.T("scoring.sheet.level", c.Name), Options: []Choice{{Value: "", Text: p.T("scoring.sheet.none")}}}
		evidence := Field{Name: portfolio.ScoreField("evidence", c.ID), Type: "textarea", Label: p.T("scoring.sheet.evidence", c.Name), Help: p.T("scoring.sheet.evidence.help"), Rows: 2, MaxSize: 4000}
		for n := len(c.Levels) - 1; n >= 0; n-- {
			level.Options = append(level.Options, Choice{Value: strconv.Itoa(n), Text: c.Levels[n].Label, Help: c.Levels[n].Statement})
		}
		if m := line.Mine; m != nil {
			evidence.Value = m.Evidence
			if m.HasLevel {
				level.Value = strconv.FormatInt(m.Level, 10)
			}
			if !m.Draft() {
				level.Options = level.Options[1:]
			}
		}
		fields = append(fields, level, evidence)
	}
	if len(fields) == 0 {
		return nil
	}
	return append(fields, Field{Name: "heading_send", Type: "heading", Label: p.T("scoring.sheet.send")}, Field{Name: "send", Type: "radio", Label: p.T("scoring.sheet.action"), Value: SheetKeep,
		Options: []Choice{{Value: SheetKeep, Text: p.T("scoring.sheet.keep"), Help: p.T("scoring.sheet.keep.help")}, {Value: SheetSubmit, Text: p.T("scoring.sheet.submit"), Help: p.T("scoring.sheet.submit.help")}}})
}

// sheetNote tells how far a criterion is, and what others gave where the reader may know.
func (p Printer) sheetNote(line portfolio.SheetLine) string {
	text := p.T("scoring.state." + string(line.State))
	for _, s := range line.Others {
		text += " " + p.T("scoring.other", p.scoreText(line.Criterion, s), s.Evidence)
	}
	if s := line.Settled; s != nil {
		text += " " + p.T("scoring.settled.as", line.Criterion.Label(s.Level), s.By, s.Reason)
	}
	for _, s := range line.Replaced {
		text += " " + p.T("scoring.replaced", line.Criterion.Label(s.Level), s.Evidence)
	}
	return text
}

// GapsPage shows where scorers differ.
type GapsPage struct {
	Base
	Roadmap   portfolio.Roadmap
	Gaps      []portfolio.Disagreement
	All       bool // those that were settled too
	MaySettle bool
}

// Page puts the page together, the widest gap first.
func (p GapsPage) Page() SectionsPage {
	here := Under(p.Roadmap.ID, PartGaps)
	s := Section{ID: "gaps", Tables: []Table{p.table()}, Links: []Tool{{Text: p.T("scoring.gaps.all"), URL: here + "?all=1"}}}
	if p.All {
		s.Links[0] = Tool{Text: p.T("scoring.gaps.only_open"), URL: here}
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("scoring.gaps.lead", portfolio.Scorers)}, Sections: []Section{s}}
}

func (p GapsPage) table() Table {
	t := Table{Caption: p.T("scoring.tab.gaps"), Class: "words", None: p.T("scoring.gaps.none"), Columns: []Heading{{p.T("scoring.candidate"), ""}, {p.T("scoring.gap"), ""}, {p.T("scoring.settled"), written}}}
	for i := range portfolio.Scorers {
		t.Columns = append(t.Columns, Heading{p.T("scoring.scorer", i+1), written})
	}
	var rows [][]Cell
	for _, g := range p.Gaps {
		rows = append(rows, p.row(g))
	}
	t.Groups = []Group{{Rows: rows}}
	return t
}

func (p GapsPage) row(g portfolio.Disagreement) []Cell {
	c := g.Criterion
	gap := Cell{Text: p.N("scoring.gap.levels", int(g.Levels)), Strong: true}
	switch {
	case c.Kind == scoring.KindValue:
		gap.Note = p.T("scoring.gap.points", g.Points)
	case g.AcrossGate:
		gap.Note = p.T("scoring.gap.gate")
	}
	about := criterionName(c) + pickerGap + p.criterionRole(c)
	row := []Cell{{Text: ProjectTitle(g.Candidate.Code, g.Candidate.Name), URL: RankedURL(p.Roadmap.ID, g.Candidate.Subject), Note: about}, gap, p.settled(g)}
	for i := range portfolio.Scorers {
		cell := Cell{Text: Dash}
		if i < len(g.Scores) {
			s := g.Scores[i]
			cell = Cell{Text: p.scoreText(c, s), Note: s.Evidence}
			for _, was := range g.Replaced {
				if was.ScorerID == s.ScorerID {
					cell.Text += pickerGap + p.T("scoring.corrected", c.Label(was.Level))
				}
			}
		}
		row = append(row, cell)
	}
	return row
}

// settled is what the manager let hold, or the way to do it.
func (p GapsPage) settled(g portfolio.Disagreement) Cell {
	cell := Cell{Text: p.T("scoring.gap.open")}
	if g.Aligned {
		cell = Cell{Text: p.T("scoring.gap.aligned")}
	}
	if g.Settled != nil {
		cell = Cell{Text: p.T("scoring.given", g.Criterion.Label(g.Settled.Level), g.Settled.By), Note: g.Settled.Reason}
	}
	if p.MaySettle {
		cell.URL = SettleURL(p.Roadmap.ID, g.Candidate.Subject, g.Criterion.ID)
		if g.Settled == nil && !g.Aligned {
			cell.Text = p.T("scoring.settle")
		}
	}
	return cell
}

// SettleIntro tells what there is to settle.
func (p Printer) SettleIntro(g portfolio.Disagreement) []string {
	out := []string{ProjectTitle(g.Candidate.Code, g.Candidate.Name), criterionName(g.Criterion) + pickerGap + p.criterionRole(g.Criterion)}
	for _, s := range g.Scores {
		out = append(out, p.T("scoring.other", p.scoreText(g.Criterion, s), s.Evidence))
	}
	if s := g.Settled; s != nil {
		out = append(out, p.T("scoring.settled.as", g.Criterion.Label(s.Level), s.By, s.Reason))
	}
	return append(out, p.T("scoring.settle.text"))
}

// SettleFields are the fields by which a disagreement is settled.
func (p Printer) SettleFields(g portfolio.Disagreement) []Field {
	level := Field{Name: "level", Type: "radio", Label: p.T("scoring.settle.level"), Required: true}
	for n := len(g.Criterion.Levels) - 1; n >= 0; n-- {
		level.Options = append(level.Options, Choice{Value: strconv.Itoa(n), Text: g.Criterion.Levels[n].Label, Help: g.Criterion.Levels[n].Statement})
	}
	reason := Field{Name: "reason", Type: "textarea", Label: p.T("scoring.settle.reason"), Required: true, Rows: 3, MaxSize: 2000}
	if g.Settled != nil {
		level.Value, reason.Value = strconv.FormatInt(g.Settled.Level, 10), g.Settled.Reason
	}
	return []Field{level, reason}
}
