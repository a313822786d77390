package grid

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"jalon/internal/fault"
)

func TestDetectAndDecode(t *testing.T) {
	const text = "Été à l’œuvre ; 12 € – 𝄞"
	latin, _ := charmap.ISO8859_1.NewEncoder().String("Été à l'été")
	cp1252, _ := charmap.Windows1252.NewEncoder().String("Été à l’œuvre ; 12 €")
	latin9, _ := charmap.ISO8859_15.NewEncoder().String("Été œuvre €")
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	bare, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String("Projet;Montant;Date")
	for _, tc := range []struct {
		name, data, declared string
		enc, text            string
		invalid              int
	}{
		{"ASCII", "abc", "", UTF8, "abc", 0},
		{"UTF-8", text, "auto", UTF8, text, 0},
		{"a mark wins", "\xef\xbb\xbf" + text, CP1252, UTF8, text, 0},
		{"UTF-16 with a mark", le, "", UTF16LE, text, 0},
		{"UTF-16 without", bare, "", UTF16BE, "Projet;Montant;Date", 0},
		{"a lone surrogate and half a pair", "\xff\xfea\x00\x00\xd8b", "", UTF16LE, "a\uFFFD", 2},
		{"Latin-1 is read as Windows-1252", latin, "", CP1252, "Été à l'été", 0},
		{"Windows-1252", cp1252, "", CP1252, "Été à l’œuvre ; 12 €", 0},
		{"Latin-9 declared", latin9, Latin9, Latin9, "Été œuvre €", 0},
		{"a byte that Windows-1252 lacks", "é\x81", CP1252, CP1252, "Ã©\uFFFD", 1},
		{"a control character of Latin-1", "a\x85b", Latin1, Latin1, "a\uFFFDb", 1},
		{"mostly UTF-8", "ééé\xe9", "", UTF8, "ééé\uFFFD", 1},
	} {
		enc, mark := Detect([]byte(tc.data), tc.declared)
		got, invalid := Decode([]byte(tc.data)[mark:], enc, 1<<20)
		if enc != tc.enc || string(got) != tc.text || invalid != tc.invalid {
			t.Errorf("%s: %s %q with %d invalid, want %s %q with %d", tc.name, enc, got, invalid, tc.enc, tc.text, tc.invalid)
		}
	}
	for _, enc := range []string{CP1252, UTF16LE} {
		if got, _ := Decode([]byte(strings.Repeat("\xe9a", 1<<20)), enc, 1000); len(got) < 1000 || len(got) > 200_000 {
			t.Errorf("%s: %d bytes for a limit of 1000", enc, len(got))
		}
	}
}

func TestBinary(t *testing.T) {
	if Binary([]byte("a;b\r\n\t1;2\x00\f")) || !Binary([]byte(strings.Repeat("\x01\x02a", 10))) {
		t.Error("text and what is none are told apart by their control characters")
	}
}

func TestWorkbook(t *testing.T) {
	for in, want := range map[string]string{
		"PK\x03\x04": "yes", "%PDF-1.7": "grid.kind_unsupported", "MZ;a\n": "", "MZ\x00": "grid.kind_unsupported", " <!DOCTYPE html>": "grid.kind_unsupported",
		"\xef\xbb\xbf<?xml": "grid.kind_unsupported", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "grid.ole", "a;b": "", "": "",
	} {
		is, err := Workbook([]byte(in))
		if f := fault.As(err); f != nil && f.Key != want || f == nil && is != (want == "yes") {
			t.Errorf("Workbook(%q) = %v, %v, want %q", in, is, err, want)
		}
	}
}

func TestSerialDate(t *testing.T) {
	for _, tc := range []struct {
		text   string
		is1904 bool
		want   string
		err    error
	}{
		{"43159", false, "2018-02-28", nil}, {"43159.75", false, "2018-02-28", nil}, {"1", false, "1900-01-01", nil}, {"61", false, "1900-03-01", nil},
		{"41697", true, "2018-02-28", nil}, {"0", true, "1904-01-01", nil}, {"60", false, "", ErrNoSuchDay}, {"0", false, "", ErrNoSuchDay},
		{"-1", false, "", ErrNotNumber}, {"x", false, "", ErrNotNumber}, {"1e99", false, "", ErrDayTooFar}, {"2999999", false, "", ErrDayTooFar},
	} {
		if d, err := SerialDate(tc.text, tc.is1904); d.String() != tc.want || err != tc.err {
			t.Errorf("SerialDate(%q, %v) = %s, %v, want %s, %v", tc.text, tc.is1904, d, err, tc.want, tc.err)
		}
	}
}
