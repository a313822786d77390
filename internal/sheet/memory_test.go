package sheet

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// TestMemoryIsBounded writes many rows and looks at what is held, while they are given and while they are packed.
func TestMemoryIsBounded(t *testing.T) {
	const rows, most = 100_000, 48 << 20
	peak := uint64(0)
	look := func() {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
	}
	var given iter.Seq2[[]Cell, error] = func(yield func([]Cell, error) bool) {
		lot := rand.New(rand.NewPCG(1, 2))
		row := make([]Cell, 4)
		for i := range rows {
			if i%20_000 == 0 {
				look()
			}
			row[0], row[1], row[2] = Int(int64(i)), Amount(money.Amount(lot.Int64N(1e9)), "EUR"), Date(civil.D(2026, 1, 1).AddDays(i%365))
			row[3] = Text(fmt.Sprintf("mandat %d bordereau %x %x %x %x %x", i, lot.Uint64(), lot.Uint64(), lot.Uint64(), lot.Uint64(), lot.Uint64()))
			if !yield(row, nil) {
				return
			}
		}
	}
	columns := make([]Column, 4)
	written := 0
	out := writerFunc(func(p []byte) (int, error) {
		if written>>20 != (written+len(p))>>20 {
			look()
		}
		written += len(p)
		return len(p), nil
	})
	look()
	before := peak
	if err := Write(out, Document{Sheets: []Sheet{{Name: "S", Columns: columns, Rows: given}}}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MiB held, %d MiB written", (peak-before)>>20, written>>20)
	if peak-before > most {
		t.Errorf("%d rows held %d MiB, want at most %d", rows, (peak-before)>>20, most>>20)
	}
	if written < 5<<20 {
		t.Errorf("only %d bytes were written: nothing was shown", written)
	}
}

// TestNothingIsLeftBehind looks for temporary files after a large document and after one that failed.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	wide := strings.Repeat("x", 20_000)
	for _, fail := range []bool{false, true} {
		given := func(yield func([]Cell, error) bool) {
			for range 1500 {
				if !yield([]Cell{Text(wide)}, nil) {
					return
				}
			}
			if fail {
				yield(nil, errors.New("connection lost"))
			}
		}
		if err := Write(io.Discard, Document{Sheets: []Sheet{{Name: "S", Columns: []Column{{Title: "C"}}, Rows: given}}}); (err != nil) != fail {
			t.Fatal(err)
		}
		left, err := os.ReadDir(os.TempDir())
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
