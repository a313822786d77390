package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The folders at the root: what a portfolio office would recognise, and what every Go project has.
const (
	committed = ".ci cmd docs finance governance identity internal migrations portfolio talent views"
	ignored   = ".git .idea .vscode bin node_modules secrets var" // by version control
)

// strangers reports root folders that nobody planned.
func strangers(folders []string) []string {
	var out []string
	for _, f := range folders {
		if !slices.Contains(strings.Fields(committed+" "+ignored), f) {
			out = append(out, fmt.Sprintf("%s/: no folder of this name was planned at the root; plumbing goes into internal/", f))
		}
	}
	return out
}

func TestRootFolders(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	for _, line := range strangers(folders) {
		t.Error(line)
	}
	expectLine(t, strangers([]string{"cmd", "pkg", "var"}), "pkg/")
}

// unplanned reports names of packages that no row of the plan knows.
func unplanned(names []string) []string {
	var out []string
	for _, name := range names {
		if _, known := floorOf(name); !known {
			out = append(out, fmt.Sprintf("%s: the plan knows no such package", name))
		}
	}
	return out
}

// TestZonePackages holds the list of the Makefile, which leaves out what does not exist: a wrong name would hide tests.
func TestZonePackages(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		if list, ok := strings.CutPrefix(line, "ZONE_PACKAGES := "); ok {
			names = strings.Fields(list)
		}
	}
	if len(names) == 0 {
		t.Fatal("the Makefile has no ZONE_PACKAGES")
	}
	for _, line := range unplanned(names) {
		t.Error(line)
	}
	expectLine(t, unplanned([]string{"internal/civil", "internal/calender"}), "internal/calender")
}

// TestPlanIsWhole holds that every group is on the floors, each package once.
func TestPlanIsWhole(t *testing.T) {
	seen := map[string]int{}
	for _, f := range floors {
		for _, name := range expand(f.packages) {
			seen[name]++
		}
	}
	for group, members := range groups {
		for _, name := range strings.Fields(members) {
			if seen[name] != 1 {
				t.Errorf("%s of %s stands on %d floors, want 1", name, group, seen[name])
			}
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s stands on %d floors, want 1", name, n)
		}
	}
}
