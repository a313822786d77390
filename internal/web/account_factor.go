package web

import (
	"encoding/base64"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// accountFactor says how the reader's second factor stands, and takes the first code of a new one.
func (s *site) accountFactor(c *fiber.Ctx) error {
	ctx, who, p := c.UserContext(), actor(c), s.printer(c)
	if c.Method() == fiber.MethodPost {
		in := s.input(c)
		codes, err := s.deps.Identity.ConfirmTwoFactor(ctx, who, in.text("code"))
		switch {
		case err == nil:
			return s.renderCodes(c, p, codes)
		case fault.KindOf(err) == fault.KindConflict: // it is on already, or nothing was begun
			return s.see(c, views.AccountFactorURL)
		}
		page := s.setupPage(c, p, identity.TwoFactorSetup{})
		return s.refuse(c, &page, &page.Form, in, err)
	}
	user, err := s.deps.Identity.Own(ctx, who)
	if err != nil {
		return err
	}
	page := views.TwoFactorPage{Base: s.accountBase(c, p, p.T("two_factor.title")), On: user.TwoFactor}
	page.Begin = page.Act(views.AccountFactorBegin, p.T("two_factor.begin"), "", 0)
	return s.render(c, page)
}

// accountFactorBegin shows a new secret. It takes a form, because it makes the one before useless.
func (s *site) accountFactorBegin(c *fiber.Ctx) error {
	setup, err := s.deps.Identity.BeginTwoFactor(c.UserContext(), actor(c))
	if fault.KindOf(err) == fault.KindConflict {
		return s.see(c, views.AccountFactorURL)
	}
	if err != nil {
		return err
	}
	return s.render(c, s.setupPage(c, s.printer(c), setup))
}

// setupPage asks for the first code. After a wrong one the secret is not shown again: it stands in the app by then.
func (s *site) setupPage(c *fiber.Ctx, p views.Printer, setup identity.TwoFactorSetup) views.FactorSetupPage {
	page := views.FactorSetupPage{Base: s.accountBase(c, p, p.T("two_factor.setup.title")), Secret: setup.Secret}
	page.Path = views.AccountFactorURL
	if len(setup.PNG) > 0 {
		page.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(setup.PNG))
	}
	page.Form = page.NewForm(views.AccountFactorURL, p.T("two_factor.confirm"), views.AccountFactorURL, 0,
		views.Field{Name: "code", Label: p.T("label.code_app"), Help: p.T("two_factor.code.help"), Autocomplete: "one-time-code", InputMode: "numeric", Required: true, MaxSize: 12})
	return page
}

// renderCodes shows recovery codes, once.
func (s *site) renderCodes(c *fiber.Ctx, p views.Printer, codes []string) error {
	page := views.SecretPage{Base: s.accountBase(c, p, p.T("two_factor.codes.new")), Text: []string{p.T("two_factor.codes.once")}, Label: p.T("two_factor.codes.title"), Lines: codes,
		After: []string{p.T("two_factor.codes.keep")}, Next: views.Link{Text: p.T("two_factor.codes.kept"), URL: views.AccountURL}}
	page.Path = views.AccountFactorURL
	return s.render(c, page)
}

// passwordField asks for the present password before what needs more than an open browser.
func passwordField(p views.Printer) views.Field {
	return views.Field{Name: "password", Label: p.T("field.password"), Type: "password", Autocomplete: "current-password", Required: true, MaxSize: 256}
}

func (s *site) accountFactorCodes(c *fiber.Ctx) error {
	p := s.printer(c)
	page := views.FormPage{Base: s.accountBase(c, p, p.T("two_factor.codes.title")), Intro: []string{p.T("two_factor.codes.text")}}
	page.Form = page.NewForm(views.AccountFactorCodes, p.T("two_factor.codes.make"), views.AccountFactorURL, 0, passwordField(p))
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	in := s.input(c)
	codes, err := s.deps.Identity.NewRecoveryCodes(c.UserContext(), actor(c), in.secret("password"))
	if repeated(err) { // they were shown already, once
		return s.see(c, views.AccountFactorURL)
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, err)
	}
	return s.renderCodes(c, p, codes)
}

func (s *site) accountFactorEnd(c *fiber.Ctx) error {
	p := s.printer(c)
	page := views.FormPage{Base: s.accountBase(c, p, p.T("two_factor.end.title")), Intro: []string{p.T("two_factor.end.text")}}
	page.Form = page.NewForm(views.AccountFactorEnd, p.T("two_factor.end.submit"), views.AccountFactorURL, 0, passwordField(p))
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.factor_ended", save: func(in *input) (string, error) {
		return views.AccountFactorURL, s.once(c, s.deps.Identity.EndTwoFactor(c.UserContext(), actor(c), in.secret("password")))
	}})
}
