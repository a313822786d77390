package web

import (
	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/views"
)

// projectProposals settles the credits that a decision proposes for a project: as the next version of its budget, or without one.
func (s *site) projectProposals(c *fiber.Ctx) error {
	b, project, page, err := s.budgetForm(c, "proposals.of")
	if err != nil {
		return err
	}
	p, here := page.Printer, views.BudgetURL(project.ID)
	page.Intro = p.ProposalIntro(b)
	if c.Method() == fiber.MethodGet && len(b.Proposals) == 0 { // they were settled meanwhile
		return s.render(c, views.SectionsPage{Base: page.Base, Lead: page.Intro})
	}
	page.Form = page.NewForm(here+"/proposals", p.T("proposals.submit"), here, int64(len(b.Versions)+1), p.ProposalFields(b)...)
	return s.edit(c, edit{page: page, done: "flash.proposals", save: func(in *input) (string, error) {
		booking := finance.ProposalBooking{Project: project.ID, After: int(in.version()) - 1, Envelope: map[string]finance.EnvelopeID{}, Category: map[string]finance.Category{}}
		for _, section := range finance.Sections {
			booking.Envelope[section] = finance.EnvelopeID(in.key(views.FieldSource + section))
			booking.Category[section] = finance.Category(in.text(views.FieldNature + section))
		}
		on, reason := in.past("decided_on", s.today()), in.lines("reason")
		if err := in.err(); err != nil {
			return here, err
		}
		if in.text(views.FieldSettle) == views.SettleLeave {
			return here, s.once(c, s.deps.Finance.DismissProposals(c.UserContext(), actor(c), project.ID, reason))
		}
		_, err := s.deps.Finance.BookProposals(c.UserContext(), actor(c), booking, on)
		return here, s.once(c, err)
	}})
}
