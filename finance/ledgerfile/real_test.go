package ledgerfile

import (
	"os"
	"path/filepath"
	"testing"

	"jalon/internal/money"
)

// realFiles finds public files that lie beside the repository; they are no part of it.
func realFiles(t *testing.T, pattern string) []heldFile {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("real ledgers are not beside the repository")
	}
	var out []heldFile
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, heldFile{name: filepath.Base(p), data: data})
	}
	return out
}

func TestRealOxford(t *testing.T) {
	p, _ := BuiltIn("oxford")
	var lines, posted, rejected, negative, undated, capital int
	var total money.Amount
	contents := map[Hash]int{}
	for _, src := range realFiles(t, "ledgers/uk_oxford/*.csv") {
		s, err := Read(src, p, Options{Currency: "GBP"}, func(l *Line) error {
			if l.Kind == KindPosting {
				contents[l.Content]++
				if l.Key != l.Content || l.Unique {
					t.Errorf("%s:%d has a key of its own", src.name, l.No)
				}
				if l.Amount < 0 {
					negative++
				}
				if l.Date.IsZero() {
					undated++
				}
				if l.Section == SectionInvestment {
					capital++
				}
				if end := l.Offset + int64(l.Size); string(src.data[l.Offset:end]) != string(l.Raw) {
					t.Fatalf("%s:%d: the bytes at %d are not the line", src.name, l.No, l.Offset)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", src.name, err)
		}
		if s.Coverage.Kind != CoverageSnapshot || s.Coverage.From.IsZero() || s.Coverage.From.DaysUntil(s.Coverage.To) < 89 {
			t.Errorf("%s: coverage %+v", src.name, s.Coverage)
		}
		for code, n := range s.FindingCounts {
			t.Logf("%s: %d × %s", src.name, n, code)
		}
		lines += s.Lines - s.ByKind[KindOther]
		posted += s.ByKind[KindPosting]
		rejected += s.ByKind[KindRejected]
		total += s.Sum
	}
	if lines != 61_529 || posted != 61_528 || rejected != 1 || total != 228_210_155_40 || negative != 84 || undated != 3836 || capital != 4279 {
		t.Errorf("%d lines, %d posted, %d rejected, Σ %s, %d negative, %d undated, %d capital; want 61529, 61528, 1, 228210155.40, 84, 3836, 4279",
			lines, posted, rejected, total.Decimal("GBP"), negative, undated, capital)
	}
	twice := 0
	for _, n := range contents {
		if n == 2 {
			twice++
		} else if n > 2 {
			t.Errorf("a content %d times", n)
		}
	}
	if twice != 2 {
		t.Errorf("%d contents stand twice, want the two exact duplicates", twice)
	}
}
