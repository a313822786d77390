package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// feed runs the program with something on its standard input.
func feed(t *testing.T, database, input string, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), append(args, "--database", database), strings.NewReader(input), &out, &err)
	return result{code, out.String(), err.String()}
}

type usersAnswer struct {
	Users []userJSON `json:"users"`
}

func TestUserCommands(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db string) {
		t.Setenv("JALON_DATA_DIR", t.TempDir())
		var first, second userJSON
		ok(t, &first, db, "user", "add", "anne@exemple.fr", "--name", "Anne Durand", "--base-url", "https://jalon.exemple.fr/", "--json")
		if first.Organisation != "default" || first.Status != "invited" || strings.Join(first.Roles, " ") != "administrator roadmap_manager" ||
			!strings.HasPrefix(first.Link, "https://jalon.exemple.fr/password/reset?token=") {
			t.Errorf("first = %+v", first)
		}
		ok(t, &second, db, "user", "add", "bruno@exemple.fr", "--name", "Bruno", "--json")
		if len(second.Roles) != 0 || !strings.HasPrefix(second.Link, "http://127.0.0.1:8080/password/reset?token=") {
			t.Errorf("second = %+v", second)
		}
		if r := ok(t, nil, db, "user", "add", "chloe@exemple.fr", "--name", "Chloé", "--role", "reader", "--role", "finance"); strings.Count(r.stdout, "\nhttp://") != 1 {
			t.Errorf("no link on a line of its own: %q", r.stdout)
		}
		const password = "quatre chevaux traversent"
		if r := feed(t, db, password+"\r\nmore", "user", "add", "david@exemple.fr", "--name", "David", "--password-stdin"); r.code != exitOK || strings.Contains(r.stdout, "http") || strings.Contains(r.stdout+r.stderr, password) {
			t.Errorf("with a password: %+v", r)
		}
		var all usersAnswer
		ok(t, &all, db, "user", "list", "--json")
		var lines []string
		for _, u := range all.Users {
			lines = append(lines, u.Email+" "+u.Status+" "+strings.Join(u.Roles, "+"))
			if u.Link != "" {
				t.Error("a list tells links")
			}
		}
		want := "anne@exemple.fr invited administrator+roadmap_manager, bruno@exemple.fr invited , chloe@exemple.fr invited finance+reader, david@exemple.fr active "
		if got := strings.Join(lines, ", "); got != want {
			t.Errorf("list = %s", got)
		}
		if r := ok(t, nil, db, "user", "list"); strings.Count(r.stdout, "\n") != 4 || !strings.Contains(r.stdout, "Chloé") {
			t.Errorf("list = %q", r.stdout)
		}
		if r := ok(t, nil, db, "user", "passwd", "BRUNO@exemple.fr"); !strings.Contains(r.stdout, "/password/reset?token=") {
			t.Errorf("passwd = %q", r.stdout)
		}
		if r := feed(t, db, password, "user", "passwd", "bruno@exemple.fr", "--password-stdin"); r.code != exitOK || strings.Contains(r.stdout, "http") {
			t.Errorf("passwd = %+v", r)
		}
		ok(t, nil, db, "user", "disable", "bruno@exemple.fr")
		ok(t, &all, db, "user", "list", "--json")
		if all.Users[1].Status != "disabled" {
			t.Errorf("bruno = %+v", all.Users[1])
		}
	})
}

func TestUserCommandsRefuse(t *testing.T) {
	t.Setenv("JALON_DATA_DIR", t.TempDir())
	db := "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
	ok(t, nil, db, "user", "add", "anne@exemple.fr", "--name", "Anne")
	tests := []struct {
		name, input string
		args        []string
		code        int
		want        string
	}{
		{"no name", "", []string{"user", "add", "x@exemple.fr"}, exitUsage, "--name"},
		{"no address", "", []string{"user", "add", "x", "--name", "X"}, exitFailure, "nom@exemple.fr"},
		{"taken", "", []string{"user", "add", "ANNE@exemple.fr", "--name", "X"}, exitFailure, "ANNE@exemple.fr"},
		{"a role", "", []string{"user", "add", "x@exemple.fr", "--name", "X", "--role", "king"}, exitUsage, "roadmap_manager"},
		{"a site", "", []string{"user", "add", "x@exemple.fr", "--name", "X", "--base-url", "jalon"}, exitUsage, "jalon"},
		{"nothing on the input", "", []string{"user", "add", "x@exemple.fr", "--name", "X", "--password-stdin"}, exitFailure, "mot de passe"},
		{"a short password", "court\n", []string{"user", "passwd", "anne@exemple.fr", "--password-stdin"}, exitFailure, "12 caractères"},
		{"an unknown organisation", "", []string{"user", "add", "x@exemple.fr", "--name", "X", "--organisation", "arras"}, exitFailure, "arras"},
		{"somebody unknown", "", []string{"user", "disable", "x@exemple.fr"}, exitFailure, "x@exemple.fr"},
		{"a link for somebody unknown", "", []string{"user", "passwd", "x@exemple.fr"}, exitFailure, "x@exemple.fr"},
	}
	for _, tc := range tests {
		if r := feed(t, db, tc.input, tc.args...); r.code != tc.code || !strings.Contains(r.stderr, tc.want) || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%s: %+v, want exit %d and %q", tc.name, r, tc.code, tc.want)
		}
	}
	empty := "sqlite:" + filepath.Join(t.TempDir(), "jalon.db")
	if r := call(t, empty, "user", "add", "x", "--name", "X"); r.code != exitFailure {
		t.Errorf("into an empty database: %+v", r)
	}
	var answer struct{ Organisations []organisationJSON }
	if ok(t, &answer, empty, "organisation", "list", "--json"); len(answer.Organisations) != 0 {
		t.Errorf("a user who cannot be left an organisation: %+v", answer)
	}
}

func TestOrganisationCommands(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db string) {
		t.Setenv("JALON_DATA_DIR", t.TempDir())
		var network, member organisationJSON
		ok(t, &network, db, "organisation", "add", "reseau", "--name", "Réseau", "--kind", "network", "--json")
		ok(t, &member, db, "organisation", "add", "kigali", "--name", "Kigali", "--network", "reseau", "--currency", "RWF", "--language", "en", "--time-zone", "Africa/Kigali", "--json")
		want := organisationJSON{ID: member.ID, Code: "kigali", Name: "Kigali", Kind: "administration", Network: "reseau", Currency: "RWF", Locale: "en", TimeZone: "Africa/Kigali"}
		if member != want || network.Kind != "network" || network.Currency != "EUR" || network.TimeZone != "Europe/Paris" {
			t.Errorf("added %+v and %+v", network, member)
		}
		var all struct {
			Organisations []organisationJSON `json:"organisations"`
		}
		if ok(t, &all, db, "organisation", "list", "--json"); len(all.Organisations) != 2 || all.Organisations[0] != want {
			t.Errorf("list = %+v", all)
		}
		if r := ok(t, nil, db, "organisation", "list"); strings.Count(r.stdout, "\n") != 2 {
			t.Errorf("list = %q", r.stdout)
		}
		for name, args := range map[string][]string{
			"taken":                {"--name", "K", "--kind", "network"},
			"an unknown network":   {"--name", "K", "--network", "nowhere"},
			"not a network":        {"--name", "K", "--network", "kigali"},
			"no currency":          {"--name", "K", "--currency", "écu"},
			"a zone that is none":  {"--name", "K", "--time-zone", "Mars"},
			"no name but a blank":  {"--name", " "},
			"a language we do not": {"--name", "K", "--language", "de"},
		} {
			code := "new"
			if name == "taken" {
				code = "kigali"
			}
			if r := call(t, db, append([]string{"organisation", "add", code}, args...)...); r.code != exitFailure || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("%s: %+v", name, r)
			}
		}
		// With two administrations, a user belongs to the one that is named.
		ok(t, nil, db, "organisation", "add", "huye", "--name", "Huye", "--network", "reseau")
		if r := call(t, db, "user", "add", "a@exemple.fr", "--name", "A"); r.code != exitUsage {
			t.Errorf("into which organisation: %+v", r)
		}
		var u userJSON
		if ok(t, &u, db, "user", "add", "a@exemple.fr", "--name", "A", "--organisation", "kigali", "--json"); u.Organisation != "kigali" || len(u.Roles) != 2 {
			t.Errorf("user = %+v", u)
		}
	})
}

func TestSecretKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := secretKey(Config{DataDir: dir})
	if err != nil || len(first) != 32 {
		t.Fatalf("first use: %d bytes, %v", len(first), err)
	}
	file := filepath.Join(dir, "secret")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != secretBytes {
		t.Errorf("file: %v, %v", info, err)
	}
	if again, err := secretKey(Config{DataDir: dir}); err != nil || !bytes.Equal(again, first) {
		t.Errorf("second use: another key, %v", err)
	}
	if err := makeSecret(file); !os.IsExist(err) {
		t.Errorf("a second secret takes the place of the first: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".jalon-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if same, err := secretKey(Config{DataDir: "/nowhere", SecretFile: file}); err != nil || !bytes.Equal(same, first) {
		t.Errorf("named: another key, %v", err)
	}
	write := func(name string, n int, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, bytes.Repeat([]byte("x"), n), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, file := range map[string]string{"short": write("short", 31, 0o600), "empty": write("empty", 0, 0o600), "writable by its group": write("open", 32, 0o620),
		"writable by others": write("writable", 32, 0o602), "missing": filepath.Join(dir, "missing"), "a folder": dir} {
		if key, err := secretKey(Config{SecretFile: file}); err == nil {
			t.Errorf("%s: %d bytes", name, len(key))
		}
	}
	if _, err := secretKey(Config{SecretFile: write("group", 40, 0o440)}); err != nil {
		t.Errorf("readable by its group: %v", err)
	}
}

// TestSecretOfTwoProcesses: whoever comes first makes it, and all have the same.
func TestSecretOfTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	keys := make(chan string, 8)
	for range cap(keys) {
		go func() {
			key, err := secretKey(Config{DataDir: dir})
			if err != nil {
				key = []byte(err.Error())
			}
			keys <- string(key)
		}()
	}
	first := <-keys
	for range cap(keys) - 1 {
		if key := <-keys; key != first {
			t.Errorf("%q, another has %q", key, first)
		}
	}
}
