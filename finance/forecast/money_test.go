package forecast

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// eur reads an amount of euros as people write it: "1 400 000.00".
func eur(s string) money.Amount {
	a, err := money.Parse(strings.ReplaceAll(s, " ", ""), money.EUR)
	if err != nil {
		panic(err)
	}
	return a
}

func euros(all ...string) []money.Amount {
	out := make([]money.Amount, len(all))
	for i, s := range all {
		out[i] = eur(s)
	}
	return out
}

func ptr[T any](v T) *T { return &v }

// wantRatio compares a ratio, rounded to basis points, with what a page would show; -1 stands for undefined.
func wantRatio(t *testing.T, name string, got *big.Rat, want money.BasisPoints) {
	t.Helper()
	bp := BasisPoints(got)
	switch {
	case bp == nil && want != undefined:
		t.Errorf("%s is undefined, want %d basis points", name, want)
	case bp != nil && *bp != want:
		t.Errorf("%s = %d basis points, want %d", name, *bp, want)
	}
}

const undefined money.BasisPoints = -1 << 40

func wantAmount(t *testing.T, name string, got, want money.Amount) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %s, want %s", name, got.Decimal(money.EUR), want.Decimal(money.EUR))
	}
}

func wantKnown(t *testing.T, name string, got *money.Amount, want string) {
	t.Helper()
	switch {
	case got == nil && want != "":
		t.Errorf("%s is undefined, want %s", name, want)
	case got != nil && want == "":
		t.Errorf("%s = %s, want it undefined", name, got.Decimal(money.EUR))
	case got != nil:
		wantAmount(t, name, *got, eur(want))
	}
}

// wantFault asks for a fault with this key.
func wantFault(t *testing.T, name string, err error, key string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Key != key {
		t.Errorf("%s: error %v, want the fault %s", name, err, key)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func on(y, m, d int) civil.Date { return civil.D(y, time.Month(m), d) }
