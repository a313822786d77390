package ledgerfile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func scrubbed(t *testing.T, r io.Reader) string {
	t.Helper()
	out, err := io.ReadAll(Scrub(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestScrub(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"a;b\nCpteBancaire;FR76":        "a;b\nCpteBancaire;FR76",
		`<a><MtHT V="12"/>x</a>`:        `<a><MtHT V="12"/>x</a>`,
		`<a><CpteBancaire/><b V="1"/>`:  `<a><CpteBancaire/><b V="1"/>`,
		`<CpteBancaire V='FR76'/><b>1`:  `<CpteBancaire V='XXXX'/><b>1`,
		"\xef\xbb\xbf <CpteBancaire>\n": "\xef\xbb\xbf <CpteBancaire>\n",
		`<p:CpteBancaire><IBAN V="FR76 3000"/><T>Jean</T><U/></p:CpteBancaire><Nom V="Atelier"/>`: `<p:CpteBancaire><IBAN V="XXXX XXXX"/><T>XXXX</T><U/></p:CpteBancaire><Nom V="Atelier"/>`,
		`<CpteBancaire><A V="1/>2"></A></CpteBancaire><B V="3">`:                                  `<CpteBancaire><A V="XXXX"></A></CpteBancaire><B V="3">`,
		// What is no tag does not hide one: quotes and tags in comments and CDATA are text.
		`<a><!-- l'agent <b> --><CpteBancaire V="FR76"/>`:                                          `<a><!-- l'agent <b> --><CpteBancaire V="XXXX"/>`,
		`<a><![CDATA[l'<CpteBancaire>]]]><b>1</b>`:                                                 `<a><![CDATA[l'<CpteBancaire>]]]><b>1</b>`,
		`<CpteBancaire><A><![CDATA[FR 76/]]></A><!--3000 --></CpteBancaire>`:                       `<CpteBancaire><A><![CDATA[XX XXX]]></A><!--XXXX --></CpteBancaire>`,
		"\xff\xfe<\x00C\x00p\x00t\x00e\x00B\x00a\x00n\x00c\x00a\x00i\x00r\x00e\x00>\x007\x006\x00": "\xff\xfe<\x00C\x00p\x00t\x00e\x00B\x00a\x00n\x00c\x00a\x00i\x00r\x00e\x00>\x00X\x00X\x00",
	} {
		if got := scrubbed(t, strings.NewReader(in)); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
		if got := scrubbed(t, iotest.OneByteReader(strings.NewReader(in))); got != want {
			t.Errorf("%q byte by byte gives %q, want %q", in, got, want)
		}
	}
}

// Nothing but bank elements changes, and no byte moves.
func TestScrubKeepsEverythingElse(t *testing.T) {
	files, err := filepath.Glob("testdata/pes/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got := scrubbed(t, strings.NewReader(string(data)))
		if len(got) != len(data) {
			t.Errorf("%s: %d bytes, want %d", f, len(got), len(data))
		}
		if !strings.Contains(string(data), bankElement) && got != string(data) {
			t.Errorf("%s has no bank data and changed", f)
		}
	}
}
