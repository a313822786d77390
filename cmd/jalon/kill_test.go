package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio/projectfile"
)

// kills is how often the program is killed: a sample with a fixed seed, hundreds with JALON_TORTURE=1.
func kills(sample int) (int, *rand.Rand) {
	if os.Getenv("JALON_TORTURE") == "1" {
		return 200, rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	}
	return sample, rand.New(rand.NewPCG(2026, 11))
}

// binary builds the program once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "jalon-kill-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "jalon")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

// real prepares the program as a process of its own, which can be killed.
func realProgram(t *testing.T, database string, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	stderr = &bytes.Buffer{}
	cmd = exec.Command(file, append(args, "--database", database)...)
	cmd.Stderr = stderr
	return cmd, stderr
}

// TestMain removes the built program in the end.
func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := binary(); built.Load() && err == nil {
		_ = os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}
