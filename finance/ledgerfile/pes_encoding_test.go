package ledgerfile

import (
	"bytes"
	"strings"
	"testing"
)

func TestPESEncodings(t *testing.T) {
	base, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})
	utf8Text := strings.Replace(decodeLatin1(pesFixture(t, "fixture.xml").data), "ISO-8859-1", "utf-8", 1)
	for name, data := range map[string]string{
		"UTF-8":                    utf8Text,
		"UTF-8 with a mark":        "\ufeff" + utf8Text,
		"UTF-8 without being told": strings.Replace(utf8Text, ` encoding="utf-8"`, "", 1),
		"no declaration":           utf8Text[strings.Index(utf8Text, "\n")+1:],
		"Windows-1252":             strings.Replace(string(pesFixture(t, "fixture.xml").data), "ISO-8859-1", "windows-1252", 1),
		"ISO-8859-15":              strings.Replace(string(pesFixture(t, "fixture.xml").data), "ISO-8859-1", "iso-8859-15", 1),
	} {
		lines, _, err := readAll(t, heldFile{name, []byte(data)}, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range base {
			if lines[i].Content != base[i].Content || !bytes.Equal(lines[i].Raw, base[i].Raw) {
				t.Errorf("%s: line %d says %s, want %s", name, i+1, lines[i].Raw, base[i].Raw)
			}
		}
	}
	euro := strings.Replace(string(pesFixture(t, "fixture.xml").data), "Contrat M-12", "Contrat \x80 12", 1)
	if lines, _ := mustRead(t, heldFile{"euro", []byte(euro)}, Options{}); !strings.HasSuffix(lines[1].Label, "Contrat € 12") {
		t.Errorf("label %q", lines[1].Label)
	}
	_, _, err := readAll(t, heldFile{"UTF-16", []byte("\xff\xfe<\x00?\x00")}, Options{})
	wantFault(t, err, "ledger.xml.encoding")
	for _, text := range []string{"", " ", "exercice;mandat\n", "\xef\xbb\xbf"} {
		_, _, err := readAll(t, heldFile{"no XML", []byte(text)}, Options{})
		wantFault(t, err, "ledger.xml.not_xml")
	}
}

func decodeLatin1(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return b.String()
}
