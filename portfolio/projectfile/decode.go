package projectfile

import (
	"jalon/internal/fault"
	"jalon/internal/grid"
)

// decodeText turns the bytes of a CSV file into UTF-8, as grid.Detect says. Where it had to assume
// Windows-1252, and where bytes are no text, a finding says so.
func decodeText(data []byte, declared string, found *findings) ([]byte, error) {
	enc, mark := grid.Detect(data, declared)
	if enc == grid.CP1252 && (declared == "" || declared == "auto") {
		found.add(0, "", EncodingAssumed, "Windows-1252")
	}
	text, invalid := grid.Decode(data[mark:], enc, MaxFileBytes)
	if len(text) > MaxFileBytes {
		return nil, tooLarge("file", MaxFileBytes>>20)
	}
	if invalid > 0 {
		found.add(0, "", EncodingInvalid, invalid)
	}
	if grid.Binary(text) {
		return nil, fault.Invalid("projectfile.not_text")
	}
	return text, nil
}
