package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/benchtest"
	"jalon/internal/dbtest"
)

// eachLarge runs a benchmark on both databases with the large portfolio, which each of them gets once.
func eachLarge(b *testing.B, f func(b *testing.B, l *large)) {
	b.Run("SQLite", func(b *testing.B) { f(b, newLarge(b, dbtest.SQLite(b), benchProjects)) })
	b.Run("PostgreSQL", func(b *testing.B) { f(b, newLarge(b, dbtest.Postgres(b), benchProjects)) })
}

// site builds the real site over the real services. The log is written out, to nowhere.
func (l *large) site() *fiber.App {
	return New(Config{}, Deps{Portfolio: l.portfolio, Governance: l.governance, Identity: l.identity, Ready: func(context.Context) error { return nil },
		Now: benchNow, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

// backends is the CPU time of the server's processes that work for this database; nil on SQLite.
func (l *large) backends() benchtest.Meter {
	if l.db.Path() != "" {
		return nil
	}
	return benchtest.Processes(func() (ids []int) {
		_ = l.db.Read().NewRaw("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").Scan(context.Background(), &ids)
		return ids
	})
}

// BenchmarkProjectList asks for pages of the project list among 10,025 projects, beside a bare page
// with the same number of rows.
func BenchmarkProjectList(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		ours, bare := l.client(b), newClient(b, barePages(l))
		list := fmt.Sprintf("/roadmaps/%d/projects", l.roadmap.ID)
		first := benchtest.Side{Name: "bare", Run: bare.asks("/bare?limit=50&offset=100")}
		b.Run("50 rows", func(b *testing.B) {
			benchtest.Compare(b, 100, benchtest.Side{Run: ours.asks(list + "?page=3")}, first, l.backends())
		})
		b.Run("25 rows", func(b *testing.B) {
			benchtest.Compare(b, 100, benchtest.Side{Run: ours.asks(list + "?page=201")}, benchtest.Side{Name: "bare", Run: bare.asks("/bare?limit=25&offset=50")}, l.backends())
		})
		b.Run("all pages in turn", func(b *testing.B) {
			turn, pages := 0, (benchProjects+49)/50
			next := func(path string, size int) func() {
				return func() { turn++; bareOrOurs(ours, bare, path, size, turn%pages) }
			}
			benchtest.Compare(b, pages, benchtest.Side{Run: next(list, 0)}, benchtest.Side{Name: "bare", Run: next("", 50)}, l.backends())
		})
		b.Run("sorted and searched", func(b *testing.B) {
			benchtest.Compare(b, 20, benchtest.Side{Run: ours.asks(list + "?q=service+01&sort=cost_deviation&dir=desc")}, first, l.backends())
		})
	})
}

// bareOrOurs asks for the nth page, from 0, of the list at path, or of the bare one where path is "".
func bareOrOurs(ours, bare *client, path string, size, n int) {
	if path == "" {
		bare.get(fmt.Sprintf("/bare?limit=%d&offset=%d", size, n*size))
		return
	}
	ours.get(path + "?page=" + strconv.Itoa(n+1))
}

// BenchmarkDashboard asks for the dashboard of the same roadmap, beside the same bare page.
func BenchmarkDashboard(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		ours, bare := l.client(b), newClient(b, barePages(l))
		benchtest.Compare(b, 50, benchtest.Side{Run: ours.asks(fmt.Sprintf("/roadmaps/%d", l.roadmap.ID))}, benchtest.Side{Name: "bare", Run: bare.asks("/bare?limit=50&offset=100")}, l.backends())
	})
}

// BenchmarkProjectPage asks for one project among 10,025, beside a bare page of its estimates.
func BenchmarkProjectPage(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		ours, bare, id := l.client(b), newClient(b, barePages(l)), l.projects[7000].ID
		benchtest.Compare(b, 50, benchtest.Side{Run: ours.asks(fmt.Sprintf("/projects/%d", id))},
			benchtest.Side{Name: "bare", Run: bare.asks(fmt.Sprintf("/bare/%d", id))}, l.backends())
	})
}

// BenchmarkEmptyAnswer is the share of the client, the connection and the middleware in the others.
func BenchmarkEmptyAnswer(b *testing.B) {
	ours := newClient(b, newSite(b, newFake(1), Config{}, nil))
	benchtest.Compare(b, 200, benchtest.Side{Run: ours.asks("/healthz")}, benchtest.Side{}, nil)
}

// BenchmarkReport asks the service itself: for a report that it holds, and for one that must be built
// anew because something was booked.
func BenchmarkReport(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		reader := identity.Operator("bench")
		ask := func() {
			r, err := l.portfolio.Report(context.Background(), reader, l.roadmap.ID, benchDay)
			if err != nil || len(r.Projects) != benchProjects {
				b.Fatal(err, "or not all projects")
			}
		}
		b.Run("held", func(b *testing.B) {
			benchtest.Compare(b, 200, benchtest.Side{Run: ask}, benchtest.Side{}, l.backends())
		})
		b.Run("after a change", func(b *testing.B) {
			benchtest.Compare(b, 1, benchtest.Side{Run: func() { l.touch(b); ask() }}, benchtest.Side{Name: "bare-load", Run: func() { l.bareLoad(b) }}, l.backends())
		})
	})
}

// BenchmarkFirstPageAfterAChange is what the first reader waits for after something was booked.
func BenchmarkFirstPageAfterAChange(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		ours := l.client(b)
		path := fmt.Sprintf("/roadmaps/%d/projects", l.roadmap.ID)
		benchtest.Compare(b, 1, benchtest.Side{Run: func() { l.touch(b); ours.get(path) }}, benchtest.Side{Name: "bare-load", Run: func() { l.bareLoad(b) }}, l.backends())
	})
}

// touch marks the roadmap as changed, as everything that is booked does.
func (l *large) touch(b *testing.B) {
	if _, err := l.db.Write().ExecContext(context.Background(), "UPDATE roadmap SET facts_version = facts_version + 1 WHERE id = ?", l.roadmap.ID); err != nil {
		b.Fatal(err)
	}
}

// bareEstimate is what the bare load keeps of an estimate.
type bareEstimate struct {
	ID        int64
	ProjectID int64
	AsOf      string
	Cost      *int64
	StartsOn  string
	EndsOn    string
	Phase     string
}

// bareLoad reads the same projects, estimates and status reports into memory and computes nothing.
func (l *large) bareLoad(b *testing.B) {
	var projects []bareProject
	var estimates []bareEstimate
	var statuses []struct{ ID, ProjectID int64 }
	ctx, org := context.Background(), l.roadmap.OrganisationID
	err := l.db.Read().NewSelect().Model(&projects).ModelTableExpr("project AS bare_project").Where("organisation_id = ? AND roadmap_id = ?", org, l.roadmap.ID).OrderExpr("code").Scan(ctx)
	if err == nil {
		err = l.db.Read().NewSelect().Model(&estimates).ModelTableExpr("estimate AS bare_estimate").Where("organisation_id = ?", org).OrderExpr("project_id, as_of, id").Scan(ctx)
	}
	if err == nil {
		err = l.db.Read().NewRaw("SELECT id, project_id FROM status_report WHERE organisation_id = ?", org).Scan(ctx, &statuses)
	}
	if err != nil || len(projects) != benchProjects || len(estimates) != 3*benchProjects || len(statuses) != benchProjects {
		b.Fatal(err, len(projects), len(estimates), len(statuses))
	}
}

// bareProject is a row of the bare page.
type bareProject struct {
	ID               int64
	Code             string
	Name             string
	Sponsor          string
	Manager          string
	Department       string
	Interministerial bool
	Weight           int64
	ThemeID          int64
}

// bareTemplate shows as many cells a row as the project list does, without a layout, a translation
// or a formatted number.
var bareTemplate = template.Must(template.New("").Parse(`<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Projets</title></head><body><h1>Projets ({{.Count}})</h1><table>
<thead><tr><th>Code<th>Nom<th>Axe<th>Commanditaire<th>Chef de projet<th>Service<th>Partagé<th>Poids<th>Clé<th>Actions</tr></thead><tbody>
{{range .Rows}}<tr class="row"><td>{{.Code}}</td><td><a href="/projects/{{.ID}}">{{.Name}}</a></td><td>{{.ThemeID}}</td><td>{{.Sponsor}}</td><td>{{.Manager}}</td><td>{{.Department}}</td><td>{{.Interministerial}}</td><td class="num">{{.Weight}}</td><td class="num">{{.ID}}</td><td><a href="/projects/{{.ID}}/edit">Modifier</a></td></tr>
{{end}}</tbody></table></body></html>`))

// bareOne shows a project and its estimates.
var bareOne = template.Must(template.New("").Parse(`<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{.Project.Name}}</title></head><body><h1>{{.Project.Code}} {{.Project.Name}}</h1>
<dl><dt>Chef de projet<dd>{{.Project.Manager}}<dt>Service<dd>{{.Project.Department}}<dt>Poids<dd>{{.Project.Weight}}</dl><table>{{range .Estimates}}<tr><td>{{.AsOf}}<td>{{.Cost}}<td>{{.StartsOn}}<td>{{.EndsOn}}<td>{{.Phase}}</tr>
{{end}}</table></body></html>`))

// barePages is the floor: fiber, a count and one query through bun, html/template, and nothing else.
func barePages(l *large) *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/bare", func(c *fiber.Ctx) error {
		var rows []bareProject
		n, err := l.db.Read().NewSelect().Model(&rows).ModelTableExpr("project AS bare_project").
			Where("organisation_id = ? AND roadmap_id = ?", l.roadmap.OrganisationID, l.roadmap.ID).
			OrderExpr("code").Limit(int64(c.QueryInt("limit"))).Offset(int64(c.QueryInt("offset"))).ScanAndCount(c.Context())
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
		return bareTemplate.Execute(c, map[string]any{"Count": n, "Rows": rows})
	})
	app.Get("/bare/:id", func(c *fiber.Ctx) error {
		var project bareProject
		var estimates []bareEstimate
		org, id := l.roadmap.OrganisationID, c.Params("id")
		err := l.db.Read().NewSelect().Model(&project).ModelTableExpr("project AS bare_project").Where("organisation_id = ? AND id = ?", org, id).Scan(c.Context())
		if err == nil {
			err = l.db.Read().NewSelect().Model(&estimates).ModelTableExpr("estimate AS bare_estimate").Where("organisation_id = ? AND project_id = ?", org, id).OrderExpr("as_of, id").Scan(c.Context())
		}
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
		return bareOne.Execute(c, map[string]any{"Project": project, "Estimates": estimates})
	})
	return app
}

// client keeps one connection to a site on the loopback interface and does as little as it can, so
// that its own share of the CPU time stays small.
type client struct {
	b      *testing.B
	conn   net.Conn
	reader *bufio.Reader
	body   []byte
	token  string // of the session; "test" is the fakes'
}

func newClient(b *testing.B, app *fiber.App) *client {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(); _ = app.Shutdown() })
	return &client{b: b, conn: conn, reader: bufio.NewReaderSize(conn, 64<<10), token: "test"}
}

// client asks the real site in the name of whoever signed in.
func (l *large) client(b *testing.B) *client {
	b.Helper()
	c := newClient(b, l.site())
	c.token = l.token
	return c
}

// asks gives a function that asks for a path.
func (c *client) asks(path string) func() { return func() { c.get(path) } }

// get asks for a path and reads the whole answer, which must be a success.
func (c *client) get(path string) {
	if _, err := io.WriteString(c.conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nAccept-Language: fr\r\nCookie: jalon_session="+c.token+"\r\n\r\n"); err != nil {
		c.b.Fatal(err)
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			c.b.Fatal(err)
		}
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
			c.b.Fatalf("%s: %s", path, line)
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(value))
		}
	}
	if length < 0 {
		c.b.Fatalf("%s: no length", path)
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	if _, err := io.ReadFull(c.reader, c.body[:length]); err != nil {
		c.b.Fatal(err)
	}
}

// BenchmarkSignIn is what a sign-in costs with the parameters of a real installation, and what a session costs
// every page: one query among a thousand open sessions.
func BenchmarkSignIn(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		real := l.identity.With(identity.Options{Key: []byte(strings.Repeat("k", 32))})
		in := identity.UserInput{OrganisationID: l.roadmap.OrganisationID, Email: "bench@example.org", Name: "Bench", Password: password, Roles: []identity.Role{identity.RoleReader}}
		if _, _, err := real.AddUser(b.Context(), identity.Operator("bench"), in); err != nil {
			b.Fatal(err)
		}
		b.Run("password", func(b *testing.B) {
			benchtest.Compare(b, 5, benchtest.Side{Run: func() {
				if _, err := real.SignIn(context.Background(), identity.SignInInput{Email: in.Email, Password: password, Address: "192.0.2.1"}); err != nil {
					b.Fatal(err)
				}
			}}, benchtest.Side{}, l.backends())
		})
		b.Run("session", func(b *testing.B) {
			benchtest.Compare(b, 200, benchtest.Side{Run: func() {
				if _, err := real.Session(context.Background(), l.token); err != nil {
					b.Fatal(err)
				}
			}}, benchtest.Side{}, l.backends())
		})
	})
}

// BenchmarkSearch looks through 10,025 projects as the search page does.
func BenchmarkSearch(b *testing.B) {
	eachLarge(b, func(b *testing.B, l *large) {
		ours := l.client(b)
		benchtest.Compare(b, 20, benchtest.Side{Run: ours.asks("/search?q=dematerialisation+service+07")}, benchtest.Side{}, l.backends())
	})
}
