package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

var signInRoutes = []route{
	form("/sign-in", public, (*site).signIn),
	act("/sign-in/code", public, (*site).signInCode),
	act("/sign-out", public, (*site).signOut),
	form("/password/forgot", public, (*site).passwordForgot),
	form("/password/reset", public, (*site).passwordReset),
}

// kept is what a sign-in carries along: the page to go back to, and a form that was sent to it.
type kept struct{ path, body string }

// Names of the hidden fields that carry what is kept.
const (
	fieldReturn  = "return_to"
	fieldBody    = "kept_form"
	fieldPending = "pending"
)

func (k kept) fields() []views.Field {
	return []views.Field{{Type: "hidden", Name: fieldReturn, Value: k.path}, {Type: "hidden", Name: fieldBody, Value: k.body}}
}

func keptOf(in *input) kept {
	return kept{path: ownPath(in.values.Get(fieldReturn)), body: in.values.Get(fieldBody)}
}

// signInPage is the page on which people sign in.
func (s *site) signInPage(c *fiber.Ctx, k kept) views.FormPage {
	p := s.printer(c)
	page := views.FormPage{Base: s.base(c, p, p.T("sign_in.title"), "")}
	page.Path = views.SignInURL
	page.Query = url.Values{}
	if k.path != "" {
		page.Query.Set(fieldReturn, k.path)
	}
	if k.body != "" {
		page.Intro = []string{p.T("sign_in.kept")}
	}
	page.Intro = append(page.Intro, s.config.Notices...)
	page.Form = page.NewForm(views.SignInURL, p.T("sign_in.submit"), "", 0, append(k.fields(),
		views.Field{Name: "email", Label: p.T("field.email"), Type: "email", Autocomplete: "username", Required: true, MaxSize: 254},
		views.Field{Name: "password", Label: p.T("field.password"), Type: "password", Autocomplete: "current-password", Required: true, MaxSize: 256})...)
	page.Links = []views.Link{{Text: p.T("sign_in.forgot"), URL: "/password/forgot"}}
	return page
}

func (s *site) signIn(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodPost {
		back := ownPath(query(c).Get(fieldReturn))
		if session(c) != nil {
			return s.see(c, back)
		}
		return s.render(c, s.signInPage(c, kept{path: back}))
	}
	in := s.input(c)
	k := keptOf(in)
	result, err := s.deps.Identity.SignIn(c.UserContext(), identity.SignInInput{Email: in.text("email"), Password: in.secret("password"),
		Agent: text(c.Get(fiber.HeaderUserAgent)), Address: s.clientAddress(c)})
	if err != nil {
		page := s.signInPage(c, k)
		return s.refuseSignIn(c, &page, in, err)
	}
	if result.Pending != "" {
		return s.render(c, s.codePage(c, k, result.Pending))
	}
	return s.signedIn(c, k, result.Token)
}

// refuseSignIn shows the page again; who may not sign in gets a 401, whatever the reason.
func (s *site) refuseSignIn(c *fiber.Ctx, page *views.FormPage, in *input, err error) error {
	if fault.KindOf(err) != fault.KindUnauthenticated {
		return s.refuse(c, page, &page.Form, in, err)
	}
	c.Status(fiber.StatusUnauthorized)
	if f := page.Form.Field("email"); f != nil {
		f.Value = in.text("email")
	}
	page.Form.Message = page.Fault(err)
	return s.render(c, page)
}

// codePage asks for the second factor.
func (s *site) codePage(c *fiber.Ctx, k kept, pending string) views.FormPage {
	p := s.printer(c)
	page := views.FormPage{Base: s.base(c, p, p.T("sign_in.code.title"), ""), Intro: []string{p.T("sign_in.code.text")}}
	page.Path, page.Query = views.SignInURL, url.Values{}
	page.Form = page.NewForm(views.SignInURL+"/code", p.T("sign_in.submit"), views.SignInURL, 0, append(k.fields(),
		views.Field{Type: "hidden", Name: fieldPending, Value: pending},
		views.Field{Name: "code", Label: p.T("field.code"), Help: p.T("sign_in.code.help"), Autocomplete: "one-time-code", Required: true, MaxSize: 40})...)
	return page
}

func (s *site) signInCode(c *fiber.Ctx) error {
	in := s.input(c)
	k := keptOf(in)
	result, err := s.deps.Identity.SecondStep(c.UserContext(), in.secret(fieldPending), in.text("code"), text(c.Get(fiber.HeaderUserAgent)), s.clientAddress(c))
	if err != nil {
		page := s.codePage(c, k, in.secret(fieldPending))
		return s.refuseSignIn(c, &page, in, err)
	}
	return s.signedIn(c, k, result.Token)
}

// signedIn starts the new session, ends the one that the browser still held, and goes on with what was asked for.
func (s *site) signedIn(c *fiber.Ctx, k kept, token string) error {
	if old := c.Cookies(s.sessionCookie()); old != "" {
		if err := s.deps.Identity.SignOut(c.UserContext(), old); err != nil && fault.KindOf(err) != fault.KindUnauthenticated {
			return err
		}
	}
	s.setSession(c, token)
	if k.body == "" || k.path == "" || !s.takesForm(k.path) {
		return s.see(c, k.path)
	}
	held, err := s.deps.Identity.Session(c.UserContext(), token)
	if err != nil {
		return err
	}
	c.Locals(sessionKey, &held)
	values, err := url.ParseQuery(k.body)
	if err != nil {
		return s.see(c, k.path)
	}
	p := s.printer(c)
	page := views.ConfirmPage{Base: s.base(c, p, p.T("sign_in.resume.title"), ""), Text: []string{p.T("sign_in.resume.text")}, Action: k.path, CSRF: held.CSRF, Submit: p.T("sign_in.resume.submit"), Cancel: views.HomeURL}
	page.Path = views.HomeURL
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range values[name] {
			if name != views.FieldCSRF {
				page.Kept = append(page.Kept, views.Parameter{Name: name, Value: v})
			}
		}
	}
	return s.render(c, page)
}

// takesForm tells whether a path is one that a form may be sent to again after a sign-in.
func (s *site) takesForm(path string) bool {
	plain, _, _ := strings.Cut(path, "?")
	return s.posts.MatchString(plain) && !strings.HasPrefix(plain, "/sign-") && !strings.HasPrefix(plain, "/password/")
}

func (s *site) signOut(c *fiber.Ctx) error {
	if token := c.Cookies(s.sessionCookie()); token != "" && session(c) != nil {
		if err := s.deps.Identity.SignOut(c.UserContext(), token); err != nil && fault.KindOf(err) != fault.KindUnauthenticated {
			return err
		}
	}
	s.dropSession(c)
	s.flash(c, "flash.signed_out")
	return s.see(c, views.SignInURL)
}

func (s *site) passwordForgot(c *fiber.Ctx) error {
	p := s.printer(c)
	page := views.FormPage{Base: s.base(c, p, p.T("forgot.title"), ""), Intro: []string{p.T("forgot.text")}}
	page.Form = page.NewForm("/password/forgot", p.T("forgot.submit"), views.SignInURL, 0,
		views.Field{Name: "email", Label: p.T("field.email"), Type: "email", Autocomplete: "username", Required: true, MaxSize: 254})
	return s.edit(c, edit{page: page, done: "flash.reset_sent", save: func(in *input) (string, error) {
		return views.SignInURL, s.deps.Identity.ForgotPassword(c.UserContext(), in.text("email"), s.clientAddress(c))
	}})
}

// passwordReset takes a new password from whoever holds the token that was sent to them. The token stands in the
// query, which no log holds, and moves into the form.
func (s *site) passwordReset(c *fiber.Ctx) error {
	token := query(c).Get("token")
	if c.Method() == fiber.MethodPost {
		token = typed(c).Get("token")
	}
	user, err := s.deps.Identity.ResetUser(c.UserContext(), token)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.base(c, p, p.T("reset.title"), ""), Intro: []string{p.T("reset.text", user.Name)}}
	page.Path, page.Query = "/password/reset", url.Values{"token": {token}}
	page.Form = page.NewForm("/password/reset", p.T("reset.submit"), views.SignInURL, 0,
		views.Field{Type: "hidden", Name: "token", Value: token}, newPasswordField(p))
	return s.edit(c, edit{page: page, done: "flash.password_set", save: func(in *input) (string, error) {
		return views.SignInURL, s.deps.Identity.ResetPassword(c.UserContext(), token, in.secret("password"))
	}})
}

// newPasswordField asks for a password that is long rather than odd.
func newPasswordField(p views.Printer) views.Field {
	return views.Field{Name: "password", Label: p.T("field.new_password"), Help: p.T("password.help"), Type: "password", Autocomplete: "new-password", Required: true, MaxSize: 256}
}
