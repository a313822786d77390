package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

// viewNew gives the filters and the order of the list a name. What was asked for travels in the address, and is
// kept as the site itself would write it.
func (s *site) viewNew(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermReadPortfolio)
	if err != nil {
		return err
	}
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), r.ID, s.today())
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.listFrame(c, p, p.T("views.save"), r), Intro: []string{p.T("views.save.text")}}
	fields := []views.Field{{Name: "name", Label: p.T("views.name"), Help: p.T("views.name.help"), Required: true, MaxSize: 300},
		{Name: "query", Type: "hidden", Value: query(c).Encode()}}
	share := actor(c).May(identity.PermEditPortfolio, r.Place())
	if share {
		fields = append(fields, views.Field{Name: "shared", Type: "checkbox", Label: p.T("views.share")})
	}
	page.Form = page.NewForm(views.Under(r.ID, "views/new"), p.T("register.save"), views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{}), 0, fields...)
	return s.edit(c, edit{page: page, done: "flash.view", save: func(in *input) (string, error) {
		asked, err := url.ParseQuery(in.text("query"))
		q, wrong := parseProjectQuery(asked, p, report)
		if err != nil || len(wrong) > 0 {
			in.wrong.Add("query", "input.choice")
		}
		if err := in.err(); err != nil {
			return "", err
		}
		q.Page = 0
		to := views.ProjectsURL(r.ID, q, views.Day{})
		return to, s.deps.Portfolio.SaveView(c.UserContext(), actor(c), r.ID, portfolio.SavedView{Name: in.text("name"), Query: q.Encode(), Shared: share && in.has("shared")})
	}})
}

// savedViews are the views of the list that mean something to the reader: one that is about costs says nothing to
// who may not read them.
func (s *site) savedViews(c *fiber.Ctx, b views.Base, report *portfolio.Report, here views.ProjectQuery) ([]views.SavedView, error) {
	all, err := s.deps.Portfolio.SavedViews(c.UserContext(), actor(c), report.Roadmap.ID)
	if err != nil {
		return nil, err
	}
	here.Page = 0
	edits := b.May(identity.PermEditPortfolio, identity.Scope{Organisation: report.OrganisationID, Roadmap: int64(report.Roadmap.ID)})
	var out []views.SavedView
	for _, v := range all {
		asked, err := url.ParseQuery(v.Query)
		q, wrong := parseProjectQuery(asked, b.Printer, report)
		if err != nil || len(wrong) > 0 {
			continue
		}
		row := views.SavedView{Name: v.Name, URL: views.ProjectsURL(report.Roadmap.ID, q, views.Day{}), Shared: v.Shared, Current: q.Encode() == here.Encode()}
		if v.Own || edits {
			remove := b.Act("/views/"+views.IntValue(v.ID)+"/remove", b.T("register.remove"), b.T("register.remove.label", v.Name), 0,
				views.Field{Name: "roadmap", Type: "hidden", Value: views.IntValue(int64(report.Roadmap.ID))})
			row.Remove = &remove
		}
		out = append(out, row)
	}
	return out, nil
}

func (s *site) viewRemove(c *fiber.Ctx) error {
	id, err := key(c, "view")
	if err != nil {
		return err
	}
	return s.act(c, "flash.removed", func(in *input) (string, error) {
		to := views.HomeURL
		if roadmap := in.key("roadmap"); roadmap != 0 {
			to = views.ProjectsURL(portfolio.RoadmapID(roadmap), views.ProjectQuery{}, views.Day{})
		}
		if err := in.err(); err != nil {
			return "", err
		}
		return to, s.deps.Portfolio.RemoveView(c.UserContext(), actor(c), id)
	})
}
