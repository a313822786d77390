package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/views"
)

// maxPeople is how many accounts or grants a list shows; a search finds the others.
const maxPeople = 200

// words folds the words that a list of people is narrowed to.
func words(text string) []string { return strings.Fields(foldWords(text)) }

// holds tells whether every word stands in one of the texts, whatever its capitals and accents.
func holds(all []string, texts ...string) bool {
	folded := grid.Fold(strings.Join(texts, " "))
	for _, w := range all {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}

// searched is what a list is narrowed to by its address.
func searched(c *fiber.Ctx) string {
	typed := []rune(strings.TrimSpace(text(query(c).Get("q"))))
	return string(typed[:min(len(typed), maxSearch)])
}

// userList lists the people of an organisation.
func (s *site) userList(c *fiber.Ctx) error {
	o, err := s.organisation(c, identity.PermEditUsers)
	if err != nil {
		return err
	}
	users, err := s.deps.Identity.Users(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.UsersPage{Base: s.organisationBase(c, p, o, p.T("users.of", o.Name)), Organisation: o, Text: searched(c)}
	looked := words(page.Text)
	for _, u := range users {
		if !holds(looked, u.Name, u.Email, u.Organisation, p.UserStatus(u.Status)) {
			continue
		}
		if page.Total++; page.Total <= maxPeople {
			page.Users = append(page.Users, u)
		}
	}
	if s.deps.MailTrouble != nil {
		if page.MailFailed, err = s.deps.MailTrouble(c.UserContext(), o.ID); err != nil {
			return err
		}
	}
	return s.render(c, page)
}

// userNew invites somebody.
func (s *site) userNew(c *fiber.Ctx) error {
	o, err := s.organisation(c, identity.PermEditUsers)
	if err != nil {
		return err
	}
	p := s.printer(c)
	list := views.OrganisationUsersURL(o.ID)
	page := views.FormPage{Base: s.organisationBase(c, p, o, p.T("users.new.title", o.Name)), Intro: []string{p.T("users.new.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("users.of", o.Name), URL: list})
	fields := append(p.UserFields(identity.User{}), p.RoleFields()...)
	page.Form = page.NewForm(views.NewUserURL(o.ID), p.T("users.invite"), list, 0, fields...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	user, link, err := s.deps.Identity.AddUser(c.UserContext(), actor(c), newUser(in, o.ID))
	if err != nil {
		if s.once(c, err) == nil {
			return s.alreadyDone(c)
		}
		return s.refuse(c, &page, &page.Form, in, err)
	}
	return s.handOver(c, p, user, link, "flash.invited")
}

func newUser(in *input, organisation int64) identity.UserInput {
	out := identity.UserInput{OrganisationID: organisation, Email: in.text("email"), Name: in.text("name"), Locale: in.text("locale")}
	for _, r := range identity.Roles {
		if in.has(views.RoleField(r)) {
			out.Roles = append(out.Roles, r)
		}
	}
	return out
}

// handOver goes on after a link was made for somebody: it was sent to them, or the page shows it, once.
func (s *site) handOver(c *fiber.Ctx, p views.Printer, user identity.User, link, sent string) error {
	if s.config.Mail {
		s.flash(c, sent)
		return s.see(c, views.UserURL(user.ID, ""))
	}
	page := views.SecretPage{Base: s.base(c, p, p.T("user.link.title", user.Name), views.SectionAdmin), Text: []string{p.T("user.link.text", user.Name, user.Email)}, Label: p.T("user.link.label"),
		Lines: []string{link}, After: []string{p.T("user.link.after")}, Next: views.Link{Text: p.T("user.link.next"), URL: views.UserURL(user.ID, "")}}
	page.Path = views.UserURL(user.ID, "")
	return s.render(c, page)
}

// userPage loads an account that the reader looks after.
func (s *site) userPage(c *fiber.Ctx, title string) (views.UserPage, error) {
	var page views.UserPage
	id, err := key(c, "user")
	if err != nil {
		return page, err
	}
	if page.User, err = s.deps.Identity.User(c.UserContext(), actor(c), id); err != nil {
		return page, err
	}
	if page.Organisation, err = s.deps.Identity.Organisation(c.UserContext(), actor(c), page.User.OrganisationID); err != nil {
		return page, err
	}
	p := s.printer(c)
	page.Base = s.organisationBase(c, p, page.Organisation, page.User.Name)
	page.Trail = append(page.Trail, views.Link{Text: p.T("users.of", page.Organisation.Name), URL: views.OrganisationUsersURL(page.Organisation.ID)})
	if title != "" {
		page.Title = p.T(title, page.User.Name)
		page.Trail = append(page.Trail, views.Link{Text: page.User.Name, URL: views.UserURL(id, "")})
	}
	return page, nil
}

func (s *site) userShow(c *fiber.Ctx) error {
	page, err := s.userPage(c, "")
	if err != nil {
		return err
	}
	return s.render(c, page)
}

func (s *site) userEdit(c *fiber.Ctx) error {
	page, err := s.userPage(c, "user.edit.title")
	if err != nil {
		return err
	}
	u, back := page.User, views.UserURL(page.User.ID, "")
	shown := views.FormPage{Base: page.Base}
	shown.Form = shown.NewForm(views.UserURL(u.ID, "edit"), shown.T("admin.save"), back, u.Version, shown.UserFields(u)...)
	return s.edit(c, edit{page: shown, done: "flash.saved", save: func(in *input) (string, error) {
		changed := identity.UserInput{OrganisationID: u.OrganisationID, Email: in.text("email"), Name: in.text("name"), Locale: in.text("locale")}
		return back, s.once(c, s.deps.Identity.UpdateUser(c.UserContext(), actor(c), u.ID, in.version(), changed))
	}})
}

// userAct does something to an account by one button. What the rules forbid is said on the page of the account.
func (s *site) userAct(c *fiber.Ctx, done string, work func(u identity.User, in *input) error) error {
	page, err := s.userPage(c, "")
	if err != nil {
		return err
	}
	page.Path = views.UserURL(page.User.ID, "")
	err = s.once(c, work(page.User, s.input(c)))
	if err == nil {
		s.flash(c, done)
		return s.see(c, page.Path)
	}
	if !explained(err) {
		return err
	}
	page.Message = page.Fault(err)
	c.Status(statusOf(err))
	return s.render(c, page)
}

// explained tells that a refusal belongs on the page that asked for it.
func explained(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindConflict, fault.KindInvalid, fault.KindStale, fault.KindTooMany:
		return true
	}
	return false
}

func (s *site) userDisable(c *fiber.Ctx) error { return s.setDisabled(c, "flash.user_disabled", true) }

func (s *site) userEnable(c *fiber.Ctx) error { return s.setDisabled(c, "flash.user_enabled", false) }

func (s *site) setDisabled(c *fiber.Ctx, done string, disabled bool) error {
	return s.userAct(c, done, func(u identity.User, in *input) error {
		return s.deps.Identity.SetDisabled(c.UserContext(), actor(c), u.ID, in.version(), disabled)
	})
}

func (s *site) userEndFactor(c *fiber.Ctx) error {
	return s.userAct(c, "flash.factor_ended", func(u identity.User, _ *input) error {
		return s.deps.Identity.EndTwoFactorFor(c.UserContext(), actor(c), u.ID)
	})
}

// userReset makes a link with which somebody chooses a password.
func (s *site) userReset(c *fiber.Ctx) error {
	page, err := s.userPage(c, "")
	if err != nil {
		return err
	}
	link, err := s.deps.Identity.SendReset(c.UserContext(), actor(c), page.User.ID)
	if err != nil {
		return s.userAct(c, "", func(identity.User, *input) error { return err })
	}
	return s.handOver(c, page.Printer, page.User, link, "flash.link_sent")
}

// userData gives an administrator what is held about somebody, who asked for it.
func (s *site) userData(c *fiber.Ctx) error {
	id, err := key(c, "user")
	if err != nil {
		return err
	}
	if _, err := s.deps.Identity.User(c.UserContext(), actor(c), id); err != nil {
		return err // in the words of an unknown account, also for one's own
	}
	data, err := s.deps.Identity.PersonalData(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	return s.sendPersonalData(c, data)
}

// userErase takes out of an account who the person was, once their address was typed.
func (s *site) userErase(c *fiber.Ctx) error {
	page, err := s.userPage(c, "user.erase.title")
	if err != nil {
		return err
	}
	u, p := page.User, page.Printer
	shown := views.FormPage{Base: page.Base, Intro: []string{p.T("user.erase.text"), p.T("user.erase.goes"), p.T("user.erase.stays")}}
	shown.Form = shown.NewForm(views.UserURL(u.ID, "erase"), p.T("user.erase.submit"), views.UserURL(u.ID, ""), u.Version,
		views.Field{Name: "confirm", Label: p.T("label.confirm_email"), Help: p.T("user.erase.help", u.Email), Autocomplete: "off", Required: true, MaxSize: 254})
	shown.Form.Danger = true
	return s.edit(c, edit{page: shown, done: "flash.erased", save: func(in *input) (string, error) {
		if !strings.EqualFold(in.text("confirm"), u.Email) {
			in.wrong.Add("confirm", "user.erase.mismatch")
		}
		if err := in.err(); err != nil {
			return "", err
		}
		return views.OrganisationUsersURL(u.OrganisationID), s.deps.Identity.Erase(c.UserContext(), actor(c), u.ID, in.version())
	}})
}

// personalRegister shows what this software holds about people, for the register of the organisation.
func (s *site) personalRegister(c *fiber.Ctx) error {
	o, err := s.organisation(c, identity.PermEditUsers)
	if err != nil {
		return err
	}
	users, err := s.deps.Identity.Users(c.UserContext(), actor(c), o.ID)
	if err != nil {
		return err
	}
	counts := []views.AccountCount{{Status: identity.StatusActive}, {Status: identity.StatusInvited}, {Status: identity.StatusDisabled}}
	for _, u := range users {
		for i := range counts {
			if counts[i].Status == u.Status && u.OrganisationID == o.ID {
				counts[i].N++
			}
		}
	}
	p := s.printer(c)
	return s.render(c, views.RegisterPage{Base: s.organisationBase(c, p, o, p.T("register.title")), Organisation: o, Accounts: counts})
}
