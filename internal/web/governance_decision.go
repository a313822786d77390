package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

// decisionsShown is how many decisions one page lists.
const decisionsShown = 50

// decisionList lists the decisions that match the address.
func (s *site) decisionList(c *fiber.Ctx) error {
	p := s.printer(c)
	page := views.DecisionsPage{Base: s.base(c, p, p.T("web.decisions.title"), views.SectionDecisions)}
	page.Query, page.Errors = parseDecisionQuery(c, p)
	ctx, who := c.UserContext(), actor(c)
	var err error
	if page.Roadmaps, err = s.deps.Portfolio.Roadmaps(ctx, who); err != nil {
		return err
	}
	if len(page.Errors) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.render(c, page)
	}
	all, err := s.deps.Governance.Decisions(ctx, who, page.Query.Roadmap)
	if err != nil {
		return err
	}
	for _, d := range all {
		if y := d.On.Year(); !slices.Contains(page.Years, y) {
			page.Years = append(page.Years, y)
		}
	}
	slices.SortFunc(page.Years, func(a, b int) int { return b - a })
	found := slices.DeleteFunc(slices.Clone(all), func(d governance.DecisionLine) bool { return !decisionMatches(d, page.Query) })
	page.Total, page.Pages = len(found), max((len(found)+decisionsShown-1)/decisionsShown, 1)
	page.Query.Page = min(page.Query.Page, page.Pages)
	from := (page.Query.Page - 1) * decisionsShown
	page.Decisions = found[from:min(from+decisionsShown, len(found))]
	return s.newDecision(c, page)
}

// newDecision adds the way to book a decision where there is but one committee to book it for.
func (s *site) newDecision(c *fiber.Ctx, page views.DecisionsPage) error {
	if !actor(c).MayAnywhere(identity.PermDecide) {
		return s.render(c, page)
	}
	committees, err := s.deps.Governance.Committees(c.UserContext(), actor(c), page.Query.Roadmap, s.deps.Now())
	if err != nil {
		return err
	}
	committees = slices.DeleteFunc(committees, func(k governance.CommitteeCard) bool { return !actor(c).May(identity.PermDecide, k.Place()) })
	if len(committees) == 1 {
		page.NewURL = views.CommitteePath(committees[0].Code, "", "decisions/new")
	}
	return s.render(c, page)
}

// parseDecisionQuery reads how the list is narrowed; what cannot be read is said.
func parseDecisionQuery(c *fiber.Ctx, p views.Printer) (q views.DecisionQuery, wrong []views.FieldError) {
	v := query(c)
	number := func(name, label string, high int64) int64 {
		raw := strings.TrimSpace(text(v.Get(name)))
		if raw == "" {
			return 0
		}
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || n < 1 || n > high {
			wrong = append(wrong, views.FieldError{Name: name, Text: p.T("web.projects.unknown", label, raw)})
			return 0
		}
		return n
	}
	q.Roadmap = portfolio.RoadmapID(number("roadmap", p.T("decision.roadmap"), 1<<62))
	q.Year = int(number("year", p.T("decisions.year"), 9999))
	q.Page = max(int(number("page", p.T("web.projects.page"), 1<<30)), 1)
	q.Text = strings.TrimSpace(text(v.Get("q")))
	if len([]rune(q.Text)) > maxSearch {
		wrong = append(wrong, views.FieldError{Name: "q", Text: p.T("web.projects.too_long", maxSearch)})
	}
	return q, wrong
}

// decisionMatches tells whether a decision is of the year and holds every word, accents and capitals set aside.
func decisionMatches(d governance.DecisionLine, q views.DecisionQuery) bool {
	if q.Year != 0 && d.On.Year() != q.Year {
		return false
	}
	if q.Text == "" {
		return true
	}
	whole := grid.Fold(strings.Join([]string{d.Reference, d.Title, d.Question, d.Outcome, d.Reason, d.Committee, d.Project}, " "))
	for word := range strings.FieldsSeq(q.Text) {
		if !strings.Contains(whole, grid.Fold(word)) {
			return false
		}
	}
	return true
}

func (s *site) decisionShow(c *fiber.Ctx) error {
	id, err := key(c, "decision")
	if err != nil {
		return err
	}
	d, err := s.deps.Governance.Decision(c.UserContext(), actor(c), governance.DecisionID(id))
	if err != nil {
		return err
	}
	p := s.printer(c)
	b := s.base(c, p, d.Title, views.SectionDecisions)
	b.Trail = []views.Link{{Text: p.T("web.decisions.title"), URL: views.DecisionsURL}}
	return s.render(c, views.DecisionPage{Base: b, Decision: d})
}

// reference is the project of a decision that is being written, with the reference that it has now.
type reference struct {
	code     string // as it was typed
	found    bool   // the reader may see it
	name     string
	version  int64
	now      portfolio.BaselineLine
	any      bool // it has one
	currency money.Currency
}

// presentReference finds the project that a decision is about. What the reader may not see is as if it were not
// there; the decision says so when it is booked.
func (s *site) presentReference(c *fiber.Ctx, report *portfolio.Report, code string) (reference, error) {
	ref := reference{code: code, currency: money.EUR}
	if report == nil {
		return ref, nil
	}
	ref.currency = report.Currency
	at := slices.IndexFunc(report.Projects, func(l portfolio.ProjectLine) bool { return l.Code == code })
	if at < 0 || code == "" {
		return ref, nil
	}
	id := report.Projects[at].ID
	project, _, err := s.deps.Portfolio.Project(c.UserContext(), actor(c), id)
	if err != nil {
		return ref, err
	}
	_, line, err := s.deps.Portfolio.ProjectReport(c.UserContext(), actor(c), id, s.today())
	if err != nil {
		return ref, err
	}
	ref.found, ref.name, ref.version = true, project.Name, project.Version
	if line.Sheet != nil && len(line.Sheet.Baselines) > 0 {
		ref.any, ref.now = true, line.Sheet.Baselines[len(line.Sheet.Baselines)-1]
	}
	return ref, nil
}

// decisionNew writes down what a committee decided.
func (s *site) decisionNew(c *fiber.Ctx) error {
	card, organisation, err := s.committeeTo(c, identity.PermDecide)
	if err != nil {
		return err
	}
	in, code := s.input(c), strings.TrimSpace(text(query(c).Get("project")))
	if c.Method() == fiber.MethodPost {
		code = in.text("project")
	}
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), card.RoadmapID, s.today())
	if err != nil && fault.KindOf(err) != fault.KindNotFound { // a grant on the committee alone shows no project
		return err
	}
	ref, err := s.presentReference(c, report, code)
	if err != nil {
		return err
	}
	scenarios, err := s.arbitrating(c, card, in)
	if err != nil {
		return err
	}
	page := s.decisionPage(c, card, organisation, report, ref)
	scenarios.offer(page)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	if in.has(views.FieldPreview) {
		return s.decisionPreview(c, page, in)
	}
	decide := decisionTyped(in, ref)
	scenarios.typed(in, &decide)
	decide.OrganisationID, decide.CommitteeID = card.OrganisationID, card.ID
	if err = in.err(); err == nil {
		var d governance.Decision
		if d, err = s.deps.Governance.Decide(c.UserContext(), actor(c), decide); err == nil {
			s.flash(c, "flash.decided")
			return s.see(c, views.DecisionURL(d.ID))
		}
	}
	for _, name := range []string{fieldShown, fieldShownVersion} {
		in.values.Del(name) // the form that comes back is weighed on what it shows now
	}
	return s.refuse(c, page, &page.Form, in, decisionRefusal(err, ref))
}

// decisionFields says which field mends a refusal that names none.
var decisionFields = map[string]string{"baseline.empty": "cost", "baseline.half_dates": "end", "input.end_before_start": "end", "input.negative": "cost"}

// decisionRefusal puts what a person can mend beside the field that they mend it in. A project that somebody else
// changed is no other version of this form: what it was weighed on is shown anew instead.
func decisionRefusal(err error, ref reference) error {
	var f fault.Fields
	switch e := fault.As(err); {
	case e == nil || len(e.Fields) > 0:
		return err
	case e.Key == "project.not_found":
		f.Add("project", "decision.project.unknown", ref.code)
	case e.Key == "decision.rebaseline_incomplete" && ref.code == "":
		f.Add("project", "decision.rebaseline.project")
	case e.Key == "decision.rebaseline_incomplete":
		f.Add("reason", "decision.rebaseline.reason")
	case e.Key == "project.stale":
		return fault.Conflict("decision.project.changed", ref.code)
	case decisionFields[e.Key] != "":
		f.Add(decisionFields[e.Key], e.Key, e.Args...)
	default:
		return err
	}
	return f.Err()
}

// decisionPreview shows the form as it was typed, with the present reference of the project in it.
func (s *site) decisionPreview(c *fiber.Ctx, page *views.FormPage, in *input) error {
	for i := range page.Form.Fields {
		switch f := &page.Form.Fields[i]; {
		case f.Type == "heading", f.ReadOnly:
		case f.Type == "checkbox":
			f.Checked = in.has(f.Name)
		default:
			f.Value = in.lines(f.Name)
		}
	}
	return s.render(c, page)
}

// Hidden fields of a decision: the project whose reference was shown, and the version that it was in.
const (
	fieldShown        = "project_shown"
	fieldShownVersion = "project_version"
)

// maxProjectHints is how many projects the field of the project suggests: more make the page heavy and help nobody.
const maxProjectHints = 500

func (s *site) decisionPage(c *fiber.Ctx, card governance.CommitteeCard, organisation string, report *portfolio.Report, ref reference) *views.FormPage {
	p := s.printer(c)
	page := &views.FormPage{Base: s.committeeBase(c, p, p.T("decision.new"), card, organisation), Intro: []string{p.T("decision.new.text", card.Name)}}
	var codes []string
	if report != nil {
		for i := range report.Projects[:min(len(report.Projects), maxProjectHints)] {
			codes = append(codes, report.Projects[i].Code)
		}
	}
	page.Form = committeeForm(page.Base, card, organisation, "decisions/new", p.T("decision.submit"), 0, decisionInputs(p, codes, ref, s.today().String())...)
	page.Form.Preview = p.T("decision.preview")
	return page
}

// decisionInputs are the fields of a decision.
func decisionInputs(p views.Printer, codes []string, ref reference, today string) []views.Field {
	fields := []views.Field{
		{Name: "project", Label: p.T("decision.project"), Help: p.T("decision.project.help"), Value: ref.code, Suggestions: codes, MaxSize: 64},
		{Name: "title", Label: p.T("decision.title"), Required: true, MaxSize: 300},
		{Name: "question", Label: p.T("web.decision.question"), Type: "textarea", Rows: 3, Required: true, MaxSize: 20000},
		{Name: "options", Label: p.T("decision.options"), Help: p.T("decision.options.help"), Type: "textarea", Rows: 3, MaxSize: 20000},
		{Name: "outcome", Label: p.T("web.decision.outcome"), Type: "textarea", Rows: 3, Required: true, MaxSize: 20000},
		{Name: "reason", Label: p.T("web.decision.reason"), Type: "textarea", Rows: 3, MaxSize: 20000},
		{Name: "decided_on", Label: p.T("decision.on"), Type: "date", Value: today, Required: true},
		{Name: "group_reference", Type: "heading", Label: p.T("decision.reference"), Help: presentText(p, ref)},
		{Name: "rebaseline", Label: p.T("decision.rebaseline"), Help: p.T("decision.rebaseline.help"), Type: "checkbox"},
		{Name: "cost", Label: p.T("decision.cost"), Help: p.T("decision.leave"), InputMode: "decimal", Unit: string(ref.currency), MaxSize: 30},
		{Name: "start", Label: p.T("web.project.start"), Type: "date"},
		{Name: "end", Label: p.T("web.project.end"), Help: p.T("decision.dates.help"), Type: "date"},
	}
	if ref.found {
		fields = append(fields, views.Field{Name: fieldShown, Type: "hidden", Value: ref.code, ReadOnly: true},
			views.Field{Name: fieldShownVersion, Type: "hidden", Value: views.IntValue(ref.version), ReadOnly: true})
	}
	return fields
}

// presentText says which reference the project has now.
func presentText(p views.Printer, ref reference) string {
	if !ref.found {
		return p.T("decision.present.which")
	}
	name := views.ProjectTitle(ref.code, ref.name)
	if !ref.any {
		return p.T("decision.present.none", name)
	}
	parts := []string{}
	if ref.now.Cost != nil {
		parts = append(parts, p.Money(ref.now.Cost, ref.currency))
	}
	if !ref.now.Start.IsZero() || !ref.now.End.IsZero() {
		parts = append(parts, p.T("web.measure.dates", ref.now.Start, ref.now.End))
	}
	if len(parts) == 0 {
		return p.T("decision.present.none", name)
	}
	return p.T("decision.present", name, strings.Join(parts, p.T("list.semicolon")))
}

// decisionTyped reads a decision. The version of the project counts only when it is the one whose reference was shown.
func decisionTyped(in *input, ref reference) governance.DecideInput {
	d := governance.DecideInput{ProjectCode: in.text("project"), Title: in.text("title"), Question: in.lines("question"), Outcome: in.lines("outcome"), Reason: in.lines("reason"), On: in.date("decided_on")}
	for line := range strings.SplitSeq(in.lines("options"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			d.Options = append(d.Options, line)
		}
	}
	cost, hasCost := in.amount("cost", ref.currency)
	b := governance.RebaselineInput{HasCost: hasCost, Cost: cost, Start: in.date("start"), End: in.date("end")}
	switch {
	case in.has("rebaseline"):
		d.Rebaseline = &b
		if in.text(fieldShown) == d.ProjectCode {
			d.ProjectVersion = in.integer(fieldShownVersion)
		}
	case b != governance.RebaselineInput{}:
		in.wrong.Add("rebaseline", "decision.rebaseline.unticked")
	}
	return d
}
