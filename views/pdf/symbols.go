package pdf

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/runenames"
)

// symbols says the same as an emoji that no face holds. Coloured discs and squares are not here:
// without their colour they would say something else.
var symbols = func() map[rune]rune {
	all := map[rune]rune{}
	for symbol, emoji := range map[rune]string{
		'☺': "😀😁😂😃😄😅😆😊😋😌😍🙂🤗🤣", '☹': "😒😕😖😞😟😠😡😢😣😥😦😧😩😭🙁", '☻': "😎",
		'✔': "✅", '✘': "❌❎", '★': "⭐🌟", '☀': "🌞🔆", '☁': "⛅🌤🌥", '☂': "🌂🌦🌧", '☈': "⛈🌩", '❄': "🌨", '☃': "⛄", '☾': "🌙",
		'♥': "💙💚💛💜🖤🤍🤎🧡💗💓", '⚑': "🏁🚩", '✉': "📧📨📩📬📭📪📫", '☎': "📞", '✎': "📝🖊🖍", '⌂': "🏠🏡", '✈': "🛩🛪",
		'♪': "🎵", '♫': "🎶", '☠': "💀", '☜': "👈", '☞': "👉", '☝': "👆", '☟': "👇", '⊘': "⛔🚫", '!': "❗❕", '?': "❓❔",
		'+': "➕", '−': "➖", '÷': "➗", '●': "🔘", '↻': "🔃🔄",
	} {
		for _, r := range emoji {
			all[r] = symbol
		}
	}
	return all
}()

// isPicture tells what can be a part of an emoji made of several.
func isPicture(r rune) bool {
	return r >= 0x1f000 && r < 0x1fb00 || r >= 0x2000 && r < 1<<16 && unicode.Is(unicode.So, r)
}

// isSkinTone tells the modifiers that belong to the emoji before them.
func isSkinTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

// replace writes a text without what is never drawn, and with a character that the faces have in the
// place of one that they lack, where one means the same, or its name. An emoji made of several is one.
func (m *metrics) replace(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	picture, glued := false, false // the last one was an emoji; a joiner ties the next to it
	for _, r := range text {
		switch {
		case r == zwj:
			glued = picture
			continue
		case picture && (isSkinTone(r) || glued && isPicture(r)):
			glued = false
			continue
		}
		to := substitute(r)
		if to < 0 {
			continue
		}
		picture, glued = isPicture(r), false
		if to == '\n' || m.drawable(to) {
			b.WriteRune(to)
			continue
		}
		b.WriteString(m.instead(to))
	}
	return b.String()
}

// instead gives what says the same as a character without a glyph: the letter of a flag, a symbol,
// the compatibility decomposition ("𝐁" is B), the name of an emoji, else the placeholder. A mark stays for who knows what
// it stands on.
func (m *metrics) instead(r rune) string {
	switch symbol, known := symbols[r]; {
	case known:
		return string(symbol)
	case r >= 0x1f1e6 && r <= 0x1f1ff:
		return string('A' + r - 0x1f1e6) // 🇫🇷 is FR
	case r < 1<<16 && unicode.Is(unicode.Mn, r):
		return string(r)
	}
	plainly := norm.NFKC.String(string(r))
	for _, p := range plainly {
		if !m.drawable(p) || substitute(p) != p || isRightToLeft(p) || unicode.Is(unicode.Mn, p) {
			return named(r)
		}
	}
	return plainly
}

// named puts an emoji into words, "[rocket]", by its name in the Unicode character database: what
// somebody wrote is not lost because a typeface lacks it. Letters of missing scripts have names that
// help nobody and become the placeholder.
func named(r rune) string {
	if !isPicture(r) {
		return string(placeholder)
	}
	if name := runenames.Name(r); name != "" && !strings.HasPrefix(name, "<") {
		return "[" + strings.ToLower(name) + "]"
	}
	return string(placeholder)
}
