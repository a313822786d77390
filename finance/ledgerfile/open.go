package ledgerfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// separators are those that a CSV file may have; in this order where nothing else decides.
var separators = []string{";", ",", "\t", "|"}

// document is an opened file: text in UTF-8 or an encoding of one byte a character, or a workbook.
type document struct {
	closer io.Closer
	sheets []grid.Sheet // of a workbook
	text   *bufio.Reader
	head   []byte // the beginning of the text
	enc    string
	mark   int // bytes of a byte order mark
}

// openDocument recognises a file by its bytes, so that a wrong extension does no harm.
func openDocument(src Source, encoding, sheet string) (*document, error) {
	in, err := src.Open()
	if err != nil {
		return nil, err
	}
	size := sniffBytes
	if n := src.Size(); n > 0 {
		size = int(min(max(n+1, 4096), sniffBytes)) // a small file needs no more than itself
	}
	d := &document{closer: in, text: bufio.NewReaderSize(in, size)}
	if err := d.recognise(src, in, encoding, sheet); err != nil {
		in.Close()
		return nil, err
	}
	return d, nil
}

func (d *document) close() { d.closer.Close() }

func (d *document) recognise(src Source, in io.Reader, encoding, sheet string) error {
	head, err := d.text.Peek(d.text.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	workbook, err := grid.Workbook(head)
	if err != nil {
		return err
	}
	if workbook {
		return d.openSheets(src, in, sheet)
	}
	if err := d.detect(src, head, encoding); err != nil {
		return err
	}
	if _, err := d.text.Discard(d.mark); err != nil {
		return err
	}
	if d.enc == grid.UTF16LE || d.enc == grid.UTF16BE {
		order := unicode.LittleEndian
		if d.enc == grid.UTF16BE {
			order = unicode.BigEndian
		}
		d.text = bufio.NewReaderSize(transform.NewReader(d.text, unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()), d.text.Size())
	}
	if d.head, err = d.text.Peek(d.text.Size()); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case len(bytes.Trim(d.head, " \t\r\n;,|\x00")) == 0:
		return fault.Invalid("ledger.empty")
	case grid.Binary(d.head):
		return fault.Invalid("ledger.not_text")
	}
	return nil
}

// detect tells the encoding. Where the beginning is ASCII alone, which all encodings share, it looks
// for the first letter that is not.
func (d *document) detect(src Source, head []byte, declared string) error {
	d.enc, d.mark = grid.Detect(head, declared)
	if d.mark > 0 || declared != "" && declared != "auto" || d.enc != grid.UTF8 || len(head) < d.text.Size() || !isASCII(head) {
		return nil
	}
	in, err := src.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	window, err := firstForeign(in)
	if err != nil {
		return err
	}
	d.enc, _ = grid.Detect(window, "")
	return nil
}

// firstForeign reads on to the first byte that is not ASCII and gives what stands from it on, up to a
// few pages of text. A sequence that the end of the window cuts is left out.
func firstForeign(in io.Reader) ([]byte, error) {
	buf := make([]byte, sniffBytes)
	for {
		n, err := io.ReadFull(in, buf)
		if i := grid.ASCII(buf[:n]); i < n {
			window := append(bytes.Clone(buf[i:n]), make([]byte, 4096)...)
			more, _ := io.ReadFull(in, window[n-i:])
			return wholeRunes(window[:n-i+more]), nil
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return nil, err
		}
	}
}

// wholeRunes drops the beginning of a sequence at the end.
func wholeRunes(b []byte) []byte {
	for i := len(b) - 1; i >= max(0, len(b)-utf8.UTFMax); i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			return b
		}
	}
	return b
}

func (d *document) openSheets(src Source, in io.Reader, sheet string) error {
	at, inPlace := in.(io.ReaderAt)
	size := src.Size()
	if !inPlace {
		data, err := io.ReadAll(io.LimitReader(d.text, MaxPackedBytes+1))
		if err != nil {
			return err
		}
		if len(data) > MaxPackedBytes {
			return tooLarge("packed", MaxPackedBytes>>20)
		}
		at, size = bytes.NewReader(data), int64(len(data))
	}
	var err error
	d.sheets, err = grid.OpenXLSX(at, size, sheet, grid.Limits{Unpacked: MaxUnpacked, Parts: 2000, Columns: MaxColumns, Cell: MaxCellBytes, Strings: 2_000_000})
	return err
}

// candidates gives the beginnings of the tables that the file may hold: of text one for each
// separator, of a workbook one for each sheet. A first line "sep=;", which spreadsheets write and
// obey, settles the separator.
func (d *document) candidates(allowed []string) []candidate {
	var list []candidate
	for i := range d.sheets {
		list = append(list, candidate{doc: d, sheet: i})
	}
	if d.sheets != nil {
		return list
	}
	first, _, _ := bytes.Cut(d.head, []byte{'\n'})
	first = bytes.TrimRight(first, "\r")
	if len(first) == 5 && bytes.EqualFold(first[:4], []byte("sep=")) {
		return []candidate{{doc: d, sep: first[4]}}
	}
	if len(allowed) == 0 {
		allowed = separators
	}
	for _, s := range allowed {
		list = append(list, candidate{doc: d, sep: s[0]})
	}
	return list
}

// candidate is one way to take a document for a table.
type candidate struct {
	doc   *document
	sep   byte
	sheet int
}

// beginning reads the rows that stand in the head of the document, at most limit.
func (c candidate) beginning(limit int) iter.Seq2[*row, error] {
	return func(yield func(*row, error) bool) {
		var rows rowReader
		if c.doc.sheets != nil {
			s := newSheetRows(c.doc.sheets[c.sheet])
			defer s.stop()
			rows = s
		} else {
			rows = newTextRows(newSplitter(bytes.NewReader(c.doc.head), c.sep, len(c.doc.head)+1), c.doc.enc, c.doc.mark)
		}
		for range limit {
			r, err := rows.next()
			if errors.Is(err, io.EOF) || !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// rows reads the whole table. It can be asked for once.
func (c candidate) rows() (rows rowReader, stop func()) {
	if c.doc.sheets != nil {
		s := newSheetRows(c.doc.sheets[c.sheet])
		return s, s.stop
	}
	return newTextRows(newSplitter(c.doc.text, c.sep, c.doc.text.Size()), c.doc.enc, c.doc.mark), func() {}
}
