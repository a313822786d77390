package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// grantsPage loads who was granted what in an organisation.
func (s *site) grantsPage(c *fiber.Ctx) (views.GrantsPage, []identity.GrantLine, error) {
	o, err := s.organisation(c, identity.PermEditUsers)
	if err != nil {
		return views.GrantsPage{}, nil, err
	}
	lines, err := s.deps.Identity.Grants(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return views.GrantsPage{}, nil, err
	}
	p := s.printer(c)
	page := views.GrantsPage{Base: s.organisationBase(c, p, o, p.T("grants.of", o.Name)), Organisation: o, Text: searched(c)}
	page.Path = views.OrganisationGrantsURL(o.ID)
	looked := words(page.Text)
	for _, g := range lines {
		if !holds(looked, g.UserName, g.UserEmail, p.RoleName(g.Role), p.Place(g)) {
			continue
		}
		if page.Total++; page.Total <= maxPeople {
			page.Lines = append(page.Lines, g)
		}
	}
	return page, lines, nil
}

func (s *site) grantList(c *fiber.Ctx) error {
	page, _, err := s.grantsPage(c)
	if err != nil {
		return err
	}
	return s.render(c, page)
}

// grantNew gives a role to whoever has an address.
func (s *site) grantNew(c *fiber.Ctx) error {
	o, err := s.organisation(c, identity.PermEditUsers)
	if err != nil {
		return err
	}
	p := s.printer(c)
	list := views.OrganisationGrantsURL(o.ID)
	page := views.FormPage{Base: s.organisationBase(c, p, o, p.T("grants.new.title", o.Name)), Intro: []string{p.T("grants.new.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("grants.of", o.Name), URL: list})
	place, fields, err := s.grantFields(c, p, o.ID)
	if err != nil {
		return err
	}
	email := views.Field{Name: "email", Label: p.T("field.email"), Type: "email", Help: p.T("grants.email.help"), Required: true, MaxSize: 254, Autocomplete: "off"}
	page.Form = page.NewForm(views.NewOrganisationGrantURL(o.ID), p.T("grants.give"), list, 0, append([]views.Field{email}, fields...)...)
	return s.edit(c, edit{page: page, done: "flash.granted", save: func(in *input) (string, error) {
		address := in.text("email")
		if address == "" {
			in.wrong.Add("email", "input.required")
		}
		g, err := place.read(in)
		if err != nil {
			return "", err
		}
		_, err = s.deps.Identity.AddGrantByEmail(c.UserContext(), actor(c), address, g)
		if isFault(err, "user.not_found") {
			in.wrong.Add("email", "grant.unknown_email")
			err = in.err()
		}
		return list, s.once(c, err)
	}})
}

// userGrantNew gives a role to somebody whom the reader looks after.
func (s *site) userGrantNew(c *fiber.Ctx) error {
	page, err := s.userPage(c, "user.grant.title")
	if err != nil {
		return err
	}
	u, back := page.User, views.UserURL(page.User.ID, "")
	place, fields, err := s.grantFields(c, page.Printer, u.OrganisationID)
	if err != nil {
		return err
	}
	shown := views.FormPage{Base: page.Base, Intro: []string{page.T("user.grant.text", u.Organisation)}}
	shown.Form = shown.NewForm(views.UserURL(u.ID, "grants/new"), page.T("grants.give"), back, 0, fields...)
	return s.edit(c, edit{page: shown, done: "flash.granted", save: func(in *input) (string, error) {
		g, err := place.read(in)
		if err != nil {
			return "", err
		}
		g.UserID = u.ID
		_, err = s.deps.Identity.AddGrant(c.UserContext(), actor(c), g)
		return back, s.once(c, err)
	}})
}

// grantRevoke takes back a grant of an organisation.
func (s *site) grantRevoke(c *fiber.Ctx) error {
	page, lines, err := s.grantsPage(c)
	if err != nil {
		return err
	}
	if err := s.once(c, s.revoke(c, lines)); err != nil {
		if !explained(err) {
			return err
		}
		page.Message = page.Fault(err)
		c.Status(statusOf(err))
		return s.render(c, page)
	}
	s.flash(c, "flash.revoked")
	return s.see(c, page.Path)
}

// userGrantRevoke takes back a grant of somebody.
func (s *site) userGrantRevoke(c *fiber.Ctx) error {
	return s.userAct(c, "flash.revoked", func(u identity.User, _ *input) error { return s.revoke(c, u.Grants) })
}

// revoke takes back the grant of the address, which must be one of those of the page.
func (s *site) revoke(c *fiber.Ctx, lines []identity.GrantLine) error {
	raw := c.Params("grant")
	for _, g := range lines {
		if strconv.FormatInt(g.ID, 10) == raw {
			return s.deps.Identity.RevokeGrant(c.UserContext(), actor(c), g.ID)
		}
	}
	return fault.NotFound("grant", text(raw))
}

// grantPlace is where a grant of an organisation can hold.
type grantPlace struct {
	organisation int64
	roadmaps     []portfolio.RoadmapID
	// projects gives the projects of roadmaps by their codes, in capitals or not.
	projects func(roadmaps []portfolio.RoadmapID) ([]grantProject, error)
}

// grantProject is a project that can be granted by its code.
type grantProject struct {
	id   portfolio.ProjectID
	code string
}

// maxProjectCodes is how many codes of projects a form suggests; beyond, people type what they know.
const maxProjectCodes = 500

// grantFields asks for a role and where it holds in an organisation.
func (s *site) grantFields(c *fiber.Ctx, p views.Printer, organisation int64) (*grantPlace, []views.Field, error) {
	ctx, who := c.UserContext(), actor(c)
	place := &grantPlace{organisation: organisation, projects: func(roadmaps []portfolio.RoadmapID) ([]grantProject, error) { return s.grantProjects(c, roadmaps) }}
	var choices views.GrantChoices
	roadmaps, err := s.deps.Portfolio.Roadmaps(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	projects := 0
	for _, r := range roadmaps {
		if r.OrganisationID == organisation {
			place.roadmaps = append(place.roadmaps, r.ID)
			projects += r.Projects
			choices.Roadmaps = append(choices.Roadmaps, views.Choice{Value: strconv.FormatInt(int64(r.ID), 10), Text: r.Code + " " + r.Name})
		}
	}
	if projects <= maxProjectCodes {
		known, err := place.projects(place.roadmaps)
		if err != nil {
			return nil, nil, err
		}
		for _, k := range known {
			choices.Projects = append(choices.Projects, k.code)
		}
	}
	committees, err := s.deps.Governance.Committees(ctx, who, 0, s.deps.Now())
	if err != nil {
		return nil, nil, err
	}
	for _, k := range committees {
		if k.OrganisationID == organisation {
			choices.Committees = append(choices.Committees, views.Choice{Value: strconv.FormatInt(int64(k.ID), 10), Text: k.Code + " " + k.Name})
		}
	}
	return place, p.GrantFields(choices), nil
}

func (s *site) grantProjects(c *fiber.Ctx, roadmaps []portfolio.RoadmapID) ([]grantProject, error) {
	var out []grantProject
	for _, id := range roadmaps {
		report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), id, s.today())
		if err != nil {
			return nil, err
		}
		for i := range report.Projects {
			out = append(out, grantProject{report.Projects[i].ID, report.Projects[i].Code})
		}
	}
	return out, nil
}

// read reads a role and where it holds.
func (g *grantPlace) read(in *input) (identity.Grant, error) {
	out := identity.Grant{OrganisationID: g.organisation, Role: identity.Role(in.text("role")), Scope: identity.ScopeKind(in.text("scope"))}
	if out.Role == "" {
		in.wrong.Add("role", "input.required")
	}
	field := string(out.Scope)
	switch out.Scope {
	case identity.ScopeOrganisation:
		return out, in.err()
	case identity.ScopeRoadmap, identity.ScopeCommittee:
		out.SubjectID = in.key(field)
	case identity.ScopeProject:
		var err error
		if out.SubjectID, err = g.project(in); err != nil {
			return out, err
		}
	default:
		field = "scope"
	}
	if out.SubjectID == 0 && !in.refused(field) {
		in.wrong.Add(field, "input.required")
	}
	return out, in.err()
}

// project finds the project whose code was typed; a code that stands in several roadmaps needs its roadmap.
func (g *grantPlace) project(in *input) (int64, error) {
	code, roadmaps := in.text("project"), g.roadmaps
	if code == "" {
		return 0, nil
	}
	if chosen := portfolio.RoadmapID(in.key("roadmap")); chosen != 0 {
		roadmaps = slices.DeleteFunc(slices.Clone(roadmaps), func(id portfolio.RoadmapID) bool { return id != chosen })
	}
	projects, err := g.projects(roadmaps)
	if err != nil {
		return 0, err
	}
	var found []int64
	for _, p := range projects {
		if strings.EqualFold(p.code, code) {
			found = append(found, int64(p.id))
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		in.wrong.Add("project", "grant.unknown_project", code)
	default:
		in.wrong.Add("project", "grant.several_roadmaps", code)
	}
	return 0, nil
}
