package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

const languageCookie = "jalon_lang"

// printer chooses the language: the address, then the cookie, then the account, then the browser, then the site's.
func (s *site) printer(c *fiber.Ctx) views.Printer {
	for _, lang := range []string{c.Query("lang"), c.Cookies(languageCookie)} {
		if known(lang) {
			return views.For(lang)
		}
	}
	if held := session(c); held != nil && known(held.User.Locale) {
		return views.For(held.User.Locale)
	}
	if lang := accepted(c.Get(fiber.HeaderAcceptLanguage)); lang != "" {
		return views.For(lang)
	}
	return views.For(s.config.Locale)
}

// known compares with the languages there are, so that only their own names travel on.
func known(lang string) bool {
	for _, l := range views.Languages {
		if l == lang {
			return true
		}
	}
	return false
}

// accepted gives the language of the highest quality in an Accept-Language header that the site
// has (RFC 9110, 12.5.4), the first of equals, or "".
func accepted(header string) string {
	best, quality := "", 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			n, err := strconv.ParseFloat(v, 64)
			if err != nil || !(n >= 0 && n <= 1) {
				continue
			}
			q = n
		}
		if known(lang) && q > quality {
			best, quality = lang, q
		}
	}
	return best
}

// rememberLanguage keeps a language that was asked for in the address.
func (s *site) rememberLanguage(c *fiber.Ctx) {
	if lang := c.Query("lang"); known(lang) {
		c.Cookie(&fiber.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
			HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: s.secure()})
	}
}

// base is what every page carries.
func (s *site) base(c *fiber.Ctx, p views.Printer, title, section string) views.Base {
	b := views.Base{Printer: p, Title: title, Section: section, Path: cleanPath(c), Query: query(c), Flash: s.flashed(c, p)}
	if held := session(c); held != nil {
		b.Viewer = &views.Viewer{Name: held.User.Name, Actor: held.Actor, CSRF: held.CSRF, Request: newRequestKey, Shortcuts: held.User.Shortcuts}
	}
	return b
}

// cleanPath is the path as it may stand in a link of the page: one that begins like the address of
// another site does not.
func cleanPath(c *fiber.Ctx) string {
	path := text(c.Path())
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, `/\`) {
		return views.HomeURL
	}
	return path
}

// query reads the parameters; what cannot be read is left out.
func query(c *fiber.Ctx) url.Values {
	v, _ := url.ParseQuery(string(c.Request().URI().QueryString()))
	delete(v, "lang")
	return v
}

// text makes a value of the request safe to show and to look for: valid UTF-8 without control
// characters and without those that turn text round.
func text(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || views.TurnsText(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// key reads the key of a row from the path. Whatever is not one is a page that does not exist.
func key(c *fiber.Ctx, noun string) (int64, error) {
	raw := c.Params("id")
	id, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != raw {
		return 0, fault.NotFound(noun, text(raw))
	}
	return id, nil
}

func roadmapID(c *fiber.Ctx) (portfolio.RoadmapID, error) {
	id, err := key(c, "roadmap")
	return portfolio.RoadmapID(id), err
}

// today is the day on the wall of the authority.
func (s *site) today() civil.Date { return civil.DateOf(s.deps.Now(), s.config.Location) }

// day reads which day's figures are asked for. A date that cannot be shown leaves today's figures,
// the text that was typed, and why.
func (s *site) day(c *fiber.Ctx, p views.Printer) views.Day {
	d := views.Day{On: s.today(), Today: s.today()}
	typed := strings.TrimSpace(text(query(c).Get("as_of")))
	d.Typed = typed
	if typed == "" {
		d.Typed = d.Today.String()
		return d
	}
	on, err := civil.Parse(typed)
	switch {
	case err != nil:
		d.Error = p.T("web.day.invalid", typed)
	case on.After(d.Today):
		d.Error = p.T("web.day.future", on)
	default:
		d.On = on
	}
	return d
}

// render writes a page.
func (s *site) render(c *fiber.Ctx, page views.Page) error {
	s.rememberLanguage(c)
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return views.Render(c.Response().BodyWriter(), page)
}

// renderDay is render for a page of one day's figures; a day that cannot be shown makes it a 422.
func (s *site) renderDay(c *fiber.Ctx, d views.Day, page views.Page) error {
	if d.Error != "" {
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return s.render(c, page)
}
