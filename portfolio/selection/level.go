package selection

// level is a part of the tree that is searched in a tableau of its own.
type level struct {
	node *node
	lp   *tableau
	mark int // fixings that hold in all of it
	free int // columns that are free in it
}

// descend begins a level at a node when enough was fixed since the last one.
func (s *search) descend(n *node) {
	top := s.levels[s.depth]
	free := len(s.dom.low) - len(s.dom.trail)
	if free*levelRest > top.free*(levelRest-1) || top.free < levelLeast {
		return
	}
	if s.depth++; s.depth == len(s.levels) {
		s.levels = append(s.levels, level{})
	}
	l := &s.levels[s.depth]
	*l = level{node: n, lp: s.lp.part(s.dom, l.lp), mark: len(s.dom.trail), free: free}
	s.lp = l.lp
}

const (
	levelRest  = 4 // a level begins where at least a fourth of the columns was fixed
	levelLeast = 10
)

// surface goes back to the whole program.
func (s *search) surface() {
	s.depth, s.lp = 0, s.levels[0].lp
	s.dom.undo(0)
	s.dom.all()
}

// reach sets the domain to that of a node, in the deepest level that it is in. false: nothing is in it.
func (s *search) reach(n *node) bool {
	for s.depth > 0 && !n.under(s.levels[s.depth].node) {
		s.depth--
	}
	l := s.levels[s.depth]
	if s.depth == 0 {
		s.surface()
	} else {
		s.lp = l.lp
		s.dom.undo(l.mark)
	}
	for ; n != l.node && n != nil && n.col >= 0; n = n.parent {
		if !s.dom.fix(int(n.col), n.v) {
			return false
		}
	}
	return s.dom.propagate()
}

// under tells whether a node is below another one.
func (n *node) under(o *node) bool {
	for n != nil && n.depth > o.depth {
		n = n.parent
	}
	return n == o
}
