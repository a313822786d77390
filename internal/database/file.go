package database

import (
	"context"
	"errors"
	"strings"

	"jalon/internal/fault"
)

// File gives the file that a DSN names, and false for a server, whose files are its own.
func File(dsn string) (string, bool) {
	path, embedded := strings.CutPrefix(dsn, "sqlite:")
	if !embedded {
		return "", false
	}
	return strings.TrimPrefix(path, "//"), true
}

// OpenFile opens the SQLite database in a file, as Open does by its DSN.
func OpenFile(ctx context.Context, file string) (*DB, error) { return openSQLite(ctx, file) }

// CloseAlone closes an SQLite database with everything in its one file and nothing left beside it, so that the file can be
// taken away. It is refused while anybody else has the file open, a program that only reads as well; ours is closed then
// too.
func (db *DB) CloseAlone(ctx context.Context) error {
	if err := db.read.Close(); err != nil { // or its connections would count as somebody else's
		return errors.Join(err, db.write.Close())
	}
	var mode string
	err := db.write.NewRaw("PRAGMA journal_mode = DELETE").Scan(ctx, &mode) // needs the file to itself
	if Classify(err) == Busy || err == nil && mode != "delete" {
		err = fault.Conflict("database.in_use", db.path)
	}
	return errors.Join(err, db.write.Close())
}
