package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/migrations"
)

// RestoreInput says what to bring back where.
type RestoreInput struct {
	File     string
	DSN      string                  // of an SQLite database that is not there, or holds no organisation
	Progress func(done, total int64) // bytes of the database that are unpacked; nil for nobody
}

// Restored is what was brought back.
type Restored struct {
	Manifest      Manifest
	Database      string   // file
	Organisations []string // codes
	Pending       []string // migrations that the schema of the archive lacks; whatever opens the database next applies them
}

// Restore brings a database back from an archive. Everything is checked before the target changes: the archive, what is in the
// target, the unpacked database itself. A database with an organisation is never written over.
func Restore(ctx context.Context, in RestoreInput) (Restored, error) {
	target, embedded := database.File(in.DSN)
	if !embedded {
		return Restored{}, fault.Invalid("restore.server")
	}
	if target == "" {
		return Restored{}, fault.Invalid("database.url", in.DSN)
	}
	a, err := open(in.File)
	if err != nil {
		return Restored{}, err
	}
	defer a.close()
	if err := vacant(ctx, target); err != nil {
		return Restored{}, err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return Restored{}, fault.File(err, "database.folder", filepath.Dir(target))
	}
	work, err := enter(filepath.Dir(target), ".jalon-restore")
	if err != nil {
		return Restored{}, err
	}
	defer work.leave()
	fresh := work.path(databaseName)
	if err := a.unpack(ctx, fresh, in); err != nil {
		return Restored{}, err
	}
	holds, err := inspect(ctx, fresh)
	switch {
	case err != nil:
		return Restored{}, err
	case holds.damage != "":
		return Restored{}, fault.Invalid("restore.damaged", holds.damage)
	case !a.manifest.sameContents(holds):
		return Restored{}, fault.Invalid("archive.contents")
	}
	if err := takeAway(ctx, target); err != nil {
		return Restored{}, err
	}
	if err := place(fresh, target, fault.Conflict("database.in_use", target)); err != nil {
		return Restored{}, err
	}
	return Restored{Manifest: a.manifest, Database: target, Organisations: holds.organisations, Pending: holds.schema.Pending}, nil
}

// beside are the files that SQLite keeps beside a database in use.
var beside = []string{"-wal", "-journal", "-shm"}

// vacant refuses a target that holds anything: an organisation, tables of somebody else, or a log whose database is gone.
// SQLite would take that log for one of the restored database.
func vacant(ctx context.Context, target string) error {
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for _, end := range beside {
			if _, err := os.Lstat(target + end); err == nil {
				return fault.Conflict("restore.remains", target+end)
			}
		}
		return nil
	case err != nil:
		return fault.File(err, "database.open", target)
	case !info.Mode().IsRegular():
		return fault.Invalid("database.open", target)
	}
	db, err := database.OpenFile(ctx, target)
	if err != nil {
		return err
	}
	defer db.Close()
	return unused(ctx, db)
}

// unused refuses a database that holds an organisation, or what is not Jalon's.
func unused(ctx context.Context, db *database.DB) error {
	state, err := migrations.Status(ctx, db)
	if err != nil {
		return err
	}
	if err := state.Refuse(); err != nil {
		return err
	}
	if len(state.Applied) == 0 {
		return nil
	}
	var codes []string
	if err := db.Read().NewRaw("SELECT code FROM organisation ORDER BY code").Scan(ctx, &codes); err != nil {
		return err
	}
	if len(codes) > 0 {
		return fault.Conflict("restore.occupied", db.Path(), len(codes), strings.Join(codes[:min(len(codes), mostNamed)], ", "))
	}
	return nil
}

// mostNamed is how many organisations a refusal names.
const mostNamed = 5

// takeAway removes a database that nobody uses and that is still vacant.
func takeAway(ctx context.Context, target string) error {
	if _, err := os.Stat(target); errors.Is(err, fs.ErrNotExist) {
		return vacant(ctx, target)
	}
	db, err := database.OpenFile(ctx, target)
	if err != nil {
		return err
	}
	if err := unused(ctx, db); err != nil {
		_ = db.Close()
		return err
	}
	if err := db.CloseAlone(ctx); err != nil {
		return err
	}
	if err := os.Remove(target); err != nil {
		return fault.File(err, "file.unwritable", target)
	}
	return nil
}
