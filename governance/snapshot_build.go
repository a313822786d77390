package governance

import (
	"slices"
	"strings"
	"time"

	"jalon/finance"
	"jalon/governance/cadence"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// typesetting is the name under which a snapshot says how its pack is typeset.
const typesetting = "typesetting"

// assembly is what a snapshot is made from; building it is pure.
type assembly struct {
	committee   Committee
	typesetting string // method of the renderer
	period      cadence.Period
	edition     int
	errata      []string
	now         time.Time
	by          string
	figuresOn   civil.Date
	report      *portfolio.Report
	budget      *finance.PackFinance // nil: there is none
	previous    *Snapshot            // the last pack with earlier figures, as it was shown
	cost        DriftMoves
	schedule    DriftMoves
	exits       map[portfolio.ProjectID]string
	decisions   []DecisionLine
	options     []portfolio.ScenarioOption // submitted to the committee
}

// snapshot puts everything that the pack shows into one value.
func (a assembly) snapshot() *Snapshot {
	c := a.committee
	sitting := c.Cadence.Sitting(a.period)
	s := &Snapshot{
		Format: SnapshotFormat, Locale: c.Locale, Committee: CommitteeHead{c.Code, c.Name, c.Level},
		Period: PeriodHead{Code: a.period.String(), First: a.period.First(), Last: a.period.Last(), SittingOn: sitting,
			SittingAt: c.Cadence.SittingAt(a.period, c.Location()).In(c.Location()).Format("15:04"), FiguresOn: a.figuresOn},
		Edition: a.edition, Errata: a.errata, FrozenAt: a.now.In(c.Location()).Truncate(time.Second).Format(time.RFC3339), FrozenBy: a.by,
		Methods:  []MethodLine{{"drift", a.report.Method}, {"cadence", cadence.Method}, {"snapshot", "jalon-snapshot/1"}, {typesetting, a.typesetting}},
		Members:  []MemberLine{},
		Sittings: c.Sittings(sitting.AddDays(1), 3), Report: *a.report, Questions: []QuestionLine{}, Decisions: a.decisions,
	}
	if a.budget != nil {
		s.Finance = a.budget
		s.Methods = append(s.Methods, MethodLine{"budget", a.budget.Method})
	}
	if len(a.options) > 0 {
		s.Arbitration = packArbitration(a.options)
		s.Methods = append(s.Methods, MethodLine{"selection", s.Arbitration.Method})
	}
	if s.Errata == nil {
		s.Errata = []string{}
	}
	if s.Decisions == nil {
		s.Decisions = []DecisionLine{}
	}
	planned := c.Cadence.FreezeDate(a.period, c.LeadDays)
	s.LateDays = max(0, planned.DaysUntil(civil.DateOf(a.now, c.Location())))
	for _, m := range c.Members {
		s.Members = append(s.Members, MemberLine{m.Name, m.Role})
	}
	for i := range a.report.Projects {
		if p := &a.report.Projects[i]; p.Declared.Question != "" {
			s.Questions = append(s.Questions, QuestionLine{head(p), p.Declared.Question, p.Declared.On})
		}
	}
	if a.previous != nil {
		s.Since = a.since()
	}
	return s
}

func head(p *portfolio.ProjectLine) portfolio.Head { return portfolio.Head{Code: p.Code, Name: p.Name} }

// since holds the report against the one that the committee was shown last.
func (a assembly) since() *SincePack {
	before := a.previous
	s := &SincePack{Period: before.Period.Code, Edition: before.Edition, From: before.Period.FiguresOn, To: a.figuresOn, Cost: a.cost, Schedule: a.schedule,
		Entered: []EntryLine{}, Left: []EntryLine{}, Moved: []PhaseMove{}, Recoloured: []ColourMove{}, Slipped: []SlipMove{}, Costlier: []CostMove{}, Reached: []MilestoneMove{}}
	old := make(map[portfolio.ProjectID]*portfolio.ProjectLine, len(before.Report.Projects))
	for i := range before.Report.Projects {
		p := &before.Report.Projects[i]
		old[p.ID] = p
	}
	for i := range a.report.Projects {
		p := &a.report.Projects[i]
		was := old[p.ID]
		delete(old, p.ID)
		if was == nil {
			s.Entered = append(s.Entered, EntryLine{Project: head(p), Cost: p.Cost})
			continue
		}
		s.compare(was, p)
	}
	for i := range before.Report.Projects {
		if p := &before.Report.Projects[i]; old[p.ID] != nil {
			s.Left = append(s.Left, EntryLine{Project: head(p), Cost: p.Cost, Reason: a.exits[p.ID]})
		}
	}
	s.Budget = budgetMoves(before.Finance, a.budget)
	slices.SortStableFunc(s.Slipped, func(x, y SlipMove) int { return y.Days - x.Days })
	slices.SortStableFunc(s.Costlier, func(x, y CostMove) int {
		dx, dy := x.To-x.From, y.To-y.From
		switch {
		case dx > dy:
			return -1
		case dx < dy:
			return 1
		}
		return strings.Compare(x.Project.Code, y.Project.Code)
	})
	return s
}

// compare notes what changed of one project.
func (s *SincePack) compare(was, is *portfolio.ProjectLine) {
	h := head(is)
	if was.Phase != is.Phase {
		s.Moved = append(s.Moved, PhaseMove{h, was.Phase, is.Phase})
	}
	if was.Schedule.Colour != is.Schedule.Colour {
		s.Recoloured = append(s.Recoloured, ColourMove{h, "schedule", was.Schedule.Colour, is.Schedule.Colour})
	}
	if was.CostDeviation.Colour != is.CostDeviation.Colour {
		s.Recoloured = append(s.Recoloured, ColourMove{h, "cost", was.CostDeviation.Colour, is.CostDeviation.Colour})
	}
	if !was.End.IsZero() && !is.End.IsZero() && was.End != is.End {
		s.Slipped = append(s.Slipped, SlipMove{h, was.End, is.End, was.End.DaysUntil(is.End)})
	}
	if was.Cost != nil && is.Cost != nil && *was.Cost != *is.Cost {
		s.Costlier = append(s.Costlier, CostMove{h, *was.Cost, *is.Cost, change(*was.Cost, *is.Cost)})
	}
	if was.Sheet == nil || is.Sheet == nil {
		return
	}
	reached := map[string]bool{}
	for _, m := range was.Sheet.Milestones {
		reached[m.Name] = !m.ReachedOn.IsZero()
	}
	for _, m := range is.Sheet.Milestones {
		if !m.ReachedOn.IsZero() && !reached[m.Name] {
			s.Reached = append(s.Reached, MilestoneMove{h, m.Name, m.ReachedOn, m.SlipDays})
		}
	}
}

// change is (to − from)/from in basis points, nil when from is not positive.
func change(from, to money.Amount) *money.BasisPoints {
	if from <= 0 {
		return nil
	}
	bp, ok := money.Ratio(int64(to-from), int64(from))
	if !ok {
		return nil
	}
	return &bp
}
