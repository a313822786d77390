package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/drift"
	"jalon/views"
)

// roadmapBase is the frame of a page about one roadmap. path is the page's own address.
func (s *site) roadmapBase(c *fiber.Ctx, p views.Printer, title, path string, r *portfolio.Report, d views.Day) views.Base {
	b := s.base(c, p, title, views.SectionRoadmaps)
	b.Path = path
	b.SetRoadmap(r, d)
	return b
}

// dayReport gives the report of the roadmap and the day that the address names, in the reader's language.
func (s *site) dayReport(c *fiber.Ctx) (p views.Printer, d views.Day, report *portfolio.Report, err error) {
	p = s.printer(c)
	id, err := roadmapID(c)
	if err != nil {
		return p, d, nil, err
	}
	d = s.day(c, p)
	report, err = s.deps.Portfolio.Report(c.UserContext(), actor(c), id, d.On)
	return p, d, report, err
}

func (s *site) roadmapShow(c *fiber.Ctx) error {
	p, d, report, err := s.dayReport(c)
	if err != nil {
		return err
	}
	id := report.Roadmap.ID
	committees, err := s.deps.Governance.Committees(c.UserContext(), actor(c), id, s.deps.Now())
	if err != nil {
		return err
	}
	due, err := s.deps.Portfolio.DueRequests(c.UserContext(), actor(c), id, s.today())
	if err != nil {
		return err
	}
	b := s.roadmapBase(c, p, report.Roadmap.Name, views.RoadmapURL(id, views.Day{}), report, d)
	return s.renderDay(c, d, views.DashboardPage{Base: b, Report: report, Day: d, Committees: committees, Due: due})
}

// roadmapNew starts a roadmap in an organisation in which the reader may.
func (s *site) roadmapNew(c *fiber.Ctx) error {
	organisations, err := s.steered(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.base(c, p, p.T("roadmap.new"), views.SectionRoadmaps), Intro: []string{p.T("roadmap.new.text")}}
	fields := roadmapFields(p, portfolio.Roadmap{Currency: organisations[0].Currency, Status: portfolio.RoadmapDraft}, true)
	if len(organisations) > 1 {
		choice := views.Field{Name: "organisation", Type: "select", Label: p.T("roadmap.organisation"), Required: true}
		for _, o := range organisations {
			choice.Options = append(choice.Options, views.Choice{Value: views.IntValue(o.ID), Text: o.Name})
		}
		fields = append([]views.Field{choice}, fields...)
	}
	fields = append(fields, views.Field{Name: "themes", Type: "textarea", Label: p.T("strands.themes"), Help: p.T("roadmap.themes.help"), Rows: 5})
	page.Form = page.NewForm(views.NewRoadmapURL, p.T("roadmap.new.submit"), views.HomeURL, 0, fields...)
	return s.edit(c, edit{page: page, done: "flash.created", save: func(in *input) (string, error) {
		o := organisations[0]
		if len(organisations) > 1 {
			o = chosenOrganisation(in, organisations)
		}
		r := in.roadmap(portfolio.Roadmap{OrganisationID: o.ID, Currency: o.Currency, Status: portfolio.RoadmapDraft}, true)
		themes := in.themes()
		if err := in.err(); err != nil {
			return "", err
		}
		r, err := s.deps.Portfolio.CreateRoadmap(c.UserContext(), actor(c), portfolio.RoadmapInput{Roadmap: r, Themes: themes})
		return views.RoadmapURL(r.ID, views.Day{}), err
	}})
}

// steered lists the organisations in which the reader may start a roadmap.
func (s *site) steered(c *fiber.Ctx) ([]identity.Organisation, error) {
	all, err := s.deps.Identity.Organisations(c.UserContext(), actor(c))
	if err != nil {
		return nil, err
	}
	var out []identity.Organisation
	for _, o := range all {
		if o.Kind == identity.KindAdministration && actor(c).May(identity.PermEditPortfolio, identity.Within(o.ID)) {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return nil, fault.Forbidden("permission.denied", string(identity.PermEditPortfolio))
	}
	return out, nil
}

func chosenOrganisation(in *input, organisations []identity.Organisation) identity.Organisation {
	id := in.key("organisation")
	for _, o := range organisations {
		if o.ID == id {
			return o
		}
	}
	in.wrong.Add("organisation", "input.choice")
	return organisations[0]
}

// roadmapFields are a roadmap's own fields. The voted budget is left out for who may not read costs.
func roadmapFields(p views.Printer, r portfolio.Roadmap, costs bool) []views.Field {
	fields := []views.Field{
		{Name: "code", Label: p.T("roadmap.code"), Help: p.T("roadmap.code.help"), Value: r.Code, Required: true, MaxSize: 64},
		{Name: "name", Label: p.T("roadmap.name"), Value: r.Name, Required: true, MaxSize: 300},
		{Name: "purpose", Type: "textarea", Label: p.T("roadmap.purpose"), Help: p.T("roadmap.purpose.help"), Value: r.Purpose},
		{Name: "start", Type: "date", Label: p.T("web.project.start"), Value: views.DateValue(r.Start), Required: true},
		{Name: "end", Type: "date", Label: p.T("web.roadmap.deadline"), Help: p.T("roadmap.end.help"), Value: views.DateValue(r.End)},
		{Name: "manager", Label: p.T("roadmap.manager"), Value: r.Manager, MaxSize: 300},
		{Name: "sponsor", Label: p.T("web.project.sponsor"), Value: r.Sponsor, MaxSize: 300},
	}
	if costs {
		var voted *money.Amount
		if r.HasVoted {
			voted = &r.Voted
		}
		fields = append(fields, views.Field{Name: "voted", Label: p.T("web.roadmap.voted"), Help: p.T("roadmap.voted.help"), Value: p.AmountValue(voted, r.Currency), InputMode: "decimal", Unit: string(r.Currency)})
	}
	return fields
}

// roadmap reads a roadmap's own fields over what is stored.
func (in *input) roadmap(r portfolio.Roadmap, costs bool) portfolio.Roadmap {
	r.Code, r.Name, r.Purpose = in.text("code"), in.text("name"), in.lines("purpose")
	r.Start, r.End = in.date("start"), in.date("end")
	r.Manager, r.Sponsor = in.text("manager"), in.text("sponsor")
	if costs {
		r.Voted, r.HasVoted = in.amount("voted", r.Currency)
	}
	return r
}

// themes reads the themes of a new roadmap, "CODE; name" a line.
func (in *input) themes() []portfolio.Theme {
	var out []portfolio.Theme
	for line := range strings.SplitSeq(in.lines("themes"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		code, name, found := strings.Cut(line, ";")
		t := portfolio.Theme{Code: strings.TrimSpace(code), Name: strings.TrimSpace(name), Position: len(out) + 1}
		if !found || t.Validate() != nil {
			in.wrong.Add("themes", "roadmap.themes.line", line)
			return nil
		}
		out = append(out, t)
	}
	return out
}

func (s *site) roadmapEdit(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	limits, err := s.deps.Portfolio.Thresholds(c.UserContext(), actor(c), r.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	costs := actor(c).May(identity.PermReadCost, r.Place())
	page := views.FormPage{Base: s.roadmapFrame(c, p, p.T("roadmap.edit"), r)}
	fields := append(roadmapFields(p, r, costs), statusField(p, r))
	fields = append(fields, thresholdFields(p, limits, s.today())...)
	here := views.RoadmapURL(r.ID, views.Day{})
	page.Form = page.NewForm(views.Under(r.ID, "edit"), p.T("register.save"), here, r.Version, fields...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		is := in.roadmap(r, costs)
		is.Status = portfolio.RoadmapStatus(in.text("status"))
		thresholds, from := in.thresholds(limits)
		if err := in.err(); err != nil {
			return "", err
		}
		_, err := s.deps.Portfolio.UpdateRoadmap(c.UserContext(), actor(c), in.version(), is, thresholds, from)
		return here, err
	}})
}

// statusField offers the states that the roadmap may go to.
func statusField(p views.Printer, r portfolio.Roadmap) views.Field {
	f := views.Field{Name: "status", Type: "select", Label: p.T("roadmap.state"), Value: string(r.Status), Required: true}
	for _, status := range []portfolio.RoadmapStatus{portfolio.RoadmapDraft, portfolio.RoadmapRunning, portfolio.RoadmapClosed} {
		if status.Follows(r.Status) {
			f.Options = append(f.Options, views.Choice{Value: string(status), Text: p.T("roadmap.status." + string(status))})
		}
	}
	return f
}

func thresholdFields(p views.Printer, t drift.Thresholds, today civil.Date) []views.Field {
	return []views.Field{
		{Name: "thresholds", Type: "heading", Label: p.T("roadmap.thresholds"), Help: p.T("roadmap.thresholds.help", t.Version)},
		{Name: "amber", Label: p.T("roadmap.amber"), Value: p.PercentValue(t.Amber), InputMode: "decimal", Unit: "%", Required: true},
		{Name: "red", Label: p.T("roadmap.red"), Value: p.PercentValue(t.Red), InputMode: "decimal", Unit: "%", Required: true},
		{Name: "valid_from", Type: "date", Label: p.T("roadmap.valid_from"), Value: views.DateValue(today)},
	}
}

// thresholds reads the thresholds; nil when they are those that hold.
func (in *input) thresholds(held drift.Thresholds) (*drift.Thresholds, civil.Date) {
	t := drift.Thresholds{Amber: in.percent("amber"), Red: in.percent("red")}
	from := in.date("valid_from")
	if t.Amber == held.Amber && t.Red == held.Red {
		return nil, civil.Date{}
	}
	return &t, from
}

// percent reads a percentage with at most two decimals.
func (in *input) percent(name string) money.BasisPoints {
	raw := in.text(name)
	if raw == "" {
		in.wrong.Add(name, "input.required")
		return 0
	}
	digits := strings.TrimSpace(strings.TrimSuffix(raw, "%"))
	a, err := money.Parse(strings.Replace(digits, ",", ".", 1), money.EUR) // two decimals, as a currency of hundredths has
	if err != nil || a > 1_000_000 {
		in.wrong.Add(name, "input.percent", raw)
		return 0
	}
	return money.BasisPoints(a)
}

// roadmapRelease shows a roadmap's averages to the network above its organisation, or takes them back.
func (s *site) roadmapRelease(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReleaseRoadmap)
	if err != nil {
		return err
	}
	p := s.printer(c)
	released := !r.ReleasedAt.IsZero()
	page := views.FormPage{Base: s.roadmapFrame(c, p, p.T("release.title"), r)}
	submit, done := p.T("release.submit"), "flash.released"
	page.Intro = []string{p.T("release.text"), p.T("release.never"), p.T("release.state.no")}
	if released {
		submit, done = p.T("release.withdraw"), "flash.withdrawn"
		page.Intro[2] = p.T("release.state.yes", civil.DateOf(r.ReleasedAt, s.config.Location))
	}
	here := views.RoadmapURL(r.ID, views.Day{})
	page.Form = page.NewForm(views.Under(r.ID, "release"), submit, here, r.Version, views.Field{Name: "released", Type: "hidden", Value: map[bool]string{true: "", false: "1"}[released]})
	return s.edit(c, edit{page: page, done: done, save: func(in *input) (string, error) {
		return here, s.deps.Portfolio.Release(c.UserContext(), actor(c), r.ID, in.version(), in.has("released"))
	}})
}
