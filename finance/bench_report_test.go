package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/benchtest"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio"
)

// largeBooks is a roadmap of 10,000 projects with budgets, commitments, forecasts and the balances that a million entries leave.
type largeBooks struct {
	db      *database.DB
	service *Service
	org     identity.Organisation
	roadmap portfolio.Roadmap
}

const benchedProjects = 10_000

func newLargeBooks(b *testing.B, db *database.DB) *largeBooks {
	b.Helper()
	ctx, now := context.Background(), func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) }
	l := &largeBooks{db: db, service: New(db, now)}
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	var err error
	l.org, err = identity.New(db, now).Create(ctx, operator, identity.Organisation{Code: "large", Name: "Métropole", Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"})
	must(err)
	register := portfolio.New(db, now)
	l.roadmap, err = register.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: l.org.ID, Code: "FDR", Name: "Feuille de route", Start: day("2025-01-01"),
		End: day("2027-12-31"), Currency: money.EUR, Status: portfolio.RoadmapRunning}, Themes: []portfolio.Theme{{Code: "T1", Name: "Écoles", Position: 1}, {Code: "T2", Name: "Voirie", Position: 2}}})
	must(err)
	inputs := make([]portfolio.ProjectInput, benchedProjects)
	for i := range inputs {
		inputs[i] = portfolio.ProjectInput{Project: portfolio.Project{Code: fmt.Sprintf("P%05d", i), Name: fmt.Sprintf("Projet %d", i)}, ThemeCode: []string{"T1", "T2"}[i%2]}
	}
	projects, err := register.AddProjects(ctx, operator, l.roadmap.ID, inputs)
	must(err)
	var years []int64
	for y := 2025; y <= 2027; y++ {
		year, err := l.service.AddFiscalYear(ctx, operator, l.org.ID, FiscalYear{Code: fmt.Sprint(y), Start: civil.D(y, 1, 1), End: civil.D(y, 12, 31)})
		must(err)
		years = append(years, year.ID)
	}
	l.fill(b, projects, years, now())
	return l
}

// fill writes what bookings would leave.
func (l *largeBooks) fill(b *testing.B, projects []portfolio.Project, years []int64, at time.Time) {
	b.Helper()
	rng := rand.New(rand.NewPCG(10, 26))
	amount := func() int64 { return rng.Int64N(50_000_00) }
	err := l.db.LoadTx(context.Background(), func(ctx context.Context, tx database.Conn, load *database.Loader) error {
		if err := lockSettings(ctx, tx, l.org.ID); err != nil {
			return err
		}
		actuals := load.Into("actual_year", "organisation_id", "project_id", "fiscal_year_id", "section", "mandated", "engaged", "lines")
		for _, p := range projects {
			for _, y := range years[:2] {
				for _, section := range Sections {
					actuals.Int(l.org.ID)
					actuals.Int(int64(p.ID))
					actuals.Int(y)
					actuals.Text(section)
					actuals.Int(amount())
					actuals.Int(amount() / 10)
					actuals.Int(25)
					if err := actuals.End(ctx); err != nil {
						return err
					}
				}
			}
		}
		if err := actuals.Close(ctx); err != nil {
			return err
		}
		var months []actualMonthRow
		for _, y := range years[:2] {
			for period := 1; period <= ExtraPeriod; period++ {
				for _, c := range Categories {
					months = append(months, actualMonthRow{OrganisationID: l.org.ID, RoadmapID: l.roadmap.ID, YearID: y, Period: period, Section: "F", Category: string(c), Mandated: money.Amount(1000 * amount()), Lines: 2000})
				}
			}
		}
		if err := database.Bulk(ctx, tx, months); err != nil {
			return err
		}
		for i, p := range projects {
			v := BudgetVersion{OrganisationID: l.org.ID, ProjectID: p.ID, Number: 1, DecidedOn: day("2026-01-05"), RecordedBy: "bench", RecordedAt: at}
			for _, y := range years {
				v.Lines = append(v.Lines, BudgetLine{YearID: y, Section: "F", Category: CategoryServices, Amount: money.Amount(3 * amount())})
			}
			if err := insertBudget(ctx, tx, &v); err != nil {
				return err
			}
			if i%5 == 0 {
				f := Forecast{OrganisationID: l.org.ID, ProjectID: p.ID, AsOf: day("2026-10-01"), Number: 1, RecordedBy: "bench", RecordedAt: at, Lines: []ForecastLine{coming(years[1], ForecastToGo, money.Amount(amount()))}}
				if err := insertForecast(ctx, tx, &f); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// backends is the CPU time of the server's processes that work for this database; nil where there is no server.
func (l *largeBooks) backends() benchtest.Meter {
	if l.db.Path() != "" {
		return nil
	}
	return benchtest.Processes(func() (ids []int) {
		_ = l.db.Read().NewRaw("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").Scan(context.Background(), &ids)
		return ids
	})
}

// BenchmarkBudgetActual asks for budget against actual of 10,000 projects: a page of a report that is held, beside a bare query of as many balances;
// and the first one after something was booked, beside the bare load of all balances.
func BenchmarkBudgetActual(b *testing.B) {
	each := func(b *testing.B, l *largeBooks) {
		ctx := context.Background()
		page := 0
		ask := func() {
			page++
			r, err := l.service.RoadmapFinance(ctx, operator, l.roadmap.ID, civil.Date{}, ReportFilter{Order: ReportOrders[page%len(ReportOrders)], Page: page % 200})
			if err != nil || r.Found != benchedProjects || r.Totals.Mandated == 0 {
				b.Fatal(err, "or not all projects")
			}
		}
		bare := func(limit int) func() {
			return func() {
				var rows []actualCell
				err := l.db.Read().NewRaw("SELECT project_id, fiscal_year_id, section, mandated, engaged FROM actual_year WHERE organisation_id = ? ORDER BY project_id LIMIT ?", l.org.ID, limit).Scan(ctx, &rows)
				if err != nil || len(rows) == 0 {
					b.Fatal(err)
				}
			}
		}
		b.Run("held", func(b *testing.B) {
			benchtest.Compare(b, 50, benchtest.Side{Run: ask}, benchtest.Side{Name: "bare", Run: bare(50)}, l.backends())
		})
		b.Run("after a booking", func(b *testing.B) {
			touch := func() {
				if _, err := l.db.Write().ExecContext(ctx, "UPDATE finance_setting SET facts_version = facts_version + 1 WHERE organisation_id = ?", l.org.ID); err != nil {
					b.Fatal(err)
				}
			}
			benchtest.Compare(b, 1, benchtest.Side{Run: func() { touch(); ask() }}, benchtest.Side{Name: "bare-load", Run: bare(1 << 20)}, l.backends())
		})
	}
	b.Run("SQLite", func(b *testing.B) { each(b, newLargeBooks(b, dbtest.SQLite(b))) })
	b.Run("PostgreSQL", func(b *testing.B) { each(b, newLargeBooks(b, dbtest.Postgres(b))) })
}
