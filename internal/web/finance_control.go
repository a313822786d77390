package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

var financeControlRoutes = []route{
	page("/organisations/:id/finance", identity.PermReadLedger, (*site).booksOverview),
	page("/organisations/:id/finance/controls", identity.PermReadLedger, (*site).controls),
	page("/organisations/:id/finance/controls.csv", identity.PermReadLedger, controlsFile("csv")),
	page("/organisations/:id/finance/controls.xlsx", identity.PermReadLedger, controlsFile("xlsx")),
	form("/organisations/:id/finance/assertions/new", identity.PermClosePeriod, (*site).assertionNew),
	act("/organisations/:id/finance/assertions/:assertion/withdraw", identity.PermClosePeriod, (*site).assertionWithdraw),
	page("/organisations/:id/finance/anomalies", identity.PermReadLedger, (*site).anomalies),
	page("/organisations/:id/finance/periods", identity.PermReadLedger, (*site).periods),
	form("/organisations/:id/finance/periods/:year/:period", identity.PermReadLedger, (*site).periodShow),
	form("/organisations/:id/finance/periods/:year/:period/reopen", identity.PermClosePeriod, (*site).periodReopen),
	page("/organisations/:id/finance/certificates/:certificate", identity.PermReadLedger, (*site).certificateShow),
}

// booksOverview is the first page of the books: how far they are reconciled, and what waits.
func (s *site) booksOverview(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	ctx, who := c.UserContext(), actor(c)
	page := views.OverviewPage{Organisation: o}
	if page.Controls, err = s.deps.Finance.Controls(ctx, who, o.ID, finance.ControlFilter{NoRows: true}); err != nil {
		return err
	}
	if page.Calendar, err = s.deps.Finance.FiscalYears(ctx, who, o.ID); err != nil {
		return err
	}
	if page.Certificates, err = s.deps.Finance.Certificates(ctx, who, o.ID); err != nil {
		return err
	}
	if page.Anomalies, err = s.deps.Finance.Anomalies(ctx, who, o.ID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartBooks, p.T("finance.of", o.Name))
	page.Trail = nil
	return s.render(c, page.Page())
}

// controlFilter reads what the controls are asked for. What cannot be is left out: the page shows what it is about.
func controlFilter(c *fiber.Ctx) finance.ControlFilter {
	var f finance.ControlFilter
	q := query(c)
	f.Year, _ = strconv.ParseInt(q.Get("year"), 10, 64)
	f.Until, _ = strconv.Atoi(q.Get("until"))
	if f.Until < 1 || f.Until > finance.ExtraPeriod || f.Year <= 0 {
		f.Until = 0
	}
	f.Year = max(f.Year, 0)
	for _, d := range finance.ControlDimensions {
		if q.Has("by_" + string(d)) {
			f.By = append(f.By, d)
		}
	}
	return f
}

func (s *site) controlsPage(c *fiber.Ctx, limit int) (page views.ControlsPage, err error) {
	if page.Organisation, err = s.books(c, identity.PermReadLedger); err != nil {
		return page, err
	}
	page.Filter = controlFilter(c)
	page.Filter.Limit = limit
	if page.Calendar, err = s.deps.Finance.FiscalYears(c.UserContext(), actor(c), page.Organisation.ID); err != nil {
		return page, err
	}
	page.Controls, err = s.deps.Finance.Controls(c.UserContext(), actor(c), page.Organisation.ID, page.Filter)
	return page, err
}

func (s *site) controls(c *fiber.Ctx) error {
	page, err := s.controlsPage(c, 0)
	if err != nil {
		return err
	}
	if page.Votes, err = s.votes(c, page.Organisation.ID, page.Filter.Year); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, page.Organisation, views.PartControls, p.T("control.title"))
	return s.render(c, page.Page())
}

// votes holds the envelopes against the voted budgets of a fiscal year; of the last one that there is a budget of where no year is asked for.
func (s *site) votes(c *fiber.Ctx, organisation, year int64) (*finance.VoteTieOut, error) {
	years, err := s.deps.Finance.VotedYears(c.UserContext(), actor(c), organisation)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(years, func(y finance.FiscalYear) bool { return year == 0 || y.ID == year })
	if i < 0 {
		return nil, nil
	}
	out, err := s.deps.Finance.TieOutVotes(c.UserContext(), actor(c), organisation, years[i].Year)
	return &out, err
}

// exportRows is the most rows of controls that a file holds.
const exportRows = 100_000

func controlsFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, err := s.controlsPage(c, exportRows)
		if err != nil {
			return err
		}
		page.Base = s.base(c, s.printer(c), "", "")
		t := exportTable{organisation: page.Organisation.ID, action: "finance.export", subject: "organisation", id: page.Organisation.ID, currency: page.Controls.Currency,
			name: page.T("control.file", page.Organisation.Code), title: page.T("control.title"), head: page.FileHead()}
		for _, r := range page.Controls.Rows {
			t.rows = append(t.rows, page.FileRow(r))
		}
		return s.export(c, format, t)
	}
}

func (s *site) assertionNew(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermClosePeriod)
	if err != nil {
		return err
	}
	years, err := s.deps.Finance.FiscalYears(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartControls, p.T("assertion.new")), Intro: []string{p.T("assertion.text")}}
	back := views.BooksPartURL(o.ID, views.PartControls)
	page.Form = page.NewForm(views.BooksPartURL(o.ID, "assertions", "new"), p.T("assertion.submit"), back, 0, p.AssertionFields(years, o.Currency)...)
	return s.edit(c, edit{page: page, done: "flash.assertion", save: func(in *input) (string, error) {
		a := finance.AssertInput{Organisation: o.ID, Year: in.key("year"), Until: in.whole("until"), Flow: ledgerfile.Flow(in.text("flow")), Dimension: finance.Dimension(in.text("dimension")),
			Value: in.text("value"), Source: in.text("source")}
		amount, given := in.amount("expected", o.Currency)
		if !given && !in.refused("expected") {
			in.wrong.Add("expected", "input.required")
		}
		a.Expected = amount
		if err := in.err(); err != nil {
			return back, err
		}
		_, err := s.deps.Finance.Assert(c.UserContext(), actor(c), a)
		return back, s.once(c, err)
	}})
}

func (s *site) assertionWithdraw(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermClosePeriod)
	if err != nil {
		return err
	}
	id, err := number(c, "assertion")
	if err != nil {
		return err
	}
	return s.act(c, "flash.assertion_withdrawn", func(*input) (string, error) {
		return views.BooksPartURL(o.ID, views.PartControls), s.once(c, s.deps.Finance.WithdrawAssertion(c.UserContext(), actor(c), id))
	})
}

// number reads a key of the address that is not ":id".
func number(c *fiber.Ctx, noun string) (int64, error) {
	raw := c.Params(noun)
	id, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != raw {
		return 0, fault.NotFound(noun, text(raw))
	}
	return id, nil
}

func (s *site) anomalies(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	groups, err := s.deps.Finance.Anomalies(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.AnomaliesPage{Base: s.booksBase(c, p, o, views.PartControls, p.T("anomalies.title")), Organisation: o, Groups: groups}
	return s.render(c, page.Page())
}
