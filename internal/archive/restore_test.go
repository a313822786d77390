package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestForgedArchives are refused before the target is touched, whether there is none or a vacant one.
func TestForgedArchives(t *testing.T) {
	file, _ := archived(t, organisations(t, "valombre"))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw := func(data []byte) func(*testing.T, parcel) string {
		return func(t *testing.T, _ parcel) string {
			name := filepath.Join(t.TempDir(), "raw.zip")
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return name
		}
	}
	forge := func(change func(p *parcel)) func(*testing.T, parcel) string {
		return func(t *testing.T, p parcel) string {
			change(&p)
			return p.pack(t)
		}
	}
	extra := func(name string) func(*testing.T, parcel) string {
		return forge(func(p *parcel) { p.entries = []forged{{name: name, data: []byte("x")}} })
	}
	set := func(field string, value any) func(*testing.T, parcel) string {
		return forge(func(p *parcel) { p.manifest[field] = value })
	}
	entry := func(field string, value any) func(*testing.T, parcel) string {
		return forge(func(p *parcel) { p.entry()[field] = value })
	}
	tests := []struct {
		name string
		make func(*testing.T, parcel) string
		want string
	}{
		{"no file", func(*testing.T, parcel) string { return "/nowhere/backup.zip" }, "file.unreadable"},
		{"a folder", func(t *testing.T, _ parcel) string { return t.TempDir() }, "file.unreadable"},
		{"an empty file", raw(nil), "archive.unreadable"},
		{"a letter", raw([]byte(strings.Repeat("Madame, Monsieur, ", 400))), "archive.unreadable"},
		{"without its end", raw(whole[:len(whole)-1]), "archive.unreadable"},
		{"half of it", raw(whole[:len(whole)/2]), "archive.unreadable"},
		{"a ZIP of nothing", forge(func(p *parcel) { p.alone = true }), "archive.missing"},
		{"a manifest alone", forge(func(p *parcel) { p.alone, p.entries = true, []forged{{name: manifestName, data: []byte("{}")}} }), "archive.missing"},
		{"a database alone", forge(func(p *parcel) { p.alone, p.entries = true, []forged{{name: databaseName, data: p.data}} }), "archive.entry"},
		{"a way up", extra("../jalon.db"), "archive.entry"},
		{"a way up of another system", extra(`..\..\jalon.db`), "archive.entry"},
		{"from the root", extra("/etc/cron.d/jalon"), "archive.entry"},
		{"a drive", extra(`C:\jalon.db`), "archive.entry"},
		{"one more file", extra("secret"), "archive.entry"},
		{"one twice", extra(databaseName), "archive.entry"},
		{"in other letters", extra("JALON.DB"), "archive.entry"},
		{"a thousand more", forge(func(p *parcel) {
			for i := range 1000 {
				p.entries = append(p.entries, forged{name: fmt.Sprint(i)})
			}
		}), "archive.entry"},
		{"a link", forge(func(p *parcel) {
			p.alone, p.entries = true, []forged{{name: manifestName, data: []byte("{}")}, {name: databaseName, data: []byte("/etc/passwd"), mode: fs.ModeSymlink | 0o777}}
		}), "archive.entry"},
		{"an encrypted one", forge(func(p *parcel) {
			p.alone, p.entries = true, []forged{{name: manifestName, data: []byte("{}"), flags: 1}, {name: databaseName, data: p.data}}
		}), "archive.entry"},
		{"a manifest that is none", forge(func(p *parcel) { p.manifest = nil }), "archive.manifest"},
		{"an endless manifest", set("jalon", strings.Repeat("x", longestManifest)), "archive.manifest"},
		{"a field nobody knows", set("run", "rm -rf /"), "archive.manifest"},
		{"no schema", set("migrations", []string{}), "archive.manifest"},
		{"no entries", set("entries", []any{}), "archive.manifest"},
		{"another name", entry("name", "../jalon.db"), "archive.manifest"},
		{"a size below zero", entry("size", -1), "archive.manifest"},
		{"a fingerprint that is none", entry("sha256", "x"), "archive.manifest"},
		{"format nothing", set("format", 0), "archive.manifest"},
		{"a newer format", forge(func(p *parcel) { p.manifest["format"], p.manifest["volumes"] = Format+1, 3 }), "archive.newer_format"},
		{"a newer schema", forge(func(p *parcel) {
			p.manifest["migrations"] = append(p.manifest["migrations"].([]any), "29991231000001")
		}), "archive.newer_schema"},
		{"a newer schema that the manifest keeps silent", newerSchema, "database.newer"},
		{"another size", entry("size", 4096), "archive.size"},
		{"another fingerprint", entry("sha256", strings.Repeat("0", 64)), "archive.checksum"},
		{"another database", forge(func(p *parcel) { p.data = bytes.Replace(p.data, []byte("valombre"), []byte("valombra"), 1) }), "archive.checksum"},
		{"more organisations than it says", forge(func(p *parcel) { p.manifest["organisations"] = 2 }), "archive.contents"},
		{"less schema than it says", forge(func(p *parcel) { m := p.manifest["migrations"].([]any); p.manifest["migrations"] = m[:len(m)-1] }), "archive.contents"},
		{"no database", forge(func(p *parcel) { p.data = []byte(strings.Repeat("Madame, Monsieur, ", 400)); p.agree() }), "database.open"},
		{"a database of other tables", otherTables, "database.foreign"},
		{"a damaged database", brokenRow, "restore.damaged"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			forged := tc.make(t, parcelOf(t, file))
			dir := t.TempDir()
			_, err := Restore(t.Context(), RestoreInput{File: forged, DSN: "sqlite:" + filepath.Join(dir, "data", "jalon.db")})
			expectFault(t, "into nothing", err, tc.want)
			expectUntouched(t, "into nothing", dir, map[string]string{})
			db := dbtest.SQLite(t)
			if err := db.CloseAlone(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err = Restore(t.Context(), RestoreInput{File: forged, DSN: "sqlite:" + db.Path()})
			expectFault(t, "into a vacant database", err, tc.want)
			if left := tree(t, filepath.Dir(db.Path())); len(left) != 1 {
				t.Errorf("beside the vacant database: %v", left)
			}
			if again, err := database.Open(t.Context(), "sqlite:"+db.Path()); err != nil || codesOf(t, again) != "" {
				t.Errorf("the vacant database: %v", err)
			} else {
				_ = again.Close()
			}
		})
	}
}

// changed packs the database of a parcel again after a statement, with a manifest that fits.
func changed(t *testing.T, p parcel, statements ...string) string {
	t.Helper()
	db := dbtest.SQLiteCopy(t, p.data)
	for _, s := range statements {
		if _, err := db.Write().ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	p.data = dbtest.Bytes(t, db)
	p.agree()
	return p.pack(t)
}

func newerSchema(t *testing.T, p parcel) string {
	return changed(t, p, "INSERT INTO bun_migrations (name, group_id) VALUES ('29991231000001', 9)")
}

func brokenRow(t *testing.T, p parcel) string {
	return changed(t, p, "PRAGMA foreign_keys = 0", "INSERT INTO audit_entry (organisation_id, at, actor, action, subject, subject_id, details) VALUES (99, '2026-01-01', 'a', 'a', 'a', 1, '')")
}

func otherTables(t *testing.T, p parcel) string {
	t.Helper()
	db, err := database.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "other.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Write().ExecContext(t.Context(), "CREATE TABLE recipes (name TEXT)"); err != nil {
		t.Fatal(err)
	}
	p.data = dbtest.Bytes(t, db)
	p.agree()
	return p.pack(t)
}

// TestSpoiledArchives cuts a backup short and turns single bits: it is refused, or what comes back is what was kept.
func TestSpoiledArchives(t *testing.T) {
	db := organisations(t, "valombre")
	file, _ := archived(t, db)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kept := parcelOf(t, file).data
	lot := rand.New(rand.NewPCG(2026, 33))
	try := func(name string, data []byte) {
		t.Helper()
		spoiled, target := filepath.Join(t.TempDir(), "spoiled.zip"), filepath.Join(t.TempDir(), "jalon.db")
		if err := os.WriteFile(spoiled, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Restore(t.Context(), RestoreInput{File: spoiled, DSN: "sqlite:" + target})
		if err != nil {
			if fault.As(err) == nil {
				t.Errorf("%s: %v is no refusal that a person reads", name, err)
			}
			expectUntouched(t, name, filepath.Dir(target), map[string]string{})
			return
		}
		back, err := os.ReadFile(target)
		if err != nil || !bytes.Equal(back[100:], kept[100:]) { // the first 100 bytes say how the file was opened
			t.Errorf("%s: another database came back (%v)", name, err)
		}
	}
	for range 25 {
		n := lot.IntN(len(whole))
		try(fmt.Sprint("cut to ", n), whole[:n])
		n, bit := lot.IntN(len(whole)), byte(1)<<lot.IntN(8)
		turned := slices.Clone(whole)
		turned[n] ^= bit
		try(fmt.Sprintf("bit %d of byte %d", bit, n), turned)
	}
	for n := range 60 { // where the names, sizes and offsets are
		turned := slices.Clone(whole)
		turned[len(turned)-1-n] ^= 1
		try(fmt.Sprint("byte -", n), turned)
	}
}

func TestTargets(t *testing.T) {
	ctx := t.Context()
	file, _ := archived(t, organisations(t, "valombre"))
	make := func(t *testing.T, statement string) string {
		t.Helper()
		db, err := database.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "jalon.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
		if err := db.CloseAlone(ctx); err != nil {
			t.Fatal(err)
		}
		return db.Path()
	}
	closed := func(t *testing.T, db *database.DB) string {
		t.Helper()
		if err := db.CloseAlone(ctx); err != nil {
			t.Fatal(err)
		}
		return db.Path()
	}
	write := func(t *testing.T, name, text string) string {
		t.Helper()
		name = filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, tc := range []struct {
		name   string
		target func(t *testing.T) string
		want   string // fault; "" for none
	}{
		{"nothing there", func(t *testing.T) string { return filepath.Join(t.TempDir(), "a", "ü %", "jalon.db") }, ""},
		{"an empty file", func(t *testing.T) string { return write(t, "jalon.db", "") }, ""},
		{"a schema without organisations", func(t *testing.T) string { return closed(t, dbtest.SQLite(t)) }, ""},
		{"another instance", func(t *testing.T) string { return closed(t, organisations(t, "massif", "autre")) }, "restore.occupied"},
		{"the same instance", func(t *testing.T) string { return closed(t, organisations(t, "valombre")) }, "restore.occupied"},
		{"somebody else's tables", func(t *testing.T) string { return make(t, "CREATE TABLE recipes (name TEXT)") }, "database.foreign"},
		{"no database", func(t *testing.T) string { return write(t, "jalon.db", strings.Repeat("Madame, Monsieur, ", 400)) }, "database.open"},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, "database.open"},
		{"a log without its database", func(t *testing.T) string { return strings.TrimSuffix(write(t, "jalon.db-wal", "x"), "-wal") }, "restore.remains"},
		{"a journal without its database", func(t *testing.T) string { return strings.TrimSuffix(write(t, "jalon.db-journal", "x"), "-journal") }, "restore.remains"},
		{"below a file", func(t *testing.T) string { return filepath.Join(write(t, "file", "x"), "jalon.db") }, "database.open"},
		{"a vacant one that is served", func(t *testing.T) string { return dbtest.SQLite(t).Path() }, "database.in_use"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			target := tc.target(t)
			before, _ := os.ReadFile(target)
			_, err := Restore(ctx, RestoreInput{File: file, DSN: "sqlite:" + target})
			if tc.want != "" {
				expectFault(t, tc.name, err, tc.want)
				if after, _ := os.ReadFile(target); !bytes.Equal(before[min(100, len(before)):], after[min(100, len(after)):]) {
					t.Error("the target was changed")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			db, err := database.Open(ctx, "sqlite:"+target)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if codesOf(t, db) != "valombre" {
				t.Errorf("restored %q", codesOf(t, db))
			}
		})
	}
	_, err := Restore(ctx, RestoreInput{File: file, DSN: "postgres://u@h/d?sslmode=disable"})
	expectFault(t, "a server", err, "restore.server")
	_, err = Restore(ctx, RestoreInput{File: file, DSN: "sqlite:"})
	expectFault(t, "no file", err, "database.url")
}

// TestOccupiedIsToldWithNames names the first of what is there.
func TestOccupiedIsToldWithNames(t *testing.T) {
	file, _ := archived(t, organisations(t, "valombre"))
	db := organisations(t, "a", "b", "c", "d", "e", "f", "g")
	_, err := Restore(t.Context(), RestoreInput{File: file, DSN: "sqlite:" + db.Path()})
	if f := fault.As(err); f == nil || len(f.Args) != 3 || f.Args[1] != 7 || f.Args[2] != "a, b, c, d, e" {
		t.Errorf("error = %v", err)
	}
}

// TestRestoreOfAnEarlierSchema leaves the schema to whoever opens the database next, and says so.
func TestRestoreOfAnEarlierSchema(t *testing.T) {
	db := organisations(t, "valombre")
	var newest string
	if err := db.Read().NewRaw("SELECT max(name) FROM bun_migrations").Scan(t.Context(), &newest); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Write().ExecContext(t.Context(), "DELETE FROM bun_migrations WHERE name = ?", newest); err != nil {
		t.Fatal(err)
	}
	file, written := archived(t, db)
	if slices.Contains(written.Manifest.Migrations, newest) {
		t.Errorf("manifest %v names a migration that was not applied", written.Manifest.Migrations)
	}
	out, err := Restore(t.Context(), RestoreInput{File: file, DSN: "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")})
	if err != nil || !slices.Equal(out.Pending, []string{newest}) {
		t.Errorf("pending %v, %v; want %s", out.Pending, err, newest)
	}
}

// TestRestoreBrokenOff is called off in the middle and leaves nothing; what a killed one left is cleared by the next.
func TestRestoreBrokenOff(t *testing.T) {
	file, _ := archived(t, organisations(t, "valombre"))
	dir := t.TempDir()
	in := RestoreInput{File: file, DSN: "sqlite:" + filepath.Join(dir, "jalon.db")}
	ctx, stop := context.WithCancel(t.Context())
	in.Progress = func(int64, int64) { stop() }
	if _, err := Restore(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that it was called off", err)
	}
	expectUntouched(t, "called off", dir, map[string]string{})
	dead, err := enter(dir, ".jalon-restore")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dead.path(databaseName), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	in.Progress = nil
	_, err = Restore(t.Context(), in)
	expectFault(t, "while another is at work", err, "archive.busy")
	if err := dead.lock.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

// TestFullDisk gives a backup, then a restore, a disk that is too small at different points: one line, no remains.
func TestFullDisk(t *testing.T) {
	db := organisations(t, "valombre")
	file, _ := archived(t, db)
	disk := t.TempDir()
	t.Cleanup(func() { _ = syscall.Unmount(disk, 0) })
	for _, kilobytes := range []int{64, 400, 530} {
		if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
			t.Skipf("no disk can be made: %v", err)
		}
		_, err := Write(t.Context(), WriteInput{DSN: "sqlite:" + db.Path(), File: filepath.Join(disk, "b.zip"), Now: written})
		if err != nil { // the largest has room for both
			expectFault(t, fmt.Sprint("backup into ", kilobytes), err, "file.unwritable")
			expectUntouched(t, "backup", disk, map[string]string{})
		}
		_ = os.Remove(filepath.Join(disk, "b.zip"))
		_, err = Restore(t.Context(), RestoreInput{File: file, DSN: "sqlite:" + filepath.Join(disk, "jalon.db")})
		if err != nil {
			expectFault(t, fmt.Sprint("restore into ", kilobytes), err, "file.unwritable")
			expectUntouched(t, "restore", disk, map[string]string{})
		}
		if kilobytes < 500 && err == nil {
			t.Errorf("a database of 500 kB was restored into %d", kilobytes)
		}
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Fatal(err)
		}
	}
}
