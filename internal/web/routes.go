package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
)

const (
	// public marks a route that shows nothing of anybody's data; who signed in is still greeted.
	public identity.Permission = "public"
	// open marks a route that does not even ask who is there.
	open identity.Permission = "open"
)

// route is one address of the site. Permission is the one that the use case behind it asks for:
// the table is the list to read, the use case is what refuses.
type route struct {
	method     string // GET answers HEAD as well; FORM is a page with a form: GET and POST
	path       string
	permission identity.Permission
	handle     func(*site, *fiber.Ctx) error
	upload     bool // takes a file, as a stream
}

const methodForm = "FORM"

func page(path string, p identity.Permission, h func(*site, *fiber.Ctx) error) route {
	return route{method: fiber.MethodGet, path: path, permission: p, handle: h}
}

func form(path string, p identity.Permission, h func(*site, *fiber.Ctx) error) route {
	return route{method: methodForm, path: path, permission: p, handle: h}
}

func act(path string, p identity.Permission, h func(*site, *fiber.Ctx) error) route {
	return route{method: fiber.MethodPost, path: path, permission: p, handle: h}
}

// routes lists every address, one table an area.
var routes = slices.Concat(siteRoutes, accountRoutes, portfolioRoutes, importRoutes, governanceRoutes, administrationRoutes, financeRoutes)

var siteRoutes = []route{
	page("/", identity.PermOwnAccount, (*site).home),
	page("/search", identity.PermOwnAccount, (*site).search),
	page("/methods", public, (*site).methods),
	page("/accessibility", public, (*site).accessibility),
	page("/shortcuts", public, (*site).shortcuts),
	page("/static/:name", open, (*site).asset),
	page("/healthz", open, (*site).healthz),
	page("/readyz", open, (*site).readyz),
}

// register puts the routes on the application.
func (s *site) register(app *fiber.App) {
	for _, r := range routes {
		handler := func(c *fiber.Ctx) error { return s.guard(r, c) }
		if r.method != fiber.MethodPost {
			app.Get(r.path, handler)
		}
		if r.method != fiber.MethodGet {
			app.Post(r.path, handler)
		}
	}
}
