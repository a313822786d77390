package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

func (s *site) home(c *fiber.Ctx) error {
	roadmaps, err := s.deps.Portfolio.Roadmaps(c.UserContext(), s.deps.Actor)
	if err != nil {
		return err
	}
	p := s.printer(c)
	return s.render(c, views.HomePage{Base: s.base(c, p, p.T("web.home.title"), views.SectionRoadmaps), Roadmaps: roadmaps})
}

// roadmapBase is the frame of a page about one roadmap. path is the page's own address.
func (s *site) roadmapBase(c *fiber.Ctx, p views.Printer, title, path string, r *portfolio.Report, d views.Day) views.Base {
	b := s.base(c, p, title, views.SectionRoadmaps)
	b.Path = path
	b.SetRoadmap(r, d)
	return b
}

func (s *site) roadmapShow(c *fiber.Ctx) error {
	id, err := roadmapID(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	d := s.day(c, p)
	report, err := s.deps.Portfolio.Report(c.UserContext(), s.deps.Actor, id, d.On)
	if err != nil {
		return err
	}
	committees, err := s.deps.Governance.Committees(c.UserContext(), s.deps.Actor, id, s.deps.Now())
	if err != nil {
		return err
	}
	b := s.roadmapBase(c, p, report.Roadmap.Name, views.RoadmapURL(id, views.Day{}), report, d)
	return s.renderDay(c, d, views.DashboardPage{Base: b, Report: report, Day: d, Committees: committees})
}

func (s *site) projectShow(c *fiber.Ctx) error {
	id, err := key(c, "project")
	if err != nil {
		return err
	}
	p := s.printer(c)
	d := s.day(c, p)
	report, line, err := s.deps.Portfolio.ProjectReport(c.UserContext(), s.deps.Actor, portfolio.ProjectID(id), d.On)
	if err != nil {
		return err
	}
	b := s.roadmapBase(c, p, line.Name, views.ProjectURL(line.ID, views.Day{}), report, d)
	return s.renderDay(c, d, views.ProjectPage{Base: b, Report: report, Line: line, Day: d})
}

func (s *site) committeeList(c *fiber.Ctx) error {
	committees, err := s.deps.Governance.Committees(c.UserContext(), s.deps.Actor, 0, s.deps.Now())
	if err != nil {
		return err
	}
	p := s.printer(c)
	return s.render(c, views.CommitteesPage{Base: s.base(c, p, p.T("web.committees.title"), views.SectionCommittees), Committees: committees})
}

func (s *site) committeeShow(c *fiber.Ctx) error {
	code, err := url.PathUnescape(c.Params("code"))
	if err != nil || code != text(code) {
		return fault.NotFound("committee", text(c.Params("code")))
	}
	card, err := s.deps.Governance.Committee(c.UserContext(), s.deps.Actor, code, s.deps.Now())
	if err != nil {
		return err
	}
	p := s.printer(c)
	b := s.base(c, p, card.Name, views.SectionCommittees)
	b.Path = views.CommitteeURL(code)
	b.Trail = []views.Link{{Text: p.T("web.committees.title"), URL: views.CommitteesURL}}
	return s.render(c, views.CommitteePage{Base: b, Committee: card})
}

// packShow shows a pack as a page. The page is in the pack's language whatever the reader's, and is
// named by its snapshot and by the program that writes it, so that a new program writes it anew.
func (s *site) packShow(c *fiber.Ctx) error {
	id, err := key(c, "pack")
	if err != nil {
		return err
	}
	card, snapshot, err := s.deps.Governance.PackSnapshot(c.UserContext(), s.deps.Actor, id)
	if err != nil {
		return err
	}
	if unchanged(c, card.SnapshotSHA256+"-"+views.Stamp) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return s.render(c, views.NewPackPage(s.base(c, views.For(snapshot.Locale), "", views.SectionCommittees), card, snapshot))
}

func (s *site) decisionList(c *fiber.Ctx) error {
	decisions, err := s.deps.Governance.Decisions(c.UserContext(), s.deps.Actor, 0)
	if err != nil {
		return err
	}
	p := s.printer(c)
	return s.render(c, views.DecisionsPage{Base: s.base(c, p, p.T("web.decisions.title"), views.SectionDecisions), Decisions: decisions})
}

func (s *site) methods(c *fiber.Ctx) error {
	p := s.printer(c)
	return s.render(c, views.MethodsPage{Base: s.base(c, p, p.T("web.methods.title"), views.SectionMethods)})
}

// healthz tells that the process answers.
func (s *site) healthz(c *fiber.Ctx) error { return c.SendString("ok") }

// readyz tells whether the site can do its work. Why not stands in the log, not in the answer.
func (s *site) readyz(c *fiber.Ctx) error {
	if err := s.deps.Ready(c.UserContext()); err != nil {
		s.deps.Log.Warn("not ready", "error", err.Error())
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready")
	}
	return c.SendString("ok")
}
