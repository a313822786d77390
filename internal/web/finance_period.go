package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// periods lists the fiscal years with their periods and certificates.
func (s *site) periods(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	page := views.PeriodsPage{Organisation: o}
	if page.Calendar, err = s.deps.Finance.FiscalYears(c.UserContext(), actor(c), o.ID); err != nil {
		return err
	}
	if page.Certificates, err = s.deps.Finance.Certificates(c.UserContext(), actor(c), o.ID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartPeriods, p.T("periods.title"))
	return s.render(c, page.Page())
}

// period finds the period of the address.
func (s *site) period(c *fiber.Ctx, perm identity.Permission) (page views.PeriodPage, err error) {
	if page.Organisation, err = s.books(c, perm); err != nil {
		return page, err
	}
	years, err := s.deps.Finance.FiscalYears(c.UserContext(), actor(c), page.Organisation.ID)
	if err != nil {
		return page, err
	}
	id, err := number(c, "year")
	if err != nil {
		return page, err
	}
	var ok bool
	if page.Year, ok = years.Year(id); !ok {
		return page, fault.NotFound("fiscal_year", id)
	}
	n, err := strconv.Atoi(c.Params("period"))
	if err != nil {
		return page, fault.NotFound("fiscal_period", text(c.Params("period")))
	}
	if page.Period, ok = page.Year.Period(n); !ok {
		return page, fault.NotFound("fiscal_period", n)
	}
	if page.Certificates, err = s.deps.Finance.Certificates(c.UserContext(), actor(c), page.Organisation.ID); err != nil {
		return page, err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, page.Organisation, views.PartPeriods, p.T("period.of", p.PeriodName(page.Year, page.Period)))
	page.Trail = append(page.Trail, views.Link{Text: p.T("periods.title"), URL: views.BooksPartURL(page.Organisation.ID, views.PartPeriods)})
	return page, nil
}

// periodShow says what signing a period would say, and takes the signature.
func (s *site) periodShow(c *fiber.Ctx) error {
	page, err := s.period(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	ctx, who, o := c.UserContext(), actor(c), page.Organisation
	if c.Method() == fiber.MethodPost {
		in := s.input(c)
		err := identity.Can(who, identity.PermClosePeriod, identity.Within(o.ID))
		if err == nil {
			_, err = s.deps.Finance.SignPeriod(ctx, who, finance.SignInput{Organisation: o.ID, Year: page.Year.ID, Period: page.Period.Number, Seen: in.integer("seen")})
		}
		if err == nil || s.wasDone(c, err) {
			s.flash(c, "flash.period_closed")
			return s.see(c, page.URL())
		}
		if f := fault.As(err); f == nil || !strings.HasPrefix(f.Key, "certificate.") {
			return err
		}
		c.Status(statusOf(err))
		page.Refused = page.Fault(err)
	}
	if page.Period.State == finance.StateOpen {
		if page.Preview, err = s.deps.Finance.PreviewCertificate(ctx, who, o.ID, page.Year.ID, page.Period.Number); err != nil {
			return err
		}
	}
	return s.render(c, page.Page())
}

// periodReopen opens a closed period again.
func (s *site) periodReopen(c *fiber.Ctx) error {
	page, err := s.period(c, identity.PermClosePeriod)
	if err != nil {
		return err
	}
	form := views.FormPage{Base: page.Base, Intro: []string{page.T("period.reopen.text")}}
	form.Title = page.T("period.reopen.of", page.PeriodName(page.Year, page.Period))
	form.Form = form.NewForm(page.URL()+"/reopen", page.T("period.reopen"), page.URL(), 0, views.Field{Name: "reason", Type: "textarea", Label: page.T("period.reopen.reason"), Required: true, MaxSize: 500})
	form.Form.Danger = true
	return s.edit(c, edit{page: form, done: "flash.period_reopened", save: func(in *input) (string, error) {
		reason := in.lines("reason")
		if err := in.err(); err != nil {
			return page.URL(), err
		}
		return page.URL(), s.once(c, s.deps.Finance.ReopenPeriod(c.UserContext(), actor(c), finance.ReopenInput{Organisation: page.Organisation.ID, Year: page.Year.ID, Period: page.Period.Number, Reason: reason}))
	}})
}

// certificateShow shows what was signed.
func (s *site) certificateShow(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	id, err := number(c, "certificate")
	if err != nil {
		return err
	}
	held, err := s.deps.Finance.Certificate(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	if held.OrganisationID != o.ID {
		return fault.NotFound("certificate", id)
	}
	p := s.printer(c)
	held.SignedAt, held.ReopenedAt = held.SignedAt.In(o.Location()), held.ReopenedAt.In(o.Location())
	page := views.CertificatePage{Base: s.booksBase(c, p, o, views.PartPeriods, p.T("certificate.of", held.Number, held.Year, held.Period)), Organisation: o, Certificate: held}
	page.Trail = append(page.Trail, views.Link{Text: p.T("periods.title"), URL: views.BooksPartURL(o.ID, views.PartPeriods)})
	return s.render(c, page.Page())
}
