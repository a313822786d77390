package web

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"jalon/views"
)

// asset serves an embedded file under its hashed name, which never changes its content.
func (s *site) asset(c *fiber.Ctx) error {
	a, ok := views.FindAsset(c.Params("name"))
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, a.ContentType)
	return c.Send(a.Body)
}

// packFile serves the stored bytes of a pack.
func (s *site) packFile(c *fiber.Ctx) error {
	id, err := key(c, "pack")
	if err != nil {
		return err
	}
	card, body, err := s.deps.Governance.PackPDF(c.UserContext(), actor(c), id)
	if err != nil {
		return err
	}
	if unchanged(c, card.PDFSHA256) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, disposition("inline", card.FileName()))
	return c.Send(body)
}

// unchanged names what is about to be sent and tells whether the browser has it already. What is frozen
// never changes, but who may read it can: the browser keeps it and asks each time.
func unchanged(c *fiber.Ctx, name string) bool {
	tag := `"` + name + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	return matches(c.Get(fiber.HeaderIfNoneMatch), tag)
}

// matches tells whether an If-None-Match header holds the tag.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if t := strings.TrimPrefix(strings.TrimSpace(part), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}

// disposition names a file twice, as RFC 6266 wants: in plain ASCII for old programs and whole,
// percent-encoded, for all others. Nothing of the name can break out of the header, lead into another folder or make
// the name read as another.
func disposition(kind, name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
	whole := strings.Map(func(r rune) rune {
		switch {
		case r == '/', r == '\\':
			return '-'
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return -1
		}
		return r
	}, text(name))
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(whole), "+", "%20")
}
