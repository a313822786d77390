package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
)

// Staffing holds the needs of the running projects of a roadmap, and of its candidates, against the days that are there, from the quarter of a day on.
func (s *Service) Staffing(ctx context.Context, actor identity.Actor, id RoadmapID, today civil.Date) (StaffingReport, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return StaffingReport{}, err
	}
	var rep StaffingReport
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		skills, err := findSkills(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		capacities, err := findCapacities(ctx, tx, r)
		if err != nil {
			return err
		}
		running, err := runningNeeds(ctx, tx, r, today)
		if err != nil {
			return err
		}
		requests, err := RequestsAt(ctx, tx, r, RequestExamined, RequestCandidate)
		if err != nil {
			return err
		}
		var candidates []SkillNeed
		for _, q := range requests {
			candidates = append(candidates, q.Skills...)
		}
		rep = newStaffing(r, skills, capacities, running, candidates).ahead(today)
		return nil
	})
	return rep, err
}

// runningNeeds lists what the projects that run on a day need, project after project.
func runningNeeds(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) ([]SkillNeed, error) {
	projects, err := findRunning(ctx, db, r, day)
	if err != nil {
		return nil, err
	}
	needs, err := findProjectSkills(ctx, db, scope{Roadmap: r})
	if err != nil {
		return nil, err
	}
	var out []SkillNeed
	for _, p := range projects {
		out = append(out, needs[p.Project]...)
	}
	return out, nil
}
