package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// fiscalYearNew books a fiscal year by hand: a transition, a year that no file has named yet.
func (s *site) fiscalYearNew(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermEditBudget)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartSettings, p.T("years.new")), Intro: []string{p.T("years.text")}}
	back := views.BooksPartURL(o.ID, views.PartPeriods)
	page.Form = page.NewForm(views.BooksPartURL(o.ID, "years", "new"), p.T("years.submit"), back, 0, p.FiscalYearFields(finance.FiscalYear{Year: o.Fiscal.YearOf(s.today()).Start.Year()})...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		y := readFiscalYear(in, finance.FiscalYear{})
		if err := in.err(); err != nil {
			return back, err
		}
		_, err := s.deps.Finance.AddFiscalYear(c.UserContext(), actor(c), o.ID, y)
		return back, s.once(c, err)
	}})
}

// readFiscalYear reads the fields of a fiscal year.
func readFiscalYear(in *input, y finance.FiscalYear) finance.FiscalYear {
	y.Code, y.Year, y.Start, y.End = in.text("code"), in.whole("year"), in.date("start"), in.date("end")
	return y
}

// fiscalYear finds the fiscal year of the address.
func (s *site) fiscalYear(c *fiber.Ctx) (identity.Organisation, finance.FiscalYear, error) {
	o, err := s.books(c, identity.PermEditBudget)
	if err != nil {
		return o, finance.FiscalYear{}, err
	}
	id, err := number(c, "year")
	if err != nil {
		return o, finance.FiscalYear{}, err
	}
	years, err := s.deps.Finance.FiscalYears(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return o, finance.FiscalYear{}, err
	}
	y, ok := years.Year(id)
	if !ok {
		err = fault.NotFound("fiscal_year", id)
	}
	return o, y, err
}

// yearPage is the form page of what happens to a fiscal year.
func (s *site) yearPage(c *fiber.Ctx, o identity.Organisation, title string) views.FormPage {
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartPeriods, title)}
	page.Trail = append(page.Trail, views.Link{Text: p.T("periods.title"), URL: views.BooksPartURL(o.ID, views.PartPeriods)})
	return page
}

// fiscalYearEdit gives a fiscal year that nothing was booked in another range, code or number.
func (s *site) fiscalYearEdit(c *fiber.Ctx) error {
	o, y, err := s.fiscalYear(c)
	if err != nil {
		return err
	}
	p, back := s.printer(c), views.BooksPartURL(o.ID, views.PartPeriods)
	page := s.yearPage(c, o, p.T("years.edit.of", y.Code))
	page.Intro = []string{p.T("years.edit.text")}
	page.Form = page.NewForm(views.FiscalYearURL(o.ID, y.ID)+"/edit", p.T("years.edit.submit"), back, y.Version, p.FiscalYearFields(y)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		typed := readFiscalYear(in, y)
		if err := in.err(); err != nil {
			return back, err
		}
		typed.Version = in.version()
		_, err := s.deps.Finance.UpdateFiscalYear(c.UserContext(), actor(c), o.ID, typed)
		return back, s.once(c, err)
	}})
}

// fiscalYearRemove takes a fiscal year that nothing was booked in out of the calendar.
func (s *site) fiscalYearRemove(c *fiber.Ctx) error {
	o, y, err := s.fiscalYear(c)
	if err != nil {
		return err
	}
	p, back := s.printer(c), views.BooksPartURL(o.ID, views.PartPeriods)
	page := s.yearPage(c, o, p.T("years.remove.of", y.Code))
	page.Intro = []string{p.Span(y.Start, y.End), p.T("years.remove.text")}
	page.Form = page.NewForm(views.FiscalYearURL(o.ID, y.ID)+"/remove", p.T("years.remove"), back, y.Version)
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.removed", save: func(in *input) (string, error) {
		return back, s.once(c, s.deps.Finance.RemoveFiscalYear(c.UserContext(), actor(c), o.ID, y.ID, in.version()))
	}})
}
