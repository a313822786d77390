package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/fault"
	"jalon/views"
)

const (
	sessionKey = "session" // of the request's locals
	formKey    = "form"
	onceKey    = "once" // under which the work of the form is booked
)

// sessionCookie names the cookie of the session. With HTTPS its prefix makes browsers refuse one that
// another host or path set.
func (s *site) sessionCookie() string {
	if s.secure() {
		return "__Host-jalon"
	}
	return "jalon_session"
}

func (s *site) setSession(c *fiber.Ctx, token string) {
	c.Cookie(&fiber.Cookie{Name: s.sessionCookie(), Value: token, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: s.secure(), SessionOnly: true})
}

func (s *site) dropSession(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{Name: s.sessionCookie(), Path: "/", Expires: time.Unix(1, 0), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: s.secure()})
}

// identify finds out who asks. A cookie that names no session any more is nobody's; only a database that
// cannot be asked is an error.
func (s *site) identify(c *fiber.Ctx) (*identity.Session, error) {
	if held, ok := c.Locals(sessionKey).(*identity.Session); ok {
		return held, nil
	}
	var found *identity.Session
	if token := c.Cookies(s.sessionCookie()); token != "" {
		session, err := s.deps.Identity.Session(c.UserContext(), token)
		switch {
		case err == nil:
			found = &session
		case fault.KindOf(err) != fault.KindUnauthenticated:
			return nil, err
		}
	}
	c.Locals(sessionKey, found)
	return found, nil
}

// session is the session of the request, nil for nobody.
func session(c *fiber.Ctx) *identity.Session {
	held, _ := c.Locals(sessionKey).(*identity.Session)
	return held
}

// actor is who asks: the zero value for nobody, who may do nothing.
func actor(c *fiber.Ctx) identity.Actor {
	if held := session(c); held != nil {
		return held.Actor
	}
	return identity.Actor{}
}

// guard stands before every handler but the open ones: who asks, from where, and whether they hold the
// route's permission anywhere at all. Whether they hold it here is for the use case to say.
func (s *site) guard(r route, c *fiber.Ctx) error {
	if r.permission == open {
		return r.handle(s, c)
	}
	held, err := s.identify(c)
	if err != nil {
		return err
	}
	if c.Method() == fiber.MethodPost {
		if err := s.receive(r, c, held); err != nil {
			return err
		}
	}
	switch {
	case r.permission == public:
	case held == nil:
		return s.askToSignIn(r, c)
	case !held.Actor.MayAnywhere(r.permission):
		return fault.Forbidden("permission.denied", string(r.permission))
	}
	return r.handle(s, c)
}

// receive checks that a form comes from a page of this site and of this session, and keeps its fields.
func (s *site) receive(r route, c *fiber.Ctx, held *identity.Session) error {
	if !s.sameOrigin(c) {
		return fault.Forbidden("form.foreign")
	}
	if r.upload {
		return nil // the handler reads the fields from the stream, see checkToken
	}
	typed, err := typedForm(c)
	if err != nil {
		return err
	}
	c.Locals(formKey, typed)
	if held == nil || (r.permission == public && r.path != views.SignOutURL) {
		return nil // a sign-in page of before somebody signed in, in another tab, has no token and needs none
	}
	if err := checkToken(held, typed.Get(views.FieldCSRF)); err != nil {
		return err
	}
	keepOnce(c, held, typed, nil)
	return nil
}

// checkToken compares the token of a form with the session's.
func checkToken(held *identity.Session, token string) error {
	if held == nil || subtle.ConstantTimeCompare([]byte(token), []byte(held.CSRF)) != 1 || held.CSRF == "" {
		return fault.Forbidden("form.token")
	}
	return nil
}

var requestKey = regexp.MustCompile(`^[0-9a-f]{32}$`)

func newRequestKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, as crypto/rand promises
	return hex.EncodeToString(b[:])
}

// keepOnce has the work of a form done once, however often it is sent: its key is booked with the work. The key belongs
// to the user and to what was sent: who goes back, mends a word and sends the form again has sent another one, and must
// not be told that it was done. What is booked is a digest that tells nothing of what was typed.
func keepOnce(c *fiber.Ctx, held *identity.Session, typed url.Values, file []byte) {
	if !requestKey.MatchString(typed.Get(views.FieldRequest)) {
		return
	}
	digest := sha256.New()
	digest.Write([]byte(withoutToken(typed).Encode() + "\n")) // with the form's own key, which nobody can guess
	digest.Write(file)
	key := strconv.FormatInt(held.User.ID, 10) + ":" + hex.EncodeToString(digest.Sum(nil)[:16])
	c.Locals(onceKey, key)
	c.SetUserContext(audit.WithRequest(c.UserContext(), key))
}

// sameOrigin tells whether a request was sent by a page of this site, as browsers say it. One that says
// nothing is refused: every browser that runs these pages sends one of both headers with a form.
func (s *site) sameOrigin(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	origin, err := url.Parse(c.Get(fiber.HeaderOrigin))
	if err != nil || origin.Host == "" {
		return false
	}
	return strings.EqualFold(origin.Host, string(c.Request().Header.Host()))
}

// askToSignIn sends a reader to the sign-in page and back. What was typed into a form is carried along: a session
// that ended meanwhile must not cost it.
func (s *site) askToSignIn(r route, c *fiber.Ctx) error {
	if c.Method() != fiber.MethodPost {
		back := cleanPath(c)
		if q := query(c).Encode(); q != "" {
			back += "?" + q
		}
		return s.see(c, views.SignInURL+"?"+url.Values{"return_to": {back}}.Encode())
	}
	if r.upload {
		c.Context().SetConnectionClose()
		return fault.New(fault.KindUnauthenticated, "session.none")
	}
	c.Status(fiber.StatusUnauthorized)
	return s.render(c, s.signInPage(c, kept{path: cleanPath(c), body: withoutToken(typed(c)).Encode()}))
}

// withoutToken leaves out what belongs to the session that ended, and what nobody should find in a page: passwords.
func withoutToken(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		if name != views.FieldCSRF && !strings.Contains(name, "password") {
			out[name] = values
		}
	}
	return out
}

func typed(c *fiber.Ctx) url.Values {
	v, _ := c.Locals(formKey).(url.Values)
	return v
}

// ownPath gives a path of this site as it may stand in a redirect, or "" for anything else.
func ownPath(raw string) string {
	if raw != text(raw) || strings.ContainsAny(raw, "\\") || !strings.HasPrefix(raw, "/") || strings.HasPrefix(raw, "//") {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return ""
	}
	if u.Path != text(u.Path) {
		return ""
	}
	out := u.EscapedPath()
	if u.RawQuery != "" {
		q, err := url.ParseQuery(u.RawQuery)
		if err != nil {
			return ""
		}
		out += "?" + q.Encode()
	}
	return out
}

// see answers a form that was taken: the browser goes on with a page that can be loaded again.
func (s *site) see(c *fiber.Ctx, to string) error {
	if to = ownPath(to); to == "" {
		to = views.HomeURL
	}
	c.Set(fiber.HeaderLocation, to)
	return c.SendStatus(fiber.StatusSeeOther)
}

// clientAddress is where a request comes from. Forwarded addresses count only when the connection is a
// configured proxy's, and then the last one that no such proxy wrote of itself.
func (s *site) clientAddress(c *fiber.Ctx) string {
	host, _, err := net.SplitHostPort(c.Context().RemoteAddr().String())
	if err != nil {
		host = c.Context().RemoteAddr().String()
	}
	address, err := netip.ParseAddr(host)
	if err != nil || !s.trusted(address) {
		return host
	}
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) { // a proxy may add a line of its own below the client's
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop.Unmap()
		if !s.trusted(address) {
			break
		}
	}
	return address.String()
}

func (s *site) trusted(a netip.Addr) bool {
	for _, p := range s.config.Proxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// refusals remembers what was refused a moment ago, so that somebody who tries again and again fills no trail.
type refusals struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

// refusalSpan is how long the same refusal is written once.
const refusalSpan = 10 * time.Minute

// refusalTimeout bounds the writing of one.
const refusalTimeout = 5 * time.Second

func (r *refusals) first(what string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.seen[what]; ok && now.Sub(at) < refusalSpan {
		return false
	}
	if len(r.seen) > 1000 || r.seen == nil {
		r.seen = map[string]time.Time{}
	}
	r.seen[what] = now
	return true
}

// noteRefusal writes into the audit trail that somebody tried what they may not do.
func (s *site) noteRefusal(c *fiber.Ctx) {
	held := session(c)
	if held == nil || !s.refusals.first(held.Actor.Name+" "+c.Method()+" "+c.Route().Path, s.deps.Now()) {
		return
	}
	details := map[string]string{"method": c.Method(), "path": cleanPath(c)}
	// The request's own time ended with its work.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), refusalTimeout)
	defer cancel()
	if err := s.deps.Identity.Note(audit.WithRequest(ctx, ""), held.Actor, held.User.OrganisationID, "access.refused", "route", 0, details); err != nil {
		s.deps.Log.Error("refused attempt not written to the trail", "error", err.Error())
	}
}
