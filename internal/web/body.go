package web

import (
	"io"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// maxFields bounds a form: a page of a thousand projects to tick, and some more.
const maxFields = 4096

// uploads matches the addresses that take files; they read their body as it comes and bound it themselves.
var uploads = pathPatterns(routes, func(r route) bool { return r.upload })

// pathPatterns matches the paths of the routes that are wanted.
func pathPatterns(all []route, wanted func(route) bool) *regexp.Regexp {
	paths := []string{"$^"} // matches nothing
	for _, r := range all {
		if wanted(r) {
			paths = append(paths, parameter.ReplaceAllString(regexp.QuoteMeta(r.path), `[^/]+`))
		}
	}
	return regexp.MustCompile(`^(` + strings.Join(paths, "|") + `)$`)
}

// parameter matches what a route leaves open.
var parameter = regexp.MustCompile(`:\w+`)

// inChunks is the length that the server gives a body whose length was not said. A request without a body has another one
// below zero, and its connection goes on.
const inChunks = -1

// limitBody reads the body of a request up to the limit of forms. The server hands bodies over as streams,
// so that uploads need no memory; its own limit does not hold then.
func limitBody(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodPost && uploads.MatchString(c.Path()) {
		// The server does not read on to the end of a body that was refused: the connection must end, or what
		// is left of the body is taken for the next request.
		c.Context().SetConnectionClose()
		return c.Next()
	}
	if c.Request().Header.ContentLength() > bodyLimit {
		return tooLarge(c)
	}
	if c.Request().Header.ContentLength() == inChunks {
		// A body in chunks may come with a length as well, and who reads which is how requests are smuggled through
		// proxies: nothing more is read from such a connection (RFC 9112, 6.3).
		c.Context().SetConnectionClose()
	}
	if stream := c.Context().RequestBodyStream(); stream != nil {
		data, err := io.ReadAll(io.LimitReader(stream, bodyLimit+1))
		if err != nil {
			c.Context().SetConnectionClose()
			return fiber.ErrBadRequest
		}
		if len(data) > bodyLimit {
			return tooLarge(c)
		}
		c.Request().SetBodyRaw(data)
	}
	return c.Next()
}

// tooLarge refuses a body and the connection that still sends it.
func tooLarge(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return fiber.ErrRequestEntityTooLarge
}

// typedForm reads the fields of a form that was sent. Anything but a plain form is refused: what a page of
// another site can send without asking is one of the others.
func typedForm(c *fiber.Ctx) (url.Values, error) {
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return nil, fiber.ErrUnsupportedMediaType
	}
	body := string(c.Body())
	if strings.Count(body, "&") >= maxFields {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	values, err := url.ParseQuery(body)
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	return values, nil
}
