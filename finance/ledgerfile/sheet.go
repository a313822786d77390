package ledgerfile

import (
	"io"
	"iter"
	"strings"

	"jalon/internal/grid"
)

// sheetRows reads the rows of a sheet.
type sheetRows struct {
	pull   func() (grid.Row, error, bool)
	stop   func()
	is1904 bool
	row    row
	raw    []byte
	given  int64 // bytes of the cells so far
}

func newSheetRows(s grid.Sheet) *sheetRows {
	pull, stop := iter.Pull2(s.Rows())
	return &sheetRows{pull: pull, stop: stop, is1904: s.Date1904()}
}

func (s *sheetRows) positional() bool { return false }
func (s *sheetRows) date1904() bool   { return s.is1904 }

func (s *sheetRows) next() (*row, error) {
	r, err, more := s.pull()
	switch {
	case !more:
		return nil, io.EOF
	case err != nil:
		return nil, err
	}
	s.row = row{line: r.Number, offset: -1, cells: s.row.cells[:0], numbers: s.row.numbers[:0]}
	s.raw = s.raw[:0]
	for i, c := range r.Cells {
		s.row.length += len(c.Text) + 1
		if s.row.length <= MaxLineBytes {
			if i > 0 {
				s.raw = append(s.raw, '\t')
			}
			s.raw = append(s.raw, strings.ReplaceAll(c.Text, "\t", " ")...)
		}
		s.row.cells = append(s.row.cells, c.Text)
		s.row.numbers = append(s.row.numbers, c.Number)
	}
	if s.row.length > MaxLineBytes {
		s.raw, s.row.issue = s.raw[:min(len(s.raw), keptRawBytes)], LineLong
	}
	// One text of a workbook may stand in any number of cells: a small file can say a lot.
	if s.given += int64(s.row.length); s.given > MaxUnpacked {
		return nil, tooLarge("expanded", MaxUnpacked>>20)
	}
	s.row.raw = s.raw
	return &s.row, nil
}
