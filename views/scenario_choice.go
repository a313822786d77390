package views

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"jalon/identity"
	"jalon/portfolio"
)

// ChoiceRow is a running project or candidate of the workbench, with the choices that somebody has for it.
type ChoiceRow struct {
	Key, Code, Name, URL   string
	Notes, Flags           []string
	Points, Cost, CostNote string
	Options                []Choice // of the force; none where it cannot be changed
	Held                   string   // what holds, where it cannot be
	ShowWhy, ShowWords     bool     // a reason is given, or asked for
	Reasons                []Choice
	Words                  string
	Shift, Shiftable       bool
	Error                  string
	Selected               bool
	Outcome                string
	OutcomeNote            string
}

// ChoiceGroup is a part of the table: the candidates, or what runs.
type ChoiceGroup struct {
	Title string
	Rows  []ChoiceRow
}

// Groups writes out the candidates, the most valuable first, and then the running projects: what is to be decided comes before what goes on anyway.
func (p ScenarioPage) Groups() []ChoiceGroup {
	var asked, running []*portfolio.SubjectLine
	for i := range p.Report.Subjects {
		if s := &p.Report.Subjects[i]; s.Kind == portfolio.KindProject {
			running = append(running, s)
		} else {
			asked = append(asked, s)
		}
	}
	slices.SortStableFunc(asked, func(a, b *portfolio.SubjectLine) int { return cmp.Compare(b.Points, a.Points) })
	var out []ChoiceGroup
	for _, g := range []struct {
		title string
		of    []*portfolio.SubjectLine
	}{{p.T("scenarios.candidates"), asked}, {p.T("scenarios.choices.kept"), running}} {
		if len(g.of) == 0 {
			continue
		}
		rows := make([]ChoiceRow, len(g.of))
		for i, s := range g.of {
			rows[i] = p.row(s)
		}
		out = append(out, ChoiceGroup{g.title, rows})
	}
	return out
}

func (p ScenarioPage) row(s *portfolio.SubjectLine) ChoiceRow {
	r := ChoiceRow{Key: s.Subject.Key(), Code: s.Code, Name: s.Name, URL: SubjectPageURL(s.Subject), Points: Dash, Selected: s.Selected}
	if s.Scored {
		r.Points = p.Int(s.Points)
	}
	r.Notes, r.Flags = p.subjectNotes(s), p.subjectFlags(s)
	if !p.Report.CostHidden {
		r.Cost, r.CostNote = p.MoneyShort(s.CostP50, p.Report.Currency), p.T("scenarios.p80.of", p.MoneyShort(s.CostP80, p.Report.Currency))
		if s.CostUnknown {
			r.Cost, r.CostNote = Dash, ""
		}
	}
	typed, asked := p.Asked[r.Key]
	held := portfolio.ScenarioChoice{ReasonCode: s.ReasonCode, Reason: s.Reason, MayShift: s.MayShift}
	if s.ForceIsOwn {
		held.Force = s.Force
	}
	if asked {
		held, r.Error = typed.Choice, typed.Error
	}
	r.Shift, r.Shiftable = held.MayShift, s.Kind == portfolio.KindRequest
	if p.Editable() {
		r.Options = p.forces(s, held.Force)
		if held.Force == portfolio.ForceIn || held.Force == portfolio.ForceOut {
			r.ShowWhy, r.Words = true, held.Reason
			r.ShowWords = held.ReasonCode == portfolio.ReasonOther || held.Reason != ""
			r.Reasons = p.reasons(held)
		}
	} else {
		r.Held = p.T("scenarios.force." + string(s.Force))
		if text := p.forceReason(s.ReasonCode, s.Reason); text != "" {
			r.Held += p.T("list.colon") + text
		}
	}
	r.Outcome, r.OutcomeNote = p.outcome(s)
	return r
}

// Editable tells that the reader may change the choices.
func (p ScenarioPage) Editable() bool {
	return p.Report.Editable && p.May(identity.PermEditScenario, p.Scope)
}

func (p ScenarioPage) subjectNotes(s *portfolio.SubjectLine) []string {
	var first []string
	for _, text := range []string{s.Theme.Name, s.Department} {
		if text != "" {
			first = append(first, text)
		}
	}
	var notes []string
	if len(first) > 0 {
		notes = append(notes, strings.Join(first, " · "))
	}
	second := p.T("scenarios.term", s.Start, s.End)
	if s.Risk != "" {
		second += " · " + p.T("scenarios.risk", p.T("chart.risk."+string(s.Risk)))
	}
	notes = append(notes, second)
	if len(s.Requires) > 0 {
		notes = append(notes, p.T("scenarios.requires", strings.Join(s.Requires, ", ")))
	}
	if len(s.Excludes) > 0 {
		notes = append(notes, p.T("scenarios.excludes", strings.Join(s.Excludes, ", ")))
	}
	return notes
}

// subjectFlags are what must be seen of a subject.
func (p ScenarioPage) subjectFlags(s *portfolio.SubjectLine) []string {
	var flags []string
	if s.Kind == portfolio.KindProject {
		flags = append(flags, p.T("scenarios.flag.running"))
	}
	if !s.Scored {
		flags = append(flags, p.T("scenarios.flag.unscored"))
	}
	if len(s.Gates) > 0 {
		flags = append(flags, p.T("scenarios.flag.gates", strings.Join(s.Gates, ", ")))
	}
	if s.LateEntry {
		flags = append(flags, p.T("scenarios.flag.late"))
	}
	if s.CostUnknown && !p.Report.CostHidden {
		flags = append(flags, p.T("scenarios.flag.cost"))
	}
	if len(s.Missing) > 0 {
		flags = append(flags, p.T("scenarios.flag.missing", strings.Join(s.Missing, ", ")))
	}
	return flags
}

// forces are the choices for a subject: what holds without any, then what changes it. What would change nothing is offered only where it was chosen.
func (p ScenarioPage) forces(s *portfolio.SubjectLine, chosen portfolio.Force) []Choice {
	usual, idle := "scenarios.choice.usual", portfolio.ForceFree
	switch {
	case s.Kind == portfolio.KindProject:
		usual, idle = "scenarios.choice.goes_on", portfolio.ForceIn
	case len(s.Gates) > 0:
		usual, idle = "scenarios.choice.gated", portfolio.ForceOut
	}
	out := []Choice{{Value: "", Text: p.T(usual), Selected: chosen == portfolio.ForceUsual}}
	for _, f := range []portfolio.Force{portfolio.ForceFree, portfolio.ForceIn, portfolio.ForceOut} {
		if f == idle && f != chosen {
			continue
		}
		key := "scenarios.choice." + string(f)
		if f == portfolio.ForceOut && s.Kind == portfolio.KindProject {
			key = "scenarios.choice.stop"
		}
		out = append(out, Choice{Value: string(f), Text: p.T(key), Selected: chosen == f})
	}
	return out
}

// reasons are those that a force may be given for.
func (p ScenarioPage) reasons(c portfolio.ScenarioChoice) []Choice {
	all := portfolio.ReasonsIn
	if c.Force == portfolio.ForceOut {
		all = portfolio.ReasonsOut
	}
	out := []Choice{{Value: "", Text: p.T("scenarios.reason.choose"), Selected: !slices.Contains(all, c.ReasonCode)}}
	for _, r := range all {
		out = append(out, Choice{Value: string(r), Text: p.ReasonName(r), Selected: r == c.ReasonCode})
	}
	return out
}

// outcome says what became of a subject in the selection.
func (p ScenarioPage) outcome(s *portfolio.SubjectLine) (text, note string) {
	running := s.Kind == portfolio.KindProject
	switch {
	case !p.Report.Result.Found():
		return Dash, ""
	case s.Selected && s.ShiftYears > 0:
		return p.T("scenarios.outcome.in"), p.N("scenarios.outcome.shift", int(s.ShiftYears))
	case s.Selected && running:
		return p.T("scenarios.outcome.goes_on"), ""
	case s.Selected:
		return p.T("scenarios.outcome.in"), ""
	case running:
		return p.T("scenarios.outcome.stopped"), ""
	}
	return p.T("scenarios.outcome.out"), p.refusal(s.Subject)
}

// refusal is why a candidate is not selected, in short; "" while nobody knows.
func (p ScenarioPage) refusal(s portfolio.Subject) string {
	if p.Insight == nil {
		return ""
	}
	at := slices.IndexFunc(p.Insight.Refused, func(l portfolio.RefusedLine) bool { return l.Subject == s })
	if at < 0 {
		return ""
	}
	return p.keys().why(p.Insight.Refused[at])
}

// ScenarioFileHead is the head of the file of a selection.
func (p ScenarioPage) ScenarioFileHead() []string {
	head := []string{p.T("scenarios.file.code"), p.T("scenarios.file.name"), p.T("scenarios.file.kind"), p.T("web.theme.theme"), p.T("scenarios.file.department"), p.T("web.project.sponsor"), p.T("web.project.start"), p.T("web.project.end"),
		p.T("scenarios.risk.title"), p.T("scenarios.points"), p.T("scenarios.choice"), p.T("scenarios.file.reason"), p.T("scenarios.outcome"), p.T("scenarios.file.shift"), p.T("scenarios.file.why")}
	if !p.Report.CostHidden {
		head = append(head, p.T("scenarios.file.p50"), p.T("scenarios.file.p80"))
		for _, g := range p.credits() {
			head = append(head, p.keys().name(g.Key))
		}
	}
	return head
}

// credits are the gauges of credits, in order.
func (p ScenarioPage) credits() []portfolio.Gauge {
	return slices.DeleteFunc(slices.Clone(p.Report.Gauges), func(g portfolio.Gauge) bool { return g.Kind != portfolio.GaugeCredit })
}

// ScenarioFileRow is a subject as a row of that file.
func (p ScenarioPage) ScenarioFileRow(s *portfolio.SubjectLine) []any {
	outcome, why := p.outcome(s)
	var points any
	if s.Scored {
		points = s.Points
	}
	day := func(text string) any {
		if text == Dash {
			return nil
		}
		return text
	}
	row := []any{s.Code, s.Name, p.T("scenarios.kind." + string(s.Kind)), s.Theme.Name, s.Department, s.Sponsor, day(p.Date(s.Start)), day(p.Date(s.End)), day(p.RiskName(s.Risk)), points,
		p.T("scenarios.force." + string(s.Force)), p.forceReason(s.ReasonCode, s.Reason), outcome, s.ShiftYears, why}
	if p.Report.CostHidden {
		return row
	}
	if s.CostUnknown {
		row = append(row, nil, nil)
	} else {
		row = append(row, s.CostP50, s.CostP80)
	}
	for _, g := range p.credits() {
		row = append(row, useOf(s, g.Key))
	}
	return row
}

// ScenarioFileName names the file.
func (p ScenarioPage) ScenarioFileName() string {
	return p.T("scenarios.file", p.Report.Roadmap.Code, p.Report.Scenario.Code)
}

// shortID keeps ids of fields together: "force-r12-in".
func (r ChoiceRow) shortID(parts ...string) string {
	return strings.Join(append([]string{"c", r.Key}, parts...), "-")
}

// OptionID is the id of an option of the force.
func (r ChoiceRow) OptionID(i int) string { return r.shortID("force", strconv.Itoa(i)) }

// WhyID, WordsID, ShiftID and ErrorID are the ids of the other fields.
func (r ChoiceRow) WhyID() string { return r.shortID("why") }

// WordsID is the id of the words of a reason.
func (r ChoiceRow) WordsID() string { return r.shortID("words") }

// ShiftID is the id of the later start.
func (r ChoiceRow) ShiftID() string { return r.shortID("shift") }

// ErrorID is the id of what is wrong.
func (r ChoiceRow) ErrorID() string { return r.shortID("error") }
