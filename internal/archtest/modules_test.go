package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestServerVersion: fiber still asks for a version of its server that writes line breaks of a value into headers, so
// that a redirect sets cookies; the newer one must be asked for here, and nothing must take it back.
func TestServerVersion(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^\tgithub.com/valyala/fasthttp v1\.(7[4-9]|[89]\d|\d{3,})\.\d+$`).Match(text) {
		t.Error("go.mod must ask for github.com/valyala/fasthttp v1.74.0 or later itself")
	}
}
