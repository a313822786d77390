package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/views"
)

// recoveryPage estimates what of the VAT on the costs of a roadmap may come back.
func (s *site) recoveryPage(c *fiber.Ctx) (views.RecoveryPage, error) {
	p, d, report, err := s.dayReport(c)
	if err != nil {
		return views.RecoveryPage{}, err
	}
	page := views.RecoveryPage{Day: d}
	if page.Report, err = s.deps.Finance.RecoveryEstimate(c.UserContext(), actor(c), report.Roadmap.ID, d.On); err != nil {
		return page, err
	}
	page.Base = s.roadmapBase(c, p, p.T("recovery.of", report.Roadmap.Name), views.RecoveryURL(report.Roadmap.ID, views.Day{}), report, d)
	page.Trail = append(page.Trail, views.Link{Text: p.T("report.title"), URL: views.RoadmapFinanceURL(report.Roadmap.ID, d)})
	return page, nil
}

func (s *site) recovery(c *fiber.Ctx) error {
	page, err := s.recoveryPage(c)
	if err != nil {
		return err
	}
	return s.renderDay(c, page.Day, page.Page())
}

func recoveryFile(format string) func(*site, *fiber.Ctx) error {
	return func(s *site, c *fiber.Ctx) error {
		page, err := s.recoveryPage(c)
		if err != nil {
			return err
		}
		if page.Day.Error != "" {
			return s.renderDay(c, page.Day, page.Page()) // the page says what is wrong, with what was typed
		}
		r := page.Report
		t := exportTable{organisation: r.OrganisationID, action: "finance.export", subject: "roadmap", id: int64(r.Roadmap.ID), currency: r.Currency, name: page.T("recovery.file", r.Roadmap.Code, r.AsOf.String()), title: page.T("funding.recovery"), head: page.FileHead()}
		for _, x := range page.Lines() {
			t.rows = append(t.rows, page.FileRow(x))
		}
		return s.export(c, format, t)
	}
}
