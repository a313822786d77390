package portfolio

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio/selection"
)

type answerRow struct {
	bun.BaseModel  `bun:"table:selection_answer"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	RoadmapID      RoadmapID `bun:"roadmap_id,pk"`
	Hash           string    `bun:"problem_sha256,pk"`
	Proven         bool      `bun:"proven"`
	Explained      bool      `bun:"explained"`
	Work           int64     `bun:"work"`
	FoundAt        time.Time `bun:"found_at"`
	Answer         string    `bun:"answer"`
}

// keptAnswer is an answer as it is kept.
type keptAnswer struct {
	answer    selection.Answer
	proven    bool // the best
	explained bool // with all that is told beside, proven as well
	work      int64
}

// findAnswer gives the answer to a problem, or false.
func findAnswer(ctx context.Context, db database.Conn, r Roadmap, hash string) (keptAnswer, bool, error) {
	var row answerRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND roadmap_id = ? AND problem_sha256 = ?", r.OrganisationID, r.ID, hash).Scan(ctx)
	if err = database.One(err, "selection_answer", hash); err != nil {
		if fault.KindOf(err) == fault.KindNotFound {
			return keptAnswer{}, false, nil
		}
		return keptAnswer{}, false, err
	}
	out := keptAnswer{proven: row.Proven, explained: row.Explained, work: row.Work}
	if err := json.Unmarshal([]byte(row.Answer), &out.answer); err != nil {
		return out, false, fmt.Errorf("read answer of roadmap %d: %w", r.ID, err)
	}
	return out, true, nil
}

// findAnswerWork tells how much was spent on the answer to a problem, without reading it; 0 where there is none.
func findAnswerWork(ctx context.Context, db database.Conn, r Roadmap, hash string) (work int64, err error) {
	err = db.NewSelect().Model((*answerRow)(nil)).ColumnExpr("COALESCE(MAX(work), 0)").Where("organisation_id = ? AND roadmap_id = ? AND problem_sha256 = ?", r.OrganisationID, r.ID, hash).Scan(ctx, &work)
	if err != nil {
		return 0, fmt.Errorf("look for answer of roadmap %d: %w", r.ID, err)
	}
	return work, nil
}

// saveAnswer keeps an answer in the place of a poorer one. Of two that were found at once the one with more work stays.
func saveAnswer(ctx context.Context, db database.Conn, r Roadmap, hash string, a keptAnswer, now time.Time) error {
	text, err := json.Marshal(a.answer)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	row := answerRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Hash: hash, Proven: a.proven, Explained: a.explained, Work: a.work, FoundAt: database.Instant(now), Answer: string(text)}
	_, err = db.NewInsert().Model(&row).On("CONFLICT (organisation_id, roadmap_id, problem_sha256) DO UPDATE").
		Set("proven = EXCLUDED.proven, explained = EXCLUDED.explained, work = EXCLUDED.work, found_at = EXCLUDED.found_at, answer = EXCLUDED.answer").
		Where("answer_row.work <= EXCLUDED.work").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep answer of roadmap %d: %w", r.ID, err)
	}
	return nil
}

// forgetAnswers drops the answers of a roadmap to problems that nobody poses any more.
func forgetAnswers(ctx context.Context, db database.Conn, r Roadmap, before time.Time, posed []string) error {
	q := "DELETE FROM selection_answer WHERE organisation_id = ? AND roadmap_id = ? AND found_at < ?"
	args := []any{r.OrganisationID, r.ID, database.Instant(before)}
	if len(posed) > 0 {
		q, args = q+" AND problem_sha256 NOT IN (?)", append(args, database.In(posed))
	}
	if _, err := db.ExecContext(ctx, q, args...); err != nil {
		return fmt.Errorf("forget answers of roadmap %d: %w", r.ID, err)
	}
	return nil
}

// findRoadmapsOf lists the roadmaps of an organisation, with the sum of their facts versions.
func findRoadmapsOf(ctx context.Context, db database.Conn, organisation int64) ([]Roadmap, int64, error) {
	var rows []roadmapRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).OrderExpr("id").Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("list roadmaps of organisation %d: %w", organisation, err)
	}
	var version int64
	out := make([]Roadmap, len(rows))
	for i, r := range rows {
		out[i] = r.roadmap()
		version += r.FactsVersion
	}
	return out, version, nil
}

// findCommitteeHeads names the committees of a roadmap. They are governance's; a scenario shows to which one it was submitted.
func findCommitteeHeads(ctx context.Context, db database.Conn, r Roadmap) (map[int64]Head, error) {
	var rows []struct {
		ID   int64  `bun:"id"`
		Code string `bun:"code"`
		Name string `bun:"name"`
	}
	err := db.NewRaw("SELECT id, code, name FROM committee WHERE organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("name committees: %w", err)
	}
	out := make(map[int64]Head, len(rows))
	for _, c := range rows {
		out[c.ID] = Head{c.Code, c.Name}
	}
	return out, nil
}

// findScenarioAuthors names who began the scenarios of a roadmap.
func findScenarioAuthors(ctx context.Context, db database.Conn, r Roadmap) (map[ScenarioID]string, error) {
	var rows []struct {
		ID   ScenarioID `bun:"id"`
		Name string     `bun:"name"`
	}
	err := db.NewRaw(`SELECT s.id, COALESCE(u.name, s.created_by) AS name FROM scenario AS s LEFT JOIN user_account AS u ON 'user:' || u.id = s.created_by
		WHERE s.organisation_id = ? AND s.roadmap_id = ?`, r.OrganisationID, r.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("name who began scenarios: %w", err)
	}
	out := make(map[ScenarioID]string, len(rows))
	for _, x := range rows {
		out[x.ID] = x.Name
	}
	return out, nil
}

// findFrozen lists every scenario of the instance that was frozen.
func findFrozen(ctx context.Context, db database.Conn) ([]Scenario, error) {
	var rows []scenarioRow
	if err := db.NewRaw("SELECT "+scenarioColumns+" FROM scenario AS s WHERE s.state <> 'draft' ORDER BY s.id").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list frozen scenarios: %w", err)
	}
	return database.Convert(rows, scenarioRow.scenario), nil
}
