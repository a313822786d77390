package database

import (
	"bytes"
	"context"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/driver/pgdriver"
)

// sink gives the form in which the database takes many rows.
func (d dialect) sink(columns int) sink {
	if d.postgres {
		return &copySink{first: true}
	}
	return &valueSink{columns: columns}
}

// unbound lets the statements of a transaction take as long as they need.
func (d dialect) unbound(ctx context.Context, tx bun.Tx) error {
	if !d.postgres {
		return nil
	}
	_, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0")
	return err
}

// copySink writes rows in the text form of COPY: fields between tabs, \N for NULL, a line a row.
type copySink struct {
	buf   []byte
	first bool // the next value begins a row
}

func (s *copySink) begin() {
	if !s.first {
		s.buf = append(s.buf, '\t')
	}
	s.first = false
}

func (s *copySink) null() {
	s.begin()
	s.buf = append(s.buf, '\\', 'N')
}

func (s *copySink) integer(v int64) {
	s.begin()
	s.buf = strconv.AppendInt(s.buf, v, 10)
}

func (s *copySink) boolean(v bool) {
	s.begin()
	if v {
		s.buf = append(s.buf, 't')
	} else {
		s.buf = append(s.buf, 'f')
	}
}

// text escapes what COPY reads as more than itself. A NUL has no place in a text of the server and is dropped.
func (s *copySink) text(v string) {
	s.begin()
	if !isSpecial(v) {
		s.buf = append(s.buf, v...)
		return
	}
	for i := range len(v) {
		switch v[i] {
		case '\\':
			s.buf = append(s.buf, '\\', '\\')
		case '\t':
			s.buf = append(s.buf, '\\', 't')
		case '\n':
			s.buf = append(s.buf, '\\', 'n')
		case '\r':
			s.buf = append(s.buf, '\\', 'r')
		case 0:
		default:
			s.buf = append(s.buf, v[i])
		}
	}
}

// isSpecial tells whether a text holds a byte that COPY reads as more than itself.
func isSpecial(v string) bool {
	for i := range len(v) {
		if c := v[i]; c == '\\' || c < ' ' && (c == '\t' || c == '\n' || c == '\r' || c == 0) {
			return true
		}
	}
	return false
}

func (s *copySink) bytes(v []byte) {
	if v == nil {
		s.null()
		return
	}
	s.begin()
	s.buf = append(s.buf, '\\', '\\', 'x')
	s.buf = hex.AppendEncode(s.buf, v)
}

func (s *copySink) endRow() {
	s.buf = append(s.buf, '\n')
	s.first = true
}

func (s *copySink) send(ctx context.Context, l *Loader, table string, columns []string, _ int) error {
	defer func() { s.buf = s.buf[:0] }()
	_, err := pgdriver.CopyFrom(ctx, l.conn, bytes.NewReader(s.buf), "COPY "+table+" ("+strings.Join(columns, ",")+") FROM STDIN")
	return err
}
