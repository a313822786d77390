package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/views"
)

func (s *site) accessibility(c *fiber.Ctx) error {
	p := s.printer(c)
	return s.render(c, views.AccessibilityPage{Base: s.base(c, p, p.T("accessibility.title"), "")})
}

func (s *site) shortcuts(c *fiber.Ctx) error {
	p := s.printer(c)
	return s.render(c, views.ShortcutsPage{Base: s.base(c, p, p.T("shortcuts.title"), "")})
}

// Hits on one page of a search: what people look for is among the first, or they type another word.
const (
	portfolioHits  = 40
	governanceHits = 15
)

// search looks in everything that the reader may see.
func (s *site) search(c *fiber.Ctx) error {
	p := s.printer(c)
	page := views.SearchPage{Base: s.base(c, p, p.T("search.title"), views.SectionSearch), Text: strings.TrimSpace(text(query(c).Get("q")))}
	if runes := []rune(page.Text); len(runes) > maxSearch {
		page.Text = string(runes[:maxSearch])
	}
	if page.Text == "" {
		return s.render(c, page)
	}
	found, err := s.deps.Portfolio.Search(c.UserContext(), actor(c), page.Text, portfolioHits)
	if err != nil {
		return err
	}
	more, err := s.deps.Governance.SearchGovernance(c.UserContext(), actor(c), page.Text, governanceHits)
	if err != nil {
		return err
	}
	page.Hits, page.More = append(found.Hits, more...), found.More
	return s.render(c, page)
}
