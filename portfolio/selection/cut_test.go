package selection

import (
	"math/rand/v2"
	"testing"
)

// TestCuts draws rows and points: a cut holds for every choice that keeps its row, and the point breaks it.
func TestCuts(t *testing.T) {
	cuts := 0
	for seed := range uint64(4000) {
		lot := rand.New(rand.NewPCG(seed, 11))
		n := 2 + lot.IntN(11)
		r := row{}
		for j := range n {
			c := int64(1 + lot.IntN(60))
			if lot.IntN(5) == 0 {
				c = -c
			}
			r.at, r.coef = append(r.at, int32(j)), append(r.coef, c)
		}
		r.limit = r.least() + lot.Int64N(r.most()-r.least()+1)
		x := make([]float64, n)
		for j := range x {
			switch lot.IntN(3) {
			case 0:
				x[j] = float64(lot.IntN(2))
			default:
				x[j] = lot.Float64()
			}
		}
		c, ok := r.knapsack().cut(x)
		if !ok {
			continue
		}
		cuts++
		var at float64
		for i, j := range c.at {
			at += float64(c.coef[i]) * x[j]
		}
		if at <= float64(c.limit) {
			t.Fatalf("seed %d: %v does not cut off %v", seed, c, x)
		}
		for set := range 1 << n {
			if sumOver(r, set) <= r.limit && sumOver(c, set) > c.limit {
				t.Fatalf("seed %d: %v keeps %v and not its cut %v", seed, set, r, c)
			}
		}
	}
	if cuts < 500 {
		t.Errorf("%d cuts only", cuts)
	}
}

func sumOver(r row, set int) (sum int64) {
	for i, j := range r.at {
		if set>>j&1 == 1 {
			sum += r.coef[i]
		}
	}
	return sum
}

// TestBounds draws programs, parts of them and multipliers: no choice in the part is worth more than the bound, and what is said to be empty is.
func TestBounds(t *testing.T) {
	empty := 0
	for seed := range uint64(3000) {
		lot := rand.New(rand.NewPCG(seed, 12))
		p := drawn(lot)
		n := len(p.value)
		low, high := make([]int8, n), make([]int8, n)
		for j := range n {
			switch lot.IntN(4) {
			case 0:
				low[j], high[j] = 1, 1
			case 1:
			default:
				high[j] = 1
			}
		}
		y := make([]float64, len(p.rows))
		for i := range y {
			y[i] = lot.Float64() * lot.Float64() * 3
		}
		whole := prices(nil, y, p.fraction())
		b, _ := p.bound(whole, low, high, nil)
		none := p.empty(whole, low, high)
		if none {
			empty++
		}
		for set := range 1 << n {
			x := make([]int8, n)
			inside := true
			for j := range n {
				x[j] = int8(set >> j & 1)
				inside = inside && low[j] <= x[j] && x[j] <= high[j]
			}
			if !inside || !p.holds(x) {
				continue
			}
			if none || p.worth(x) > b {
				t.Fatalf("seed %d: %v is worth %d, the bound says %d (empty %v)", seed, x, p.worth(x), b, none)
			}
		}
	}
	if empty < 20 {
		t.Errorf("%d empty parts only", empty)
	}
}

// drawn makes a small program, now and then with numbers that need 128 bits.
func drawn(lot *rand.Rand) *program {
	n := 1 + lot.IntN(8)
	size := int64(40)
	if lot.IntN(3) == 0 {
		size = 1 << 50
	}
	value := make([]int64, n)
	for j := range value {
		value[j] = lot.Int64N(size)
	}
	rows := make([]row, 1+lot.IntN(3))
	for i := range rows {
		for j := range n {
			rows[i].at, rows[i].coef = append(rows[i].at, int32(j)), append(rows[i].coef, lot.Int64N(size)-size/5)
		}
		rows[i].limit = rows[i].least() + lot.Int64N(1+(rows[i].most()-rows[i].least())*2/3)
	}
	return newProgram(value, rows)
}
