package web

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/fault"
	"jalon/views"
)

// fileBook books a file behind the page that shows how far it has come. Who saw the preview of another reading of it is shown what it would do now.
func (s *site) fileBook(c *fiber.Ctx) error {
	o, f, err := s.file(c, identity.PermImportLedger)
	if err != nil {
		return err
	}
	in := s.input(c)
	here, who, confirm := views.FileURL(o.ID, f.ID), actor(c), in.has("confirm")
	claim, err := s.deps.Finance.StartBooking(c.UserContext(), who, f.ID, in.version())
	if k := fault.As(err); k != nil && (k.Key == "import.booked" || k.Key == "import.booking") {
		s.flash(c, "flash.repeated")
		return s.see(c, here)
	}
	if fault.KindOf(err) == fault.KindStale {
		c.Status(statusOf(err))
		return s.showFile(c, s.printer(c).T("file.preview_old"))
	}
	if err != nil {
		return err
	}
	finished := make(chan struct{})
	once, _ := c.Locals(onceKey).(string)
	started := s.background.start("book:"+strconv.FormatInt(int64(f.ID), 10), func(ctx context.Context) {
		defer close(finished)
		if err := s.deps.Finance.RunBooking(audit.WithRequest(ctx, once), who, claim, confirm); err != nil && fault.As(err) == nil {
			s.deps.Log.Error("booking of a file", "file", f.ID, "error", err)
		}
	})
	if !started { // shutting down: the claim runs out by itself
		return fault.Unavailable(nil, "site.stopping")
	}
	select {
	case <-finished:
	case <-time.After(2 * time.Second):
	}
	return s.see(c, here)
}

func (s *site) fileDrop(c *fiber.Ctx) error {
	o, f, err := s.file(c, identity.PermImportLedger)
	if err != nil {
		return err
	}
	return s.act(c, "flash.file_dropped", func(in *input) (string, error) {
		return views.BooksPartURL(o.ID, views.PartFiles), s.once(c, s.deps.Finance.DropFile(c.UserContext(), actor(c), f.ID, in.version()))
	})
}
