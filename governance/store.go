package governance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

type committeeRow struct {
	bun.BaseModel  `bun:"table:committee"`
	ID             CommitteeID         `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	RoadmapID      portfolio.RoadmapID `bun:"roadmap_id"`
	Code           string              `bun:"code"`
	Name           string              `bun:"name"`
	Level          Level               `bun:"level"`
	Cadence        string              `bun:"cadence"`
	TimeZone       string              `bun:"time_zone"`
	Locale         string              `bun:"locale"`
	LeadDays       int                 `bun:"lead_days"`
	From           civil.Date          `bun:"sits_from,type:date"`
	Until          civil.Date          `bun:"sits_until,type:date"`
	Version        int64               `bun:"version"`
	CreatedAt      time.Time           `bun:"created_at"`
}

func (r committeeRow) committee() (Committee, error) {
	rule, err := cadence.ParseRule(r.Cadence)
	if err != nil {
		return Committee{}, fmt.Errorf("cadence of committee %d: %w", r.ID, err)
	}
	return Committee{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, Code: r.Code, Name: r.Name, Level: r.Level, Cadence: rule, TimeZone: r.TimeZone,
		Locale: r.Locale, LeadDays: r.LeadDays, From: r.From, Until: r.Until, Version: r.Version, CreatedAt: r.CreatedAt}, nil
}

func rowOf(c Committee) committeeRow {
	return committeeRow{ID: c.ID, OrganisationID: c.OrganisationID, RoadmapID: c.RoadmapID, Code: c.Code, Name: c.Name, Level: c.Level, Cadence: c.Cadence.String(), TimeZone: c.TimeZone,
		Locale: c.Locale, LeadDays: c.LeadDays, From: c.From, Until: c.Until, Version: c.Version, CreatedAt: database.Instant(c.CreatedAt)}
}

func insertCommittee(ctx context.Context, tx database.Conn, c *Committee, now time.Time) error {
	c.ID, c.Version, c.CreatedAt = 0, 1, database.Instant(now)
	row := rowOf(*c)
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("committee.code.taken", c.Code)
		}
		return fmt.Errorf("save committee: %w", err)
	}
	c.ID, c.Members = row.ID, slices.Clone(c.Members) // the caller's list gets no ids
	return insertMembers(ctx, tx, *c, c.Members)
}

// updateCommittee writes the committee over the version that it was read in.
func updateCommittee(ctx context.Context, tx database.Conn, c *Committee) error {
	row := rowOf(*c)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).Column("code", "name", "level", "cadence", "time_zone", "locale", "lead_days", "sits_from", "sits_until", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", c.OrganisationID, c.ID, c.Version).Exec(ctx)
	if err != nil && database.Classify(err) == database.Unique {
		return fault.Conflict("committee.code.taken", c.Code)
	}
	if err := database.Updated(res, err, "committee", c.Code); err != nil {
		return err
	}
	c.Version = row.Version
	return nil
}

// committeeFilter narrows a list of committees to a reach, and further; the zero reach holds no committee, other zero fields do not narrow.
type committeeFilter struct {
	reach            identity.Reach
	organisation     int64
	organisationCode string
	roadmap          portfolio.RoadmapID
	code             string
	id               CommitteeID
}

// everywhere is the reach of the program's own work.
var everywhere = identity.Reach{All: true}

// columns are those of a table, by its alias, that names organisation and roadmap; committee is its column of committees.
func columns(table, committee string) identity.ReachColumns {
	return identity.ReachColumns{Organisation: table + ".organisation_id", Roadmap: table + ".roadmap_id", Committee: table + "." + committee}
}

// findCards lists committees with the names of where they belong and with their members, in two queries.
func findCards(ctx context.Context, db database.Conn, f committeeFilter) ([]CommitteeCard, error) {
	var rows []struct {
		committeeRow
		OrganisationCode string `bun:"organisation_code"`
		OrganisationName string `bun:"organisation_name"`
		RoadmapCode      string `bun:"roadmap_code"`
		RoadmapName      string `bun:"roadmap_name"`
	}
	narrowed, args := f.reach.Within(columns("c", "id"))
	q := db.NewSelect().Model(&rows).ModelTableExpr("committee AS c").ColumnExpr("c.*").
		ColumnExpr("o.code AS organisation_code, o.name AS organisation_name, r.code AS roadmap_code, r.name AS roadmap_name").
		Join("JOIN organisation AS o ON o.id = c.organisation_id").
		Join("JOIN roadmap AS r ON r.organisation_id = c.organisation_id AND r.id = c.roadmap_id").
		Where(narrowed, args...)
	if f.organisation != 0 {
		q = q.Where("c.organisation_id = ?", f.organisation)
	}
	if f.organisationCode != "" {
		q = q.Where("o.code = ?", f.organisationCode)
	}
	if f.roadmap != 0 {
		q = q.Where("c.roadmap_id = ?", f.roadmap)
	}
	if f.code != "" {
		q = q.Where("c.code = ?", f.code)
	}
	if f.id != 0 {
		q = q.Where("c.id = ?", f.id)
	}
	if err := q.OrderExpr("c.organisation_id, CASE c.level WHEN 'operational' THEN 0 WHEN 'tactical' THEN 1 ELSE 2 END, c.code, c.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list committees: %w", err)
	}
	out := make([]CommitteeCard, len(rows))
	for i, r := range rows {
		c, err := r.committee()
		if err != nil {
			return nil, err
		}
		out[i] = CommitteeCard{Committee: c, Organisation: portfolio.Head{Code: r.OrganisationCode, Name: r.OrganisationName}, Roadmap: portfolio.Head{Code: r.RoadmapCode, Name: r.RoadmapName}}
	}
	members, err := findMembers(ctx, db, out)
	for i := range out {
		out[i].Members = members[out[i].ID]
	}
	return out, err
}

// distinct is a list of organisations for "IN (?)", each once: the indexes begin with them.
func distinct(organisations []int64) any {
	return database.In(slices.Compact(slices.Sorted(slices.Values(organisations))))
}

// keysOf gives the organisations and the ids of committees, for "IN (?)".
func keysOf(cards []CommitteeCard) (organisations, ids any) {
	o, c := make([]int64, len(cards)), make([]CommitteeID, len(cards))
	for i, card := range cards {
		o[i], c[i] = card.OrganisationID, card.ID
	}
	return distinct(o), database.In(c)
}

// oneCard finds a committee by its id or its code; a code that several organisations use is ambiguous.
func oneCard(ctx context.Context, db database.Conn, f committeeFilter) (CommitteeCard, error) {
	var named any = f.code
	if f.id != 0 {
		named, f.code = int64(f.id), ""
	}
	if named == "" { // no filter at all would find any
		return CommitteeCard{}, fault.NotFound("committee", named)
	}
	all, err := findCards(ctx, db, f)
	switch {
	case err != nil:
		return CommitteeCard{}, err
	case len(all) == 0:
		return CommitteeCard{}, fault.NotFound("committee", named)
	case len(all) > 1:
		return CommitteeCard{}, fault.Invalid("committee.ambiguous", named)
	}
	return all[0], nil
}

// settledYears is how far back finished slots are looked at.
const settledYears = 2

// findDueCommittees lists all committees with the slots that are settled.
func findDueCommittees(ctx context.Context, db database.Conn, now time.Time) ([]dueCommittee, error) {
	all, err := findCards(ctx, db, committeeFilter{reach: everywhere})
	if err != nil {
		return nil, err
	}
	var slots []struct {
		Job  string `bun:"job"`
		Slot string `bun:"slot"`
	}
	err = db.NewRaw("SELECT job, slot FROM job_run WHERE job LIKE ? AND slot >= ? AND finished_at IS NOT NULL",
		packJob+":%", fmt.Sprintf("%04d", now.Year()-settledYears)).Scan(ctx, &slots)
	if err != nil {
		return nil, fmt.Errorf("list settled slots: %w", err)
	}
	done := map[string][]string{}
	for _, s := range slots {
		done[s.Job] = append(done[s.Job], s.Slot)
	}
	out := make([]dueCommittee, len(all))
	for i, c := range all {
		out[i] = dueCommittee{Committee: c.Committee, done: done[packJobOf(c.ID)]}
	}
	return out, nil
}
