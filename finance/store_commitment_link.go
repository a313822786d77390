package finance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jalon/internal/database"
)

// commitmentNumber is a commitment as lines name it.
type commitmentNumber struct {
	ID     int64  `bun:"id"`
	Number string `bun:"number"`
	Item   string `bun:"item"`
	Budget string `bun:"budget"`
}

// findLinks makes ready what finds the commitments of entries.
func findLinks(ctx context.Context, db database.Conn, organisation int64) (*commitmentLinks, error) {
	var names []commitmentNumber
	if err := db.NewRaw("SELECT id, number, item, budget FROM commitment WHERE organisation_id = ? ORDER BY id", organisation).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("list numbers of commitments: %w", err)
	}
	aliases, err := findAliases(ctx, db, organisation)
	return newLinks(names, aliases), err
}

// namedCommitment is what entries of the books name, with the commitment that they are linked to.
type namedCommitment struct {
	Number string `bun:"commitment_no"`
	Item   string `bun:"commitment_item"`
	Budget string `bun:"budget"`
	ID     int64  `bun:"commitment_id"` // 0: none
}

// relink links the entries that are in the books to the commitments that are known now, reversals with what they reverse. It gives the commitments that gained or
// lost entries, whose sums are to be made anew.
func relink(ctx context.Context, tx database.Conn, organisation int64) (touched []int64, err error) {
	links, err := findLinks(ctx, tx, organisation)
	if err != nil {
		return nil, err
	}
	var named []namedCommitment
	err = tx.NewRaw(`SELECT DISTINCT commitment_no, commitment_item, budget, coalesce(commitment_id, 0) AS commitment_id FROM posting
		WHERE organisation_id = ? AND commitment_no <> ''`, organisation).Scan(ctx, &named)
	if err != nil {
		return nil, fmt.Errorf("list commitments that entries name: %w", err)
	}
	changed := map[int64]bool{}
	var moves []namedCommitment
	for _, n := range named {
		now := links.find(linkQuestion{n.Number, n.Item, n.Budget})
		if now == n.ID {
			continue
		}
		for _, id := range [...]int64{n.ID, now} {
			if id != 0 {
				changed[id] = true
			}
		}
		n.ID = now
		moves = append(moves, n)
	}
	if err := moveLinks(ctx, tx, organisation, moves); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(changed)), nil
}

// moveLinks links all entries that name a commitment alike to another one.
func moveLinks(ctx context.Context, tx database.Conn, organisation int64, moves []namedCommitment) error {
	for part := range slices.Chunk(moves, 500) {
		args := make([]any, 0, 4*len(part)+1)
		for _, m := range part {
			args = append(args, m.Number, m.Item, m.Budget, m.ID)
		}
		_, err := tx.ExecContext(ctx, `WITH moved (number, item, budget, id) AS (VALUES `+strings.TrimPrefix(strings.Repeat(", (?, ?, ?, ?)", len(part)), ", ")+`)
			UPDATE posting SET commitment_id = NULLIF(moved.id, 0) FROM moved
			WHERE posting.organisation_id = ? AND posting.commitment_no = moved.number AND posting.commitment_item = moved.item AND posting.budget = moved.budget`, append(args, organisation)...)
		if err != nil {
			return fmt.Errorf("link entries to commitments: %w", err)
		}
	}
	return nil
}

// restateCommitments sums commitments anew: what is committed from the events, what is mandated from the entries, and the day on which something last happened.
func restateCommitments(ctx context.Context, tx database.Conn, organisation int64, ids []int64) error {
	for part := range slices.Chunk(ids, 1000) {
		_, err := tx.ExecContext(ctx, `UPDATE commitment SET
				committed = (SELECT CAST(coalesce(sum(e.amount), 0) AS BIGINT) FROM commitment_event AS e WHERE e.organisation_id = commitment.organisation_id AND e.commitment_id = commitment.id AND e.live),
				mandated = (SELECT CAST(coalesce(sum(p.amount * p.cost_sign), 0) AS BIGINT) FROM posting AS p WHERE p.organisation_id = commitment.organisation_id AND p.commitment_id = commitment.id
					AND p.stage = 'mandated' AND p.live),
				last_on = (SELECT max(d.on_date) FROM (SELECT e.on_date FROM commitment_event AS e WHERE e.organisation_id = commitment.organisation_id AND e.commitment_id = commitment.id AND e.live
					UNION ALL SELECT coalesce(p.doc_on, p.cover_on) FROM posting AS p WHERE p.organisation_id = commitment.organisation_id AND p.commitment_id = commitment.id
					AND p.stage = 'mandated' AND p.live) AS d)
			WHERE organisation_id = ? AND id IN (?)`, organisation, database.In(part))
		if err != nil {
			return fmt.Errorf("sum commitments: %w", err)
		}
	}
	return nil
}
