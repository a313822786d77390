package governance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"jalon/internal/civil"
)

// PackID is the key of a pack.
type PackID int64

// PackCard is a pack in a list: everything but its contents.
type PackCard struct {
	ID             PackID
	OrganisationID int64
	CommitteeID    CommitteeID
	Committee      string
	CommitteeName  string
	Period         string
	Edition        int
	FiguresOn      civil.Date
	FrozenAt       time.Time
	LateDays       int
	Locale         string
	Errata         []string
	PDFSHA256      string
	SnapshotSHA256 string
	Size           int // bytes of the PDF
}

// FileName is the name under which the pack is written: "ops-2026-10-1.pdf".
func (p PackCard) FileName() string {
	return fmt.Sprintf("%s-%s-%d.pdf", safeName(p.Committee), p.Period, p.Edition)
}

// safeName keeps what every file system takes.
func safeName(code string) string {
	out := make([]rune, 0, len(code))
	for _, r := range code {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			out = append(out, r)
		default:
			out = append(out, '-')
		}
	}
	return string(out)
}

// Renderer turns a snapshot into the bytes of a pack, alike for alike.
type Renderer interface {
	Render(s *Snapshot, fingerprint string) ([]byte, error)
	// Method names this way of typesetting. It changes when the same snapshot gives other bytes, and
	// stands in every snapshot, so that a difference can be told from a forgery.
	Method() string
}

// Canonical writes the snapshot as it is stored: fields in their order, no insignificant space.
func (s *Snapshot) Canonical() ([]byte, error) { return json.Marshal(s) }

// Fingerprint is the SHA-256 of a stored text or file, in hexadecimal.
func Fingerprint(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// method is the version under which a method stands in the snapshot, "" when it does not.
func (s *Snapshot) method(name string) string {
	for _, m := range s.Methods {
		if m.Name == name {
			return m.Version
		}
	}
	return ""
}
