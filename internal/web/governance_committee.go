package web

import (
	"regexp"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// committeeNew adds a committee to a roadmap. It begins with what most committees are: monthly, on the clock and in
// the language of the organisation.
func (s *site) committeeNew(c *fiber.Ctx) error {
	id, err := roadmapID(c)
	if err != nil {
		return err
	}
	r, err := s.deps.Portfolio.Roadmap(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	if err := identity.See(actor(c), identity.PermEditCommittee, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id)); err != nil {
		return err
	}
	fresh, err := s.freshCommittee(c, r)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := &views.CommitteeFormPage{FormPage: views.FormPage{Base: s.base(c, p, p.T("committee.new"), views.SectionRoadmaps), Intro: []string{p.T("committee.new.text", r.Name)}}}
	page.Trail = []views.Link{{Text: r.Name, URL: views.RoadmapURL(id, views.Day{})}}
	page.Form = page.NewForm(views.NewCommitteeURL(id), p.T("committee.create"), views.RoadmapURL(id, views.Day{}), 0, p.CommitteeFields(fresh)...)
	return s.committeeEdits(c, page, fresh, func(in *input) (string, error) {
		created, err := s.deps.Governance.CreateCommittee(c.UserContext(), actor(c), committeeTyped(in, fresh))
		if err != nil {
			return "", err
		}
		s.flash(c, "flash.created")
		return views.CommitteeURL(created.Code), nil
	})
}

// freshCommittee is a committee of the roadmap that nobody described yet.
func (s *site) freshCommittee(c *fiber.Ctx, r portfolio.Roadmap) (governance.Committee, error) {
	fresh := governance.Committee{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Level: governance.Operational, LeadDays: 5, From: s.today(),
		Cadence: cadence.Rule{Frequency: cadence.Monthly, Month: 1, Nth: 2, Weekday: time.Tuesday, Hour: 9, Minute: 30, Move: cadence.MoveFollowing}}
	organisations, err := s.deps.Identity.Organisations(c.UserContext(), actor(c))
	for _, o := range organisations {
		if o.ID == r.OrganisationID {
			fresh.TimeZone, fresh.Locale = o.TimeZone, o.Locale
		}
	}
	return fresh, err
}

func (s *site) committeeEdit(c *fiber.Ctx) error {
	card, organisation, err := s.committeeTo(c, identity.PermEditCommittee)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := &views.CommitteeFormPage{FormPage: views.FormPage{Base: s.committeeBase(c, p, p.T("committee.edit"), card, organisation)}}
	page.Intro = []string{p.T("committee.edit.text")}
	page.Form = committeeForm(page.Base, card, organisation, "edit", p.T("committee.save"), card.Version, p.CommitteeFields(card.Committee)...)
	return s.committeeEdits(c, page, card.Committee, func(in *input) (string, error) {
		updated, err := s.deps.Governance.UpdateCommittee(c.UserContext(), actor(c), in.version(), committeeTyped(in, card.Committee))
		if err != nil {
			return "", err
		}
		s.flash(c, "flash.saved")
		return views.CommitteePath(updated.Code, organisation, ""), nil
	})
}

// committeeEdits shows the form of a committee, shows when it would sit as it was typed, or saves it.
func (s *site) committeeEdits(c *fiber.Ctx, page *views.CommitteeFormPage, stored governance.Committee, save func(in *input) (string, error)) error {
	page.Form.Preview = page.T("committee_form.preview")
	if c.Method() != fiber.MethodPost {
		page.Preview(stored, civil.DateOf(s.deps.Now(), stored.Location()))
		return s.render(c, page)
	}
	in := s.input(c)
	typed := committeeTyped(in, stored)
	err := in.err()
	if err == nil && in.has(views.FieldPreview) {
		if err = typed.Validate(); err == nil {
			return s.committeePreview(c, page, in, typed)
		}
	}
	to := ""
	if err == nil {
		to, err = save(in)
	}
	if s.wasDone(c, err) {
		return s.leadOn(c, views.CommitteeURL(typed.Code))
	}
	if err != nil {
		return s.refuse(c, page, &page.Form, in, err)
	}
	return s.see(c, to)
}

// committeePreview shows the form as it was typed, with the sittings that would follow. The version stays the one
// that the reader saw: a preview must not hide that somebody else saved meanwhile.
func (s *site) committeePreview(c *fiber.Ctx, page *views.CommitteeFormPage, in *input, typed governance.Committee) error {
	for i := range page.Form.Fields {
		if f := &page.Form.Fields[i]; f.Type != "heading" {
			f.Value = in.text(f.Name)
		}
	}
	if page.Form.Version != 0 {
		page.Form.Version = in.version()
	}
	page.Previewed = true
	page.Preview(typed, civil.DateOf(s.deps.Now(), typed.Location()))
	return s.render(c, page)
}

// committeeTyped is the stored committee with what was typed over it.
func committeeTyped(in *input, stored governance.Committee) governance.Committee {
	stored.Code, stored.Name, stored.Level = in.text("code"), in.text("name"), governance.Level(in.text("level"))
	stored.Cadence = cadenceTyped(in)
	stored.LeadDays, stored.Locale, stored.TimeZone = int(in.integer("lead_days")), in.text("locale"), in.text("time_zone")
	if in.text("lead_days") == "" { // 0 is a lead as well
		in.wrong.Add("lead_days", "input.required")
	}
	stored.From, stored.Until = in.date("from"), in.date("until")
	return stored
}

// cadenceTyped reads the rule. A monthly committee has no choice of a month; of weekday and day of the month only
// the one counts that was chosen.
func cadenceTyped(in *input) cadence.Rule {
	r := cadence.Rule{Frequency: cadence.Frequency(in.text("frequency")), Month: 1, Move: cadence.Move(in.text("move"))}
	if r.Frequency != cadence.Monthly {
		r.Month = int(in.integer("month"))
	}
	if in.text("sits") == views.SitsOnDay {
		r.Day = int(in.integer("day"))
	} else {
		r.Nth, r.Weekday = int(in.integer("nth")), time.Weekday(in.integer("weekday"))
	}
	m := clockTyped.FindStringSubmatch(in.text("time"))
	if m == nil {
		in.wrong.Add("time", "committee_form.time.invalid", in.text("time"))
		return r
	}
	r.Hour, _ = strconv.Atoi(m[1]) // at most two digits
	r.Minute, _ = strconv.Atoi(m[2])
	if r.Hour > 23 || r.Minute > 59 {
		in.wrong.Add("time", "cadence.time.range")
		r.Hour, r.Minute = 0, 0
	}
	return r
}

// clockTyped takes a time as fields send it ("09:30") and as people write it ("9 h 30", "9h").
var clockTyped = regexp.MustCompile(`^(\d{1,2})[\s\x{a0}\x{202f}]*[:hH.][\s\x{a0}\x{202f}]*(\d{2})?$`)

// memberList lists the members of a committee and adds one.
func (s *site) memberList(c *fiber.Ctx) error {
	card, organisation, err := s.committeeTo(c, identity.PermEditCommittee)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := &views.MembersPage{Base: s.committeeBase(c, p, p.T("member.list"), card, organisation), Committee: card, Organisation: organisation}
	page.Form = committeeForm(page.Base, card, organisation, "members", p.T("member.add.submit"), 0, p.MemberFields(governance.Member{}, "")...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	m, err := s.memberTyped(c, in, card, governance.Member{})
	if err == nil {
		_, err = s.deps.Governance.SaveMember(c.UserContext(), actor(c), card.ID, m)
	}
	list := views.CommitteePath(card.Code, organisation, "members")
	if s.wasDone(c, err) {
		return s.leadOn(c, list)
	}
	if err != nil {
		return s.refuse(c, page, &page.Form, in, err)
	}
	s.flash(c, "flash.member_added")
	return s.see(c, list)
}

// memberTyped is the stored member with what was typed over it.
func (s *site) memberTyped(c *fiber.Ctx, in *input, card governance.CommitteeCard, stored governance.Member) (governance.Member, error) {
	stored.Name, stored.Role, stored.Email = in.text("name"), in.text("role"), in.text("email")
	stored.UserID = 0
	if account := in.text("account"); account != "" {
		user, err := s.deps.Identity.AccountByEmail(c.UserContext(), actor(c), card.Place(), account)
		if fault.KindOf(err) == fault.KindNotFound {
			in.wrong.Add("account", "member.account.unknown", account)
		} else if err != nil {
			return stored, err
		}
		stored.UserID = user
	}
	return stored, in.err()
}

func (s *site) memberEdit(c *fiber.Ctx) error {
	id, err := key(c, "member")
	if err != nil {
		return err
	}
	m, card, err := s.deps.Governance.Member(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	account := ""
	if m.UserID != 0 {
		if account, err = s.deps.Identity.AccountEmail(c.UserContext(), actor(c), card.Place(), m.UserID); err != nil && fault.KindOf(err) != fault.KindNotFound {
			return err
		}
	}
	p := s.printer(c)
	list := views.CommitteePath(card.Code, card.Organisation.Code, "members")
	page := views.FormPage{Base: s.committeeBase(c, p, m.Name, card, card.Organisation.Code)}
	page.Trail = append(page.Trail, views.Link{Text: p.T("member.list"), URL: list})
	page.Form = page.NewForm(views.MemberURL(id), p.T("member.save"), list, m.Version, p.MemberFields(m, account)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		changed, err := s.memberTyped(c, in, card, m)
		if err != nil {
			return "", err
		}
		changed.Version = in.version()
		_, err = s.deps.Governance.SaveMember(c.UserContext(), actor(c), card.ID, changed)
		return list, err
	}})
}

func (s *site) memberRemove(c *fiber.Ctx) error {
	id, err := key(c, "member")
	if err != nil {
		return err
	}
	_, card, err := s.deps.Governance.Member(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	return s.act(c, "flash.removed", func(in *input) (string, error) {
		return views.CommitteePath(card.Code, in.text(fieldOrganisation), "members"), s.deps.Governance.RemoveMember(c.UserContext(), actor(c), id, in.version())
	})
}
