package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

// home lists the roadmaps and single projects that the reader may see, and what is still to be done in a new
// organisation.
func (s *site) home(c *fiber.Ctx) error {
	ctx, who := c.UserContext(), actor(c)
	roadmaps, err := s.deps.Portfolio.Roadmaps(ctx, who)
	if err != nil {
		return err
	}
	projects, err := s.deps.Portfolio.GrantedProjects(ctx, who)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.HomePage{Base: s.base(c, p, p.T("web.home.title"), views.SectionRoadmaps), Roadmaps: roadmaps, Projects: projects}
	if len(roadmaps) < 2 {
		if page.FirstRun, err = s.firstRun(c, roadmaps); err != nil {
			return err
		}
	}
	return s.render(c, page)
}

// firstRun says what was done of the first steps of an organisation, for whoever can do them.
func (s *site) firstRun(c *fiber.Ctx, roadmaps []portfolio.RoadmapCard) (*views.FirstRun, error) {
	ctx, who := c.UserContext(), actor(c)
	if !who.MayAnywhere(identity.PermEditPortfolio) && !who.MayAnywhere(identity.PermEditUsers) {
		return nil, nil
	}
	organisations, err := s.deps.Identity.Organisations(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, o := range organisations {
		if o.Kind != identity.KindAdministration {
			continue
		}
		run := views.FirstRun{Organisation: o, TwoFactor: session(c).User.TwoFactor}
		if len(roadmaps) > 0 {
			run.Roadmap = &roadmaps[0]
			committees, err := s.deps.Governance.Committees(ctx, who, roadmaps[0].ID, s.deps.Now())
			if err != nil {
				return nil, err
			}
			run.Committees = len(committees)
		}
		if who.May(identity.PermEditUsers, identity.Within(o.ID)) {
			users, err := s.deps.Identity.Users(ctx, who, o.ID)
			if err != nil {
				return nil, err
			}
			run.Users = len(users)
		}
		return &run, nil
	}
	return nil, nil
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
