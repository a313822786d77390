package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// arbitrating is what a decision that is being written has to do with scenarios.
type arbitrating struct {
	open     []portfolio.ScenarioOption // that the committee may decide on
	chosen   *portfolio.ScenarioOption  // the one that is shown; nil: none
	changes  portfolio.ScenarioChanges  // since the chosen one was frozen
	reversed *governance.DecisionCard   // the decision that is taken back; nil: none
}

// arbitrating finds the scenarios that were submitted to the committee, the one that the form is about, and the decision that it takes back.
func (s *site) arbitrating(c *fiber.Ctx, card governance.CommitteeCard, in *input) (arbitrating, error) {
	var a arbitrating
	var err error
	if a.open, err = s.deps.Governance.OpenScenarios(c.UserContext(), actor(c), card.ID); err != nil {
		return a, err
	}
	scenario, reverses := text(query(c).Get(views.FieldScenario)), text(query(c).Get(views.FieldReverses))
	if c.Method() == fiber.MethodPost {
		scenario, reverses = in.text(views.FieldScenario), in.text(views.FieldReverses)
	}
	id, _, _ := strings.Cut(scenario, ".")
	at := slices.IndexFunc(a.open, func(o portfolio.ScenarioOption) bool { return strconv.FormatInt(int64(o.ID), 10) == id })
	if at >= 0 {
		a.chosen = &a.open[at]
		a.changes, err = s.deps.Portfolio.ScenarioChanges(c.UserContext(), actor(c), a.chosen.ID)
		if kind := fault.KindOf(err); err != nil && kind != fault.KindNotFound && kind != fault.KindForbidden { // who decides may not read the portfolio beside
			return a, err
		}
	}
	if reverses == "" {
		return a, nil
	}
	n, err := strconv.ParseInt(reverses, 10, 64)
	if err != nil || n < 1 {
		return a, fault.NotFound("decision", reverses)
	}
	d, err := s.deps.Governance.Decision(c.UserContext(), actor(c), governance.DecisionID(n))
	if err != nil {
		return a, err
	}
	if d.RoadmapID != card.RoadmapID {
		return a, fault.NotFound("decision", n)
	}
	a.reversed = &d
	return a, nil
}

// offer adds to the form of a decision what it may do with scenarios.
func (a arbitrating) offer(page *views.FormPage) {
	fields := page.ArbitrationFields(a.open, a.chosen)
	if a.chosen != nil {
		fields = append(fields, page.ChangeFields(a.changes)...)
	}
	if a.reversed != nil {
		fields = page.ReversalFields(*a.reversed)
	}
	if len(fields) == 0 {
		return
	}
	page.Form.Fields = append(page.Form.Fields, fields...)
	page.Form.Preview = page.T("scenarios.decide.preview")
}

// typed reads what the decision does with scenarios.
func (a arbitrating) typed(in *input, d *governance.DecideInput) {
	if a.reversed != nil {
		d.Reverses = a.reversed.ID
		return
	}
	raw := in.text(views.FieldScenario)
	if raw == "" {
		return
	}
	_, version, _ := strings.Cut(raw, ".")
	n, err := strconv.ParseInt(version, 10, 64)
	if a.chosen == nil || err != nil {
		in.wrong.Add(views.FieldScenario, "scenarios.decide.gone")
		return
	}
	d.Arbitration = &governance.ArbitrationInput{Scenario: a.chosen.ID, Version: n}
	for _, l := range a.chosen.Out {
		if l.Subject.Request == 0 {
			continue
		}
		o := portfolio.CandidateOutcome{Request: l.Subject.Request, Step: portfolio.RequestStep(in.text(views.OutcomeField("step", l.Subject))), Reason: in.text(views.OutcomeField("why", l.Subject)), ReconsiderOn: in.date(views.OutcomeField("again", l.Subject))}
		if o.Step == "" {
			o.Step = portfolio.StepDefer
		}
		if o.Step != portfolio.StepDefer || o.Reason != "" || !o.ReconsiderOn.IsZero() {
			d.Arbitration.Outcomes = append(d.Arbitration.Outcomes, o)
		}
	}
}
