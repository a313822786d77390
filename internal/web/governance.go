package web

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// GovernanceWork is what the site changes in committees, decisions and packs.
type GovernanceWork interface {
	CommitteeOf(ctx context.Context, actor identity.Actor, organisation, code string, now time.Time) (governance.CommitteeCard, error)
	CreateCommittee(ctx context.Context, actor identity.Actor, c governance.Committee) (governance.Committee, error)
	UpdateCommittee(ctx context.Context, actor identity.Actor, version int64, c governance.Committee) (governance.Committee, error)
	Member(ctx context.Context, actor identity.Actor, member int64) (governance.Member, governance.CommitteeCard, error)
	SaveMember(ctx context.Context, actor identity.Actor, id governance.CommitteeID, m governance.Member) (governance.Member, error)
	RemoveMember(ctx context.Context, actor identity.Actor, member, version int64) error
	Decision(ctx context.Context, actor identity.Actor, id governance.DecisionID) (governance.DecisionCard, error)
	Decide(ctx context.Context, actor identity.Actor, in governance.DecideInput) (governance.Decision, error)
	SubmitScenario(ctx context.Context, actor identity.Actor, in governance.SubmitInput) (portfolio.Scenario, error)
	OpenScenarios(ctx context.Context, actor identity.Actor, id governance.CommitteeID) ([]portfolio.ScenarioOption, error)
	Periods(ctx context.Context, actor identity.Actor, id governance.CommitteeID, now time.Time) ([]string, error)
	Freeze(ctx context.Context, actor identity.Actor, in governance.FreezeInput) (governance.PackCard, []byte, error)
}

// MemberAccounts is what the site asks about the accounts of committee members.
type MemberAccounts interface {
	AccountByEmail(ctx context.Context, actor identity.Actor, place identity.Scope, email string) (int64, error)
	AccountEmail(ctx context.Context, actor identity.Actor, place identity.Scope, id int64) (string, error)
}

var governanceRoutes = []route{
	page("/committees", identity.PermReadGovernance, (*site).committeeList),
	form("/roadmaps/:id/committees/new", identity.PermEditCommittee, (*site).committeeNew),
	page("/committees/:code", identity.PermReadGovernance, (*site).committeeShow),
	form("/committees/:code/edit", identity.PermEditCommittee, (*site).committeeEdit),
	form("/committees/:code/members", identity.PermEditCommittee, (*site).memberList),
	form("/members/:id", identity.PermEditCommittee, (*site).memberEdit),
	act("/members/:id/remove", identity.PermEditCommittee, (*site).memberRemove),
	form("/committees/:code/decisions/new", identity.PermDecide, (*site).decisionNew),
	form("/committees/:code/packs/new", identity.PermFreezePack, (*site).packNew),
	page("/packs/:id.pdf", identity.PermReadPack, (*site).packFile),
	page("/packs/:id", identity.PermReadPack, (*site).packShow),
	page("/decisions", identity.PermReadGovernance, (*site).decisionList),
	page("/decisions/:id", identity.PermReadGovernance, (*site).decisionShow),
}

// fieldOrganisation names the organisation of a committee whose code another organisation uses as well.
const fieldOrganisation = "organisation"

// committeeAt loads the committee that the address names, and gives the code of the organisation when the address
// names one.
func (s *site) committeeAt(c *fiber.Ctx) (card governance.CommitteeCard, organisation string, err error) {
	code, err := url.PathUnescape(c.Params("code"))
	if err != nil || code != text(code) {
		return card, "", fault.NotFound("committee", text(c.Params("code")))
	}
	organisation = query(c).Get(fieldOrganisation)
	if c.Method() == fiber.MethodPost {
		organisation = typed(c).Get(fieldOrganisation)
	}
	if organisation != text(organisation) {
		return card, "", fault.NotFound("committee", code)
	}
	card, err = s.deps.Governance.CommitteeOf(c.UserContext(), actor(c), organisation, code, s.deps.Now())
	return card, organisation, err
}

// committeeTo is committeeAt for a page on which something is done there. Who may not do it is refused before they
// fill in a form; the use case refuses them again.
func (s *site) committeeTo(c *fiber.Ctx, do identity.Permission) (governance.CommitteeCard, string, error) {
	card, organisation, err := s.committeeAt(c)
	if err == nil {
		err = identity.See(actor(c), do, identity.PermReadGovernance, card.Place(), "committee", int64(card.ID))
	}
	return card, organisation, err
}

// committeeBase is the frame of a page about one committee.
func (s *site) committeeBase(c *fiber.Ctx, p views.Printer, title string, card governance.CommitteeCard, organisation string) views.Base {
	b := s.base(c, p, title, views.SectionCommittees)
	b.Trail = []views.Link{{Text: p.T("web.committees.title"), URL: views.CommitteesURL}, {Text: card.Name, URL: views.CommitteePath(card.Code, organisation, "")}}
	return b
}

// committeeForm starts a form that is sent to a page of the committee.
func committeeForm(b views.Base, card governance.CommitteeCard, organisation, page, submit string, version int64, fields ...views.Field) views.Form {
	f := b.NewForm(views.CommitteePath(card.Code, "", page), submit, views.CommitteePath(card.Code, organisation, ""), version, fields...)
	if organisation != "" {
		f.Fields = append(f.Fields, views.Field{Type: "hidden", Name: fieldOrganisation, Value: organisation})
	}
	return f
}

func (s *site) committeeList(c *fiber.Ctx) error {
	committees, err := s.deps.Governance.Committees(c.UserContext(), actor(c), 0, s.deps.Now())
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.CommitteesPage{Base: s.base(c, p, p.T("web.committees.title"), views.SectionCommittees), Committees: committees}
	if page.Roadmaps, err = s.roadmapsFor(c, identity.PermEditCommittee); err != nil {
		return err
	}
	return s.render(c, page)
}

// roadmapsFor lists the roadmaps in which the reader may do something; a reader who may nowhere costs no query.
func (s *site) roadmapsFor(c *fiber.Ctx, do identity.Permission) ([]portfolio.RoadmapCard, error) {
	who := actor(c)
	if !who.MayAnywhere(do) {
		return nil, nil
	}
	all, err := s.deps.Portfolio.Roadmaps(c.UserContext(), who)
	if err != nil {
		return nil, err
	}
	var out []portfolio.RoadmapCard
	for _, r := range all {
		if who.May(do, identity.Scope{Organisation: r.OrganisationID, Roadmap: int64(r.ID)}) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *site) committeeShow(c *fiber.Ctx) error {
	card, organisation, err := s.committeeAt(c)
	if f := fault.As(err); f != nil && f.Key == "committee.ambiguous" {
		return s.committeeWhich(c)
	}
	if err != nil {
		return err
	}
	p := s.printer(c)
	b := s.base(c, p, card.Name, views.SectionCommittees)
	b.Path = views.CommitteeURL(card.Code)
	b.Trail = []views.Link{{Text: p.T("web.committees.title"), URL: views.CommitteesURL}}
	return s.render(c, views.CommitteePage{Base: b, Committee: card, Organisation: organisation})
}

// committeeWhich lists the committees of several organisations that bear the code of the address.
func (s *site) committeeWhich(c *fiber.Ctx) error {
	code, err := url.PathUnescape(c.Params("code"))
	if err != nil {
		return fault.NotFound("committee", text(c.Params("code")))
	}
	all, err := s.deps.Governance.Committees(c.UserContext(), actor(c), 0, s.deps.Now())
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.CommitteesPage{Base: s.base(c, p, p.T("web.committees.title"), views.SectionCommittees), Ambiguous: code}
	for _, card := range all {
		if card.Code == code {
			page.Committees = append(page.Committees, card)
		}
	}
	return s.render(c, page)
}
