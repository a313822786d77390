package finance

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

type actualYearRow struct {
	bun.BaseModel  `bun:"table:actual_year,alias:t"`
	OrganisationID int64               `bun:"organisation_id,pk"`
	ProjectID      portfolio.ProjectID `bun:"project_id,pk"`
	YearID         int64               `bun:"fiscal_year_id,pk"`
	Section        string              `bun:"section,pk"`
	Mandated       money.Amount        `bun:"mandated"`
	Engaged        money.Amount        `bun:"engaged"`
	Lines          int64               `bun:"lines"`
}

type actualMonthRow struct {
	bun.BaseModel  `bun:"table:actual_month,alias:t"`
	OrganisationID int64               `bun:"organisation_id,pk"`
	RoadmapID      portfolio.RoadmapID `bun:"roadmap_id,pk"`
	YearID         int64               `bun:"fiscal_year_id,pk"`
	Period         int                 `bun:"period,pk"`
	Section        string              `bun:"section,pk"`
	Category       string              `bun:"category,pk"`
	Mandated       money.Amount        `bun:"mandated"`
	Engaged        money.Amount        `bun:"engaged"`
	Lines          int64               `bun:"lines"`
}

type scopeTotalRow struct {
	bun.BaseModel  `bun:"table:scope_total,alias:t"`
	OrganisationID int64        `bun:"organisation_id,pk"`
	Flow           string       `bun:"flow,pk"`
	YearID         int64        `bun:"fiscal_year_id,pk"`
	Period         int          `bun:"period,pk"`
	Section        string       `bun:"section,pk"`
	Total          money.Amount `bun:"total"`
	Allocated      money.Amount `bun:"allocated"`
	Excluded       money.Amount `bun:"excluded"`
	Lines          int64        `bun:"lines"`
}

// apply adds the changes to the balances of an organisation.
func (d *deltas) apply(ctx context.Context, tx database.Conn, organisation int64) error {
	years := make([]actualYearRow, 0, len(d.years))
	for k, c := range d.years {
		years = append(years, actualYearRow{OrganisationID: organisation, ProjectID: k.project, YearID: k.year, Section: k.section, Mandated: c.mandated, Engaged: c.engaged, Lines: c.lines})
	}
	if err := addUp(ctx, tx, years, "organisation_id, project_id, fiscal_year_id, section", "mandated", "engaged", "lines"); err != nil {
		return err
	}
	months := make([]actualMonthRow, 0, len(d.months))
	for k, c := range d.months {
		months = append(months, actualMonthRow{OrganisationID: organisation, RoadmapID: k.roadmap, YearID: k.Year, Period: k.Period, Section: k.section, Category: k.category,
			Mandated: c.mandated, Engaged: c.engaged, Lines: c.lines})
	}
	if err := addUp(ctx, tx, months, "organisation_id, roadmap_id, fiscal_year_id, period, section, category", "mandated", "engaged", "lines"); err != nil {
		return err
	}
	scope := make([]scopeTotalRow, 0, len(d.scope))
	for k, s := range d.scope {
		scope = append(scope, scopeTotalRow{OrganisationID: organisation, Flow: string(k.flow), YearID: k.Year, Period: k.Period, Section: k.section,
			Total: s.total, Allocated: s.allocated, Excluded: s.excluded, Lines: s.lines})
	}
	if err := addUp(ctx, tx, scope, "organisation_id, flow, fiscal_year_id, period, section", "total", "allocated", "excluded", "lines"); err != nil {
		return err
	}
	return restateCommitments(ctx, tx, organisation, slices.Sorted(maps.Keys(d.commitments)))
}

// addUp adds rows to those of the same key.
func addUp[M any](ctx context.Context, tx database.Conn, rows []M, key string, sums ...string) error {
	const chunk = 500
	for len(rows) > 0 {
		part := rows[:min(chunk, len(rows))]
		q := tx.NewInsert().Model(&part).On("CONFLICT (" + key + ") DO UPDATE")
		for _, c := range sums {
			q = q.Set("? = ?TableAlias.? + EXCLUDED.?", bun.Ident(c), bun.Ident(c), bun.Ident(c))
		}
		if _, err := q.Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("add to balances: %w", err)
		}
		rows = rows[len(part):]
	}
	return nil
}
