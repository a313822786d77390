package web

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/views"
)

// appCode is what an authenticator app shows for a secret (RFC 6238).
func appCode(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	mac.Write(step[:])
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// wants checks the status of an answer and gives it parsed.
func wants(t testing.TB, res *http.Response, body string, status int) *htmltest.Page {
	t.Helper()
	if res.StatusCode != status {
		t.Fatalf("%d, want %d\n%s", res.StatusCode, status, body)
	}
	return htmltest.Parse(t, body)
}

func TestOwnAccount(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	page := v.page(views.AccountURL)
	if text := page.One("main").Text(); !strings.Contains(text, "lecteur") || !strings.Contains(text, "Ville de Lille") || !strings.Contains(text, v.user.Email) {
		t.Errorf("the account says %q", text)
	}
	before := v.filled(views.AccountURL, views.AccountURL, map[string]string{"name": "Trop tard"})
	fields := v.filled(views.AccountURL, views.AccountURL, map[string]string{"name": "Claire", "locale": "en", "shortcuts": "-"})
	for range 2 { // the second time does nothing and goes on as the first
		if res, body := v.send(views.AccountURL, fields); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != views.AccountURL {
			t.Fatalf("POST: %d\n%s", res.StatusCode, body)
		}
	}
	user := must[identity.User](t)(d.identity.User(t.Context(), operator, v.user.ID))
	if user.Name != "Claire" || user.Locale != "en" || user.Shortcuts || user.Version != v.user.Version+1 {
		t.Errorf("stored: %+v", user)
	}
	if got := v.page(views.AccountURL).One("html").Attr("lang"); got != "en" {
		t.Errorf("the page is in %q after English was chosen", got)
	}
	stale := wants(t, first(v.send(views.AccountURL, before)), second(v.send(views.AccountURL, before)), http.StatusConflict)
	if text := stale.One("main").Text(); !strings.Contains(text, "Claire") || stale.Form(views.AccountURL).Get("name") != "Trop tard" {
		t.Errorf("a conflict shows %q", text)
	}
	res, body := v.submit(views.AccountURL, views.AccountURL, map[string]string{"name": " "})
	if wrong := wants(t, res, body, http.StatusUnprocessableEntity); len(wrong.All("#f-name-error")) != 1 {
		t.Error("nothing is said beside an empty name")
	}
}

func first(res *http.Response, _ string) *http.Response { return res }

func second(_ *http.Response, body string) string { return body }

func TestChangePassword(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	elsewhere := &visitor{desk: d, user: v.user}
	if elsewhere.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {password}}); elsewhere.cookie == "" {
		t.Fatal("no second session")
	}
	for _, tc := range []struct{ name, old, new, wrong string }{
		{"wrong old one", "pas le bon mot de passe", "une tout autre phrase longue", "old_password"},
		{"short", password, "court", "password"},
	} {
		res, body := v.submit(views.AccountPasswordURL, views.AccountPasswordURL, map[string]string{"old_password": tc.old, "password": tc.new})
		page := wants(t, res, body, http.StatusUnprocessableEntity)
		if len(page.All("#f-"+tc.wrong+"-error")) != 1 || strings.Contains(body, tc.new) {
			t.Errorf("%s: not said beside the field, or the password stands on the page", tc.name)
		}
	}
	old := v.cookie
	v.done(views.AccountPasswordURL, views.AccountPasswordURL, map[string]string{"old_password": password, "password": "une tout autre phrase longue"})
	if v.cookie == old || v.cookie == "" {
		t.Error("the session was not changed")
	}
	v.page(views.AccountURL)
	if res, _ := elsewhere.get(views.AccountURL); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the other session still reads: %d", res.StatusCode)
	}
}

func TestSessions(t *testing.T) {
	d := newDesk(t)
	v, stranger := d.as(identity.RoleReader), d.as(identity.RoleReader)
	var others []*visitor
	for range 3 {
		o := &visitor{desk: d, user: v.user}
		o.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {password}})
		others = append(others, o)
	}
	lines := must[[]identity.SessionLine](t)(d.identity.Sessions(t.Context(), identity.SignedIn(v.user.ID, ""), 0))
	if len(lines) != 4 {
		t.Fatalf("%d sessions, want 4", len(lines))
	}
	own := lines[len(lines)-1].ID // the first one began is v's own
	target := lines[0].ID
	if target == own {
		target = lines[1].ID
	}
	fields := url.Values{"_csrf": {stranger.page(views.AccountURL).Form("/sign-out").Get("_csrf")}}
	if res, _ := stranger.send(fmt.Sprintf("/account/sessions/%d/end", target), fields); res.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger ends a session: %d, want 404", res.StatusCode)
	}
	v.done(views.AccountURL, views.AccountSessionsEnd, nil)
	for i, o := range others {
		if res, _ := o.get(views.AccountURL); res.StatusCode != http.StatusSeeOther {
			t.Errorf("session %d still reads: %d", i, res.StatusCode)
		}
	}
	if rows := v.page(views.AccountURL).All("table tbody tr"); len(rows) != 1 {
		t.Errorf("%d sessions left, want the current one", len(rows))
	}
}

func TestTwoFactor(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	open := v.page(views.AccountFactorURL)
	res, body := v.send(views.AccountFactorBegin, open.Form(views.AccountFactorBegin))
	setup := wants(t, res, body, http.StatusOK)
	if src := setup.One("img.qr").Attr("src"); !strings.HasPrefix(src, "data:image/png;base64,") {
		t.Errorf("the picture is %.40q", src)
	}
	secret := setup.One("code.secret").Text()
	fields := setup.Form(views.AccountFactorURL)
	fields.Set("code", "000000")
	if fields.Get("code") == appCode(t, secret, d.clock) {
		fields.Set("code", "000001")
	}
	res, body = v.send(views.AccountFactorURL, fields)
	if page := wants(t, res, body, http.StatusUnprocessableEntity); len(page.All("#f-code-error")) != 1 || strings.Contains(body, strings.ReplaceAll(secret, " ", "")) {
		t.Error("a wrong code: nothing is said, or the secret is shown again")
	}
	fields.Set("code", appCode(t, secret, d.clock))
	res, body = v.send(views.AccountFactorURL, fields)
	codes := strings.Fields(wants(t, res, body, http.StatusOK).One("textarea").Text())
	if len(codes) != 10 {
		t.Errorf("%d recovery codes, want 10", len(codes))
	}
	if res, body = v.send(views.AccountFactorURL, fields); res.StatusCode != http.StatusSeeOther || strings.Contains(body, codes[0]) {
		t.Errorf("sent again: %d, want 303 and no codes", res.StatusCode)
	}
	if res, body = v.submit(views.AccountFactorCodes, views.AccountFactorCodes, map[string]string{"password": "faux"}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("new codes with a wrong password: %d\n%s", res.StatusCode, body)
	}
	again := v.filled(views.AccountFactorCodes, views.AccountFactorCodes, map[string]string{"password": password})
	res, body = v.send(views.AccountFactorCodes, again)
	if fresh := strings.Fields(wants(t, res, body, http.StatusOK).One("textarea").Text()); len(fresh) != 10 || fresh[0] == codes[0] {
		t.Errorf("new codes: %v", fresh)
	}
	if res, _ = v.send(views.AccountFactorCodes, again); res.StatusCode != http.StatusSeeOther {
		t.Errorf("new codes asked for twice: %d, want 303", res.StatusCode)
	}
	v.done(views.AccountFactorEnd, views.AccountFactorEnd, map[string]string{"password": password})
	if must[identity.User](t)(d.identity.User(t.Context(), operator, v.user.ID)).TwoFactor {
		t.Error("the second factor is still on")
	}
}

func TestOwnData(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	res, body := v.get(views.AccountDataURL)
	var data identity.PersonalData
	if err := json.Unmarshal([]byte(body), &data); err != nil || data.User.Email != v.user.Email {
		t.Fatalf("%d: %v\n%s", res.StatusCode, err, body)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Content-Type": "application/json; charset=utf-8"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := res.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
		t.Errorf("Content-Disposition: %q", got)
	}
	d.recorded("personal.export", 1)
}
