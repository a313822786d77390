package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
)

// TestForeignForms sends a form that changes something in every way that a page of another site could.
func TestForeignForms(t *testing.T) {
	d := newDesk(t)
	v, stranger := d.as(identity.RoleReader), d.as(identity.RoleReader)
	own := v.page("/account").Form("/sign-out").Get("_csrf")
	others := stranger.page("/account").Form("/sign-out").Get("_csrf")
	const form = "application/x-www-form-urlencoded"
	body := func(token string) string { return url.Values{"_csrf": {token}}.Encode() }
	tests := []struct {
		name, method, body, kind string
		headers                  []string
		status                   int
	}{
		{"no origin", "POST", body(own), form, nil, 403},
		{"another origin", "POST", body(own), form, []string{"Origin", "https://evil.example"}, 403},
		{"an opaque origin", "POST", body(own), form, []string{"Origin", "null"}, 403},
		{"cross-site", "POST", body(own), form, []string{"Origin", "http://localhost", "Sec-Fetch-Site", "cross-site"}, 403},
		{"same site, another host", "POST", body(own), form, []string{"Origin", "http://localhost", "Sec-Fetch-Site", "same-site"}, 403},
		{"typed into the address bar", "POST", body(own), form, []string{"Sec-Fetch-Site", "none"}, 403},
		{"no token", "POST", "", form, []string{"Origin", "http://localhost"}, 403},
		{"a wrong token", "POST", body("x"), form, []string{"Origin", "http://localhost"}, 403},
		{"the token of somebody else", "POST", body(others), form, []string{"Origin", "http://localhost"}, 403},
		{"text", "POST", body(own), "text/plain", []string{"Origin", "http://localhost"}, 415},
		{"JSON", "POST", `{"_csrf":"` + own + `"}`, "application/json", []string{"Origin", "http://localhost"}, 415},
		{"a file", "POST", "x", "multipart/form-data; boundary=x", []string{"Origin", "http://localhost"}, 415},
		{"the token in the address", "GET", "", "", nil, 405},
		{"another method in a header", "GET", "", "", []string{"X-HTTP-Method-Override", "POST"}, 405},
	}
	for _, tc := range tests {
		path := "/sign-out"
		if tc.method == "GET" {
			path += "?" + body(own)
		}
		headers := tc.headers
		if tc.kind != "" {
			headers = append([]string{"Content-Type", tc.kind}, headers...)
		}
		if res, _ := v.do(tc.method, path, strings.NewReader(tc.body), headers...); res.StatusCode != tc.status {
			t.Errorf("%s: %d, want %d", tc.name, res.StatusCode, tc.status)
		}
	}
	if res, _ := v.get("/account"); res.StatusCode != 200 {
		t.Fatalf("the session ended: %d", res.StatusCode)
	}
	if res, _ := v.send("/sign-out", url.Values{"_csrf": {own}}); res.StatusCode != 303 {
		t.Errorf("the site's own form: %d, want 303", res.StatusCode)
	}
}

func TestSignInCannotBeForged(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	guest := d.guest()
	values := url.Values{"email": {v.user.Email}, "password": {password}}.Encode()
	res, _ := guest.do("POST", "/sign-in", strings.NewReader(values), "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example")
	if res.StatusCode != 403 || guest.cookie != "" {
		t.Errorf("a sign-in from another site: %d, cookie %q", res.StatusCode, guest.cookie)
	}
}

func TestSessionsEnd(t *testing.T) {
	alive := func(v *visitor) bool {
		res, _ := v.get("/account")
		return res.StatusCode == 200
	}
	tests := []struct {
		name string
		do   func(v *visitor)
	}{
		{"after signing out", func(v *visitor) {
			v.send("/sign-out", url.Values{"_csrf": {v.page("/account").Form("/sign-out").Get("_csrf")}})
		}},
		{"without a request for too long", func(v *visitor) { v.clock = v.clock.Add(identity.SessionIdle + time.Minute) }},
		{"after its longest life, although in use", func(v *visitor) {
			for range 24 * 8 {
				v.clock = v.clock.Add(time.Hour)
				v.get("/account")
			}
		}},
		{"when the account is disabled", func(v *visitor) {
			if err := v.identity.SetDisabled(t.Context(), operator, v.user.ID, v.user.Version, true); err != nil {
				t.Fatal(err)
			}
		}},
		{"when the password is set anew", func(v *visitor) {
			link, err := v.identity.SendReset(t.Context(), operator, v.user.ID)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			if err := v.identity.ResetPassword(t.Context(), u.Query().Get("token"), "une autre phrase assez longue"); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, tc := range tests {
		d := newDesk(t)
		v := d.as(identity.RoleReader)
		if !alive(v) {
			t.Fatal("no session")
		}
		cookie := v.cookie
		tc.do(v)
		v.cookie = cookie
		if alive(v) {
			t.Errorf("%s the session is still alive", tc.name)
		}
	}
}

// TestSessionIsNew gives a browser a cookie before it signs in: the session must get another one.
func TestSessionIsNew(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	first := v.cookie
	attacker := "jalon_session=" + strings.Repeat("A", 43)
	v.cookie = attacker
	v.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {password}})
	if v.cookie == attacker || v.cookie == first || v.cookie == "" {
		t.Errorf("cookie after signing in: %q", v.cookie)
	}
}

func TestCookieFlags(t *testing.T) {
	db := dbtest.SQLite(t)
	d := newDeskOn(t, db, Config{BaseURL: mustURL(t, "https://localhost/")})
	v := d.as(identity.RoleReader)
	res, _ := v.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {password}})
	for _, c := range res.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite == http.SameSiteNoneMode || c.SameSite == 0 {
			t.Errorf("cookie %s: HttpOnly %v, Secure %v, SameSite %v", c.Name, c.HttpOnly, c.Secure, c.SameSite)
		}
	}
	if !strings.HasPrefix(v.cookie, "__Host-jalon=") {
		t.Errorf("session cookie %q", v.cookie)
	}
}

func TestReturnTo(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	for to, want := range map[string]string{
		"/committees": "/committees", "/roadmaps/1?as_of=2026-01-01": "/roadmaps/1?as_of=2026-01-01", "": "/",
		"//evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/", "https://evil.example/": "/", "javascript:alert(1)": "/", "/\tevil": "/",
		"//evil.example@localhost/": "/", "/%0d%0aSet-Cookie:x=1": "/", "/x\r\nSet-Cookie: x=1": "/", "/%2f%2fevil.example": "/", "/%5cevil.example": "/", "evil.example": "/", " //evil.example": "/",
		"http:/evil.example": "/", "/.//evil.example": "/.//evil.example",
	} {
		v.cookie = ""
		res, _ := v.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {password}, "return_to": {to}})
		got := res.Header.Get("Location")
		if res.StatusCode != 303 || got != want || res.Header.Get("Set-Cookie") == "" {
			t.Errorf("return_to %q: %d %q, want %q", to, res.StatusCode, got, want)
		}
	}
}

// TestUnknownAndKnownReadAlike: the answers to a guess do not tell whether there is an account.
func TestUnknownAndKnownReadAlike(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	disabled := d.as(identity.RoleReader)
	if err := d.identity.SetDisabled(t.Context(), operator, disabled.user.ID, disabled.user.Version, true); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sign-in", "/password/forgot"} {
		var first string
		for i, email := range []string{v.user.Email, "nobody@example.org", disabled.user.Email} {
			res, body := d.guest().send(path, url.Values{"email": {email}, "password": {"a wrong password"}})
			got := res.Status + res.Header.Get("Location") + strings.ReplaceAll(body, email, "…")
			if i == 0 {
				first = got
			} else if got != first {
				t.Errorf("%s: another answer for %s", path, email)
			}
		}
	}
}

func TestForwardedAddresses(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	refused := 0
	for i := range 60 { // app.Test connects from 0.0.0.0, which is no trusted proxy
		values := url.Values{"email": {v.user.Email}, "password": {"wrong"}}.Encode()
		res, _ := d.guest().do("POST", "/sign-in", strings.NewReader(values), "Content-Type", "application/x-www-form-urlencoded", "Origin", "http://localhost",
			"X-Forwarded-For", netip.AddrFrom4([4]byte{10, 1, 2, byte(i)}).String(), "X-Real-IP", netip.AddrFrom4([4]byte{10, 1, 3, byte(i)}).String())
		if res.StatusCode == 429 {
			refused++
			if res.Header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
		}
	}
	if refused == 0 {
		t.Error("rotating forwarded addresses get around the limit")
	}
}

// TestExpiredSessionKeepsTheForm: what was typed comes back after a new sign-in and is saved.
func TestExpiredSessionKeepsTheForm(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := "/projects/" + itoa(int64(d.home.projects[0].ID)) + "/edit"
	fields := v.filled(path, path, map[string]string{"need": "Un besoin <longuement> écrit"})
	d.clock = d.clock.Add(identity.SessionIdle + time.Hour)
	res, body := v.send(path, fields)
	if res.StatusCode != 401 {
		t.Fatalf("an expired session: %d, want 401", res.StatusCode)
	}
	signIn := htmltest.Parse(t, body).Form("/sign-in")
	signIn.Set("email", v.user.Email)
	signIn.Set("password", password)
	res, body = v.send("/sign-in", signIn)
	if res.StatusCode != 200 {
		t.Fatalf("sign in: %d", res.StatusCode)
	}
	again := htmltest.Parse(t, body).Form(path)
	if again.Get("need") != "Un besoin <longuement> écrit" {
		t.Fatalf("the form came back as %v", again)
	}
	if res, body = v.send(path, again); res.StatusCode != 303 {
		t.Fatalf("send again: %d\n%s", res.StatusCode, body)
	}
	p, _, err := d.portfolio.Project(t.Context(), operator, d.home.projects[0].ID)
	if err != nil || p.Need != "Un besoin <longuement> écrit" {
		t.Errorf("need = %q, %v", p.Need, err)
	}
}

// TestKeptFormsGoNowhereElse: only addresses that take forms of this site are sent to.
func TestKeptFormsGoNowhereElse(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	for _, to := range []string{"https://evil.example/", "//evil.example/x", "/methods", "/sign-out", "/password/reset", ""} {
		res, body := v.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {password}, "return_to": {to}, "kept_form": {"a=1"}})
		if res.StatusCode == 200 && strings.Contains(body, "evil") || res.StatusCode == 200 && strings.Contains(body, `action="`+to) {
			t.Errorf("a kept form may go to %q", to)
		}
	}
}
