package governance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

type packRow struct {
	bun.BaseModel  `bun:"table:pack"`
	ID             PackID      `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	CommitteeID    CommitteeID `bun:"committee_id"`
	Period         string      `bun:"period"`
	Edition        int         `bun:"edition"`
	FiguresOn      civil.Date  `bun:"figures_on,type:date"`
	FrozenAt       time.Time   `bun:"frozen_at"`
	LateDays       int         `bun:"late_days"`
	Locale         string      `bun:"locale"`
	Errata         string      `bun:"errata"`
	Snapshot       string      `bun:"snapshot"`
	SnapshotSHA256 string      `bun:"snapshot_sha256"`
	PDF            []byte      `bun:"pdf"`
	PDFSHA256      string      `bun:"pdf_sha256"`
}

func insertPack(ctx context.Context, tx database.Conn, p *packRow) error {
	if _, err := tx.NewInsert().Model(p).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("pack.edition.taken", p.Period, p.Edition)
		}
		return fmt.Errorf("save pack: %w", err)
	}
	return nil
}

type packCardRow struct {
	ID             PackID      `bun:"id"`
	OrganisationID int64       `bun:"organisation_id"`
	CommitteeID    CommitteeID `bun:"committee_id"`
	RoadmapID      int64       `bun:"roadmap_id"`
	Committee      string      `bun:"committee"`
	CommitteeName  string      `bun:"committee_name"`
	Period         string      `bun:"period"`
	Edition        int         `bun:"edition"`
	FiguresOn      civil.Date  `bun:"figures_on"`
	FrozenAt       time.Time   `bun:"frozen_at"`
	LateDays       int         `bun:"late_days"`
	Locale         string      `bun:"locale"`
	Errata         string      `bun:"errata"`
	SnapshotSHA256 string      `bun:"snapshot_sha256"`
	PDFSHA256      string      `bun:"pdf_sha256"`
	Size           int         `bun:"size"`
}

const packCardColumns = `SELECT k.id, k.organisation_id, k.committee_id, c.roadmap_id, c.code AS committee, c.name AS committee_name, k.period, k.edition, k.figures_on, k.frozen_at,
	k.late_days, k.locale, k.errata, k.snapshot_sha256, k.pdf_sha256, length(k.pdf) AS size
	FROM pack AS k JOIN committee AS c ON c.organisation_id = k.organisation_id AND c.id = k.committee_id`

func (r packCardRow) card() (PackCard, error) {
	p := PackCard{ID: r.ID, OrganisationID: r.OrganisationID, CommitteeID: r.CommitteeID, Committee: r.Committee, CommitteeName: r.CommitteeName, Period: r.Period, Edition: r.Edition, FiguresOn: r.FiguresOn, FrozenAt: r.FrozenAt.UTC(),
		LateDays: r.LateDays, Locale: r.Locale, SnapshotSHA256: r.SnapshotSHA256, PDFSHA256: r.PDFSHA256, Size: r.Size}
	if err := json.Unmarshal([]byte(r.Errata), &p.Errata); err != nil {
		return p, fmt.Errorf("errata of pack %d: %w", r.ID, err)
	}
	return p, nil
}

// packLimit is how many packs a page lists, the newest: a monthly committee makes a dozen a year.
const packLimit = 2000

// findPackCards lists the packs of committees, newest figures first.
func findPackCards(ctx context.Context, db database.Conn, cards []CommitteeCard) (map[CommitteeID][]PackCard, error) {
	if len(cards) == 0 {
		return nil, nil
	}
	organisations, ids := keysOf(cards)
	var rows []packCardRow
	err := db.NewRaw(packCardColumns+" WHERE k.organisation_id IN (?) AND k.committee_id IN (?) ORDER BY k.figures_on DESC, k.period DESC, k.edition DESC, k.id DESC LIMIT ?", organisations, ids, packLimit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list packs: %w", err)
	}
	out := map[CommitteeID][]PackCard{}
	for _, r := range rows {
		p, err := r.card()
		if err != nil {
			return nil, err
		}
		out[r.CommitteeID] = append(out[r.CommitteeID], p)
	}
	return out, nil
}

// findPackCard loads a pack without its contents, and where it stands among the scopes of rights.
func findPackCard(ctx context.Context, db database.Conn, id PackID) (PackCard, identity.Scope, error) {
	var row packCardRow
	if err := database.One(db.NewRaw(packCardColumns+" WHERE k.id = ?", id).Scan(ctx, &row), "pack", int64(id)); err != nil {
		return PackCard{}, identity.Scope{}, err
	}
	card, err := row.card()
	return card, identity.Scope{Organisation: row.OrganisationID, Roadmap: row.RoadmapID, Committee: int64(row.CommitteeID)}, err
}

// findPack loads a pack with its contents.
func findPack(ctx context.Context, db database.Conn, id PackID) (PackCard, packRow, error) {
	card, _, err := findPackCard(ctx, db, id)
	if err != nil {
		return PackCard{}, packRow{}, err
	}
	row, err := findPackRow(ctx, db, card)
	return card, row, err
}

// findPackRow loads the contents of a pack.
func findPackRow(ctx context.Context, db database.Conn, card PackCard) (packRow, error) {
	var row packRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND id = ?", card.OrganisationID, card.ID).Scan(ctx)
	return row, database.One(err, "pack", int64(card.ID))
}

// findPackIDs lists every pack of the instance.
func findPackIDs(ctx context.Context, db database.Conn) ([]PackID, error) {
	var ids []PackID
	if err := db.NewRaw("SELECT id FROM pack ORDER BY id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list packs: %w", err)
	}
	return ids, nil
}

// findOrganisationIDs lists every organisation of the instance.
func findOrganisationIDs(ctx context.Context, db database.Conn) ([]int64, error) {
	var ids []int64
	if err := db.NewRaw("SELECT id FROM organisation ORDER BY id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return ids, nil
}

// findLastPack gives the newest edition of the latest pack with figures before the day, or false.
func findLastPack(ctx context.Context, db database.Conn, organisation int64, committee CommitteeID, before civil.Date) (packRow, bool, error) {
	var row packRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND committee_id = ? AND figures_on < ?", organisation, committee, before).
		OrderExpr("figures_on DESC, edition DESC, id DESC").Limit(1).Scan(ctx)
	err = database.One(err, "pack", "last")
	if fault.KindOf(err) == fault.KindNotFound {
		return row, false, nil
	}
	return row, err == nil, err
}

// findEditions gives the packs of a period, first edition first, without their contents.
func findEditions(ctx context.Context, db database.Conn, organisation int64, committee CommitteeID, period string) ([]packRow, error) {
	var rows []packRow
	err := db.NewSelect().Model(&rows).Column("id", "edition", "figures_on", "errata").
		Where("organisation_id = ? AND committee_id = ? AND period = ?", organisation, committee, period).OrderExpr("edition").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	return rows, nil
}
