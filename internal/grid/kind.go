package grid

import (
	"bytes"

	"jalon/internal/fault"
)

// Workbook tells from the first bytes of a file (512 are enough) whether it is an XLSX workbook, else
// it may be text. What is certainly neither is refused.
func Workbook(head []byte) (bool, error) {
	switch foreign := foreignKind(head); foreign {
	case "":
		return false, nil
	case "ZIP":
		return true, nil
	case "OLE":
		// Excel before 2007, and any newer workbook with a password, both come in this container.
		return false, fault.Invalid("grid.ole")
	default:
		return false, fault.Invalid("grid.kind_unsupported", foreign)
	}
}

// foreignKind names a file that is no text by its first bytes; "" may be text.
func foreignKind(data []byte) string {
	for _, k := range []struct{ magic, name string }{
		{"PK\x03\x04", "ZIP"}, {"PK\x05\x06", "ZIP"}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"}, {"%PDF-", "PDF"},
		{"\x89PNG", "PNG"}, {"GIF8", "GIF"}, {"\xff\xd8\xff", "JPEG"}, {"II*\x00", "TIFF"}, {"MM\x00*", "TIFF"}, {"RIFF", "RIFF"},
		{"MZ", "EXE"}, {"\x7fELF", "ELF"}, {"\x1f\x8b", "GZIP"}, {"7z\xbc\xaf", "7Z"}, {"Rar!", "RAR"}, {"BZh", "BZIP2"}, {"{\\rtf", "RTF"},
	} {
		if bytes.HasPrefix(data, []byte(k.magic)) && (k.name != "EXE" || bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0) {
			return k.name
		}
	}
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\xef\xbb\xbf"))))
	switch {
	case bytes.HasPrefix(head, []byte("<!doctype html")), bytes.HasPrefix(head, []byte("<html")):
		return "HTML"
	case bytes.HasPrefix(head, []byte("<?xml")), bytes.HasPrefix(head, []byte("<svg")):
		return "XML"
	}
	return ""
}
