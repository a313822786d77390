package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views"
)

// roadmapBudget shows the envelopes of a roadmap with what is allotted of them.
func (s *site) roadmapBudget(c *fiber.Ctx) error {
	id, err := roadmapID(c)
	if err != nil {
		return err
	}
	r, err := s.deps.Portfolio.Roadmap(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	report, err := s.deps.Finance.EnvelopesOf(c.UserContext(), actor(c), id, civil.Date{})
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.EnvelopesPage{Base: s.base(c, p, p.T("budget.of_roadmap", r.Name), views.SectionRoadmaps), Report: report, Roadmap: id, Organisation: identity.Organisation{ID: r.OrganisationID, Currency: r.Currency}}
	page.Trail = []views.Link{{Text: r.Name, URL: views.RoadmapURL(id, views.Day{})}}
	return s.render(c, page.Page())
}

func (s *site) budgetOf(c *fiber.Ctx) (finance.ProjectBudget, portfolio.Project, error) {
	id, err := key(c, "project")
	if err != nil {
		return finance.ProjectBudget{}, portfolio.Project{}, err
	}
	project, _, err := s.deps.Portfolio.Project(c.UserContext(), actor(c), portfolio.ProjectID(id))
	if err != nil {
		return finance.ProjectBudget{}, project, err
	}
	b, err := s.deps.Finance.Budget(c.UserContext(), actor(c), project.ID)
	return b, project, err
}

// projectBudget shows the budget of a project in all its versions.
func (s *site) projectBudget(c *fiber.Ctx) error {
	b, project, err := s.budgetOf(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.BudgetPage{Base: s.base(c, p, p.T("budget.of", project.Name), views.SectionRoadmaps), Budget: b, Place: project.Place()}
	page.Trail = []views.Link{{Text: project.Name, URL: views.ProjectURL(project.ID, views.Day{})}}
	page.Tabs = page.ProjectFinanceTabs(project.ID, project.Place(), views.PartBudget)
	return s.render(c, page.Page())
}

// budgetForm loads the budget of the project of the address for a page that changes it, and the frame of that page.
func (s *site) budgetForm(c *fiber.Ctx, title string) (finance.ProjectBudget, portfolio.Project, views.FormPage, error) {
	b, project, err := s.budgetOf(c)
	if err == nil {
		err = identity.See(actor(c), identity.PermEditBudget, identity.PermReadPortfolio, project.Place(), "project", int64(project.ID))
	}
	if err != nil {
		return b, project, views.FormPage{}, err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.base(c, p, p.T(title, project.Name), views.SectionRoadmaps)}
	page.Trail = []views.Link{{Text: project.Name, URL: views.ProjectURL(project.ID, views.Day{})}, {Text: p.T("budget.title"), URL: views.BudgetURL(project.ID)}}
	return b, project, page, nil
}

// projectBudgetNew books the next version of a budget.
func (s *site) projectBudgetNew(c *fiber.Ctx) error {
	b, project, page, err := s.budgetForm(c, "budget.new")
	if err != nil {
		return err
	}
	p, here := page.Printer, views.BudgetURL(project.ID)
	page.Intro = []string{p.T("budget.new.text"), p.Basis(b.Basis, b.Currency)}
	rows := len(b.Draft().Lines) + views.MoreLines
	if typed := s.input(c).integer("rows"); c.Method() == fiber.MethodPost && typed > 0 && typed <= views.MostLines {
		rows = int(typed)
	}
	page.Form = page.NewForm(here+"/new", p.T("budget.submit"), here, int64(len(b.Versions)+1), p.BudgetFields(b, rows)...)
	return s.edit(c, edit{page: page, done: "flash.budgeted", save: func(in *input) (string, error) {
		draft := finance.BudgetInput{After: int(in.version()) - 1, DecidedOn: in.past("decided_on", s.today()), DecisionReference: in.text("decision_reference"), Reason: in.lines("reason")}
		for n := range rows {
			row := "_" + strconv.Itoa(n+1)
			amount, given := in.amount("amount"+row, b.Currency)
			if !given {
				continue
			}
			draft.Lines = append(draft.Lines, finance.BudgetLine{Envelope: finance.EnvelopeID(in.key("envelope" + row)), YearID: in.key("year" + row), Section: in.text("section" + row),
				Category: finance.Category(in.text("category" + row)), Amount: amount})
		}
		if err := in.err(); err != nil {
			return here, err
		}
		_, err := s.deps.Finance.BookBudget(c.UserContext(), actor(c), project.ID, draft)
		return here, s.once(c, err)
	}})
}
