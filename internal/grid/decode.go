package grid

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// The encodings of text files.
const (
	UTF8    = "utf-8"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
	CP1252  = "windows-1252"
	Latin1  = "iso-8859-1"
	Latin9  = "iso-8859-15"
)

var encodings = []string{UTF8, UTF16LE, UTF16BE, CP1252, Latin1, Latin9}

// Encodings lists the encodings that can be declared.
func Encodings() []string { return slices.Clone(encodings) }

// Detect tells how a text is encoded, and how many bytes of a byte order mark to skip. A mark always
// wins; else the declared encoding ("" and "auto" declare none); else UTF-8 where the bytes are,
// UTF-16 where every other byte is zero, and Windows-1252 for the rest. A beginning of the text is
// enough, if it holds what is not ASCII.
func Detect(data []byte, declared string) (enc string, mark int) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return UTF8, 3
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return UTF16LE, 2
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return UTF16BE, 2
	case declared != "" && declared != "auto":
		return declared, 0
	}
	if e := guessUTF16(data); e != "" {
		return e, 0
	}
	multi, invalid := countMultibyte(data)
	// Text in Windows-1252 hardly ever holds a valid multi-byte sequence: when most non-ASCII is
	// valid UTF-8, the file is UTF-8 with damage.
	if invalid == 0 || multi > invalid {
		return UTF8, 0
	}
	return CP1252, 0
}

// guessUTF16 recognises UTF-16 without a mark: in Western text one byte of nearly every pair is 0.
func guessUTF16(data []byte) string {
	head := data[:min(len(data), 4096)&^1]
	if len(head) < 8 {
		return ""
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(head) / 2
	switch {
	case zeros[1]*10 > pairs*6 && zeros[0]*10 < pairs:
		return UTF16LE
	case zeros[0]*10 > pairs*6 && zeros[1]*10 < pairs:
		return UTF16BE
	}
	return ""
}

// countMultibyte counts the valid sequences of two and more bytes and the invalid bytes.
func countMultibyte(data []byte) (multi, invalid int) {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			invalid++
		} else {
			multi++
		}
		i += n
	}
	return multi, invalid
}

// Decode turns text into UTF-8 and counts the bytes that are no text, which become U+FFFD: a file that
// is mostly sound with a few broken bytes is not turned into mojibake. It stops soon after limit bytes
// of output. A byte order mark is none of the text.
func Decode(text []byte, enc string, limit int) (out []byte, invalid int) {
	switch enc {
	case UTF16LE, UTF16BE:
		return fromUTF16(text, enc == UTF16BE, limit)
	case CP1252, Latin1, Latin9:
		// In pieces, so that a small limit bounds the memory as well.
		for len(text) > 0 && len(out) <= limit {
			piece := text[:min(len(text), 64<<10)]
			var bad int
			out, bad = AppendByByte(out, piece, enc)
			invalid += bad
			text = text[len(piece):]
		}
		return out, invalid
	}
	if utf8.Valid(text) {
		return text, 0
	}
	_, invalid = countMultibyte(text)
	return bytes.ToValidUTF8(text, []byte("\uFFFD")), invalid
}

// fromUTF16 decodes pairs of bytes; lone surrogates and an odd last byte count as invalid.
func fromUTF16(data []byte, big bool, limit int) ([]byte, int) {
	unit := func(i int) rune {
		if big {
			return rune(data[i])<<8 | rune(data[i+1])
		}
		return rune(data[i+1])<<8 | rune(data[i])
	}
	out := make([]byte, 0, min(len(data), limit))
	invalid := len(data) & 1
	for i := 0; i+1 < len(data) && len(out) <= limit; i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			var pair rune = utf8.RuneError
			if i+3 < len(data) {
				pair = utf16.DecodeRune(r, unit(i+2))
			}
			if pair == utf8.RuneError {
				invalid++
			} else {
				i += 2
			}
			r = pair
		}
		out = utf8.AppendRune(out, r)
	}
	return out, invalid
}

// byteTable gives the UTF-8 of every byte of an encoding, nothing for a byte that it leaves undefined.
type byteTable [256]string

func tableOf(m *charmap.Charmap) *byteTable {
	var t byteTable
	for i := range t {
		r := m.DecodeByte(byte(i))
		// The control characters from U+0080 on stand in no text: such a byte comes from elsewhere.
		if r == utf8.RuneError || r == encoding.ASCIISub && i != 0x1a || r >= 0x80 && r < 0xa0 {
			continue
		}
		t[i] = string(r)
	}
	return &t
}

var byteTables = map[string]*byteTable{
	CP1252: tableOf(charmap.Windows1252), Latin1: tableOf(charmap.ISO8859_1), Latin9: tableOf(charmap.ISO8859_15),
}

// AppendByByte appends the UTF-8 of text in an encoding of one byte a character (CP1252, Latin1,
// Latin9), and counts the bytes that the encoding leaves undefined, which become U+FFFD.
func AppendByByte(dst, text []byte, enc string) (out []byte, invalid int) {
	table := byteTables[enc]
	for {
		n := ASCII(text)
		dst, text = append(dst, text[:n]...), text[n:]
		if len(text) == 0 {
			return dst, invalid
		}
		plain := table[text[0]]
		if plain == "" {
			plain = "\uFFFD"
			invalid++
		}
		dst, text = append(dst, plain...), text[1:]
	}
}

// ASCII gives the length of the run of ASCII at the beginning of a text, eight bytes at a time.
func ASCII(text []byte) int {
	n := 0
	for n+8 <= len(text) && binary.LittleEndian.Uint64(text[n:])&0x8080808080808080 == 0 {
		n += 8
	}
	for n < len(text) && text[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// Binary tells from the control characters at the beginning that this is no text at all. Zero bytes
// alone are forgiven up to a point: some exporters pad cells with them.
func Binary(text []byte) bool {
	head := text[:min(len(text), 64<<10)]
	control := 0
	for _, b := range head {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			control++
		}
	}
	return control > 8 && control*20 > len(head)
}
