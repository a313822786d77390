package portfolio

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// queryLog notes the queries of a pool as they were sent.
type queryLog struct{ queries []string }

func (l *queryLog) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (l *queryLog) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if strings.HasPrefix(strings.TrimSpace(e.Query), "SELECT") {
		l.queries = append(l.queries, e.Query)
	}
}

// TestPagesUseIndexes holds that no query of a report or of a project page reads a whole table: with ten
// thousand projects of many organisations that is what makes a page slow.
func TestPagesUseIndexes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		d := newDesk(t, db, "D1", nil)
		projects, err := d.service.AddProjects(ctx, operator, d.roadmap.ID, []ProjectInput{{Project: Project{Code: "P1", Name: "Archives"}}})
		if err != nil {
			t.Fatal(err)
		}
		err = d.service.BookEstimates(ctx, operator, d.roadmap.ID, []Estimate{{ProjectID: projects[0].ID, AsOf: day("2026-01-01"), HasCost: true, Cost: euros(1000)}})
		if err != nil {
			t.Fatal(err)
		}
		log := &queryLog{}
		pool := db.Read().(*bun.DB)
		//lint:ignore SA1019 a copy with the hook would not be the pool that the service holds
		pool.AddQueryHook(log)
		_, line, err := d.service.ProjectReport(ctx, operator, projects[0].ID, day("2026-10-01"))
		if err != nil || line.Sheet == nil {
			t.Fatal(err, line)
		}
		reader := identity.SignedIn(1, "Anne", identity.Grant{OrganisationID: d.org.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation},
			identity.Grant{OrganisationID: d.org.ID, Role: identity.RoleReader, Scope: identity.ScopeRoadmap, SubjectID: int64(d.roadmap.ID)},
			identity.Grant{OrganisationID: d.org.ID, Role: identity.RoleReader, Scope: identity.ScopeProject, SubjectID: int64(projects[0].ID)})
		cards, err := d.service.Roadmaps(ctx, reader)
		granted, err2 := d.service.GrantedProjects(ctx, reader)
		found, err3 := d.service.Search(ctx, reader, "archives", 0)
		if errors.Join(err, err2, err3) != nil || len(cards) != 1 || len(granted) != 1 || len(found.Hits) != 1 {
			t.Fatal(err, err2, err3, cards, granted, found)
		}
		released := []searchable{{Roadmap: d.roadmap}}
		if f, err := loadAverages(ctx, db.Read(), released, day("2026-10-01")); err != nil || len(f.estimates) != 1 {
			t.Fatal(err)
		}
		seen := slices.Clone(log.queries) // asking for plans adds to the log
		if len(seen) < 20 {
			t.Fatalf("only %d queries were seen", len(seen))
		}
		for _, q := range seen {
			steps := plan(t, db, q)
			for i, step := range steps {
				if readsWholeTable(step) || (i > 0 && readsWholeIndex(steps[i-1], step)) {
					t.Errorf("%s\n  in\n%s\n  of %s", step, strings.Join(steps, "\n"), q)
				}
			}
		}
	})
}

// plan asks the database how it would answer. PostgreSQL reads small tables as a whole whatever
// indexes there are, so it is told that this is dear.
func plan(t *testing.T, db *database.DB, query string) (steps []string) {
	t.Helper()
	explain, column := "EXPLAIN ", 0
	if db.Path() != "" {
		explain, column = "EXPLAIN QUERY PLAN ", 3
	}
	err := db.ReadTx(t.Context(), func(ctx context.Context, tx database.Conn) error {
		if db.Path() == "" {
			if _, err := tx.ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
				return err
			}
		}
		rows, err := tx.QueryContext(ctx, explain+query)
		if err != nil {
			return err
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			values := make([]any, len(names))
			for i := range values {
				values[i] = new(string)
			}
			if err := rows.Scan(values...); err != nil {
				return err
			}
			steps = append(steps, *values[column].(*string))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("explain %s: %v", query, err)
	}
	return steps
}

// readsWholeTable recognises the step in the words of both databases. What SQLite scans without an
// index may also be a subquery, which it has just computed.
func readsWholeTable(step string) bool {
	if strings.Contains(step, "Seq Scan on ") {
		return true
	}
	table, found := strings.CutPrefix(strings.TrimSpace(step), "SCAN ")
	return found && !strings.Contains(table, "INDEX") && !strings.HasPrefix(table, "(subquery") && table != "ranked" && table != "CONSTANT ROW"
}

// readsWholeIndex recognises PostgreSQL's way of looking for the second column of a key in all of it:
// every key begins with the organisation, except those that are made for an id alone.
func readsWholeIndex(scan, condition string) bool {
	_, index, found := strings.Cut(scan, "Index Scan using ")
	if !found || !strings.Contains(condition, "Index Cond:") || strings.HasPrefix(index, "organisation_pkey ") {
		return false
	}
	return !strings.Contains(condition, "organisation_id") && !strings.Contains(index, "_by_id ")
}
