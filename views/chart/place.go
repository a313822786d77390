package chart

// box is a rectangle that something occupies.
type box struct{ x1, y1, x2, y2 float64 }

func (b box) meets(o box) bool { return b.x1 < o.x2 && o.x1 < b.x2 && b.y1 < o.y2 && o.y1 < b.y2 }

func (b box) within(o box) bool { return b.x1 >= o.x1 && b.x2 <= o.x2 && b.y1 >= o.y1 && b.y2 <= o.y2 }

// label is a text to place beside a disc.
type label struct {
	at     Point
	radius float64
	width  float64
	height float64
}

// placed is where a label went: the box of its text and the side that its disc is on, or none.
type placed struct {
	box    box
	anchor Anchor
	ok     bool
}

// text gives the x of the label's text: at the end next to its disc, so that a text that turns out
// broader than measured grows away from it.
func (p placed) text() float64 {
	switch p.anchor {
	case Middle:
		return (p.box.x1 + p.box.x2) / 2
	case End:
		return p.box.x2
	}
	return p.box.x1
}

// placeLabels gives each label in turn the first free place around its disc: right, left, above,
// below, then the four corners. A place is free within frame, off every disc (all of them, not only
// those with a label), every taken box and every label before it. Who finds none goes without: a
// greedy choice, best names first, is what a reader can follow.
func placeLabels(labels []label, discs, taken []box, frame box) []placed {
	out := make([]placed, len(labels))
	occupied := append([]box(nil), taken...)
	for i, l := range labels {
		for k, b := range candidates(l) {
			if !b.within(frame) || anyMeets(b, occupied) || anyMeets(b, discs) {
				continue
			}
			out[i] = placed{b, candidateAnchors[k], true}
			occupied = append(occupied, b)
			break
		}
	}
	return out
}

func anyMeets(b box, others []box) bool {
	for _, o := range others {
		if b.meets(o) {
			return true
		}
	}
	return false
}

// candidateAnchors go with candidates.
var candidateAnchors = [8]Anchor{Start, End, Middle, Middle, Start, Start, End, End}

func candidates(l label) [8]box {
	gap := l.height * 0.35
	x, y, r, w, h := l.at.X, l.at.Y, l.radius, l.width, l.height
	at := func(x1, y1 float64) box { return box{x1, y1, x1 + w, y1 + h} }
	d := r*0.71 + gap*0.5
	return [8]box{
		at(x+r+gap, y-h/2),
		at(x-r-gap-w, y-h/2),
		at(x-w/2, y-r-gap-h),
		at(x-w/2, y+r+gap),
		at(x+d, y-d-h),
		at(x+d, y+d),
		at(x-d-w, y-d-h),
		at(x-d-w, y+d),
	}
}

// discBox is the square that a disc occupies, drawn in a little because its corners are empty.
func discBox(at Point, r float64) box {
	r *= 0.85
	return box{at.X - r, at.Y - r, at.X + r, at.Y + r}
}
