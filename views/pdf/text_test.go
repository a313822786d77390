package pdf

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func testMetrics(t testing.TB) *metrics {
	t.Helper()
	m, err := loadMetrics()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestClean(t *testing.T) {
	m := testMetrics(t)
	for _, tc := range []struct{ name, in, want string }{
		{"French", "« L’été : 1 234,50 € – œuvre »", "« L’été : 1 234,50 € – œuvre »"},
		{"composed", "e\u0301te\u0301", "été"},
		{"controls", "a\x00b\x1bc\x7f", "abc"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"tab", "a\tb", "a b"},
		{"invalid bytes", "a\xffb", "a□b"},
		{"emoji", "fini 😀 !", "fini □ !"},
		{"family of emoji is three people", "👩\u200d👩\u200d👧", "□□□"},
		{"skin tone belongs to its emoji", "👍🏽", "□"},
		{"missing script", "中文", "□□"},
		{"Hebrew stays", "שלום", "שלום"},
		{"direction overrides go", "a\u202eb\u2066c\u200fd", "abcd"},
		{"byte order mark", "\ufeffa", "a"},
		{"soft hyphen", "re\u00adport", "report"},
		{"check mark", "✓ fait", "√ fait"},
		{"no-break spaces stay", "1\u202f000\u00a0€", "1\u202f000\u00a0€"},
	} {
		if got := m.clean(tc.in); got != tc.want {
			t.Errorf("%s: clean(%q) = %q, want %q", tc.name, tc.in, got, tc.want)
		}
	}
}

func TestVisual(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"left to right", "abc (d)", "abc (d)"},
		{"one word", "שלום", "םולש"},
		{"two words", "אב גד", "דג בא"},
		{"within French", "le mot אב ici", "le mot בא ici"},
		{"brackets", "אב (גד) הו", "וה (דג) בא"},
		{"figures within a Hebrew quotation", "le אב 12 גד va", "le דג 12 בא va"},
		{"figures keep their order", "אב 123 גד", "דג 123 בא"},
	} {
		if got := visual(tc.in); got != tc.want {
			t.Errorf("%s: visual(%q) = %q, want %q", tc.name, tc.in, got, tc.want)
		}
	}
}

func TestWrap(t *testing.T) {
	m := testMetrics(t)
	for _, tc := range []struct {
		name, in string
		width    float64
		want     []string
	}{
		{"empty", "", 100, nil},
		{"one line", "un deux", 100, []string{"un deux"}},
		{"breaks at spaces", "aaaa bbbb cccc", 40, []string{"aaaa", "bbbb", "cccc"}},
		{"two a line", "aa bb cc dd", 30, []string{"aa bb", "cc dd"}},
		{"a word too wide", "aaaaaaaaaa", 30, []string{"aaaaa", "aaaaa"}},
		{"after a hyphen", "aaaa-bbbb", 40, []string{"aaaa-", "bbbb"}},
		{"line ends", "a\n\n\n\nb\n\n", 100, []string{"a", "", "b"}},
		{"a question mark stays with its word", "aaaa bbb ?", 45, []string{"aaaa", "bbb ?"}},
		{"opening quotes stay with theirs", "aaaa « bbb »", 45, []string{"aaaa", "« bbb »"}},
		{"never at a no-break space", "aaaa bbb\u00a0ccc", 50, []string{"aaaa", "bbb\u00a0ccc"}},
	} {
		got := m.wrap(tc.in, tc.width, 10, regular)
		if strings.Join(got, "|") != strings.Join(tc.want, "|") {
			t.Errorf("%s: wrap(%q, %v) = %q, want %q", tc.name, tc.in, tc.width, got, tc.want)
		}
	}
}

// Wrapping loses nothing but spaces, and no line is wider than asked unless it is one character.
func TestWrapKeepsEverything(t *testing.T) {
	m := testMetrics(t)
	rapid.Check(t, func(t *rapid.T) {
		text := m.clean(rapid.StringOf(rapid.RuneFrom([]rune("abé  -/?!:«»x\u00a0של\nW"))).Draw(t, "text"))
		width := rapid.Float64Range(5, 120).Draw(t, "width")
		lines := m.wrap(text, width, 9, regular)
		strip := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got := strip(strings.Join(lines, "")); got != strip(text) {
			t.Fatalf("wrap(%q) lost something: %q", text, lines)
		}
		for _, l := range lines {
			if m.width(l, 9, regular) > width+1e-6 && utf8.RuneCountInString(l) > 1 {
				t.Fatalf("line %q of %q is %v wide, want at most %v", l, text, m.width(l, 9, regular), width)
			}
		}
	})
}

// TestMetricsAgreeWithTheDocument compares our widths with those that gofpdf writes.
func TestMetricsAgreeWithTheDocument(t *testing.T) {
	m := testMetrics(t)
	w, err := newWriter(time.Unix(0, 0).UTC())
	if err != nil {
		t.Fatal(err)
	}
	for f, name := range faceStyles {
		w.f.SetFont(family, name, 10)
		for _, text := range []string{"Feuille de route", "« 1\u202f234,50\u00a0€ »", "œŒ – … ’", "שלום"} {
			if a, b := m.width(text, 10, face(f)), w.f.GetStringWidth(text); a-b > 0.02 || b-a > 0.02 {
				t.Errorf("%q in face %q is %v wide here, %v in the document", text, name, a, b)
			}
		}
	}
}

// FuzzClean holds the promise that gofpdf never sees what would lose a document.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "été", hostile, "\xff", "👩‍💻", "a\u0301\u0301", "שָׁלוֹם"} {
		f.Add(s)
	}
	m := testMetrics(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := m.clean(text)
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Fatalf("clean(%q) = %q is not clean", text, got)
		}
		for _, r := range got {
			if r >= 1<<16 || (r < 0x20 && r != '\n') {
				t.Fatalf("clean(%q) = %q holds %U", text, got, r)
			}
		}
		if again := m.clean(got); again != got {
			t.Fatalf("cleaning twice: %q, then %q", got, again)
		}
		if v := visual(got); len(v) != len(got) || !utf8.ValidString(v) {
			t.Fatalf("visual(%q) = %q", got, v)
		}
	})
}
