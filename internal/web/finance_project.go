package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/portfolio"
	"jalon/views"
)

// moneyFrame is the frame of a page about the money of a project; part is its tab.
func (s *site) moneyFrame(c *fiber.Ctx, p views.Printer, title, part string, project portfolio.Project, r portfolio.Roadmap) views.Base {
	b := s.projectFrame(c, p, title, project, r)
	b.Tabs = b.ProjectFinanceTabs(project.ID, project.Place(), part)
	return b
}

// projectFinance shows budget against actual of a project.
func (s *site) projectFinance(c *fiber.Ctx) error {
	project, r, err := s.projectFor(c, identity.PermReadCost)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.ProjectFinancePage{Place: project.Place(), Day: s.day(c, p)}
	if page.Report, err = s.deps.Finance.ProjectFinance(c.UserContext(), actor(c), project.ID, page.Day.On); err != nil {
		return err
	}
	page.Base = s.moneyFrame(c, p, p.T("report.of", project.Name), views.PartFinance, project, r)
	return s.renderDay(c, page.Day, page.Page())
}

// postingFilter reads which entries of a project are asked for.
func postingFilter(c *fiber.Ctx) finance.PostingFilter {
	q := query(c)
	number := func(name string, most int64) int64 {
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil || n < 1 || n > most {
			return 0
		}
		return n
	}
	f := finance.PostingFilter{Year: number("year", 1<<62), Period: int(number("period", finance.ExtraPeriod)), Section: q.Get("section"), Category: q.Get("category"), Stage: q.Get("stage"), Text: text(q.Get("q")), All: q.Get("all") == "1", After: finance.PostingID(number("after", 1<<62))}
	if !slices.Contains(finance.Sections, f.Section) {
		f.Section = ""
	}
	if !finance.Category(f.Category).Valid() {
		f.Category = ""
	}
	if f.Stage != string(ledgerfile.StageMandated) && f.Stage != string(ledgerfile.StageCommitted) {
		f.Stage = ""
	}
	if r := []rune(f.Text); len(r) > maxSearch {
		f.Text = string(r[:maxSearch])
	}
	return f
}

func (s *site) entries(c *fiber.Ctx, f finance.PostingFilter) (page views.EntriesPage, project portfolio.Project, err error) {
	project, r, err := s.projectFor(c, identity.PermReadLedger)
	if err != nil {
		return page, project, err
	}
	if page.Postings, err = s.deps.Finance.ProjectPostings(c.UserContext(), actor(c), project.ID, f); err != nil {
		return page, project, err
	}
	books, err := s.deps.Finance.ProjectBooks(c.UserContext(), actor(c), project.ID)
	if err != nil {
		return page, project, err
	}
	page.Calendar.Years = books.Years
	p := s.printer(c)
	page.Base = s.moneyFrame(c, p, p.T("entries.of", project.Name), views.PartPostings, project, r)
	return page, project, nil
}

func (s *site) projectPostings(c *fiber.Ctx) error {
	page, _, err := s.entries(c, postingFilter(c))
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

func (s *site) projectPostingsFile(c *fiber.Ctx) error {
	f := postingFilter(c)
	f.After, f.Limit = 0, exportRows
	page, project, err := s.entries(c, f)
	if err != nil {
		return err
	}
	t := exportTable{organisation: project.OrganisationID, action: "finance.export", subject: "project", id: int64(project.ID), currency: page.Postings.Currency, name: page.T("entries.file", project.Code), title: page.T("entries.title"), head: page.FileHead()}
	for _, l := range page.Postings.Lines {
		t.rows = append(t.rows, page.FileRow(l))
	}
	return s.export(c, "csv", t)
}
