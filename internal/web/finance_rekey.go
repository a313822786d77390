package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// rekey replaces a number of a commitment as a form says.
func (s *site) rekey(c *fiber.Ctx, in *input, organisation int64) error {
	r := finance.RekeyInput{Organisation: organisation, Old: in.text("old"), New: in.text("new"), Reason: in.text("reason")}
	if err := in.err(); err != nil {
		return err
	}
	return s.deps.Finance.Rekey(c.UserContext(), actor(c), r)
}

// rekeys lists the numbers of commitments that were replaced, and takes another one.
func (s *site) rekeys(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	page := views.RekeysPage{Organisation: o}
	if page.Aliases, err = s.deps.Finance.Rekeys(c.UserContext(), actor(c), o.ID); err != nil {
		return err
	}
	p := s.printer(c)
	here := views.RekeysURL(o.ID)
	page.Base = s.booksBase(c, p, o, views.PartCommitments, p.T("rekeys.title"))
	page.Trail = append(page.Trail, views.Link{Text: p.T("commitments.title"), URL: views.BooksPartURL(o.ID, views.PartCommitments)})
	if page.May(identity.PermReconcile, identity.Within(o.ID)) {
		f := page.NewForm(here, p.T("rekeys.submit"), "", 0, p.RekeyFields("")...)
		page.Form = &f
	}
	if c.Method() != fiber.MethodPost {
		return s.render(c, page.Page())
	}
	if err := identity.Can(actor(c), identity.PermReconcile, identity.Within(o.ID)); err != nil {
		return err
	}
	in := s.input(c)
	in.bound(page.Form.Fields)
	if err = s.rekey(c, in, o.ID); err == nil || s.wasDone(c, err) {
		s.flash(c, "flash.rekeyed")
		return s.see(c, here)
	}
	out := page.Page()
	return s.refuse(c, &out, page.Form, in, err)
}

// commitmentRekey says that the number of a commitment was replaced, or replaces another one.
func (s *site) commitmentRekey(c *fiber.Ctx) error {
	held, err := s.commitment(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	o, d := held.Organisation, held.Commitment
	back := views.CommitmentURL(o.ID, d.ID)
	page := views.FormPage{Base: held.Base, Intro: []string{held.T("rekeys.text")}}
	page.Title = held.T("rekeys.new")
	page.Trail = append(page.Trail, views.Link{Text: held.Title, URL: back})
	page.Form = page.NewForm(back+"/rekey", held.T("rekeys.submit"), back, 0, page.RekeyFields(d.Number)...)
	return s.edit(c, edit{page: page, done: "flash.rekeyed", save: func(in *input) (string, error) {
		return back, s.once(c, s.rekey(c, in, o.ID))
	}})
}

// rekeyUndo takes a replaced number back.
func (s *site) rekeyUndo(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	return s.act(c, "flash.undone", func(in *input) (string, error) {
		old := in.text("old")
		if old == "" {
			return "", fault.Invalid("rekeys.undo_nothing")
		}
		err := s.deps.Finance.UndoRekey(c.UserContext(), actor(c), o.ID, old)
		return views.RekeysURL(o.ID), s.once(c, err)
	})
}
