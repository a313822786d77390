package ledgerfile

import (
	"bytes"
	"errors"
	"io"

	"jalon/internal/fault"
)

// span is one cell inside a record. escaped: it holds doubled quotes.
type span struct {
	from, to int
	escaped  bool
}

// record is one record of a CSV file. Its bytes lie in the buffer of the splitter.
type record struct {
	line   int    // first physical line
	offset int64  // of the first byte
	size   int    // of all bytes, the line end left out
	raw    []byte // the record; only its beginning when it is longer than MaxLineBytes
	quoted bool   // a cell is quoted
	cells  []span // in raw, of a record with quotes; a record without is cut at the separators
	issue  string // code of a finding on the record as a whole
}

// splitter cuts text with separators into records (RFC 4180) in memory that does not depend on the
// size of the file. It takes any line end (LF, CR LF, CR), and a quoted cell that never ends costs
// one line, not the rest of the file: that line is read again with its quotes as ordinary characters.
// encoding/csv can serve neither, nor a file whose only line end is CR.
type splitter struct {
	r          io.Reader
	sep        byte
	width      int // columns of the header that have a name; 0 while it is not known
	full       int // all cells of the header
	buf        []byte
	start, end int
	eof        bool
	offset     int64 // of buf[start] in the text
	line       int   // of buf[start]
	unclosed   int
	lf, cr     int // where the next one stands, end when there is none in the buffer; -1: not looked for
	rec        record
}

// newSplitter cuts what r gives, by a buffer of so many bytes at first; it grows with long records.
func newSplitter(r io.Reader, sep byte, size int) *splitter {
	return &splitter{r: r, sep: sep, buf: make([]byte, size), line: 1, lf: -1, cr: -1}
}

// next gives the next record, which is good until the next call; io.EOF behind the last one.
func (s *splitter) next() (*record, error) {
	s.rec = record{line: s.line, offset: s.offset, cells: s.rec.cells[:0]}
	stop, after, err := s.lineEnd(0)
	if errors.Is(err, errLongLine) {
		return s.skipLong()
	}
	if err != nil {
		return nil, err
	}
	raw := s.buf[s.start:stop]
	if bytes.IndexByte(raw, '"') < 0 {
		s.rec.raw, s.rec.size = raw, len(raw)
		s.take(after, 1)
		return &s.rec, nil
	}
	if done, err := s.quoted(); done || err != nil {
		return &s.rec, err
	}
	// Read as one physical line, quotes and all.
	if s.unclosed++; s.unclosed > maxUnclosed {
		return nil, fault.Invalid("ledger.broken_quotes", maxUnclosed)
	}
	s.rec.quoted = false
	stop, after, err = s.lineEnd(0) // the buffer may have moved
	if err != nil {
		return nil, err
	}
	s.rec.raw, s.rec.size, s.rec.issue = s.buf[s.start:stop], stop-s.start, QuoteUnclosed
	s.take(after, 1)
	return &s.rec, nil
}

// take steps behind a record of so many physical lines.
func (s *splitter) take(after, lines int) {
	s.offset += int64(after - s.start)
	s.line += lines
	s.start = after
}

var errLongLine = errors.New("line over the limit")

// lineEnd finds the first line end at or behind start+from: where the line stops and the next begins.
func (s *splitter) lineEnd(from int) (stop, after int, err error) {
	for {
		if s.lf < s.start+from {
			s.lf = s.find('\n', s.start+from)
		}
		if s.cr < s.start+from {
			s.cr = s.find('\r', s.start+from)
		}
		stop = min(s.lf, s.cr)
		switch {
		case stop-s.start > MaxLineBytes:
			return 0, 0, errLongLine
		case stop < s.end && s.buf[stop] == '\n':
			return stop, stop + 1, nil
		case stop+1 < s.end && s.buf[stop+1] == '\n':
			return stop, stop + 2, nil
		case stop+1 < s.end:
			return stop, stop + 1, nil
		case s.eof && s.start == s.end:
			return 0, 0, io.EOF
		case s.eof:
			return stop, s.end, nil
		}
		if err := s.fill(); err != nil {
			return 0, 0, err
		}
	}
}

// find gives the place of a byte from a place on, end when there is none.
func (s *splitter) find(b byte, from int) int {
	if i := bytes.IndexByte(s.buf[from:s.end], b); i >= 0 {
		return from + i
	}
	return s.end
}

// fill reads more, behind what is left of the buffer.
func (s *splitter) fill() error {
	if s.start > 0 {
		copy(s.buf, s.buf[s.start:s.end])
		s.lf, s.cr = s.lf-s.start, s.cr-s.start
		s.end -= s.start
		s.start = 0
	}
	if s.end == len(s.buf) {
		bigger := make([]byte, 2*len(s.buf))
		copy(bigger, s.buf)
		s.buf = bigger
	}
	// What was not found up to the end may stand in what comes.
	if s.lf >= s.end {
		s.lf = -1
	}
	if s.cr >= s.end {
		s.cr = -1
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	if errors.Is(err, io.EOF) {
		s.eof = true
		return nil
	}
	return err
}

// quoted reads a record that holds quotes, perhaps over several physical lines. It gives false where a
// quoted cell has no end within MaxLineBytes, and where its end looks like that of another cell: a
// quote that was forgotten finds its partner many lines below, and swallows what stands between.
func (s *splitter) quoted() (bool, error) {
	for {
		n, complete := s.scan(s.buf[s.start:s.end])
		switch {
		case complete && n <= MaxLineBytes:
			return s.closeQuoted(n), nil
		case n > MaxLineBytes || s.eof:
			return false, nil
		}
		if err := s.fill(); err != nil {
			return false, err
		}
	}
}

// closeQuoted files a record of n bytes, unless it cannot be one.
func (s *splitter) closeQuoted(n int) bool {
	raw := s.buf[s.start : s.start+n]
	lines := 1 + lineEnds(raw)
	if lines > 1 && (s.rec.issue == QuoteStray || s.width > 0 && (!s.fits() || s.manyRows(raw))) {
		return false
	}
	s.rec.raw, s.rec.size = raw, n
	after := s.start + n
	if after < s.end {
		if s.buf[after] == '\r' && after+1 < s.end && s.buf[after+1] == '\n' {
			after++
		}
		after++
	}
	s.take(after, lines)
	return true
}

// fits tells that the record is a row of the table; empty cells behind it do no harm.
func (s *splitter) fits() bool {
	if len(s.rec.cells) < s.width {
		return false
	}
	for _, c := range s.rec.cells[s.width:] {
		if c.from != c.to {
			return false
		}
	}
	return true
}

// manyRows tells that each physical line of a record would be a row of the table by itself.
func (s *splitter) manyRows(raw []byte) bool {
	for rest := raw; ; {
		i := bytes.IndexAny(rest, "\r\n")
		if i < 0 {
			return bytes.Count(rest, []byte{s.sep})+1 == s.full
		}
		if bytes.Count(rest[:i], []byte{s.sep})+1 != s.full {
			return false
		}
		rest = bytes.TrimPrefix(rest[i:], []byte{'\r'})
		rest = bytes.TrimPrefix(rest, []byte{'\n'})
	}
}

// lineEnds counts LF, CR and CR LF, each once.
func lineEnds(b []byte) int {
	return bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte{'\r', '\n'})
}

// scan cuts the record at the beginning of b and gives its length. complete is false where b ends
// before it can be told that the record does.
func (s *splitter) scan(b []byte) (n int, complete bool) {
	s.rec.cells, s.rec.quoted, s.rec.issue = s.rec.cells[:0], false, ""
	pos := 0
	for {
		c, next, ok := s.cell(b, pos)
		if !ok {
			return len(b), false
		}
		s.rec.cells = append(s.rec.cells, c)
		if next >= len(b) {
			return next, s.eof
		}
		if b[next] == s.sep {
			pos = next + 1
			continue
		}
		// A CR at the very end may be half of a CR LF.
		return next, b[next] == '\n' || next+1 < len(b) || s.eof
	}
}

// cell reads the cell at pos and gives where the separator or line end behind it stands. A quote
// inside a quoted cell that neither is doubled nor ends the cell is kept, with a finding.
func (s *splitter) cell(b []byte, pos int) (c span, next int, ok bool) {
	if pos >= len(b) || b[pos] != '"' {
		next = pos
		for next < len(b) && b[next] != s.sep && b[next] != '\n' && b[next] != '\r' {
			next++
		}
		return span{from: pos, to: next}, next, next < len(b) || s.eof
	}
	s.rec.quoted = true
	c.from = pos + 1
	for at := pos + 1; ; {
		i := bytes.IndexByte(b[at:], '"')
		if i < 0 || at+i+1 >= len(b) && !s.eof {
			return c, 0, false
		}
		at += i + 1
		switch {
		case at >= len(b) || b[at] == s.sep || b[at] == '\n' || b[at] == '\r':
			c.to = at - 1
			return c, at, true
		case b[at] == '"':
			c.escaped = true
			at++
		default:
			s.rec.issue = QuoteStray
		}
	}
}

// skipLong steps over a line that is longer than any record may be and keeps its beginning.
func (s *splitter) skipLong() (*record, error) {
	kept := bytes.Clone(s.buf[s.start : s.start+keptRawBytes])
	size := 0
	for {
		stop := min(s.find('\n', s.start), s.find('\r', s.start))
		size += stop - s.start
		s.offset += int64(stop - s.start)
		s.start = stop
		if stop < s.end || s.eof {
			break
		}
		s.lf, s.cr = -1, -1
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	s.lf, s.cr = -1, -1
	if s.start < s.end {
		_, after, err := s.lineEnd(0)
		if err != nil {
			return nil, err
		}
		s.take(after, 1)
	}
	s.rec.raw, s.rec.size, s.rec.issue = kept, size, LineLong
	return &s.rec, nil
}
