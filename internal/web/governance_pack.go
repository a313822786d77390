package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/views"
)

// packShow shows a pack as a page. The page is in the pack's language whatever the reader's, and is
// named by its snapshot, by the program that writes it and by the session whose token it carries. With a message on
// it the page is of this once.
func (s *site) packShow(c *fiber.Ctx) error {
	id, err := key(c, "pack")
	if err != nil {
		return err
	}
	card, snapshot, err := s.deps.Governance.PackSnapshot(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	if c.Cookies(flashCookie) == "" && unchanged(c, card.SnapshotSHA256+"-"+views.Stamp+"-"+strconv.FormatInt(session(c).ID, 36)) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return s.render(c, views.NewPackPage(s.base(c, views.For(snapshot.Locale), "", views.SectionCommittees), card, snapshot))
}

// packNew freezes a pack by hand, or corrects one that is frozen.
func (s *site) packNew(c *fiber.Ctx) error {
	card, organisation, err := s.committeeTo(c, identity.PermFreezePack)
	if err != nil {
		return err
	}
	periods, err := s.deps.Governance.Periods(c.UserContext(), actor(c), card.ID, s.deps.Now())
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := &views.FormPage{Base: s.committeeBase(c, p, p.T("pack.new"), card, organisation), Intro: []string{p.T("pack.new.text"), p.T("pack.new.correct")}}
	page.Form = committeeForm(page.Base, card, organisation, "packs/new", p.T("pack.submit"), 0, packFields(p, card, periods, s.deps.Now())...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	freeze := governance.FreezeInput{OrganisationID: card.OrganisationID, CommitteeID: card.ID, Period: in.text("period"), FiguresOn: in.date("figures_on"), Errata: errata(in)}
	if err = in.err(); err == nil {
		var pack governance.PackCard
		if pack, _, err = s.deps.Governance.Freeze(c.UserContext(), actor(c), freeze); err == nil {
			s.flash(c, packFlash(card, pack))
			return s.see(c, views.PackPageURL(pack.ID))
		}
	}
	return s.refuse(c, page, &page.Form, in, packRefusal(err))
}

// packFlash says whether a pack was made, or was there before.
func packFlash(before governance.CommitteeCard, pack governance.PackCard) string {
	if slices.ContainsFunc(before.Packs, func(k governance.PackCard) bool { return k.ID == pack.ID }) {
		return "flash.pack_exists"
	}
	return "flash.pack_frozen"
}

// packFields are the fields of a pack made by hand. One for a period that has not begun needs the day of its figures,
// which is today for who says nothing else.
func packFields(p views.Printer, card governance.CommitteeCard, periods []string, now time.Time) []views.Field {
	choices := p.PeriodChoices(periods)
	for i := range choices {
		editions := 0
		for _, k := range card.Packs {
			if k.Period == choices[i].Value {
				editions = max(editions, k.Edition)
			}
		}
		if editions > 0 {
			choices[i].Text = p.T("pack.period.frozen", choices[i].Text, editions)
		}
	}
	first, figures := "", civil.Date{}
	if len(choices) > 0 {
		first = choices[0].Value
		today := civil.DateOf(now, card.Location())
		if period, err := cadence.Parse(first); err == nil && period.First().After(today) {
			figures = today
		}
	}
	return []views.Field{
		{Name: "period", Label: p.T("web.packs.period"), Type: "select", Value: first, Options: choices, Required: true},
		{Name: "figures_on", Label: p.T("web.packs.figures"), Help: p.T("pack.figures_on.help"), Type: "date", Value: views.DateValue(figures)},
		{Name: "errata", Label: p.T("pack.errata"), Help: p.T("pack.errata.help"), Type: "textarea", Rows: 3, MaxSize: 20000},
	}
}

// errata reads what a correction corrects, one a line.
func errata(in *input) []string {
	var out []string
	for line := range strings.SplitSeq(in.lines("errata"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// packMends says which field mends a refusal, and in words that name fields instead of options of the command line.
var packMends = map[string]struct{ field, text string }{
	"pack.empty":              {"figures_on", "pack.mend.empty"},
	"pack.figures_in_future":  {"figures_on", "pack.mend.figures_in_future"},
	"pack.period_in_future":   {"period", "pack.mend.period_in_future"},
	"pack.period_frequency":   {"period", "pack.mend.period"},
	"cadence.period.invalid":  {"period", "pack.mend.period"},
	"pack.other_day":          {"errata", "pack.mend.other_day"},
	"pack.nothing_to_correct": {"errata", "pack.mend.nothing_to_correct"},
	"pack.erratum":            {"errata", "pack.erratum"},
}

func packRefusal(err error) error {
	e := fault.As(err)
	if e == nil {
		return err
	}
	mend, ok := packMends[e.Key]
	if !ok {
		return err
	}
	var f fault.Fields
	f.Add(mend.field, mend.text, dates(e.Args)...)
	return f.Err()
}

// dates keeps of the arguments of a refusal the days, which are all that the texts of the page mention.
func dates(args []any) []any {
	return slices.DeleteFunc(slices.Clone(args), func(a any) bool { _, day := a.(civil.Date); return !day })
}
