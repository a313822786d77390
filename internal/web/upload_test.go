package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/views"
)

// sent is a file as a browser sends it. Fields go over those of the page; csrf stands in for a page that cannot be opened.
type sent struct {
	name, data, csrf string
	fields           map[string]string
}

// multipartForm writes a form with a file, the fields first as they stand on the page.
func multipartForm(t testing.TB, order []string, values map[string]string, name string, data io.Reader) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range order {
		if err := w.WriteField(field, values[field]); err != nil {
			t.Fatal(err)
		}
	}
	quoted := strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A").Replace(name)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + quoted + `"`}, "Content-Type": {"application/octet-stream"}})
	if err == nil {
		_, err = io.Copy(part, data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

var uploadOrder = []string{"_csrf", "_request", "profile", "as_of"}

// upload sends a file to a place's roadmap as the page of the upload does.
func (v *visitor) upload(p place, s sent) (*http.Response, string) {
	v.Helper()
	body, kind := v.uploadBody(p, s)
	return v.do(http.MethodPost, views.ImportURL(p.roadmap.ID), bytes.NewReader(body), "Content-Type", kind, "Origin", "http://localhost")
}

func (v *visitor) uploadBody(p place, s sent) (body []byte, kind string) {
	v.Helper()
	values := map[string]string{"_csrf": s.csrf, "profile": "jalon", "as_of": "2026-11-01"}
	if s.csrf == "" {
		path := views.ImportURL(p.roadmap.ID)
		form := v.page(path).Form(path)
		for name := range form {
			values[name] = form.Get(name)
		}
	}
	for name, value := range s.fields {
		values[name] = value
	}
	return multipartForm(v, uploadOrder, values, s.name, strings.NewReader(s.data))
}

func TestUploadIsTakenOnce(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	body, kind := v.uploadBody(d.home, sent{name: "a.csv", data: "code;nom\nA-1;Projet\n"})
	var to [2]string
	for i := range to {
		res, text := v.do(http.MethodPost, views.ImportURL(d.home.roadmap.ID), bytes.NewReader(body), "Content-Type", kind, "Origin", "http://localhost")
		if to[i] = res.Header.Get("Location"); res.StatusCode != 303 {
			t.Fatalf("%d\n%s", res.StatusCode, text)
		}
	}
	if to[0] != to[1] {
		t.Errorf("the form that was sent twice leads to %s and %s", to[0], to[1])
	}
}

// TestUploadForm sends forms that no browser sends from the page.
func TestUploadForm(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := views.ImportURL(d.home.roadmap.ID)
	token := v.page(path).Form(path).Get("_csrf")
	list := "code;nom\nA-1;Projet\n"
	form := func(order []string, values map[string]string) (string, string) {
		body, kind := multipartForm(t, order, values, "a.csv", strings.NewReader(list))
		return string(body), kind
	}
	right := map[string]string{"_csrf": token, "profile": "jalon", "as_of": "2026-11-01"}
	whole, kind := form(uploadOrder, right)
	fileFirst, kindFirst := form(nil, nil)
	foreign, kindForeign := form(uploadOrder, map[string]string{"_csrf": "x"})
	late := strings.Replace(fileFirst, "--\r\n", "\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n"+token+"\r\n", 1)
	long, kindLong := form(uploadOrder, map[string]string{"_csrf": token, "profile": strings.Repeat("x", fieldLimit+1)})
	var order []string
	for i := range uploadFields + 1 {
		order = append(order, fmt.Sprintf("f%d", i))
	}
	many, kindMany := form(order, nil)
	none := strings.ReplaceAll(whole, `name="file"`, `name="other"`)
	for _, tc := range []struct {
		name, body, kind string
		status           int
		headers          []string
	}{
		{"as it should be", whole, kind, 303, nil},
		{"another origin", whole, kind, 403, []string{"Origin", "https://evil.example"}},
		{"no origin", whole, kind, 403, []string{"Origin", ""}},
		{"the file before the token", fileFirst, kindFirst, 403, nil},
		{"the token after the file", late, kindFirst, 403, nil},
		{"a wrong token", foreign, kindForeign, 403, nil},
		{"a field that is too long", long, kindLong, 400, nil},
		{"too many fields", many, kindMany, 400, nil},
		{"no file", none, kind, 422, nil},
		{"cut off in the file", whole[:len(whole)-20], kind, 400, nil},
		{"cut off in the fields", whole[:120], kind, 400, nil},
		{"empty", "", kind, 400, nil},
		{"a plain form", "_csrf=" + token, "application/x-www-form-urlencoded", 415, nil},
		{"no boundary", whole, "multipart/form-data", 415, nil},
		{"no kind", whole, "", 415, nil},
		{"compressed", whole, kind, 415, []string{"Content-Encoding", "gzip"}},
	} {
		res, body := v.do(http.MethodPost, path, strings.NewReader(tc.body), append([]string{"Content-Type", tc.kind, "Origin", "http://localhost"}, tc.headers...)...)
		if res.StatusCode != tc.status {
			t.Errorf("%s: %d, want %d\n%s", tc.name, res.StatusCode, tc.status, body)
		}
	}
}

func TestFileName(t *testing.T) {
	for sent, want := range map[string]string{
		"liste.csv": "liste.csv", "../../etc/passwd": "passwd", `..\..\win.ini`: "win.ini", `C:\Users\x\liste é.xlsx`: "liste é.xlsx", "": "", "..": "", "/": "", "a/": "a",
		"a\x00b\r\nX: 1.csv": "abX: 1.csv", "fdp\u202excod.csv": "fdpxcod.csv", "zero\u200bwidth.csv": "zerowidth.csv", "\xff\xfe.csv": ".csv", "CON": "CON", "😀 \"x\".csv": "😀 \"x\".csv",
		strings.Repeat("é", 4096): strings.Repeat("é", maxFileName),
	} {
		if got := fileName(sent); got != want || !utf8.ValidString(got) {
			t.Errorf("fileName(%.40q) = %.40q, want %.40q", sent, got, want)
		}
	}
}

// listen runs the site for real connections.
func (d *desk) listen(wrap func(net.Conn) net.Conn) string {
	d.Helper()
	return serveApp(d, d.app, wrap)
}

// wrapping hands the connections that it accepts through a function.
type wrapping struct {
	net.Listener
	wrap func(net.Conn) net.Conn
}

func (l wrapping) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil && l.wrap != nil {
		c = l.wrap(c)
	}
	return c, err
}

// post begins a request on a connection of its own: its head, and as much of the body as is given.
func (v *visitor) post(address, path, kind, length, body string) net.Conn {
	v.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { _ = conn.Close() })
	head := "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: " + v.cookie + "\r\nContent-Type: " + kind + "\r\n" + length + "\r\n\r\n"
	if _, err := io.WriteString(conn, head+body); err != nil {
		v.Fatal(err)
	}
	return conn
}

func answerOf(t testing.TB, conn net.Conn) *http.Response {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestUploadTooLarge sends more than is taken, with its length said before and in pieces: the page says so, whoever
// sends without reading gets the answer all the same, and the connection ends.
func TestUploadTooLarge(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	address, path := d.listen(nil), views.ImportURL(d.home.roadmap.ID)
	body, kind := v.uploadBody(d.home, sent{name: "a.csv", data: strings.Repeat("x", uploadLimit+1)})
	inPieces := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for name, tc := range map[string][2]string{"with its length": {fmt.Sprintf("Content-Length: %d", len(body)), string(body)}, "in pieces": {"Transfer-Encoding: chunked", inPieces}} {
		conn := v.post(address, path, kind, tc[0], tc[1])
		res := answerOf(t, conn)
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != 413 || !res.Close {
			t.Errorf("%s: %d, close %t, %v, want 413 and the end", name, res.StatusCode, res.Close, err)
		}
		if len(htmltest.Parse(t, string(text)).All("#f-file-error")) != 1 {
			t.Errorf("%s: no message beside the file", name)
		}
	}
	exact, kind := v.uploadBody(d.home, sent{name: "a.csv", data: "code;nom\nA-1;" + strings.Repeat("x\nA-1;", (uploadLimit-200)/6)})
	if res := answerOf(t, v.post(address, path, kind, fmt.Sprintf("Content-Length: %d", len(exact)), string(exact))); res.StatusCode == 413 {
		t.Error("a file within the limit was refused for its size")
	}
}

// TestUploadsAtOnce holds that slow senders take the places for files and nothing else, and one person not all of them.
func TestUploadsAtOnce(t *testing.T) {
	d := newDesk(t)
	v, colleague, third := d.as(identity.RoleRoadmapManager), d.as(identity.RoleRoadmapManager), d.as(identity.RoleRoadmapManager)
	address, path := d.listen(nil), views.ImportURL(d.home.roadmap.ID)
	whole := func(v *visitor) (body []byte, kind, length string) {
		body, kind = v.uploadBody(d.home, sent{name: "a.csv", data: "code;nom\nA-1;" + strings.Repeat("Projet ", 3000) + "\n"}) // more than the server reads ahead
		return body, kind, fmt.Sprintf("Content-Length: %d", len(body))
	}
	type answer struct {
		conn net.Conn
		res  *http.Response
		err  error
	}
	answers := make(chan answer)
	slow := map[net.Conn][]byte{}                                                   // what is still to be sent
	for _, sender := range [][]*visitor{{v, v, v}, {colleague, colleague, third}} { // one too many, and each stops on its way
		for _, v := range sender {
			body, kind, length := whole(v)
			conn := v.post(address, path, kind, length, string(body[:len(body)-30]))
			slow[conn] = body[len(body)-30:]
			go func() {
				res, err := http.ReadResponse(bufio.NewReader(conn), nil)
				answers <- answer{conn, res, err}
			}()
		}
		refused := <-answers
		delete(slow, refused.conn)
		if refused.err != nil || refused.res.StatusCode != 429 || refused.res.Header.Get("Retry-After") == "" || !refused.res.Close {
			t.Fatalf("one upload too many: %+v, %v, want 429 with Retry-After and the end", refused.res, refused.err)
		}
	}
	if res, _ := v.get("/committees"); res.StatusCode != 200 {
		t.Errorf("another page meanwhile: %d, want 200", res.StatusCode)
	}
	for conn, rest := range slow {
		if _, err := conn.Write(rest); err != nil {
			t.Error(err)
		}
	}
	for range slow {
		if a := <-answers; a.err != nil || a.res.StatusCode != 303 {
			t.Errorf("a slow upload: %+v, %v, want 303", a.res, a.err)
		}
	}
	body, kind, length := whole(v)
	if res := answerOf(t, v.post(address, path, kind, length, string(body))); res.StatusCode != 303 {
		t.Errorf("an upload afterwards: %d, want 303", res.StatusCode)
	}
}

// deadlines notes until when a connection may be read.
type deadlines struct {
	net.Conn
	note func(time.Time)
}

func (c *deadlines) SetReadDeadline(t time.Time) error {
	c.note(t)
	return c.Conn.SetReadDeadline(t)
}

// TestUploadOnASlowLine holds that a body has minutes, not the seconds of other requests, and an end.
func TestUploadOnASlowLine(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	var mu sync.Mutex
	var longest time.Duration
	address := d.listen(func(c net.Conn) net.Conn {
		return &deadlines{c, func(at time.Time) {
			mu.Lock()
			defer mu.Unlock()
			longest = max(longest, time.Until(at))
		}}
	})
	body, kind := v.uploadBody(d.home, sent{name: "a.csv", data: "code;nom\nA-1;Projet\n"})
	answerOf(t, v.post(address, views.ImportURL(d.home.roadmap.ID), kind, fmt.Sprintf("Content-Length: %d", len(body)), string(body)))
	mu.Lock()
	defer mu.Unlock()
	if longest < uploadTimeout-time.Minute || longest > uploadTimeout {
		t.Errorf("a body may take %s, want %s", longest, uploadTimeout)
	}
}

// TestRefusedUploadEndsItsConnection holds that what is left of a refused body is not taken for the next request.
func TestRefusedUploadEndsItsConnection(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	address := d.listen(nil)
	smuggled := strings.Repeat("x", 9000) + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, path := range map[string]string{"foreign": views.ImportURL(d.home.roadmap.ID), "not one's own": views.ImportURL(d.other.roadmap.ID), "no form": "/roadmaps/x/import"} {
		conn := v.post(address, path, "text/plain", fmt.Sprintf("Content-Length: %d", len(smuggled)), smuggled)
		if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		all, _ := io.ReadAll(conn) // a reset is an end as well
		if n := strings.Count(string(all), "HTTP/1.1 "); n > 1 {
			t.Errorf("%s: %d answers to one request", name, n)
		}
	}
}
