package web

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/views"
)

// financeSettings shows and takes what an organisation chose for its books.
func (s *site) financeSettings(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	held, err := s.deps.Finance.Settings(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	limits, err := held.Limits(o.Currency)
	if err != nil { // what cannot be read any more is replaced
		limits = forecast.DefaultThresholds(o.Currency.Unit())
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartSettings, p.T("settings.title")), Intro: []string{p.T("settings.text")}}
	here := views.BooksPartURL(o.ID, views.PartSettings)
	page.Links = []views.Link{{Text: p.T("accounts.title"), URL: views.BooksPartURL(o.ID, "accounts")}, {Text: p.T("years.new"), URL: views.BooksPartURL(o.ID, "years", "new")}, {Text: p.T("codes.title"), URL: views.BooksPartURL(o.ID, "codes")},
		{Text: p.T("periods.title"), URL: views.BooksPartURL(o.ID, views.PartPeriods)}}
	page.Form = page.NewForm(here, p.T("admin.save"), views.BooksURL(o.ID), held.Version, append(p.FinanceSettingFields(held), p.LimitFields(limits)...)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		typed := held
		typed.SIRET, typed.AmountBasis, typed.CostBasis, typed.AllotmentCheck = in.text("siret"), in.text("amount_basis"), in.text("cost_basis"), in.text("allotment_check")
		typed.WithdrawalShare, typed.WithdrawalLines = in.percent("withdrawal_share"), in.integer("withdrawal_lines")
		typed.Version = in.version()
		var err error
		if typed.Thresholds, err = finance.ThresholdsText(in.limits(limits)); err != nil {
			return here, err
		}
		if err := in.err(); err != nil {
			return here, err
		}
		_, err = s.deps.Finance.SaveSettings(c.UserContext(), actor(c), typed)
		return here, s.once(c, err)
	}})
}

// limits reads the limits of early warnings; those that the form does not ask for stay.
func (in *input) limits(t forecast.Thresholds) forecast.Thresholds {
	t.ExposureAmber, t.ExposureRed = in.percent("exposure_amber"), in.percent("exposure_red")
	t.OverrunAmber, t.OverrunRed = in.percent("overrun_amber"), in.percent("overrun_red")
	t.LandingAmber, t.LandingRed = in.percent("landing_amber"), in.percent("landing_red")
	t.IndexAmber, t.IndexRed, t.IndexFrom = in.percent("index_amber"), in.percent("index_red"), in.percent("index_from")
	t.UnmatchedShare, t.UnmatchedDays = in.percent("unmatched_share"), in.integer("unmatched_days")
	t.ForecastDays, t.IdleMonths = in.integer("forecast_days"), in.integer("idle_months")
	return t
}

// loneOfficer says whether a roadmap manager may sign what the only finance officer reconciled. It is for who looks after the organisation,
// so that nobody lets themselves.
func (s *site) loneOfficer(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermEditOrganisation)
	if err != nil {
		return err
	}
	held, err := s.deps.Finance.Settings(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartSettings, p.T("settings.signature")), Intro: []string{p.T("settings.signature.text")}}
	back := views.BooksPartURL(o.ID, views.PartPeriods)
	page.Form = page.NewForm(views.BooksPartURL(o.ID, views.PartSettings, "signature"), p.T("admin.save"), back, held.Version, views.Field{Name: "lone_officer", Type: "checkbox", Label: p.T("settings.lone_officer"), Checked: held.LoneOfficer})
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		return back, s.once(c, s.deps.Finance.SetLoneOfficer(c.UserContext(), actor(c), o.ID, in.version(), in.has("lone_officer")))
	}})
}

// accounts shows what the accounts mean, and takes one that means something else here.
func (s *site) accounts(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	held, err := s.deps.Finance.Accounts(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.AccountsPage{Base: s.booksBase(c, p, o, views.PartSettings, p.T("accounts.title")), Accounts: held}
	here := views.BooksPartURL(o.ID, "accounts")
	page.Form = page.NewForm(here, p.T("accounts.submit"), views.BooksPartURL(o.ID, views.PartSettings), 0, p.AccountFields()...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	in.bound(page.Form.Fields)
	a := finance.Account{Prefix: in.text("prefix"), Label: in.text("label"), Section: in.text("section"), Category: finance.Category(in.text("category")), Recovery: finance.Recovery(in.text("recovery"))}
	if err = in.err(); err == nil {
		if in.has("remove") {
			err = s.deps.Finance.RemoveAccount(c.UserContext(), actor(c), o.ID, a.Prefix)
		} else {
			err = s.deps.Finance.SaveAccount(c.UserContext(), actor(c), o.ID, a)
		}
	}
	if err == nil || s.wasDone(c, err) {
		s.flash(c, "flash.saved")
		return s.see(c, here)
	}
	return s.refuse(c, &page, &page.Form, in, err)
}

// financeCodes lists under which codes the finance system is to know the projects.
func (s *site) financeCodes(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.CodesPage{Base: s.booksBase(c, p, o, views.PartSettings, p.T("codes.title")), Organisation: o}
	if page.Codes, err = s.deps.Finance.FinanceCodes(c.UserContext(), actor(c), o.ID); err != nil {
		return err
	}
	if page.Commitments, err = s.deps.Finance.UncodedCommitments(c.UserContext(), actor(c), o.ID); err != nil {
		return err
	}
	return s.render(c, page.Page())
}

func (s *site) financeCodesAssign(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	return s.act(c, "flash.coded", func(*input) (string, error) {
		_, err := s.deps.Finance.AssignFinanceCodes(c.UserContext(), actor(c), o.ID)
		return views.BooksPartURL(o.ID, "codes"), s.once(c, err)
	})
}

// financeCodesFile is what refreshes the analytic axis of the finance system.
func (s *site) financeCodesFile(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	lines, err := s.deps.Finance.FinanceCodes(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := finance.WriteFinanceCodes(&b, lines); err != nil {
		return err
	}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), o.ID, "finance.export", "organisation", o.ID, map[string]any{"codes": len(lines)}); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", s.printer(c).T("codes.file", o.Code, civil.DateOf(s.deps.Now(), o.Location()))+".csv"))
	return c.Send(b.Bytes())
}
