package ledgerfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// Limits of an XML file. Real files stay far below them.
const (
	maxTagBytes = 64 << 10 // bytes between < and >
	maxDeclared = 512      // bytes of the XML declaration
)

const utf16Name = "UTF-16"

// markup gives the tags of an XML file as UTF-8 and passes over everything between them: in the
// files of the French public accounts every figure stands in an attribute, and what stands between
// tags are comments and attachments of any size. So nothing of an attachment is ever held. A
// document type, and with it every entity, and processing instructions are refused unread.
type markup struct {
	in       *bufio.Reader
	table    *charmap.Charmap // nil: UTF-8
	encoding string           // name of the encoding, for people
	inTag    bool
	quote    byte // the quote that is open inside a tag
	tagBytes int
	line     int
	spare    [utf8.UTFMax]byte // the rest of a character that became several bytes
	left     []byte
}

// newMarkup reads the byte order mark and the XML declaration, which decide the encoding.
func newMarkup(r io.Reader) (*markup, error) {
	m := &markup{in: bufio.NewReaderSize(r, 32<<10), line: 1, encoding: "UTF-8"}
	head, err := m.in.Peek(maxDeclared)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.IndexByte(head, 0) >= 0 {
		return nil, fault.Invalid("ledger.xml.encoding", utf16Name)
	}
	marked := bytes.HasPrefix(head, []byte("\xef\xbb\xbf"))
	if marked {
		head = head[3:]
		m.discard(3)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<")) {
		return nil, fault.Invalid("ledger.xml.not_xml")
	}
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return m, nil
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return nil, fault.Invalid("ledger.xml.malformed", 1)
	}
	m.line += bytes.Count(head[:end], []byte("\n"))
	declared := declaredEncoding(string(head[:end]))
	m.discard(end + 2)
	if marked || declared == "" {
		return m, nil
	}
	var known bool
	if m.table, m.encoding, known = xmlEncoding(declared); !known {
		return nil, fault.Invalid("ledger.xml.encoding", grid.Clip(declared))
	}
	return m, nil
}

// discard drops bytes that were peeked at, which cannot fail.
func (m *markup) discard(n int) { _, _ = m.in.Discard(n) }

// declaredEncoding finds the encoding that an XML declaration names, "" for none.
func declaredEncoding(declaration string) string {
	_, rest, found := strings.Cut(declaration, "encoding")
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if !found || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}

// xmlEncoding gives the table of a declared encoding. ISO-8859-1 is read as Windows-1252: the bytes
// by which they differ are control characters in the one, and in practice always signs such as € and
// ’ of the other.
func xmlEncoding(name string) (table *charmap.Charmap, shown string, known bool) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return nil, "UTF-8", true
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1":
		return charmap.Windows1252, "ISO-8859-1", true
	case "iso-8859-15", "iso8859-15", "iso_8859-15", "latin9", "latin-9":
		return charmap.ISO8859_15, "ISO-8859-15", true
	case "windows-1252", "cp1252":
		return charmap.Windows1252, "Windows-1252", true
	}
	return nil, "", false
}

// ReadByte gives the next byte of the next tag. As the decoder asks for one byte at a time, the line
// is always the one it has come to.
func (m *markup) ReadByte() (byte, error) {
	if len(m.left) > 0 {
		b := m.left[0]
		m.left = m.left[1:]
		return b, nil
	}
	if !m.inTag {
		if err := m.toTag(); err != nil {
			return 0, err
		}
	}
	b, err := m.in.ReadByte()
	if err != nil {
		return 0, err
	}
	if m.tagBytes++; m.tagBytes > maxTagBytes {
		return 0, fault.Invalid("ledger.xml.tag_large", m.line, maxTagBytes>>10)
	}
	m.track(b)
	if b < utf8.RuneSelf || m.table == nil {
		return b, nil
	}
	n := utf8.EncodeRune(m.spare[:], m.table.DecodeByte(b))
	m.left = m.spare[1:n]
	return m.spare[0], nil
}

// track notes where the tag ends: at the first > that no quotes enclose.
func (m *markup) track(b byte) {
	switch {
	case b == '\n':
		m.line++
	case m.quote != 0:
		if b == m.quote {
			m.quote = 0
		}
	case b == '"' || b == '\'':
		m.quote = b
	case b == '>':
		m.inTag = false
	}
}

// Read serves whoever does not ask for single bytes.
func (m *markup) Read(p []byte) (int, error) {
	for i := range p {
		b, err := m.ReadByte()
		if err != nil {
			return i, err
		}
		p[i] = b
	}
	return len(p), nil
}

// toTag passes over text, comments and CDATA up to the next tag.
func (m *markup) toTag() error {
	for {
		if err := m.pass("<", false); err != nil {
			return err
		}
		head, err := m.in.Peek(9)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		switch {
		case bytes.HasPrefix(head, []byte("<!--")):
			m.discard(4)
			err = m.pass("-->", true)
		case bytes.HasPrefix(head, []byte("<![CDATA[")):
			m.discard(9)
			err = m.pass("]]>", true)
		case bytes.HasPrefix(head, []byte("<!")):
			return fault.Invalid("ledger.xml.doctype", m.line)
		case bytes.HasPrefix(head, []byte("<?")):
			return fault.Invalid("ledger.xml.instruction", m.line)
		default:
			m.inTag, m.quote, m.tagBytes = true, 0, 0
			return nil
		}
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
}

// pass reads up to a mark and, when beyond is set, the mark itself.
func (m *markup) pass(mark string, beyond bool) error {
	for {
		head, err := m.in.Peek(max(m.in.Buffered(), len(mark)))
		at := bytes.Index(head, []byte(mark))
		n := at
		switch {
		case at >= 0 && beyond:
			n += len(mark)
		case at < 0 && err != nil:
			return err
		case at < 0:
			n = len(head) - len(mark) + 1 // the mark may be cut by the end of the buffer
		}
		m.line += bytes.Count(head[:n], []byte("\n"))
		m.discard(n)
		if at >= 0 {
			return nil
		}
	}
}
