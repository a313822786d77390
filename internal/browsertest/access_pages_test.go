package browsertest

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"jalon/internal/demo"
	"jalon/internal/htmltest"
	"jalon/internal/web"
)

// Of the demonstration.
const (
	demoDay      = "2026-11-01"
	demoPassword = demo.Password
	demoManager  = "maud.lescure@haute-sevrane.example"
	demoReader   = "agent@haute-sevrane.example"
	demoProject  = "lea.chambon@haute-sevrane.example"
	demoMember   = "nathalie.quemener@haute-sevrane.example"
	demoNetwork  = "animation@reseau-massif.example"
)

// unlinked are pages to which no link of the manager's leads, because the demonstration is past them: a first
// reference where one is set, many projects at once, and lists that are empty or narrowed.
var unlinked = []string{"/projects/15/baseline", "/projects/14", "/projects/14/return", "/roadmaps/2/bulk?project=13&project=15&project=16", "/roadmaps/2/objectives", "/roadmaps/2?as_of=2026-03-01",
	"/roadmaps/2/projects?q=zzz", "/roadmaps/2/projects?schedule=red&sort=cost&dir=desc", "/search?q=d%C3%A9mat%C3%A9rialisation", "/search?q=zzzz", "/search", "/decisions?q=zzzz",
	"/account/two-factor/codes", "/account/two-factor/end", "/committees/comop/decisions/new?project=DEM-01", "/roadmaps/2/requests/similar?title=rendez-vous+en+ligne"}

// starts are the pages from which the links of the manager are followed: projects on which people work, and books in which something is to be seen.
var starts = []string{"/", "/roadmaps/2", "/projects/13", "/account", "/projects/45/funding", "/projects/36/moves", demoBooks + "/envelopes/2", demoBooks + "/periods/2/8"}

// guests looks at what nobody needs an account for.
func (i *inspection) guests() {
	i.t.Helper()
	for _, path := range []string{"/sign-in", "/password/forgot", "/methods", "/accessibility", "/shortcuts"} {
		i.at(path)
	}
	i.in("/sign-in")
	i.fill("email", demoManager, "password", "wrong")
	i.expect(401, chromedp.Click(chromedp.CSS(submit)))
	i.look("sign-in refused")
	i.answers(404, "/password/reset?token=x")
}

// oneTab is how many pages are looked at in one tab: none lives for ever.
const oneTab = 12

// manager looks at every page that the links of the manager lead to, one of each sort, then at what forms answer.
func (i *inspection) manager() {
	i.t.Helper()
	i.as(demoManager)
	for n, path := range append(i.linked(starts...), unlinked...) {
		if n%oneTab == oneTab-1 {
			i.as(demoManager)
		}
		i.at(path)
	}
	i.answers(422, "/roadmaps/2?as_of=hier")
	i.answers(422, "/roadmaps/2/projects?phase=xyz")
	i.answers(404, "/nothing-here")
	i.as(demoManager)
	i.forms()
	i.as(demoManager)
	i.bulk()
	i.list()
	i.expired()
}

// linked follows the links of the site from some pages on, and gives the first address of each route that comes as a page and was not
// looked at; with every page wanted, the first three. Some pages of each route are read for their links alone.
func (i *inspection) linked(queue ...string) []string {
	i.t.Helper()
	const read = 8
	each := 1
	if i.every {
		each = 3
	}
	count, known, out := map[string]int{}, map[string]bool{}, []string{}
	for path := range i.looked {
		count[routeOf(path)] = each
	}
	client := &http.Client{Transport: withCookies{i.cookies()}}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		route := routeOf(address)
		if route == "" || count[route] >= each+read || strings.Contains(address, "?") {
			continue
		}
		to, page := i.fetch(client, address)
		if to != address { // nothing is on it but the way on
			i.looked[address] = true
			if !known[to] {
				known[to] = true
				queue = append(queue, to)
			}
			continue
		}
		if count[route]++; page == nil {
			i.looked[address] = true // a file
			continue
		}
		if count[route] <= each {
			out = append(out, address)
		}
		for _, a := range page.All("a[href]") {
			if to, _, _ := strings.Cut(a.Attr("href"), "#"); strings.HasPrefix(to, "/") && !known[to] {
				known[to] = true
				queue = append(queue, to)
			}
		}
	}
	return out
}

// fetch asks for an address to which a link leads, and gives where that leads in the end, with the page; nil for a file.
func (i *inspection) fetch(client *http.Client, address string) (to string, page *htmltest.Page) {
	i.t.Helper()
	res, err := client.Get(i.base + address)
	if err != nil {
		i.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != 200 {
		i.t.Fatalf("a link leads to %s: %d, %v", address, res.StatusCode, err)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		page = htmltest.Parse(i.t, string(body))
	}
	return res.Request.URL.RequestURI(), page
}

// withCookies sends the cookies of a tab.
type withCookies struct{ cookies []*network.Cookie }

func (w withCookies) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for _, c := range w.cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (i *inspection) cookies() []*network.Cookie {
	i.t.Helper()
	res, err := chromedp.Call(i.tab, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		i.t.Fatal(err)
	}
	return res.Cookies
}

// A pageRoute is a path that the site answers to.
type pageRoute struct {
	path    string // with its open parts: "/projects/:id"
	pattern *regexp.Regexp
}

// pageRoutes are the paths that the site answers to.
var pageRoutes = sync.OnceValue(func() []pageRoute {
	var out []pageRoute
	for _, r := range web.New(web.Config{}, web.Deps{}).GetRoutes(true) {
		if r.Method == http.MethodGet && !slices.Contains([]string{"/healthz", "/readyz", "/static/:name", "/scenarios/:id/progress"}, r.Path) {
			out = append(out, pageRoute{r.Path, regexp.MustCompile("^" + openPart.ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`) + "$")})
		}
	}
	return out
})

var openPart = regexp.MustCompile(`:\w+`)

// routeOf finds the route of an address, "" for none.
func routeOf(address string) string {
	path, _, _ := strings.Cut(address, "?")
	for _, r := range pageRoutes() {
		if r.pattern.MatchString(path) {
			return r.path
		}
	}
	return ""
}

// everyRoute holds that every page of the site was looked at.
func (i *inspection) everyRoute() {
	i.t.Helper()
	looked := map[string]bool{}
	for path := range i.looked {
		looked[routeOf(path)] = true
	}
	for _, r := range pageRoutes() {
		if !looked[r.path] && !strings.Contains(r.path, ".") { // else a file
			i.t.Errorf("no page of %s was looked at", r.path)
		}
	}
}

// forms looks at forms that were refused, in which somebody else was faster, and that show what would come of them.
func (i *inspection) forms() {
	i.t.Helper()
	press := chromedp.Click(chromedp.CSS(submit))
	i.in("/projects/13/edit")
	i.fill("name", "", "code", "")
	i.expect(422, press)
	i.look("project refused")
	i.in("/projects/13/edit")
	i.fill("name", "Un autre nom", "need", strings.Repeat("Un besoin décrit en détail. ", 12))
	i.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("main form.form [name=_version]").value = "999"`))
	i.expect(409, press)
	i.look("project changed by two")
	i.in("/projects/13/status")
	i.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("main form.form [name=period]").options[0].value = "x"`))
	i.expect(422, press)
	i.look("status refused")
	for _, path := range []string{"/committees/comop/edit", "/committees/comop/decisions/new"} {
		i.in(path)
		i.press(mainForm + "button[name=_preview]")
		i.look(path + " previewed")
	}
	i.in("/roadmaps/2/projects?schedule=red")
	i.press(`main a[href*="/views/new"]`)
	i.look("view new")
	i.fill("name", "En retard")
	i.send()
	i.look("projects with a saved view")
	i.in("/users/5")
	i.press(`main form[action$="/reset"] button`)
	i.look("link to a password")
	link := i.outside("#secret")
	i.as("")
	i.at(link[strings.Index(link, "/password/"):])
	i.as(demoManager)
}

// outside is what a field outside of forms holds.
func (i *inspection) outside(selector string) string {
	i.t.Helper()
	return evaluate[string](i.visitor, `document.querySelector(`+quoted(selector)+`).value`)
}

// bulk changes many projects and looks at each step.
func (i *inspection) bulk() {
	i.t.Helper()
	i.in("/roadmaps/2/bulk?project=13&project=15&project=16")
	i.expect(422, chromedp.Click(chromedp.CSS(submit)))
	i.look("bulk refused")
	i.fill("department", "Direction de l’autonomie")
	i.press(submit)
	i.look("bulk preview")
	i.press(submit)
	i.look("bulk done")
	i.press(`main form[action$="/undo"] button`)
	i.look("bulk undone")
}

// list sends a list of projects with something wrong in every other line, and looks at its preview.
func (i *inspection) list() {
	i.t.Helper()
	i.in("/roadmaps/2/import")
	i.expect(422, chromedp.Click(chromedp.CSS(submit)))
	i.look("import refused")
	file := i.t.TempDir() + "/liste.csv"
	if err := os.WriteFile(file, []byte("code;nom;coût complet;début;fin;phase\nDEM-01;Démarches en ligne, le tout nouveau nom;1 000 000;2026-01-01;2027-12-31;Cadrage\n;Dossier unique de l’usager et de ses proches;abc;hier;demain;Jamais vu\nNEW-9;Un projet que personne ne connaît;120 000;2026-12-01;2026-01-01;Cadrage\n"), 0o600); err != nil {
		i.t.Fatal(err)
	}
	i.fill("file", file)
	i.press(submit)
	i.look("import preview")
}

// expired lets the session end while a form is filled in.
func (i *inspection) expired() {
	i.t.Helper()
	i.in("/projects/13/edit")
	i.fill("manager", "Quelqu’un d’autre")
	if _, err := chromedp.Call(i.tab, network.DeleteCookies, network.DeleteCookiesParams{Name: "jalon_session", URL: i.base}); err != nil {
		i.t.Fatal(err)
	}
	i.expect(401, chromedp.Click(chromedp.CSS(submit)))
	i.look("form kept at the sign-in")
	i.fill("email", demoManager, "password", demoPassword)
	i.press(submit)
	i.look("form to be sent again")
}

// others looks at the pages of those who see less, or something else.
func (i *inspection) others() {
	i.t.Helper()
	for _, reader := range []struct {
		email string
		paths []string
	}{
		{demoReader, []string{"/", "/roadmaps/2", "/projects/13", "/committees", "/organisations", "/account"}},
		{demoProject, []string{"/", "/projects/13", "/decisions"}},
		{demoMember, []string{"/", "/committees", "/committees/cotac"}},
		{demoNetwork, []string{"/", "/organisations", "/networks/1", "/networks/1?as_of=2026-10-01&since=2026-01-01"}},
	} {
		i.as(reader.email)
		for _, path := range reader.paths {
			i.at(path)
		}
		if reader.email == demoReader {
			i.answers(403, "/roadmaps/2/edit")
		}
	}
}

// secondFactor sets one up and looks at each step.
func (i *inspection) secondFactor() {
	i.t.Helper()
	i.as(demoReader)
	i.in("/account/two-factor")
	i.press(`main form[action$="/begin"] button`)
	i.look("second factor begun")
	secret := strings.Join(strings.Fields(i.text("main code.secret")), "")
	i.fill("code", "000000")
	i.expect(422, chromedp.Click(chromedp.CSS(submit)))
	i.look("second factor refused")
	code, err := totp.GenerateCode(secret, i.now())
	if err != nil {
		i.t.Fatal(err)
	}
	i.fill("code", code)
	i.press(submit)
	i.look("recovery codes")
	i.at("/account/two-factor")
	i.at("/account")
	i.as("")
	i.in("/sign-in")
	i.fill("email", demoReader, "password", demoPassword)
	i.press(submit)
	i.look("second step of the sign-in")
}

// now is the time of the demonstration, whose clock began when it was started.
func (i *inspection) now() time.Time {
	return time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC).Add(time.Since(i.began))
}
