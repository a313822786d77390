package ledgerfile

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jalon/internal/benchtest"
	"jalon/internal/money"
)

// The columns of a finance suite's export, as the generic profile reads them.
var generatedHead = []string{"exercice", "budget", "n°engagement", "n°mandat", "bordereau", "date", "section", "chapitre", "nature M57",
	"fonction", "opération", "tiers", "SIRET", "n°marché", "libellé", "montant HT", "TVA", "montant TTC"}

// generated makes rows of an export: mandats in the order of their dates, one line in ten engaged only,
// some negative. The same seed gives the same rows.
func generated(n int, seed uint64) [][]string {
	r := rand.New(rand.NewPCG(seed, 1))
	natures := [][3]string{{"I", "20", "2031"}, {"I", "20", "2051"}, {"I", "21", "21838"}, {"F", "011", "611"}, {"F", "011", "6156"}, {"F", "65", "65811"}}
	rows := make([][]string, n)
	mandat := 0
	for i := range rows {
		year, month, day := 2024+i*3/n, 1+i*36/n%12, 1+r.IntN(28)
		nature := natures[r.IntN(len(natures))]
		ht := int64(1000 + r.IntN(5_000_000))
		if r.IntN(50) == 0 {
			ht = -ht
		}
		vat := ht / 5
		number, bordereau := "", ""
		if r.IntN(10) > 0 {
			mandat++
			number, bordereau = strconv.Itoa(mandat), strconv.Itoa(1+mandat/25)
		}
		supplier := r.IntN(4000)
		label := fmt.Sprintf("Tierce maintenance applicative - lot n° %d n° %d", 1+r.IntN(3), 1+i%997)
		switch {
		case i%50 == 0:
			label += " ; solde"
		case i%77 == 0:
			label += ` "urgent"`
		}
		rows[i] = []string{strconv.Itoa(year), "00 - Budget principal", fmt.Sprintf("ENG%d-%06d", year, i/3), number, bordereau,
			fmt.Sprintf("%02d/%02d/%d", day, month, year), nature[0], nature[1], nature[2], "020", fmt.Sprintf("OP%05d", r.IntN(max(10, n/100))),
			fmt.Sprintf("Société numérique Côte-d'Or %d", supplier), siretOf(supplier), fmt.Sprintf("%d-M-%04d", year, supplier%2500), label,
			comma(ht), comma(vat), comma(ht + vat)}
	}
	return rows
}

func comma(cents int64) string {
	return strings.Replace(money.Amount(cents).Decimal("EUR"), ".", ",", 1)
}

// siretOf makes a number that passes the check.
func siretOf(n int) string {
	for last := range 10 {
		if s := fmt.Sprintf("%013d%d", 2_000_000_000_000+int64(n)*7919, last); sound(s) {
			return s
		}
	}
	return ""
}

// latin writes rows as the suite does: ISO-8859-1, ';', CR LF, quotes where they must be.
func latin(head []string, rows [][]string) []byte {
	var b bytes.Buffer
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			if strings.ContainsAny(cell, ";\"\n") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			for _, r := range cell {
				b.WriteByte(byte(r))
			}
		}
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

func readGenerated(t testing.TB, data []byte) ([]Line, Summary) {
	t.Helper()
	p, _ := BuiltIn("generic-fr")
	lines, s, err := readText(t, string(data), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(lines, func(l Line) bool { return l.Kind == KindOther }), s
}

func TestReadGenerated(t *testing.T) {
	rows := generated(3000, 1)
	lines, s := readGenerated(t, latin(generatedHead, rows))
	if s.ByKind[KindPosting] != 3000 || len(s.Findings) != 1 || s.Findings[0].Code != EncodingAssumed || !slices.Equal(s.Exercices, []int{2024, 2025, 2026}) {
		t.Fatalf("kinds %v, findings %v, years %v", s.ByKind, s.Findings, s.Exercices)
	}
	for i, l := range lines {
		row := rows[i]
		if l.DocNo != row[3] || l.Unique != (row[3] != "") || (l.Stage == StageMandated) != (row[3] != "") || comma(int64(l.Amount)) != row[17] ||
			l.Label != row[14] || l.SupplierName != row[11] || l.SupplierID != row[12] || l.Operation != row[10] || l.Budget != "00" || l.Section != row[6] {
			t.Fatalf("row %q is read as %+v", row, l)
		}
	}
}

// Neither the order of the lines nor that of the columns changes what a line is, nor any sum.
func TestOrderNeverMatters(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for round := range 20 {
		rows := generated(200, uint64(round))
		want, sums := readGenerated(t, latin(generatedHead, rows))
		columns := r.Perm(len(generatedHead))
		move := func(row []string) []string {
			out := make([]string, len(row))
			for i, c := range columns {
				out[i] = row[c]
			}
			return out
		}
		lines := r.Perm(len(rows))
		shuffled := make([][]string, len(rows))
		for i, l := range lines {
			shuffled[i] = move(rows[l])
		}
		got, again := readGenerated(t, latin(move(generatedHead), shuffled))
		for i, l := range lines {
			if got[i].Key != want[l].Key || got[i].Content != want[l].Content || got[i].KeyText != want[l].KeyText || got[i].Amount != want[l].Amount {
				t.Fatalf("round %d: %+v became %+v", round, want[l], got[i])
			}
		}
		if sums.Sum != again.Sum || sums.SumRejected != again.SumRejected || sums.First != again.First || sums.Last != again.Last {
			t.Fatalf("round %d: the sums changed", round)
		}
	}
}

// A column more that the profile does not know, and another notation of the same amounts and dates,
// change neither key nor content; another amount changes the content alone.
func TestContentIsWhatALineSays(t *testing.T) {
	rows := generated(60, 3)
	want, _ := readGenerated(t, latin(generatedHead, rows))
	same := make([][]string, len(rows))
	other := make([][]string, len(rows))
	for i, row := range rows {
		date := strings.Split(row[5], "/")
		same[i] = append(slices.Clone(row), "remarque")
		same[i][5] = date[2] + "-" + date[1] + "-" + date[0]
		same[i][17] = strings.TrimSuffix(row[17], "0")
		other[i] = slices.Clone(row)
		other[i][14] += "!"
	}
	got, _ := readGenerated(t, latin(append(slices.Clone(generatedHead), "Observations"), same))
	changed, _ := readGenerated(t, latin(generatedHead, other))
	for i := range want {
		if got[i].Key != want[i].Key || got[i].Content != want[i].Content {
			t.Errorf("line %d is another one in another notation", i)
		}
		if changed[i].Key != want[i].Key || changed[i].Content == want[i].Content {
			t.Errorf("line %d with another label: key kept %v, content changed %v", i, changed[i].Key == want[i].Key, changed[i].Content != want[i].Content)
		}
	}
}

// A file cut in two holds what the whole holds.
func TestCutInTwo(t *testing.T) {
	rows := generated(300, 4)
	whole, sums := readGenerated(t, latin(generatedHead, rows))
	first, a := readGenerated(t, latin(generatedHead, rows[:123]))
	second, b := readGenerated(t, latin(generatedHead, rows[123:]))
	for i, l := range append(first, second...) {
		if l.Key != whole[i].Key || l.Content != whole[i].Content {
			t.Fatalf("line %d changed", i)
		}
	}
	if a.Sum+b.Sum != sums.Sum {
		t.Errorf("Σ %d + %d ≠ %d", a.Sum, b.Sum, sums.Sum)
	}
}

// repeated is a file that says the same lines over and over, without holding them.
type repeated struct {
	head, block []byte
	times       int
}

func (f repeated) Open() (io.ReadCloser, error) {
	parts := []io.Reader{bytes.NewReader(f.head)}
	for range f.times {
		parts = append(parts, bytes.NewReader(f.block))
	}
	return io.NopCloser(io.MultiReader(parts...)), nil
}
func (f repeated) Size() int64  { return int64(len(f.head) + f.times*len(f.block)) }
func (f repeated) Name() string { return "repeated.csv" }

// Memory does not grow with the file.
func TestReadInBoundedMemory(t *testing.T) {
	p, _ := BuiltIn("generic-fr")
	block := latin(generatedHead, generated(2000, 5))
	head := bytes.IndexByte(block, '\n') + 1
	var early, late runtime.MemStats
	lines := 0
	_, err := Read(repeated{block[:head], block[head:], 30}, p, Options{Currency: money.EUR}, func(*Line) error {
		switch lines++; lines {
		case 4000:
			runtime.GC()
			runtime.ReadMemStats(&early)
		case 60_000:
			runtime.GC()
			runtime.ReadMemStats(&late)
		}
		return nil
	})
	if err != nil || late.HeapAlloc > early.HeapAlloc+1<<20 {
		t.Errorf("%d KB in use after 4,000 lines, %d KB after 60,000: %v", early.HeapAlloc>>10, late.HeapAlloc>>10, err)
	}
}

// BenchmarkRead reads 100,000 generated lines, beside a loop that only hashes them twice.
func BenchmarkRead(b *testing.B) {
	p, _ := BuiltIn("generic-fr")
	data := latin(generatedHead, generated(100_000, 6))
	benchtest.Compare(b, 1, benchtest.Side{Run: func() {
		if _, err := Read(heldFile{"x.csv", data}, p, Options{Currency: money.EUR}, func(*Line) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}}, benchtest.Side{Name: "hash", Run: func() {
		for rest := data; len(rest) > 0; {
			line, after, _ := bytes.Cut(rest, []byte{'\n'})
			digest(line)
			digest(line[:len(line)/8])
			rest = after
		}
	}}, nil)
}
