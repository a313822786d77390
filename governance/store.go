package governance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"jalon/governance/cadence"
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

type memberRow struct {
	bun.BaseModel  `bun:"table:committee_member"`
	ID             int64       `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	CommitteeID    CommitteeID `bun:"committee_id"`
	Name           string      `bun:"name"`
	Role           string      `bun:"role"`
	Email          string      `bun:"email"`
	Position       int         `bun:"position"`
}

func (r committeeRow) committee() (Committee, error) {
	rule, err := cadence.ParseRule(r.Cadence)
	if err != nil {
		return Committee{}, fmt.Errorf("cadence of committee %d: %w", r.ID, err)
	}
	return Committee{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, Code: r.Code, Name: r.Name, Level: r.Level, Cadence: rule, TimeZone: r.TimeZone,
		Locale: r.Locale, LeadDays: r.LeadDays, From: r.From, Until: r.Until, Version: r.Version, CreatedAt: r.CreatedAt}, nil
}

func insertCommittee(ctx context.Context, tx database.Conn, c *Committee, now time.Time) error {
	row := committeeRow{OrganisationID: c.OrganisationID, RoadmapID: c.RoadmapID, Code: c.Code, Name: c.Name, Level: c.Level, Cadence: c.Cadence.String(), TimeZone: c.TimeZone,
		Locale: c.Locale, LeadDays: c.LeadDays, From: c.From, Until: c.Until, Version: 1, CreatedAt: database.Instant(now)}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("committee.code.taken", c.Code)
		}
		return fmt.Errorf("save committee: %w", err)
	}
	c.ID, c.Version = row.ID, 1
	members := make([]memberRow, len(c.Members))
	for i, m := range c.Members {
		members[i] = memberRow{OrganisationID: c.OrganisationID, CommitteeID: c.ID, Name: m.Name, Role: m.Role, Email: m.Email, Position: i + 1}
	}
	if len(members) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&members).ExcludeColumn("id").Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("save members: %w", err)
	}
	return nil
}

// committeeFilter narrows a list of committees; zero fields do not.
type committeeFilter struct {
	organisation int64
	roadmap      portfolio.RoadmapID
	code         string
	id           CommitteeID
}

func findCommittees(ctx context.Context, db database.Conn, f committeeFilter) ([]Committee, error) {
	var rows []committeeRow
	q := db.NewSelect().Model(&rows)
	if f.organisation != 0 {
		q = q.Where("organisation_id = ?", f.organisation)
	}
	if f.roadmap != 0 {
		q = q.Where("roadmap_id = ?", f.roadmap)
	}
	if f.code != "" {
		q = q.Where("code = ?", f.code)
	}
	if f.id != 0 {
		q = q.Where("id = ?", f.id)
	}
	if err := q.OrderExpr("organisation_id, CASE level WHEN 'operational' THEN 0 WHEN 'tactical' THEN 1 ELSE 2 END, code, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list committees: %w", err)
	}
	out := make([]Committee, len(rows))
	ids, organisations := make([]CommitteeID, len(rows)), make([]int64, len(rows))
	for i, r := range rows {
		c, err := r.committee()
		if err != nil {
			return nil, err
		}
		out[i], ids[i], organisations[i] = c, c.ID, c.OrganisationID
	}
	var members []memberRow
	if err := db.NewSelect().Model(&members).Where("organisation_id IN (?) AND committee_id IN (?)", distinct(organisations), database.In(ids)).OrderExpr("committee_id, position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	for i := range out {
		for _, m := range members {
			if m.CommitteeID == out[i].ID {
				out[i].Members = append(out[i].Members, Member{m.Name, m.Role, m.Email})
			}
		}
	}
	return out, nil
}

// distinct is a list of organisations for "IN (?)", each once: the indexes begin with them.
func distinct(organisations []int64) any {
	return database.In(slices.Compact(slices.Sorted(slices.Values(organisations))))
}

// oneCommittee finds a committee by its code; a code that several organisations use is ambiguous.
func oneCommittee(ctx context.Context, db database.Conn, f committeeFilter) (Committee, error) {
	all, err := findCommittees(ctx, db, f)
	switch {
	case err != nil:
		return Committee{}, err
	case len(all) == 0:
		return Committee{}, fault.NotFound("committee", f.code)
	case len(all) > 1:
		return Committee{}, fault.Invalid("committee.ambiguous", f.code)
	}
	return all[0], nil
}

type decisionRow struct {
	bun.BaseModel  `bun:"table:decision"`
	ID             DecisionID          `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	CommitteeID    CommitteeID         `bun:"committee_id"`
	RoadmapID      portfolio.RoadmapID `bun:"roadmap_id"`
	ProjectID      portfolio.ProjectID `bun:"project_id,nullzero"`
	Year           int                 `bun:"year"`
	Number         int                 `bun:"number"`
	Title          string              `bun:"title"`
	Question       string              `bun:"question"`
	Options        string              `bun:"options"`
	Outcome        string              `bun:"outcome"`
	Reason         string              `bun:"reason"`
	Effect         string              `bun:"effect"`
	On             civil.Date          `bun:"decided_on,type:date"`
	Author         string              `bun:"author"`
	RecordedAt     time.Time           `bun:"recorded_at"`
}

// insertDecision numbers the decision within its year and organisation. Two at once for the same
// number clash on the unique key; the caller's transaction fails as a whole and can be repeated.
func insertDecision(ctx context.Context, tx database.Conn, d *Decision, effect any, now time.Time) error {
	if err := tx.NewRaw("SELECT COALESCE(MAX(number), 0) + 1 FROM decision WHERE organisation_id = ? AND year = ?", d.OrganisationID, d.Year).Scan(ctx, &d.Number); err != nil {
		return fmt.Errorf("number decision: %w", err)
	}
	options, err := json.Marshal(d.Options)
	if err != nil {
		return err
	}
	text, err := json.Marshal(effect)
	if err != nil {
		return err
	}
	row := decisionRow{OrganisationID: d.OrganisationID, CommitteeID: d.CommitteeID, RoadmapID: d.RoadmapID, ProjectID: d.ProjectID, Year: d.Year, Number: d.Number, Title: d.Title,
		Question: d.Question, Options: string(options), Outcome: d.Outcome, Reason: d.Reason, Effect: string(text), On: d.On, Author: d.Author, RecordedAt: database.Instant(now)}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("decision.number.taken", d.Reference())
		}
		return fmt.Errorf("save decision: %w", err)
	}
	d.ID, d.RecordedAt = row.ID, row.RecordedAt
	return nil
}

// decisionFilter narrows a list of decisions; zero fields do not. After is excluded, Until included.
type decisionFilter struct {
	organisation int64
	roadmap      portfolio.RoadmapID
	after, until civil.Date
}

func findDecisionLines(ctx context.Context, db database.Conn, f decisionFilter) ([]DecisionLine, error) {
	var rows []struct {
		decisionRow
		CommitteeName string `bun:"committee_name"`
		ProjectCode   string `bun:"project_code"`
	}
	q := db.NewSelect().Model(&rows).ColumnExpr("decision_row.*").
		ColumnExpr("c.name AS committee_name, COALESCE(p.code, '') AS project_code").
		ModelTableExpr("decision AS decision_row").
		Join("JOIN committee AS c ON c.organisation_id = decision_row.organisation_id AND c.id = decision_row.committee_id").
		Join("LEFT JOIN project AS p ON p.organisation_id = decision_row.organisation_id AND p.id = decision_row.project_id")
	if f.organisation != 0 {
		q = q.Where("decision_row.organisation_id = ?", f.organisation)
	}
	if f.roadmap != 0 {
		q = q.Where("decision_row.roadmap_id = ?", f.roadmap)
	}
	if !f.after.IsZero() {
		q = q.Where("decision_row.decided_on > ?", f.after)
	}
	if !f.until.IsZero() {
		q = q.Where("decision_row.decided_on <= ?", f.until)
	}
	if err := q.OrderExpr("decision_row.decided_on DESC, decision_row.id DESC").Limit(1000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	out := make([]DecisionLine, len(rows))
	for i, r := range rows {
		d := Decision{Year: r.Year, Number: r.Number}
		out[i] = DecisionLine{Reference: d.Reference(), On: r.On, Committee: r.CommitteeName, Title: r.Title, Question: r.Question, Outcome: r.Outcome, Reason: r.Reason, Project: r.ProjectCode}
	}
	return out, nil
}

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

const packCardColumns = `SELECT k.id, k.organisation_id, k.committee_id, c.code AS committee, c.name AS committee_name, k.period, k.edition, k.figures_on, k.frozen_at,
	k.late_days, k.locale, k.errata, k.snapshot_sha256, k.pdf_sha256, length(k.pdf) AS size
	FROM pack AS k JOIN committee AS c ON c.organisation_id = k.organisation_id AND c.id = k.committee_id`

func (r packCardRow) card() (PackCard, error) {
	p := PackCard{ID: r.ID, Committee: r.Committee, CommitteeName: r.CommitteeName, Period: r.Period, Edition: r.Edition, FiguresOn: r.FiguresOn, FrozenAt: r.FrozenAt.UTC(),
		LateDays: r.LateDays, Locale: r.Locale, SnapshotSHA256: r.SnapshotSHA256, PDFSHA256: r.PDFSHA256, Size: r.Size}
	if err := json.Unmarshal([]byte(r.Errata), &p.Errata); err != nil {
		return p, fmt.Errorf("errata of pack %d: %w", r.ID, err)
	}
	return p, nil
}

// findPackCards lists the packs of committees, newest figures first.
func findPackCards(ctx context.Context, db database.Conn, committees []Committee) (map[CommitteeID][]PackCard, error) {
	ids, organisations := make([]CommitteeID, len(committees)), make([]int64, len(committees))
	for i, c := range committees {
		ids[i], organisations[i] = c.ID, c.OrganisationID
	}
	var rows []packCardRow
	err := db.NewRaw(packCardColumns+" WHERE k.organisation_id IN (?) AND k.committee_id IN (?) ORDER BY k.figures_on DESC, k.period DESC, k.edition DESC, k.id DESC", distinct(organisations), database.In(ids)).Scan(ctx, &rows)
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

// findPack loads a pack with its contents and the organisation that it belongs to.
func findPack(ctx context.Context, db database.Conn, id PackID) (PackCard, packRow, error) {
	var head packCardRow
	if err := database.One(db.NewRaw(packCardColumns+" WHERE k.id = ?", id).Scan(ctx, &head), "pack", int64(id)); err != nil {
		return PackCard{}, packRow{}, err
	}
	card, err := head.card()
	if err != nil {
		return PackCard{}, packRow{}, err
	}
	var row packRow
	err = db.NewSelect().Model(&row).Where("organisation_id = ? AND id = ?", head.OrganisationID, id).Scan(ctx)
	return card, row, database.One(err, "pack", int64(id))
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

// settledYears is how far back finished slots are looked at.
const settledYears = 2

// findDueCommittees lists all committees with the slots that are settled.
func findDueCommittees(ctx context.Context, db database.Conn, now time.Time) ([]dueCommittee, error) {
	all, err := findCommittees(ctx, db, committeeFilter{})
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
		out[i] = dueCommittee{Committee: c, done: done[packJobOf(c.ID)]}
	}
	return out, nil
}
