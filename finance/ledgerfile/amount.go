package ledgerfile

import (
	"math"

	"jalon/internal/grid"
	"jalon/internal/money"
)

// money works out what the line is worth in the basis asked for, and rejects a line whose amounts do
// not agree: HT + TVA must be TTC.
func (t *table) money(got *readings) {
	l := &t.line
	t.turn(got)
	l.HT, l.HasHT = got.amount[slotHT], got.has[slotHT]
	l.VAT, l.HasVAT = got.amount[slotVAT], got.has[slotVAT]
	l.TTC, l.HasTTC = got.amount[slotTTC], got.has[slotTTC]
	l.Initial, l.HasInitial = got.amount[slotInitial], got.has[slotInitial]
	l.Amount, l.HasAmount = t.booked(got)
	switch p := got.bad[t.basis]; {
	case l.HasAmount:
	case p != fine && p != tooFine:
		l.reject(p.finding(), grid.Clip(t.values[t.basis]))
	case p == tooFine:
		l.reject(AmountFine, grid.Clip(t.values[t.basis]), string(t.Currency))
	default:
		l.reject(AmountMissing)
	}
	for _, s := range []slot{slotHT, slotVAT, slotTTC, slotInitial} {
		if got.bad[s] != fine && (s != t.basis || l.HasAmount) {
			l.find(AmountSideline, grid.Clip(t.values[s]))
		}
	}
	if l.HasHT && l.HasVAT && l.HasTTC {
		if sum, fits := l.HT.Add(l.VAT); !fits || sum != l.TTC {
			c := t.Currency
			l.reject(AmountParts, l.HT.Decimal(c), l.VAT.Decimal(c), l.TTC.Decimal(c))
		}
	}
}

// booked gives the amount of the line: its own cell, else what the other two amounts come to.
func (t *table) booked(got *readings) (money.Amount, bool) {
	if got.has[t.basis] || got.bad[t.basis] != fine || !t.parts {
		return got.amount[t.basis], got.has[t.basis]
	}
	ht, vat, ttc := slotHT, slotVAT, slotTTC
	if t.basis == slotTTC {
		if !got.has[ht] || !got.has[vat] {
			return 0, false
		}
		return got.amount[ht].Add(got.amount[vat])
	}
	if !got.has[ttc] || !got.has[vat] {
		return 0, false
	}
	return got.amount[ttc].Add(-got.amount[vat])
}

// turn gives the amounts the sign that the profile knows of.
func (t *table) turn(got *readings) {
	negative := len(t.negative) > 0 && holdsAny(t.negative, &t.values)
	if !negative && !t.profile.Sign.Reversed {
		return
	}
	for s, a := range got.amount {
		if !got.has[s] || a == math.MinInt64 {
			continue
		}
		if t.profile.Sign.Reversed {
			a = -a
		}
		if negative && a > 0 {
			a = -a
		}
		got.amount[s] = a
	}
}
