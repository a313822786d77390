package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// Loader takes rows in bulk inside the transaction that it belongs to.
type Loader struct {
	db   *DB
	tx   bun.Tx
	conn bun.Conn // carries the transaction: a server takes rows past its SQL
}

// LoadTx is Tx for the booking of large files: f gets a loader besides, and no statement of it is stopped for
// taking long. Who waits for a lock still waits no longer than elsewhere.
func (db *DB) LoadTx(ctx context.Context, f func(ctx context.Context, tx Conn, load *Loader) error) (err error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return fromDriver(err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{})
	if err != nil {
		return fromDriver(err)
	}
	done := false
	defer func() {
		if !done { // failed, or panicked on its way through
			if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
				err = errors.Join(err, back)
			}
		}
	}()
	if err := db.dialect.unbound(ctx, tx); err != nil {
		return fromDriver(err)
	}
	if err := f(ctx, tx, &Loader{db: db, tx: tx, conn: conn}); err != nil {
		return fromDriver(err)
	}
	done = true
	return fromDriver(tx.Commit())
}

// loadBatch is how many rows are sent at once, so that no single statement takes long and progress can be told.
const loadBatch = 20_000

// Into begins to take rows of a table. Columns are in the order in which each row gives its values.
func (l *Loader) Into(table string, columns ...string) *Rows {
	return &Rows{load: l, table: table, columns: columns, sink: l.db.dialect.sink(len(columns))}
}

// Rows collects the rows of one table. Each value is given by the method of its type, in the order of the
// columns, and End closes the row. Close sends what is left.
type Rows struct {
	load    *Loader
	table   string
	columns []string
	sink    sink
	held    int
	err     error

	lastDay civil.Date // as dayText has it: neighbouring rows are often of one day
	dayText string
}

// sink holds values in the form in which a database takes them.
type sink interface {
	null()
	integer(int64)
	text(string)
	boolean(bool)
	bytes([]byte)
	endRow()
	// send writes what is held to the table and forgets it.
	send(ctx context.Context, l *Loader, table string, columns []string, rows int) error
}

// Int gives a number, Text a text, Bool a truth value, Bytes bytes (nil is NULL) and Null none.
func (r *Rows) Int(v int64)    { r.sink.integer(v) }
func (r *Rows) Text(v string)  { r.sink.text(v) }
func (r *Rows) Bool(v bool)    { r.sink.boolean(v) }
func (r *Rows) Bytes(v []byte) { r.sink.bytes(v) }
func (r *Rows) Null()          { r.sink.null() }

// Key gives a reference; 0 is NULL.
func (r *Rows) Key(v int64) {
	if v == 0 {
		r.sink.null()
		return
	}
	r.sink.integer(v)
}

// Date gives a day; the zero one is NULL.
func (r *Rows) Date(v civil.Date) {
	if v.IsZero() {
		r.sink.null()
		return
	}
	if v != r.lastDay {
		r.lastDay, r.dayText = v, v.String()
	}
	r.sink.text(r.dayText)
}

// Instant gives a moment; the zero one is NULL.
func (r *Rows) Instant(v time.Time) {
	if v.IsZero() {
		r.sink.null()
		return
	}
	r.sink.text(Instant(v).Format("2006-01-02 15:04:05.999999-07:00"))
}

// End closes a row, and sends what is held once it is enough.
func (r *Rows) End(ctx context.Context) error {
	if r.err != nil {
		return r.err
	}
	r.sink.endRow()
	if r.held++; r.held == loadBatch {
		r.send(ctx)
	}
	return r.err
}

// Close sends the rows that are left. It must be called for a load to be whole.
func (r *Rows) Close(ctx context.Context) error {
	if r.err == nil && r.held > 0 {
		r.send(ctx)
	}
	return r.err
}

func (r *Rows) send(ctx context.Context) {
	if err := r.sink.send(ctx, r.load, r.table, r.columns, r.held); err != nil {
		r.err = fmt.Errorf("load %s: %w", r.table, fromDriver(err))
	}
	r.held = 0
}

// valueSink keeps values as arguments of a prepared INSERT of many rows.
type valueSink struct {
	columns int
	args    []any
}

func (s *valueSink) null()           { s.args = append(s.args, nil) }
func (s *valueSink) integer(v int64) { s.args = append(s.args, v) }
func (s *valueSink) text(v string)   { s.args = append(s.args, v) }
func (s *valueSink) boolean(v bool)  { s.args = append(s.args, v) }
func (s *valueSink) bytes(v []byte) {
	if v == nil {
		s.null()
		return
	}
	s.args = append(s.args, append([]byte(nil), v...))
}
func (s *valueSink) endRow() {}

func (s *valueSink) send(ctx context.Context, l *Loader, table string, columns []string, rows int) error {
	if len(s.args) != rows*s.columns {
		return fault.New(fault.KindInternal, "database.row_shape", table)
	}
	defer func() { clear(s.args); s.args = s.args[:0] }()
	per := max(1, min(bulkRows, 30_000/s.columns))
	var stmt *sql.Stmt
	prepared := 0
	for at := 0; at < rows; {
		n := min(per, rows-at)
		if n != prepared {
			if stmt != nil {
				_ = stmt.Close()
			}
			var err error
			if stmt, err = l.tx.Tx.PrepareContext(ctx, insertRows(table, columns, n)); err != nil {
				return err
			}
			prepared = n
		}
		if _, err := stmt.ExecContext(ctx, s.args[at*s.columns:(at+n)*s.columns]...); err != nil {
			return errors.Join(err, stmt.Close())
		}
		at += n
	}
	return stmt.Close()
}

func insertRows(table string, columns []string, rows int) string {
	row := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
	return "INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES " + row + strings.Repeat(","+row, rows-1)
}
