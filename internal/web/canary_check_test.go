package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"jalon/internal/htmltest"
	"jalon/views"
)

// canaryText is what a hostile person types: the end of an attribute and of an element, three sorts of templates, a line
// of a header, a character that no database takes, one that turns the text round and one outside the first plane. Before
// it stands a formula's sign and a mark that tells where it was typed.
const canaryText = "\"><svg onload=1>'{{7*7}}${7*7}<%=7*7%>\r\nX:1\x00\u202e\U0001F600"

// canaryKept is the part of it, after the mark, that every output must show as it is or not at all.
const canaryKept = `"><svg onload=1>'{{7*7}}${7*7}<%=7*7%>`

var canaryMark = regexp.MustCompile(`~\d+~`)

// answerHeaders are the names that an answer of the site may carry: any other was smuggled in.
var answerHeaders = map[string]bool{"Cache-Control": true, "Content-Disposition": true, "Content-Length": true, "Content-Security-Policy": true, "Content-Type": true,
	"Cross-Origin-Opener-Policy": true, "Cross-Origin-Resource-Policy": true, "Date": true, "Etag": true, "Location": true, "Permissions-Policy": true, "Referrer-Policy": true,
	"Set-Cookie": true, "Vary": true, "X-Content-Type-Options": true, "X-Frame-Options": true, "Server": true, "Allow": true, "Retry-After": true}

// canaryWatch looks at outputs, and keeps which marks it saw.
type canaryWatch struct {
	testing.TB
	seen  map[string]bool
	asked map[string]bool // paths that were looked at
}

// everything holds that every page and file of the site was looked at.
func (w *canaryWatch) everything() {
	w.Helper()
	for _, r := range routes {
		if r.method == http.MethodPost || r.permission == open {
			continue
		}
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`:\w+`).ReplaceAllString(regexp.QuoteMeta(r.path), `[^/]+`) + "$")
		found := false
		for path := range w.asked {
			found = found || pattern.MatchString(path)
		}
		if !found {
			w.Errorf("%s: nobody looked at it", r.path)
		}
	}
}

// answer looks at a whole answer of the site.
func (w *canaryWatch) answer(where string, res *http.Response, body string) {
	w.Helper()
	path, _, _ := strings.Cut(where, "?")
	w.asked[path] = true
	if res.StatusCode >= 500 {
		w.Errorf("%s: %d", where, res.StatusCode)
	}
	for name, values := range res.Header {
		if !answerHeaders[name] {
			w.Errorf("%s: a header %q that nobody set", where, name)
		}
		for _, v := range values {
			if strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) || r > 126 }) {
				w.Errorf("%s: header %s: %q", where, name, v)
			}
		}
	}
	w.fileName(where, res.Header.Get("Content-Disposition"))
	if body == "" {
		return
	}
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		w.Errorf("%s: Content-Type %q: %v", where, res.Header.Get("Content-Type"), err)
	}
	switch kind {
	case "text/html":
		w.page(where, body)
	case "text/csv":
		w.table(where, body)
	case "application/json":
		w.json(where, body)
	case "application/pdf":
		w.pdf(where, body)
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		w.workbook(where, body)
	case "text/plain", "text/css", "text/javascript", "image/svg+xml":
	default:
		w.Errorf("%s: nobody looks at what is sent as %q", where, kind)
	}
}

// fileName holds that a name in a header is one name, without folders and signs that nobody sees.
func (w *canaryWatch) fileName(where, header string) {
	w.Helper()
	if header == "" {
		return
	}
	_, params, err := mime.ParseMediaType(header)
	if err != nil || len(params) != 1 || params["filename"] == "" {
		w.Errorf("%s: Content-Disposition %q: %v", where, header, err)
	}
	if name := params["filename"]; strings.ContainsFunc(name, hidden) || strings.ContainsAny(name, `/\`) {
		w.Errorf("%s: a file named %q", where, name)
	}
	w.text(where+" (file name)", params["filename"])
}

// hidden tells of a sign that nobody sees or that changes how others are seen.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// page holds that no element, attribute or address came out of a text.
func (w *canaryWatch) page(where, body string) {
	w.Helper()
	page := htmltest.Parse(w, body)
	if strings.ContainsRune(body, 0) {
		w.Errorf("%s: NUL on the page", where)
	}
	for n := range page.One("html").Descendants() {
		switch n.Type {
		case html.TextNode:
			w.text(where, n.Data)
			if strings.ContainsFunc(n.Data, views.TurnsText) {
				w.Errorf("%s: what stands beside %.80q is turned round", where, n.Data)
			}
		case html.ElementNode:
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.ContainsAny(a.Key, "\"'<{$%=") {
					w.Errorf("%s: <%s> has an attribute %s", where, n.Data, a.Key)
				}
				if value := strings.ToLower(strings.TrimSpace(a.Val)); a.Key == "href" || a.Key == "src" || a.Key == "action" {
					w.address(where, n.Data, value)
				}
				w.text(where+" ("+n.Data+" "+a.Key+")", a.Val)
			}
		}
	}
}

// address holds that a page leads nowhere but to this site.
func (w *canaryWatch) address(where, element, value string) {
	w.Helper()
	if element == "img" && strings.HasPrefix(value, "data:image/png;base64,") {
		return
	}
	if u, err := url.Parse(value); err != nil || u.Scheme != "" || u.Host != "" {
		w.Errorf("%s: <%s> leads to %q", where, element, value)
	}
}

// text holds that what follows a mark is what was typed, be it cut short: nothing was evaluated or taken out.
func (w *canaryWatch) text(where, s string) {
	w.Helper()
	for _, at := range canaryMark.FindAllStringIndex(s, -1) {
		w.seen[s[at[0]:at[1]]] = true
		rest := s[at[1]:]
		plain, err := url.QueryUnescape(rest)
		if intact(rest) || intact(asJSON.Replace(rest)) || intact(strings.ReplaceAll(rest, `""`, `"`)) || // as a line of CSV has it, which is shown raw
			err == nil && (intact(plain) || intact(asJSON.Replace(plain))) {
			continue
		}
		w.Errorf("%s: the text that was typed came out as %.120q", where, s[at[0]:])
	}
}

// asJSON reads what JSON writes in another way.
var asJSON = strings.NewReplacer(`\"`, `"`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\r\n`, " ", `\n`, " ")

func intact(rest string) bool {
	rest, _, _ = strings.Cut(rest, "…")
	return strings.HasPrefix(rest, canaryKept) || strings.HasPrefix(canaryKept, strings.TrimRight(rest, " \n"))
}

// table holds that a spreadsheet runs nothing of a file.
func (w *canaryWatch) table(where, body string) {
	w.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma, r.FieldsPerRecord = ';', -1
	if first, _, _ := strings.Cut(body, "\n"); !strings.Contains(first, ";") {
		r.Comma = ','
	}
	rows, err := r.ReadAll()
	if err != nil {
		w.Errorf("%s: %v", where, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			begins := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || hidden(r) })
			if begins != "" && strings.ContainsAny(begins[:1], "=+-@") && !plainNumber.MatchString(cell) && begins != "-" || strings.HasPrefix(begins, "＝") {
				w.Errorf("%s: a cell that a spreadsheet runs: %.80q", where, cell)
			}
			w.text(where, cell)
		}
	}
}

var plainNumber = regexp.MustCompile(`^[+-]?[\d\x{202f}\x{a0} ]+([.,]\d+)?([\x{202f}\x{a0} ]?%)?$`)

func (w *canaryWatch) json(where, body string) {
	w.Helper()
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		w.Errorf("%s: %v", where, err)
	}
	if strings.Contains(body, "<svg") {
		w.Errorf("%s: a browser that guesses the type may take it for a page", where)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			w.text(where, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for name, x := range v {
				w.text(where, name)
				walk(x)
			}
		}
	}
	walk(value)
}

// pdf holds that a document does nothing by itself, and reads its texts. Lines break texts apart, so that only the
// beginning of each is compared.
func (w *canaryWatch) pdf(where, body string) {
	w.Helper()
	for _, act := range []string{"/JavaScript", "/JS", "/OpenAction", "/Launch", "/URI", "/SubmitForm", "/AA"} {
		if bytes.Contains([]byte(body), []byte(act+" ")) || bytes.Contains([]byte(body), []byte(act+"(")) || bytes.Contains([]byte(body), []byte(act+"<")) {
			w.Errorf("%s: the document holds %s", where, act)
		}
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("JALON_TEST_REQUIRE") == "1" {
			w.Fatal("pdftotext is not installed (JALON_TEST_REQUIRE=1)")
		}
		return
	}
	file := filepath.Join(w.TempDir(), "pack.pdf")
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		w.Fatal(err)
	}
	out, err := exec.Command(tool, "-raw", file, "-").Output()
	if err != nil {
		w.Errorf("%s: pdftotext: %v", where, err)
	}
	for _, mark := range canaryMark.FindAllString(string(out), -1) {
		w.seen[mark] = true
	}
	if strings.Contains(string(out), "49$49") || strings.Contains(string(out), "'49") {
		w.Errorf("%s: a template was evaluated", where)
	}
}

// mail holds that a message is one message.
func (w *canaryWatch) mail(recipient, subject, body string) {
	w.Helper()
	where := "mail to " + recipient
	if strings.ContainsFunc(recipient+subject, unicode.IsControl) {
		w.Errorf("%s: a subject of several lines: %q", where, subject)
	}
	if strings.ContainsAny(body, "\r\x00") {
		w.Errorf("%s: the body holds characters that control: %q", where, body)
	}
	w.text(where, subject)
	w.text(where, body)
}

// log holds that every line of a log is one that the site wrote.
func (w *canaryWatch) log(lines string) {
	w.Helper()
	for line := range strings.Lines(lines) {
		if !strings.HasPrefix(line, "time=") {
			w.Errorf("log: a line of its own: %q", line)
		}
		if line = strings.TrimSuffix(line, "\n"); strings.ContainsFunc(line, hidden) {
			w.Errorf("log: signs that nobody sees: %q", line)
		}
		if strings.Contains(line, password) {
			w.Errorf("log: a password: %q", line)
		}
	}
}
