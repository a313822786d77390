package portfolio

import (
	"context"
	"slices"
	"strings"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// ScenarioInput is what a form says of a scenario.
type ScenarioInput struct {
	Name       string
	Note       string
	Percentile int
	Uplift     money.BasisPoints // assumed at P80 where too few finished projects tell
	Delay      money.BasisPoints
	CopyOf     ScenarioID // of a new one: whose choices and limits it begins with; 0: the present state
}

// DefaultScenario is what the form of a new scenario begins with: costs as estimated, and the averages of the state's large projects as assumptions.
func DefaultScenario() ScenarioInput {
	return ScenarioInput{Percentile: P50, Uplift: drift.ReferenceCost, Delay: drift.ReferenceSchedule}
}

// on puts the input into a scenario.
func (in ScenarioInput) on(s Scenario) Scenario {
	s.Name, s.Note, s.Percentile, s.Uplift, s.Delay = in.Name, in.Note, in.Percentile, in.Uplift, in.Delay
	return s
}

// seeScenario loads a scenario that the actor may read, and refuses what they may not do with it. Until it is put before a committee it exists for those who edit scenarios.
func seeScenario(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id ScenarioID) (Scenario, error) {
	if err := refuseNobody(actor); err != nil {
		return Scenario{}, err
	}
	s, err := findScenario(ctx, db, id)
	if err != nil {
		return Scenario{}, err
	}
	read := identity.PermReadPortfolio
	if !s.State.shown() {
		read = identity.PermEditScenario
	}
	if p == identity.PermReadPortfolio {
		p = read
	}
	if err := identity.See(actor, p, read, s.Place(), "scenario", int64(id)); err != nil {
		return Scenario{}, err
	}
	return s, nil
}

// Scenario gives a scenario's own fields, for forms.
func (s *Service) Scenario(ctx context.Context, actor identity.Actor, id ScenarioID) (Scenario, error) {
	return seeScenario(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
}

// Scenarios lists the scenarios of a roadmap that the actor may read, the newest first.
func (s *Service) Scenarios(ctx context.Context, actor identity.Actor, id RoadmapID) ([]ScenarioCard, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	var out []ScenarioCard
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		all, err := findScenarios(ctx, tx, r.OrganisationID, r.ID, scenarioFilter{})
		if err != nil {
			return err
		}
		edits := actor.May(identity.PermEditScenario, r.Place())
		all = slices.DeleteFunc(all, func(x Scenario) bool { return !edits && !x.State.shown() })
		out, err = s.cards(ctx, tx, r, all)
		return err
	})
	slices.Reverse(out)
	return out, err
}

// cards tells of scenarios what is known without looking for it.
func (s *Service) cards(ctx context.Context, db database.Conn, r Roadmap, all []Scenario) ([]ScenarioCard, error) {
	questions, err := s.questions(ctx, db, r, all)
	if err != nil {
		return nil, err
	}
	committees, err := findCommitteeHeads(ctx, db, r)
	if err != nil {
		return nil, err
	}
	authors, err := findScenarioAuthors(ctx, db, r)
	if err != nil {
		return nil, err
	}
	out := make([]ScenarioCard, len(all))
	for i, x := range all {
		out[i] = ScenarioCard{ID: x.ID, Code: x.Code(), Name: x.Name, State: x.State, Percentile: x.Percentile, Recommended: x.Recommended, Committee: committees[x.Committee],
			CommitteeID: x.Committee, Selected: -1, CreatedBy: authors[x.ID], CreatedAt: x.CreatedAt, Version: x.Version}
		w, ok, err := s.known(ctx, db, r, questions[i])
		if err != nil {
			return nil, err
		}
		if ok {
			a := w.result()
			out[i].Selected, out[i].Value, out[i].Bound, out[i].GapBP, out[i].Proven = a.Selected, a.Value, a.Bound, a.GapBP, a.Proven()
		}
	}
	return out, nil
}

// CreateScenario begins a scenario: a copy of another one of the roadmap, or of the present state.
func (s *Service) CreateScenario(ctx context.Context, actor identity.Actor, id RoadmapID, in ScenarioInput) (Scenario, error) {
	if err := refuseNobody(actor); err != nil {
		return Scenario{}, err
	}
	out := in.on(Scenario{RoadmapID: id, State: ScenarioDraft, CopiedFrom: in.CopyOf, CreatedBy: actor.Name})
	a := act{permission: identity.PermEditScenario, noun: "roadmap", id: int64(id)}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := roadmapFor(ctx, tx, actor, id, a)
		if err != nil {
			return err
		}
		if err := r.refuseClosed("scenario.roadmap_closed"); err != nil {
			return err
		}
		if err := out.Validate(); err != nil {
			return err
		}
		out.OrganisationID = r.OrganisationID
		var rules scenarioRules
		if in.CopyOf != 0 {
			was, err := seeScenario(ctx, tx, actor, identity.PermReadPortfolio, in.CopyOf)
			if err != nil {
				return err
			}
			if was.RoadmapID != r.ID {
				return fault.NotFound("scenario", int64(in.CopyOf))
			}
			all, err := findScenarioRules(ctx, tx, r.OrganisationID, []ScenarioID{was.ID})
			if err != nil {
				return err
			}
			rules = all[was.ID]
		}
		if err := insertScenario(ctx, tx, &out, s.now()); err != nil {
			return err
		}
		if err := insertScenarioRules(ctx, tx, out, rules); err != nil {
			return err
		}
		return s.noteScenario(ctx, tx, actor, out, "created", "", out)
	})
	return out, err
}

// noteScenario writes what happened into the scenario's log and into the trail.
func (s *Service) noteScenario(ctx context.Context, tx database.Conn, actor identity.Actor, is Scenario, what, detail string, details any) error {
	if err := insertScenarioEvent(ctx, tx, is, what, detail, actor.Name, s.now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, is.OrganisationID, actor.Name, "scenario."+what, "scenario", int64(is.ID), details, s.now())
}

// scenarioNote is what is told of a change: its name, what it is about, and what the trail keeps.
type scenarioNote struct {
	what, detail string
	details      any // nil: before and after
}

// changeScenario is a use case on one scenario: loaded under the lock of its roadmap, held against the version that the actor saw, changed, saved and noted.
func (s *Service) changeScenario(ctx context.Context, actor identity.Actor, id ScenarioID, version int64, work func(ctx context.Context, tx database.Conn, r Roadmap, is *Scenario) (scenarioNote, error)) (Scenario, error) {
	var out Scenario
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		was, err := seeScenario(ctx, tx, actor, identity.PermEditScenario, id)
		if err != nil {
			return err
		}
		r, err := hold(ctx, tx, Roadmap{ID: was.RoadmapID, OrganisationID: was.OrganisationID})
		if err != nil {
			return err
		}
		if was, err = findScenario(ctx, tx, id); err != nil { // as it stands under the lock
			return err
		}
		if was.Version != version {
			return fault.Stale("scenario", was.Code())
		}
		is := was
		note, err := work(ctx, tx, r, &is)
		if err != nil {
			return err
		}
		if err := updateScenario(ctx, tx, &is); err != nil {
			return err
		}
		if note.details == nil {
			note.details = edit{was, is}
		}
		out = is
		return s.noteScenario(ctx, tx, actor, is, note.what, note.detail, note.details)
	})
	return out, err
}

// draftOnly refuses to change what was frozen.
func draftOnly(s *Scenario) error {
	if s.State != ScenarioDraft {
		return fault.Conflict("scenario.frozen", s.Code())
	}
	return nil
}

// UpdateScenario changes the fields of a draft.
func (s *Service) UpdateScenario(ctx context.Context, actor identity.Actor, id ScenarioID, version int64, in ScenarioInput) (Scenario, error) {
	return s.changeScenario(ctx, actor, id, version, func(_ context.Context, _ database.Conn, _ Roadmap, is *Scenario) (scenarioNote, error) {
		if err := draftOnly(is); err != nil {
			return scenarioNote{}, err
		}
		*is = in.on(*is)
		return scenarioNote{what: "settings"}, is.Validate()
	})
}

// ChooseSubject settles one subject of a draft beforehand, as ChooseSubjects does.
func (s *Service) ChooseSubject(ctx context.Context, actor identity.Actor, id ScenarioID, version int64, c ScenarioChoice) (Scenario, error) {
	return s.ChooseSubjects(ctx, actor, id, version, []ScenarioChoice{c})
}

// ChooseSubjects settles beforehand whether subjects of a draft are in, out, free or as usual, and whether they may start a year later: all of them, or none when one cannot be
// taken. The fields that are wrong bear the key of their subject: "r12.reason_code".
func (s *Service) ChooseSubjects(ctx context.Context, actor identity.Actor, id ScenarioID, version int64, choices []ScenarioChoice) (Scenario, error) {
	return s.changeScenario(ctx, actor, id, version, func(ctx context.Context, tx database.Conn, r Roadmap, is *Scenario) (scenarioNote, error) {
		if err := draftOnly(is); err != nil {
			return scenarioNote{}, err
		}
		if err := validChoices(choices); err != nil {
			return scenarioNote{}, err
		}
		day, err := s.dayOf(ctx, tx, r)
		if err != nil {
			return scenarioNote{}, err
		}
		all, err := findCandidates(ctx, tx, r, day)
		if err != nil {
			return scenarioNote{}, err
		}
		codes := make([]string, len(choices))
		for n, c := range choices {
			i := slices.IndexFunc(all, func(x Candidate) bool { return x.Subject == c.Subject })
			if i < 0 {
				return scenarioNote{}, fault.NotFound("scenario_subject", c.Subject.Key())
			}
			codes[n] = all[i].Code
			if err := setChoice(ctx, tx, *is, c); err != nil {
				return scenarioNote{}, err
			}
		}
		return scenarioNote{what: "forced", detail: strings.Join(codes, ", "), details: choices}, nil
	})
}

// LimitScenario puts limits in the place of all those that a draft has of its own.
func (s *Service) LimitScenario(ctx context.Context, actor identity.Actor, id ScenarioID, version int64, limits []ScenarioLimit) (Scenario, error) {
	return s.changeScenario(ctx, actor, id, version, func(ctx context.Context, tx database.Conn, r Roadmap, is *Scenario) (scenarioNote, error) {
		if err := draftOnly(is); err != nil {
			return scenarioNote{}, err
		}
		seen := map[string]bool{}
		for _, l := range limits {
			if err := l.Validate(); err != nil {
				return scenarioNote{}, err
			}
			if seen[l.Key] {
				return scenarioNote{}, fault.Invalid("scenario.limit_twice", l.Key)
			}
			seen[l.Key] = true
		}
		if len(limits) > mostNeeds {
			return scenarioNote{}, fault.Invalid("skill.too_many", mostNeeds)
		}
		return scenarioNote{what: "limited", details: limits}, setLimits(ctx, tx, *is, limits)
	})
}

// AskThemes puts what a draft asks of themes in the place of all that it asked. Themes of which nothing is asked may be left out.
func (s *Service) AskThemes(ctx context.Context, actor identity.Actor, id ScenarioID, version int64, themes []ScenarioTheme) (Scenario, error) {
	return s.changeScenario(ctx, actor, id, version, func(ctx context.Context, tx database.Conn, r Roadmap, is *Scenario) (scenarioNote, error) {
		if err := draftOnly(is); err != nil {
			return scenarioNote{}, err
		}
		known, err := findStrands(ctx, tx, themeTable, r)
		if err != nil {
			return scenarioNote{}, err
		}
		var asked []ScenarioTheme
		for _, t := range themes {
			if err := t.Validate(); err != nil {
				return scenarioNote{}, err
			}
			if !slices.ContainsFunc(known, func(k Theme) bool { return k.ID == t.ThemeID }) {
				return scenarioNote{}, fault.NotFound("theme", t.ThemeID)
			}
			if slices.ContainsFunc(asked, func(o ScenarioTheme) bool { return o.ThemeID == t.ThemeID }) {
				return scenarioNote{}, fault.Invalid("scenario.theme_twice")
			}
			if !t.empty() {
				asked = append(asked, t)
			}
		}
		return scenarioNote{what: "themed", details: asked}, setThemes(ctx, tx, *is, asked)
	})
}

// dayOf is today where the roadmap is.
func (s *Service) dayOf(ctx context.Context, db database.Conn, r Roadmap) (civil.Date, error) {
	o, err := identity.FindOrganisation(ctx, db, r.OrganisationID)
	if err != nil {
		return civil.Date{}, err
	}
	return s.Today(o), nil
}
