package ledgerfile

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"jalon/internal/money"
)

// madeBordereau is a bordereau as its pieces have it.
type madeBordereau struct {
	number int
	kind   string
	pieces []string
	told   int // NbrPce
	amount money.Amount
	cumul  money.Amount
}

func (b madeBordereau) text() string {
	return fmt.Sprintf(`<Bordereau><BlocBordereau><Exer V="2026"/><IdBord V="%d"/><DteBordEm V="2026-03-%02d"/><TypBord V="%s"/><NbrPce V="%d"/>`+
		`<MtCumulAnnuel V="%s"/><MtBordHT V="%s"/></BlocBordereau>%s</Bordereau>`, b.number, 1+b.number%28, b.kind, b.told,
		b.cumul.Decimal(money.EUR), b.amount.Decimal(money.EUR), strings.Join(b.pieces, ""))
}

const (
	madeHead = `<n:PES_Aller xmlns:n="http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"><EnTetePES><IdColl V="20000000000019"/><CodBud V="00"/></EnTetePES><PES_DepenseAller>`
	madeTail = `</PES_DepenseAller></n:PES_Aller>`
)

func madePiece(number int, kind, nature string, lines []money.Amount) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<Piece><BlocPiece><InfoPce><IdPce V="%d"/><TypPce V="%s"/><NatPce V="%s"/></InfoPce></BlocPiece>`, number, kind, nature)
	for i, a := range lines {
		fmt.Fprintf(&b, `<LigneDePiece><BlocLignePiece><InfoLignePce><IdLigne V="%d"/><Nature V="6156"/><MtHT V="%s"/></InfoLignePce></BlocLignePiece></LigneDePiece>`,
			i+1, a.Decimal(money.EUR))
	}
	b.WriteString("</Piece>")
	return b.String()
}

// madeBordereaux makes two series of bordereaux that tie.
func madeBordereaux(r *rand.Rand, n int) []madeBordereau {
	var out []madeBordereau
	cumul := map[string]money.Amount{}
	next := map[string]int{"01": 1, "02": 1}
	piece := 0
	for range n {
		b := madeBordereau{kind: "01"}
		nature, kind := "01", "01"
		if r.IntN(4) == 0 {
			b.kind, kind, nature = "02", "02", "06"
		}
		b.number = next[b.kind]
		next[b.kind]++
		for range 1 + r.IntN(5) {
			var lines []money.Amount
			for range 1 + r.IntN(3) {
				a := money.Amount(r.Int64N(1_000_000_00))
				lines = append(lines, a)
				b.amount += a
			}
			piece++
			b.pieces = append(b.pieces, madePiece(piece, kind, nature, lines))
		}
		b.told = len(b.pieces)
		cumul[b.kind] += b.amount
		b.cumul = cumul[b.kind]
		out = append(out, b)
	}
	return out
}

func madeFile(list []madeBordereau) heldFile {
	var b strings.Builder
	b.WriteString(madeHead)
	for _, x := range list {
		b.WriteString(x.text())
	}
	b.WriteString(madeTail)
	return heldFile{"made.xml", []byte(b.String())}
}

// contents gives what the lines of a file say, by their keys.
func contents(lines []Line) map[Hash]Hash {
	out := map[Hash]Hash{}
	for _, l := range lines {
		out[l.Key] = l.Content
	}
	return out
}

// gaps counts the findings of bordereaux that are missing.
func gaps(s Summary) int {
	return s.FindingCounts[PESBordereauMissing] + s.FindingCounts[PESMissingAmount]
}

// Neither the order of bordereaux and pieces nor the cut between two files changes what is read.
func TestPESOrderNeverMatters(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 50 {
		list := madeBordereaux(r, 1+r.IntN(12))
		lines, s := mustRead(t, madeFile(list), Options{})
		want := contents(lines)
		if len(want) != len(lines) || gaps(s) != 0 {
			t.Fatalf("%d keys of %d lines, findings %v", len(want), len(lines), s.Findings)
		}
		shuffled := slices.Clone(list)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range shuffled {
			p := slices.Clone(shuffled[i].pieces)
			r.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
			shuffled[i].pieces = p
		}
		again, s2 := mustRead(t, madeFile(shuffled), Options{})
		if !maps.Equal(contents(again), want) || s2.Sum != s.Sum || gaps(s2) != 0 || fmt.Sprint(s2.Series) != fmt.Sprint(s.Series) {
			t.Fatalf("shuffled: sum %d of %d, series %v of %v, findings %v", s2.Sum, s.Sum, s2.Series, s.Series, s2.Findings)
		}
		cut := r.IntN(len(list) + 1)
		known := map[string]Known{}
		var sum money.Amount
		both := map[Hash]Hash{}
		for _, part := range [][]madeBordereau{list[:cut], list[cut:]} {
			if len(part) == 0 {
				continue
			}
			lines, s := mustRead(t, madeFile(part), Options{Known: known})
			maps.Copy(both, contents(lines))
			sum += s.Sum
			if gaps(s) != 0 {
				t.Fatalf("cut in two: findings %v", s.Findings)
			}
			for name, series := range s.Series {
				known[name] = Known{Last: series.Last, Cumulative: series.Cumulative, HasCumul: series.HasCumul}
			}
		}
		if !maps.Equal(both, want) || sum != s.Sum {
			t.Fatalf("cut in two: %d lines, sum %d; want %d, %d", len(both), sum, len(want), s.Sum)
		}
	}
}

// A file of which any one figure is changed does not tie.
func TestPESAnyChangeIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 100 {
		list := madeBordereaux(r, 1+r.IntN(6))
		b := &list[r.IntN(len(list))]
		switch r.IntN(3) {
		case 0:
			b.amount += 1 + money.Amount(r.Int64N(1000))
		case 1:
			b.pieces = b.pieces[:len(b.pieces)-1]
		default:
			b.pieces = append(b.pieces, madePiece(99_999, "01", "01", []money.Amount{money.Amount(r.Int64N(2))}))
		}
		_, _, err := readAll(t, madeFile(list), Options{})
		onlyFaults(t, err)
		if err == nil {
			t.Fatalf("a changed file was read: %s", madeFile(list).data)
		}
	}
}

// endlessFile gives a sound file of many bordereaux without ever holding it.
type endlessFile struct{ bordereaux int }

func (e endlessFile) Name() string { return "long.xml" }
func (e endlessFile) Size() int64  { return -1 }
func (e endlessFile) Open() (io.ReadCloser, error) {
	parts := []io.Reader{strings.NewReader(madeHead), &madeStream{left: e.bordereaux}, strings.NewReader(madeTail)}
	return io.NopCloser(io.MultiReader(parts...)), nil
}

type madeStream struct {
	left, done int
	text       bytes.Buffer
}

func (m *madeStream) Read(p []byte) (int, error) {
	if m.text.Len() == 0 {
		if m.done == m.left {
			return 0, io.EOF
		}
		m.done++
		b := madeBordereau{number: m.done, kind: "01", told: 100, amount: 100_00, cumul: money.Amount(m.done) * 100_00}
		for i := range 100 {
			b.pieces = append(b.pieces, madePiece(m.done*100+i, "01", "01", []money.Amount{1_00}))
		}
		m.text.WriteString(b.text())
	}
	return m.text.Read(p)
}

// What a long file holds in memory does not grow with it, but for a few bytes a bordereau.
func TestPESMemoryDoesNotGrow(t *testing.T) {
	p, _ := BuiltIn("pes")
	var early, late runtime.MemStats
	n := 0
	s, err := Read(endlessFile{bordereaux: 300}, p, Options{Currency: money.EUR}, func(*Line) error {
		switch n++; n {
		case 1_000:
			runtime.GC()
			runtime.ReadMemStats(&early)
		case 29_000:
			runtime.GC()
			runtime.ReadMemStats(&late)
		}
		return nil
	})
	if err != nil || s.Lines != 30_000 || s.Sum != 30_000_00 {
		t.Fatalf("%d lines, %d, %v", s.Lines, s.Sum, err)
	}
	if late.HeapAlloc > early.HeapAlloc+1<<20 {
		t.Errorf("%d bytes held after 1,000 lines, %d after 29,000", early.HeapAlloc, late.HeapAlloc)
	}
}
