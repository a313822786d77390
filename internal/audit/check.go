package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"jalon/internal/database"
)

// Break is one thing that is wrong with the trail. Seal and Entry say where, 0 where there is none to name.
type Break struct {
	OrganisationID int64
	Code           string
	Seal           int64
	Entry          int64
}

// The codes of breaks.
const (
	BreakNumber   = "number"   // seals are missing before this one
	BreakChain    = "chain"    // the seal does not follow from the one before
	BreakHash     = "hash"     // the seal was changed
	BreakEntries  = "entries"  // the block has more or fewer entries than its seal says
	BreakRoot     = "root"     // an entry of the block was changed, left out, slipped in or moved
	BreakPosition = "position" // the entry does not follow the one before
	BreakOrphan   = "orphan"   // the entry's seal does not exist, or the entry has no place in it
	BreakDetails  = "details"  // the values of the entry were changed
	BreakErased   = "erased"   // the entry was erased, and no later entry says so
	BreakRemains  = "remains"  // the entry counts as erased, and its values are still there
)

// mostBreaks is how many breaks of one organisation are listed: enough to know where to look.
const mostBreaks = 1000

// Head is the newest seal of an organisation, 0 and "" where nothing is sealed. Who keeps heads elsewhere can tell later that nothing
// up to them was taken away.
type Head struct {
	OrganisationID int64
	Seal           int64
	Hash           string
	Unsealed       int
}

// Check verifies the whole trail of every organisation, each on one view of the data. It reads a page at a time; only the ids of
// erased entries and the breaks are kept.
func Check(ctx context.Context, db *database.DB) ([]Break, []Head, error) {
	var organisations []int64
	// Not only those that exist: a trail whose organisation was taken away is one to look at.
	err := db.Read().NewRaw(`SELECT id FROM organisation UNION SELECT organisation_id FROM audit_seal
		UNION SELECT organisation_id FROM audit_entry ORDER BY 1`).Scan(ctx, &organisations)
	if err != nil {
		return nil, nil, fmt.Errorf("check the trail: %w", err)
	}
	var breaks []Break
	var heads []Head
	for _, organisation := range organisations {
		c := checker{head: Head{OrganisationID: organisation}}
		err := db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
			c.tx = tx
			return c.run(ctx)
		})
		if err != nil {
			return nil, nil, fmt.Errorf("check the trail of organisation %d: %w", organisation, err)
		}
		breaks, heads = append(breaks, c.breaks...), append(heads, c.head)
	}
	return breaks, heads, nil
}

// checker goes through the trail of one organisation.
type checker struct {
	tx     database.Conn
	head   Head // what was read so far
	breaks []Break
	named  map[int64]int64 // erased entry → newest entry that says so
}

func (c *checker) broken(code string, seal, entry int64) {
	if len(c.breaks) < mostBreaks {
		c.breaks = append(c.breaks, Break{OrganisationID: c.head.OrganisationID, Code: code, Seal: seal, Entry: entry})
	}
}

func (c *checker) run(ctx context.Context) error {
	if err := c.loadNames(ctx); err != nil {
		return err
	}
	entries := sealedEntries{tx: c.tx, organisation: c.head.OrganisationID}
	if err := entries.advance(ctx); err != nil {
		return err
	}
	for {
		seals, err := c.nextSeals(ctx)
		if err != nil {
			return err
		}
		for i := range seals {
			if err := c.checkSeal(ctx, &seals[i], &entries); err != nil {
				return err
			}
		}
		if len(seals) < page {
			break
		}
	}
	for entries.current != nil {
		if err := c.orphan(ctx, &entries); err != nil {
			return err
		}
	}
	if err := c.checkUnplaced(ctx); err != nil {
		return err
	}
	return c.checkUnsealed(ctx)
}

// loadNames reads which entries were erased according to the trail.
func (c *checker) loadNames(ctx context.Context) error {
	c.named = map[int64]int64{}
	return c.byID(ctx, func(e *entry) {
		var erasure Erasure
		if json.Unmarshal([]byte(e.Details), &erasure) != nil {
			return // whatever stands there, it names nothing
		}
		for _, id := range erasure.Entries {
			c.named[id] = e.ID
		}
	}, "action = ? AND erased_at IS NULL", ActionErase)
}

func (c *checker) nextSeals(ctx context.Context) ([]seal, error) {
	var seals []seal
	err := c.tx.NewSelect().Model(&seals).Where("organisation_id = ?", c.head.OrganisationID).Where("number > ?", c.head.Seal).OrderExpr("number").Limit(page).Scan(ctx)
	return seals, err
}

// checkSeal holds a seal against the one before and against the entries of its block.
func (c *checker) checkSeal(ctx context.Context, s *seal, entries *sealedEntries) error {
	if s.Number != c.head.Seal+1 {
		c.broken(BreakNumber, s.Number, 0)
	}
	if s.Previous != c.head.Hash {
		c.broken(BreakChain, s.Number, 0)
	}
	if hash, err := s.compute(); err != nil {
		return err
	} else if hash != s.Hash {
		c.broken(BreakHash, s.Number, 0)
	}
	c.head.Seal, c.head.Hash = s.Number, s.Hash
	for entries.current != nil && entries.current.Seal < s.Number {
		if err := c.orphan(ctx, entries); err != nil {
			return err
		}
	}
	var t Tree
	for place := int64(1); entries.current != nil && entries.current.Seal == s.Number; place++ {
		e := entries.current
		if e.Position != place {
			c.broken(BreakPosition, s.Number, e.ID)
			place = e.Position
		}
		c.checkValues(e)
		leaf, err := e.leaf()
		if err != nil {
			return err
		}
		t.Add(leaf)
		if err := entries.advance(ctx); err != nil {
			return err
		}
	}
	if t.leaves != uint64(s.Entries) {
		c.broken(BreakEntries, s.Number, 0)
	}
	if t.leaves == 0 || t.Root() != s.Root {
		c.broken(BreakRoot, s.Number, 0)
	}
	return nil
}

// orphan reports the current entry, whose seal does not exist, and goes on.
func (c *checker) orphan(ctx context.Context, entries *sealedEntries) error {
	c.broken(BreakOrphan, entries.current.Seal, entries.current.ID)
	return entries.advance(ctx)
}

// checkValues holds the values of an entry against the hash that is sealed.
func (c *checker) checkValues(e *entry) {
	switch {
	case e.ErasedAt.IsZero():
		if hashDetails(e.Salt, e.Details) != e.DetailsHash {
			c.broken(BreakDetails, e.Seal, e.ID)
		}
	case e.Details != "" || e.Salt != "":
		c.broken(BreakRemains, e.Seal, e.ID)
	case c.named[e.ID] <= e.ID || e.Action == ActionErase:
		c.broken(BreakErased, e.Seal, e.ID)
	}
}

// checkUnplaced finds entries that claim a seal but no place, which the walk in order of places cannot meet.
func (c *checker) checkUnplaced(ctx context.Context) error {
	return c.byID(ctx, func(e *entry) { c.broken(BreakOrphan, e.Seal, e.ID) }, "seal IS NOT NULL AND position IS NULL")
}

// checkUnsealed counts what the next block will hold, and checks what can be: entries from before there were hashes have none yet.
func (c *checker) checkUnsealed(ctx context.Context) error {
	return c.byID(ctx, func(e *entry) {
		c.head.Unsealed++
		if e.DetailsHash != "" {
			c.checkValues(e)
		}
	}, "seal IS NULL")
}

// byID goes through the entries that a condition lets through, in order of their ids.
func (c *checker) byID(ctx context.Context, each func(*entry), condition string, args ...any) error {
	for after := int64(math.MinInt64); ; {
		var rows []entry
		err := c.tx.NewSelect().Model(&rows).Where("organisation_id = ?", c.head.OrganisationID).Where(condition, args...).
			Where("id > ?", after).OrderExpr("id").Limit(page).Scan(ctx)
		if err != nil {
			return err
		}
		for i := range rows {
			each(&rows[i])
		}
		if len(rows) < page {
			return nil
		}
		after = rows[page-1].ID
	}
}

// sealedEntries goes through the sealed entries of an organisation in order of their places, a page at a time. The id is
// part of the order: where two entries share a place, both must be met.
type sealedEntries struct {
	tx           database.Conn
	organisation int64
	rows         []entry
	last         *entry
	current      *entry // nil after the last
	done         bool
}

func (s *sealedEntries) advance(ctx context.Context) error {
	if len(s.rows) == 0 && !s.done {
		var rows []entry
		q := s.tx.NewSelect().Model(&rows).Where("organisation_id = ?", s.organisation).Where("seal IS NOT NULL").Where("position IS NOT NULL").
			OrderExpr("seal, position, id").Limit(page)
		if s.last != nil {
			q = q.Where("(seal, position, id) > (?, ?, ?)", s.last.Seal, s.last.Position, s.last.ID)
		}
		if err := q.Scan(ctx); err != nil {
			return err
		}
		s.rows, s.done = rows, len(rows) < page
	}
	if len(s.rows) == 0 {
		s.current = nil
		return nil
	}
	s.current, s.rows = &s.rows[0], s.rows[1:]
	s.last = s.current
	return nil
}
