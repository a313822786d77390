package web

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// AccountWork is what the site does with the account of whoever signed in.
type AccountWork interface {
	Own(ctx context.Context, actor identity.Actor) (identity.User, error)
	UpdateOwn(ctx context.Context, actor identity.Actor, version int64, in identity.OwnInput) error
	Sessions(ctx context.Context, actor identity.Actor, current int64) ([]identity.SessionLine, error)
	EndSession(ctx context.Context, actor identity.Actor, id int64) error
	EndOtherSessions(ctx context.Context, actor identity.Actor, current int64) error
	ChangePassword(ctx context.Context, actor identity.Actor, old, new string, current int64) (token string, err error)
	BeginTwoFactor(ctx context.Context, actor identity.Actor) (identity.TwoFactorSetup, error)
	ConfirmTwoFactor(ctx context.Context, actor identity.Actor, code string) (recovery []string, err error)
	EndTwoFactor(ctx context.Context, actor identity.Actor, password string) error
	NewRecoveryCodes(ctx context.Context, actor identity.Actor, password string) ([]string, error)
	PersonalData(ctx context.Context, actor identity.Actor, user int64) (identity.PersonalData, error)
}

var accountRoutes = slices.Concat(signInRoutes, []route{
	form(views.AccountURL, identity.PermOwnAccount, (*site).account),
	form(views.AccountPasswordURL, identity.PermOwnAccount, (*site).accountPassword),
	form(views.AccountFactorURL, identity.PermOwnAccount, (*site).accountFactor),
	act(views.AccountFactorBegin, identity.PermOwnAccount, (*site).accountFactorBegin),
	form(views.AccountFactorCodes, identity.PermOwnAccount, (*site).accountFactorCodes),
	form(views.AccountFactorEnd, identity.PermOwnAccount, (*site).accountFactorEnd),
	act(views.AccountSessionsEnd, identity.PermOwnAccount, (*site).accountSessionsEnd),
	act("/account/sessions/:id/end", identity.PermOwnAccount, (*site).accountSessionEnd),
	page(views.AccountDataURL, identity.PermOwnAccount, (*site).accountData),
})

// accountBase is the frame of a page below the account's own.
func (s *site) accountBase(c *fiber.Ctx, p views.Printer, title string) views.Base {
	b := s.base(c, p, title, views.SectionAccount)
	if b.Path != views.AccountURL {
		b.Trail = []views.Link{{Text: p.T("account.title"), URL: views.AccountURL}}
	}
	return b
}

// account shows the reader's own account and changes what they say of themselves.
func (s *site) account(c *fiber.Ctx) error {
	ctx, who, p := c.UserContext(), actor(c), s.printer(c)
	user, err := s.deps.Identity.Own(ctx, who)
	if err != nil {
		return err
	}
	sessions, err := s.deps.Identity.Sessions(ctx, who, session(c).ID)
	if err != nil {
		return err
	}
	page := views.AccountPage{Base: s.accountBase(c, p, p.T("account.title")), User: user, Sessions: sessions, Location: s.config.Location}
	page.Form = page.NewForm(views.AccountURL, p.T("admin.save"), "", user.Version, p.OwnFields(user)...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	own := identity.OwnInput{Name: in.text("name"), Locale: in.text("locale"), Shortcuts: in.has("shortcuts")}
	if err := s.once(c, s.deps.Identity.UpdateOwn(ctx, who, in.version(), own)); err != nil {
		return s.refuse(c, &page, &page.Form, in, err)
	}
	s.keepLanguage(c, own.Locale)
	s.flash(c, "flash.saved")
	return s.see(c, views.AccountURL)
}

// keepLanguage has the language that was chosen for the account win over one that this browser remembers.
func (s *site) keepLanguage(c *fiber.Ctx, lang string) {
	cookie := &fiber.Cookie{Name: languageCookie, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: s.secure()}
	if known(lang) {
		cookie.Value, cookie.MaxAge = lang, int((365 * 24 * time.Hour).Seconds())
	} else {
		cookie.Expires = time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

func (s *site) accountPassword(c *fiber.Ctx) error {
	p := s.printer(c)
	page := views.FormPage{Base: s.accountBase(c, p, p.T("account.password.title")), Intro: []string{p.T("account.password.text")}}
	page.Form = page.NewForm(views.AccountPasswordURL, p.T("account.password.submit"), views.AccountURL, 0,
		views.Field{Name: "old_password", Label: p.T("label.old_password"), Type: "password", Autocomplete: "current-password", Required: true, MaxSize: 256}, newPasswordField(p))
	return s.edit(c, edit{page: page, done: "flash.password_changed", save: func(in *input) (string, error) {
		token, err := s.deps.Identity.ChangePassword(c.UserContext(), actor(c), in.secret("old_password"), in.secret("password"), session(c).ID)
		if err == nil {
			s.setSession(c, token)
		}
		return views.AccountURL, err
	}})
}

// accountSessionEnd ends a session of the reader's own; their current one is signed out by it.
func (s *site) accountSessionEnd(c *fiber.Ctx) error {
	id, err := key(c, "session")
	if err != nil {
		return err
	}
	return s.act(c, "flash.session_ended", func(*input) (string, error) {
		return views.AccountURL, s.once(c, s.deps.Identity.EndSession(c.UserContext(), actor(c), id))
	})
}

func (s *site) accountSessionsEnd(c *fiber.Ctx) error {
	return s.act(c, "flash.session_ended", func(*input) (string, error) {
		return views.AccountURL, s.once(c, s.deps.Identity.EndOtherSessions(c.UserContext(), actor(c), session(c).ID))
	})
}

// accountData gives the reader everything that is held about them.
func (s *site) accountData(c *fiber.Ctx) error {
	data, err := s.deps.Identity.PersonalData(c.UserContext(), actor(c), actor(c).UserID)
	if err != nil {
		return err
	}
	return s.sendPersonalData(c, data)
}

// sendPersonalData sends what is held about a person as a file, which no cache keeps.
func (s *site) sendPersonalData(c *fiber.Ctx, data identity.PersonalData) error {
	body, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	name := "jalon-" + strconv.FormatInt(data.User.ID, 10) + "-" + s.today().String() + ".json"
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", name))
	return c.Send(append(body, '\n'))
}

// isFault tells whether an error is the fault with the key.
func isFault(err error, key string) bool {
	f := fault.As(err)
	return f != nil && f.Key == key
}
