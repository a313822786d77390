package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// NetworkWork is what the site reads of networks.
type NetworkWork interface {
	Network(ctx context.Context, actor identity.Actor, network int64, day, since civil.Date) (portfolio.NetworkReport, error)
}

// networkPage loads what organisations released to their network. A day that cannot be compared with leaves the report without.
func (s *site) networkPage(c *fiber.Ctx) (views.NetworkPage, error) {
	id, err := key(c, "network")
	if err != nil {
		return views.NetworkPage{}, err
	}
	p := s.printer(c)
	page := views.NetworkPage{ID: id, Day: s.day(c, p), Since: strings.TrimSpace(text(query(c).Get("since")))}
	var since civil.Date
	if page.Since != "" {
		if since, err = civil.Parse(page.Since); err != nil {
			page.SinceError = p.T("web.day.invalid", page.Since)
		}
	}
	report, err := s.deps.Portfolio.Network(c.UserContext(), actor(c), id, page.Day.On, since)
	if fault.KindOf(err) == fault.KindInvalid {
		page.SinceError = p.Fault(err)
		report, err = s.deps.Portfolio.Network(c.UserContext(), actor(c), id, page.Day.On, civil.Date{})
	}
	if err != nil {
		return page, err
	}
	page.Report = &report
	page.Base = s.base(c, p, report.Network.Name, views.SectionAdmin)
	page.Path = views.NetworkURL(id)
	page.Trail = []views.Link{{Text: p.T("organisations.title"), URL: views.OrganisationsURL}}
	return page, nil
}

func (s *site) network(c *fiber.Ctx) error {
	page, err := s.networkPage(c)
	if err != nil {
		return err
	}
	return s.renderNetwork(c, page)
}

func (s *site) renderNetwork(c *fiber.Ctx, page views.NetworkPage) error {
	if page.SinceError != "" {
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.renderDay(c, page.Day, page)
}

// networkFile exports the averages of a network, which is an event of its trail.
func (s *site) networkFile(c *fiber.Ctx) error {
	page, err := s.networkPage(c)
	if err != nil {
		return err
	}
	if page.SinceError != "" || page.Day.Error != "" {
		return s.renderNetwork(c, page) // the page says what is wrong, with what was typed
	}
	details := map[string]string{"as_of": page.Day.On.String(), "since": views.DateValue(page.Report.Since)}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), page.ID, "network.export", "organisation", page.ID, details); err != nil {
		return err
	}
	return s.sendTable(c, page.Cells(), page.Report.Network.Code+"-"+page.Day.On.String()+".csv")
}
