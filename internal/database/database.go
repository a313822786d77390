// Package database opens PostgreSQL or SQLite behind one handle and holds everything in which the
// two differ (dialect.go): no other package mentions a dialect.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/fault"
)

// Conn is what a store function needs: a pool, a connection or a transaction. Functions that take
// a Conn never begin a transaction; use cases do, through DB.Tx.
type Conn = bun.IDB

// DB is an open database. On SQLite writes go through a single connection and reads through a
// pool that refuses writes; on PostgreSQL both are the same pool.
type DB struct {
	write   *bun.DB
	read    *bun.DB
	dialect dialect
	path    string // file of an SQLite database, "" else
}

// Read is the pool for single queries outside a transaction.
func (db *DB) Read() Conn { return db.read }

// Write is the pool for single statements outside a transaction.
func (db *DB) Write() Conn { return db.write }

// Path is the file of an SQLite database, "" on a server.
func (db *DB) Path() string { return db.path }

// Name is "PostgreSQL" or "SQLite", for people.
func (db *DB) Name() string { return db.dialect.name }

// Close ends both pools.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != db.write {
		err = errors.Join(err, db.read.Close())
	}
	return err
}

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.read.NewRaw("SELECT 1").Scan(ctx, &one)
}

// Tx runs f in one transaction, which is rolled back when f fails or panics. On SQLite it holds
// the write lock from the start, so nothing that was read inside can change before the commit.
func (db *DB) Tx(ctx context.Context, f func(ctx context.Context, tx Conn) error) error {
	err := db.write.RunInTx(ctx, &sql.TxOptions{}, func(ctx context.Context, tx bun.Tx) error { return f(ctx, tx) })
	return fromDriver(err)
}

// ReadTx runs f on one consistent view of the data, without any right to write.
func (db *DB) ReadTx(ctx context.Context, f func(ctx context.Context, tx Conn) error) error {
	err := db.read.RunInTx(ctx, db.dialect.readTx, func(ctx context.Context, tx bun.Tx) error { return f(ctx, tx) })
	return fromDriver(err)
}

// fromDriver turns what a person can do something about (a locked or read-only file, a server that
// does not answer) into a fault and leaves everything else as it is.
func fromDriver(err error) error {
	if err == nil || fault.As(err) != nil {
		return err
	}
	switch Classify(err) {
	case Busy:
		return fault.Unavailable(err, "database.locked")
	case ReadOnly:
		return fault.Unavailable(err, "database.read_only")
	case Full:
		return fault.Unavailable(err, "database.full")
	case Unreachable:
		return fault.Unavailable(err, "database.unreachable")
	}
	return err
}

// One maps "no row" to a NotFound fault of the noun and passes every other error on.
func One(err error, noun string, id any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound(noun, id)
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", noun, fromDriver(err))
	}
	return nil
}

// Updated checks that a statement with an optimistic lock met its row: none means that somebody
// else was faster.
func Updated(res sql.Result, err error, noun string, id any) error {
	if err != nil {
		return fmt.Errorf("save %s: %w", noun, fromDriver(err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("save %s: %w", noun, err)
	}
	if n == 0 {
		return fault.Stale(noun, id)
	}
	return nil
}
