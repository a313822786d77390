package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/scoring"
)

// Grids lists the versions of a roadmap's scoring grid without their criteria, the newest first.
func (s *Service) Grids(ctx context.Context, actor identity.Actor, id RoadmapID) ([]Grid, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	return findGrids(ctx, s.db.Read(), r)
}

// Grid gives a version of a grid with all in it, and its roadmap.
func (s *Service) Grid(ctx context.Context, actor identity.Actor, id GridID) (Grid, Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return Grid{}, Roadmap{}, err
	}
	g, err := findGrid(ctx, s.db.Read(), id)
	if err == nil {
		err = identity.See(actor, identity.PermReadPortfolio, identity.PermReadPortfolio, g.Place(), "grid", int64(id))
	}
	if err != nil {
		return Grid{}, Roadmap{}, err
	}
	r, err := findRoadmap(ctx, s.db.Read(), g.RoadmapID)
	return g, r.shownTo(actor), err
}

// Place is where the grid stands among the scopes of rights: in its roadmap.
func (g Grid) Place() identity.Scope {
	return identity.Scope{Organisation: g.OrganisationID, Roadmap: int64(g.RoadmapID)}
}

// GridInput is a new draft. Name may be empty where the template has one.
type GridInput struct {
	Template string // one of GridTemplates
	Name     string
}

// DraftGrid begins a grid from a template, in the language of the organisation.
func (s *Service) DraftGrid(ctx context.Context, actor identity.Actor, id RoadmapID, in GridInput) (g Grid, err error) {
	if in.Name != "" || in.Template == TemplateBlank {
		if err := (Grid{Name: in.Name}).Validate(); err != nil {
			return g, err
		}
	}
	err = s.score(ctx, actor, id, act{name: "grid.create", permission: identity.PermEditPortfolio}, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		o, err := identity.FindOrganisation(ctx, tx, r.OrganisationID)
		if err != nil {
			return trace{}, err
		}
		if g, err = newGrid(in.Template, o.Locale); err != nil {
			return trace{}, err
		}
		if in.Name != "" {
			g.Name = in.Name
		}
		g.OrganisationID, g.RoadmapID = r.OrganisationID, r.ID
		err = insertGrid(ctx, tx, &g, s.now())
		return trace{"grid", int64(g.ID), in}, err
	})
	return g, err
}

// CopyGrid begins the next version of a grid as a copy of one that is in use or was.
func (s *Service) CopyGrid(ctx context.Context, actor identity.Actor, id GridID) (g Grid, err error) {
	err = s.onGrid(ctx, actor, id, "grid.copy", func(ctx context.Context, tx database.Conn, was Grid) (trace, error) {
		if was.State == GridDraft {
			return trace{}, fault.Conflict("grid.copy_draft")
		}
		g = was.copied()
		if err := insertGrid(ctx, tx, &g, s.now()); err != nil {
			return trace{}, err
		}
		if err := replaceJudgments(ctx, tx, g.comparedAs(was)); err != nil {
			return trace{}, err
		}
		return trace{"grid", int64(g.ID), map[string]any{"copied_from": was.ID, "number": g.Number}}, nil
	})
	return g, err
}

// copied is a draft with the same criteria; comparedAs brings the judgments over once these have their keys.
func (g Grid) copied() Grid {
	c := g
	c.CopiedFrom, c.Criteria, c.Judgments = g.ID, slices.Clone(g.Criteria), nil
	return c
}

func (g Grid) comparedAs(was Grid) Grid {
	for _, j := range was.Judgments {
		g.Judgments = append(g.Judgments, GridJudgment{g.Criteria[was.place(j.First)].ID, g.Criteria[was.place(j.Second)].ID, j.Scale})
	}
	return g
}

// RenameGrid names a draft anew.
func (s *Service) RenameGrid(ctx context.Context, actor identity.Actor, id GridID, version int64, name string) error {
	if err := (Grid{Name: name}).Validate(); err != nil {
		return err
	}
	return s.changeGrid(ctx, actor, id, version, "grid.rename", func(_ context.Context, _ database.Conn, g *Grid) (any, error) {
		was := g.Name
		g.Name = name
		return edit{was, name}, nil
	})
}

// Validate reports what is wrong with the grid's own fields.
func (g Grid) Validate() error {
	var f fault.Fields
	checkName(&f, "name", g.Name)
	return f.Err()
}

// SaveCriterion adds a criterion to a draft when its id is 0, else it changes the one with the id. A new one without a position comes last. Weights
// are brought back to the whole.
func (s *Service) SaveCriterion(ctx context.Context, actor identity.Actor, id GridID, version int64, c Criterion) error {
	if err := c.Validate(); err != nil {
		return err
	}
	name := "criterion.update"
	if c.ID == 0 {
		name = "criterion.create"
	}
	return s.changeGrid(ctx, actor, id, version, name, func(ctx context.Context, tx database.Conn, g *Grid) (any, error) {
		if c.ID == 0 {
			return c, g.add(ctx, tx, c)
		}
		at := g.place(c.ID)
		if at < 0 {
			return nil, fault.NotFound("criterion", int64(c.ID))
		}
		was := g.Criteria[at]
		c.Weight = was.Weight
		if c.Kind == scoring.KindCapability {
			c.Weight = 0
			g.Judgments = slices.DeleteFunc(g.Judgments, func(j GridJudgment) bool { return j.First == c.ID || j.Second == c.ID })
		}
		if err := updateCriterion(ctx, tx, *g, c); err != nil {
			return nil, err
		}
		g.Criteria[at] = c
		if was.Kind != c.Kind {
			if err := g.settleWeights(ctx, tx); err != nil {
				return nil, err
			}
		}
		return edit{was, c}, nil
	})
}

// add books a further criterion of a draft.
func (g *Grid) add(ctx context.Context, tx database.Conn, c Criterion) error {
	if len(g.Criteria) >= maxCriteria {
		return fault.Conflict("grid.too_many", maxCriteria)
	}
	if c.Position == 0 {
		for _, o := range g.Criteria {
			c.Position = max(c.Position, o.Position)
		}
		c.Position++
	}
	c.Weight = 0
	if err := insertCriterion(ctx, tx, *g, &c); err != nil {
		return err
	}
	g.Criteria = append(g.Criteria, c)
	g.arrange()
	return g.settleWeights(ctx, tx)
}

// settleWeights saves the weights, and the judgments that are left, after criteria came or went.
func (g *Grid) settleWeights(ctx context.Context, tx database.Conn) error {
	g.reweigh()
	if err := replaceJudgments(ctx, tx, *g); err != nil {
		return err
	}
	return saveWeights(ctx, tx, *g)
}

// RemoveCriterion takes a criterion out of a draft.
func (s *Service) RemoveCriterion(ctx context.Context, actor identity.Actor, id GridID, version int64, criterion CriterionID) error {
	return s.changeGrid(ctx, actor, id, version, "criterion.remove", func(ctx context.Context, tx database.Conn, g *Grid) (any, error) {
		was, err := g.Criterion(criterion)
		if err != nil {
			return nil, err
		}
		if err := deleteCriterion(ctx, tx, *g, criterion); err != nil {
			return nil, err
		}
		g.Criteria = slices.DeleteFunc(g.Criteria, func(c Criterion) bool { return c.ID == criterion })
		g.Judgments = slices.DeleteFunc(g.Judgments, func(j GridJudgment) bool { return j.First == criterion || j.Second == criterion })
		return edit{Before: was}, g.settleWeights(ctx, tx)
	})
}

// WeighDirectly gives the criteria of value of a draft weights in the proportion of parts, which stand in their order.
func (s *Service) WeighDirectly(ctx context.Context, actor identity.Actor, id GridID, version int64, parts []int64) error {
	return s.changeGrid(ctx, actor, id, version, "grid.weights", func(ctx context.Context, tx database.Conn, g *Grid) (any, error) {
		if len(parts) != len(g.Of(scoring.KindValue)) {
			return nil, fault.Stale("grid", int64(id))
		}
		for _, p := range parts {
			if p < 0 || p > maxPart {
				return nil, fault.Invalid("grid.weight_positive")
			}
		}
		g.Weighting, g.Judgments = WeightingDirect, nil
		g.setWeights(scoring.Normalise(parts))
		if err := replaceJudgments(ctx, tx, *g); err != nil {
			return nil, err
		}
		return map[string]any{"weighting": g.Weighting, "weights": g.weights()}, saveWeights(ctx, tx, *g)
	})
}

// maxPart is more than anybody needs to set weights apart, and so little that parts can be multiplied.
const maxPart = 1_000_000

// WeighPairwise gives the criteria of value of a draft the weights that follow from comparing them two by two. Judgments that contradict each
// other are taken as well: how far they do is shown with the grid.
func (s *Service) WeighPairwise(ctx context.Context, actor identity.Actor, id GridID, version int64, judgments []GridJudgment) (p scoring.Priorities, err error) {
	err = s.changeGrid(ctx, actor, id, version, "grid.weights", func(ctx context.Context, tx database.Conn, g *Grid) (any, error) {
		g.Weighting, g.Judgments = WeightingPairwise, judgments
		if p, err = g.Priorities(); err != nil {
			return nil, err
		}
		g.setWeights(p.Weights)
		if err := replaceJudgments(ctx, tx, *g); err != nil {
			return nil, err
		}
		return map[string]any{"weighting": g.Weighting, "weights": g.weights(), "ratio": p.Ratio}, saveWeights(ctx, tx, *g)
	})
	return p, err
}

// weights tells the weights by code, for the trail.
func (g Grid) weights() map[string]money.BasisPoints {
	out := map[string]money.BasisPoints{}
	for _, c := range g.Of(scoring.KindValue) {
		out[c.Code] = c.Weight
	}
	return out
}

// RemoveGrid removes a draft.
func (s *Service) RemoveGrid(ctx context.Context, actor identity.Actor, id GridID, version int64) error {
	return s.onGrid(ctx, actor, id, "grid.remove", func(ctx context.Context, tx database.Conn, g Grid) (trace, error) {
		if err := g.changeable(version); err != nil {
			return trace{}, err
		}
		return trace{"grid", int64(id), edit{Before: g.Name}}, deleteGrid(ctx, tx, g)
	})
}

// changeable refuses a change of what is in use, and of what is not as it was read.
func (g Grid) changeable(version int64) error {
	if g.State != GridDraft {
		return fault.Conflict("grid.not_draft", g.Number)
	}
	if g.Version != version {
		return fault.Stale("grid", int64(g.ID))
	}
	return nil
}

// ActivateGrid makes a draft the grid of its roadmap; the one before it retires. What was submitted under a criterion that asks the very same of the
// one before it is carried over, drafts and all else stay with the old grid.
func (s *Service) ActivateGrid(ctx context.Context, actor identity.Actor, id GridID, version int64) error {
	return s.onGrid(ctx, actor, id, "grid.activate", func(ctx context.Context, tx database.Conn, g Grid) (trace, error) {
		if err := g.changeable(version); err != nil {
			return trace{}, err
		}
		if err := g.Engine().Validate(); err != nil {
			return trace{}, fault.Conflict("grid.not_ready")
		}
		was, err := findActiveGrid(ctx, tx, Roadmap{ID: g.RoadmapID, OrganisationID: g.OrganisationID})
		if err != nil {
			return trace{}, err
		}
		if err := s.retire(ctx, tx, was); err != nil {
			return trace{}, err
		}
		g.State, g.ActivatedAt = GridActive, database.Instant(s.now())
		if err := updateGrid(ctx, tx, g); err != nil {
			return trace{}, err
		}
		carried, err := carryScores(ctx, tx, was, g)
		return trace{"grid", int64(id), map[string]any{"number": g.Number, "weights": g.weights(), "carried_over": carried}}, err
	})
}

// RetireGrid takes the grid of a roadmap out of use without another in its place.
func (s *Service) RetireGrid(ctx context.Context, actor identity.Actor, id GridID, version int64) error {
	return s.onGrid(ctx, actor, id, "grid.retire", func(ctx context.Context, tx database.Conn, g Grid) (trace, error) {
		if g.State != GridActive {
			return trace{}, fault.Conflict("grid.not_active", g.Number)
		}
		if g.Version != version {
			return trace{}, fault.Stale("grid", int64(id))
		}
		return trace{"grid", int64(id), map[string]any{"number": g.Number}}, s.retire(ctx, tx, g)
	})
}

func (s *Service) retire(ctx context.Context, tx database.Conn, g Grid) error {
	if g.ID == 0 {
		return nil
	}
	g.State, g.RetiredAt = GridRetired, database.Instant(s.now())
	return updateGrid(ctx, tx, g)
}

// score is a use case about the scoring of a roadmap: change without the facts counter, because reports do not hang on scores, and stay as they are.
func (s *Service) score(ctx context.Context, actor identity.Actor, id RoadmapID, a act, work func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error)) error {
	return s.onRoadmap(ctx, actor, id, a, work, s.record)
}

// onGrid is score about one grid.
func (s *Service) onGrid(ctx context.Context, actor identity.Actor, id GridID, name string, work func(ctx context.Context, tx database.Conn, g Grid) (trace, error)) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	found, err := findGrid(ctx, s.db.Read(), id)
	if err != nil {
		return err
	}
	a := act{name: name, permission: identity.PermEditPortfolio, noun: "grid", id: int64(id)}
	return s.score(ctx, actor, found.RoadmapID, a, func(ctx context.Context, tx database.Conn, _ Roadmap) (trace, error) {
		g, err := findGrid(ctx, tx, id) // as it stands under the lock
		if err != nil {
			return trace{}, err
		}
		return work(ctx, tx, g)
	})
}

// changeGrid is onGrid about what a draft holds; its version rises.
func (s *Service) changeGrid(ctx context.Context, actor identity.Actor, id GridID, version int64, name string, work func(ctx context.Context, tx database.Conn, g *Grid) (any, error)) error {
	return s.onGrid(ctx, actor, id, name, func(ctx context.Context, tx database.Conn, g Grid) (trace, error) {
		if err := g.changeable(version); err != nil {
			return trace{}, err
		}
		details, err := work(ctx, tx, &g)
		if err != nil {
			return trace{}, err
		}
		return trace{details: details}, updateGrid(ctx, tx, g)
	})
}
