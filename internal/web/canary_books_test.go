package web

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"jalon/finance"
	"jalon/internal/htmltest"
	"jalon/views"
)

// canaryBooks are what the forms of the books need in order to be taken, by route: keys and amounts, in which nothing can be planted.
func canaryBooks(p place) map[string]map[string]string {
	year, project, posting := itoa(p.books.year), p.projects[1].Code, itoa(int64(p.books.settled))
	return map[string]map[string]string{
		"/organisations/:id/finance/envelopes/new":                         {"kind": "annual"},
		"/organisations/:id/finance/envelopes/:envelope/act":               {"year_1": year, "section_1": "F", "amount_1": "1 000"},
		"/organisations/:id/finance/envelopes/:envelope/transfer":          {"to_envelope": itoa(int64(p.books.reserve)), "year": year, "section": "F", "amount": "10"},
		"/organisations/:id/finance/years/new":                             {"year": "2028", "start": "2028-01-01", "end": "2028-12-31"},
		"/organisations/:id/finance/assertions/new":                        {"dimension": "nature", "expected": "100"},
		"/organisations/:id/finance/rules/new":                             {"field_1": "label", "op_1": "contains", "then": views.TargetExcluded},
		"/organisations/:id/finance/postings/:posting/allocations/:target": {"to": views.TargetExcluded, "amount": "10"},
		"/organisations/:id/finance/queue/:posting/split":                  {"project_1": project, "amount_1": "1"},
		"/organisations/:id/finance/queue/:posting/exclude":                {"amount": "1"},
		"/projects/:id/moves/new":                                          {"cause": "scope", "amount": "100"},
		"/projects/:id/funding/new":                                        {"rate": "20", "ceiling": "1 000"},
		"/projects/:id/funding/:funding/events":                            {"kind": "claim", "amount": "10"},
		"/projects/:id/funding/:funding/eligibility":                       {"posting": posting},
	}
}

// queueActs types into the forms that stand on the page of a line of the queue.
func (k *canaries) queueActs() {
	k.Helper()
	for _, act := range []string{"/split", "/exclude", "/accept"} {
		const path = "/organisations/:id/finance/queue/:posting"
		address := views.BooksPartURL(k.home.organisation.ID, views.PartQueue, itoa(int64(k.home.books.alone)))
		for _, f := range offered(k.page(address)) {
			if strings.HasSuffix(f.action, act) {
				k.hostile(k.visitor, f)
				k.taken(f.action, k.typed(path+act, f))
			}
		}
	}
	address := views.BooksPartURL(k.home.organisation.ID, views.PartQueue, "bulk") + "?" + url.Values{"what": {views.BulkProject}, "project": {k.home.projects[1].Code}, "posting": {itoa(int64(k.home.books.waits))},
		"reason": {k.plant("/organisations/:id/finance/queue/bulk reason")}}.Encode()
	for _, f := range offered(k.page(address)) {
		k.taken(f.action, f.values)
	}
}

// refusalsOn are the reasons that a page gives.
func refusalsOn(page *htmltest.Page) (out []string) {
	for _, n := range slices.Concat(page.All(".error"), page.All(".alert")) {
		out = append(out, n.Text())
	}
	return out
}

// taken sends a form that must be taken.
func (k *canaries) taken(action string, values url.Values) string {
	k.Helper()
	res, body := k.send(action, values)
	k.watch.answer("POST "+action, res, body)
	if res.StatusCode != http.StatusSeeOther {
		k.Errorf("POST %s with %q: %d, want 303: %q", action, values, res.StatusCode, refusalsOn(htmltest.Parse(k, body)))
	}
	return res.Header.Get("Location")
}

// uploadLedger sends an export whose name, headers and cells are planted, says how it is written, looks at its preview and books it.
func (k *canaries) uploadLedger() {
	k.Helper()
	path := k.home.address(k, "/organisations/:id/finance/files/new")
	values := k.page(path).Form(path)
	values.Set("purpose", "ledger")
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name := range values {
		k.check(form.WriteField(name, values.Get(name)))
	}
	name := strings.NewReplacer("\"", "\\\"", "\r", "", "\n", "", "\x00", "").Replace(k.plant("/organisations/:id/finance/files/new file name"))
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"text/csv"}})
	k.check(err)
	cell := func(column string) string {
		return `"` + strings.ReplaceAll(strings.NewReplacer("\x00", "", "\r\n", " ").Replace(k.plant("/organisations/:id/finance/files/new "+column)), `"`, `""`) + `"`
	}
	fmt.Fprintf(part, "exercice;budget;n°engagement;n°mandat;date;nature M57;n°marché;tiers;SIRET;n°facture;libellé;montant TTC;%s\n", cell("header"))
	fmt.Fprintf(part, "2026;00;;901;20/10/2026;6156;%s;%s;44306184100047;%s;%s;1 234,00;%s\n", cell("contract"), cell("supplier"), cell("invoice"), cell("label"), cell("what no profile reads"))
	fmt.Fprintf(part, "2026;00;;902;20/10/2026;6156;;Atelier;44306184100047;;Illisible;%s;\n", cell("amount"))
	k.check(form.Close())
	res, body := k.do(http.MethodPost, path, &b, "Content-Type", form.FormDataContentType(), "Origin", "http://localhost")
	k.watch.answer("POST "+path, res, body)
	staged := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		k.Fatalf("POST %s: %d\n%s", path, res.StatusCode, body)
	}
	mapping := staged + "/mapping"
	for _, f := range offered(k.page(mapping)) {
		k.hostile(k.visitor, f)
	}
	k.done(mapping, mapping, map[string]string{"profile": "", "name": "canari"})
	for _, page := range []string{mapping, staged, staged + "/findings.csv", staged + "/lines/2"} {
		res, body := k.get(page)
		k.watch.answer(page, res, body)
	}
	k.done(staged, staged+"/book", nil)
	k.booked(staged)
	k.unlinked = append(k.unlinked, staged, staged+"/lines/2", staged+"/findings.csv")
}

// booked waits until a file is in the books, which happens behind its page.
func (k *canaries) booked(address string) {
	k.Helper()
	for k.Context().Err() == nil {
		files := must[finance.FilePage](k)(k.finance.Files(k.Context(), operator, k.home.organisation.ID, finance.FileFilter{}))
		f := files.Files[0]
		if f.State == finance.FileBooked {
			return
		}
		if f.State != finance.FileBooking {
			k.Fatalf("%s is %s: %+v", address, f.State, f.Report.Refused)
		}
	}
}

// workbook holds that a workbook is made of texts and numbers, without formulas, and reads its texts.
func (w *canaryWatch) workbook(where, body string) {
	w.Helper()
	archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		w.Errorf("%s: %v", where, err)
		return
	}
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			w.Errorf("%s: %s: %v", where, f.Name, err)
			continue
		}
		w.sheet(where+" "+f.Name, part)
		_ = part.Close()
	}
}

func (w *canaryWatch) sheet(where string, part io.Reader) {
	w.Helper()
	for tokens := xml.NewDecoder(part); ; {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			w.Errorf("%s: %v", where, err)
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "f" || t.Name.Local == "hyperlink" {
				w.Errorf("%s: an element %s", where, t.Name.Local)
			}
		case xml.CharData:
			w.text(where, string(t))
		}
	}
}
