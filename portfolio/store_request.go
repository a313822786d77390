package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/grid"
	"jalon/internal/money"
)

type requestRow struct {
	bun.BaseModel  `bun:"table:request"`
	ID             RequestID    `bun:"id,pk,autoincrement"`
	OrganisationID int64        `bun:"organisation_id"`
	RoadmapID      RoadmapID    `bun:"roadmap_id"`
	ThemeID        int64        `bun:"theme_id,nullzero"`
	Year           int          `bun:"year"`
	Number         int          `bun:"number"`
	Title          string       `bun:"title"`
	TitleFolded    string       `bun:"title_folded"`
	Need           string       `bun:"need"`
	Beneficiaries  string       `bun:"beneficiaries"`
	Sponsor        string       `bun:"sponsor"`
	Department     string       `bun:"department"`
	RequestedBy    string       `bun:"requested_by"`
	RequesterID    int64        `bun:"requester_id,nullzero"`
	Start          civil.Date   `bun:"start_on,type:date"`
	End            civil.Date   `bun:"end_on,type:date"`
	Risk           Risk         `bun:"risk"`
	State          RequestState `bun:"state"`
	Reason         string       `bun:"reason"`
	ReconsiderOn   civil.Date   `bun:"reconsider_on,type:date"`
	Decision       DecisionRef  `bun:"decision_id,nullzero"`
	DecisionLabel  string       `bun:"decision_label"`
	ProjectID      ProjectID    `bun:"project_id,nullzero"`
	Submissions    int          `bun:"submissions"`
	ChangedAt      time.Time    `bun:"changed_at"`
	Version        int64        `bun:"version"`
	CreatedAt      time.Time    `bun:"created_at"`
}

func (r requestRow) request() Request {
	return Request{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, Year: r.Year, Number: r.Number,
		RequestContent: RequestContent{Title: r.Title, ThemeID: r.ThemeID, Need: r.Need, Beneficiaries: r.Beneficiaries, Sponsor: r.Sponsor, Department: r.Department,
			RequestedBy: r.RequestedBy, Start: r.Start, End: r.End, Risk: r.Risk},
		RequesterID: r.RequesterID, State: r.State, Reason: r.Reason, ReconsiderOn: r.ReconsiderOn, Decision: r.Decision, DecisionLabel: r.DecisionLabel, ProjectID: r.ProjectID,
		Submissions: r.Submissions, ChangedAt: r.ChangedAt, Version: r.Version, CreatedAt: r.CreatedAt}
}

func requestRowOf(r Request) requestRow {
	return requestRow{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, ThemeID: r.ThemeID, Year: r.Year, Number: r.Number, Title: r.Title, TitleFolded: grid.Fold(r.Title),
		Need: r.Need, Beneficiaries: r.Beneficiaries, Sponsor: r.Sponsor, Department: r.Department, RequestedBy: r.RequestedBy, RequesterID: r.RequesterID, Start: r.Start, End: r.End, Risk: r.Risk,
		State: r.State, Reason: r.Reason, ReconsiderOn: r.ReconsiderOn, Decision: r.Decision, DecisionLabel: r.DecisionLabel, ProjectID: r.ProjectID, Submissions: r.Submissions,
		ChangedAt: r.ChangedAt, Version: r.Version, CreatedAt: r.CreatedAt}
}

// nextRequestNumber gives the next number of a year. Whoever takes one at the same moment waits.
func nextRequestNumber(ctx context.Context, tx database.Conn, organisation int64, year int) (n int, err error) {
	err = tx.NewRaw(`INSERT INTO request_number (organisation_id, year, last) VALUES (?, ?, 1)
		ON CONFLICT (organisation_id, year) DO UPDATE SET last = request_number.last + 1 RETURNING last`, organisation, year).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("number a request of %d: %w", year, err)
	}
	return n, nil
}

// findZone gives the time zone of an organisation, by which its requests are numbered.
func findZone(ctx context.Context, db database.Conn, organisation int64) (*time.Location, error) {
	var name string
	if err := db.NewRaw("SELECT time_zone FROM organisation WHERE id = ?", organisation).Scan(ctx, &name); err != nil {
		return nil, fmt.Errorf("load the time zone of organisation %d: %w", organisation, err)
	}
	return identity.Organisation{TimeZone: name}.Location(), nil
}

// insertRequest books a request with its content and fills in its key and its version.
func insertRequest(ctx context.Context, tx database.Conn, r *Request) error {
	r.Version = 1
	row := requestRowOf(*r)
	if _, err := tx.NewInsert().Model(&row).ExcludeColumn("id").Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("save request: %w", err)
	}
	r.ID = row.ID
	return insertRequestParts(ctx, tx, *r)
}

// updateRequest saves a request under the optimistic lock, and gives it its next version.
func updateRequest(ctx context.Context, tx database.Conn, r *Request) error {
	row := requestRowOf(*r)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).ExcludeColumn("id", "organisation_id", "roadmap_id", "year", "number", "requester_id", "created_at").
		Where("organisation_id = ? AND id = ? AND version = ?", r.OrganisationID, r.ID, r.Version).Exec(ctx)
	if err := database.Updated(res, err, "request", r.Code()); err != nil {
		return err
	}
	r.Version++
	return nil
}

// replaceRequestParts writes costs, skills and links anew. They are what the request says now; what it said
// when it was submitted stands in its events.
func replaceRequestParts(ctx context.Context, tx database.Conn, r Request) error {
	for _, table := range []string{"request_cost", "request_skill", "request_link"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM ? WHERE organisation_id = ? AND request_id = ?", bun.Ident(table), r.OrganisationID, r.ID); err != nil {
			return fmt.Errorf("clear %s of request %d: %w", table, r.ID, err)
		}
	}
	return insertRequestParts(ctx, tx, r)
}

type requestCostRow struct {
	bun.BaseModel  `bun:"table:request_cost"`
	OrganisationID int64        `bun:"organisation_id,pk"`
	RequestID      RequestID    `bun:"request_id,pk"`
	Year           int          `bun:"year,pk"`
	Section        Section      `bun:"section,pk"`
	Amount         money.Amount `bun:"amount"`
}

type requestSkillRow struct {
	bun.BaseModel  `bun:"table:request_skill"`
	OrganisationID int64         `bun:"organisation_id,pk"`
	RequestID      RequestID     `bun:"request_id,pk"`
	SkillID        SkillID       `bun:"skill_id,pk"`
	Quarter        civil.Quarter `bun:"quarter,pk"`
	Tenths         int64         `bun:"tenths"`
}

type requestLinkRow struct {
	bun.BaseModel  `bun:"table:request_link"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	RequestID      RequestID `bun:"request_id"`
	Kind           LinkKind  `bun:"kind"`
	OtherRequest   RequestID `bun:"other_request_id,nullzero"`
	OtherProject   ProjectID `bun:"other_project_id,nullzero"`
}

func insertRequestParts(ctx context.Context, tx database.Conn, r Request) error {
	var costs []requestCostRow
	for _, c := range r.Costs {
		costs = append(costs, requestCostRow{OrganisationID: r.OrganisationID, RequestID: r.ID, Year: c.Year, Section: c.Section, Amount: c.Amount})
	}
	var skills []requestSkillRow
	for _, n := range r.Skills {
		if n.Tenths > 0 {
			skills = append(skills, requestSkillRow{OrganisationID: r.OrganisationID, RequestID: r.ID, SkillID: n.Skill, Quarter: n.Quarter, Tenths: n.Tenths})
		}
	}
	var links []requestLinkRow
	for _, l := range r.Links {
		links = append(links, requestLinkRow{OrganisationID: r.OrganisationID, RequestID: r.ID, Kind: l.Kind, OtherRequest: l.Other.Request, OtherProject: l.Other.Project})
	}
	if err := database.Bulk(ctx, tx, costs); err != nil {
		return fmt.Errorf("save costs of request %d: %w", r.ID, err)
	}
	if err := database.Bulk(ctx, tx, skills); err != nil {
		return fmt.Errorf("save skills of request %d: %w", r.ID, err)
	}
	if err := database.Bulk(ctx, tx, links); err != nil {
		return fmt.Errorf("save links of request %d: %w", r.ID, err)
	}
	return nil
}
