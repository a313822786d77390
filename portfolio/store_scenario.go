package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type scenarioRow struct {
	bun.BaseModel  `bun:"table:scenario"`
	ID             ScenarioID        `bun:"id,pk,autoincrement"`
	OrganisationID int64             `bun:"organisation_id"`
	RoadmapID      RoadmapID         `bun:"roadmap_id"`
	Number         int               `bun:"number"`
	Name           string            `bun:"name"`
	Note           string            `bun:"note"`
	State          ScenarioState     `bun:"state"`
	Percentile     int               `bun:"percentile"`
	Uplift         money.BasisPoints `bun:"uplift_bp"`
	Delay          money.BasisPoints `bun:"delay_bp"`
	CopiedFrom     ScenarioID        `bun:"copied_from_id,nullzero"`
	Committee      int64             `bun:"committee_id,nullzero"`
	Question       string            `bun:"question"`
	Recommended    bool              `bun:"recommended"`
	Decision       DecisionRef       `bun:"decision_id,nullzero"`
	CreatedBy      string            `bun:"created_by"`
	CreatedAt      time.Time         `bun:"created_at"`
	Version        int64             `bun:"version"`
	FrozenOn       civil.Date        `bun:"frozen_on,type:date"`
	SHA256         string            `bun:"frozen_sha256"`
}

// scenarioColumns are those of a list: the frozen text is large.
const scenarioColumns = `s.id, s.organisation_id, s.roadmap_id, s.number, s.name, s.note, s.state, s.percentile, s.uplift_bp, s.delay_bp, s.copied_from_id, s.committee_id, s.question, s.recommended,
	s.decision_id, s.created_by, s.created_at, s.version, s.frozen_on, s.frozen_sha256`

func (r scenarioRow) scenario() Scenario {
	return Scenario{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, Number: r.Number, Name: r.Name, Note: r.Note, State: r.State, Percentile: r.Percentile,
		Uplift: r.Uplift, Delay: r.Delay, CopiedFrom: r.CopiedFrom, Committee: r.Committee, Question: r.Question, Recommended: r.Recommended, Decision: r.Decision,
		FrozenOn: r.FrozenOn, SHA256: r.SHA256, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt.UTC(), Version: r.Version}
}

func rowOfScenario(s Scenario) scenarioRow {
	return scenarioRow{ID: s.ID, OrganisationID: s.OrganisationID, RoadmapID: s.RoadmapID, Number: s.Number, Name: s.Name, Note: s.Note, State: s.State, Percentile: s.Percentile,
		Uplift: s.Uplift, Delay: s.Delay, CopiedFrom: s.CopiedFrom, Committee: s.Committee, Question: s.Question, Recommended: s.Recommended, Decision: s.Decision,
		FrozenOn: s.FrozenOn, SHA256: s.SHA256, CreatedBy: s.CreatedBy, CreatedAt: s.CreatedAt, Version: s.Version}
}

// insertScenario books a scenario under the next number of its roadmap, which the caller holds.
func insertScenario(ctx context.Context, tx database.Conn, s *Scenario, now time.Time) error {
	err := tx.NewRaw("SELECT COALESCE(MAX(number), 0) + 1 FROM scenario WHERE organisation_id = ? AND roadmap_id = ?", s.OrganisationID, s.RoadmapID).Scan(ctx, &s.Number)
	if err != nil {
		return fmt.Errorf("number scenario: %w", err)
	}
	s.ID, s.Version, s.CreatedAt = 0, 1, database.Instant(now)
	row := rowOfScenario(*s)
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("save scenario: %w", err)
	}
	s.ID = row.ID
	return nil
}

// updateScenario writes a scenario over the version that it was read in.
func updateScenario(ctx context.Context, tx database.Conn, s *Scenario) error {
	row := rowOfScenario(*s)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).
		Column("name", "note", "state", "percentile", "uplift_bp", "delay_bp", "committee_id", "question", "recommended", "decision_id", "frozen_on", "frozen_sha256", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", s.OrganisationID, s.ID, s.Version).Exec(ctx)
	if err := database.Updated(res, err, "scenario", s.Code()); err != nil {
		return err
	}
	s.Version = row.Version
	return nil
}

// setFrozen keeps the text of a frozen scenario; "" forgets it.
func setFrozen(ctx context.Context, tx database.Conn, s Scenario, text string) error {
	_, err := tx.ExecContext(ctx, "UPDATE scenario SET frozen = ? WHERE organisation_id = ? AND id = ?", text, s.OrganisationID, s.ID)
	if err != nil {
		return fmt.Errorf("keep frozen scenario %d: %w", s.ID, err)
	}
	return nil
}

// frozenText gives what a scenario keeps since it was frozen.
func frozenText(ctx context.Context, db database.Conn, s Scenario) (text string, err error) {
	err = db.NewRaw("SELECT frozen FROM scenario WHERE organisation_id = ? AND id = ?", s.OrganisationID, s.ID).Scan(ctx, &text)
	return text, database.One(err, "scenario", int64(s.ID))
}

func findScenario(ctx context.Context, db database.Conn, id ScenarioID) (Scenario, error) {
	var row scenarioRow
	err := db.NewRaw("SELECT "+scenarioColumns+" FROM scenario AS s WHERE s.id = ?", id).Scan(ctx, &row)
	return row.scenario(), database.One(err, "scenario", int64(id))
}

// scenarioFilter narrows the scenarios of a roadmap; zero fields do not.
type scenarioFilter struct {
	states    []ScenarioState
	committee int64
	decision  DecisionRef
}

// findScenarios lists scenarios of a roadmap by number.
func findScenarios(ctx context.Context, db database.Conn, organisation int64, roadmap RoadmapID, f scenarioFilter) ([]Scenario, error) {
	var rows []scenarioRow
	q := db.NewSelect().Model(&rows).ModelTableExpr("scenario AS s").ColumnExpr(scenarioColumns).Where("s.organisation_id = ?", organisation)
	if roadmap != 0 {
		q = q.Where("s.roadmap_id = ?", roadmap)
	}
	if len(f.states) > 0 {
		q = q.Where("s.state IN (?)", database.In(f.states))
	}
	if f.committee != 0 {
		q = q.Where("s.committee_id = ?", f.committee)
	}
	if f.decision != 0 {
		q = q.Where("s.decision_id = ?", f.decision)
	}
	if err := q.OrderExpr("s.roadmap_id, s.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list scenarios: %w", err)
	}
	return database.Convert(rows, scenarioRow.scenario), nil
}

// findOpenRoadmaps lists the roadmaps that have scenarios which are not decided on.
func findOpenRoadmaps(ctx context.Context, db database.Conn) ([]Roadmap, error) {
	var rows []roadmapRow
	err := db.NewRaw(`SELECT r.* FROM roadmap AS r WHERE EXISTS (SELECT 1 FROM scenario AS s WHERE s.organisation_id = r.organisation_id AND s.roadmap_id = r.id
		AND s.state IN ('draft', 'frozen', 'submitted')) ORDER BY r.id`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list roadmaps with open scenarios: %w", err)
	}
	return database.Convert(rows, roadmapRow.roadmap), nil
}

type scenarioEventRow struct {
	bun.BaseModel  `bun:"table:scenario_event"`
	ID             int64      `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	ScenarioID     ScenarioID `bun:"scenario_id"`
	Number         int        `bun:"number"`
	What           string     `bun:"what"`
	Detail         string     `bun:"detail"`
	Actor          string     `bun:"actor"`
	At             time.Time  `bun:"at"`
}

// insertScenarioEvent adds to the log of a scenario, whose roadmap is held.
func insertScenarioEvent(ctx context.Context, tx database.Conn, s Scenario, what, detail, actor string, now time.Time) error {
	row := scenarioEventRow{OrganisationID: s.OrganisationID, ScenarioID: s.ID, What: what, Detail: detail, Actor: actor, At: database.Instant(now)}
	err := tx.NewRaw("SELECT COALESCE(MAX(number), 0) + 1 FROM scenario_event WHERE organisation_id = ? AND scenario_id = ?", s.OrganisationID, s.ID).Scan(ctx, &row.Number)
	if err != nil {
		return fmt.Errorf("number the events of scenario %d: %w", s.ID, err)
	}
	return database.Bulk(ctx, tx, []scenarioEventRow{row})
}

// eventLimit is how many events of a scenario are shown, the newest.
const eventLimit = 200

func findScenarioEvents(ctx context.Context, db database.Conn, s Scenario) ([]ScenarioEvent, error) {
	var rows []struct {
		scenarioEventRow
		Name string `bun:"actor_name"`
	}
	err := db.NewRaw(`SELECT e.number, e.what, e.detail, e.at, COALESCE(u.name, e.actor) AS actor_name FROM scenario_event AS e
		LEFT JOIN user_account AS u ON 'user:' || u.id = e.actor WHERE e.organisation_id = ? AND e.scenario_id = ? ORDER BY e.number DESC LIMIT ?`, s.OrganisationID, s.ID, eventLimit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list events of scenario %d: %w", s.ID, err)
	}
	out := make([]ScenarioEvent, len(rows))
	for i, r := range rows {
		out[i] = ScenarioEvent{Number: r.Number, What: r.What, Detail: r.Detail, Actor: r.Name, At: r.At.UTC()}
	}
	return out, nil
}

type entryQuotaRow struct {
	bun.BaseModel  `bun:"table:entry_quota"`
	OrganisationID int64             `bun:"organisation_id,pk"`
	RoadmapID      RoadmapID         `bun:"roadmap_id,pk"`
	Share          money.BasisPoints `bun:"share_bp"`
	LateFrom       civil.Date        `bun:"late_from,type:date"`
	Version        int64             `bun:"version"`
}

// findQuota gives the entry quota of a roadmap; one of version 0 when none is set.
func findQuota(ctx context.Context, db database.Conn, r Roadmap) (EntryQuota, error) {
	var row entryQuotaRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).Scan(ctx)
	if err = database.One(err, "entry_quota", int64(r.ID)); err != nil {
		if fault.KindOf(err) == fault.KindNotFound {
			return EntryQuota{OrganisationID: r.OrganisationID, RoadmapID: r.ID, LateFrom: r.Start}, nil
		}
		return EntryQuota{}, err
	}
	return EntryQuota{OrganisationID: row.OrganisationID, RoadmapID: row.RoadmapID, Share: row.Share, LateFrom: row.LateFrom, Version: row.Version}, nil
}

// saveQuota writes the quota over the version that it was read in.
func saveQuota(ctx context.Context, tx database.Conn, q *EntryQuota) error {
	row := entryQuotaRow{OrganisationID: q.OrganisationID, RoadmapID: q.RoadmapID, Share: q.Share, LateFrom: q.LateFrom, Version: q.Version + 1}
	if q.Version == 0 {
		res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
		if err := database.Updated(res, err, "entry_quota", int64(q.RoadmapID)); err != nil {
			return err
		}
	} else {
		res, err := tx.NewUpdate().Model(&row).Column("share_bp", "late_from", "version").
			Where("organisation_id = ? AND roadmap_id = ? AND version = ?", q.OrganisationID, q.RoadmapID, q.Version).Exec(ctx)
		if err := database.Updated(res, err, "entry_quota", int64(q.RoadmapID)); err != nil {
			return err
		}
	}
	q.Version = row.Version
	return nil
}

// withdrawExit takes back that a project left.
func withdrawExit(ctx context.Context, tx database.Conn, e exitRow, now time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE project_exit SET withdrawn_at = ? WHERE organisation_id = ? AND id = ?", database.Instant(now), e.OrganisationID, e.ID)
	if err != nil {
		return fmt.Errorf("withdraw exit %d: %w", e.ID, err)
	}
	return nil
}
