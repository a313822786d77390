package chart

import "jalon/internal/money"

// ruler is a scale of amounts below rows of bars.
type ruler struct {
	c           Canvas
	x           scale
	ticks       []money.Amount
	top, bottom float64
	currency    money.Currency
	texts       Texts
}

// draw writes the amounts below the rows, every one, or every second, third and so on from zero.
func (r ruler) draw() {
	c, em := r.c, r.c.Em()
	size := em * 0.85
	widest := 0.0
	for _, v := range r.ticks {
		widest = max(widest, c.TextWidth(amountLabel(r.texts, v, r.currency), size, false))
	}
	step := r.x.at(float64(r.ticks[1])) - r.x.at(float64(r.ticks[0]))
	stride := 1
	for float64(stride)*step < widest+em*0.6 && stride < len(r.ticks) {
		stride++
	}
	zero := 0
	for i, v := range r.ticks {
		if v == 0 {
			zero = i
		}
	}
	for i, v := range r.ticks {
		x, out := r.x.clamped(float64(v))
		if out != 0 {
			continue
		}
		c.Line(x, r.top, x, r.bottom+em*0.2, gridStyle(int64(v), em))
		if (i-zero)%stride == 0 {
			c.Text(x, r.bottom+em*1.25, amountLabel(r.texts, v, r.currency), TextStyle{Size: size, Ink: Muted, Anchor: Middle})
		}
	}
}
