package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/views"
)

// AdministrationWork is what the site does with users, grants, organisations and their trail.
type AdministrationWork interface {
	Organisation(ctx context.Context, actor identity.Actor, id int64) (identity.Organisation, error)
	UpdateOrganisation(ctx context.Context, actor identity.Actor, version int64, o identity.Organisation) error
	User(ctx context.Context, actor identity.Actor, id int64) (identity.User, error)
	AddUser(ctx context.Context, actor identity.Actor, in identity.UserInput) (identity.User, string, error)
	UpdateUser(ctx context.Context, actor identity.Actor, id, version int64, in identity.UserInput) error
	SetDisabled(ctx context.Context, actor identity.Actor, id, version int64, disabled bool) error
	SendReset(ctx context.Context, actor identity.Actor, id int64) (link string, err error)
	EndTwoFactorFor(ctx context.Context, actor identity.Actor, id int64) error
	AddGrant(ctx context.Context, actor identity.Actor, g identity.Grant) (identity.Grant, error)
	AddGrantByEmail(ctx context.Context, actor identity.Actor, email string, g identity.Grant) (identity.Grant, error)
	RevokeGrant(ctx context.Context, actor identity.Actor, id int64) error
	Grants(ctx context.Context, actor identity.Actor, organisation int64) ([]identity.GrantLine, error)
	Trail(ctx context.Context, actor identity.Actor, organisation int64, f audit.Filter) ([]identity.TrailLine, error)
	Erase(ctx context.Context, actor identity.Actor, user, version int64) error
}

var administrationRoutes = []route{
	page(views.OrganisationsURL, identity.PermOwnAccount, (*site).organisationList),
	form("/organisations/:id/edit", identity.PermEditOrganisation, (*site).organisationEdit),
	page("/organisations/:id/users", identity.PermEditUsers, (*site).userList),
	form("/organisations/:id/users/new", identity.PermEditUsers, (*site).userNew),
	page("/organisations/:id/grants", identity.PermEditUsers, (*site).grantList),
	form("/organisations/:id/grants/new", identity.PermEditUsers, (*site).grantNew),
	act("/organisations/:id/grants/:grant/revoke", identity.PermEditUsers, (*site).grantRevoke),
	page("/organisations/:id/audit", identity.PermReadAudit, (*site).trail),
	page("/organisations/:id/audit.csv", identity.PermReadAudit, (*site).trailFile),
	page("/organisations/:id/personal-data", identity.PermEditUsers, (*site).personalRegister),
	page("/users/:id", identity.PermEditUsers, (*site).userShow),
	form("/users/:id/edit", identity.PermEditUsers, (*site).userEdit),
	act("/users/:id/disable", identity.PermEditUsers, (*site).userDisable),
	act("/users/:id/enable", identity.PermEditUsers, (*site).userEnable),
	act("/users/:id/reset", identity.PermEditUsers, (*site).userReset),
	act("/users/:id/end-two-factor", identity.PermEditUsers, (*site).userEndFactor),
	form("/users/:id/grants/new", identity.PermEditUsers, (*site).userGrantNew),
	act("/users/:id/grants/:grant/revoke", identity.PermEditUsers, (*site).userGrantRevoke),
	page("/users/:id/data.json", identity.PermEditUsers, (*site).userData),
	form("/users/:id/erase", identity.PermEditUsers, (*site).userErase),
	page("/networks/:id.csv", identity.PermReadNetwork, (*site).networkFile),
	page("/networks/:id", identity.PermReadNetwork, (*site).network),
}

// organisationList lists the organisations in which the reader holds a role.
func (s *site) organisationList(c *fiber.Ctx) error {
	organisations, err := s.deps.Identity.Organisations(c.UserContext(), actor(c))
	if err != nil {
		return err
	}
	p := s.printer(c)
	return s.render(c, views.OrganisationsPage{Base: s.base(c, p, p.T("organisations.title"), views.SectionAdmin), Organisations: organisations})
}

// organisation loads the organisation of the address for somebody who holds the permission in it.
func (s *site) organisation(c *fiber.Ctx, perm identity.Permission) (identity.Organisation, error) {
	id, err := key(c, "organisation")
	if err != nil {
		return identity.Organisation{}, err
	}
	o, err := s.deps.Identity.Organisation(c.UserContext(), actor(c), id)
	if err != nil {
		return o, err
	}
	return o, identity.Can(actor(c), perm, identity.Within(id))
}

// organisationBase is the frame of a page about one organisation.
func (s *site) organisationBase(c *fiber.Ctx, p views.Printer, o identity.Organisation, title string) views.Base {
	b := s.base(c, p, title, views.SectionAdmin)
	b.Trail = []views.Link{{Text: p.T("organisations.title"), URL: views.OrganisationsURL}}
	return b
}

func (s *site) organisationEdit(c *fiber.Ctx) error {
	o, err := s.organisation(c, identity.PermEditOrganisation)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.organisationBase(c, p, o, p.T("organisation.edit.title", o.Name))}
	page.Form = page.NewForm(views.OrganisationEditURL(o.ID), p.T("admin.save"), views.OrganisationsURL, o.Version, p.OrganisationFields(o)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		o.Name, o.Code, o.Locale, o.TimeZone, o.Currency = in.text("name"), in.text("code"), in.text("locale"), in.text("time_zone"), money.Currency(in.text("currency"))
		o.Fiscal = civil.FiscalCalendar{Month: time.Month(in.whole("fiscal_year")), Day: in.whole("fiscal_day")}
		o.RetentionMonths = in.whole("retention_months")
		if err := in.err(); err != nil {
			return "", err
		}
		return views.OrganisationsURL, s.once(c, s.deps.Identity.UpdateOrganisation(c.UserContext(), actor(c), in.version(), o))
	}})
}

// whole reads a whole number that must be there and may be small only: days, months.
func (in *input) whole(name string) int {
	n := in.integer(name)
	if n < 1 || n > 10_000 {
		if !in.refused(name) {
			in.wrong.Add(name, "input.small_number")
		}
		return 0
	}
	return int(n)
}

// refused tells that a field could not be read.
func (in *input) refused(name string) bool {
	for _, w := range in.wrong {
		if w.Name == name {
			return true
		}
	}
	return false
}
