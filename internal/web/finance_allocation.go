package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

// allocationsPage loads what an entry is allocated to.
func (s *site) allocationsPage(c *fiber.Ctx, perm identity.Permission) (page views.AllocationsPage, err error) {
	if page.Organisation, err = s.books(c, perm); err != nil {
		return page, err
	}
	id, err := number(c, "posting")
	if err != nil {
		return page, err
	}
	o := page.Organisation
	if page.Detail, err = s.deps.Finance.QueueLine(c.UserContext(), actor(c), o.ID, finance.PostingID(id), finance.QueueFilter{}); err != nil {
		return page, err
	}
	settings, err := s.deps.Finance.Settings(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return page, err
	}
	page.Basis = settings.AmountBasis
	p := s.printer(c)
	name := p.PostingTitle(&page.Detail.Posting)
	page.Base = s.booksBase(c, p, o, views.PartQueue, p.T("allocations.of", name))
	page.Trail = append(page.Trail, views.Link{Text: name, URL: views.PostingURL(o.ID, page.Detail.Posting.ID)})
	return page, nil
}

func (s *site) allocations(c *fiber.Ctx) error {
	page, err := s.allocationsPage(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

// allocationMove takes what a project holds of an entry back, or gives it to another one.
func (s *site) allocationMove(c *fiber.Ctx) error {
	held, err := s.allocationsPage(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	raw := c.Params("target")
	target, err := strconv.ParseInt(raw, 10, 64)
	i := slices.IndexFunc(held.Detail.Shares, func(x finance.SuggestedShare) bool { return int64(x.Project.ID) == target })
	if err != nil || strconv.FormatInt(target, 10) != raw || i < 0 && c.Method() != fiber.MethodPost {
		return fault.NotFound("project", text(raw))
	}
	var share finance.SuggestedShare
	if i >= 0 {
		share = held.Detail.Shares[i]
	}
	o, id := held.Organisation, held.Detail.Posting.ID
	picker, err := s.picker(c, o)
	if err != nil {
		return err
	}
	back := views.AllocationsURL(o.ID, id)
	p := held.Printer
	page := views.FormPage{Base: held.Base, Intro: []string{p.T("allocations.holds", p.ProjectText(share.Project), p.Exact(share.Amount, o.Currency)), p.Basis(held.Basis, o.Currency)}}
	page.Title = p.T("allocations.move.title")
	page.Trail = append(page.Trail, views.Link{Text: held.Title, URL: back})
	page.Form = page.NewForm(views.AllocationURL(o.ID, id, portfolio.ProjectID(target)), p.T("allocations.move"), back, 0, p.AllocationFields(share.Amount, portfolio.ProjectID(target), picker, o.Currency)...)
	return s.edit(c, edit{page: page, done: "flash.moved", save: func(in *input) (string, error) {
		move := finance.ReallocateInput{Organisation: o.ID, Posting: id, From: portfolio.ProjectID(target), Reason: in.text("reason")}
		return back, s.once(c, s.move(c, in, move, picker, o.Currency))
	}})
}

// move reads where an amount goes, and moves it.
func (s *site) move(c *fiber.Ctx, in *input, move finance.ReallocateInput, picker views.Picker, currency money.Currency) error {
	seen, _ := strconv.ParseInt(in.text("held"), 10, 64) // nothing was seen: that is refused
	move.Held = money.Amount(seen)
	move.Amount = in.some("amount", currency)
	act := s.deps.Finance.MoveAllocation
	switch in.text("to") {
	case views.TargetQueue:
		act = s.deps.Finance.Deallocate
	case views.TargetExcluded:
		move.Exclude = true
	case views.TargetProject:
		project, known := picker.Find(in.text("project"))
		if !known {
			in.wrong.Add("project", "queue.unknown_project", in.text("project"))
		}
		move.Parts = []finance.PartInput{{Project: project, ShareBP: reconcile.Whole}}
	default:
		in.wrong.Add("to", "input.choice")
	}
	if err := in.err(); err != nil {
		return err
	}
	return act(c.UserContext(), actor(c), move)
}
