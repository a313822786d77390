package finance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
)

// periodSeal gathers what was booked in a period: entries by number first, then allocations by entry and number.
type periodSeal struct {
	tree           audit.Tree
	entries, parts int64
	room           []byte
}

func (s *periodSeal) posting(r sealRow) {
	var leaf digest
	leaf, s.room = leafHash(s.room, "posting", r.values)
	s.tree.Add(leaf)
	s.entries++
}

func (s *periodSeal) allocation(r sealRow) {
	var leaf digest
	leaf, s.room = leafHash(s.room, "allocation", r.values)
	s.tree.Add(leaf)
	s.parts++
}

// sealPeriod goes through everything that was booked in a period.
func sealPeriod(ctx context.Context, db database.Conn, organisation int64, at Slot) (*periodSeal, error) {
	s := &periodSeal{}
	if err := eachSealedPosting(ctx, db, organisation, []Slot{at}, s.posting); err != nil {
		return nil, err
	}
	return s, eachSealedAllocation(ctx, db, organisation, []Slot{at}, s.allocation)
}

// compute gives the seal of a certificate: the SHA-256 of its figures, which hold the root over what was booked, of who signed
// when, and of the seal before it. The order of the fields is part of the format. Names are left out: who is erased
// must not break it.
func (c *Certificate) compute(figures string, batch int64) (string, error) {
	text, err := json.Marshal(struct {
		Organisation int64  `json:"organisation"`
		Year         int64  `json:"year"`
		Period       int    `json:"period"`
		Number       int    `json:"number"`
		Figures      string `json:"figures"`
		Batch        int64  `json:"batch"`
		Previous     string `json:"previous"`
		FourEyes     bool   `json:"four_eyes"`
		SignedBy     string `json:"signed_by"`
		SignedAt     string `json:"signed_at"`
	}{c.OrganisationID, c.YearID, c.Period, c.Number, figures, batch, c.PreviousSeal, c.FourEyes, c.SignedBy, c.SignedAt.UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return "", fmt.Errorf("canonical form of a certificate: %w", err)
	}
	sum := sha256.Sum256(append([]byte{audit.SealMark}, text...))
	return hex.EncodeToString(sum[:]), nil
}
