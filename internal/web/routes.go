package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/identity"
)

// public marks a route that shows nothing of anybody's data.
const public identity.Permission = "public"

// route is one address of the site. Permission is the one that the use case behind it asks for:
// the table is the list to read, the use case is what refuses.
type route struct {
	path       string
	permission identity.Permission
	handle     func(*site, *fiber.Ctx) error
}

func (r route) handler(s *site) fiber.Handler {
	return func(c *fiber.Ctx) error { return r.handle(s, c) }
}

// routes lists every address. All answer GET and HEAD.
var routes = []route{
	{"/", identity.PermReadPortfolio, (*site).home},
	{"/roadmaps/:id", identity.PermReadPortfolio, (*site).roadmapShow},
	{"/roadmaps/:id/projects", identity.PermReadPortfolio, (*site).projectList},
	{"/roadmaps/:id/projects.csv", identity.PermReadPortfolio, (*site).projectFile},
	{"/projects/:id", identity.PermReadPortfolio, (*site).projectShow},
	{"/committees", identity.PermReadGovernance, (*site).committeeList},
	{"/committees/:code", identity.PermReadGovernance, (*site).committeeShow},
	{"/packs/:id.pdf", identity.PermReadGovernance, (*site).packFile},
	{"/packs/:id", identity.PermReadGovernance, (*site).packShow},
	{"/decisions", identity.PermReadGovernance, (*site).decisionList},
	{"/methods", public, (*site).methods},
	{"/static/:name", public, (*site).asset},
	{"/healthz", public, (*site).healthz},
	{"/readyz", public, (*site).readyz},
}
