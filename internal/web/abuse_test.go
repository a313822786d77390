package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
)

// TestWhoAsksCostsOneQuery: session, account and all grants come at once, however many grants there are.
func TestWhoAsksCostsOneQuery(t *testing.T) {
	d := newDesk(t)
	home := d.home.organisation.ID
	v := d.visitor(d.home.organisation, identity.Grant{OrganisationID: home, Role: identity.RoleReader, Scope: identity.ScopeOrganisation},
		identity.Grant{OrganisationID: home, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(d.home.projects[0].ID)},
		identity.Grant{OrganisationID: home, Role: identity.RoleCommitteeMember, Scope: identity.ScopeCommittee, SubjectID: int64(d.home.committee.ID)})
	log := dbtest.WatchQueries(d.db)
	v.page("/methods")
	log.Taken()
	v.page("/methods")
	if got := log.Taken(); len(got) != 1 {
		t.Errorf("%d queries for a page without data: %q", len(got), got)
	}
	list := "/roadmaps/" + itoa(int64(d.home.roadmap.ID)) + "/projects"
	v.page(list)
	log.Taken()
	v.page(list)
	got, grants := log.Taken(), 0
	for _, q := range got {
		if strings.Contains(q, "access_grant") {
			grants++
		}
	}
	if grants != 1 || len(got) > 4 {
		t.Errorf("%d queries about grants, %d in all, for a list: %q", grants, len(got), got)
	}
}

// TestRightsEndAtOnce: what was granted when a page was opened is asked for again when its form comes.
func TestRightsEndAtOnce(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := "/projects/" + itoa(int64(d.home.projects[0].ID)) + "/edit"
	fields := v.filled(path, path, map[string]string{"need": "Un autre besoin"})
	grants, err := d.identity.Grants(t.Context(), operator, d.home.organisation.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range grants {
		if g.UserID == v.user.ID {
			if err := d.identity.RevokeGrant(t.Context(), operator, g.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if res, _ := v.send(path, fields); res.StatusCode != 403 && res.StatusCode != 404 {
		t.Errorf("after the grant was taken away: %d", res.StatusCode)
	}
	if p, _, err := d.portfolio.Project(t.Context(), operator, d.home.projects[0].ID); err != nil || p.Need != "" {
		t.Errorf("need = %q, %v", p.Need, err)
	}
}

// TestFieldsOfOthers sends fields that no form of the site has.
func TestFieldsOfOthers(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	id := d.home.projects[0].ID
	path := "/projects/" + itoa(int64(id)) + "/edit"
	before, _, err := d.portfolio.Project(t.Context(), operator, id)
	if err != nil {
		t.Fatal(err)
	}
	v.done(path, path, map[string]string{"need": "Un besoin", "id": "1", "organisation_id": itoa(d.other.organisation.ID), "OrganisationID": itoa(d.other.organisation.ID), "roadmap_id": itoa(int64(d.other.roadmap.ID)),
		"RoadmapID": itoa(int64(d.other.roadmap.ID)), "version": "77", "created_at": "2001-01-01", "name_folded": "x", "status": "closed", "role": "administrator"})
	after, _, err := d.portfolio.Project(t.Context(), operator, id)
	if err != nil {
		t.Fatal(err)
	}
	want := before
	want.Need, want.Version = "Un besoin", before.Version+1
	if after != want {
		t.Errorf("after = %+v, want %+v", after, want)
	}
	// Somebody who looks after their own account does not make themself anything.
	v.done("/account", "/account", map[string]string{"name": "Autre nom", "role": "administrator", "organisation_id": itoa(d.other.organisation.ID), "status": "disabled", "email": "x@example.org"})
	user, err := d.identity.User(t.Context(), operator, v.user.ID)
	if err != nil || user.Name != "Autre nom" || user.Email != v.user.Email || user.OrganisationID != d.home.organisation.ID || user.Status != identity.StatusActive || len(user.Grants) != 1 {
		t.Errorf("user = %+v, %v", user, err)
	}
}

// TestNoSecretInTheLog goes through every way in and looks for what must not be written down.
func TestNoSecretInTheLog(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	link, err := d.identity.SendReset(t.Context(), operator, v.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	token := u.Query().Get("token")
	guest := d.guest()
	guest.page("/password/reset?token=" + token)
	guest.done("/password/reset?token="+token, "/password/reset", map[string]string{"password": "une phrase toute neuve"})
	guest.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {"a wrong one"}})
	guest.send("/sign-in", url.Values{"email": {v.user.Email}, "password": {"une phrase toute neuve"}, "return_to": {"/x\r\nlevel=ERROR msg=forged"}})
	guest.get("/nothing/%1b%5b31m%0d%0alevel=ERROR")
	for _, secret := range []string{token, "une phrase toute neuve", "a wrong one", password, strings.TrimPrefix(guest.cookie, "jalon_session="), guest.page("/account").Form("/sign-out").Get("_csrf"), "\x1b", "\nlevel=ERROR"} {
		if secret == "" || strings.Contains(d.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// TestClosedDoors asks for what other programs leave open.
func TestClosedDoors(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleAdministrator)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars", "/static/", "/static/../go.mod", "/static/%2e%2e/go.mod", "/.git/config", "/api/v1", "/packs/", "/organisations/1/", "/ACCOUNT", "/account/"} {
		if res, _ := v.get(path); res.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", path, res.StatusCode)
		}
	}
	for _, method := range []string{"TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT"} {
		if res, _ := v.do(method, "/account", nil); res.StatusCode != 405 && res.StatusCode != 404 {
			t.Errorf("%s: %d", method, res.StatusCode)
		}
	}
}

// TestRawRequests sends what only a real connection can.
func TestRawRequests(t *testing.T) {
	d := newDeskOn(t, dbtest.SQLite(t), Config{})
	address := serveApp(t, d.app, nil)
	chunk := strings.Repeat("a", 64<<10)
	var chunked strings.Builder
	for range 20 {
		fmt.Fprintf(&chunked, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	form := "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://localhost\r\n"
	tests := []struct {
		name, request string
		status        []int
	}{
		{"a chunked body over the limit", "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n" + chunked.String() + "0\r\n\r\n", []int{413}},
		{"a chunked form", "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n7\r\nemail=x\r\n0\r\n\r\n", []int{401, 422}},
		{"two lengths and chunks", "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{400, 401, 422}},
		{"two hosts", "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", []int{400, 421}},
		{"a whole address", "GET http://evil.example/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{400, 421}},
		{"thousands of fields", "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + fmt.Sprintf("Content-Length: %d\r\n\r\n", 2*9999+1) + strings.Repeat("a&", 9999) + "a", []int{413}},
		{"a compressed body", "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", []int{415}},
	}
	for _, tc := range tests {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		go func() { _, _ = io.WriteString(conn, tc.request) }() // the server may hang up before it took all
		reader := bufio.NewReader(conn)
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			_ = conn.Close()
			continue
		}
		_, _ = io.Copy(io.Discard, res.Body)
		found := false
		for _, s := range tc.status {
			found = found || res.StatusCode == s
		}
		if !found {
			t.Errorf("%s: %d, want one of %v", tc.name, res.StatusCode, tc.status)
		}
		_ = conn.Close()
	}
	if strings.Contains(d.log.String(), "/smuggled") {
		t.Error("a request inside a request was taken for one")
	}
}

// TestOneAnswerToOneRequest holds that nothing inside a body is taken for a request, whatever becomes of the request: behind a
// proxy that shares connections its answer would go to somebody else, and theirs to whoever sent the body.
func TestOneAnswerToOneRequest(t *testing.T) {
	address := strings.TrimPrefix(serve(t, newFake(1)), "http://")
	inner := "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, header := range map[string]string{"compressed": "Host: localhost\r\nContent-Encoding: gzip", "foreign name": "Host: evil.example", "refused form": "Host: localhost"} {
		for _, size := range []int{0, 9000, 100_000} {
			body := strings.Repeat(inner, size/len(inner)+1)
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			last := "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
			go func() {
				_, _ = fmt.Fprintf(conn, "POST /sign-in HTTP/1.1\r\n%s\r\nContent-Length: %d\r\n\r\n%s%s", header, len(body), body, last)
			}()
			all, _ := io.ReadAll(conn)
			if n := strings.Count(string(all), "HTTP/1.1 "); n != 2 || !strings.HasSuffix(string(all), "ok") {
				t.Errorf("%s, %d bytes: %d answers to two requests", name, len(body), n)
			}
			_ = conn.Close()
		}
	}
}

// TestConnectionsAreKept: a page and what belongs to it come over one connection.
func TestConnectionsAreKept(t *testing.T) {
	address := serve(t, newFake(1))
	opened := 0
	transport := &http.Transport{DialContext: func(ctx context.Context, network, at string) (net.Conn, error) {
		opened++
		return (&net.Dialer{}).DialContext(ctx, network, at)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	for range 3 {
		res, err := (&http.Client{Transport: transport}).Get(address + "/sign-in")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	if opened != 1 {
		t.Errorf("%d connections for three pages", opened)
	}
}

// TestSlowRequestsEnd sends requests that never come to their end.
func TestSlowRequestsEnd(t *testing.T) {
	f := newFake(1)
	app := newSite(t, f, Config{ReadTimeout: 100 * time.Millisecond}, nil)
	address := serveApp(t, app, nil)
	for name, start := range map[string]string{
		"headers": "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
		"body":    "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=",
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.WriteString(conn, start); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, conn); err != nil { // until the server hangs up
			t.Errorf("%s: the connection is still open: %v", name, err)
		}
		_ = conn.Close()
	}
	if res, _ := get(t, app, "/methods"); res.StatusCode != 200 {
		t.Errorf("others: %d", res.StatusCode)
	}
}

// TestRefusalsAreEvents: who tries what they may not do stands in the trail of their organisation, once in a while.
func TestRefusalsAreEvents(t *testing.T) {
	d := newDesk(t)
	v, administrator := d.as(identity.RoleReader), d.as(identity.RoleAdministrator)
	for range 3 {
		v.get("/organisations/" + itoa(d.home.organisation.ID) + "/users")
	}
	body := htmltest.Parse(t, func() string {
		_, body := administrator.get("/organisations/" + itoa(d.home.organisation.ID) + "/audit?action=access.refused")
		return body
	}()).One("main").Text()
	if n := strings.Count(body, "access.refused") + strings.Count(body, "Accès refusé"); n == 0 || !strings.Contains(body, v.user.Name) {
		t.Errorf("the refusal does not stand in the trail: %s", body)
	}
}
