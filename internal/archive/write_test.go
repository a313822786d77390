package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/migrations"
)

func TestBackupAndRestore(t *testing.T) {
	db := organisations(t, "massif", "valombre")
	file, out := archived(t, db)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := out.Manifest
	if out.Size != int64(len(data)) || out.SHA256 != fingerprintOf(data) {
		t.Errorf("told %d bytes, %s; the file has %d, %s", out.Size, out.SHA256, len(data), fingerprintOf(data))
	}
	if m.Format != Format || m.Version != "1.2.3" || !m.CreatedAt.Equal(written) || m.Organisations != 2 || !slices.Equal(m.Migrations, migrations.Names().Pending) || !slices.Equal(m.Without, []string{"secret"}) {
		t.Errorf("manifest %+v", m)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if len(z.File) != 2 || z.File[0].Name != "manifest.json" || z.File[1].Name != "jalon.db" {
		t.Errorf("entries %v", z.File)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the backup: %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("beside the backup: %v, %v", left, err)
	}
	back := restored(t, file)
	if codesOf(t, back) != "massif valombre" {
		t.Errorf("restored %q", codesOf(t, back))
	}
	if damage, err := back.Damage(t.Context()); err != nil || len(damage) > 0 {
		t.Errorf("damage %v, %v", damage, err)
	}
	if info, err := os.Stat(back.Path()); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the database: %v, %v", info.Mode(), err)
	}
	for name := range tree(t, filepath.Dir(back.Path())) {
		if !strings.HasPrefix(name, "/jalon.db") {
			t.Errorf("left beside the database: %s", name)
		}
	}
}

// TestBackupOfABackup: what comes back is what was kept, to the byte but for how often the file was opened.
func TestBackupOfABackup(t *testing.T) {
	const header = 100
	first, _ := archived(t, organisations(t, "valombre"))
	again, _ := archived(t, restored(t, first))
	if a, b := parcelOf(t, first).data, parcelOf(t, again).data; !bytes.Equal(a[header:], b[header:]) {
		t.Error("the backup of the restored database differs")
	}
}

// TestBackupOfOneMoment writes pairs of rows while backups are made: none holds half a pair.
func TestBackupOfOneMoment(t *testing.T) {
	db := organisations(t, "valombre")
	exec := func(ctx context.Context, c database.Conn, query string) error {
		_, err := c.ExecContext(ctx, query)
		return err
	}
	for _, table := range []string{"CREATE TABLE one (n BIGINT NOT NULL)", "CREATE TABLE other (n BIGINT NOT NULL)"} {
		if err := exec(t.Context(), db.Write(), table); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	began, ended := make(chan struct{}), make(chan error)
	go func() {
		for n := 0; ; n++ {
			err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
				return errors.Join(exec(ctx, tx, "INSERT INTO one VALUES (1)"), exec(ctx, tx, "INSERT INTO other VALUES (1)"))
			})
			if ctx.Err() != nil {
				ended <- nil
				return
			}
			if err != nil {
				ended <- err
				return
			}
			if n == 0 {
				close(began)
			}
		}
	}()
	<-began
	for range 3 {
		file, _ := archived(t, db)
		var one, other int
		if err := restored(t, file).Read().NewRaw("SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM other)").Scan(t.Context(), &one, &other); err != nil {
			t.Fatal(err)
		}
		if one != other || one == 0 {
			t.Errorf("the backup holds %d and %d rows of pairs", one, other)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestBackupRefuses(t *testing.T) {
	ctx := t.Context()
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(dsn string) *database.DB {
		db, err := database.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	exec := func(db *database.DB, query string) *database.DB {
		if _, err := db.Write().ExecContext(ctx, query); err != nil {
			t.Fatal(err)
		}
		return db
	}
	bare := open("sqlite:" + filepath.Join(t.TempDir(), "bare.db"))
	foreign := exec(open("sqlite:"+filepath.Join(t.TempDir(), "foreign.db")), "CREATE TABLE recipes (name TEXT)")
	newer := exec(dbtest.SQLite(t), "INSERT INTO bun_migrations (name, group_id) VALUES ('29991231000001', 9)")
	damaged := exec(exec(dbtest.SQLite(t), "PRAGMA foreign_keys = 0"), "INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) VALUES (99, '2026-01-01', 'a', 'a', 'a', 1, '')")
	for _, tc := range []struct{ name, dsn, want string }{
		{"a server", "postgres://u@h/d?sslmode=disable", "backup.server"},
		{"no address", "var/jalon.db", "backup.server"},
		{"a slip in the address", "sqlite:" + filepath.Join(t.TempDir(), "jalno.db"), "backup.nothing"},
		{"an empty file", "sqlite:" + empty, "backup.nothing"},
		{"a database without tables", "sqlite:" + bare.Path(), "backup.nothing"},
		{"somebody else's database", "sqlite:" + foreign.Path(), "database.foreign"},
		{"a newer program's", "sqlite:" + newer.Path(), "database.newer"},
		{"a damaged one", "sqlite:" + damaged.Path(), "backup.damaged"},
	} {
		dir := t.TempDir()
		_, err := Write(ctx, WriteInput{DSN: tc.dsn, File: filepath.Join(dir, "b.zip"), Now: written})
		expectFault(t, tc.name, err, tc.want)
		expectUntouched(t, tc.name, dir, map[string]string{})
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(empty), "jalno.db")); err == nil {
		t.Error("a slip in the address made a database")
	}
}

func TestBackupNeverReplaces(t *testing.T) {
	db := organisations(t, "valombre")
	file, _ := archived(t, db)
	dir := filepath.Dir(file)
	before := tree(t, dir)
	for _, name := range []string{file, dir} {
		_, err := Write(t.Context(), WriteInput{DSN: "sqlite:" + db.Path(), File: name, Now: written})
		expectFault(t, name, err, "backup.exists")
	}
	_, err := Write(t.Context(), WriteInput{DSN: "sqlite:" + db.Path(), File: filepath.Join(file, "below", "b.zip"), Now: written})
	expectFault(t, "below a file", err, "file.unwritable")
	expectUntouched(t, "all", dir, before)
}

// TestBackupBrokenOff is called off in the middle and leaves nothing.
func TestBackupBrokenOff(t *testing.T) {
	db := organisations(t, "valombre")
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	_, err := Write(ctx, WriteInput{DSN: "sqlite:" + db.Path(), File: filepath.Join(dir, "b.zip"), Now: written, Progress: func(int64, int64) { stop() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that it was called off", err)
	}
	expectUntouched(t, "called off", dir, map[string]string{})
}

// TestWorkplace is taken over from the dead and not from the living.
func TestWorkplace(t *testing.T) {
	db, dir := organisations(t, "valombre"), t.TempDir()
	in := WriteInput{DSN: "sqlite:" + db.Path(), File: filepath.Join(dir, "b.zip"), Now: written}
	living, err := enter(dir, ".jalon-backup")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(living.path("jalon.db"), []byte("half a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Write(t.Context(), in)
	expectFault(t, "while another is at work", err, "archive.busy")
	if _, err := os.Stat(living.path("jalon.db")); err != nil {
		t.Errorf("what another works on was taken away: %v", err)
	}
	if err := living.lock.Close(); err != nil { // killed
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); len(got) != 1 || got["/b.zip"] == "" {
		t.Errorf("left: %v", got)
	}
}
