package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"jalon/internal/fault"
	"jalon/internal/htmltest"
	"jalon/internal/sample"
	"jalon/views"
)

func TestHeaders(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, path := range []string{"/", "/nothing", "/packs/1.pdf", "/healthz"} {
		res, _ := get(t, app, path)
		for name, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
	}
	for path, want := range map[string]string{"/": "no-store", "/roadmaps/1/projects.csv": "no-store", "/packs/1.pdf": "private, no-cache", views.AssetURL("app.css"): "public, max-age=31536000, immutable"} {
		if res, _ := get(t, app, path); res.StatusCode != 200 || res.Header.Get("Cache-Control") != want {
			t.Errorf("%s: %d, Cache-Control %q, want %q", path, res.StatusCode, res.Header.Get("Cache-Control"), want)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
		res, _ := send(t, app, request(method, "/decisions"))
		if res.StatusCode != 405 || res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q, want 405 with GET, HEAD", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	for _, path := range []string{"/", "/roadmaps/1", "/packs/1.pdf", "/healthz"} {
		res, body := send(t, app, request("HEAD", path))
		if res.StatusCode != 200 || body != "" {
			t.Errorf("HEAD %s: %d with %d bytes", path, res.StatusCode, len(body))
		}
	}
}

func TestEncodedBodiesAreRefused(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, encoding := range []string{"gzip", "br", "identity, gzip", "GZIP", "x"} {
		for _, method := range []string{"GET", "POST"} {
			if res, _ := send(t, app, request(method, "/", "Content-Encoding", encoding)); res.StatusCode != 415 {
				t.Errorf("%s with %q: %d, want 415", method, encoding, res.StatusCode)
			}
		}
	}
	if res, _ := get(t, app, "/", "Content-Encoding", "identity"); res.StatusCode != 200 {
		t.Errorf("identity: %d, want 200", res.StatusCode)
	}
}

func TestHostNames(t *testing.T) {
	open := newSite(t, newFake(3), Config{BaseURL: mustURL(t, "https://jalon.example.fr:8443/")}, nil)
	loopback := newSite(t, newFake(3), Config{}, nil)
	for host, want := range map[string][2]int{ // loopback only, with a base URL
		"localhost": {200, 200}, "localhost:8080": {200, 200}, "127.0.0.1:8080": {200, 200}, "[::1]:8080": {200, 200}, "[::1]": {200, 200},
		"jalon.example.fr": {421, 200}, "JALON.example.fr:1": {421, 200}, "evil.example": {421, 421}, "localhost.evil.example": {421, 421},
		"127.0.0.1.evil.example": {421, 421}, "10.0.0.1": {421, 421},
	} {
		for i, app := range []*fiber.App{loopback, open} {
			if res, _ := get(t, app, "/", "Host", host); res.StatusCode != want[i] {
				t.Errorf("site %d, host %q: %d, want %d", i, host, res.StatusCode, want[i])
			}
			if res, _ := get(t, app, "/", "Host", "evil.example", "X-Forwarded-Host", host); res.StatusCode != 421 {
				t.Errorf("site %d believes X-Forwarded-Host", i)
			}
		}
	}
}

func TestLineBreaksStayInside(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	for _, path := range []string{"/?lang=fr%0d%0aSet-Cookie:+x=1", "/x%0d%0aSet-Cookie:x=1", "/committees/x%0d%0aSet-Cookie:x", "/roadmaps/1/projects.csv?q=%0d%0aSet-Cookie:x=1", "/?lang=%0d%0a"} {
		res, _ := get(t, app, path)
		for _, c := range res.Header.Values("Set-Cookie") {
			t.Errorf("%s sets the cookie %q", path, c)
		}
	}
	f := newFake(3)
	f.Full.Roadmap.Code = "A\r\nSet-Cookie: x=1\"; é"
	res, _ := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv")
	if got, want := res.Header.Get("Content-Disposition"), `attachment; filename="A__Set-Cookie__x_1____-2026-11-20.csv"; filename*=UTF-8''ASet-Cookie%3A%20x%3D1%22%3B%20%C3%A9-2026-11-20.csv`; got != want || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("Content-Disposition = %q, want %q", got, want)
	}
}

func TestErrorsShowNoInside(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(*fake)
		status  int
		log     string
	}{
		"internal":    {func(f *fake) { f.Err = errBroken }, 500, "a secret text"},
		"panic":       {func(f *fake) { f.Boom = true }, 500, "panic: a secret text"},
		"unavailable": {func(f *fake) { f.Err = fault.Unavailable(errBroken, "database.unavailable") }, 503, "a secret text"},
		"too late":    {func(f *fake) { f.Err = fmt.Errorf("query: %w", context.DeadlineExceeded) }, 503, "deadline exceeded"},
		"forbidden":   {func(f *fake) { f.Err = fault.Forbidden("permission.denied", "x") }, 403, ""},
		"nobody":      {func(f *fake) { f.Err = fault.New(fault.KindUnauthenticated, "permission.nobody") }, 401, ""},
		"conflict":    {func(f *fake) { f.Err = fault.Conflict("x.y") }, 409, ""},
		"stale":       {func(f *fake) { f.Err = fault.Stale("x", 1) }, 409, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(3)
			tc.prepare(f)
			var log bytes.Buffer
			res, body := get(t, newSite(t, f, Config{}, &log), "/?q=private")
			if res.StatusCode != tc.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tc.status)
			}
			if strings.Contains(body, "secret") || strings.Contains(body, "goroutine") || strings.Contains(body, "query:") {
				t.Error("the page shows what went wrong inside")
			}
			if tc.log != "" && !strings.Contains(log.String(), tc.log) {
				t.Errorf("the log does not hold %q: %s", tc.log, log.String())
			}
			if strings.Contains(log.String(), "private") {
				t.Error("the log holds the query")
			}
			p := htmltest.Parse(t, body)
			if id := p.All("main code"); (res.StatusCode >= 500) != (len(id) == 1) {
				t.Errorf("%d request ids on the page", len(id))
			} else if len(id) == 1 && !strings.Contains(log.String(), "id="+id[0].Text()) {
				t.Errorf("the request id %s is not in the log", id[0].Text())
			}
		})
	}
}

func TestHostileDataStaysText(t *testing.T) {
	f := newFake(12)
	sample.Poison(f.Full)
	sample.Poison(&f.Cards)
	sample.Poison(&f.Boards)
	sample.Poison(&f.Taken)
	app := newSite(t, f, Config{}, nil)
	hostile := url.QueryEscape(sample.Canary)
	for _, path := range []string{"/", "/roadmaps/1", "/roadmaps/1?as_of=" + hostile, "/roadmaps/1/projects?q=" + hostile + "&sort=" + hostile, "/projects/1", "/committees", "/committees/" + url.PathEscape(sample.Canary), "/decisions", "/" + url.PathEscape(sample.Canary)} {
		_, body := get(t, app, path)
		if strings.Contains(body, "<svg onload") {
			t.Errorf("%s: the data broke out", path)
		}
		htmltest.Parse(t, body).One("h1")
	}
}

// TestTooLarge sends what only a real connection can: requests that are refused while they are read.
func TestTooLarge(t *testing.T) {
	address := strings.TrimPrefix(serve(t, newFake(3)), "http://")
	for name, tc := range map[string]struct {
		request string
		status  int
	}{
		"length":  {fmt.Sprintf("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", bodyLimit+1, strings.Repeat("x", bodyLimit)), 413},
		"headers": {"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a=" + strings.Repeat("x", headerLimit) + "\r\n\r\n", 431},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, tc.request); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != tc.status || res.Header.Get("Content-Security-Policy") != contentPolicy {
				t.Errorf("status %d, want %d with the usual headers", res.StatusCode, tc.status)
			}
			htmltest.Parse(t, string(body)).One("h1")
		})
	}
}
