package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

// fundings lists who else pays for a project.
func (s *site) fundings(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermReadCost)
	if err != nil {
		return err
	}
	page := views.FundingsPage{Place: project.Place()}
	if page.Report, err = s.deps.Finance.ProjectFinance(c.UserContext(), actor(c), project.ID, civil.Date{}); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.moneyFrame(c, p, p.T("funding.of", project.Name), views.PartFunding, project, r)
	return s.render(c, page.Page())
}

// funding finds the convention of the address, which must be one of its project.
func (s *site) funding(c *fiber.Ctx, perm identity.Permission) (finance.Funding, portfolio.Project, portfolio.Roadmap, error) {
	project, r, err := s.projectFor(c, perm)
	if err != nil {
		return finance.Funding{}, project, r, err
	}
	id, err := number(c, "funding")
	if err != nil {
		return finance.Funding{}, project, r, err
	}
	u, _, err := s.deps.Finance.Funding(c.UserContext(), actor(c), finance.FundingID(id))
	if err == nil && u.ProjectID != project.ID {
		err = fault.NotFound("funding", id)
	}
	return u, project, r, err
}

// fundingFrame is the frame of a page about one convention.
func (s *site) fundingFrame(c *fiber.Ctx, p views.Printer, title string, u finance.Funding, project portfolio.Project, r portfolio.Roadmap) views.Base {
	b := s.moneyFrame(c, p, title, views.PartFunding, project, r)
	b.Trail = append(b.Trail, views.Link{Text: p.T("funding.title"), URL: views.UnderProject(project.ID, views.PartFunding)})
	if title != u.Funder {
		b.Trail = append(b.Trail, views.Link{Text: u.Funder, URL: views.FundingURL(project.ID, u.ID)})
	}
	return b
}

func (s *site) fundingPage(c *fiber.Ctx) (page views.FundingPage, err error) {
	u, project, r, err := s.funding(c, identity.PermReadLedger)
	if err != nil {
		return page, err
	}
	page.Place = project.Place()
	if page.Report, err = s.deps.Finance.FundingReport(c.UserContext(), actor(c), u.ID, civil.Date{}); err != nil {
		return page, err
	}
	page.Base = s.fundingFrame(c, s.printer(c), u.Funder, u, project, r)
	return page, nil
}

func (s *site) fundingShow(c *fiber.Ctx) error {
	page, err := s.fundingPage(c)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

// fundingFile is the list of costs that an auditor asks for.
func (s *site) fundingFile(c *fiber.Ctx) error {
	page, err := s.fundingPage(c)
	if err != nil {
		return err
	}
	r := page.Report
	t := exportTable{organisation: r.OrganisationID, action: "finance.export", subject: "project", id: int64(r.Project.ID), currency: r.Currency, name: page.T("funding.file", r.Project.Code), title: page.T("funding.title"), head: page.FileHead()}
	for _, l := range r.Lines {
		t.rows = append(t.rows, page.FileRow(l))
	}
	return s.export(c, "csv", t)
}

func (s *site) fundingNew(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermEditFunding)
	if err != nil {
		return err
	}
	return s.fundingForm(c, finance.Funding{ProjectID: project.ID, Base: forecast.BaseHT}, project, r)
}

func (s *site) fundingEdit(c *fiber.Ctx) error {
	u, project, r, err := s.funding(c, identity.PermEditFunding)
	if err != nil {
		return err
	}
	return s.fundingForm(c, u, project, r)
}

// fundingForm makes a convention, or changes one.
func (s *site) fundingForm(c *fiber.Ctx, u finance.Funding, project portfolio.Project, r portfolio.Roadmap) error {
	books, err := s.deps.Finance.ProjectBooks(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	list := views.UnderProject(project.ID, views.PartFunding)
	action, back, page := list+"/new", list, views.FormPage{Base: s.moneyFrame(c, p, p.T("funding.new.of", project.Name), views.PartFunding, project, r)}
	if u.ID != 0 {
		action, back, page.Base = views.FundingURL(project.ID, u.ID, "edit"), views.FundingURL(project.ID, u.ID), s.fundingFrame(c, p, p.T("funding.edit"), u, project, r)
	}
	page.Form = page.NewForm(action, p.T("funding.submit"), back, u.Version, p.FundingFields(u, books.Currency)...)
	return s.edit(c, edit{page: page, done: "flash.funding", save: func(in *input) (string, error) {
		typed := in.funding(u, books.Currency)
		if err := in.err(); err != nil {
			return back, err
		}
		if u.ID == 0 {
			made, err := s.deps.Finance.AddFunding(c.UserContext(), actor(c), project.ID, typed)
			if err != nil {
				return back, s.once(c, err)
			}
			return s.fundingAt(c, project, made.ID), nil
		}
		typed.Version = in.version()
		_, err := s.deps.Finance.UpdateFunding(c.UserContext(), actor(c), typed)
		return back, s.once(c, err)
	}})
}

// fundingAt is the page of a convention for who may read it, else that of all of the project's.
func (s *site) fundingAt(c *fiber.Ctx, project portfolio.Project, id finance.FundingID) string {
	if !actor(c).May(identity.PermReadLedger, project.Place()) {
		return views.UnderProject(project.ID, views.PartFunding)
	}
	return views.FundingURL(project.ID, id)
}

// funding reads the fields of a convention.
func (in *input) funding(u finance.Funding, c money.Currency) finance.Funding {
	u.Funder, u.Convention, u.Rate, u.Base, u.From, u.To = in.text("funder"), in.text("convention"), in.percent("rate"), forecast.FundingBase(in.text("base")), in.date("from"), in.date("to")
	var given bool
	if u.Ceiling, given = in.amount("ceiling", c); !given && !in.refused("ceiling") {
		in.wrong.Add("ceiling", "input.required")
	}
	u.Notified, _ = in.amount("notified", c)
	return u
}

// fundingEventNew books a call for funds or a payment.
func (s *site) fundingEventNew(c *fiber.Ctx) error {
	u, project, r, err := s.funding(c, identity.PermEditFunding)
	if err != nil {
		return err
	}
	books, err := s.deps.Finance.ProjectBooks(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	back := s.fundingAt(c, project, u.ID)
	page := views.FormPage{Base: s.fundingFrame(c, p, p.T("funding.event.new"), u, project, r), Intro: []string{p.T("funding.event.text")}}
	page.Form = page.NewForm(views.FundingURL(project.ID, u.ID, "events"), p.T("funding.event.submit"), back, 0, p.FundingEventFields(books.Currency)...)
	return s.edit(c, edit{page: page, done: "flash.funding_event", save: func(in *input) (string, error) {
		v := finance.FundingEventInput{Kind: finance.FundingEventKind(in.text("kind")), On: in.past("on", s.today()), Reference: in.text("reference"), PostingID: finance.PostingID(in.key("posting"))}
		var given bool
		if v.Amount, given = in.amount("amount", books.Currency); !given && !in.refused("amount") {
			in.wrong.Add("amount", "input.required")
		}
		if err := in.err(); err != nil {
			return back, err
		}
		_, err := s.deps.Finance.BookFundingEvent(c.UserContext(), actor(c), u.ID, v)
		if f := fault.As(err); f != nil && f.Key == "posting.not_found" { // a number that was typed, not a page
			var wrong fault.Fields
			wrong.Add("posting", f.Key, f.Args...)
			err = wrong.Err()
		}
		return back, s.once(c, err)
	}})
}

// fundingEventReverse takes an event back, by a further one.
func (s *site) fundingEventReverse(c *fiber.Ctx) error {
	u, project, r, err := s.funding(c, identity.PermEditFunding)
	if err != nil {
		return err
	}
	id, err := number(c, "event")
	if err != nil {
		return fault.NotFound("funding_event", text(c.Params("event")))
	}
	p := s.printer(c)
	back := s.fundingAt(c, project, u.ID)
	page := views.FormPage{Base: s.fundingFrame(c, p, p.T("funding.event.reverse"), u, project, r), Intro: []string{p.T("movement.reverse.text")}}
	page.Form = page.NewForm(views.FundingURL(project.ID, u.ID, "events", strconv.FormatInt(id, 10), "reverse"), p.T("funding.event.reverse"), back, 0, views.Field{Name: "reason", Type: "textarea", Label: p.T("movement.reason"), Required: true, MaxSize: 2000})
	return s.edit(c, edit{page: page, done: "flash.funding_reversed", save: func(in *input) (string, error) {
		reason := in.lines("reason")
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Finance.ReverseFundingEvent(c.UserContext(), actor(c), u.ID, finance.FundingEventID(id), reason))
	}})
}

// eligibility says of many costs at once whether they count for a convention.
func (s *site) eligibility(c *fiber.Ctx) error {
	u, project, r, err := s.funding(c, identity.PermEditFunding)
	if err != nil {
		return err
	}
	page := views.EligibilityPage{Untold: query(c).Get("state") != "all", Picked: map[finance.PostingID]bool{}}
	if page.Report, err = s.deps.Finance.FundingReport(c.UserContext(), actor(c), u.ID, civil.Date{}); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.fundingFrame(c, p, p.T("funding.eligibility"), u, project, r)
	here, back := views.FundingURL(project.ID, u.ID, "eligibility"), views.FundingURL(project.ID, u.ID)
	if !page.Untold {
		here += "?state=all"
	}
	page.Form = page.NewForm(here, p.T("funding.eligibility.submit"), back, 0, p.EligibilityFields()...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, &page)
	}
	in := s.input(c)
	in.bound(page.Form.Fields)
	told := finance.EligibilityInput{Postings: in.postings(), Eligible: in.text("eligible") == "yes", Reason: in.lines("reason")}
	for _, id := range told.Postings {
		page.Picked[id] = true
	}
	if e := in.text("eligible"); e != "yes" && e != "no" {
		in.wrong.Add("eligible", "input.choice")
	}
	if err = in.err(); err == nil {
		err = s.once(c, s.deps.Finance.SetEligibility(c.UserContext(), actor(c), u.ID, told))
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, err)
	}
	s.flash(c, "flash.eligibility")
	return s.see(c, back)
}

// postings reads the entries that were ticked.
func (in *input) postings() []finance.PostingID {
	var out []finance.PostingID
	for _, raw := range in.values["posting"] {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || n < 1 {
			in.wrong.Add("posting", "input.choice")
			continue
		}
		out = append(out, finance.PostingID(n))
	}
	return out
}
