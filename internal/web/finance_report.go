package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

var financeReportRoutes = []route{
	page("/roadmaps/:id/finance", identity.PermReadCost, (*site).roadmapFinance),
	page("/roadmaps/:id/finance.csv", identity.PermReadCost, roadmapFinanceFile("csv")),
	page("/roadmaps/:id/finance.xlsx", identity.PermReadCost, roadmapFinanceFile("xlsx")),
	page("/roadmaps/:id/recovery", identity.PermReadCost, (*site).recovery),
	page("/roadmaps/:id/recovery.csv", identity.PermReadCost, recoveryFile("csv")),
	page("/roadmaps/:id/recovery.xlsx", identity.PermReadCost, recoveryFile("xlsx")),
	page("/roadmaps/:id/reference-class", identity.PermReadCost, (*site).referenceClass),
	page("/projects/:id/finance", identity.PermReadCost, (*site).projectFinance),
	page("/projects/:id/postings", identity.PermReadLedger, (*site).projectPostings),
	page("/projects/:id/postings.csv", identity.PermReadLedger, (*site).projectPostingsFile),
	form("/projects/:id/forecast", identity.PermForecast, (*site).forecastNew),
	page("/projects/:id/moves", identity.PermReadCost, (*site).moves),
	form("/projects/:id/moves/new", identity.PermForecast, (*site).moveNew),
	form("/projects/:id/moves/:move/reverse", identity.PermForecast, (*site).moveReverse),
	page("/projects/:id/funding", identity.PermReadCost, (*site).fundings),
	form("/projects/:id/funding/new", identity.PermEditFunding, (*site).fundingNew),
	page("/projects/:id/funding/:funding", identity.PermReadLedger, (*site).fundingShow),
	page("/projects/:id/funding/:funding/postings.csv", identity.PermReadLedger, (*site).fundingFile),
	form("/projects/:id/funding/:funding/edit", identity.PermEditFunding, (*site).fundingEdit),
	form("/projects/:id/funding/:funding/events", identity.PermEditFunding, (*site).fundingEventNew),
	form("/projects/:id/funding/:funding/events/:event/reverse", identity.PermEditFunding, (*site).fundingEventReverse),
	form("/projects/:id/funding/:funding/eligibility", identity.PermEditFunding, (*site).eligibility),
}

// reportFilter reads what a report is asked for. What cannot be is left out: the page shows what it is about.
func reportFilter(c *fiber.Ctx) finance.ReportFilter {
	q := query(c)
	f := finance.ReportFilter{Section: q.Get("section"), Order: finance.ReportOrder(q.Get("order"))}
	if n, err := strconv.ParseInt(q.Get("year"), 10, 64); err == nil && n > 0 {
		f.Year = n
	}
	if !slices.Contains(finance.Sections, f.Section) {
		f.Section = ""
	}
	if !slices.Contains(finance.ReportOrders, f.Order) {
		f.Order = finance.OrderCode
	}
	if n, err := strconv.ParseInt(q.Get("theme"), 10, 64); err == nil && n >= 0 {
		f.Theme = &n
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 && n <= maxPage {
		f.Page = n
	}
	return f
}

// roadmapFinancePage gives the page of a roadmap, with so many projects.
func (s *site) roadmapFinancePage(c *fiber.Ctx, size int) (views.RoadmapFinancePage, error) {
	page := views.RoadmapFinancePage{Filter: reportFilter(c)}
	p, d, report, err := s.dayReport(c)
	if err != nil {
		return page, err
	}
	page.Filter.Size, page.Day = size, d
	ask := func() (*finance.RoadmapFinance, error) {
		return s.deps.Finance.RoadmapFinance(c.UserContext(), actor(c), report.Roadmap.ID, d.On, page.Filter)
	}
	page.Report, err = ask()
	if f := fault.As(err); f != nil && f.Key == "fiscal_year.not_found" {
		page.Filter.Year = 0
		page.Report, err = ask()
	}
	if err != nil {
		return page, err
	}
	page.Base = s.roadmapBase(c, p, p.T("report.of", report.Roadmap.Name), views.RoadmapFinanceURL(report.Roadmap.ID, views.Day{}), report, d)
	return page, nil
}

func (s *site) roadmapFinance(c *fiber.Ctx) error {
	page, err := s.roadmapFinancePage(c, 0)
	if err != nil {
		return err
	}
	return s.renderDay(c, page.Day, page.Page())
}

func roadmapFinanceFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, err := s.roadmapFinancePage(c, -1)
		if err != nil {
			return err
		}
		if page.Day.Error != "" {
			return s.roadmapFinance(c) // the page says what is wrong, with what was typed
		}
		r := page.Report
		t := exportTable{organisation: r.OrganisationID, action: "finance.export", subject: "roadmap", id: int64(r.Roadmap.ID), currency: r.Currency, name: page.T("report.file", r.Roadmap.Code, r.AsOf.String()),
			title: page.T("report.title"), head: page.FileHead()}
		for _, x := range r.Projects {
			t.rows = append(t.rows, page.FileRow(x))
		}
		return s.export(c, format, t)
	}
}

func (s *site) referenceClass(c *fiber.Ctx) error {
	p, d, report, err := s.dayReport(c)
	if err != nil {
		return err
	}
	page := views.ReferencePage{Day: d}
	if page.Report, err = s.deps.Finance.ReferenceClass(c.UserContext(), actor(c), report.Roadmap.ID, d.On); err != nil {
		return err
	}
	if page.Accuracy, err = s.deps.Finance.ForecastAccuracy(c.UserContext(), actor(c), report.Roadmap.ID); err != nil {
		return err
	}
	page.Base = s.roadmapBase(c, p, p.T("report.reference"), views.ReferenceClassURL(report.Roadmap.ID), report, d)
	page.Trail = append(page.Trail, views.Link{Text: p.T("report.title"), URL: views.RoadmapFinanceURL(report.Roadmap.ID, d)})
	return s.renderDay(c, d, page.Page())
}
