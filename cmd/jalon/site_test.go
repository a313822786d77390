package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jalon/internal/htmltest"
)

// serving is the program while it serves.
type serving struct {
	address string // on the machine
	stop    func() result
}

// startServing runs a command that serves until it is stopped, at the latest with the test.
func startServing(t *testing.T, database string, args ...string) *serving {
	t.Helper()
	port := freePort(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan result, 1)
	listen := "127.0.0.1:" + port
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "PORT", port)
	}
	if !strings.Contains(strings.Join(args, " "), "--listen") {
		args = append(args, "--listen", listen)
	}
	go func() {
		var out, errs bytes.Buffer
		code := run(ctx, append(args, "--database", database), strings.NewReader(""), &out, &errs)
		done <- result{code, out.String(), errs.String()}
	}()
	s := &serving{address: listen}
	var last *result
	s.stop = func() result {
		cancel()
		if last == nil {
			r := <-done
			last = &r
		}
		return *last
	}
	t.Cleanup(func() { s.stop() })
	waitReady(t, listen, done)
	return s
}

// waitReady asks until the server answers; one that ended instead fails the test.
func waitReady(t *testing.T, address string, done chan result) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		resp, err := http.Get("http://" + address + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case r := <-done:
			done <- r
			t.Fatalf("the server ended: exit %d, %q", r.code, r.stderr)
		case <-t.Context().Done():
			t.Fatal("the server never became ready")
		case <-tick.C:
		}
	}
}

// reader is a browser without a screen.
type reader struct {
	*testing.T
	client http.Client
	site   string
}

func newReader(t *testing.T, s *serving) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t, http.Client{Jar: jar}, "http://" + s.address}
}

// get asks for a page and gives where it ended.
func (r *reader) get(path string) (status int, at, body string) {
	r.Helper()
	resp, err := r.client.Get(r.site + path)
	return r.read(resp, err)
}

// submit fills in the form of a page that is sent to action.
func (r *reader) submit(path, action string, fields map[string]string) (status int, at, body string) {
	r.Helper()
	status, _, page := r.get(path)
	if status != http.StatusOK {
		r.Fatalf("GET %s: %d", path, status)
	}
	values := htmltest.Parse(r.T, page).Form(action)
	for name, value := range fields {
		values.Set(name, value)
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, r.site+action, strings.NewReader(values.Encode()))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", r.site)
	resp, err := r.client.Do(req)
	return r.read(resp, err)
}

func (r *reader) read(resp *http.Response, err error) (int, string, string) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL.Path, string(body)
}

// signIn signs in and must succeed.
func (r *reader) signIn(email, password string) {
	r.Helper()
	if status, at, body := r.submit("/sign-in", "/sign-in", map[string]string{"email": email, "password": password}); status != http.StatusOK || at != "/" {
		r.Fatalf("sign in as %s: %d at %s\n%s", email, status, at, body)
	}
}

// TestServe takes a new installation from its first account to the first page, through the program alone.
func TestServe(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
	s := startServing(t, db, "serve")
	var account userJSON
	ok(t, &account, db, "user", "add", "anne@exemple.fr", "--name", "Anne Durand", "--base-url", "http://"+s.address, "--json")
	if r := call(t, db, "healthcheck", "--listen", s.address); r.code != exitOK {
		t.Errorf("healthcheck: exit %d, %q", r.code, r.stderr)
	}
	if r := call(t, "sqlite:"+filepath.Join(t.TempDir(), "b.db"), "serve", "--listen", s.address); r.code != exitFailure || !strings.Contains(r.stderr, s.address) {
		t.Errorf("port in use: exit %d, %q", r.code, r.stderr)
	}
	who := newReader(t, s)
	if status, at, _ := who.get("/committees?lang=fr"); status != http.StatusOK || at != "/sign-in" {
		t.Errorf("a guest ends at %s with %d, want the sign-in page", at, status)
	}
	link, err := url.Parse(account.Link)
	if err != nil || link.Host != s.address {
		t.Fatalf("link %q, %v", account.Link, err)
	}
	const password = "quatre chevaux traversent"
	if status, at, body := who.submit(link.RequestURI(), link.Path, map[string]string{"password": password}); status != http.StatusOK || at != "/sign-in" {
		t.Fatalf("choosing a password: %d at %s\n%s", status, at, body)
	}
	who.signIn("anne@exemple.fr", password)
	if _, at, body := who.get("/committees"); at != "/committees" || !strings.Contains(body, "Anne Durand") {
		t.Errorf("signed in, at %s\n%s", at, body)
	}
	if status, _, _ := newReader(t, s).get(link.RequestURI()); status != http.StatusNotFound {
		t.Errorf("the link once more: %d, want 404", status)
	}
	if r := s.stop(); r.code != exitOK || r.stdout != "" || !strings.Contains(r.stderr, s.address) || strings.Contains(r.stderr, password) {
		t.Errorf("serve: exit %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
	}
	if r := call(t, "", "healthcheck", "--listen", s.address); r.code != exitFailure {
		t.Errorf("healthcheck of a stopped server: exit %d", r.code)
	}
}

// TestServeForOthers listens on every address: the site answers to its configured name and the machine's own only.
func TestServeForOthers(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
	s := startServing(t, db, "serve", "--listen", "0.0.0.0:PORT", "--base-url", "https://jalon.exemple.fr", "--trusted-proxies", "127.0.0.1, 10.0.0.0/8")
	for host, want := range map[string]int{
		"jalon.exemple.fr": 200, "JALON.exemple.fr": 200, "jalon.exemple.fr:443": 200, s.address: 200, "localhost": 200,
		"autre.exemple.fr": 421, "jalon.exemple.fr.autre.fr": 421, "exemple.fr": 421, "192.0.2.1": 421, "0.0.0.0": 421,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+"/sign-in", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %s: %d, want %d", host, resp.StatusCode, want)
		}
		if want == http.StatusOK && resp.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("Host %s: no word that the site is read by HTTPS", host)
		}
	}
	if r := s.stop(); r.code != exitOK {
		t.Errorf("serve: exit %d, %q", r.code, r.stderr)
	}
}

// TestServeWarns says at the start when passwords would cross the network in the clear.
func TestServeWarns(t *testing.T) {
	for base, warned := range map[string]bool{"http://jalon.exemple.fr": true, "https://jalon.exemple.fr": false, "http://localhost:PORT": false} {
		s := startServing(t, "sqlite:"+filepath.Join(t.TempDir(), "jalon.db"), "serve", "--base-url", base)
		if r := s.stop(); strings.Contains(r.stderr, "HTTPS") != warned {
			t.Errorf("%s: warned %v, want %v: %q", base, !warned, warned, r.stderr)
		}
	}
}
