package ledgerfile

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// allocated gives the bytes that f allocates in all, whether or not they were given back.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// attached puts an attachment of some bytes into the fixture, as base64 in lines or, hostile, in one.
func attached(t testing.TB, size int, line string) heldFile {
	t.Helper()
	content := strings.Repeat(line, size/len(line)+1)
	return edited(t, "fixture.xml", "\n</n:PES_Aller>",
		`<PES_PJ><PJ><Contenu><Fichier MIMEType="application/pdf">`+content+`</Fichier></Contenu><NomPJ V="RIB.PDF"/></PJ></PES_PJ></n:PES_Aller>`)
}

// An attachment is never held: reading one of 2 MB allocates no more than reading none.
func TestPESAttachmentIsNotHeld(t *testing.T) {
	p, _ := BuiltIn("pes")
	read := func(src Source) {
		s, err := Read(src, p, Options{Currency: money.EUR}, func(*Line) error { return nil })
		if err != nil || s.Lines != 3 || s.Sum != 47_000_00 {
			t.Fatalf("%d lines, %d, %v", s.Lines, s.Sum, err)
		}
	}
	without := pesFixture(t, "fixture.xml")
	base := allocated(func() { read(without) })
	for name, with := range map[string]heldFile{
		"in lines":         attached(t, 2<<20, strings.Repeat("A", 76)+"\r\n"),
		"in one line":      attached(t, 2<<20, "QUJD"),
		"as CDATA":         attached(t, 2<<20, "<![CDATA["+strings.Repeat("<A>&", 1000)+"]]>"),
		"as a comment":     attached(t, 2<<20, "<!--"+strings.Repeat("<A>- ", 1000)+"-->"),
		"nothing but line": attached(t, 2<<20, "\n"),
	} {
		if n := allocated(func() { read(with) }); n > base+64<<10 {
			t.Errorf("%s: %d bytes allocated, %d without the attachment", name, n, base)
		}
	}
}

// What is hostile is refused before it costs anything.
func TestXMLAbuse(t *testing.T) {
	laughs := `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	const open = `<n:PES_Aller xmlns:n="http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller">`
	for _, tc := range []struct{ name, text, key string }{
		{"billion laughs", `<?xml version="1.0"?>` + laughs + open + `<X V="&c;"/></n:PES_Aller>`, "ledger.xml.doctype"},
		{"external entity", `<!DOCTYPE l SYSTEM "file:///etc/passwd">` + open, "ledger.xml.doctype"},
		{"a document type of 1 MB", "<!DOCTYPE " + strings.Repeat("x", 1<<20), "ledger.xml.doctype"},
		{"a declaration inside", open + "<![INCLUDE[x]]>", "ledger.xml.doctype"},
		{"10,000 deep", open + strings.Repeat("<a>", 10_000), "ledger.xml.depth"},
		{"10,000 deep in what is skipped", open + "<PES_PJ>" + strings.Repeat("<PJ>", 10_000), "ledger.xml.depth"},
		{"a tag of 1 MB", open + `<X V="` + strings.Repeat("x", 1<<20) + `"/>`, "ledger.xml.tag_large"},
		{"10,000 attributes", open + "<X " + strings.Repeat(`a="" `, 10_000) + "/>", "ledger.xml.malformed"},
		{"a comment that never ends", open + "<!-- " + strings.Repeat("-", 1<<20), "ledger.xml.truncated"},
		{"a comment in the head that never ends", "<!-- ", "ledger.xml.truncated"},
		{"CDATA that never ends", open + "<![CDATA[ ]] >", "ledger.xml.truncated"},
		{"a quote that never ends", open + `<X V="`, "ledger.xml.truncated"},
		{"a declaration that never ends", `<?xml version="1.0" ` + strings.Repeat(" ", 1000), "ledger.xml.malformed"},
		{"a declaration in the middle", open + `<?xml version="1.0"?>`, "ledger.xml.instruction"},
		{"an undeclared entity", open + `<X V="&a;"/>`, "ledger.xml.malformed"},
		{"an undeclared prefix", `<m:PES_Aller/>`, "ledger.pes.root"},
		{"an end without a beginning", `</n>`, "ledger.xml.malformed"},
		{"a zero byte", "<\x00", "ledger.xml.encoding"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := heldFile{"abuse.xml", []byte(tc.text)}
			var err error
			if n := allocated(func() { _, _, err = readAll(t, src, Options{}) }); n > 4<<20 {
				t.Errorf("%d bytes allocated", n)
			}
			wantFault(t, err, tc.key)
		})
	}
}

// The line of a refusal is the one of the file, whatever was passed over before it.
func TestXMLLines(t *testing.T) {
	src := edited(t, "fixture.xml", "<Enveloppe>", "<!-- a\n\nb --><![CDATA[\n<X>\n]]>text\n\n<Enveloppe>", "<CodBud V=\"00\"/>", "<CodBud V='00\"/>")
	at := strings.Count(string(src.data[:strings.Index(string(src.data), "<CodBud")]), "\n") + 1
	_, _, err := readAll(t, src, Options{})
	wantFault(t, err, "ledger.xml.malformed")
	if line, ok := fault.As(err).Args[0].(int); !ok || line < at || line > at+1 {
		t.Errorf("%v, want line %d", err, at)
	}
}

// The bytes between tags may be cut anywhere by the reader below.
func TestMarkupInSmallReads(t *testing.T) {
	whole := attached(t, 5000, "]]>--><![CDATA[ <x> ]]><!-- <y> -- >-->")
	want, _, err := readAll(t, whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, _, err := openElements(io.MultiReader(strings.NewReader(string(whole.data[:7])), &drip{data: whole.data[7:]}))
	if err != nil {
		t.Fatal(err)
	}
	if err := x.skip(); err != nil || len(want) != 3 {
		t.Errorf("%v", err)
	}
}

// drip gives one byte at a time.
type drip struct{ data []byte }

func (d *drip) Read(p []byte) (int, error) {
	if len(d.data) == 0 {
		return 0, io.EOF
	}
	p[0] = d.data[0]
	d.data = d.data[1:]
	return 1, nil
}
