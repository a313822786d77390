package views

import (
	"slices"

	"jalon/governance"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// ProjectMilestone is a milestone with its project.
type ProjectMilestone struct {
	Project *portfolio.ProjectLine
	portfolio.MilestoneLine
}

// MilestoneGroup is the milestones of one state under their title, the earliest first.
type MilestoneGroup struct {
	Title string
	Lines []ProjectMilestone
}

// MilestonesSince is the day from which a pack lists reached milestones: that of the figures of the
// pack before, else six months back.
func MilestonesSince(s *governance.Snapshot) civil.Date {
	if s.Since != nil {
		return s.Since.From
	}
	return s.Report.AsOf.AddMonths(-6)
}

// MilestoneGroups lists the milestones of all projects by state: late ones, those to come, those
// reached since the last pack; the others stand on the sheets. Empty groups are left out.
func (p Printer) MilestoneGroups(s *governance.Snapshot) []MilestoneGroup {
	var all []ProjectMilestone
	for i := range s.Report.Projects {
		l := &s.Report.Projects[i]
		if l.Sheet != nil {
			for _, m := range l.Sheet.Milestones {
				all = append(all, ProjectMilestone{l, m})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ProjectMilestone) int {
		return MilestoneDay(a.MilestoneLine).Compare(MilestoneDay(b.MilestoneLine))
	})
	since := MilestonesSince(s)
	var groups []MilestoneGroup
	for _, g := range []struct{ state, title string }{
		{"late", p.T("pdf.milestones_late")}, {"due", p.T("pdf.milestones_due")}, {"reached", p.T("pdf.milestones_reached", since)},
	} {
		group := MilestoneGroup{Title: g.title}
		for _, m := range all {
			if MilestoneState(m.MilestoneLine) == g.state && (m.ReachedOn.IsZero() || !m.ReachedOn.Before(since)) {
				group.Lines = append(group.Lines, m)
			}
		}
		if len(group.Lines) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// HasMilestones tells whether any project of the report has a milestone.
func HasMilestones(r *portfolio.Report) bool {
	return slices.ContainsFunc(r.Projects, func(l portfolio.ProjectLine) bool { return l.Sheet != nil && len(l.Sheet.Milestones) > 0 })
}

// MilestoneDay is the day a milestone was reached, or is due.
func MilestoneDay(m portfolio.MilestoneLine) civil.Date {
	if !m.ReachedOn.IsZero() {
		return m.ReachedOn
	}
	return m.DueOn
}

// MilestoneState is the milestone's state; an unknown one counts as due.
func MilestoneState(m portfolio.MilestoneLine) string {
	switch m.State {
	case "late", "reached":
		return m.State
	}
	return "due"
}
