package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

var financeBudgetRoutes = []route{
	page("/organisations/:id/finance/envelopes", identity.PermReadLedger, (*site).envelopes),
	page("/organisations/:id/finance/envelopes.csv", identity.PermReadLedger, envelopesFile("csv")),
	page("/organisations/:id/finance/envelopes.xlsx", identity.PermReadLedger, envelopesFile("xlsx")),
	form("/organisations/:id/finance/envelopes/new", identity.PermEditBudget, (*site).envelopeNew),
	page("/organisations/:id/finance/envelopes/:envelope", identity.PermReadLedger, (*site).envelopeShow),
	form("/organisations/:id/finance/envelopes/:envelope/edit", identity.PermEditBudget, (*site).envelopeEdit),
	form("/organisations/:id/finance/envelopes/:envelope/remove", identity.PermEditBudget, (*site).envelopeRemove),
	form("/organisations/:id/finance/envelopes/:envelope/act", identity.PermEditBudget, (*site).envelopeAct),
	form("/organisations/:id/finance/envelopes/:envelope/transfer", identity.PermEditBudget, (*site).envelopeTransfer),
	form("/organisations/:id/finance/movements/:movement/reverse", identity.PermEditBudget, (*site).movementReverse),
	page("/roadmaps/:id/budget", identity.PermReadCost, (*site).roadmapBudget),
	page("/projects/:id/budget", identity.PermReadCost, (*site).projectBudget),
	form("/projects/:id/budget/new", identity.PermEditBudget, (*site).projectBudgetNew),
	form("/projects/:id/budget/proposals", identity.PermEditBudget, (*site).projectProposals),
	form("/organisations/:id/finance/settings", identity.PermEditBudget, (*site).financeSettings),
	form("/organisations/:id/finance/settings/signature", identity.PermEditOrganisation, (*site).loneOfficer),
	form("/organisations/:id/finance/years/new", identity.PermEditBudget, (*site).fiscalYearNew),
	form("/organisations/:id/finance/years/:year/edit", identity.PermEditBudget, (*site).fiscalYearEdit),
	form("/organisations/:id/finance/years/:year/remove", identity.PermEditBudget, (*site).fiscalYearRemove),
	form("/organisations/:id/finance/accounts", identity.PermEditBudget, (*site).accounts),
	page("/organisations/:id/finance/codes", identity.PermReadLedger, (*site).financeCodes),
	act("/organisations/:id/finance/codes/assign", identity.PermReconcile, (*site).financeCodesAssign),
	page("/organisations/:id/finance/codes.csv", identity.PermReadLedger, (*site).financeCodesFile),
}

// envelopes shows what was voted, allotted and mandated.
func (s *site) envelopes(c *fiber.Ctx) error {
	o, report, err := s.envelopeReport(c)
	if err != nil {
		return err
	}
	voted, err := s.deps.Finance.VotedYears(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.EnvelopesPage{Base: s.booksBase(c, p, o, views.PartEnvelopes, p.T("envelopes.title")), Report: report, Organisation: o}
	if len(voted) > 0 {
		page.Voted = voted[0].ID
	}
	return s.render(c, page.Page())
}

func (s *site) envelopeReport(c *fiber.Ctx) (identity.Organisation, finance.EnvelopeReport, error) {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return o, finance.EnvelopeReport{}, err
	}
	report, err := s.deps.Finance.Envelopes(c.UserContext(), actor(c), o.ID, civil.Date{})
	return o, report, err
}

func envelopesFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		o, report, err := s.envelopeReport(c)
		if err != nil {
			return err
		}
		p := s.printer(c)
		t := exportTable{organisation: o.ID, action: "finance.export", subject: "organisation", id: o.ID, currency: report.Currency, name: p.T("envelopes.file", o.Code), title: p.T("envelopes.title"), head: p.EnvelopeHead()}
		for _, e := range report.Envelopes {
			t.rows = append(t.rows, p.EnvelopeRows(e)...)
		}
		return s.export(c, format, t)
	}
}

// readEnvelope reads the fields of an envelope.
func readEnvelope(in *input, e finance.Envelope) finance.Envelope {
	e.Code, e.Name, e.Kind, e.Section, e.Operation = in.text("code"), in.text("name"), finance.EnvelopeKind(in.text("kind")), in.text("section"), in.text("operation")
	e.RoadmapID, e.ParentID = portfolio.RoadmapID(in.key("roadmap")), finance.EnvelopeID(in.key("parent"))
	e.From, e.To = in.date("valid_from"), in.date("valid_to")
	return e
}

// envelopeChoices are what an envelope may belong to: roadmaps of the organisation, and envelopes above it.
func (s *site) envelopeChoices(c *fiber.Ctx, o identity.Organisation) (roadmaps []portfolio.RoadmapCard, report finance.EnvelopeReport, err error) {
	all, err := s.deps.Portfolio.Roadmaps(c.UserContext(), actor(c))
	if err != nil {
		return nil, report, err
	}
	for _, r := range all {
		if r.OrganisationID == o.ID {
			roadmaps = append(roadmaps, r)
		}
	}
	report, err = s.deps.Finance.Envelopes(c.UserContext(), actor(c), o.ID, civil.Date{})
	return roadmaps, report, err
}

func (s *site) envelopeNew(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	return s.envelopeForm(c, o, finance.Envelope{OrganisationID: o.ID, Kind: finance.EnvelopeRoadmap})
}

func (s *site) envelopeEdit(c *fiber.Ctx) error {
	o, e, err := s.envelope(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	return s.envelopeForm(c, o, e)
}

// envelopeForm makes an envelope, or changes what it is called and where it stands.
func (s *site) envelopeForm(c *fiber.Ctx, o identity.Organisation, e finance.Envelope) error {
	roadmaps, report, err := s.envelopeChoices(c, o)
	if err != nil {
		return err
	}
	p := s.printer(c)
	action, title := views.BooksPartURL(o.ID, views.PartEnvelopes, "new"), p.T("envelope.new")
	if e.ID != 0 {
		action, title = views.EnvelopeURL(o.ID, e.ID)+"/edit", p.T("envelope.edit", e.Name)
	}
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartEnvelopes, title)}
	back := views.BooksPartURL(o.ID, views.PartEnvelopes)
	page.Form = page.NewForm(action, p.T("envelope.submit"), back, e.Version, p.EnvelopeFields(e, roadmaps, report)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		typed := readEnvelope(in, e)
		if err := in.err(); err != nil {
			return back, err
		}
		if e.ID == 0 {
			made, err := s.deps.Finance.CreateEnvelope(c.UserContext(), actor(c), typed)
			return views.EnvelopeURL(o.ID, made.ID), err
		}
		typed.Version = in.version()
		_, err := s.deps.Finance.UpdateEnvelope(c.UserContext(), actor(c), typed)
		return views.EnvelopeURL(o.ID, e.ID), s.once(c, err)
	}})
}

// envelopeRemove removes an envelope that nothing was voted of or allotted from.
func (s *site) envelopeRemove(c *fiber.Ctx) error {
	o, e, err := s.envelope(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	p, here := s.printer(c), views.EnvelopeURL(o.ID, e.ID)
	page := s.actPage(c, o, e, p.T("envelope.remove.of", e.Name))
	page.Intro = []string{p.T("envelope.remove.text")}
	page.Form = page.NewForm(here+"/remove", p.T("envelope.remove"), here, e.Version)
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.removed", save: func(in *input) (string, error) {
		return views.BooksPartURL(o.ID, views.PartEnvelopes), s.once(c, s.deps.Finance.RemoveEnvelope(c.UserContext(), actor(c), e.ID, in.version()))
	}})
}

// envelope finds the envelope of the address.
func (s *site) envelope(c *fiber.Ctx, perm identity.Permission) (identity.Organisation, finance.Envelope, error) {
	o, err := s.books(c, perm)
	if err != nil {
		return o, finance.Envelope{}, err
	}
	id, err := number(c, "envelope")
	if err != nil {
		return o, finance.Envelope{}, err
	}
	e, err := s.deps.Finance.Envelope(c.UserContext(), actor(c), finance.EnvelopeID(id))
	if err == nil && e.OrganisationID != o.ID {
		err = fault.NotFound("envelope", id)
	}
	return o, e, err
}

func (s *site) envelopeShow(c *fiber.Ctx) error {
	o, e, err := s.envelope(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	page := views.EnvelopePage{Organisation: o, Envelope: e}
	if page.Report, err = s.deps.Finance.Envelopes(c.UserContext(), actor(c), o.ID, civil.Date{}); err != nil {
		return err
	}
	if page.Movements, err = s.deps.Finance.Movements(c.UserContext(), actor(c), e.ID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartEnvelopes, e.Name)
	page.Trail = append(page.Trail, views.Link{Text: p.T("envelopes.title"), URL: views.BooksPartURL(o.ID, views.PartEnvelopes)})
	return s.render(c, page.Page())
}

// actPage is the form page of an act on an envelope.
func (s *site) actPage(c *fiber.Ctx, o identity.Organisation, e finance.Envelope, title string) views.FormPage {
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartEnvelopes, title)}
	page.Trail = append(page.Trail, views.Link{Text: e.Name, URL: views.EnvelopeURL(o.ID, e.ID)})
	return page
}

// envelopeAct books what an act votes of an envelope.
func (s *site) envelopeAct(c *fiber.Ctx) error {
	o, e, err := s.envelope(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	years, err := s.deps.Finance.FiscalYears(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := s.actPage(c, o, e, p.T("envelope.act.of", e.Name))
	here := views.EnvelopeURL(o.ID, e.ID)
	proposed, refused := s.provisional(c, &page, e, years)
	page.Form = page.NewForm(here+"/act", p.T("envelope.act.submit"), here, 0, p.ActFields(e, years, o.Currency, proposed)...)
	if refused != nil {
		return s.refuse(c, &page, &page.Form, s.input(c), refused)
	}
	return s.edit(c, edit{page: page, done: "flash.voted", save: func(in *input) (string, error) {
		act := finance.ActInput{Act: finance.Act(in.text("act")), Reference: in.text("reference"), On: in.past("act_on", s.today()), Reason: in.lines("reason")}
		for n := range views.ActLines {
			row := "_" + strconv.Itoa(n+1)
			amount, given := in.amount("amount"+row, o.Currency)
			if !given {
				continue
			}
			cell := finance.Cell{Envelope: e.ID, YearID: in.key("year" + row), Section: in.text("section" + row), Authorisation: in.text("authorisation" + row)}
			act.Lines = append(act.Lines, finance.ActLine{Cell: cell, Amount: amount})
		}
		if err := in.err(); err != nil {
			return here, err
		}
		_, err := s.deps.Finance.BookAct(c.UserContext(), actor(c), act)
		return here, s.once(c, err)
	}})
}

// provisional offers to have the lines of provisional credits proposed and, where that is asked for, proposes them.
func (s *site) provisional(c *fiber.Ctx, page *views.FormPage, e finance.Envelope, years finance.Calendar) (finance.ActInput, error) {
	q := query(c)
	year, _ := strconv.ParseInt(q.Get("provisional"), 10, 64)
	months, _ := strconv.Atoi(q.Get("months"))
	asked := q.Has("provisional")
	if !asked {
		now, _ := years.Of(s.today())
		year, months = now.ID, usualMonths
	}
	page.Filter = page.ProvisionalFilter(views.EnvelopeURL(e.OrganisationID, e.ID)+"/act", e, years, year, months)
	if !asked {
		return finance.ActInput{}, nil
	}
	lines, err := s.deps.Finance.DraftProvisional(c.UserContext(), actor(c), e.ID, year, months)
	if err != nil {
		return finance.ActInput{}, err
	}
	if len(lines) == 0 {
		page.Intro = append(page.Intro, page.T("provisional.none"))
		return finance.ActInput{}, nil
	}
	page.Intro = append(page.Intro, page.N("provisional.proposed", months))
	return finance.ActInput{Act: finance.ActProvisional, Lines: lines}, nil
}

// usualMonths is for how many months credits are opened before a budget is voted, if nothing else is said: it is to be voted by the end of March.
const usualMonths = 3

// envelopeTransfer moves credits to another envelope.
func (s *site) envelopeTransfer(c *fiber.Ctx) error {
	o, e, err := s.envelope(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	years, err := s.deps.Finance.FiscalYears(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	_, report, err := s.envelopeChoices(c, o)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := s.actPage(c, o, e, p.T("envelope.transfer.of", e.Name))
	here := views.EnvelopeURL(o.ID, e.ID)
	page.Form = page.NewForm(here+"/transfer", p.T("envelope.transfer.submit"), here, 0, p.TransferFields(e, report, years, o.Currency)...)
	return s.edit(c, edit{page: page, done: "flash.voted", save: func(in *input) (string, error) {
		amount, _ := in.amount("amount", o.Currency)
		t := finance.TransferInput{From: e.ID, To: finance.EnvelopeID(in.key("to_envelope")), YearID: in.key("year"), Section: in.text("section"), Authorisation: in.text("authorisation"), Amount: amount,
			Reference: in.text("reference"), On: in.past("act_on", s.today()), Reason: in.lines("reason")}
		if err := in.err(); err != nil {
			return here, err
		}
		_, err := s.deps.Finance.BookTransfer(c.UserContext(), actor(c), t)
		return here, s.once(c, err)
	}})
}

// movementReverse takes a movement back, by a further one.
func (s *site) movementReverse(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	id, err := number(c, "movement")
	if err != nil {
		return err
	}
	m, err := s.deps.Finance.Movement(c.UserContext(), actor(c), finance.MovementID(id))
	if err == nil && m.OrganisationID != o.ID {
		err = fault.NotFound("movement", id)
	}
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartEnvelopes, p.T("movement.reverse")), Intro: []string{p.T("movement.reverse.text")}}
	back := views.EnvelopeURL(o.ID, m.Envelope)
	page.Form = page.NewForm(views.MovementURL(o.ID, finance.MovementID(id))+"/reverse", p.T("movement.reverse"), back, 0, views.Field{Name: "reason", Type: "textarea", Label: p.T("movement.reason"), Required: true, MaxSize: 500})
	return s.edit(c, edit{page: page, done: "flash.voted", save: func(in *input) (string, error) {
		reason := in.lines("reason")
		if err := in.err(); err != nil {
			return back, err
		}
		_, err := s.deps.Finance.ReverseMovement(c.UserContext(), actor(c), finance.MovementID(id), reason)
		return back, s.once(c, err)
	}})
}
