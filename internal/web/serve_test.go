package web

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// serve runs the site for a browser and gives its address.
func serve(t *testing.T, f *fake) string {
	t.Helper()
	return "http://" + serveApp(t, newSite(t, f, Config{}, nil), nil)
}

// serveApp runs an application for real connections until the test ends, and gives where it listens. wrap, which may
// be nil, stands between it and each connection.
func serveApp(t testing.TB, app *fiber.App, wrap func(net.Conn) net.Conn) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := ln.Addr().String()
	if wrap != nil {
		ln = wrapping{ln, wrap}
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, app, ln, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return at
}

func withLang(path, lang string) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}
