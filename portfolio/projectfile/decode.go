package projectfile

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"jalon/internal/fault"
)

const (
	encUTF8    = "utf-8"
	encUTF16LE = "utf-16le"
	encUTF16BE = "utf-16be"
	encCP1252  = "windows-1252"
	encLatin9  = "iso-8859-15"

	encodingChoices = `"auto", "utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"`
)

func knownEncoding(e string) bool {
	switch e {
	case "", "auto", encUTF8, encUTF16LE, encUTF16BE, encCP1252, encLatin9:
		return true
	}
	return false
}

// decodeText turns the bytes of a CSV file into UTF-8. A byte order mark always wins; else the
// declared encoding; else UTF-8 where the bytes are, UTF-16 where every other byte is zero, and
// Windows-1252 with a finding for the rest. Bytes that are no text become U+FFFD, with a finding:
// a file that is mostly UTF-8 with a few broken bytes is not turned into mojibake.
func decodeText(data []byte, declared string, found *findings) ([]byte, error) {
	enc, body := detectEncoding(data, declared)
	if enc == encCP1252 && (declared == "" || declared == "auto") {
		found.add(0, "", EncodingAssumed, "Windows-1252")
	}
	var text []byte
	invalid := 0
	switch enc {
	case encUTF16LE, encUTF16BE:
		text, invalid = fromUTF16(body, enc == encUTF16BE)
	case encCP1252:
		text, invalid = fromCharmap(body, charmap.Windows1252)
	case encLatin9:
		text, invalid = fromCharmap(body, charmap.ISO8859_15)
	default:
		text, invalid = body, countInvalid(body)
		if invalid > 0 {
			text = bytes.ToValidUTF8(body, []byte("\uFFFD"))
		}
	}
	if len(text) > MaxFileBytes {
		return nil, tooLarge("file", MaxFileBytes>>20)
	}
	if invalid > 0 {
		found.add(0, "", EncodingInvalid, invalid)
	}
	if binary(text) {
		return nil, fault.Invalid("projectfile.not_text")
	}
	return text, nil
}

func detectEncoding(data []byte, declared string) (string, []byte) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return encUTF8, data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return encUTF16LE, data[2:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return encUTF16BE, data[2:]
	case declared != "" && declared != "auto":
		return declared, data
	}
	if e := guessUTF16(data); e != "" {
		return e, data
	}
	multi, invalid := countMultibyte(data)
	// Text in Windows-1252 hardly ever holds a valid multi-byte sequence: when most non-ASCII is
	// valid UTF-8, the file is UTF-8 with damage.
	if invalid == 0 || multi > invalid {
		return encUTF8, data
	}
	return encCP1252, data
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
		return encUTF16LE
	case zeros[0]*10 > pairs*6 && zeros[1]*10 < pairs:
		return encUTF16BE
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

func countInvalid(data []byte) int {
	if utf8.Valid(data) {
		return 0
	}
	_, invalid := countMultibyte(data)
	return invalid
}

// fromUTF16 decodes pairs of bytes; lone surrogates and an odd last byte count as invalid.
func fromUTF16(data []byte, big bool) ([]byte, int) {
	unit := func(i int) rune {
		if big {
			return rune(data[i])<<8 | rune(data[i+1])
		}
		return rune(data[i+1])<<8 | rune(data[i])
	}
	out := make([]byte, 0, len(data))
	invalid := len(data) & 1
	for i := 0; i+1 < len(data) && len(out) <= MaxFileBytes; i += 2 {
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

// fromCharmap decodes one byte at a time. A byte that the encoding leaves undefined decodes to
// U+FFFD and counts as invalid.
func fromCharmap(data []byte, m *charmap.Charmap) ([]byte, int) {
	out := make([]byte, 0, len(data)+len(data)/8)
	invalid := 0
	for _, b := range data {
		if len(out) > MaxFileBytes {
			break
		}
		r := m.DecodeByte(b)
		if r == utf8.RuneError || r == encoding.ASCIISub && b != 0x1a || r >= 0x80 && r < 0xa0 && m == charmap.Windows1252 {
			r = utf8.RuneError
			invalid++
		}
		out = utf8.AppendRune(out, r)
	}
	return out, invalid
}

// binary tells from the control characters at the beginning that this is no text at all. Zero
// bytes alone are forgiven up to a point: some exporters pad cells with them.
func binary(text []byte) bool {
	head := text[:min(len(text), 64<<10)]
	control := 0
	for _, b := range head {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			control++
		}
	}
	return control > 8 && control*20 > len(head)
}
