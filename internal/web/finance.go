package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/views"
)

// financeRoutes lists the addresses of the books, one table a part of the work.
var financeRoutes = slices.Concat([]route{
	page(views.FinanceURL, identity.PermReadLedger, (*site).financeHome),
}, financeBudgetRoutes, financeFileRoutes, financeQueueRoutes, financeControlRoutes, financeReportRoutes)

// financeHome leads to the books of the one organisation that the reader keeps, or lists them.
func (s *site) financeHome(c *fiber.Ctx) error {
	organisations, err := s.deps.Identity.Organisations(c.UserContext(), actor(c))
	if err != nil {
		return err
	}
	organisations = slices.DeleteFunc(organisations, func(o identity.Organisation) bool {
		return o.Kind != identity.KindAdministration || !actor(c).May(identity.PermReadLedger, identity.Within(o.ID))
	})
	if len(organisations) == 1 {
		return s.see(c, views.BooksURL(organisations[0].ID))
	}
	p := s.printer(c)
	return s.render(c, views.BooksListPage{Base: s.base(c, p, p.T("finance.title"), views.SectionFinance), Organisations: organisations})
}

// booksBase is the frame of a page about the books of an organisation. title is that of the page; part is the tab that it belongs to.
func (s *site) booksBase(c *fiber.Ctx, p views.Printer, o identity.Organisation, part, title string) views.Base {
	b := s.base(c, p, title, views.SectionFinance)
	b.Trail = []views.Link{{Text: p.T("finance.of", o.Name), URL: views.BooksURL(o.ID)}}
	b.Tabs = b.BooksTabs(o.ID, part)
	return b
}

// books loads the organisation of the address for somebody who may read its books as a whole, and holds the permission besides.
func (s *site) books(c *fiber.Ctx, perm identity.Permission) (identity.Organisation, error) {
	id, err := key(c, "organisation")
	if err != nil {
		return identity.Organisation{}, err
	}
	if err := identity.See(actor(c), perm, identity.PermReadLedger, identity.Within(id), "organisation", id); err != nil {
		return identity.Organisation{}, err
	}
	return s.deps.Identity.Organisation(c.UserContext(), actor(c), id)
}
