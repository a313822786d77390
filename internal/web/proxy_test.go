package web

import (
	"io"
	"net/http"
	"net/netip"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// TestClientAddress reads forwarded addresses as proxies write them: of all that stand there, the last one that no
// configured proxy wrote of itself. What stands before it the client may have made up.
func TestClientAddress(t *testing.T) {
	connection := netip.MustParsePrefix("0.0.0.0/32") // where app.Test connects from
	inner, inner6 := netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")
	for name, tc := range map[string]struct {
		proxies []netip.Prefix
		lines   []string
		want    string
	}{
		"nobody is believed":            {nil, []string{"192.0.2.1"}, "0.0.0.0"},
		"another proxy is":              {[]netip.Prefix{inner}, []string{"192.0.2.1"}, "0.0.0.0"},
		"one proxy":                     {[]netip.Prefix{connection}, []string{"192.0.2.1"}, "192.0.2.1"},
		"what the client says":          {[]netip.Prefix{connection}, []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		"a line of the proxy's own":     {[]netip.Prefix{connection}, []string{"198.51.100.7", "192.0.2.1"}, "192.0.2.1"},
		"two proxies":                   {[]netip.Prefix{connection, inner}, []string{"192.0.2.1, 10.1.2.3"}, "192.0.2.1"},
		"two proxies, version 6":        {[]netip.Prefix{connection, inner6}, []string{"2001:db8::1, fd00::3"}, "2001:db8::1"},
		"version 4 within version 6":    {[]netip.Prefix{connection}, []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		"nonsense behind the proxy":     {[]netip.Prefix{connection}, []string{"192.0.2.1, <script>"}, "0.0.0.0"},
		"nonsense of the client":        {[]netip.Prefix{connection}, []string{"<script>, 192.0.2.1"}, "192.0.2.1"},
		"an empty line":                 {[]netip.Prefix{connection}, []string{""}, "0.0.0.0"},
		"a client on a proxy's network": {[]netip.Prefix{connection, inner}, []string{"10.9.9.9"}, "10.9.9.9"},
	} {
		s := &site{config: Config{Proxies: tc.proxies}}
		app := fiber.New()
		app.Get("/", func(c *fiber.Ctx) error { return c.SendString(s.clientAddress(c)) })
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header["X-Forwarded-For"] = tc.lines
		res, err := app.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if string(got) != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
