package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Skills lists the skills of an organisation in their order. Whoever reads one of its roadmaps or projects may know them: they are words, not people.
func (s *Service) Skills(ctx context.Context, actor identity.Actor, organisation int64) ([]Skill, error) {
	if err := identity.See(actor, identity.PermReadPortfolio, identity.PermReadPortfolio, identity.Within(organisation), "organisation", organisation); err != nil {
		return nil, err
	}
	return findSkills(ctx, s.db.Read(), organisation)
}

// SaveSkill books a new skill of an organisation when its id is 0, else it changes the one with the id. A new one without a position comes last.
func (s *Service) SaveSkill(ctx context.Context, actor identity.Actor, in Skill) (Skill, error) {
	if err := identity.See(actor, identity.PermEditPortfolio, identity.PermReadPortfolio, identity.Within(in.OrganisationID), "organisation", in.OrganisationID); err != nil {
		return in, err
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		all, err := findSkills(ctx, tx, in.OrganisationID)
		if err != nil {
			return err
		}
		if in.ID == 0 {
			if in.Position == 0 && len(all) > 0 {
				in.Position = all[len(all)-1].Position + 1
			}
			if err := insertSkill(ctx, tx, &in); err != nil {
				return err
			}
			return audit.Record(ctx, tx, in.OrganisationID, actor.Name, "skill.create", "skill", int64(in.ID), in, s.now())
		}
		at := slices.IndexFunc(all, func(k Skill) bool { return k.ID == in.ID })
		if at < 0 {
			return fault.NotFound("skill", int64(in.ID))
		}
		if err := updateSkill(ctx, tx, in); err != nil {
			return err
		}
		in.Version++
		return audit.Record(ctx, tx, in.OrganisationID, actor.Name, "skill.update", "skill", int64(in.ID), edit{all[at], in}, s.now())
	})
	return in, err
}

// knownSkills refuses needs of skills that the organisation does not have.
func knownSkills(ctx context.Context, db database.Conn, organisation int64, needs []SkillNeed) error {
	skills, err := findSkills(ctx, db, organisation)
	if err != nil {
		return err
	}
	for _, n := range needs {
		if !slices.ContainsFunc(skills, func(k Skill) bool { return k.ID == n.Skill }) {
			return fault.NotFound("skill", int64(n.Skill))
		}
	}
	return nil
}

// someNeeds leaves out needs of nothing, and puts the others in their order.
func someNeeds(needs []SkillNeed) []SkillNeed {
	out := slices.DeleteFunc(slices.Clone(needs), func(n SkillNeed) bool { return n.Tenths == 0 })
	orderNeeds(out)
	return out
}

// Plan is a plan of days by skill and quarter with the mark by which a change of it is held against what stands.
type Plan struct {
	Skills   []Skill
	Quarters []civil.Quarter // that it may tell of
	Needs    []SkillNeed
	Mark     int64 // of Needs: the optimistic lock of a plan
}

// Capacities gives the days that are there for a roadmap, by skill and quarter.
func (s *Service) Capacities(ctx context.Context, actor identity.Actor, id RoadmapID) (Plan, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return Plan{}, err
	}
	needs, err := findCapacities(ctx, s.db.Read(), r)
	if err != nil {
		return Plan{}, err
	}
	return s.plan(ctx, r, needs)
}

// SaveCapacities sets the days that are there for a roadmap; what is left out is not limited any more. mark is that of the plan that was changed.
func (s *Service) SaveCapacities(ctx context.Context, actor identity.Actor, id RoadmapID, mark int64, all []SkillNeed) error {
	if err := validPlan("capacities", all); err != nil {
		return err
	}
	a := act{name: "roadmap.capacities", permission: identity.PermEditPortfolio}
	return s.change(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		if err := knownSkills(ctx, tx, r.OrganisationID, all); err != nil {
			return trace{}, err
		}
		was, err := findCapacities(ctx, tx, r)
		if err != nil {
			return trace{}, err
		}
		if planMark(was) != mark {
			return trace{}, fault.Stale("roadmap.capacities", r.Code)
		}
		is := slices.Clone(all)
		orderNeeds(is)
		return trace{details: edit{was, is}}, replaceCapacities(ctx, tx, r, is)
	})
}

// ProjectNeeds gives the days of each skill that a project needs, by quarter. Who was granted the project alone does not learn from the quarters when
// its roadmap begins and ends: theirs are those around today.
func (s *Service) ProjectNeeds(ctx context.Context, actor identity.Actor, id ProjectID, today civil.Date) (Plan, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return Plan{}, err
	}
	r, err := findRoadmap(ctx, s.db.Read(), p.RoadmapID)
	if err != nil {
		return Plan{}, err
	}
	if !actor.May(identity.PermReadPortfolio, r.Place()) {
		r.Start, r.End = today.AddMonths(-3), civil.Date{}
	}
	needs, err := findProjectNeeds(ctx, s.db.Read(), p)
	if err != nil {
		return Plan{}, err
	}
	return s.plan(ctx, r, needs)
}

// SaveProjectNeeds says what days a project needs; needs of nothing are left out. mark is that of the plan that was changed.
func (s *Service) SaveProjectNeeds(ctx context.Context, actor identity.Actor, id ProjectID, mark int64, all []SkillNeed) error {
	if err := validPlan("skills", all); err != nil {
		return err
	}
	a := act{name: "project.skills", permission: identity.PermEditProject}
	return s.changeProject(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		if err := knownSkills(ctx, tx, r.OrganisationID, all); err != nil {
			return trace{}, err
		}
		was, err := findProjectNeeds(ctx, tx, p)
		if err != nil {
			return trace{}, err
		}
		if planMark(was) != mark {
			return trace{}, fault.Stale("project.skills", p.Code)
		}
		is := someNeeds(all)
		return trace{details: edit{was, is}}, replaceProjectSkills(ctx, tx, p, is)
	})
}

func findProjectNeeds(ctx context.Context, db database.Conn, p Project) ([]SkillNeed, error) {
	all, err := findProjectSkills(ctx, db, scope{Roadmap{ID: p.RoadmapID, OrganisationID: p.OrganisationID}, p.ID})
	return all[p.ID], err
}

// plan names the skills and the quarters of needs that were read.
func (s *Service) plan(ctx context.Context, r Roadmap, needs []SkillNeed) (Plan, error) {
	skills, err := findSkills(ctx, s.db.Read(), r.OrganisationID)
	return Plan{Skills: skills, Quarters: quartersOf(r, needs), Needs: needs, Mark: planMark(needs)}, err
}

func validPlan(field string, all []SkillNeed) error {
	var f fault.Fields
	checkSkillNeeds(&f, field, all)
	return f.Err()
}
