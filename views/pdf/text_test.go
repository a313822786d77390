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
		{"emoji with a symbol", "fini 😀 !", "fini ☺ !"},
		{"emoji without one", "le 🦉 !", "le [owl] !"},
		{"family of emoji is one", "👩\u200d👩\u200d👧 ici", "[woman] ici"},
		{"heart on fire is a heart", "❤\ufe0f\u200d🔥", "❤"},
		{"weather", "☀\ufe0f ⛅ 🌧 ⛈ ❄\ufe0f", "☀ ☁ ☂ ☈ ❄"},
		{"signs", "⚠\ufe0f ✅ ❌ ⭐ ➡\ufe0f", "⚠ ✔ ✘ ★ ➡"},
		{"flag", "🇫🇷", "FR"},
		{"keycap", "1\ufe0f\u20e3", "1"},
		{"coloured discs keep no false sense", "🟢🔴", "[large green circle][large red circle]"},
		{"mathematical letters", "𝐁𝐮𝐝𝐠𝐞𝐭", "Budget"},
		{"skin tone belongs to its emoji", "👍🏽", "[thumbs up sign]"},
		{"missing script", "中文", "□□"},
		{"Hebrew stays", "שלום", "שלום"},
		{"direction overrides go", "a\u202eb\u2066c\u200fd", "abcd"},
		{"byte order mark", "\ufeffa", "a"},
		{"soft hyphen", "re\u00adport", "report"},
		{"check mark", "✓ fait", "✓ fait"},
		{"mark without a glyph on a letter", "a\u1ab0", "a□"},
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
		{"figures after Hebrew belong to it", "le אב 12 va", "le 12 בא va"},
		{"signs apart from figures are neutral", "אב -12,5 % גד", "דג % 12,5- בא"},
		{"a percentage ends a line", "אב 12%", "12% בא"},
		{"a Latin name in Hebrew", "אב Jalon 3.0 גד", "דג Jalon 3.0 בא"},
		{"brackets around figures", "le (אב 12).", "le (12 בא)."},
		{"points keep their letters", "א\u05b8ב\u05b0", "ב\u05b0א\u05b8"},
		{"figures within a Hebrew quotation", "le אב 12 גד va", "le דג 12 בא va"},
		{"figures keep their order", "אב 123 גד", "דג 123 בא"},
		{"figures in Arabic forms", "\ufe91\ufe90 2027 \ufea9", "\ufea9 2027 \ufe90\ufe91"},
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

func TestShapeArabic(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"nothing to shape", "abc", "abc"},
		{"one letter alone", "ب", "\ufe8f"},
		{"initial, medial, final", "ببب", "\ufe91\ufe92\ufe90"},
		{"alef joins nothing after it", "باب", "\ufe91\ufe8e\ufe8f"},
		{"lam-alef", "لا", "\ufefb"},
		{"lam-alef after a letter", "سلام", "\ufeb3\ufefc\ufee1"},
		{"lam-alef with hamza", "لأ", "\ufef7"},
		{"a mark between lam and alef stays", "ل\u064eا", "\ufefb\u064e"},
		{"marks are seen through", "ب\u064eب", "\ufe91\u064e\ufe90"},
		{"hamza joins nothing", "شيء", "\ufeb7\ufef2\ufe80"},
		{"kashida joins", "بـ", "\ufe91ـ"},
		{"a non-joiner parts", "ب\u200cب", "\ufe8f\u200c\ufe8f"},
		{"a joiner joins", "ب\u200d", "\ufe91\u200d"},
		{"words", "بن دار", "\ufe91\ufee6 \ufea9\ufe8d\ufead"},
		{"Latin around", "aبb", "a\ufe8fb"},
		{"Persian", "پگ", "\ufb58\ufb93"},
	} {
		if got := shapeArabic(tc.in); got != tc.want {
			t.Errorf("%s: shapeArabic(%q) = %+q, want %+q", tc.name, tc.in, got, tc.want)
		}
	}
}

// TestFormsAreThoseOfTheLetter holds the table against the compatibility decompositions of Unicode,
// and the faces against the table.
func TestFormsAreThoseOfTheLetter(t *testing.T) {
	m := testMetrics(t)
	check := func(form rune, want string) {
		if got := norm.NFKC.String(string(form)); got != want {
			t.Errorf("%U is a form of %q, not of %q", form, got, want)
		}
		if !m.drawable(form) {
			t.Errorf("%U, a form of %q, has no glyph", form, want)
		}
	}
	for r, f := range arabicLetters {
		for _, form := range []rune{f.isolated, f.final, f.initial, f.medial} {
			if form != 0 {
				check(form, string(r))
			}
		}
	}
	for alef, form := range lamAlef {
		check(form, "ل"+string(alef))
		check(form+1, "ل"+string(alef))
	}
}

func TestSymbolsHaveGlyphs(t *testing.T) {
	m := testMetrics(t)
	for from, to := range symbols {
		if !m.drawable(to) || m.clean(string(to)) != string(to) {
			t.Errorf("%q for %q cannot be drawn", to, from)
		}
		if m.drawable(from) {
			t.Errorf("%q has a glyph and needs no other", from)
		}
	}
}

// Wrapping loses nothing but spaces, and no line is wider than asked unless it is one character.
func TestWrapKeepsEverything(t *testing.T) {
	m := testMetrics(t)
	rapid.Check(t, func(t *rapid.T) {
		text := m.clean(rapid.StringOf(rapid.RuneFrom([]rune("abé  -/?!:«»x\u00a0של\nWبلا★"))).Draw(t, "text"))
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
	w.addWider()
	texts := map[string][]string{
		family:      {"Feuille de route", "« 1\u202f234,50\u00a0€ »", "œŒ – … ’", "שלום", "Ωμέγα", "Łódź, İğdır", "Дорожная карта"},
		widerFamily: {m.clean("مرحبا"), m.clean("للا"), "★⚠☀☁☂☈✔✘", "საქართველო", "Հայաստան"},
	}
	for name, all := range texts {
		for f, cut := range faceStyles {
			w.f.SetFont(name, cut, 10)
			for _, text := range all {
				if a, b := m.width(text, 10, face(f)), w.f.GetStringWidth(text); a-b > 0.02 || b-a > 0.02 || a == 0 {
					t.Errorf("%q in %s%s is %v wide here, %v in the document", text, name, cut, a, b)
				}
				for _, r := range text {
					if (m.source[r] == widerFace) != (name == widerFamily) {
						t.Errorf("%q is not drawn with %s", r, name)
					}
				}
			}
		}
	}
}

// FuzzClean holds the promise that gofpdf never sees what would lose a document.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "été", hostile, "\xff", "👩‍💻", "a\u0301\u0301", "שָׁלוֹם", "السَّلامُ عليكم 12,5 %", "ا\u200c\u0654", "❤\ufe0f\u200d🔥", "e\u200d\u0301", "1\ufe0f\u20e3\u0301", "ﬁ𝐁", "🇫🇷"} {
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
