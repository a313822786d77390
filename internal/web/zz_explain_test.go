package web

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"jalon/governance"
	"jalon/portfolio"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

func TestZZExplain(t *testing.T) {
	ctx := context.Background()
	run := func(t *testing.T, db *database.DB) *large {
		var l *large
		for range 3 {
			l = newLarge(t, db, 4000)
			if _, err := db.Write().ExecContext(ctx, "UPDATE organisation SET code = code || id"); err != nil {
				t.Fatal(err)
			}
		}
		return l
	}
	t.Run("pg", func(t *testing.T) {
		db := dbtest.Postgres(t)
		l := run(t, db)
		for _, q := range []string{"LOAD 'auto_explain'", "SELECT set_config(name, v, false) FROM (VALUES ('auto_explain.log_min_duration','0'),('auto_explain.log_analyze','on'),('auto_explain.log_timing','off')) AS x(name,v)"} {
			_ = q
		}
		var name string
		_ = db.Read().NewRaw("SELECT current_database()").Scan(ctx, &name)
		for _, q := range []string{"session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on"} {
			if _, err := db.Write().ExecContext(ctx, "ALTER DATABASE "+name+" SET "+q); err != nil {
				t.Fatal(err)
			}
		}
		u := os.Getenv("JALON_TEST_POSTGRES")
		u = strings.Replace(u, "/postgres?", "/"+name+"?", 1)
		db2, err := database.Open(ctx, u)
		if err != nil {
			t.Fatal(err)
		}
		defer db2.Close()
		l2 := *l
		l2.db = db2
		l2.reopen()
		app := l2.site()
		for _, p := range []string{fmt.Sprintf("/roadmaps/%d", l.roadmap.ID), fmt.Sprintf("/projects/%d", l.projects[7].ID), "/", "/committees", "/committees/C1", "/decisions"} {
			res, _ := get(t, app, p)
			fmt.Println("PAGE", p, res.StatusCode)
		}
	})
}

func (l *large) reopen() {
	l.portfolio, l.governance = portfolio.New(l.db, benchNow), governance.New(l.db, benchNow, nil)
}
