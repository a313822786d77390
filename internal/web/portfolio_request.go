package web

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// RequestWork is what the site does about requests and about people's time.
type RequestWork interface {
	Requests(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, f portfolio.RequestFilter, today civil.Date) (portfolio.RequestList, error)
	Renunciations(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, f portfolio.RequestFilter, today civil.Date) (portfolio.RequestList, error)
	DueRequests(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, today civil.Date) (int, error)
	Request(ctx context.Context, actor identity.Actor, id portfolio.RequestID) (portfolio.RequestReport, error)
	CreateRequest(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, in portfolio.RequestInput) (portfolio.Request, error)
	UpdateRequest(ctx context.Context, actor identity.Actor, id portfolio.RequestID, version int64, in portfolio.RequestInput) (portfolio.Request, error)
	PlanRequestSkills(ctx context.Context, actor identity.Actor, id portfolio.RequestID, version int64, needs []portfolio.SkillNeed) (portfolio.Request, error)
	StepRequest(ctx context.Context, actor identity.Actor, id portfolio.RequestID, version int64, in portfolio.StepInput) (portfolio.Request, error)
	CompareSubmissions(ctx context.Context, actor identity.Actor, id portfolio.RequestID, before, after int) (portfolio.RequestComparison, error)
	Similar(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, query portfolio.SimilarQuery) ([]portfolio.SimilarHit, error)
	SimilarTo(ctx context.Context, actor identity.Actor, id portfolio.RequestID) ([]portfolio.SimilarHit, error)

	Skills(ctx context.Context, actor identity.Actor, organisation int64) ([]portfolio.Skill, error)
	SaveSkill(ctx context.Context, actor identity.Actor, in portfolio.Skill) (portfolio.Skill, error)
	Staffing(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, today civil.Date) (portfolio.StaffingReport, error)
	Capacities(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (portfolio.Plan, error)
	SaveCapacities(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, mark int64, all []portfolio.SkillNeed) error
	ProjectNeeds(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, today civil.Date) (portfolio.Plan, error)
	SaveProjectNeeds(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, mark int64, all []portfolio.SkillNeed) error
}

var requestRoutes = []route{
	page("/roadmaps/:id/requests", identity.PermReadPortfolio, (*site).requestList),
	page("/roadmaps/:id/requests.csv", identity.PermReadPortfolio, requestFile("csv")),
	page("/roadmaps/:id/requests.xlsx", identity.PermReadPortfolio, requestFile("xlsx")),
	form("/roadmaps/:id/requests/new", identity.PermRequest, (*site).requestNew),
	page("/roadmaps/:id/requests/similar", identity.PermRequest, (*site).requestSimilar),
	page("/roadmaps/:id/renunciations", identity.PermReadPortfolio, (*site).renunciations),
	page("/roadmaps/:id/renunciations.csv", identity.PermReadPortfolio, renunciationFile("csv")),
	page("/roadmaps/:id/renunciations.xlsx", identity.PermReadPortfolio, renunciationFile("xlsx")),
	page("/roadmaps/:id/renunciations.pdf", identity.PermReadPortfolio, (*site).renunciationPDF),
	page("/requests/:id.pdf", identity.PermReadPortfolio, (*site).requestPDF),
	page("/requests/:id", identity.PermReadPortfolio, (*site).requestShow),
	form("/requests/:id/edit", identity.PermRequest, (*site).requestEdit),
	form("/requests/:id/skills", identity.PermRequest, (*site).requestSkills),
	page("/requests/:id/submissions", identity.PermReadPortfolio, (*site).requestSubmissions),
	form("/requests/:id/submit", identity.PermRequest, requestStep(portfolio.StepSubmit)),
	form("/requests/:id/withdraw", identity.PermRequest, requestStep(portfolio.StepWithdraw)),
	form("/requests/:id/resume", identity.PermRequest, requestStep(portfolio.StepResume)),
	form("/requests/:id/send_back", identity.PermExamineRequest, requestStep(portfolio.StepSendBack)),
	form("/requests/:id/examine", identity.PermExamineRequest, requestStep(portfolio.StepExamine)),
	form("/requests/:id/nominate", identity.PermExamineRequest, requestStep(portfolio.StepNominate)),
	form("/requests/:id/reconsider", identity.PermExamineRequest, requestStep(portfolio.StepReconsider)),
	form("/requests/:id/defer", identity.PermExamineRequest, requestStep(portfolio.StepDefer)),
	form("/requests/:id/refuse", identity.PermExamineRequest, requestStep(portfolio.StepRefuse)),
}

// requestBase is the frame of a page about the requests of a roadmap, for who may see the roadmap.
func (s *site) requestBase(c *fiber.Ctx, title string, r portfolio.Roadmap) (views.Base, error) {
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), r.ID, s.today())
	if err != nil {
		return views.Base{}, err
	}
	return s.roadmapBase(c, s.printer(c), title, cleanPath(c), report, views.Day{On: s.today(), Today: s.today()}), nil
}

// requestAt loads the request of the address.
func (s *site) requestAt(c *fiber.Ctx) (portfolio.RequestReport, error) {
	id, err := key(c, "request")
	if err != nil {
		return portfolio.RequestReport{}, err
	}
	return s.deps.Portfolio.Request(c.UserContext(), actor(c), portfolio.RequestID(id))
}

// requestTo is requestAt for a page on which something is done. Who may see the request but not do that is refused before a form is shown.
func (s *site) requestTo(c *fiber.Ctx, allowed func(portfolio.RequestReport) bool, need identity.Permission) (portfolio.RequestReport, error) {
	rep, err := s.requestAt(c)
	if err == nil && c.Method() != fiber.MethodPost && !allowed(rep) {
		err = fault.Forbidden("permission.denied", string(need))
	}
	return rep, err
}

// requestFrame is the frame of a page below that of a request.
func (s *site) requestFrame(c *fiber.Ctx, title string, rep portfolio.RequestReport) views.Base {
	b := s.base(c, s.printer(c), title, views.SectionRoadmaps)
	id := rep.Request.RoadmapID
	b.Trail = []views.Link{{Text: rep.Roadmap.Name, URL: views.RoadmapURL(id, views.Day{})}, {Text: b.T("requests.title"), URL: views.Under(id, views.PartRequests)},
		{Text: rep.Request.Code(), URL: views.RequestURL(rep.Request.ID)}}
	return b
}

// requestForm gathers what the form of a request offers.
func (s *site) requestForm(c *fiber.Ctx, r portfolio.Roadmap, rep portfolio.RequestReport) (views.RequestForm, error) {
	f := views.RequestForm{Content: rep.Request.RequestContent, ThemeCode: rep.ThemeCode, Requires: rep.Requires, Excludes: rep.Excludes, Currency: r.Currency}
	f.Content.Costs = rep.Costs
	choices, err := s.projectChoices(c, r)
	if err != nil {
		return f, err
	}
	f.Themes, f.Departments, f.Sponsors = choices.themes, choices.departments, choices.sponsors
	for year := s.today().Year(); year <= s.lastCostYear(r); year++ {
		f.Years = append(f.Years, year)
	}
	list, err := s.deps.Portfolio.Requests(c.UserContext(), actor(c), r.ID, portfolio.RequestFilter{}, s.today())
	if err != nil {
		return f, err
	}
	for _, l := range list.Lines {
		if l.ID != rep.Request.ID && len(f.Codes) < maxSuggestions {
			f.Codes = append(f.Codes, l.Code)
		}
	}
	_, codes, err := s.neighbours(c, r, portfolio.Project{})
	f.Codes = append(f.Codes, codes...)
	return f, err
}

// lastCostYear is the last year that the form offers: the roadmap's last one, and three years at least.
func (s *site) lastCostYear(r portfolio.Roadmap) int {
	last := s.today().Year() + 2
	if !r.End.IsZero() {
		last = max(last, r.End.Year())
	}
	return min(last, s.today().Year()+7)
}

// request reads a request over the form that was offered.
func (in *input) request(f views.RequestForm) portfolio.RequestInput {
	out := portfolio.RequestInput{ThemeCode: in.text("theme"), Requires: in.codes("requires"), Excludes: in.codes("excludes"),
		RequestContent: portfolio.RequestContent{Title: in.text("title"), Need: in.lines("need"), Beneficiaries: in.lines("beneficiaries"), Department: in.text("department"), Sponsor: in.text("sponsor"),
			RequestedBy: in.text("requested_by"), Start: in.date("start"), End: in.date("end"), Risk: portfolio.Risk(in.text("risk"))}}
	years := slices.Clone(f.Years)
	for _, a := range f.Content.Costs {
		years = append(years, a.Year)
	}
	slices.Sort(years)
	for _, year := range slices.Compact(years) {
		for _, section := range portfolio.Sections {
			if amount, told := in.amount(views.CostField(year, section), f.Currency); told {
				out.Costs = append(out.Costs, portfolio.YearAmount{Year: year, Section: section, Amount: amount})
			}
		}
	}
	return out
}

// codes reads codes between commas.
func (in *input) codes(name string) []string {
	var out []string
	for _, code := range strings.FieldsFunc(in.text(name), func(r rune) bool { return r == ',' || r == ';' }) {
		if code = strings.TrimSpace(code); code != "" {
			out = append(out, code)
		}
	}
	return out
}

func (s *site) requestNew(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermRequest)
	if err != nil {
		return err
	}
	rep := portfolio.RequestReport{}
	rep.Request.RequestedBy = session(c).User.Name
	f, err := s.requestForm(c, r, rep)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.RequestFormPage{FormPage: views.FormPage{Base: s.roadmapFrame(c, p, p.T("request.new"), r), Intro: []string{p.T("request.new.text")}}, Similar: views.SimilarURL(r.ID, 0)}
	page.Trail = append(page.Trail, views.Link{Text: p.T("requests.title"), URL: views.Under(r.ID, views.PartRequests)})
	page.Form = page.NewForm(views.Under(r.ID, "requests/new"), p.T("request.save_draft"), views.Under(r.ID, views.PartRequests), 0, p.RequestFields(f)...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	in.bound(page.Form.Fields)
	asked := in.request(f)
	var made portfolio.Request
	if err = in.err(); err == nil {
		made, err = s.deps.Portfolio.CreateRequest(c.UserContext(), actor(c), r.ID, asked)
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, unknownTheme(err))
	}
	s.flash(c, "flash.request_saved")
	return s.see(c, views.RequestURL(made.ID))
}

func (s *site) requestEdit(c *fiber.Ctx) error {
	rep, err := s.requestTo(c, func(r portfolio.RequestReport) bool { return r.Editable }, identity.PermExamineRequest)
	if err != nil {
		return err
	}
	r, err := s.deps.Portfolio.Roadmap(c.UserContext(), actor(c), rep.Request.RoadmapID)
	if err != nil {
		return err
	}
	f, err := s.requestForm(c, r, rep)
	if err != nil {
		return err
	}
	q := rep.Request
	p := s.printer(c)
	page := views.RequestFormPage{FormPage: views.FormPage{Base: s.requestFrame(c, p.T("request.edit"), rep)}, Similar: views.SimilarURL(r.ID, q.ID)}
	page.Form = page.NewForm(views.RequestURL(q.ID, "edit"), p.T("register.save"), views.RequestURL(q.ID), q.Version, p.RequestFields(f)...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	in.bound(page.Form.Fields)
	asked := in.request(f)
	if err = in.err(); err == nil {
		_, err = s.deps.Portfolio.UpdateRequest(c.UserContext(), actor(c), q.ID, in.version(), asked)
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, unknownTheme(err))
	}
	s.flash(c, "flash.saved")
	return s.see(c, views.RequestURL(q.ID))
}
