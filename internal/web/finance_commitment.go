package web

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/views"
)

var financeCommitmentRoutes = []route{
	page("/organisations/:id/finance/commitments", identity.PermReadLedger, (*site).commitments),
	act("/organisations/:id/finance/commitments/share", identity.PermReconcile, (*site).commitmentsShare),
	form("/organisations/:id/finance/commitments/rekeys", identity.PermReadLedger, (*site).rekeys),
	act("/organisations/:id/finance/commitments/rekeys/undo", identity.PermReconcile, (*site).rekeyUndo),
	page("/organisations/:id/finance/commitments/:commitment", identity.PermReadLedger, (*site).commitmentShow),
	form("/organisations/:id/finance/commitments/:commitment/shares", identity.PermReconcile, (*site).commitmentShares),
	act("/organisations/:id/finance/commitments/:commitment/shares/:share/end", identity.PermReconcile, (*site).commitmentShareEnd),
	form("/organisations/:id/finance/commitments/:commitment/rekey", identity.PermReconcile, (*site).commitmentRekey),
}

// commitmentFilter reads how the list is narrowed. What cannot be is left out. It gives the project as it was typed besides.
func commitmentFilter(c *fiber.Ctx, picker views.Picker) (finance.CommitmentFilter, string) {
	in := &input{values: query(c)}
	f := finance.CommitmentFilter{Text: in.text("q"), State: in.text("state"), Anomaly: in.text("anomaly")}
	if utf8.RuneCountInString(f.Text) > maxSearch {
		f.Text = ""
	}
	project := in.text("project")
	var known bool
	if f.Project, known = picker.Find(project); !known {
		project = ""
	}
	for _, doubtful := range []*string{&f.State, &f.Anomaly, &f.Text} {
		if f.Validate() != nil {
			*doubtful = ""
		}
	}
	left, id, _ := strings.Cut(in.text("after"), ".")
	amount, wrong := strconv.ParseInt(left, 10, 64)
	if n, err := strconv.ParseInt(id, 10, 64); err == nil && wrong == nil && n > 0 {
		f.After = finance.CommitmentPlace{Left: money.Amount(amount), ID: n}
	}
	return f, project
}

// commitments lists what is committed.
func (s *site) commitments(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	page := views.CommitmentsPage{Organisation: o}
	if page.Picker, err = s.picker(c, o); err != nil {
		return err
	}
	filter, project := commitmentFilter(c, page.Picker)
	page.Project = project
	if page.Commitments, err = s.deps.Finance.Commitments(c.UserContext(), actor(c), o.ID, filter); err != nil {
		return err
	}
	settings, err := s.deps.Finance.Settings(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	page.Basis = settings.AmountBasis
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartCommitments, p.T("commitments.title"))
	return s.render(c, page.Page())
}

// commitmentsShare shares the commitments that were never shared as the rules say.
func (s *site) commitmentsShare(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	return s.act(c, "flash.shared", func(*input) (string, error) {
		_, err := s.deps.Finance.ShareByRules(c.UserContext(), actor(c), o.ID)
		return views.BooksPartURL(o.ID, views.PartCommitments), s.once(c, err)
	})
}

// commitment loads the commitment of the address.
func (s *site) commitment(c *fiber.Ctx, perm identity.Permission) (page views.CommitmentPage, err error) {
	if page.Organisation, err = s.books(c, perm); err != nil {
		return page, err
	}
	id, err := number(c, "commitment")
	if err != nil {
		return page, err
	}
	o := page.Organisation
	if page.Commitment, err = s.deps.Finance.Commitment(c.UserContext(), actor(c), o.ID, id); err != nil {
		return page, err
	}
	settings, err := s.deps.Finance.Settings(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return page, err
	}
	page.Basis = settings.AmountBasis
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartCommitments, p.CommitmentTitle(&page.Commitment.Commitment))
	page.Trail = append(page.Trail, views.Link{Text: p.T("commitments.title"), URL: views.BooksPartURL(o.ID, views.PartCommitments)})
	return page, nil
}

func (s *site) commitmentShow(c *fiber.Ctx) error {
	page, err := s.commitment(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

// commitmentShares says to which projects a commitment belongs.
func (s *site) commitmentShares(c *fiber.Ctx) error {
	held, err := s.commitment(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	o, d := held.Organisation, held.Commitment
	picker, err := s.picker(c, o)
	if err != nil {
		return err
	}
	rows := 0
	if c.Method() == fiber.MethodPost { // the rows that were sent
		sent, _ := strconv.Atoi(s.input(c).text("rows"))
		rows = min(max(sent, 1), views.MostRuleParts)
	}
	back := views.CommitmentURL(o.ID, d.ID)
	page := views.FormPage{Base: held.Base, Intro: []string{held.T("commitments.share.text")}}
	page.Title = held.T("commitments.share.title", held.Title)
	page.Trail = append(page.Trail, views.Link{Text: held.Title, URL: back})
	page.Form = page.NewForm(back+"/shares", held.T("commitments.share.submit"), back, d.Version, page.ShareFields(d, picker, rows)...)
	return s.edit(c, edit{page: page, done: "flash.shared", save: func(in *input) (string, error) {
		share := finance.ShareInput{Organisation: o.ID, Commitment: d.ID, Version: in.version()}
		for _, p := range in.partRows(picker, rows, o.Currency, false) {
			share.Parts = append(share.Parts, finance.SharePart{Project: p.Project, ShareBP: p.ShareBP})
		}
		if err := in.err(); err != nil {
			return back, err
		}
		return back, s.once(c, s.deps.Finance.ShareCommitment(c.UserContext(), actor(c), share))
	}})
}

// commitmentShareEnd ends the share of one project.
func (s *site) commitmentShareEnd(c *fiber.Ctx) error {
	page, err := s.commitment(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	share, err := number(c, "share")
	if err != nil {
		return err
	}
	return s.act(c, "flash.shared", func(in *input) (string, error) {
		err := s.deps.Finance.EndShare(c.UserContext(), actor(c), page.Organisation.ID, page.Commitment.ID, in.version(), share)
		return views.CommitmentURL(page.Organisation.ID, page.Commitment.ID), s.once(c, err)
	})
}
