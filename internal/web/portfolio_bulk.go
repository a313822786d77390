package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// Values of choices that are neither empty nor a value of the field.
const (
	keepChoice = "" // leave as it is
	noTheme    = "-"
)

// bulkNames are the fields that hold what is to be changed, as they travel from the form to the preview and on.
var bulkNames = []string{"theme", "sponsor", "manager", "department", "phase", "interministerial"}

// bulkEdit takes what is to hold for the projects that were ticked, and shows what that would change.
func (s *site) bulkEdit(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	in := s.input(c)
	ids := projectIDs(query(c)["project"])
	if c.Method() == fiber.MethodPost {
		ids = projectIDs(strings.Split(in.text("projects"), ","))
	}
	if len(ids) == 0 {
		s.flash(c, "flash.bulk_none")
		return s.see(c, views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{}))
	}
	page, err := s.bulkForm(c, r, ids)
	if err != nil {
		return err
	}
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	preview, err := s.deps.Portfolio.PreviewBulk(c.UserContext(), actor(c), r.ID, ids, in.bulk())
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, unknownTheme(err))
	}
	return s.render(c, s.bulkPreview(c, r, ids, in, preview))
}

// projectIDs reads keys of projects, each once. What is none is left out: nobody types them.
func projectIDs(raw []string) []portfolio.ProjectID {
	var out []portfolio.ProjectID
	for _, text := range raw {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
			out = append(out, portfolio.ProjectID(n))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bulkForm is the form of what is to be changed.
func (s *site) bulkForm(c *fiber.Ctx, r portfolio.Roadmap, ids []portfolio.ProjectID) (views.FormPage, error) {
	report, err := s.deps.Portfolio.Report(c.UserContext(), actor(c), r.ID, s.today())
	if err != nil {
		return views.FormPage{}, err
	}
	choices, err := s.projectChoices(c, r)
	if err != nil {
		return views.FormPage{}, err
	}
	var names []string
	for i := range report.Projects {
		if l := &report.Projects[i]; slices.Contains(ids, l.ID) {
			names = append(names, l.Code+" "+l.Name)
		}
	}
	p := s.printer(c)
	keep := views.Choice{Value: keepChoice, Text: p.T("bulk.keep")}
	page := views.FormPage{Base: s.listFrame(c, p, p.T("bulk.title"), r),
		Intro: []string{p.N("bulk.chosen", len(ids)) + p.T("list.colon") + strings.Join(names, p.T("list.semicolon")), p.T("bulk.text")}}
	page.Form = page.NewForm(views.Under(r.ID, "bulk"), p.T("bulk.preview"), views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{}), 0,
		views.Field{Name: "projects", Type: "hidden", Value: joinIDs(ids)},
		views.Field{Name: "theme", Type: "select", Label: p.T("web.theme.theme"), Options: choices.themeChoices(keep, views.Choice{Value: noTheme, Text: p.T("web.theme.none")})},
		views.Field{Name: "sponsor", Label: p.T("web.project.sponsor"), Suggestions: choices.sponsors, MaxSize: 300},
		views.Field{Name: "manager", Label: p.T("web.project.manager"), Suggestions: choices.managers, MaxSize: 300},
		views.Field{Name: "department", Label: p.T("web.project.department"), Suggestions: choices.departments, MaxSize: 300},
		views.Field{Name: "phase", Type: "select", Label: p.T("web.project.phase"), Help: p.T("bulk.phase.help"), Options: phaseChoices(p, p.T("bulk.keep"))},
		views.Field{Name: "interministerial", Type: "select", Label: p.T("project.interministerial"), Options: []views.Choice{keep, {Value: "1", Text: p.T("form.yes")}, {Value: "0", Text: p.T("form.no")}}})
	return page, nil
}

// listFrame is the frame of a page that leads on from the list of projects.
func (s *site) listFrame(c *fiber.Ctx, p views.Printer, title string, r portfolio.Roadmap) views.Base {
	b := s.roadmapFrame(c, p, title, r)
	b.Trail = append(b.Trail, views.Link{Text: p.T("web.projects.title"), URL: views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{})})
	return b
}

func joinIDs(ids []portfolio.ProjectID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(texts, ",")
}

// bulk reads a change; what is empty stays as it is.
func (in *input) bulk() portfolio.BulkChange {
	var change portfolio.BulkChange
	if code := in.text("theme"); code == noTheme {
		change.ThemeCode = new(string)
	} else if code != keepChoice {
		change.ThemeCode = &code
	}
	for name, to := range map[string]**string{"sponsor": &change.Sponsor, "manager": &change.Manager, "department": &change.Department} {
		if v := in.text(name); v != "" {
			*to = &v
		}
	}
	if phase := portfolio.Phase(in.text("phase")); phase != "" {
		change.Phase = &phase
	}
	if shared := in.text("interministerial"); shared != keepChoice {
		is := shared == "1"
		change.Interministerial = &is
	}
	return change
}

// bulkPreview shows what a change would do. Its form carries the change and the version of every project on.
func (s *site) bulkPreview(c *fiber.Ctx, r portfolio.Roadmap, ids []portfolio.ProjectID, in *input, preview portfolio.BulkPreview) views.BulkPreviewPage {
	p := s.printer(c)
	page := views.BulkPreviewPage{Base: s.listFrame(c, p, p.T("bulk.preview.title"), r), Lines: preview.Lines, Unchanged: preview.Unchanged}
	page.Path, page.Query = views.Under(r.ID, "bulk"), url.Values{}
	for _, id := range ids {
		page.Query.Add("project", strconv.FormatInt(int64(id), 10))
	}
	page.BackURL = page.Path + "?" + page.Query.Encode()
	versions := make([]string, len(preview.Lines))
	for i, l := range preview.Lines {
		versions[i] = strconv.FormatInt(int64(l.ID), 10) + ":" + strconv.FormatInt(l.Version, 10)
	}
	fields := []views.Field{{Name: "versions", Type: "hidden", Value: strings.Join(versions, ",")}}
	for _, name := range bulkNames {
		fields = append(fields, views.Field{Name: name, Type: "hidden", Value: in.text(name)})
	}
	page.Form = page.NewForm(views.Under(r.ID, "bulk/apply"), p.N("bulk.apply", len(preview.Lines)), "", 0, fields...)
	return page
}

// versions reads the projects of a preview with the version of each as it was shown.
func (in *input) versions() map[portfolio.ProjectID]int64 {
	out := map[portfolio.ProjectID]int64{}
	for pair := range strings.SplitSeq(in.text("versions"), ",") {
		id, version, _ := strings.Cut(pair, ":")
		n, err := strconv.ParseInt(id, 10, 64)
		v, wrong := strconv.ParseInt(version, 10, 64)
		if err == nil && wrong == nil && n > 0 {
			out[portfolio.ProjectID(n)] = v
		}
	}
	return out
}

// bulkApply makes a change that was shown. If somebody changed one of the projects since, it is shown anew
// and says of which.
func (s *site) bulkApply(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermEditPortfolio)
	if err != nil {
		return err
	}
	in := s.input(c)
	versions, change := in.versions(), in.bulk()
	result, err := s.deps.Portfolio.ApplyBulk(c.UserContext(), actor(c), r.ID, versions, change)
	switch {
	case err == nil && result.ID == 0:
		s.flash(c, "flash.bulk_nothing")
		return s.see(c, views.ProjectsURL(r.ID, views.ProjectQuery{}, views.Day{}))
	case err == nil:
		s.flash(c, "flash.bulk")
		return s.see(c, views.BulkURL(result.ID))
	case s.wasDone(c, err):
		return s.alreadyDone(c)
	case fault.KindOf(err) != fault.KindStale:
		return err
	}
	return s.bulkStale(c, r, in, versions, change, err)
}

// bulkStale shows the preview again as things stand now, and names the projects that were changed in between.
func (s *site) bulkStale(c *fiber.Ctx, r portfolio.Roadmap, in *input, versions map[portfolio.ProjectID]int64, change portfolio.BulkChange, stale error) error {
	var ids []portfolio.ProjectID
	for id := range versions {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	preview, err := s.deps.Portfolio.PreviewBulk(c.UserContext(), actor(c), r.ID, ids, change)
	if err != nil {
		return err
	}
	page := s.bulkPreview(c, r, ids, in, preview)
	var changed []string
	for _, l := range preview.Lines {
		if versions[l.ID] != l.Version {
			changed = append(changed, views.ProjectTitle(l.Project.Code, l.Project.Name))
		}
	}
	page.Message = page.Fault(stale)
	if len(changed) > 0 {
		page.Message = page.N("bulk.stale", len(changed), strings.Join(changed, page.T("list.semicolon")))
	}
	c.Status(fiber.StatusConflict)
	return s.render(c, page)
}

// bulkShow shows a change that was made, with the way to undo it.
func (s *site) bulkShow(c *fiber.Ctx) error {
	id, err := key(c, "bulk")
	if err != nil {
		return err
	}
	state, err := s.deps.Portfolio.Bulk(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	p := s.printer(c)
	r := portfolio.Roadmap{ID: state.RoadmapID, Name: state.Roadmap.Name}
	at := state.RecordedAt.In(s.config.Location)
	page := views.BulkPage{Base: s.listFrame(c, p, p.T("bulk.done.title"), r), State: state,
		When: p.N("bulk.done", len(state.Lines), state.ActorName, p.LongDate(civil.DateOf(at, at.Location())), p.Clock(at))}
	if !state.Undone.IsZero() {
		undone := state.Undone.In(s.config.Location)
		page.Undone = p.T("bulk.undone", p.LongDate(civil.DateOf(undone, undone.Location())), p.Clock(undone))
	}
	if state.Undoable {
		undo := page.Act(views.BulkURL(id)+"/undo", p.T("bulk.undo"), "", 0)
		page.Undo = &undo
	}
	return s.render(c, page)
}

func (s *site) bulkUndo(c *fiber.Ctx) error {
	id, err := key(c, "bulk")
	if err != nil {
		return err
	}
	return s.act(c, "flash.undone", func(*input) (string, error) {
		return views.BulkURL(id), s.deps.Portfolio.UndoBulk(c.UserContext(), actor(c), id)
	})
}
