package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/migrations"
)

// WriteInput says what to write where.
type WriteInput struct {
	DSN      string // of an SQLite database, which others may go on using
	File     string // must not be there yet
	Version  string // of the program
	Now      time.Time
	Progress func(done, total int64) // bytes of the database that are packed; nil for nobody
}

// Written is an archive that was written.
type Written struct {
	Manifest Manifest
	Size     int64
	SHA256   string // of the archive, for who copies it elsewhere
}

// Write writes an archive of the database as it is at one moment. A database that is damaged, not there, or of a newer
// program is refused: the archive would take the place of a good one in somebody's cupboard.
func Write(ctx context.Context, in WriteInput) (Written, error) {
	db, err := source(ctx, in.DSN)
	if err != nil {
		return Written{}, err
	}
	defer db.Close()
	taken := fault.Conflict("backup.exists", in.File)
	if _, err := os.Lstat(in.File); err == nil {
		return Written{}, taken
	}
	folder := filepath.Dir(in.File)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return Written{}, fault.File(err, "file.unwritable", in.File)
	}
	work, err := enter(folder, ".jalon-backup")
	if err != nil {
		return Written{}, err
	}
	defer work.leave()
	copied := work.path(databaseName)
	if err := db.Backup(ctx, copied); err != nil {
		if database.Classify(err) == database.Full { // the disk of the backup, not of the database
			err = fault.Unavailable(syscall.ENOSPC, "file.unwritable", in.File)
		}
		return Written{}, err
	}
	m, err := describe(ctx, copied, in)
	if err != nil {
		return Written{}, err
	}
	out, err := pack(ctx, work.path("archive"), copied, m, in)
	if err != nil {
		return Written{}, err
	}
	return out, place(work.path("archive"), in.File, taken)
}

// source opens a database that is there. Opening would make one, and a slip in an address would then be backed up.
func source(ctx context.Context, dsn string) (*database.DB, error) {
	file, embedded := database.File(dsn)
	if !embedded {
		return nil, fault.Invalid("backup.server")
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, fault.Invalid("backup.nothing", file)
	}
	return database.Open(ctx, dsn)
}

// describe looks at the copy, which is what the archive will hold.
func describe(ctx context.Context, file string, in WriteInput) (Manifest, error) {
	holds, err := inspect(ctx, file)
	if err != nil {
		return Manifest{}, err
	}
	if holds.damage != "" {
		return Manifest{}, fault.Unavailable(nil, "backup.damaged", holds.damage)
	}
	if len(holds.schema.Applied) == 0 {
		name, _ := database.File(in.DSN)
		return Manifest{}, fault.Invalid("backup.nothing", name)
	}
	size, sum, err := measure(file)
	if err != nil {
		return Manifest{}, err
	}
	return Manifest{Format: Format, Version: in.Version, CreatedAt: in.Now.UTC().Truncate(time.Second), Migrations: holds.schema.Applied, Organisations: len(holds.organisations),
		Entries: []Entry{{databaseName, size, sum}}, Without: []string{Secret}}, nil
}

// contents is what an SQLite database holds.
type contents struct {
	schema        migrations.State
	organisations []string // codes
	damage        string   // the first thing that does not hold together; "" for a sound one
}

// inspect looks into a database that nobody else uses.
func inspect(ctx context.Context, file string) (contents, error) {
	db, err := database.OpenFile(ctx, file)
	if err != nil {
		return contents{}, err
	}
	c, err := contentsOf(ctx, db)
	return c, errors.Join(err, db.CloseAlone(ctx)) // all of it must be in the file
}

func contentsOf(ctx context.Context, db *database.DB) (c contents, err error) {
	damage, err := db.Damage(ctx)
	if err != nil {
		return c, err
	}
	if len(damage) > 0 { // what a damaged file says of itself is worth nothing
		c.damage = damage[0]
		return c, nil
	}
	if c.schema, err = migrations.Status(ctx, db); err != nil {
		return c, err
	}
	if err := c.schema.Refuse(); err != nil {
		return c, err
	}
	if len(c.schema.Applied) == 0 {
		return c, nil
	}
	return c, db.Read().NewRaw("SELECT code FROM organisation ORDER BY code").Scan(ctx, &c.organisations)
}

// measure gives the size and the fingerprint of a file.
func measure(file string) (int64, string, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, "", fault.File(err, "file.unreadable", file)
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return 0, "", fault.File(err, "file.unreadable", file)
	}
	return size, hex.EncodeToString(sum.Sum(nil)), nil
}

// pack writes the archive into a file of the workplace, to the disk.
func pack(ctx context.Context, file, copied string, m Manifest, in WriteInput) (Written, error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // it holds all that the database holds
	if err != nil {
		return Written{}, fault.File(err, "file.unwritable", in.File)
	}
	defer f.Close()
	count := &counted{w: f, sum: sha256.New()}
	err = fill(ctx, count, copied, m, in)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	switch {
	case ctx.Err() != nil:
		return Written{}, ctx.Err()
	case err != nil:
		return Written{}, fault.File(err, "file.unwritable", in.File)
	}
	return Written{Manifest: m, Size: count.n, SHA256: hex.EncodeToString(count.sum.Sum(nil))}, nil
}

// fill writes the entries.
func fill(ctx context.Context, w io.Writer, copied string, m Manifest, in WriteInput) error {
	text, err := m.encode()
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	entry := func(name string) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.CreatedAt})
	}
	e, err := entry(manifestName)
	if err != nil {
		return err
	}
	if _, err := e.Write(text); err != nil {
		return err
	}
	if e, err = entry(databaseName); err != nil {
		return err
	}
	data, err := os.Open(copied)
	if err != nil {
		return err
	}
	defer data.Close()
	if _, err := io.Copy(e, &watched{ctx: ctx, r: data, total: m.database().Size, tell: in.Progress}); err != nil {
		return err
	}
	return z.Close()
}

// counted counts and fingerprints what is written.
type counted struct {
	w   io.Writer
	n   int64
	sum hash.Hash
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	_, _ = c.sum.Write(p[:n]) // a hash never fails
	return n, err
}

// watched tells how far a reader is, and ends when the work is called off.
type watched struct {
	ctx         context.Context
	r           io.Reader
	done, total int64
	tell        func(done, total int64)
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.done += int64(n)
	if w.tell != nil && n > 0 {
		w.tell(w.done, w.total)
	}
	return n, err
}
